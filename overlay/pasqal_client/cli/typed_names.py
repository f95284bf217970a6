"""Reads ids of jobs and batches, and types of devices, as they were typed or from stdin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from .._checks import uuid_of
from .._display import quoted
from .display.words import many
from .failures import UsageMistake
from .stdin import read_stdin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

_STDIN: Final = "-"
_TYPE: Final = re.compile(r"[\w-]+")

T = TypeVar("T")


def parse_ids(given: Iterable[str]) -> list[UUID]:
    """The ids of jobs or batches, in the order given, each once.

    Raises:
        UsageMistake: one of them is not a UUID.
    """
    try:
        found = [uuid_of("id", one) for one in expand_ids(given)]
    except ValueError as error:
        raise UsageMistake(str(error)) from None
    return list(dict.fromkeys(found))


def parse_id(given: str) -> UUID:
    """The id of a job or batch.

    Raises:
        UsageMistake: it is not a UUID, or `-` reads several of them, or none.
    """
    found = parse_ids([given])
    if len(found) != 1:
        raise UsageMistake(f"stdin has {many(len(found), 'id')}; exactly one is needed")
    return found[0]


def expand_ids(given: Iterable[str]) -> list[str | UUID]:
    """The ids, with those from stdin instead of `-`.

    Raises:
        UsageMistake: stdin holds something that is not a UUID.
    """
    found: list[str | UUID] = []
    for each in given:
        if each == _STDIN:
            found.extend(_read_words(lambda word: uuid_of("id", word), "UUID", "ids"))
        else:
            found.append(each)
    return found


def parse_types(given: Iterable[str]) -> list[str]:
    """The types of devices in upper case, in the order given, each once.

    Raises:
        UsageMistake: one of them cannot be the type of a device.
    """
    found = []
    for each in given:
        if each == _STDIN:
            found.extend(_read_words(_type_of, "type of device", "types"))
            continue
        try:
            found.append(_type_of(each))
        except ValueError as error:
            raise UsageMistake(str(error), "a type is text such as FRESNEL") from None
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


def _type_of(text: str) -> str:
    if not _TYPE.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a type of device")
    return text.upper()


def _read_words(parse: Callable[[str], T], what: str, several: str) -> list[T]:
    """What stdin has.

    Args:
        parse: parses a word, or raises a ValueError.
        what: what a word is to be.
        several: what the words are.
    """
    found = []
    for number, word in enumerate(read_stdin().split(), 1):
        try:
            found.append(parse(word))
        except ValueError:
            # It is not shown: it may be a token that was meant for --token-file.
            raise UsageMistake(
                f"word {number} of stdin is not a {what}", f"- reads {several} from stdin"
            ) from None
    return found
