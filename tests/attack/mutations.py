"""Makes wrong answers from right ones: by byte, by line, and by the structure of their JSON; a seed decides."""

from __future__ import annotations

import copy
import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from attrs import frozen

ODD = b"\x00\x01\x07\x08\t\n\x0b\x0c\r\x1b \"#%&'(),-/0159:;<=>@AZ[\\]_az{|}~\x7f\x80\x85\xa0\xc3\xe9\xed\xff"
"""Bytes that mean something to a parser of HTTP or JSON, and some that mean nothing."""

NUMBERS = (
    b"0",
    b"-1",
    b"+1",
    b"00",
    b"1.5",
    b"1e3",
    b"0x10",
    b"1_0",
    b" 5",
    b"5 ",
    b"5, 5",
    b"5, 6",
    b"\xb2",
    b"\xd9\xa3",
    b"255",
    b"65536",
    b"2147483648",
    b"9223372036854775808",
    b"9" * 25,
    b"9" * 400,
    b"9" * 6_000,
)


def mutated(draw: Random, raw: bytes, words: Sequence[bytes] = (), edits: int = 0) -> bytes:
    """The bytes with a few edits.

    Args:
        draw: makes the choices.
        raw: the bytes to change.
        words: what may be inserted.
        edits: how many edits; 0 for 1 to 4, mostly few.
    """
    for _ in range(edits or draw.choice((1, 1, 1, 2, 2, 3, 4))):
        at = draw.randrange(len(raw) + 1)
        raw = draw.choice(_EDITS)(draw, raw, at, words)
    return raw


