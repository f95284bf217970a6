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
    """A way in which the service departs from the contract, or may use the freedom that it leaves."""

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
    """Values are null: `runs`, as for jobs of emulators, and `sequence_builder`. The contract allows it."""
    MISSING_FIELDS = "missing-fields"
    """Fields that fixtures lack are missing: a job's `creation_order`, and four fields of a batch."""
    FUTURE_VALUES = "future-values"
    """Answers have enumeration values that no contract knows yet, as enumerations have grown before."""
    UNKNOWN_FIELDS = "unknown-fields"
    """Jobs and batches carry undocumented fields that were seen, such as `result` and `device_status`."""
    CREATED_DATES = "created-dates"
    """The filters `start_date` and `end_date` compare the time of creation, as the official client says."""
    JSEND_ERRORS = "jsend-errors"
    """A request that violates the contract is rejected in JSend style, as in the official client's tests."""
    UNSTABLE_TIES = "unstable-ties"
    """Jobs that are equal in the sort key change places from request to request."""
    NULL_COUNTS = "null-counts"
    """`jobs_count_per_status` is null. The contract allows it, except in the answer about a batch's state."""
    NO_COUNTS = "no-counts"
    """`jobs_count_per_status` is missing. The contract allows it, except in the answer about a batch's state."""
    EMPTY_COUNTS = "empty-counts"
    """`jobs_count_per_status` is an object without counts. The contract allows it."""
    CANCELING = "canceling"
    """Jobs and batches that are CANCELED are called CANCELING. The contract allows it."""
    PAUSED = "paused"
    """Jobs and batches that are RUNNING are called PAUSED, a word that is documented for batches only."""
    NO_JOBS = "no-jobs"
    """The batch in the answer to a write has no `jobs`. The contract allows it."""
    MISSING_RESULT = "missing-result"
    """The newest of the DONE jobs of a batch has no results: its `results_link` stays null."""
    COPIED_TAGS = "copied-tags"
    """A rebatch gives the new batch the tags of the old one."""
    LAGGING_LIST = "lagging-list"
    """The list of batches has a new batch only 10 seconds after its creation, on the sandbox's clock."""
    IGNORED_TAG = "ignored-tag"
    """The list of batches ignores the filter `tag`."""


_EXCLUSIVE = {
    "times have one spelling": {Quirk.NAIVE_TIMES, Quirk.ZULU_TIMES, Quirk.EPOCH_TIMES},
    "counts depart in one way": {Quirk.NULL_COUNTS, Quirk.NO_COUNTS, Quirk.EMPTY_COUNTS},
    "RUNNING has one other name": {Quirk.FUTURE_VALUES, Quirk.PAUSED},
}
_LAG = 10_000_000  # microseconds


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
        self.current: frozenset[Quirk] = _parse_names(names)
        # Ties are shuffled by these numbers; from 1 again, so that a second run equals the first.
        self._shuffles = count(1)

    def next_reading(self) -> QueryReading:
        """How the query of the next request is read; each call is for another request."""
        if not self.current:
            return AS_DOCUMENTED
        shuffle = None
        if Quirk.UNSTABLE_TIES in self.current:
            shuffle = next(self._shuffles)
        lag = 0
        if Quirk.LAGGING_LIST in self.current:
            lag = _LAG
        return QueryReading(
            created_dates=Quirk.CREATED_DATES in self.current,
            shuffle=shuffle,
            copied_tags=Quirk.COPIED_TAGS in self.current,
            ignored_tag=Quirk.IGNORED_TAG in self.current,
            lag=lag,
        )


def _parse_names(names: object) -> frozenset[Quirk]:
    # A text is an iterable too, of letters: reading it as one would blame the first of them.
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(
            f"quirks is {short_repr(names)}: give the names in a list or a set, such as ['integer-code']"
        )
    chosen = frozenset(_parse_name(name) for name in names)
    for reason, quirks in _EXCLUSIVE.items():
        clash = chosen & quirks
        if len(clash) > 1:
            raise ValueError(f"quirks: {reason}; choose only one of {', '.join(sorted(clash))}")
    return chosen


def _parse_name(name: object) -> Quirk:
    try:
        return Quirk(name)  # type: ignore[arg-type]  # anything may have been given
    except ValueError as error:
        known = ", ".join(Quirk)
        raise ValueError(
            f"quirks: {short_repr(name)} is not a quirk; use any of {known}"
        ) from error
