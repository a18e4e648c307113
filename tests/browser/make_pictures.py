"""Make the README's pictures of the page: ``python tests/browser/make_pictures.py``.

They are taken of the real page over the documents in ``corpus/`` and written to
``tests/browser/pictures/``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from browser import served

PICTURES = Path(__file__).parent / "pictures"
QUESTION = "What is retrieval-augmented generation?"
# Name, width, height, colour scheme.
SHOTS = (
    ("ask", 1280, 800, "light"),
    ("ask-dark", 1280, 800, "dark"),
    ("ask-narrow", 360, 780, "light"),
)


def main() -> int:
    """Take all pictures; returns the exit code."""
    executable = served.chromium()
    if executable is None:
        sys.stderr.write("This needs Chromium: apt-get install chromium\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as library,
        served.serve(Path(library), served.ROOT / "corpus") as server,
        served.browser(executable) as browser,
    ):
        for name, width, height, scheme in SHOTS:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
            )
            page.goto(server.address)
            page.locator("#state p:not(.loading)").wait_for(timeout=90_000)
            served.ask(page, QUESTION)
            page.wait_for_timeout(300)  # the browser paints the cards
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