def _replace(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    return raw[:at] + bytes([draw.choice(ODD)]) + raw[at + 1 :]


def _flip(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    flipped = bytes(byte ^ (1 << draw.randrange(8)) for byte in raw[at : at + 1])
    return raw[:at] + flipped + raw[at + 1 :]


def _insert(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    return raw[:at] + bytes(draw.choices(ODD, k=draw.choice((1, 1, 2, 5)))) + raw[at:]


def _drop(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    return raw[:at] + raw[at + draw.choice((1, 1, 2, 8, 40)) :]


def _repeat(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    return raw[:at] + raw[at : at + draw.choice((1, 4, 20, 200))] * 2 + raw[at:]


def _cut(draw: Random, raw: bytes, at: int, _: Sequence[bytes]) -> bytes:
    if draw.random() < 0.5:
        return raw[:at]
    return raw[at:]


def _say(draw: Random, raw: bytes, at: int, words: Sequence[bytes]) -> bytes:
    return raw[:at] + draw.choice(words or NUMBERS) + raw[at:]


def _count(draw: Random, raw: bytes, _: int, __: Sequence[bytes]) -> bytes:
    numbers = list(re.finditer(rb"\d+", raw[:20_000]))
    if not numbers:
        return raw
    found = draw.choice(numbers)
    return raw[: found.start()] + draw.choice(NUMBERS) + raw[found.end() :]


_EDITS: tuple[Callable[[Random, bytes, int, Sequence[bytes]], bytes], ...] = (
    _replace,
    _replace,
    _flip,
    _insert,
    _insert,
    _drop,
    _drop,
    _repeat,
    _cut,
    _say,
    _say,
    _count,
    _count,
)


# ----------------------------------------------------------------------------------------------------------------------
# JSON


@frozen
class Raw:
    """JSON text, or something close to it, that takes the place of a value."""

    text: str


DEEP = (
    "[" * 300 + "]" * 300,
    '{"a":' * 300 + "1" + "}" * 300,
    "[" * 5_000 + "]" * 5_000,
    "[" * 100_000,
)

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    "",
    "x",
    [],
    {},
    [[]],
    {"": None},
    [None],
    10**25,
    -(10**25),
    Raw("NaN"),
    Raw("-Infinity"),
    Raw("Infinity"),
    Raw("1e999"),
    Raw("-0"),
    Raw("1e-999"),
    Raw("9" * 6_000),
    Raw("01"),
    Raw('"\\ud800"'),
    Raw('"\\udc00\\ud800 and more"'),
    Raw('"\\u0000"'),
    Raw('"\t"'),
    Raw("'x'"),
    Raw("undefined"),
    *map(Raw, DEEP),
    "é",
    "\x00\x1b[31m",
    "\u202e\u200b",
    "<html>",
    "x" * 20_000,
    "null",
    "DONE",
    "CANCELING",
    "7c9e6679",
    "2026-10-12T08:00:31",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999-23:59",
    "2026-02-30T00:00:00Z",
    "1636558026.698066",
    "1e400",
    "-99999999999999999",
    "2026-10-12T24:00:00Z",
    "2026-10-12t08:00:60z",
    "nan",
    "{7C9E6679-7425-40DE-944B-E07FC1F90AE7}",
    "7c9e6679742540de944be07fc1f90ae7",
    "00000000-0000-0000-0000-000000000000",
    "503",
    503,
    "409",
    409,
    "success",
    "fail",
    "error",
    {"detail": [{"msg": None, "loc": [[]], "type": 5}]},
)

TWIN = "@@twin"
"""Appended to a name that an object already has, and dropped in the text, so that the name occurs twice."""


def written(value: Any) -> bytes:
    """The JSON text of a value that may contain `Raw` text and duplicate names."""
    raws: list[str] = []

    def standing_for(raw: Raw) -> str:
        raws.append(raw.text)
        return f"@@{len(raws) - 1}@@"

    text = json.dumps(value, default=standing_for, ensure_ascii=False).replace(TWIN, "")
    return re.sub(r'"@@(\d+)@@"', lambda found: raws[int(found[1])], text).encode(
        "utf-8", "surrogatepass"
    )


def restructured(draw: Random, value: Any, extra: Sequence[Any] = ()) -> Any:
    """A copy of a JSON value in which a few things changed their type, name or place, were removed or doubled."""
    top = [copy.deepcopy(value)]
    for _ in range(draw.choice((1, 1, 2, 3))):
        places = list(_places(top))
        if places:
            container, key = draw.choice(places)
            other, there = draw.choice(places)
            change = draw.choice(_CHANGES_OF_OBJECTS if isinstance(container, dict) else _CHANGES)
            change(container, key, copy.deepcopy(draw.choice((*VALUES, *extra, other[there]))))
    return top[0] if top else Raw("")


def _places(container: Any) -> Iterator[tuple[Any, Any]]:
    entries = container.items() if isinstance(container, dict) else enumerate(container)
    for key, value in entries:
        yield container, key
        if isinstance(value, dict | list):
            yield from _places(value)


def _exchange(container: Any, key: Any, value: Any) -> None:
    container[key] = value


def _remove(container: Any, key: Any, _: Any) -> None:
    del container[key]


def _wrap(container: Any, key: Any, _: Any) -> None:
    container[key] = [container[key]]


def _bury(container: Any, key: Any, value: Any) -> None:
    container[key] = {"data": container[key], "detail": value}


def _fill(container: Any, key: Any, value: Any) -> None:
    container[key] = [container[key], value] * 60


def _name_twice(container: dict[str, Any], key: str, value: Any) -> None:
    container[key + TWIN] = value


def _rename(container: dict[str, Any], key: str, value: Any) -> None:
    container[value if isinstance(value, str) else key.upper()] = container.pop(key)


_CHANGES: tuple[Callable[[Any, Any, Any], None], ...] = (
    _exchange,
    _exchange,
    _exchange,
    _remove,
    _wrap,
    _bury,
    _fill,
)
_CHANGES_OF_OBJECTS = (*_CHANGES, _remove, _name_twice, _rename)


# ----------------------------------------------------------------------------------------------------------------------
# Encodings


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(
        body, mtime=0
    )  # without the time, so that the bytes are the same in every run


def _deflated(body: bytes, window: int) -> bytes:
    packer = zlib.compressobj(wbits=window)
    return packer.compress(body) + packer.flush()


ENCODERS: dict[str, tuple[bytes, Callable[[bytes], bytes]]] = {
    "gzip": (b"gzip", _gzipped),
    "x-gzip": (b"x-gzip", _gzipped),
    "GZIP": (b" GZip ", _gzipped),
    "members": (
        b"gzip",
        lambda body: _gzipped(body[: len(body) // 2]) + _gzipped(body[len(body) // 2 :]),
    ),
    "gzip and more": (b"gzip", lambda body: _gzipped(body) + b"and more"),
    "gzip of gzip": (b"gzip, gzip", lambda body: _gzipped(_gzipped(body))),
    "gzip of gzip, said once": (b"gzip", lambda body: _gzipped(_gzipped(body))),
    "gzip of nothing": (b"gzip", lambda _: _gzipped(b"")),
    "nothing as gzip": (b"gzip", lambda _: b""),
    "half a gzip": (b"gzip", lambda body: _gzipped(body)[:-12]),
    "plain as gzip": (b"gzip", bytes),
    "zlib": (b"deflate", zlib.compress),
    "deflate": (b"deflate", lambda body: _deflated(body, -15)),
    "half a deflate": (b"deflate", lambda body: zlib.compress(body)[:-5]),
    "identity": (b"identity", bytes),
    "br": (b"br", bytes),
    "zstd": (b"zstd", lambda body: b"\x28\xb5\x2f\xfd" + body),
    "compress": (b"compress", bytes),
    "unknown": (b"x-lab", bytes),
    "a hundred": (b", ".join([b"gzip"] * 100), _gzipped),
    "none": (b", ,", bytes),
}
