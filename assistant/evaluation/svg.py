"""Drawings by matplotlib as SVG for inside a page: the same bytes from any of its versions.

Panels have fixed places, texts hang on their base lines, numbers are rounded, ids are numbered and
nothing says what drew it. A drawing's unit is a pixel. Its colours stand for those of the page,
which has one set for light and one for dark.
"""

from __future__ import annotations

import io
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE = "#000001", "#000002", "#000003"
FIRST, SECOND, AREA = "#000004", "#000005", "#000006"
COLOURS = {
    INK: "var(--ink)",
    SOFT: "var(--soft)",
    LINE: "var(--line)",
    FIRST: "var(--first)",
    SECOND: "var(--second)",
    AREA: "var(--area)",
}
DOTS = 72  # to the inch, in which matplotlib counts
SIZE = 11

Range = tuple[float, float]
Side = Literal["left", "center", "right"]

_LEFT_OUT = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->|<style.*?</style>", re.DOTALL)
_HEAD = re.compile(r".*?<svg[^>]*>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_GROUP = re.compile(r"<g id=\"[^\"]*\">")
_ID = re.compile(r" id=\"([^\"]*)\"")
_STYLE = re.compile(r"style=\"([^\"]*)\"")
_FONT = re.compile(r"font[^;\"]*; | transform=\"rotate\(-?0 [^\"]*\"")


_one_at_a_time = threading.RLock()  # The settings of matplotlib are those of the whole process.


@contextmanager
def as_written() -> Iterator[None]:
    """Draws as this program says, whatever the user's own settings of matplotlib are."""
    import matplotlib

    with _one_at_a_time, matplotlib.rc_context(), warnings.catch_warnings():
        # A letter that matplotlib's own font lacks is drawn by the browser all the same.
        warnings.simplefilter("ignore")
        matplotlib.rcdefaults()
        matplotlib.rc("svg", fonttype="none", hashsalt="report")
        matplotlib.rc("path", simplify=False)
        yield


class Drawing:
    """An empty drawing of ``width`` × ``height``; ``name`` makes its ids its own in the page."""

    def __init__(self, name: str, width: int, height: int) -> None:
        from matplotlib.figure import Figure

        self.name = name
        self.width, self.height = width, height
        self._figure: Figure = Figure((width / DOTS, height / DOTS), dpi=DOTS, frameon=False)

    def panel(
        self, left: float, top: float, size: tuple[float, float], x: Range, y: Range
    ) -> Panel:
        """A panel whose corner is at ``left``, ``top``, showing ``x`` from left to right and ``y``
        from bottom to top.
        """
        width, height = size
        bottom = self.height - top - height
        axes = self._figure.add_axes(
            (left / self.width, bottom / self.height, width / self.width, height / self.height)
        )
        axes.set_axis_off()
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        return Panel(self._figure, axes, x, y)

    def svg(self, label: str) -> str:
        """The drawing as an element; ``label`` says in words what it shows."""
        written = io.StringIO()
        self._figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        return self._plain(written.getvalue(), label)

    def _plain(self, text: str, label: str) -> str:
        text = _HEAD.sub("", _LEFT_OUT.sub("", text), count=1)
        text = _GROUP.sub("<g>", text)
        for number, found in enumerate(dict.fromkeys(_ID.findall(text))):
            text = text.replace(f'"{found}"', f'"{self.name}-{number}"')
            text = text.replace(f'"#{found}"', f'"#{self.name}-{number}"')
        text = _TAG.sub(lambda tag: _tag(tag.group()), text)
        for colour, own in COLOURS.items():
            text = text.replace(colour, own)
        lines = [line.strip() for line in text.split("\n")]
        opening = (
            f'<svg viewBox="0 0 {self.width} {self.height}" width="{self.width}" role="img" '
            f'aria-label="{escape(label)}">'
        )
        return "\n".join([opening, *filter(None, lines)])


class Panel:
    """A rectangle with axes of its own; whatever is drawn may reach beyond it."""

    def __init__(self, figure: Figure, axes: Axes, x: Range, y: Range) -> None:
        self._figure, self._axes = figure, axes
        self.x, self.y = x, y

    def line(
        self, x: Sequence[float], y: Sequence[float], colour: str, width: float = 1, dash: str = "-"
    ) -> None:
        """A line through the points."""
        self._axes.plot(x, y, dash, color=colour, linewidth=width, clip_on=False)

    def dots(self, x: Sequence[float], y: Sequence[float], colour: str, size: float = 5) -> None:
        """A dot at each point."""
        self._axes.plot(x, y, "o", color=colour, markersize=size, markeredgewidth=0, clip_on=False)

    def band(
        self, x: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str
    ) -> None:
        """The area between two lines."""
        self._axes.fill_between(x, low, high, color=colour, linewidth=0, clip_on=False)

    def bar(self, left: float, width: float, height: float, colour: str) -> None:
        """A bar from the bottom of the panel."""
        self._axes.bar(left, height, width, align="edge", color=colour, clip_on=False)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        side: Side = "left",
        *,
        shift: tuple[float, float] = (0, 0),
        colour: str = SOFT,
    ) -> None:
        """A line of text; its left or right end, or its middle, is ``shift`` right of and above
        the point.
        """
        from matplotlib.transforms import ScaledTranslation

        right, up = shift
        moved = ScaledTranslation(right / DOTS, up / DOTS, self._figure.dpi_scale_trans)
        self._axes.text(
            x,
            y,
            text,
            ha=side,
            va="baseline",
            color=colour,
            size=SIZE,
            transform=self._axes.transData + moved,
            parse_math=False,
        )

    def scale_x(self, ticks: Sequence[float], title: str = "", *, lines: bool = True) -> None:
        """The values of ``ticks`` below, with upright lines at them, and a title below those."""
        bottom = self.y[0]
        for tick in ticks:
            if lines:
                self.line([tick, tick], self.y, LINE)
            self.text(tick, bottom, f"{tick:g}", "center", shift=(0, -SIZE - 4))
        if title:
            middle = (self.x[0] + self.x[1]) / 2
            self.text(middle, bottom, title, "center", shift=(0, -2 * SIZE - 9))

    def scale_y(self, ticks: Sequence[float], form: str = "{:g}") -> None:
        """Level lines at ``ticks`` with their values to the left."""
        for tick in ticks:
            self.line(self.x, [tick, tick], LINE)
            self.text(self.x[0], tick, form.format(tick), "right", shift=(-6, -SIZE / 3))


def _tag(tag: str) -> str:
    """A tag with rounded numbers; a text without its font, which is that of the page."""
    tag = _NUMBER.sub(_rounded, tag)
    return _STYLE.sub(_sorted, _FONT.sub("", tag)) if tag.startswith("<text") else tag


def _sorted(found: re.Match[str]) -> str:
    return f'style="{"; ".join(sorted(found[1].split("; ")))}"'


def _rounded(found: re.Match[str]) -> str:
    text = f"{float(found.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
