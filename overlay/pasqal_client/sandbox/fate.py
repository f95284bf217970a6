"""What will become of a job as time passes: how long it takes and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pasqal_core_schemas import JobStatus

from .checks import is_text, short_repr
from .clock import Duration, microseconds, parse_duration
from .states import FINISHED

GivenJobs: TypeAlias = Iterable[Mapping[str, object]]

FAILURE = "The laser lock was lost and the run was stopped."
"""Why a job failed, if nothing else is given."""

_OVERHEAD = 5_000_000
_RUN = 100_000
# However many runs there are, the time left has to fit SQLite's 64 bits.
_LONGEST = 2**60
_KEY = "fate"


@dataclass(frozen=True, slots=True)
class Fate:
    """What will become of a job that is not finished: the value of `fate` in `add_batch(jobs=[{"fate": …}])`.

    Attributes:
        duration: how long the job runs, as `Sandbox.advance` takes it; if None, 5 s and 0.1 s for
            each of its runs.
        outcome: the state in which it ends: DONE, ERROR or CANCELED.
        error: the text in `errors`, if the outcome is ERROR.
    """

    duration: Duration | None = None
    outcome: str = "DONE"
    error: str = FAILURE

    def __post_init__(self) -> None:
        if not isinstance(self.outcome, str) or self.outcome not in FINISHED:
            outcomes = ", ".join(sorted(FINISHED))
            raise ValueError(
                f"{short_repr(self.outcome)} is not an outcome: a job ends in {outcomes}"
            )
        if not is_text(self.error):
            raise ValueError(f"error is {short_repr(self.error)}, not text")
        if self.duration is not None:
            parse_duration(self.duration)

    @property
    def reason(self) -> str | None:
        """Why the job fails, if it does."""
        if self.outcome == JobStatus.ERROR:
            return self.error
        return None

    def length(self, runs: int) -> int:
        """How long a job with this many runs takes, in microseconds."""
        if self.duration is None:
            return min(_OVERHEAD + runs * _RUN, _LONGEST)
        given = parse_duration(self.duration)
        return min(microseconds(given), _LONGEST)


def separate_fates(jobs: GivenJobs) -> tuple[list[Mapping[str, object]], list[Fate | None]]:
    """Split jobs from their fates; the fate is None where a job has none.

    Raises:
        TypeError: that is not a list of jobs, or a fate is not a Fate.
    """
    if not isinstance(jobs, Iterable):
        raise TypeError(f"jobs is {short_repr(jobs)}, not a list of mappings of job fields")
    rest = []
    fates = []
    for place, job in enumerate(jobs):
        fates.append(_find_fate(place, job))
        rest.append(remove_field(job, _KEY))
    return rest, fates


def _find_fate(place: int, job: object) -> Fate | None:
    if not isinstance(job, Mapping):
        return None
    fate = job.get(_KEY)
    if fate is not None and not isinstance(fate, Fate):
        raise TypeError(f"jobs[{place}]: fate is {short_repr(fate)}, not a Fate")
    return fate


def remove_field(job: Any, field: str) -> Any:
    """A job without a field that only a sandbox knows."""
    # Anything but a mapping is rejected later, together with wrong fields.
    if not isinstance(job, Mapping):
        return job
    return {name: value for name, value in job.items() if name != field}
