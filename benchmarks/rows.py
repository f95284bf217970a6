"""The rows of the table: what is measured, and how it is put into words."""

from __future__ import annotations

import math
import sys
import sysconfig
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pasqal_core_api.models import BatchPage

from . import creation, waits
from . import decoding as decoders
from .lab import CONCURRENCY, HERE, PAGE, NotMeasured, Sample, number
from .server import RETRY_AFTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lab import Commands, Lab, Runs

ADMITTED: Final = 4
CLIENT: Final = "from pasqal_client import PasqalClient; PasqalClient(token='token')"
PAGE_READ: Final = (
    "from pasqal_client import PasqalClient; PasqalClient(token='token', base_url={!r}).jobs.page()"
)
OFFICIAL_PAGE_READ: Final = (
    "import sys; sys.path.insert(0, {!r}); import worker; "
    "worker.official_client({!r}, 'token').get_jobs()"
)
# The HTTP library imports its own command line where it finds click and rich, which ours needs.
NO_COMMAND_LINE: Final = "import sys; sys.modules['click'] = sys.modules['rich'] = None; "
HOUR: Final = 3600
TYPER: Final = "import typer; app = typer.Typer(); app.command()(lambda: None); app(['--help'])"


@dataclass(frozen=True)
class Row:
    """One row of the table, as text."""

    what: str
    official: str
    limit: str
    ours: str
    wanted: str


def text_or_reason(cell: Callable[[], str]) -> str:
    """The text of a cell, or the reason why it cannot be measured."""
    try:
        return cell()
    except NotMeasured as reason:
        return f"not measured: {reason}"


def limit(lab: Lab, jobs: int, latency: int, concurrency: int) -> float:
    """How many seconds a list takes at least: RTT x (1 + ceil((pages - 1) / concurrency)) + transfer."""
    pages = math.ceil(jobs / PAGE)
    rounds = 1 + math.ceil((pages - 1) / concurrency)
    transfer = lab.listing("bare", jobs, 0).sample("seconds").median
    return rounds * latency / 1000 + transfer


def _compared(ours: Sample, official: Callable[[], Runs], least: float | None) -> str:
    texts = [ours.text("s")]
    with suppress(NotMeasured):
        times = official().sample("seconds").median / ours.median
        texts.append(f"{number(times)} x as fast as the official client")
    if least is not None:
        texts.append(f"{number(ours.median / least)} x the limit")
    return ", ".join(texts)


def listing(lab: Lab) -> list[Row]:
    """Lists over a network, where round trips matter."""
    jobs, latency = lab.scale.jobs, lab.scale.latency
    targets = {
        ("sync", 8): "≥ 6.5 x as fast, ≤ 1.2 x the limit",
        ("async", 8): "≥ 6.0 x as fast, ≤ 1.3 x the limit",
        ("sync", 16): "≥ 9 x as fast",
        ("async", 16): "≥ 9 x as fast",
    }

    def official() -> Runs:
        return lab.listing("official", jobs, latency)

    rows = []
    for (client, concurrency), target in targets.items():
        seconds = lab.listing(client, jobs, latency, concurrency=concurrency).sample("seconds")
        least = limit(lab, jobs, latency, concurrency)
        rows.append(
            Row(
                f"list {jobs:,} jobs, {latency} ms per request, {concurrency} in flight, {client}",
                text_or_reason(lambda: official().sample("seconds").text("s")),
                f"{number(least)} s",
                _compared(seconds, official, least),
                target,
            )
        )
    return rows


def no_latency(lab: Lab) -> list[Row]:
    """Lists without latency, where the time of the client itself matters."""
    jobs = lab.scale.jobs

    def official() -> Runs:
        return lab.listing("official", jobs, 0)

    theirs = text_or_reason(lambda: official().sample("seconds").text("s"))
    rows = []
    # The official client has one request in flight; where nothing has to be waited for, so can ours.
    for concurrency in (CONCURRENCY, 1):
        for client in ("sync", "async"):
            runs = lab.listing(client, jobs, 0, concurrency=concurrency)
            rows.append(
                Row(
                    f"list {jobs:,} jobs, 0 ms per request, {concurrency} in flight, {client}",
                    theirs,
                    "-",
                    _compared(runs.sample("seconds"), official, None),
                    "≥ 1.5 x as fast as the official client",
                )
            )
    return rows


