"""A run over hostile questions and documents, for the tests of its report."""

from __future__ import annotations

from pathlib import Path

from commands import fill
from evaluation_set import LINES, gold, line, run_set, write_lines

from assistant.config import load_config
from assistant.evaluation.run import Run
from assistant.evaluation.sets import open_set
from assistant.evaluation.systems import SHIPPED, Settings

OWNED = 'document.title = "owned"'
QUESTION = f"Is </script><script>{OWNED}</script> a zebra & <b>striped</b>?"
STRIPES = f"stripes <img src=x onerror='{OWNED}'> are $black$ and {{{{ 7 * 7 }}}}"
HOSTILE = f"# Zebra <script>{OWNED}</script>\n\nThe {STRIPES} in the morning.\n"
ROWS = (
    *LINES,
    line("evil\"'><i>", QUESTION, gold("zebra.md", STRIPES), category="<u>list</u>", split="test"),
    line("yak", "Whence yonder yaks?", gold("zebra.md", "in the morning"), category="scenario"),
)


def reported(folder: Path, settings: Settings = SHIPPED) -> Run:
    """A run of ``ROWS`` over the two documents of ``commands`` and a hostile one."""
    corpus = folder / "corpus"
    if not corpus.is_dir():
        fill(corpus)
        (corpus / "zebra.md").write_text(HOSTILE, encoding="utf-8")
    config = load_config(corpus=corpus, library=folder / "index")
    questions = open_set(write_lines(folder / "hostile.jsonl", ROWS), config)
    return run_set(questions, folder, settings, name="<s>hostile</s> run")
