"""The rows of the table: what is measured, and how it is said."""

from __future__ import annotations

import math
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from . import decoding as decoders
from .lab import CONCURRENCY, PAGE, NotMeasured, Sample, number
from .server import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lab import Commands, Lab, Runs

ADMITTED: Final = 4
TYPER: Final = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"


@dataclass(frozen=True)
class Row:
    """One line of the table: everything in words."""

    what: str
    official: str
    limit: str
    ours: str
    wanted: str


def shown(cell: Callable[[], str]) -> str:
    """What a cell of the table says; why, if it cannot be measured."""
    try:
        return cell()
    except NotMeasured as reason:
        return f"not measured: {reason}"


def limit(lab: Lab, jobs: int, latency: int, concurrency: int) -> float:
    """How many seconds a list takes at the least: RTT x (1 + ceil((pages - 1) / concurrency)) + transfer."""
    rounds = 1 + math.ceil((math.ceil(jobs / PAGE) - 1) / concurrency)
    return rounds * latency / 1000 + lab.listing("bare", jobs, 0).sample("seconds").median


def _compared(lab: Lab, ours: Sample, official: Callable[[], Runs], least: float | None) -> str:
    said = [ours.text("s")]
    with suppress(NotMeasured):
        times = official().sample("seconds").median / ours.median
        said.append(f"{number(times)} x as fast as the official client")
    if least is not None:
        said.append(f"{number(ours.median / least)} x the limit")
    return ", ".join(said)


def listing(lab: Lab) -> list[Row]:
    """Lists over a network: round trips count."""
    jobs, latency = lab.scale.jobs, lab.scale.latency
    wanted = {
        ("sync", 8): "≥ 6.5 x as fast, ≤ 1.2 x the limit",
        ("async", 8): "≥ 6.0 x as fast, ≤ 1.3 x the limit",
        ("sync", 16): "≥ 9 x as fast",
        ("async", 16): "≥ 9 x as fast",
    }

    def official() -> Runs:
        return lab.listing("official", jobs, latency)

    rows = []
    for (client, concurrency), aim in wanted.items():
        seconds = lab.listing(client, jobs, latency, concurrency=concurrency).sample("seconds")
        least = limit(lab, jobs, latency, concurrency)
        rows.append(
            Row(
                f"list {jobs:,} jobs, {latency} ms a request, {concurrency} in flight, {client}",
                shown(lambda: official().sample("seconds").text("s")),
                f"{number(least)} s",
                _compared(lab, seconds, official, least),
                aim,
            )
        )
    return rows


def no_latency(lab: Lab) -> list[Row]:
    """Lists over no network: what the client itself takes counts."""
    jobs = lab.scale.jobs

    def official() -> Runs:
        return lab.listing("official", jobs, 0)

    return [
        Row(
            f"list {jobs:,} jobs, 0 ms a request, {CONCURRENCY} in flight, {client}",
            shown(lambda: official().sample("seconds").text("s")),
            "-",
            _compared(lab, lab.listing(client, jobs, 0).sample("seconds"), official, None),
            "not slower than the official client",
        )
        for client in ("sync", "async")
    ]


def refusals(lab: Lab) -> list[Row]:
    """A server that refuses what is too much for it."""
    jobs, latency = lab.scale.jobs, lab.scale.latency
    least = limit(lab, jobs, latency, ADMITTED) + RETRY_AFTER
    rows = []
    for client in ("sync", "async"):
        runs = lab.listing(client, jobs, latency, admitted=ADMITTED)
        refused = number(runs.sample("refused").median)
        rows.append(
            Row(
                f"list {jobs:,} jobs, {latency} ms a request, {ADMITTED} admitted at a time, the others get 429 and "
                f"`Retry-After: {RETRY_AFTER}`, {client}",
                "-",
                f"{number(least)} s",
                f"{runs.sample('seconds').text('s')}, {number(runs.sample('seconds').median / least)} x the limit; "
                f"{refused} refused",
                "≤ 2.8 s with the default settings",
            )
        )
    return rows


def decoding(lab: Lab) -> list[Row]:
    """From the text of a page to typed objects; the official client's models are those of pydantic."""
    texts = decoders.pages(decoders.PAGES)
    every = decoders.ways()
    ways = {name: way for name, way in every.items() if not isinstance(way, str)}
    took = decoders.shortest(ways, texts, lab.scale.rounds)
    unit = took.get(decoders.TYPED)

    def said(name: str, seconds: float) -> str:
        times = "" if unit is None else f", {number(seconds / unit)} x"
        return f"{name}: {number(seconds)} µs{times}"

    def official() -> str:
        given = {"texts": [text.decode() for text in texts], "rounds": lab.scale.rounds}
        return said("pydantic", lab.work(do="decoded", **given)["microseconds"])

    figures = {
        name: said(name, took[name]) if name in took else f"{name}: {way}"
        for name, way in every.items()
    }
    ours = [text for name, text in figures.items() if name.startswith("our models")]
    return [
        Row(
            "decode one job into a typed model, nothing lost",
            shown(official),
            "; ".join(text for text in figures.values() if text not in ours),
            "; ".join(ours),
            "≤ 4 x msgspec",
        )
    ]