def refusals(lab: Lab) -> list[Row]:
    """A server that refuses requests beyond a number at once."""
    jobs, latency = lab.scale.jobs, lab.scale.latency
    least = limit(lab, jobs, latency, ADMITTED) + RETRY_AFTER
    rows = []
    for client in ("sync", "async"):
        runs = lab.listing(client, jobs, latency, admitted=ADMITTED)
        seconds = runs.sample("seconds")
        refused = number(runs.sample("refused").median)
        rows.append(
            Row(
                f"list {jobs:,} jobs, {latency} ms per request, {ADMITTED} admitted at a time, the others get 429 and "
                f"`Retry-After: {RETRY_AFTER}`, {client}",
                "-",
                f"{number(least)} s",
                f"{seconds.text('s')}, {number(seconds.median / least)} x the limit; {refused} refused",
                "≤ 2.8 s with the default settings",
            )
        )
    return rows


def results(lab: Lab) -> list[Row]:
    """The results of the jobs of a batch, each a link and a file, over a network."""
    few = min(lab.scale.results)

    def official() -> Runs:
        return lab.results("official", few, lab.scale.latency)

    rows = []
    for jobs in lab.scale.results:
        for concurrency in (8, 16):
            rows += [
                _results_row(lab, client, jobs, concurrency, official, compares=jobs == few)
                for client in ("sync", "async")
            ]
    rows.append(_saved_results(lab))
    return rows


def _results_row(
    lab: Lab,
    client: str,
    jobs: int,
    concurrency: int,
    official: Callable[[], Runs],
    *,
    compares: bool,
) -> Row:
    latency = lab.scale.latency
    seconds = lab.results(client, jobs, latency, concurrency=concurrency).sample("seconds")
    pages = math.ceil(jobs / PAGE)
    rounds = 1 + math.ceil((pages - 1) / concurrency) + 2 * math.ceil(jobs / concurrency)
    least = rounds * latency / 1000
    ours = f"{seconds.text('s')}, {number(seconds.median / least)} x the limit"
    theirs = "-"
    if compares:
        theirs = text_or_reason(lambda: _seconds_and_requests(official()))
    return Row(
        f"results of {jobs:,} jobs of a batch, {latency} ms per request, {concurrency} in flight, {client}",
        theirs,
        f"{number(least)} s",
        ours,
        "≤ 1.15 x the limit",
    )


def _seconds_and_requests(runs: Runs) -> str:
    requests = number(runs.sample("requests").median)
    return f"{runs.sample('seconds').text('s')}, {requests} requests"


def _saved_results(lab: Lab) -> Row:
    jobs = lab.scale.saved

    def ours() -> str:
        runs = lab.results("saved", jobs, 0)
        return f"{runs.memory_per_job.text('B per job')}, {runs.most_memory.text('MB')} in total"

    return Row(
        f"save the results of {jobs:,} jobs to a folder, {CONCURRENCY} in flight, sync",
        "-",
        "0 B per job",
        text_or_reason(ours),
        "≤ 200 B per job, ≤ 55 MB in total",
    )


def submitting(lab: Lab) -> list[Row]:
    """A batch from its submission to its end: one request to submit, one for its state, one for its jobs."""
    jobs, latency = 2, lab.scale.latency
    least = 3 * latency / 1000

    def official() -> str:
        return _seconds_and_requests(waits.submitted(lab, "official", jobs))

    theirs = text_or_reason(official)
    rows = []
    for client in ("sync", "async"):
        runs = waits.submitted(lab, client, jobs)
        times = runs.sample("seconds").median / least
        rows.append(
            Row(
                f"submit {jobs} jobs that end at once and wait for them, {latency} ms per request, {client}",
                theirs,
                f"{number(least)} s, 3 requests",
                f"{_seconds_and_requests(runs)}, {number(times)} x the limit",
                "≤ 4 requests, ≤ 1.3 x the limit",
            )
        )
    return rows


