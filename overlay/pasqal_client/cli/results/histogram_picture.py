"""Draws histograms as SVG, in columns, and as a page with a table of the same bitstrings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import frozen

from ..pictures import page
from ..pictures.markup import HEAD, NOTE, safe
from ..pictures.style import CHARACTER, EDGE, WIDTH, state_class
from . import markup
from .histogram import numbered, share_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .histogram import Bar, Histogram
    from .summary import Summary

MOST: Final = 200
"""More jobs than these are not drawn."""
MOST_BARS: Final = 100
"""More bitstrings of a job than these are not drawn."""

_TOP: Final = 96
_BETWEEN: Final = 40
_LINE: Final = 18
_BAR_ROOM: Final = 160
_NUMBERS_ROOM: Final = 130
_LONGEST: Final = 200
"""Characters of a bitstring, or of another text, that are drawn; pointing at it shows more."""
_LONGEST_TITLE: Final = 2000


@frozen
class _Frame:
    """How the histograms stand.

    Attributes:
        labels: how wide the bitstrings are, in pixels.
        panel: how wide a histogram is.
        columns: how many stand beside each other.
        tallest: the share of the longest bar.
    """

    labels: float
    panel: float
    columns: int
    tallest: float

    @property
    def width(self) -> float:
        """Of the whole picture."""
        used = self.columns * (self.panel + _BETWEEN) - _BETWEEN
        return max(WIDTH, used + 2 * EDGE)


def _frame(histograms: Sequence[Histogram]) -> _Frame:
    labels = [len(bar.label) for histogram in histograms for bar in histogram.bars]
    label_room = CHARACTER * (min(max(labels, default=0), _LONGEST) + 2)
    texts = [text for histogram in histograms for text in _heading(histogram)]
    heading_room = CHARACTER * max(map(len, texts), default=0)
    panel = max(label_room + _NUMBERS_ROOM + _BAR_ROOM, heading_room)
    room = WIDTH - 2 * EDGE + _BETWEEN
    # What is too wide for the page has a column of its own.
    columns = max(1, int(room / (panel + _BETWEEN)))
    return _Frame(
        labels=label_room,
        panel=max(panel, room / columns - _BETWEEN),
        columns=columns,
        tallest=max(histogram.tallest for histogram in histograms),
    )


def _heading(histogram: Histogram) -> list[str]:
    lines = [f"{histogram.job_id}  {histogram.status}", histogram.facts]
    if histogram.variables:
        lines.append(histogram.variables)
    return [_cut(line) for line in lines]


def _cut(text: str, longest: int = _LONGEST) -> str:
    if len(text) <= longest:
        return text
    return f"{text[: longest - 1]}…"


def draw_svg(summary: Summary, histograms: Sequence[Histogram], more: int) -> str:
    """The picture.

    Args:
        summary: which jobs these are.
        histograms: what is drawn of them.
        more: how many others have results, too.
    """
    return "\n".join(_picture(summary, histograms, more)) + "\n"


def _picture(summary: Summary, histograms: Sequence[Histogram], more: int) -> Iterator[str]:
    frame = _frame(histograms)
    rows = [
        histograms[start : start + frame.columns]
        for start in range(0, len(histograms), frame.columns)
    ]
    heights = [max(map(_height, row)) for row in rows]
    bottom = _TOP + sum(heights)
    yield HEAD.format(
        width=frame.width,
        height=bottom + _LINE,
        mark=markup.MARK,
        style=markup.STYLE,
        edge=EDGE,
        title=safe(summary.title),
        summary=safe(summary.text),
        line=safe(f"{summary.text}; all bars have one scale"),
    )
    y = _TOP
    for row, height in zip(rows, heights, strict=True):
        for column, histogram in enumerate(row):
            x = EDGE + column * (frame.panel + _BETWEEN)
            yield from _panel(histogram, x, y, frame)
        y += height
    if more:
        drawn = numbered(len(histograms), "job")
        note = f"The first {drawn} are drawn; {more:,} more have results."
        yield NOTE.format(x=EDGE, y=bottom, note=note)
    yield "</svg>"


def _height(histogram: Histogram) -> int:
    lines = len(_heading(histogram)) + len(histogram.bars) + bool(histogram.rest)
    return _LINE * lines + _BETWEEN


def _panel(histogram: Histogram, x: float, y: int, frame: _Frame) -> Iterator[str]:
    status_x = x + CHARACTER * (len(histogram.job_id) + 2)
    style = state_class(histogram.status)
    yield markup.TEXT.format(style="head", x=x, y=y, text=safe(histogram.job_id))
    yield markup.TEXT.format(style=style, x=status_x, y=y, text=safe(histogram.status))
    for line in _heading(histogram)[1:]:
        y += _LINE
        yield markup.TEXT.format(style="faint", x=x, y=y, text=safe(line))
    for bar in histogram.bars:
        y += _LINE
        yield from _bar(histogram, bar, x, y, frame)
    if histogram.rest:
        yield markup.TEXT.format(style="faint", x=x, y=y + _LINE, text=safe(histogram.rest))


def _bar(histogram: Histogram, bar: Bar, x: float, y: int, frame: _Frame) -> Iterator[str]:
    count, share = f"{bar.count:,}", share_text(bar.share)
    label = _cut(bar.label, _LONGEST_TITLE)
    title = safe(f"{label}: {count} of {numbered(histogram.shots, 'shot')}, {share}")
    yield markup.GROUP.format(title=title)
    yield markup.TEXT.format(style="", x=x, y=y, text=safe(_cut(bar.label)))
    numbers = x + frame.labels + _NUMBERS_ROOM
    yield markup.TEXT.format(style="number", x=numbers - 62, y=y, text=count)
    yield markup.TEXT.format(style="number", x=numbers - 10, y=y, text=share)
    if bar.count:
        # The rest of the panel is for the bar, and even the rarest has one.
        room = frame.panel - frame.labels - _NUMBERS_ROOM
        width = max(1, room * bar.share / frame.tallest)
        yield markup.BAR.format(x=numbers, y=y - 10, width=width)
    yield "</g>"


def draw_page(summary: Summary, histograms: Sequence[Histogram], more: int) -> str:
    """The page; its arguments are those of `draw_svg`."""
    return page.draw_page(
        markup.MARK,
        summary.title,
        "results",
        _picture(summary, histograms, more),
        ["job", "status", "variables", "bitstring", "count", "share"],
        _rows(histograms),
    )


def _rows(histograms: Sequence[Histogram]) -> Iterator[list[str]]:
    for histogram in histograms:
        job = [histogram.job_id, histogram.status, histogram.variables]
        for bar in histogram.bars:
            yield [*job, bar.label, f"{bar.count:,}", share_text(bar.share)]
