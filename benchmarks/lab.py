"""Where things are measured: a server in one process, and each client in a fresh process of its own."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from urllib.request import ProxyHandler, build_opener

from official_environment import UnavailableError, find_environment, make_environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE: Final = Path(__file__).parent
PAGE: Final = 100
CONCURRENCY: Final = 8

Commands: TypeAlias = "Mapping[str, Sequence[str | Path]]"


class NotMeasured(Exception):  # noqa: N818  # it is not an error
    """Raised where something cannot be measured; the text says why."""


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Attributes:
        jobs: how many jobs a list has.
        latency: how long a request takes, in ms.
        many: how many jobs are streamed and collected.
        growth: the lengths of the lists that show how cost grows.
        results: of how many jobs the results are fetched.
        saved: of how many jobs they are saved.
        waited: for how many jobs is waited.
        repeats: how often each listing is measured.
        starts: how often each program is started.
        seconds: for how long each pure piece is measured.
        rounds: how often each page is decoded.
        warms: whether each thing is done once before it is measured.
        official: whether the official client is installed if need be, used only if it is found, or
            left out.
    """

    jobs: int
    latency: int
    many: int
    growth: tuple[int, ...]
    results: tuple[int, ...]
    saved: int
    waited: int
    repeats: int
    starts: int
    seconds: float
    rounds: int
    warms: bool
    official: Literal["installed", "found", "left out"]

    @property
    def largest(self) -> int:
        """How many jobs the server needs."""
        return max(self.jobs, self.many, *self.growth)


FULL: Final = Scale(
    jobs=10_000,
    latency=50,
    many=100_000,
    growth=(1_000, 10_000, 100_000),
    results=(100, 1_000),
    saved=10_000,
    waited=1_000,
    repeats=5,
    starts=25,
    seconds=1.0,
    rounds=40,
    warms=True,
    official="installed",
)
QUICK: Final = Scale(
    jobs=600,
    latency=2,
    many=1_000,
    growth=(100, 300, 1_000),
    results=(10,),
    saved=100,
    waited=10,
    repeats=1,
    starts=1,
    seconds=0.01,
    rounds=1,
    warms=False,
    official="found",
)


@dataclass(frozen=True)
class Sample:
    """Repeated measurements of one thing."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values)

    def text(self, unit: str, factor: float = 1) -> str:
        """The median, and the spread if there is one, for a person to read."""
        low = number(min(self.values) * factor)
        high = number(max(self.values) * factor)
        middle = f"{number(self.median * factor)} {unit}"
        if low == high:
            return middle
        return f"{middle} ({low} to {high})"


def number(value: float) -> str:
    """Format a number with three significant digits, but all the digits before the point."""
    if value == int(value):
        return f"{value:,.0f}"
    magnitude = math.floor(math.log10(abs(value)))
    digits = max(0, min(3, 2 - magnitude))
    return f"{value:,.{digits}f}"


@dataclass(frozen=True)
class Runs:
    """What was seen by the processes that listed the same jobs one after the other."""

    seen: tuple[Mapping[str, Any], ...]

    def sample(self, name: str) -> Sample:
        """One of the figures, by name."""
        return Sample(tuple(run[name] for run in self.seen))

    @property
    def most_memory(self) -> Sample:
        """The largest resident set that was seen, in MB."""
        return Sample(tuple(_largest(_sizes(run)) / 1e6 for run in self.seen))

    @property
    def after_one_page(self) -> Sample:
        """The resident set after the first page, in MB."""
        return Sample(tuple(dict(_sizes(run))[PAGE] / 1e6 for run in self.seen))

    @property
    def memory_per_job(self) -> Sample:
        """How many bytes the resident set grows by per job: the slope of a line through all but the first tenth."""
        return Sample(tuple(_slope(_sizes(run)) for run in self.seen))


def _sizes(run: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The samples of the resident set: after how many jobs, and how many bytes.

    Raises:
        NotMeasured: the system does not say.
    """
    samples: list[tuple[int, int]] = [
        (jobs, size) for jobs, size in run["samples"] if size is not None
    ]
    if not samples:
        raise NotMeasured("this system has no /proc")
    return samples


def _largest(sizes: Sequence[tuple[int, int]]) -> int:
    return max(size for _, size in sizes)


def _slope(sizes: Sequence[tuple[int, int]]) -> float:
    # At first memory grows with what the client loads, not with the jobs.
    settled = [(jobs, size) for jobs, size in sizes if jobs >= sizes[-1][0] / 10]
    jobs_taken, bytes_held = zip(*settled, strict=True)
    return statistics.linear_regression(jobs_taken, bytes_held).slope