def waiting(lab: Lab) -> list[Row]:
    """A long wait, by a clock that is set forward by each pause."""
    jobs = lab.scale.waited

    def seen(client: str) -> str:
        runs = waits.waited(lab, client, jobs, HOUR)
        requests = number(runs.sample("requests").median)
        listed = number(runs.sample("listed").median)
        received = number(runs.sample("received").median / 1000)
        return f"{requests} requests, {listed} of them for jobs, {received} kB"

    return [
        Row(
            f"wait for a batch whose {jobs:,} jobs take an hour, and read how each ended, sync",
            text_or_reason(lambda: seen("official")),
            "-",
            seen("sync"),
            "fewer requests than the official client, none for jobs before the end",
        )
    ]


def decoding(lab: Lab) -> list[Row]:
    """From the text of a page to typed objects; the official client's models are pydantic's."""
    texts = decoders.pages(decoders.PAGES)
    unit, others, ours = _decoded(texts, decoders.ways(), lab.scale.rounds)

    def official() -> str:
        decoded = [text.decode() for text in texts]
        seen = lab.work(do="decoded", texts=decoded, rounds=lab.scale.rounds)
        return _compared_to_unit("pydantic", seen["microseconds"], unit)

    batches = decoders.batches(decoders.PAGES)
    _, batch_others, batch_ours = _decoded(batches, decoders.ways(BatchPage), lab.scale.rounds)
    return [
        Row(
            "decode one job into a typed model, nothing lost",
            text_or_reason(official),
            others,
            ours,
            "≤ 2.5 x msgspec with it, ≤ 3.5 x without",
        ),
        Row(
            f"decode one of the {decoders.SIZE} jobs in a batch, with the batch, nothing lost",
            "-",
            batch_others,
            batch_ours,
            "≤ 3 x msgspec",
        ),
    ]


def _decoded(
    texts: list[bytes], every: dict[str, decoders.Way | str], rounds: int
) -> tuple[float | None, str, str]:
    """What the unit of the ratios takes, if it is there, and the cells of the others and of ours."""
    ways = {name: way for name, way in every.items() if not isinstance(way, str)}
    took = decoders.measure_shortest(ways, texts, rounds)
    unit = took.get(decoders.TYPED)
    ours, others = [], []
    for name, way in every.items():
        if name.startswith("our models"):
            ours.append(_compared_to_unit(name, took[name], unit))
        elif name in took:
            others.append(_compared_to_unit(name, took[name], unit))
        else:
            others.append(f"{name}: {way}")
    return unit, "; ".join(others), "; ".join(ours)


def _compared_to_unit(name: str, microseconds: float, unit: float | None) -> str:
    text = f"{name}: {number(microseconds)} µs"
    if unit is not None:
        text += f", {number(microseconds / unit)} x"
    return text


