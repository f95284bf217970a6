"""Makes filters of the options as they were typed, and says on stderr which times they were taken for."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from .._checks import uuid_of
from .._listing.filters import query
from .exit_codes import UsageMistake
from .safe_text import clean
from .times import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from .options import Filters

_TIMES: Final = {
    "start_date": ("--since", "jobs that started at {} or later"),
    "end_date": ("--until", "jobs that ended at {} or earlier"),
}


def chosen(filters: Filters) -> dict[str, Any]:
    """The keywords for the client; those that were not given are left out.

    Raises:
        UsageMistake: a value has not the right form.
    """
    given = {name: value for name, value in filters.given.items() if value is not None}
    now = datetime.now().astimezone()
    for name, (flag, said) in _TIMES.items():
        if name in given:
            given[name] = time = moment(flag, given[name], now)
            say(said.format(time.isoformat(" ", "seconds")))
    if "id" in given:
        given["id"] = ids(given["id"])
    try:
        query(given)
    except ValueError as error:
        raise UsageMistake(str(error)) from None
    return given


def ids(given: Iterable[str]) -> list[str | UUID]:
    """The ids, those from stdin in the place of `-`.

    Raises:
        UsageMistake: what comes from stdin is none.
    """
    found: list[str | UUID] = []
    for each in given:
        found.extend(_from_stdin() if each == "-" else [each])
    return found


def _from_stdin() -> list[UUID]:
    found = []
    for number, word in enumerate(sys.stdin.read().split(), 1):
        try:
            found.append(uuid_of("id", word))
        except ValueError:
            # It is not shown: it may be a token that was meant for --token-file.
            raise UsageMistake(
                f"word {number} of stdin is not a UUID", "- takes ids from stdin"
            ) from None
    return found


def checked_ids(given: Iterable[str]) -> list[UUID]:
    """The ids of jobs or batches, in the order given, each once.

    Raises:
        UsageMistake: one of them is none.
    """
    try:
        return list(dict.fromkeys(uuid_of("id", one) for one in ids(given)))
    except ValueError as error:
        raise UsageMistake(str(error)) from None


def say(line: str) -> None:
    """Say something to the person, not to what reads the results."""
    print(clean(line), file=sys.stderr)  # noqa: T201
