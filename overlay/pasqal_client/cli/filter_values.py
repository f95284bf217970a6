"""Reads the filters as they were typed, and says on stderr which times they were taken for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .._listing.device_filters import DEVICE_FILTERS
from .._listing.filters import BATCH_FILTERS, JOB_FILTERS
from .._writes.cancel_batch_filters import CANCEL_BATCH_FILTERS
from .failures import UsageMistake
from .filter_options import flag_of
from .streams import say
from .times import parse_time
from .typed_names import expand_ids, parse_ids

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from .filter_options import Filters

_ANY: Final = "any"
"""In the place of a project: of whichever project."""
_TABLES: Final = {
    "jobs": JOB_FILTERS,
    "batches": BATCH_FILTERS,
    "cancellable batches": CANCEL_BATCH_FILTERS,
    "devices": DEVICE_FILTERS,
}
_TIMES: Final = ("start_date", "end_date")
_REMARKS: Final = {
    "--since": "{} that started at {} or later",
    "--until": "{} that ended at {} or earlier",
    "--created-since": "{} that were created at {} or later",
}


def read_filters(filters: Filters) -> dict[str, Any]:
    """The keywords for the client, without those that were not given.

    Raises:
        UsageMistake: a value is malformed.
    """
    given = {name: value for name, value in filters.given.items() if value is not None}
    # One clock for both, so that `--since 2d --until 1d` is a day exactly.
    now = datetime.now().astimezone()
    for name in _TIMES:
        if name in given:
            flag = flag_of(name, filters.many)
            time = parse_time(flag, given[name], now)
            say(_REMARKS[flag].format(filters.many, time.isoformat(" ", "seconds")))
            given[name] = time
    if "id" in given:
        given["id"] = expand_ids(given["id"])
    if given.get("project_id") == [_ANY]:
        # For the client, that lifts the configured project.
        given["project_id"] = None
    for name in given:
        _check(name, given[name], filters.many)
    return given


def is_narrow(chosen: Mapping[str, object]) -> bool:
    """Whether there is any filter; `--project any` is none."""
    return any(value is not None for value in chosen.values())


def _check(name: str, value: object, many: str) -> None:
    """Raise if a filter is malformed; the error names the option that was typed."""
    # The client checks filters, too, but only when it is there: a typing error has to show before
    # anybody has to sign in.
    try:
        _TABLES[many].query({name: value})
    except ValueError as error:
        # An option takes one value each time, so a place in a list could not be counted.
        _, _, reason = str(error).partition(": ")
        raise UsageMistake(f"{flag_of(name, many)}: {reason}") from None


def read_selection(
    filters: Filters, ids: list[str] | None
) -> tuple[dict[str, Any], list[UUID] | None]:
    """The filters, and the ids that were given; None for the ids if there were none.

    Raises:
        UsageMistake: both are given, or one is malformed.
    """
    chosen = read_filters(filters)
    if not ids:
        return chosen, None
    # Empty where stdin has no ids; that means no jobs, and not every job.
    named = parse_ids(ids)
    if chosen:
        raise UsageMistake("give either ids or filters, not both")
    return chosen, named
