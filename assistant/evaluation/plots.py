"""The plots of a report: plain figures in, SVG out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.metrics import Interval
from assistant.evaluation.svg import (
    AREA,
    FIRST,
    INK,
    LINE,
    SECOND,
    SOFT,
    Drawing,
    Panel,
    as_written,
)

WIDTH = 400
ROW = 17  # height of a line of :func:`groups`
LETTER = 6.5  # about the width of one
BARS = 40  # of a histogram, at most
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the questions: what they have in common, how many they are, and their means."""

    name: str
    count: int
    means: tuple[Interval, ...]


@as_written()
def success_curve(curves: Mapping[str, Sequence[Interval]]) -> str:
    """Success@k for k = 1, 2, … of one or two kinds of question; the first with its interval."""
    drawing = Drawing("success", WIDTH, 264)
    lowest = min(one.low for curve in curves.values() for one in curve)
    floor = min(0.9, int(lowest * 10) / 10)
    count = max(len(curve) for curve in curves.values())
    panel = drawing.panel(36, 10, (WIDTH - 50, 206), (1, count), (floor, 1))
    panel.scale_y([round(i / 10, 1) for i in range(round(floor * 10), 11)], "{:.1f}")
    panel.scale_x([k for k in (1, 5, 10, 15, 20, 50, 100) if k <= count], title="k")
    places = list(range(1, count + 1))
    first = next(iter(curves.values()))
    panel.band(places, [one.low for one in first], [one.high for one in first], AREA)
    for i, (name, curve) in enumerate(curves.items()):
        colour = (FIRST, SECOND)[i % 2]
        panel.line(places, [one.mean for one in curve], colour, 2)
        panel.dots(places, [one.mean for one in curve], colour, 4)
        panel.text(
            count, floor, name, "right", shift=(0, 10 + 16 * (len(curves) - 1 - i)), colour=colour
        )
    told = "; ".join(
        f"{name}: {', '.join(f'{curve[k - 1].mean:.3f} at {k}' for k in (1, 5, count))}"
        for name, curve in curves.items()
    )
    return drawing.svg(f"Success@k for k from 1 to {count}. {told}.")


@as_written()
def groups(
    name: str, rows: Sequence[Group], measures: Sequence[str], means: Sequence[float]
) -> str:
    """A line for each group with a dot and its interval in each measure; ``means`` are of all."""
    beside = 30 + max(60, min(180, round(LETTER * max(len(row.name) for row in rows))))
    gap = 24
    width = (WIDTH - beside - gap * len(measures)) / len(measures)
    top, height = 24, ROW * len(rows)
    drawing = Drawing(name, WIDTH, top + height + 24)
    ends = (-0.5, len(rows) - 0.5)
    for column, (measure, mean) in enumerate(zip(measures, means, strict=True)):
        left = beside + column * (width + gap)
        panel = drawing.panel(left, top, (width, height), (0, 1), ends)
        panel.scale_x((0, 0.5, 1))
        panel.text(0, ends[1], measure, shift=(0, 10), colour=INK)
        panel.line((mean, mean), ends, SOFT, 1, ":")
        for i, row in enumerate(reversed(rows)):
            found = row.means[column]
            panel.line((found.low, found.high), (i, i), FIRST, 1.5)
            panel.dots((found.mean,), (i,), FIRST, 6)
            if not column:
                _named(panel, i, row, beside)
    worst = min(rows, key=lambda row: row.means[0].mean)
    best = max(rows, key=lambda row: row.means[0].mean)
    return drawing.svg(
        f"{measures[0]} of {len(rows)} groups, from {worst.means[0].mean:.3f} ({worst.name}) "
        f"to {best.means[0].mean:.3f} ({best.name})."
    )


def _named(panel: Panel, place: int, row: Group, beside: int) -> None:
    """The name and size of a group, to the left of the first panel."""
    room = int((beside - 30) / LETTER)
    name = row.name if len(row.name) <= room else f"{row.name[: room - 1].rstrip()}…"
    panel.text(0, place, name, shift=(-beside, -4), colour=INK)
    panel.text(0, place, str(row.count), "right", shift=(-8, -4))


@as_written()
def reliability(curve: Sequence[Mapping[str, float]], threshold: float) -> str:
    """The share answerable over the confidence, above how many questions have that confidence."""
    drawing = Drawing("reliability", WIDTH, 330)
    panel = drawing.panel(36, 10, (WIDTH - 50, 200), (0, 1), (0, 1))
    panel.scale_y((0, 0.25, 0.5, 0.75, 1), "{:g}")
    panel.line((0, 1), (0, 1), SOFT, 1, ":")
    x = [one["confidence"] for one in curve]
    y = [one["answerable"] for one in curve]
    panel.line(x, y, FIRST, 1.5)
    panel.dots(x, y, FIRST, 7)
    most = max(one["count"] for one in curve)
    below = drawing.panel(36, 232, (WIDTH - 50, 54), (0, 1), (0, most))
    for one in curve:
        below.bar(one["low"] + 0.004, one["high"] - one["low"] - 0.008, one["count"], AREA)
        middle = (one["low"] + one["high"]) / 2
        below.text(middle, one["count"], f"{one['count']:.0f}", "center", shift=(0, 3))
    below.scale_x((0, 0.25, 0.5, 0.75, 1), title="confidence", lines=False)
    for part in (panel, below):
        part.line((threshold, threshold), part.y, SECOND, 1, "--")
    panel.text(
        threshold, 0, f"refused below {threshold:.2f}", "right", shift=(-5, 6), colour=SECOND
    )
    told = ", ".join(
        f"{one['answerable']:.2f} of {one['count']:.0f} at {one['confidence']:.2f}" for one in curve
    )
    return drawing.svg(f"Share of answerable questions by confidence: {told}.")


@as_written()
def latency(times: Sequence[float], median: float, p95: float) -> str:
    """How many questions took how many milliseconds; the slowest hundredth in the last bar."""
    drawing = Drawing("latency", WIDTH, 200)
    values = np.array(times, np.float64)
    longest = max(float(np.quantile(values, 0.99)), p95, 1e-9)
    step = next((step for step in STEPS if longest <= step * BARS), STEPS[-1])
    count = int(longest // step) + 1
    heights = np.bincount(np.minimum(values // step, count - 1).astype(np.int64), minlength=count)
    end, most = float(count * step), float(heights.max())
    panel = drawing.panel(36, 26, (WIDTH - 50, 130), (0, end), (0, most))
    for i, height in enumerate(heights.tolist()):
        if height:
            panel.bar((i + 0.05) * step, 0.9 * step, height, AREA)
    apart = next(wide for wide in (*STEPS, end) if end / wide <= 8)
    panel.line((0, end), (0, 0), LINE)
    ticks = [apart * i for i in range(int(end // apart) + 1)]
    panel.scale_x(ticks, title="milliseconds", lines=False)
    panel.text(0, most, f"{most:.0f}", "right", shift=(-6, -4))
    for name, value, side in (("median", median, "right"), ("95 %", p95, "left")):
        panel.line((value, value), panel.y, FIRST, 1, "--")
        text = f"{name} {value:.0f}"
        beside = -4 if side == "right" else 4
        panel.text(value, most, text, "left" if side == "left" else "right", shift=(beside, 6))
    return drawing.svg(f"Histogram of latency: median {median:.0f} ms, 95 % below {p95:.0f} ms.")
