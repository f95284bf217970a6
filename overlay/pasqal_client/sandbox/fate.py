"""What will become of a job as time passes: how long it takes and how it ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pasqal_core_schemas import JobStatus

from .checks import is_text, shown
from .clock import Duration, duration, microseconds
from .states import FINISHED

GivenJobs: TypeAlias = Iterable[Mapping[str, object]]

_OVERHEAD = 5_000_000
_RUN = 100_000
# Whatever the runs, the time left fits 64 bits.
_LONGEST = 2**60
_KEY = "fate"


@dataclass(frozen=True, slots=True)
class Fate:
    """What will become of a job that is not finished: the value of `fate` in `add_batch(jobs=[{"fate": …}])`.

    Attributes:
        duration: How long the job runs, as `Sandbox.advance` takes it; if None, 5 s and 0.1 s for
            each of its runs.
        outcome: The state in which it ends: DONE, ERROR or CANCELED.
        error: The text in `errors`, if the outcome is ERROR.
    """

    duration: Duration | None = None
    outcome: str = "DONE"
    error: str = "The laser lock was lost and the run was stopped."

    def __post_init__(self) -> None:
        if not isinstance(self.outcome, str) or self.outcome not in FINISHED:
            raise ValueError(
                f"{shown(self.outcome)} is not an outcome: a job ends in {', '.join(sorted(FINISHED))}"
            )
        if not is_text(self.error):
            raise ValueError(f"error is {shown(self.error)}, not text")
        if self.duration is not None:
            duration(self.duration)

    @property
    def reason(self) -> str | None:
        """Why the job fails, if it does."""
        return self.error if self.outcome == JobStatus.ERROR else None

    def length(self, runs: int) -> int:
        """How long a job with so many runs takes, in microseconds."""
        if self.duration is None:
            return min(_OVERHEAD + runs * _RUN, _LONGEST)
        return min(microseconds(duration(self.duration)), _LONGEST)


def separated(jobs: GivenJobs) -> tuple[list[Mapping[str, object]], list[Fate | None]]:
    """The jobs without their fates, and the fates, None where a job says nothing.

    Raises:
        TypeError: That is no list of jobs, or a fate is none.
    """
    if not isinstance(jobs, Iterable):
        raise TypeError(f"jobs is {shown(jobs)}, not a list of mappings of job fields")
    given = list(jobs)
    fates = [_fate(place, job) for place, job in enumerate(given)]
    return [_without_fate(job) for job in given], fates


def _fate(place: int, job: object) -> Fate | None:
    fate = job.get(_KEY) if isinstance(job, Mapping) else None
    if fate is not None and not isinstance(fate, Fate):
        raise TypeError(f"jobs[{place}]: fate is {shown(fate)}, not a Fate")
    return fate


def _without_fate(job: Any) -> Any:
    # What is no mapping is refused with the other fields.
    if not isinstance(job, Mapping):
        return job
    return {name: value for name, value in job.items() if name != _KEY}
