"""JSON text means the same whichever parser reads it: the standard library, or msgspec where it is installed."""

from __future__ import annotations

import json
import random
import struct
import sys
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from hypothesis import given

from contract.derived import ANYTHING, repeatable
from pasqal_client._http import json_text
from pasqal_client._http.json_text import parse

Parser = Callable[[bytes], Any]


@pytest.fixture(params=["the standard library", "msgspec"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Parser:
    """`parse` with each of the installed parsers going first, however little there is to read."""
    monkeypatch.setattr(json_text, "_ENOUGH", 0)
    if request.param == "msgspec":
        first = pytest.importorskip("msgspec").json.decode
        monkeypatch.setattr(json_text, "accelerator", lambda: first)
    else:
        monkeypatch.setattr(json_text, "accelerator", lambda: None)
    return parse


def exactly(value: Any) -> str:
    """A value in a form that shows types, order of keys and the bits of floats."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {exactly(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(exactly, value))}]"
    return (
        struct.pack(">d", value).hex()
        if type(value) is float
        else f"{type(value).__name__} {value!r}"
    )


def outcome(read: Parser, text: bytes) -> str:
    try:
        return exactly(read(text))
    except ValueError:
        return "no JSON"


def standard(text: bytes) -> Any:
    return json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        b"18446744073709551616",
        b"-9223372036854775809",
        b'{"runs": 123456789012345678901234567890}',
        b"-0",
        b"-0.0",
        b"1e5",
        b"1e400",
        b"5e-324",
        b"2.2250738585072011e-308",
        b'{"a": 1, "b": 2, "a": 3}',
        b'{"": null}',
        b'"\\ud800"',
        b'"\\ud83e\\uddea \\u0000"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        '{"a": "é"}'.encode("utf-16"),
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\xff"',
        b"9" * 4300,
        b"{} {}",
        b"[1,]",
        b"01",
        b"",
    ],
)
def test_odd_texts_are_parsed_as_by_the_standard_library(parser: Parser, text: bytes) -> None:
    """Integers keep every digit, and what only one of the parsers accepts, such as NaN, is accepted."""
    assert outcome(parser, text) == outcome(standard, text)


def test_a_number_that_cannot_be_read_costs_only_its_own_place(parser: Parser) -> None:
    """One NaN, Infinity or integer of more digits than Python reads leaves the rest of the page readable."""
    huge = "9" * 6_000
    page = parser(
        f'{{"data": [{{"runs": {huge}, "x": NaN}}, {{"runs": -{huge}, "x": -Infinity}}, {{"runs": 7}}]}}'.encode()
    )
    first, second, third = page["data"]
    assert (first["runs"], second["runs"], third) == (huge, f"-{huge}", {"runs": 7})
    assert first["x"] != first["x"]
    assert second["x"] == float("-inf")


def test_every_value_comes_back_as_it_was_written(parser: Parser) -> None:
    """Any value of any type, size or depth is parsed to what was written."""

    @repeatable
    @given(ANYTHING)
    def holds(value: Any) -> None:
        assert exactly(parser(json.dumps(value).encode())) == exactly(value)
        assert exactly(
            parser(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        ) == exactly(value)

    holds()


def damaged(seed: int) -> Iterator[bytes]:
    """Texts in which a few bytes were changed, removed or added."""
    chance = random.Random(seed)
    whole = b'{"id": "\\u00e9\xc3\xa9\\ud83e\\uddea", "n": [1, -2.5e3, 18446744073709551617], "": [true, null]}'
    for _ in range(3_000):
        text = bytearray(whole)
        for _ in range(chance.randint(1, 3)):
            place, byte = (
                chance.randrange(len(text)),
                chance.choice(b'0123456789-+.eE"\\{}[],: \n\0ud\xff\xc3\xed\xa0'),
            )
            text[place : place + chance.randint(0, 1)] = bytes([byte] * chance.randint(0, 1))
        yield bytes(text)


@pytest.mark.parametrize("seed", range(3))
def test_both_parsers_agree_on_broken_texts(parser: Parser, seed: int) -> None:
    """A text that one parser rejects is not partly understood by the other."""
    for text in damaged(seed):
        assert outcome(parser, text) == outcome(standard, text), text


def test_depth_is_limited(parser: Parser) -> None:
    """A hostile answer ends in an error that says so, not in a crash."""
    with pytest.raises(RecursionError):
        parser(b"[" * 100_000)


# ---------------------------------------------------------------------------------------------------------------------
# Which parser goes first


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str | None], Parser]]:
    """A function that puts a msgspec of some version in place of the installed one; None removes it."""
    fake = ModuleType("msgspec")
    vars(fake)["json"] = SimpleNamespace(decode=lambda text: ("decoded", text))

    def put(version: str | None) -> Parser:
        vars(fake)["__version__"] = version
        monkeypatch.setitem(sys.modules, "msgspec", None if version is None else fake)
        return parse

    monkeypatch.setattr(json_text, "_ENOUGH", 0)
    json_text.accelerator.cache_clear()
    yield put
    json_text.accelerator.cache_clear()


@pytest.mark.parametrize("version", ["0.19.0", "0.21.0rc1", "1.0.0"])
def test_msgspec_goes_first_where_it_is_installed(
    install: Callable[[str | None], Parser], version: str
) -> None:
    """Where msgspec is installed, its result is used."""
    assert install(version)(b"{}") == ("decoded", b"{}")


def test_msgspec_is_imported_once_a_process_reads_much(
    install: Callable[[str | None], Parser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import takes longer than msgspec saves in the answers of a small program; a large answer counts at once."""
    read = install("1.0.0")
    monkeypatch.setattr(json_text, "_ENOUGH", 10)
    monkeypatch.setattr(json_text, "_bytes_read", 0)
    assert [read(b"[1]"), read(b"[12]")] == [[1], [12]]
    assert read(b"[1]") == ("decoded", b"[1]")
    assert read(b"2") == ("decoded", b"2")
    monkeypatch.setattr(json_text, "_bytes_read", 0)
    assert read(b"[123456789]") == ("decoded", b"[123456789]")


@pytest.mark.parametrize("version", [None, "0.9.1", "0.18.6"])
def test_an_old_msgspec_is_not_used(
    install: Callable[[str | None], Parser], version: str | None
) -> None:
    """Old versions read 19676898973374021566 as another number, so the standard library is used instead."""
    assert install(version)(b"19676898973374021566") == 19676898973374021566


def test_msgspec_is_looked_for_once(install: Callable[[str | None], Parser]) -> None:
    """Looking for a package that is not installed takes longer than parsing a page."""
    install(None)(b"{}")
    assert install("1.0.0")(b"{}") == {}
