"""How the cost of a list grows with its length, as a table and as a plot."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .lab import CONCURRENCY, NotMeasured, number
from .rows import limit, shown

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
        runs: what was seen at each.
        limits: how many seconds each takes at the least.
    """

    jobs: tuple[int, ...]
    runs: tuple[Runs, ...]
    limits: tuple[float, ...]


def grown(lab: Lab) -> Growth:
    """Measure."""
    sizes, latency = lab.scale.growth, lab.scale.latency
    return Growth(
        sizes,
        tuple(lab.listing("sync", jobs, latency) for jobs in sizes),
        tuple(limit(lab, jobs, latency, CONCURRENCY) for jobs in sizes),
    )


def table(growth: Growth) -> list[list[str]]:
    """The rows, with their head."""
    rows = [
        ["jobs", "requests", "time", "limit", "processor time per job", "memory at its largest"]
    ]
    for jobs, runs, least in zip(growth.jobs, growth.runs, growth.limits, strict=True):
        rows.append(
            [
                f"{jobs:,}",
                number(runs.sample("requests").median),
                runs.sample("seconds").text("s"),
                f"{number(least)} s",
                runs.sample("processor").text("µs", 1e6 / jobs),
                # bound for the loop
                shown(lambda runs=runs: runs.most_memory.text("MB")),  # type: ignore[misc]
            ]
        )
    return rows


def plot(growth: Growth) -> str:
    """The same as an SVG: time, processor time per job, and memory."""
    seconds = [runs.sample("seconds").median for runs in growth.runs]
    per_job = [
        runs.sample("processor").median / jobs * 1e6
        for runs, jobs in zip(growth.runs, growth.jobs, strict=True)
    ]
    panels = [
        _panel("time, s", growth.jobs, seconds, growth.limits),
        _panel("processor time per job, µs", growth.jobs, per_job),
    ]
    with suppress(NotMeasured):
        panels.append(
            _panel("memory, MB", growth.jobs, [runs.most_memory.median for runs in growth.runs])
        )
    step = _WIDTH + _LEFT + 24
    placed = (
        f'<g transform="translate({step * place} 0)">{panel}</g>'
        for place, panel in enumerate(panels)
    )
    width, height = step * len(panels), _HEIGHT + _TOP + 48
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img"><title>What a list costs as it grows</title><style>{_STYLE}</style>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(placed)}</svg>\n'
    )


def _panel(
    name: str, jobs: Sequence[int], values: Sequence[float], bound: Sequence[float] = ()
) -> str:
    """One plot over the number of jobs; logarithmic if it has a bound, else from 0 up."""
    first, last = math.log10(jobs[0]), math.log10(jobs[-1])
    ticks = _powers([*values, *bound]) if bound else _steps(max(values))

    def at(count: int, value: float) -> tuple[float, float]:
        across = (math.log10(count) - first) / (last - first)
        up = (
            math.log10(value / ticks[0]) / math.log10(ticks[-1] / ticks[0])
            if bound
            else value / ticks[-1]
        )
        return round(_LEFT + across * _WIDTH, 1), round(_TOP + (1 - up) * _HEIGHT, 1)

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
    for (x, y), value in zip(points, values, strict=True):
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="3.5"/>')
        anchor = "start" if x == points[0][0] else "end" if x == points[-1][0] else "middle"
        parts.append(
            f'<text class="value" x="{x}" y="{y - 9}" text-anchor="{anchor}">{number(value)}</text>'
        )
    return "".join(parts)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{kind}" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'


def _powers(values: Sequence[float]) -> list[float]:
    """The powers of ten around all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _steps(highest: float) -> list[float]:
    """Some round numbers from 0 to above the highest value."""
    size = 10.0 ** math.floor(math.log10(highest))
    step = next(size * part for part in (0.2, 0.5, 1, 2, 5) if highest * 1.15 <= size * part * 5)
    return [step * count for count in range(math.ceil(highest * 1.15 / step) + 1)]
