"""Token endpoints that answer wrongly, and echo the secrets that they received or granted."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus

import attrs

from attack.answers import CALLS, good_answer
from attack.heads import LINES, STATUS_LINES
from attack.mutations import ENCODERS, Raw, mutated, restructured, written
from attack.player import Player, numbers, steps_of
from attack.stage import Stage
from attack.verdicts import Exchange
from client.scripted import answer
from pasqal_client import ClientCredentials, PasswordCredentials

PASSWORD = 'p4ssw0rd-of-ada/+="&<%41> \\and-a-s3cr3t-tail'
CLIENT_SECRET = "cl13nt-s3cr3t~of.the_lab-with-a-t4il"
GRANTED = "gr4nt3d-t0k3n-of-the-lab.with_a-t4il"

REFUSALS: tuple[tuple[int, dict[str, Any]], ...] = (
    (400, {"error": "invalid_grant", "error_description": "Wrong email or password."}),
    (401, {"error": "invalid_client"}),
    (403, {"error": "access_denied", "error_description": "@"}),
    (403, {"error": {"message": "@"}, "error_description": ["@"]}),
    (429, {"error": "too_many_attempts", "error_description": "@ is locked."}),
    (500, {"message": "@"}),
    (503, {"error": "temporarily_unavailable"}),
    (200, {"error": "invalid_grant", "error_description": "@"}),
)

TOKENS: tuple[Any, ...] = (
    None,
    5,
    [],
    {},
    "",
    " ",
    "Bearer x",
    "a b",
    "a\nb: c",
    "caf\xe9",
    "\x00",
    "x" * 100_000,
    "x" * 9,
    "a.b.c",
    "eyJ.eyJ.x",
    Raw('"\\ud800"'),
    Raw('"gr4nt3d-t0k3n-of-the-lab.with_a-t4il\\n"'),
    " gr4nt3d-t0k3n-of-the-lab.with_a-t4il\r\n",
)

LIVES: tuple[Any, ...] = (
    3600,
    "3600",
    0,
    -1,
    1e-9,
    0.001,
    1e308,
    "1e400",
    "nan",
    "inf",
    True,
    None,
    [],
    {},
    Raw("NaN"),
    Raw("1e999"),
    Raw("9" * 400),
    Raw("9" * 6_000),
    "9" * 6_000,
    "\u0663\u0666",
    " 60 ",
    "1_000",
)


def drawn(number: int) -> Exchange:
    """The exchange of that number."""
    draw = Random(number)
    name = draw.choice(list(CALLS))
    exchange = Exchange(number, name, CALLS[name], [], attempts=2)
    first = good_answer(exchange.call, number)
    if draw.random() < 0.15:
        first = refusal(draw)
    exchange.answers = [[first]]
    granted = granted_token(draw, number)
    exchange.secrets = (secret(number), granted)
    raw = wrong(draw, number, granted)
    # What stands in `error` is a reason, so it may be shown even if it looks like the token.
    if any(word in raw for word in (b'"error": "gr4nt', b'"error": "eyJ')):
        exchange.secrets = (secret(number),)
    exchange.grants = steps_of(raw, "POST")
    return exchange


def secret(number: int) -> str:
    return (PASSWORD, CLIENT_SECRET)[number % 2]


def granted_token(draw: Random, number: int) -> str:
    """A token; half of them are JWTs, which say when they expire."""
    if draw.random() < 0.5:
        return f"{GRANTED[:18]}{number}{GRANTED[18:]}"
    claims = json.dumps({"sub": f"ada{number}", "exp": draw.choice((0, 4e9, "x", None, 1e400))})
    parts = (b'{"alg":"RS256"}', claims.encode(), b"signature-of-the-lab-%d" % number)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def refusal(draw: Random) -> bytes:
    """A refusal by the service itself, without an echo."""
    return answer(draw.choice((403, 409, 404)), {"message": "No."})


def wrong(draw: Random, number: int, granted: str) -> bytes:
    """An answer of a token endpoint, usually with something wrong in it."""
    status = 200
    content: dict[str, Any] = {
        "access_token": granted,
        "token_type": "Bearer",
        "expires_in": 3600,
        "scope": "all",
    }
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    kind = draw.random()
    if kind < 0.25:
        status, refusing = draw.choice(REFUSALS)
        content = refusing
    elif kind < 0.35:
        content["access_token"] = draw.choice(TOKENS)
    elif kind < 0.45:
        content["expires_in"] = draw.choice(LIVES)
    elif kind < 0.5:
        content["token_type"] = draw.choice(
            (None, 5, [], "", "MAC", "bearer", "BEARER", "DPoP", "N_A", granted)
        )
    elif kind < 0.7:
        content = restructured(draw, content)
    body = written(content)
    if draw.random() < 0.3:
        body = mutated(draw, body)
    if draw.random() < 0.1:
        body = (
            draw.choice(
                (b"<html><title>%b</title>", b"access_token=%b&x=y", b"%b", b'"%b"', b"[%b")
            )
            % granted.encode()
        )
    if draw.random() < 0.1:
        encoding, encode = ENCODERS[draw.choice(list(ENCODERS))]
        headers["Content-Encoding"] = encoding.decode()
        body = encode(body)
    # Only now, so that the secret is echoed unchanged: nobody can recognize what mutated bytes leave
    # of it.
    body = body.replace(b"@", json.dumps(echo(draw, secret(number)))[1:-1].encode())
    return wrong_head(draw, answer(status, body, headers), secret(number))


def wrong_head(draw: Random, raw: bytes, hidden: str) -> bytes:
    """The answer, sometimes with something wrong in its head."""
    head, _, body = raw.partition(b"\r\n\r\n")
    start, *lines = head.split(b"\r\n")
    if draw.random() < 0.15:
        start = draw.choice(STATUS_LINES)
    if draw.random() < 0.2:
        lines.insert(draw.randrange(len(lines) + 1), draw.choice(LINES))
    if draw.random() < 0.1:
        lines[-1] = mutated(draw, lines[-1], LINES)
    if draw.random() < 0.15:
        name = draw.choice(
            (
                b"X-Request-Id",
                b"WWW-Authenticate",
                b"Set-Cookie",
                b"Location",
                b"X-Form",
                b"Retry-After",
            )
        )
        lines.append(name + b": " + echo(draw, hidden).encode())
    raw = b"\r\n".join([start, *lines, b"", body])
    return raw + draw.choice((b"", b"", b"", b"", b"\r\n", raw))


def echo(draw: Random, hidden: str) -> str:
    """The secret in one of the forms in which it may be echoed."""
    basic = base64.b64encode(f"lab:{hidden}".encode()).decode()
    form = f"grant_type=password&password={quote_plus(hidden)}&username=ada"
    return draw.choice(
        (
            hidden,
            quote(hidden),
            form,
            json.dumps(hidden)[1:-1],
            f"Basic {basic}",
            f"({hidden})",
            hidden[:25],
        )
    )


def with_grant(exchange: Exchange, raw: bytes) -> Exchange:
    """The exchange with another answer from the token endpoint."""
    return attrs.evolve(exchange, grants=steps_of(raw, "POST"))


def test_no_token_endpoint_brings_a_secret_or_anything_untyped_out(
    connect: Callable[..., Any],
) -> None:
    """Whatever a token endpoint answers, errors are typed, no secret is shown, and a write waits for a token."""
    with Stage() as stage:
        player = Player(connect, stage)
        url = stage.token_url
        kinds = (
            PasswordCredentials("ada", PASSWORD, token_url=url),
            ClientCredentials("lab", CLIENT_SECRET, token_url=url),
        )
        clients = [player.connected(credentials=credentials) for credentials in kinds]

        def client(exchange: Exchange) -> Any:
            return clients[exchange.number % 2]

        with player.witness.listening():
            for number in numbers(120):
                exchange = drawn(number)
                player.play(exchange, client(exchange))
            player.report(client, with_grant)
