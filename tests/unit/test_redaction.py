"""A secret is found in a text however it was written there, and the rest of the text stays readable."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest

from pasqal_client.redaction import redacted, spellings

AWKWARD = 'p&ss/wö "r\\d" +<1>?'


def masked(text: str, *secrets: str) -> str:
    return redacted(text, [spelling for secret in secrets for spelling in spellings(secret)])


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a form": lambda secret: urlencode({"password": secret}),
    "in a path": lambda secret: quote(secret, safe=""),
    "in an address with slashes": quote,
    "in an address, lower case": lambda secret: quote_plus(secret).replace("%2F", "%2f").replace("%C3%B6", "%c3%b6"),
    "in JSON": lambda secret: json.dumps({"password": secret}),
    "in JSON as UTF-8": lambda secret: json.dumps({"password": secret}, ensure_ascii=False),
    "in HTML": lambda secret: f"<p>{html.escape(secret)}</p>",
    "in HTML with plain quotes": lambda secret: f"<p>{html.escape(secret, quote=False)}</p>",
    "in the repr of a mapping": lambda secret: repr({"password": secret}),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_an_echoed_secret_is_masked_however_it_is_written(way: str) -> None:
    """Services echo forms, JSON and pages; each has its own way to write a blank or a quote."""
    text = masked(f"before {WRITTEN[way](AWKWARD)} after", AWKWARD)
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert "***" in text
    for piece in ("p&ss", "p%26ss", "p&amp;ss", "wö", "r\\d", "1>"):
        assert piece not in text


def test_the_beginning_of_a_secret_is_one() -> None:
    """A text that was cut in the middle of a secret shows none of it."""
    assert masked("token=abcdefghijk", "abcdefghijklmnop") == "token=***"
    assert masked("token=abcdefgh", "abcdefghijklmnop") == "token=***"
    assert masked("abcdefghijklmnop, abcdefgh!", "abcdefghijklmnop") == "***, ***!"


@pytest.mark.parametrize("secrets", [("abcdefgh", "abcdefgh-and-more"), ("abcdefgh-and-more", "abcdefgh")])
def test_secrets_that_begin_alike_are_masked_whole(secrets: tuple[str, str]) -> None:
    """The shorter one must not uncover the rest of the longer one."""
    assert masked("x abcdefgh-and-more y abcdefgh z", *secrets) == "x *** y *** z"


def test_a_very_short_secret_is_masked_as_a_word_only() -> None:
    """Otherwise a password of one letter would make every text unreadable, and tell the letter by that."""
    assert masked("the password is 'e', or e.", "e") == "the password is '***', or ***."
    assert masked("pin=123&x=91234", "123") == "pin=***&x=91234"


def test_a_secret_of_some_length_is_masked_within_words() -> None:
    """Four characters are seldom found by chance."""
    assert masked("xhunter2x", "hunter2") == "x***x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc123.def", "Authorization: Bearer ***"),
        ("sent basic dXNlcjpwdw==, refused", "sent basic ***, refused"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig was refused", "*** was refused"),
        ("an encrypted eyJhbGciOiJub25lIn0.key.iv.text.tag too", "an encrypted *** too"),
    ],
)
def test_what_looks_like_a_token_is_masked(text: str, shown: str) -> None:
    """A service may echo a token that we do not know."""
    assert redacted(text, []) == shown


def test_other_text_stays() -> None:
    """Without a secret nothing changes."""
    assert masked("GET /api/v2/jobs: 3 jobs", "secret-of-the-lab", "") == "GET /api/v2/jobs: 3 jobs"
