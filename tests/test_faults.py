"""After any fault in a file all that was committed is there, or an error says how to mend it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="limits files by setrlimit")

import faults
from commands import fill, run
from faults import Bench, Trial
from test_cli_chats import ANSWER
from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.conversations import Conversations
from assistant.library import Library

ROOT = Path(__file__).resolve().parents[1]
PATH = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
SAMPLE = 40


def test_a_sample_of_faults_loses_nothing(tmp_path: Path) -> None:
    """``python tests/faults.py`` runs as many as you like."""
    bench = Bench(tmp_path)
    outcomes = [bench.run(number) for number in range(SAMPLE)]
    assert [outcome for outcome in outcomes if outcome.lost] == []
    assert {outcome.kind for outcome in outcomes} == {*faults.KINDS, "full"}
    assert {outcome.action for outcome in outcomes} == set(faults.ACTIONS)
    # Most of them do harm, so that this is a test of something.
    assert 10 < sum(outcome.told for outcome in outcomes) < SAMPLE


def test_a_loss_would_be_noticed(tmp_path: Path) -> None:
    """The comparison itself: what the committed state lacks, and what it has too much of."""
    trial = faults.prepare(tmp_path, "big")
    expected = trial.expected()
    assert sorted(expected.passages) == [f"{number}.md" for number in range(5)]
    assert expected.passages["1.md"][0] == "Subject 1 has newbig 0, red."
    assert [len(one.turns) for one in expected.conversations] == [3, 3]
    trial.write(0, "other")
    with trial.library() as library:
        library.sync()
    trial.kept.rate(expected.conversations[0].id, 1, "down")
    assert trial.passages() != expected.passages
    assert tuple(trial.kept.all()) != expected.conversations


TALKER = """
import sys
from pathlib import Path
from assistant.conversations import Conversations
from test_cli_chats import ANSWER
kept = Conversations(Path(sys.argv[1]))
name = kept.all()[0].id
while True:
    number = kept.append(name, ANSWER).number
    print("kept", number, flush=True)
    kept.rate(name, number, "up")
    print("rated", number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no signal 9")
def test_a_turn_and_a_thumb_outlive_a_kill_once_they_were_told(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    name = kept.new()
    environment = {**os.environ, "PYTHONPATH": PATH}
    chance = random.Random(3)
    for _ in range(5):
        command = [sys.executable, "-c", TALKER, str(tmp_path)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(chance.randrange(1, 12))]
        child.kill()
        told += child.communicate()[0].splitlines(keepends=True)
        turns = {turn.number: turn for turn in kept.open(name).turns}
        assert sorted(turns) == list(range(1, len(turns) + 1))
        for line in told:
            if line.endswith("\n"):
                word, number = line.split()
                assert turns[int(number)].answer == ANSWER.text
                assert word == "kept" or turns[int(number)].thumb == "up"
    assert kept.recover().aside is None


READ_ONLY = """
import json, os, sys
from commands import run
index, notes, backup, name = sys.argv[1:]
# Loaded while this may still read all of it: nobody is kept out of a folder as root.
assert run("status", "--library", index).code == run("chats", "list", "--library", index).code == 0
import assistant.backup, assistant.indexes, assistant.sync, encodings.cp437, filelock
if not os.geteuid():
    os.setuid(65534)
commands = (["index", notes], ["remove", "bread.txt"], ["backup", index + "/b.zip"])
commands += (["restore", backup], ["chats", "rename", name, "b"])
told = [run(*words, "--json", "--library", index) for words in commands]
print(json.dumps([[one.code, one.out, one.err] for one in told]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has other permissions")
def test_a_folder_that_cannot_be_written_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        config = load_config(library=place / "index", corpus=fill(place / "notes"))
        with Library.open(config, WordEncoder()) as library:
            library.sync()
        talk = Conversations(place / "index").new()
        assert run("backup", place / "study.zip", "--library", place / "index").code == 0
        before = {file: file.read_bytes() for file in place.rglob("*") if file.is_file()}
        place.chmod(0o755)
        (place / "index").chmod(0o555)
        words = [place / "index", place / "notes", place / "study.zip", talk]
        command = [sys.executable, "-c", READ_ONLY, *map(str, words)]
        environment = {**os.environ, "PYTHONPATH": PATH}
        child = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False
        )
        (place / "index").chmod(0o755)
        assert child.returncode == 0, child.stderr
        for code, out, err in json.loads(child.stdout):
            assert code == 1
            assert "cannot be" in json.loads(out)["error"]["message"], err
            assert "\nhint: " in err
        assert {file: file.read_bytes() for file in before} == before


def test_a_full_disk_is_said_so_and_what_was_there_stays(tmp_path: Path) -> None:
    trial: Trial = faults.prepare(tmp_path, "big")
    before = trial.expected()
    trial.write(9, "more")
    with faults.file_limit(1000):
        told = run("backup", tmp_path / "b.zip", "--library", trial.index, "--json")
        kept = run("chats", "rename", before.conversations[0].id, "x", "--library", trial.index)
    for one in (told, kept):
        assert one.code == 1
        assert "Something unexpected" not in one.err
        assert "\nhint: " in one.err
    assert not (tmp_path / "b.zip").exists()
    assert trial.expected() == before