def creating(lab: Lab) -> list[Row]:
    """From the arguments of a batch to the bytes that are sent, without sending them."""
    took = creation.measure(lab.scale.jobs // 10, lab.scale.rounds)
    what = f"create a batch of {lab.scale.jobs // 10:,} jobs with variables: build, check, encode, gzip"
    ours = f"{number(took.ours)} ms"
    if took.limit is None:
        return [Row(what, "-", "not measured: orjson is not installed", ours, "≤ 3 x")]
    times = number(took.ours / took.limit)
    return [
        Row(
            what,
            "-",
            f"orjson and zlib, of what is built and checked: {number(took.limit)} ms",
            f"{ours}, {times} x",
            "≤ 3 x",
        )
    ]


def starting(lab: Lab) -> list[Row]:
    """The time of an import, of a first client and of a first page, and the memory after that page."""
    python = sys.executable
    bare = "a bare `python -c pass`"
    ours = lab.starts(
        {
            "bare": [python, "-c", "pass"],
            "import": [python, "-c", "import pasqal_client"],
            "client": [python, "-c", CLIENT],
            "plain client": [python, "-c", NO_COMMAND_LINE + CLIENT],
            "page": [python, "-c", PAGE_READ.format(lab.address(PAGE))],
        },
        lab.scale.starts,
    )

    @cache
    def official() -> dict[str, Sample]:
        python = lab.interpreter("official")
        commands: Commands = {
            "bare": [python, "-c", "pass"],
            "import": [python, "-c", "import pasqal_cloud"],
            "page": [python, "-c", OFFICIAL_PAGE_READ.format(str(HERE), lab.address(PAGE))],
        }
        # Its import takes a hundred times as long as ours, so fewer starts will do.
        return lab.starts(commands, math.ceil(lab.scale.starts / 5))

    def imported(module: str) -> str:
        size = lab.work(do="imported", module=module)["resident"]
        if size is None:
            raise NotMeasured("this system has no /proc")
        return f"{number(size / 1e6)} MB after the import"

    one_page = lab.listing("sync", PAGE, 0)
    interpreter = text_or_reason(lambda: imported("sys")).removesuffix(" after the import")
    return [
        Row(
            f"import, against {bare}",
            text_or_reason(lambda: _against_bare(official(), "import")),
            "1 x",
            _against_bare(ours, "import"),
            "≤ 1.3 x",
        ),
        Row(
            f"first client built, against {bare}",
            "-",
            "1 x",
            f"{_against_bare(ours, 'client')}; without the extra `cli` {_against_bare(ours, 'plain client')}",
            "≤ 15 x",
        ),
        Row(
            f"first page of {PAGE} jobs read, against {bare}",
            text_or_reason(lambda: _against_bare(official(), "page")),
            "1 x",
            _against_bare(ours, "page"),
            "-",
        ),
        Row(
            "memory after one page",
            text_or_reason(lambda: imported("pasqal_cloud")),
            f"{interpreter}, the interpreter alone",
            text_or_reason(lambda: one_page.after_one_page.text("MB")),
            "≤ 45 MB",
        ),
    ]


def _against_bare(started: dict[str, Sample], name: str) -> str:
    times = started[name].median / started["bare"].median
    return f"{number(times)} x, {started[name].text('ms', 1000)}"


def helping(lab: Lab) -> list[Row]:
    """The time that the command line takes to print its help."""
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
        started = lab.starts(commands, lab.scale.starts)
        return _against_bare(started, "typer"), _against_bare(started, "pasqal")

    try:
        typer, pasqal = ours()
    except NotMeasured as reason:
        typer, pasqal = "-", f"not measured: {reason}"
    what = "`pasqal --help`, against a bare `python -c pass`"
    return [Row(what, "-", f"a bare typer: {typer}", pasqal, "≤ 7 x")]


def many_ids(lab: Lab) -> list[Row]:
    """A list of a great many ids: checked, split over requests, and the first one made."""
    ids = 10 * lab.scale.many
    seen = [lab.work(do="ids", ids=ids) for _ in range(lab.scale.repeats)]
    processor = Sample(tuple(run["processor"] for run in seen))
    texts = [f"{processor.text('s')} of processor time"]
    if seen[0]["after"] is not None:
        grown = Sample(tuple((run["after"] - run["before"]) / 1e6 for run in seen))
        texts.append(f"{grown.text('MB')} more")
    return [
        Row(
            f"list jobs by {ids:,} ids: build and first request",
            "-",
            "-",
            ", ".join(texts),
            "linear, ≤ 3 s",
        )
    ]


def streaming(lab: Lab) -> list[Row]:
    """Memory while jobs are read and dropped."""
    what = f"stream {lab.scale.many:,} jobs, dropping them"
    return [
        Row(
            f"{what}, {client}",
            _memory(lab, "official", keep=False),
            "0 B per job",
            _memory(lab, client, keep=False),
            "≤ 20 B per job, ≤ 50 MB in total",
        )
        for client in ("sync", "async")
    ]


def collecting(lab: Lab) -> list[Row]:
    """Memory while jobs are read and kept."""
    what = f"collect {lab.scale.many:,} jobs"
    return [
        Row(
            f"{what}, {client}",
            _memory(lab, "official", keep=True),
            "-",
            _memory(lab, client, keep=True),
            "≤ 2,100 B per job",
        )
        for client in ("sync", "async")
    ]


def _memory(lab: Lab, client: str, *, keep: bool) -> str:
    def measure() -> str:
        runs = lab.listing(client, lab.scale.many, 0, keep=keep)
        per_job = runs.memory_per_job.text("B per job")
        return f"{per_job}, {runs.most_memory.text('MB')} in total"

    return text_or_reason(measure)


ROWS: Final[dict[str, Callable[[Lab], list[Row]]]] = {
    "list": listing,
    "no-latency": no_latency,
    "refusals": refusals,
    "results": results,
    "submit": submitting,
    "wait": waiting,
    "decode": decoding,
    "create": creating,
    "ids": many_ids,
    "import": starting,
    "help": helping,
    "stream": streaming,
    "collect": collecting,
}
