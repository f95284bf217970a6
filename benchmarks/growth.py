"""How the cost of a list grows with its length, as a table and as a plot."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from .lab import CONCURRENCY, NotMeasured, number
from .rows import limit, text_or_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .lab import Lab, Runs

_WIDTH: Final = 270
_HEIGHT: Final = 170
_LEFT: Final = 56
_TOP: Final = 40
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#333}.name{font-weight:600}.soft{fill:#666}.grid{stroke:#ddd}"
    ".value{paint-order:stroke;stroke:#fff;stroke-width:4px}.line{fill:none;stroke:#0b6e99;stroke-width:2}"
    ".bound{fill:none;stroke:#b5541c;stroke-width:1.5;stroke-dasharray:5 4}.dot{fill:#0b6e99}.hint{fill:#b5541c}"
)


@dataclass(frozen=True)
class Growth:
    """What lists of several lengths cost.

    Attributes:
        jobs: the lengths.
        runs: what was measured at each.
        limits: how many seconds each takes at least.
    """

    jobs: tuple[int, ...]
    runs: tuple[Runs, ...]
    limits: tuple[float, ...]


def measure(lab: Lab) -> Growth:
    """List more and more jobs, and see what each list costs."""
    sizes, latency = lab.scale.growth, lab.scale.latency
    runs = tuple(lab.listing("sync", jobs, latency) for jobs in sizes)
    limits = tuple(limit(lab, jobs, latency, CONCURRENCY) for jobs in sizes)
    return Growth(sizes, runs, limits)


def table(growth: Growth) -> list[list[str]]:
    """The rows, the headings first."""
    rows = [["jobs", "requests", "time", "limit", "processor time per job", "peak memory"]]
    for jobs, runs, least in zip(growth.jobs, growth.runs, growth.limits, strict=True):
        rows.append(
            [
                f"{jobs:,}",
                number(runs.sample("requests").median),
                runs.sample("seconds").text("s"),
                f"{number(least)} s",
                runs.sample("processor").text("µs", 1e6 / jobs),
                text_or_reason(partial(_peak_memory, runs)),
            ]
        )
    return rows


def _peak_memory(runs: Runs) -> str:
    return runs.most_memory.text("MB")


def plot(growth: Growth) -> str:
    """The same as an SVG: time, processor time per job, and memory."""
    seconds = [runs.sample("seconds").median for runs in growth.runs]
    processor = []
    for runs, jobs in zip(growth.runs, growth.jobs, strict=True):
        processor.append(runs.sample("processor").median / jobs * 1e6)
    panels = [
        _panel("time, s", growth.jobs, seconds, growth.limits),
        _panel("processor time per job, µs", growth.jobs, processor),
    ]
    with suppress(NotMeasured):
        memory = [runs.most_memory.median for runs in growth.runs]
        panels.append(_panel("memory, MB", growth.jobs, memory))
    step = _WIDTH + _LEFT + 24
    placed = []
    for place, panel in enumerate(panels):
        placed.append(f'<g transform="translate({step * place} 0)">{panel}</g>')
    width = step * len(panels)
    height = _HEIGHT + _TOP + 48
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>What a list costs as it grows</title><style>{_STYLE}</style>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(placed)}</svg>\n'
    )


def _panel(
    name: str, jobs: Sequence[int], values: Sequence[float], bound: Sequence[float] = ()
) -> str:
    """One plot over the number of jobs; logarithmic if it has a bound, otherwise linear from 0."""
    first, last = math.log10(jobs[0]), math.log10(jobs[-1])
    ticks = _steps(max(values))
    if bound:
        ticks = _powers([*values, *bound])

    def share_of_height(value: float) -> float:
        if bound:
            return math.log10(value / ticks[0]) / math.log10(ticks[-1] / ticks[0])
        return value / ticks[-1]

    def at(count: int, value: float) -> tuple[float, float]:
        across = (math.log10(count) - first) / (last - first)
        # The y axis of an SVG points down.
        down = 1 - share_of_height(value)
        return round(_LEFT + across * _WIDTH, 1), round(_TOP + down * _HEIGHT, 1)

    parts = [f'<text class="name" x="{_LEFT}" y="20">{name}</text>']
    for tick in ticks:
        x, y = at(jobs[0], tick)
        parts.append(f'<line class="grid" x1="{x}" y1="{y}" x2="{x + _WIDTH}" y2="{y}"/>')
        parts.append(
            f'<text class="soft" x="{x - 8}" y="{y + 4}" text-anchor="end">{tick:,g}</text>'
        )
    for count in jobs:
        x, _ = at(count, ticks[-1])
        parts.append(
            f'<text class="soft" x="{x}" y="{_TOP + _HEIGHT + 20}" text-anchor="middle">{count:,}</text>'
        )
    middle = _LEFT + _WIDTH / 2
    parts.append(
        f'<text class="soft" x="{middle}" y="{_TOP + _HEIGHT + 38}" text-anchor="middle">jobs</text>'
    )
    if bound:
        parts.append(_line("bound", [at(*point) for point in zip(jobs, bound, strict=True)]))
        parts.append(
            f'<text class="hint" x="{_LEFT + _WIDTH}" y="20" text-anchor="end">dashed: the limit</text>'
        )
    points = [at(*point) for point in zip(jobs, values, strict=True)]
    parts.append(_line("line", points))
    # The outermost labels would stick out of the plot if they were centred.
    anchors = {points[0][0]: "start", points[-1][0]: "end"}
    for (x, y), value in zip(points, values, strict=True):
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="3.5"/>')
        anchor = anchors.get(x, "middle")
        parts.append(
            f'<text class="value" x="{x}" y="{y - 9}" text-anchor="{anchor}">{number(value)}</text>'
        )
    return "".join(parts)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    pairs = " ".join(f"{x},{y}" for x, y in points)
    return f'<polyline class="{kind}" points="{pairs}"/>'


def _powers(values: Sequence[float]) -> list[float]:
    """The powers of ten around all values."""
    low = math.floor(math.log10(min(values)))
    high = math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _steps(highest: float) -> list[float]:
    """Some round numbers from 0 to above the highest value."""
    size = 10.0 ** math.floor(math.log10(highest))
    step = next(size * part for part in (0.2, 0.5, 1, 2, 5) if highest * 1.15 <= size * part * 5)
    return [step * count for count in range(math.ceil(highest * 1.15 / step) + 1)]
