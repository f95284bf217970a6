"""The ways in which the real service departs from its pages, by name, and which of them a sandbox has now.

A client that was tried only against the contract breaks on the service. With these it can be tried
against both.
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import count

from ..checks import shown
from ..database.queries import AS_THE_PAGES_SAY, Reading


class Departure(StrEnum):
    """A way in which the service has been seen to depart from the contract, or to use the freedom that it leaves."""

    NO_PAGINATION = "no-pagination"
    """The list has no `pagination`, as in every fixture of the official client; Content-Range stays."""
    NO_CONTENT_RANGE = "no-content-range"
    """The list has no Content-Range header, which the pages of the API keep for old clients only."""
    INTEGER_CODE = "integer-code"
    """`code` is the integer 200, as in some fixtures, and not the text; in refusals likewise."""
    BARE_ENVELOPE = "bare-envelope"
    """Successes have no `status`, `message` and `code`, as on the pages of the two writes. The contract allows it."""
    NAIVE_TIMES = "naive-times"
    """Times have no zone, as in fixtures of the lists."""
    ZULU_TIMES = "zulu-times"
    """Times end in Z, not in +00:00. The contract allows it."""
    EPOCH_TIMES = "epoch-times"
    """Times are text with the seconds since 1970, such as "1636558026.698066", as in old fixtures."""
    NULLS = "nulls"
    """Required values are null: `runs`, as for jobs of emulators, and `sequence_builder`, as in fixtures."""
    MISSING_FIELDS = "missing-fields"
    """What fixtures lack although it is required: a job's `creation_order`; four fields of a batch."""
    FUTURE_VALUES = "future-values"
    """Answers have enumeration values that no contract knows yet, as enumerations have grown before."""
    UNKNOWN_FIELDS = "unknown-fields"
    """Jobs and batches carry the undocumented fields that were seen, such as `result` and `job_ids`."""
    CREATED_DATES = "created-dates"
    """The filters `start_date` and `end_date` are about when a job was created, as the official client says."""
    JSEND_ERRORS = "jsend-errors"
    """A request that the contract forbids is refused in JSend style, as in the official client's tests."""
    UNSTABLE_TIES = "unstable-ties"
    """Jobs that are equal in what the list is sorted by change places from request to request."""


_SPELLINGS = frozenset({Departure.NAIVE_TIMES, Departure.ZULU_TIMES, Departure.EPOCH_TIMES})


class ChosenDepartures:
    """The departures of one sandbox, which may be exchanged while it answers."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Begin with these; errors are those of `choose`."""
        self.choose(names)

    def choose(self, names: Iterable[str]) -> None:
        """Depart in these ways from now on, and in no other.

        Raises:
            TypeError: That is no iterable of names.
            ValueError: A departure is not known, or two of them exclude each other.
        """
        self.current = _checked(names)
        self._readings = count(1)

    def reading(self) -> Reading:
        """How the query of one request is to be read."""
        if not self.current:
            return AS_THE_PAGES_SAY
        shuffle = next(self._readings) if Departure.UNSTABLE_TIES in self.current else None
        return Reading(created_dates=Departure.CREATED_DATES in self.current, shuffle=shuffle)


def _checked(names: object) -> frozenset[Departure]:
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(
            f"departures is {shown(names)}: give the names in a list or a set, such as ['integer-code']"
        )
    chosen = frozenset(map(_departure, names))
    if len(clash := chosen & _SPELLINGS) > 1:
        raise ValueError(
            f"departures: times have one spelling, so only one of {', '.join(sorted(clash))}"
        )
    return chosen


def _departure(name: object) -> Departure:
    try:
        return Departure(name)  # type: ignore[arg-type]  # anything may have been given
    except ValueError as error:
        raise ValueError(f"departures: {shown(name)} is none of {', '.join(Departure)}") from error