def starting(lab: Lab) -> list[Row]:
    """How long an import and a first client take, and the memory of a program that has read one page."""
    python = sys.executable
    bare = "a bare `python -c pass`"
    ours = lab.starts(
        {
            "bare": [python, "-c", "pass"],
            "import": [python, "-c", "import pasqal_client"],
            "client": [
                python,
                "-c",
                "from pasqal_client import PasqalClient; PasqalClient(token='token')",
            ],
        },
        lab.scale.starts,
    )

    def times(started: dict[str, Sample], name: str) -> str:
        return f"{number(started[name].median / started['bare'].median)} x, {started[name].text('ms', 1000)}"

    def official() -> str:
        python = lab.interpreter("official")
        commands: Commands = {
            "bare": [python, "-c", "pass"],
            "import": [python, "-c", "import pasqal_cloud"],
        }
        return times(lab.starts(commands, math.ceil(lab.scale.starts / 5)), "import")

    def imported(module: str) -> str:
        size = lab.work(do="imported", module=module)["resident"]
        if size is None:
            raise NotMeasured("this system has no /proc")
        return f"{number(size / 1e6)} MB after the import"

    one_page = lab.listing("sync", PAGE, 0)
    return [
        Row(f"import, against {bare}", shown(official), "1 x", times(ours, "import"), "≤ 1.5 x"),
        Row(f"first client built, against {bare}", "-", "1 x", times(ours, "client"), "≤ 22 x"),
        Row(
            "memory after one page",
            shown(lambda: imported("pasqal_cloud")),
            f"{shown(lambda: imported('sys')).removesuffix(' after the import')}, the interpreter alone",
            shown(lambda: one_page.after_one_page.text("MB")),
            "≤ 45 MB",
        ),
    ]


def helping(lab: Lab) -> list[Row]:
    """How long the command line takes to say what it can do."""
    command = Path(sysconfig.get_path("scripts")) / "pasqal"

    def ours() -> tuple[str, str]:
        if not command.exists():
            raise NotMeasured("the command `pasqal` is not installed")
        python = sys.executable
        commands: Commands = {
            "bare": [python, "-c", "pass"],
            "typer": [python, "-c", TYPER],
            "pasqal": [command, "--help"],
        }
        taken = lab.starts(commands, lab.scale.starts)
        said = (
            f"{number(taken[n].median / taken['bare'].median)} x, {taken[n].text('ms', 1000)}"
            for n in commands
        )
        _, typer, pasqal = said
        return typer, pasqal

    try:
        typer, pasqal = ours()
    except NotMeasured as reason:
        typer, pasqal = "-", f"not measured: {reason}"
    what = "`pasqal --help`, against a bare `python -c pass`"
    return [Row(what, "-", f"a bare typer: {typer}", pasqal, "≤ 12 x")]


def streaming(lab: Lab) -> list[Row]:
    """Memory while jobs are read and dropped."""
    return [_memory(lab, client, keep=False) for client in ("sync", "async")]


def collecting(lab: Lab) -> list[Row]:
    """Memory while jobs are read and kept."""
    return [_memory(lab, client, keep=True) for client in ("sync", "async")]


def _memory(lab: Lab, client: str, *, keep: bool) -> Row:
    jobs = lab.scale.many

    def said(name: str) -> str:
        runs = lab.listing(name, jobs, 0, keep=keep)
        return f"{runs.memory_per_job.text('B a job')}, {runs.most_memory.text('MB')} in all"

    return Row(
        f"{'collect' if keep else 'stream'} {jobs:,} jobs{'' if keep else ', dropping them'}, {client}",
        shown(lambda: said("official")),
        "-" if keep else "0 B a job",
        shown(lambda: said(client)),
        "≤ 2,100 B a job" if keep else "≤ 20 B a job, ≤ 50 MB in all",
    )


ROWS: Final[dict[str, Callable[[Lab], list[Row]]]] = {
    "list": listing,
    "no-latency": no_latency,
    "refusals": refusals,
    "decode": decoding,
    "import": starting,
    "help": helping,
    "stream": streaming,
    "collect": collecting,
}
