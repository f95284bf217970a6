"""The headers of an answer that say what time it is, and how long to wait."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

# No date and no number of seconds is longer.
_LONGEST_DATE: Final = 100


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """The pause in seconds that a Retry-After header asks for; None if it asks for none.

    Args:
        value: the header: a number ("1.5" too) or a date.
        now: the moment from which a date is measured. That of the answer is best, as clocks
            differ; without it, our own.
    """
    if value is None or len(value) > _LONGEST_DATE:
        return None
    if re.fullmatch(r"\s*\d{1,9}(\.\d*)?\s*", value, re.ASCII):
        return float(value)
    moment = moment_of(value)
    if moment is None:
        return None
    pause = moment - (now or datetime.now(UTC))
    return max(0.0, pause.total_seconds())


def moment_of(text: str) -> datetime | None:
    """The time in a Date header; None if there is none."""
    try:
        moment = parsedate_to_datetime(text[:_LONGEST_DATE])
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        # The parser fails in many ways on what is not a date.
        return None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment
