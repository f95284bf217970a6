"""The one form of what may be written in several ways: what is run is the same in all of them.

The order of names and the spaces do not count, nor whether a number is written as 3 or 3.0. A list
with one number is something else than the number.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def canonical_text(text: str) -> str:
    """Serialised text in its one form; text that is not JSON as a text of JSON."""
    value = text
    with suppress(ValueError, RecursionError):
        value = json.loads(text, parse_float=_number)
    return _written(value)


def canonical_value(value: object) -> str:
    """A value as JSON has it, in its one form."""
    return _written(json.loads(json.dumps(value), parse_float=_number))


def canonical_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job whose own sequence is in its one form."""
    if "sequence" not in job:
        return {**job}
    return {**job, "sequence": canonical_text(job["sequence"])}


def is_same_text(one: str, other: str) -> bool:
    """Whether two serialised texts mean the same."""
    # Most are equal, and some are long.
    return one == other or canonical_text(one) == canonical_text(other)


def _written(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> float:
    """A number as an integer, if it is one."""
    number = float(text)
    if number.is_integer():
        return int(number)
    return number
