"""Faults in the files of a library, drawn by number: what is done to them, and what must hold then.

    python tests/faults.py [HOW_MANY] [FIRST]      prints a table; exits 1 if anything was lost

A fault damages one file of a library whose state is known, or fills the disk; then the library is
used. What was committed must be there exactly, or the error must name the command that brings it
back. Tests run some of the faults, this script as many as you like. Equal numbers, equal faults.
"""

from __future__ import annotations

import random
import resource
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.library import Library
from assistant.store import Store
from assistant.transcript import Conversation
from assistant.types import Answer

DOCUMENTS = 5
KINDS = ("truncate", "flip", "zero", "delete", "swap")
ACTIONS = ("index", "sync", "remove", "chat", "feedback")
QUESTION = "Which subject has the property red?"

Texts = dict[str, tuple[str, ...]]  # the texts of the passages, by document


@dataclass(frozen=True)
class Expected:
    """What was committed: passages by document, and conversations."""

    passages: Texts
    conversations: tuple[Conversation, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of one fault; ``lost`` says what went wrong, and is empty where nothing did."""

    file: str
    kind: str
    action: str
    told: bool
    lost: str


class Trial:
    """A folder with a corpus and its library."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.index = place / "index"
        self.kept = Conversations(self.index)

    def library(self) -> Library:
        config = load_config(library=self.index, corpus=self.place / "corpus")
        return Library.open(config, WordEncoder())

    def write(self, number: int, word: str) -> None:
        (self.place / "corpus").mkdir(parents=True, exist_ok=True)
        parts = [f"# Part {n}\n\nSubject {number} has {word} {n}, red." for n in range(3)]
        (self.place / "corpus" / f"{number}.md").write_text("\n\n".join(parts))

    def passages(self) -> Texts:
        """As questions see them, derived indexes included. Raises :class:`AssistantError`."""
        with self.library() as library:
            found: dict[str, list[str]] = {}
            for passage in library.passages():
                found.setdefault(passage.document, []).append(passage.text)
            for mode in ("hybrid", "lexical"):
                hits = library.search(QUESTION, 50, "lexical" if mode == "lexical" else "hybrid")
                for hit in hits:
                    passage = library.passage(hit.passage.passage_id)
                    assert passage.text == hit.passage.text
                    assert passage.text in found[passage.document]
            assert hits
            assert [record.path for record in library.status().documents] == sorted(found)
        return {document: tuple(texts) for document, texts in found.items()}

    def expected(self) -> Expected:
        return Expected(self.passages(), tuple(self.kept.all()))


def prepare(place: Path, word: str) -> Trial:
    """A library that was indexed, brought up to date, talked with and rated."""
    trial = Trial(place)
    for number in range(DOCUMENTS):
        trial.write(number, word)
    with trial.library() as library:
        library.sync()
        trial.write(1, f"new{word}")
        library.sync()
        for _ in range(2):
            name = trial.kept.new()
            for _ in range(3):
                trial.kept.append(name, answer(library))
            trial.kept.rate(name, 2, "up")
    return trial


def answer(library: Library) -> Answer:
    """An answer made of the best hit, whatever its confidence."""
    text = library.search(QUESTION, 1)[0].passage.text
    return Answer(QUESTION, QUESTION, text, (), (), False, 0.5)


def leave_log(trial: Trial) -> None:
    """Change a document and leave the folder as a process does that is killed after its commit."""
    database = trial.index / "library.db"
    with Store.open(database) as reader, reader._database.snapshot():
        assert reader.records()
        trial.write(2, "later")
        with trial.library() as library:
            library.sync()
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{database}{suffix}", f"{database}{suffix}.saved")
    for suffix in ("", "-wal"):
        Path(f"{database}{suffix}.saved").replace(f"{database}{suffix}")


class Bench:
    """The states that faults begin with, made once: with and without a log, and another library."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.expected: dict[str, Expected] = {}
        for word, closed, killed in (("big", "closed", "killed"), ("small", "other", "another")):
            trial = prepare(self._empty(), word)
            shutil.copytree(trial.place, place / closed)
            self.expected[closed] = trial.expected()
            leave_log(trial)
            shutil.copytree(trial.place, place / killed)
            self.expected[killed] = trial.expected()

    def _empty(self) -> Path:
        """Where all of it happens: the library knows where its documents are."""
        shutil.rmtree(self.place / "trial", ignore_errors=True)
        return self.place / "trial"

    def run(self, number: int) -> Outcome:
        """Make one fault in a copy, use the library, and look at what is left."""
        chance = random.Random(number)
        state = chance.choice(("closed", "killed"))
        trial = Trial(self._empty())
        shutil.copytree(self.place / state, trial.place)
        for file in trial.index.glob("*-shm"):
            file.unlink()
        action = chance.choice(ACTIONS)
        case = _Case(trial, self, self.expected[state], chance)
        try:
            _, kind = case.full(action) if chance.random() < 0.15 else case.damage(state)
            lost = case.use(action, again=kind == "full")
        except Exception as error:
            lost = f"{type(error).__name__}: {error}"
        return Outcome(*case.about, action, case.told, lost)


class _Case:
    """One fault and what is committed, which a successful action changes."""

    def __init__(self, trial: Trial, bench: Bench, expected: Expected, chance: random.Random):
        self.trial = trial
        self.bench = bench
        self.expected = expected
        self.chance = chance
        self.told = False
        self.about = ("", "")

    def damage(self, state: str) -> tuple[str, str]:
        index = self.trial.index
        files = [path for path in sorted(index.rglob("*")) if path.is_file()]
        files = [path for path in files if path.name not in ("sync.lock", ".tantivy-writer.lock")]
        kind = self.chance.choice(KINDS)
        names = {file: str(file.relative_to(index)) for file in files}
        groups = {file: "lexical/" if "lexical" in name else name for file, name in names.items()}
        group = self.chance.choice(sorted(set(groups.values())))
        file = self.chance.choice([file for file in files if groups[file] == group])
        self.about = (group, kind)
        content = bytearray(file.read_bytes())
        if kind == "delete":
            file.unlink()
            return self.about
        if kind == "swap":
            folder = self.bench.place / ("other" if state == "closed" else "another") / "index"
            other = next(iter(sorted(folder.rglob(file.name))), None)
            content = bytearray(other.read_bytes() if other else b"")
        elif kind == "truncate":
            del content[self.chance.randrange(len(content) or 1) :]
        elif content:
            place = self.chance.randrange(len(content))
            if kind == "flip":
                content[place] ^= 1 << self.chance.randrange(8)
            else:
                end = min(len(content), place + self.chance.choice((16, 512, 4096, 40_000)))
                content[place:end] = bytes(end - place)
        file.write_bytes(content)
        return self.about

    def full(self, action: str) -> tuple[str, str]:
        """Act while no file can grow beyond a size."""
        self.about = ("any", "full")
        size = self.chance.choice((0, 4096, 40_000, 200_000))
        self._try(action, self.chance.randrange(size + 1))
        return self.about

    def use(self, action: str, *, again: bool) -> str:
        """Act on what is there, look, do what the errors say, and look again: what is lost."""
        if not again:
            self._try(action)
        for look in (self._library, self._conversations):
            try:
                lost = look()
            except AssistantError as error:
                self.told = True
                lost = self._mend(error) or look()
            if lost:
                return lost
        return ""

    def _try(self, action: str, limit: int | None = None) -> None:
        """An action succeeds, and is expected from then on, or says why not and changes nothing."""
        trial, before = self.trial, self.expected
        if action == "sync":
            trial.write(3, "changed")
        try:
            with trial.library() as library, file_limit(limit):
                self.expected = _DO[action](self, library)
        except AssistantError as error:
            self.told = True
            self.expected = self._after(action, before)
            if not error.hint:
                raise AssertionError(f"no hint: {error.message}") from error
        if action == "remove" and "4.md" not in self.expected.passages:
            (trial.place / "corpus" / "4.md").unlink()

    def _after(self, action: str, before: Expected) -> Expected:
        """What holds after an error: one document may have been stored before it."""
        if action == "sync":
            if self._seen("3.md") == self._changed():
                return self._with("3.md", self._changed())
            self.trial.write(3, "big")
        if action == "remove" and self._seen("4.md") is None:
            return self._with("4.md", None)
        return before

    def _changed(self) -> tuple[str, ...]:
        return tuple(f"Subject 3 has changed {n}, red." for n in range(3))

    def _index(self, library: Library) -> Expected:
        library.sync()
        return self.expected

    def _sync(self, library: Library) -> Expected:
        library.sync()
        return self._with("3.md", self._changed())

    def _remove(self, library: Library) -> Expected:
        library.remove("4.md")
        return self._with("4.md", None)

    def _chat(self, library: Library) -> Expected:
        name = self.expected.conversations[0].id
        self.trial.kept.append(name, answer(library))
        return replace(
            self.expected, conversations=(self.trial.kept.open(name), *self._others(name))
        )

    def _feedback(self, library: Library) -> Expected:
        name = self.expected.conversations[0].id
        self.trial.kept.rate(name, 1, "down", "too long")
        return replace(
            self.expected, conversations=(self.trial.kept.open(name), *self._others(name))
        )

    def _others(self, name: str) -> list[Conversation]:
        return [one for one in self.expected.conversations if one.id != name]

    def _seen(self, path: str) -> tuple[str, ...] | None:
        """The passages of one document as they stand in the database, ``()`` where none can be."""
        try:
            with Store.open(self.trial.index / "library.db", create=False) as store:
                found = [p.text for p in store.load().passages if p.document == path]
        except AssistantError:
            return ()
        return tuple(found) or None

    def _with(self, path: str, texts: tuple[str, ...] | None) -> Expected:
        passages = {**self.expected.passages, path: texts or ()}
        return replace(self.expected, passages={k: v for k, v in passages.items() if v})

    def _library(self) -> str:
        found = self.trial.passages()
        if found == self.expected.passages:
            return ""
        # A database that was put in the place of another is that other library, whole.
        if self.about == ("library.db", "swap"):
            others = [*self.bench.expected.values(), self.expected]
            known = {texts for state in others for texts in state.passages.values()}
            if set(found.values()) <= known:
                return ""
        return f"passages of {sorted(found)} are not the ones that were committed"

    def _conversations(self) -> str:
        found = self.trial.kept.all()
        lost = [one.id for one in self.expected.conversations if one not in found]
        more = len(found) > len(self.expected.conversations)
        if more and self.about[1] != "swap":
            return "conversations that nobody had"
        return f"conversations {lost} are not as they were" if lost else ""

    def _mend(self, error: AssistantError) -> str:
        """Do what the hint says."""
        hint = error.hint
        if "assistant chats recover" in hint:
            self.trial.kept.recover()
        elif "assistant index" in hint:
            if hint.startswith("Delete "):
                (self.trial.index / "library.db").unlink()
            with self.trial.library() as library:
                library.sync()
        else:
            return f"no command: {error.message} {hint}"
        return ""


_DO: dict[str, Callable[[_Case, Library], Expected]] = {
    "index": _Case._index,
    "sync": _Case._sync,
    "remove": _Case._remove,
    "chat": _Case._chat,
    "feedback": _Case._feedback,
}


@contextmanager
def file_limit(size: int | None) -> Iterator[None]:
    """No file of this process can grow beyond ``size`` bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if size is None else size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def table(outcomes: list[Outcome]) -> str:
    """What was damaged, how often, how often an error said so, and how often something was lost."""
    lines = [f"{'file':24}{'fault':10}{'times':>6}{'unharmed':>10}{'said so':>9}{'lost':>6}"]
    groups = Counter((outcome.file, outcome.kind) for outcome in outcomes)
    for (file, kind), times in sorted(groups.items()):
        own = [one for one in outcomes if (one.file, one.kind) == (file, kind)]
        told, lost = sum(one.told for one in own), sum(bool(one.lost) for one in own)
        lines.append(f"{file:24}{kind:10}{times:6}{times - told:10}{told:9}{lost:6}")
    told, lost = sum(one.told for one in outcomes), sum(bool(one.lost) for one in outcomes)
    lines.append(f"{'all':34}{len(outcomes):6}{len(outcomes) - told:10}{told:9}{lost:6}")
    return "\n".join(lines)


def main(how_many: int = 600, first: int = 0) -> int:
    with tempfile.TemporaryDirectory() as place:
        bench = Bench(Path(place))
        outcomes = []
        for number in range(first, first + how_many):
            outcome = bench.run(number)
            outcomes.append(outcome)
            if outcome.lost:
                sys.stdout.write(f"{number}: {outcome}\n")
    sys.stdout.write(table(outcomes) + "\n")
    return int(any(outcome.lost for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
