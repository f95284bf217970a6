"""Devices by their types: reads the types that were typed, and finds their devices among all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from attrs import frozen

from .._display import quoted
from .display.field_text import cell
from .display.words import many
from .failures import ExitCode, UsageMistake
from .stdin import read_stdin
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .. import Device

_TYPE: Final = re.compile(r"[\w-]+")


@frozen
class _Chosen:
    """What was found of some types.

    Attributes:
        devices: the devices, in the order of the types.
        missing: the types without a device.
    """

    devices: Sequence[Device]
    missing: Sequence[str]


def parse_types(given: Iterable[str]) -> list[str]:
    """The types of devices, in the order given, each once.

    Raises:
        UsageMistake: one of them cannot be the type of a device.
    """
    found = []
    for each in given:
        if each == "-":
            found.extend(_read_types())
        elif _TYPE.fullmatch(each):
            found.append(each.upper())
        else:
            raise UsageMistake(
                f"{quoted(each)} is not a type of device", "a type is text such as FRESNEL"
            )
    return list(dict.fromkeys(found))


def parse_type(given: str) -> str:
    """The type of one device.

    Raises:
        UsageMistake: it cannot be the type of a device, or `-` reads several of them, or none.
    """
    found = parse_types([given])
    if len(found) != 1:
        raise UsageMistake(f"stdin has {many(len(found), 'type')}; exactly one is needed")
    return found[0]


def _read_types() -> list[str]:
    found = []
    for number, word in enumerate(read_stdin().split(), 1):
        if not _TYPE.fullmatch(word):
            # It is not shown: it may be a token that was meant for --token-file.
            raise UsageMistake(
                f"word {number} of stdin is not a type of device", "- reads types from stdin"
            )
        found.append(word.upper())
    return found


def choose(devices: Iterable[Device], wanted: Sequence[str]) -> _Chosen:
    """The devices of some types; if there are several of one, all of them.

    Args:
        devices: all that there are.
        wanted: the types, in upper case.
    """
    by_type: dict[str, list[Device]] = {}
    for device in devices:
        by_type.setdefault(cell(device, "device_type").upper(), []).append(device)
    found = []
    missing = []
    for each in wanted:
        of_type = by_type.get(each, [])
        found += of_type
        if not of_type:
            missing.append(each)
    return _Chosen(found, missing)


def say_missing(missing: Sequence[str]) -> ExitCode:
    """Say which devices were not found, if any; the exit code."""
    for each in missing:
        say(f"pasqal: device {each} does not exist, or this account cannot see it")
    if missing:
        return ExitCode.FAILED
    return ExitCode.DONE
