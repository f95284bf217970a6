"""Redaction finds a secret however it is encoded, and leaves the rest of the text readable."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest

from pasqal_client._http.redaction import granted, redacted, spellings

AWKWARD = 'p&ss/wö "r\\d" +<1>?'

ESCAPED = {ord(character): f"\\u{ord(character):04x}" for character in "<>&+"}
ESCAPED_IN_CAPITALS = {ord(character): f"\\u{ord(character):04X}" for character in "<>&+"}


def masked(text: str, *secrets: str) -> str:
    return redacted(text, [spelling for secret in secrets for spelling in spellings(secret)])


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in a form": lambda secret: urlencode({"password": secret}),
    "in a path": lambda secret: quote(secret, safe=""),
    "in an address with slashes": quote,
    "in an address, lower case": lambda secret: (
        quote_plus(secret).replace("%2F", "%2f").replace("%C3%B6", "%c3%b6")
    ),
    "in JSON": lambda secret: json.dumps({"password": secret}),
    "in JSON as UTF-8": lambda secret: json.dumps({"password": secret}, ensure_ascii=False),
    "in HTML": lambda secret: f"<p>{html.escape(secret)}</p>",
    "in JSON with escaped slashes": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "in JSON that is safe in HTML": lambda secret: json.dumps(secret).translate(ESCAPED),
    "in JSON that is safe in HTML, in capitals": lambda secret: json.dumps(secret).translate(
        ESCAPED_IN_CAPITALS
    ),
    "in HTML with numbered quotes": lambda secret: html.escape(secret).replace("&quot;", "&#34;"),
    "in UTF-8, read as Latin-1": lambda secret: secret.encode().decode("latin-1"),
    "in Latin-1, read as UTF-8": lambda secret: secret.encode("latin-1").decode("utf-8", "replace"),
    "in HTML with plain quotes": lambda secret: f"<p>{html.escape(secret, quote=False)}</p>",
    "in the repr of a mapping": lambda secret: repr({"password": secret}),
}


@pytest.mark.parametrize("way", WRITTEN)
def test_an_echoed_secret_is_masked_in_every_encoding(way: str) -> None:
    """Services echo forms, JSON and HTML, and each encodes a blank or a quote differently."""
    text = masked(f"before {WRITTEN[way](AWKWARD)} after", AWKWARD)
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert "***" in text
    for piece in ("p&ss", "p%26ss", "p&amp;ss", "ss/w", "wö", "r\\d", "r\\\\d", "1>"):
        assert piece not in text


def test_the_beginning_of_a_secret_is_masked() -> None:
    """A text that was cut in the middle of a secret shows no part of it."""
    assert masked("token=abcdefghijk", "abcdefghijklmnop") == "token=***"
    assert masked("token=abcdefgh", "abcdefghijklmnop") == "token=***"
    assert masked("abcdefghijklmnop, abcdefgh!", "abcdefghijklmnop") == "***, ***!"


@pytest.mark.parametrize(
    "secrets", [("abcdefgh", "abcdefgh-and-more"), ("abcdefgh-and-more", "abcdefgh")]
)
def test_secrets_that_begin_alike_are_masked_completely(secrets: tuple[str, str]) -> None:
    """Masking the shorter secret must not leave the rest of the longer one."""
    assert masked("x abcdefgh-and-more y abcdefgh z", *secrets) == "x *** y *** z"


def test_a_very_short_secret_is_masked_only_as_a_word() -> None:
    """A password of one letter would otherwise make every text unreadable, and reveal the letter by that."""
    assert masked("the password is 'e', or e.", "e") == "the password is '***', or ***."
    assert masked("pin=123&x=91234", "123") == "pin=***&x=91234"


def test_a_longer_secret_is_masked_within_words() -> None:
    """Four characters in a row seldom match by chance."""
    assert masked("xhunter2x", "hunter2") == "x***x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc123.def", "Authorization: Bearer ***"),
        ("sent basic dXNlcjpwdw==, refused", "sent basic ***, refused"),
        ("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.sig was refused", "*** was refused"),
        ("an encrypted eyJhbGciOiJub25lIn0.key.iv.text.tag too", "an encrypted *** too"),
        ("token_eyJhbGciOiJub25lIn0.cut", "token_***"),
        ("eyJ, keyJ.txt and a.b stay", "eyJ, keyJ.txt and a.b stay"),
    ],
)
def test_what_looks_like_a_token_is_masked(text: str, shown: str) -> None:
    """A service may echo a token that this client does not know."""
    assert redacted(text, []) == shown


def test_other_text_stays() -> None:
    """A text without a secret is not changed."""
    assert masked("GET /api/v2/jobs: 3 jobs", "secret-of-the-lab", "") == "GET /api/v2/jobs: 3 jobs"


@pytest.mark.parametrize(
    "piece",
    ["eyJ", "eyJ-", "eyJaaaaa", "a-.", "bearer", "bearer ", "Basic \t", "access_token ", "id_"],
)
def test_a_text_of_many_near_tokens_takes_no_longer_than_any_other(piece: str) -> None:
    """Comparing each position with all later text would take minutes; this test ends because that does not happen."""
    text = piece * (1_000_000 // len(piece))
    assert redacted(f"{text}, {AWKWARD}", [AWKWARD]) == f"{redacted(text, [])}, ***"
    assert granted(text) == []


@pytest.mark.parametrize(
    ("body", "tokens"),
    [
        ('{"access_token": "tok.en/+=", "token_type": "Bearer", "expires_in": 60}', ["tok.en/+="]),
        ('{"access_token":"a\\/b","refresh_token" : "c\\u002bd"}', ["a/b", "c+d"]),
        ('{"data": [{"id_token": "nested"}]}', ["nested"]),
        ('{"access_token": "cut-sh', ["cut-sh"]),
        ('{"access_token": "ends in a backslash\\', ["ends in a backslash\\"]),
        ("token_type=bearer&access_token=in-a-form&scope=", ["in-a-form"]),
        ("{'access_token': 'of Python'}", ["of"]),
        ("<p>access_token: in-a-page</p>", ["in-a-page"]),
        ('{"error": "invalid_token", "token_type": "Bearer"}', []),
        ("", []),
    ],
)
def test_the_tokens_in_an_answer_are_found_in_any_form(body: str, tokens: list[str]) -> None:
    """An answer that cannot be used may still hold a valid token."""
    assert granted(body) == tokens


def test_the_number_of_tokens_taken_from_an_answer_is_limited() -> None:
    """Every further text is searched for each token that was found."""
    assert granted("access_token=t " * 1_000) == ["t"] * 8


SIGNED = [
    "https://bucket.example/f.json?X-Amz-Expires=600&X-Amz-Signature=5f2c9d0ab1e4",
    "https://bucket.example/f.json?x-goog-signature=5f2c9d0ab1e4&more=1",
    "https://bucket.example/f.json?temp_url_sig=5f2c9d0ab1e4&temp_url_expires=1",
    '{"link": "https://bucket.example/f.json?sig=5f2c9d0ab1e4"}',
    "https%3A%2F%2Fbucket.example%3FSignature%3D5f2c9d0ab1e4",
]


@pytest.mark.parametrize("text", SIGNED)
def test_a_signed_address_is_shown_without_its_signature(text: str) -> None:
    """Whoever has the signature can fetch the file; the rest of the text says what went wrong."""
    assert masked(text) == text.replace("5f2c9d0ab1e4", "***")


def test_what_only_looks_like_a_signature_stays() -> None:
    """A short value of that name is a number or a word of an explanation."""
    assert (
        masked("sig=0.5 is too large; design=bluegreen") == "sig=0.5 is too large; design=bluegreen"
    )
