"""What is named one by one: what of it is there, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from .. import NotFoundError, PermissionDeniedError
from .display.field_text import cell
from .display.progress import progress
from .display.words import many, plural
from .failures import ExitCode
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from .. import Device

_MISSING_NAMED: Final = 10
"""How many that were not found are named."""

T = TypeVar("T")


def pick_named(ids: Sequence[UUID], listed: Iterable[Any]) -> tuple[list[Any], list[UUID]]:
    """What was found of what was named, in the order of the ids, and the ids of what was not.

    Args:
        ids: the ids.
        listed: what the service has with these ids, in any order.
    """
    found = {item.id: item for item in listed if hasattr(item, "id")}
    return [found[one] for one in ids if one in found], [one for one in ids if one not in found]


def pick_devices(types: Sequence[str], devices: Iterable[Device]) -> tuple[list[Device], list[str]]:
    """The devices of some types, in the order of the types, and the types of which there is none.

    Args:
        types: the types, in upper case.
        devices: all devices; of one type there may be several.
    """
    by_type: dict[str, list[Device]] = {}
    for device in devices:
        by_type.setdefault(cell(device, "device_type").upper(), []).append(device)
    found = []
    for each in types:
        found += by_type.get(each, [])
    return found, [each for each in types if each not in by_type]


def read_each(
    read: Callable[[UUID], T], ids: Sequence[UUID], noun: str
) -> tuple[list[T], list[UUID]]:
    """What was found of what was named, and the ids of what was not, where each takes a request.

    Args:
        read: reads one of them.
        ids: the ids.
        noun: what one of them is.
    """
    found = []
    missing = []
    with progress(f"reading {plural(noun)}") as update:
        for done, one in enumerate(ids):
            update(done, len(ids))
            try:
                found.append(read(one))
            except (NotFoundError, PermissionDeniedError):
                missing.append(one)
    return found, missing


def report_missing(missing: Sequence[object], wanted: int, noun: str) -> ExitCode:
    """Say what was not found, if anything; the exit code.

    Args:
        missing: the ids.
        wanted: how many were named.
        noun: what one of them is.
    """
    if not missing:
        return ExitCode.DONE
    for one in missing[:_MISSING_NAMED]:
        say(f"pasqal: {noun} {one} does not exist, or this account cannot see it")
    more = len(missing) - _MISSING_NAMED
    if more > 0:
        others = many(more, f"more {noun}")
        say(f"pasqal: the same for {others}; {len(missing)} of {wanted} were not found")
    return ExitCode.FAILED
