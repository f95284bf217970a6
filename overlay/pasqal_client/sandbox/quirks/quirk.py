"""The quirks of the real service, by name, and which of them a sandbox has now.

A quirk is a way in which the service departs from its own documentation. A client that was tried
only against the contract breaks on the service; with these it can be tried against both.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import count

from ..checks import short_repr
from ..database.queries import AS_DOCUMENTED, QueryReading


class Quirk(StrEnum):
    """A way in which the service was seen to depart from the contract, or to use the freedom that it leaves."""

    NO_PAGINATION = "no-pagination"
    """The list has no `pagination`, as in every fixture of the official client; Content-Range stays."""
    NO_CONTENT_RANGE = "no-content-range"
    """The list has no Content-Range header, which the documentation keeps for old clients only."""
    INTEGER_CODE = "integer-code"
    """`code` is the integer 200, as in some fixtures, instead of text; in error answers too."""
    BARE_ENVELOPE = "bare-envelope"
    """Successes have no `status`, `message` and `code`, as documented for the two writes. The contract allows it."""
    NAIVE_TIMES = "naive-times"
    """Times have no zone, as in fixtures of the lists."""
    ZULU_TIMES = "zulu-times"
    """Times end in Z, not in +00:00. The contract allows it."""
    EPOCH_TIMES = "epoch-times"
    """Times are text with the seconds since 1970, such as "1636558026.698066", as in old fixtures."""
    NULLS = "nulls"
    """Required values are null: `runs`, as for jobs of emulators, and `sequence_builder`, as in fixtures."""
    MISSING_FIELDS = "missing-fields"
    """Required fields that fixtures lack are missing: a job's `creation_order`, and four fields of a batch."""
    FUTURE_VALUES = "future-values"
    """Answers have enumeration values that no contract knows yet, as enumerations have grown before."""
    UNKNOWN_FIELDS = "unknown-fields"
    """Jobs and batches carry the undocumented fields that were seen, such as `result` and `job_ids`."""
    CREATED_DATES = "created-dates"
    """The filters `start_date` and `end_date` compare the time of creation, as the official client says."""
    JSEND_ERRORS = "jsend-errors"
    """A request that violates the contract is rejected in JSend style, as in the official client's tests."""
    UNSTABLE_TIES = "unstable-ties"
    """Jobs that are equal in the sort key change places from request to request."""


_SPELLINGS = frozenset({Quirk.NAIVE_TIMES, Quirk.ZULU_TIMES, Quirk.EPOCH_TIMES})


class ChosenQuirks:
    """The quirks of one sandbox, which may be replaced while it answers."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Begin with these; errors are those of `choose`."""
        self.choose(names)

    def choose(self, names: Iterable[str]) -> None:
        """Have these quirks from now on, and no others.

        Raises:
            TypeError: not an iterable of names.
            ValueError: a name is unknown, or two quirks exclude each other.
        """
        self.current = _parse_names(names)
        # Ties are shuffled by these numbers; from 1 again, so that a second run equals the first.
        self._shuffles = count(1)

    def next_reading(self) -> QueryReading:
        """How the query of the next request is read; each call is for another request."""
        if not self.current:
            return AS_DOCUMENTED
        shuffle = None
        if Quirk.UNSTABLE_TIES in self.current:
            shuffle = next(self._shuffles)
        return QueryReading(created_dates=Quirk.CREATED_DATES in self.current, shuffle=shuffle)


def _parse_names(names: object) -> frozenset[Quirk]:
    # A text is an iterable too, of letters: reading it as one would blame the first of them.
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(
            f"quirks is {short_repr(names)}: give the names in a list or a set, such as ['integer-code']"
        )
    chosen = frozenset(_parse_name(name) for name in names)
    clash = chosen & _SPELLINGS
    if len(clash) > 1:
        raise ValueError(
            f"quirks: times have one spelling; choose only one of {', '.join(sorted(clash))}"
        )
    return chosen


def _parse_name(name: object) -> Quirk:
    try:
        return Quirk(name)  # type: ignore[arg-type]  # anything may have been given
    except ValueError as error:
        known = ", ".join(Quirk)
        raise ValueError(
            f"quirks: {short_repr(name)} is not a quirk; use any of {known}"
        ) from error
