"""How the page looks: system fonts, one accent colour, and the style sheets beside this file."""

from __future__ import annotations

from pathlib import Path

from gradio.themes import Base, Color

HERE = Path(__file__).parent
# In this order: what is alike in all tabs, then what stands in several, then the tabs.
STYLES = [
    HERE / f"{name}.css" for name in ("style", "cards", "ask", "reading", "documents", "evaluate")
]
SCRIPTS = [HERE / "page.js", HERE / "question.js"]

_TEAL = Color(
    "#effaf8", "#d8f2ee", "#b2e4dd", "#7fcfc6", "#4bb3aa", "#2c968f",
    "#1c7974", "#17605d", "#154d4b", "#123f3e", "#092625",
)  # fmt: skip
_INK = Color(
    "#fafaf9", "#f4f4f2", "#e6e6e2", "#d2d2cc", "#a3a39b", "#76766e",
    "#57574f", "#42423c", "#2a2a26", "#1d1d1a", "#121210",
)  # fmt: skip


def theme() -> Base:
    """The theme. Its fonts are the system's own, so none is fetched."""
    system = ("ui-sans-serif", "system-ui", "sans-serif")
    made = Base(
        primary_hue=_TEAL,
        secondary_hue=_TEAL,
        neutral_hue=_INK,
        font=system,
        font_mono=("ui-monospace", "monospace"),
    )
    made.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_text_color="white",
    )
    return made


def head() -> str:
    """What goes into the head of the page: its small scripts."""
    return "".join(f"<script>{script.read_text(encoding='utf-8')}</script>" for script in SCRIPTS)