class Lab:
    """Runs clients against the server, and keeps what was measured.

    Attributes:
        scale (Scale): how much is measured.
        folder (Path): where files may be written.
    """

    def __init__(self, scale: Scale, port: int, batch_id: str, folder: Path) -> None:
        self.scale = scale
        self.folder = folder
        self._port = port
        self._batch_id = batch_id
        self._known: dict[tuple[object, ...], Runs] = {}
        self._opener = build_opener(ProxyHandler({}))

    @cached_property
    def official(self) -> Path | str:
        """The interpreter of the official client, or why it is missing."""
        if self.scale.official == "left out":
            return "the official client is left out"
        if self.scale.official == "found":
            found = find_environment()
            if found is None:
                return "the official client is not installed"
            return found / "bin/python"
        try:
            return make_environment() / "bin/python"
        except UnavailableError as error:
            return f"the official client cannot be installed: {error}"

    def interpreter(self, client: str) -> Path:
        """The interpreter of the environment that a client is installed in.

        Raises:
            NotMeasured: the official client is not available.
        """
        if client != "official":
            return Path(sys.executable)
        if isinstance(self.official, str):
            raise NotMeasured(self.official)
        return self.official

    def listing(
        self,
        client: str,
        jobs: int,
        latency: int,
        *,
        admitted: int = 0,
        concurrency: int = CONCURRENCY,
        keep: bool = False,
    ) -> Runs:
        """List jobs, several times.

        Args:
            client: `official`, `sync`, `async`, or `bare` for no client at all.
            jobs: how many jobs.
            latency: the latency of each request, in ms.
            admitted: how many requests the server accepts at once; 0 for any number.
            concurrency: how many requests the client has in flight.
            keep: whether the jobs are collected.

        Raises:
            NotMeasured: the official client is not available.
        """
        key = client, jobs, latency, admitted, concurrency, keep
        if key in self._known:
            return self._known[key]
        given: dict[str, Any] = {"do": client, "jobs": jobs}
        if client != "bare":
            given["keep"] = keep
        if client in ("sync", "async"):
            given["concurrency"] = concurrency
        if self.scale.warms:
            # During this run the server prepares its pages, and Python its bytecode.
            self._list_once(given, 0, admitted)
        runs = [self._list_once(given, latency, admitted) for _ in range(self.scale.repeats)]
        self._known[key] = Runs(tuple(runs))
        return self._known[key]

    def results(
        self,
        client: str,
        jobs: int,
        latency: int,
        *,
        admitted: int = 0,
        concurrency: int = CONCURRENCY,
    ) -> Runs:
        """Fetch the results of the jobs of a batch, several times.

        Args:
            client: `official`, `sync`, `async`, or `saved` for the sync one that saves them.
            jobs: how many jobs the batch has.
            latency: the latency of each request, in ms.
            admitted: how many requests the server accepts at once; 0 for any number.
            concurrency: how many requests the client has in flight.

        Raises:
            NotMeasured: the official client is not available.
        """
        key = "results", client, jobs, latency, admitted, concurrency
        if key in self._known:
            return self._known[key]
        given: dict[str, Any] = {"do": f"{client}_results", "jobs": jobs}
        given["batch_id"] = self._batch_id
        if client != "official":
            given["concurrency"] = concurrency
        if client == "saved":
            given["folder"] = str(self.folder)
        # An official run takes so long that one tells enough.
        repeats = 1 if client == "official" else self.scale.repeats
        if self.scale.warms:
            self._list_once({**given, "jobs": 1}, 0, 0)
        runs = [self._list_once(given, latency, admitted) for _ in range(repeats)]
        self._known[key] = Runs(tuple(runs))
        return self._known[key]

    def _list_once(self, given: dict[str, Any], latency: int, admitted: int) -> dict[str, Any]:
        seen = self.work(**given, base_url=self.address(given["jobs"], latency, admitted))
        with self._opener.open(f"http://127.0.0.1:{self._port}/stats") as answer:
            stats = json.load(answer)
        if seen["jobs"] != given["jobs"]:
            raise RuntimeError(f"{given}: listed {seen['jobs']} jobs")
        return {**seen, **stats}

    def address(self, jobs: int, latency: int = 0, admitted: int = 0) -> str:
        """Where the server has that number of jobs, answers after that latency, and admits that many requests."""
        return f"http://127.0.0.1:{self._port}/{jobs}/{latency}/{admitted}"

    def work(self, **given: Any) -> dict[str, Any]:
        """Do something in a fresh process; see `worker`."""
        client, _, _ = given["do"].partition("_")
        if client == "decoded" or given.get("module") == "pasqal_cloud":
            # Both need what only the official client's environment has.
            client = "official"
        done = subprocess.run(
            [self.interpreter(client), HERE / "worker.py"],
            input=json.dumps(given),
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    @cached_property
    def environment(self) -> dict[str, str]:
        """The variables of the measured processes: no proxy, no settings, no other import paths."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PASQAL_", "PYTHON", "COVERAGE_", "SSL_", "SSLKEYLOGFILE"))
        }
        home = str(self.folder / "home")
        return {**kept, "XDG_CONFIG_HOME": home, "MPLCONFIGDIR": home, "NO_PROXY": "*"}

    def starts(self, commands: Commands, times: int) -> dict[str, Sample]:
        """Measure how many seconds programs take from start to end; they take turns."""
        taken: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(-self.scale.warms, times):
            for name, command in commands.items():
                begin = time.perf_counter()
                subprocess.run(
                    command,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    check=True,
                )
                if turn >= 0:
                    taken[name].append(time.perf_counter() - begin)
        return {name: Sample(tuple(seconds)) for name, seconds in taken.items()}


@contextmanager
def opened(scale: Scale, folder: Path) -> Iterator[Lab]:
    """A lab with a running server."""
    command = [sys.executable, "-m", "benchmarks.server", str(scale.largest)]
    with subprocess.Popen(
        command, cwd=HERE.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        if server.stdin is None or server.stdout is None:
            raise RuntimeError("the server has no pipes")
        try:
            port, batch_id = server.stdout.readline().split()
            yield Lab(scale, int(port), batch_id, folder)
        finally:
            server.stdin.close()
