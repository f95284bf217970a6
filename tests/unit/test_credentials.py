"""Each kind of credentials gets its token in its own way, tested without a connection, and none shows a secret."""

from __future__ import annotations

import asyncio
import base64
import copy
import functools
import json
import pickle
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pasqal_client import (
    AuthenticationError,
    ClientCredentials,
    ConfigurationError,
    Credentials,
    PasswordCredentials,
    ResponseError,
)
from pasqal_client._auth.credentials import AUDIENCE, CallableToken, StaticToken
from pasqal_client._auth.token_grant import Grant, digest

TOKEN = "s3cr3t-t0k3n-of-the-lab"
PASSWORD = "correct horse & battery"
LOOPBACK = "http://127.0.0.1:9/token"
ANSWER = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 86400}


def jwt(payload: object) -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.c2ln"


class Endpoint:
    """A token endpoint that records what is posted to it."""

    def __init__(self, answer: Any = ANSWER) -> None:
        self.answer = answer
        self.posted: list[tuple[str, dict[str, str]]] = []

    def sync(self, url: str, form: dict[str, str]) -> Any:
        self.posted.append((url, dict(form)))
        return self.answer

    async def asynchronous(self, url: str, form: dict[str, str]) -> Any:
        return self.sync(url, form)


def obtained(credentials: Credentials, kind: str, endpoint: Endpoint | None = None) -> Grant:
    """The grant that the credentials get in either client."""
    endpoint = endpoint or Endpoint()
    if kind == "sync":
        return credentials.obtain(endpoint.sync)
    return asyncio.run(_obtained(credentials, endpoint))


async def _obtained(credentials: Credentials, endpoint: Endpoint) -> Grant:
    return await credentials.obtain_async(endpoint.asynchronous)


both = pytest.mark.parametrize("kind", ["sync", "async"])


# ----------------------------------------------------------------------------------------------------------------------
# The forms


@both
@pytest.mark.parametrize(
    ("region", "url", "fields"),
    [
        (
            "fr",
            "https://authenticate.pasqal.cloud/oauth/token",
            {
                "client_id": "PeZvo7Atx7IVv3iel59asJSb4Ig7vuSB",
                "realm": "pcs-users",
                "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
            },
        ),
        (
            "SA",
            "https://auth.sa.pasqal.cloud/realms/pasqal-cloud/protocol/openid-connect/token",
            {"client_id": "cloud-sdk", "realm": "pasqal-cloud", "grant_type": "password"},
        ),
    ],
)
def test_the_password_grant_of_a_region(
    kind: str, region: str, url: str, fields: dict[str, str]
) -> None:
    """Each region has its own token endpoint, realm and client id."""
    endpoint = Endpoint()
    grant = obtained(PasswordCredentials("ada", PASSWORD, region=region), kind, endpoint)
    common = {
        "audience": "https://apis.pasqal.cloud/account/api/v1",
        "username": "ada",
        "password": PASSWORD,
    }
    assert endpoint.posted == [(url, fields | common)]
    assert (grant.token, grant.lifetime) == (TOKEN, 86400)


@both
def test_the_grant_of_a_service_account(kind: str) -> None:
    """The grant of a service account has neither a realm nor a user."""
    endpoint = Endpoint()
    obtained(ClientCredentials("robot", PASSWORD, region="sa"), kind, endpoint)
    form = {
        "grant_type": "client_credentials",
        "client_id": "robot",
        "client_secret": PASSWORD,
        "audience": AUDIENCE,
    }
    assert endpoint.posted == [
        ("https://auth.sa.pasqal.cloud/realms/pasqal-cloud/protocol/openid-connect/token", form)
    ]


MAKERS: list[Callable[..., Credentials]] = [PasswordCredentials, ClientCredentials]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "url", [LOOPBACK, "http://localhost/x", "https://lab.example/token?policy=p"]
)
def test_a_custom_token_endpoint_is_accepted(make: Callable[..., Credentials], url: str) -> None:
    """Any https address is accepted, and plain http on this machine."""
    assert make("ada", PASSWORD, token_url=url).url == url


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "url",
    [
        "http://lab.example/token",
        "http://10.0.0.1",
        "ftp://127.0.0.1",
        "lab.example",
        "",
        "https://ada:pw@lab.example",
        f"https://{'a' * 64}.example/token",
    ],
)
def test_a_token_endpoint_that_would_leak_the_password_is_rejected(
    make: Callable[..., Credentials], url: str
) -> None:
    """The password is sent there, so an address that does not protect it is rejected."""
    with pytest.raises(ConfigurationError, match="token_url: ") as caught:
        make("ada", PASSWORD, token_url=url)
    assert PASSWORD not in str(caught.value)
    assert "ada:pw" not in str(caught.value)


@pytest.mark.parametrize("make", MAKERS)
def test_an_unknown_region_has_no_token_endpoint(make: Callable[..., Credentials]) -> None:
    """The error for an unknown region names the regions that have a token endpoint."""
    with pytest.raises(ConfigurationError, match="'mars', only for fr, sa"):
        make("ada", PASSWORD, region="mars")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("wrong", ["", None, 5, b"bytes", "lone \udce4 surrogate"])
def test_names_and_secrets_are_text(make: Callable[..., Credentials], wrong: Any) -> None:
    """Names and secrets that could not be sent are rejected at once, and the error does not show them."""
    for arguments in (("ada", wrong), (wrong, PASSWORD)):
        with pytest.raises(ConfigurationError) as caught:
            make(*arguments)
        assert "surrogate" not in str(caught.value)


@both
@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": [TOKEN]},
        {"access_token": f"{TOKEN}\n{TOKEN}"},
        {"access_token": f"{TOKEN}\x00"},
        {"token": TOKEN},
    ],
)
def test_an_answer_without_a_usable_token_is_an_error_that_does_not_show_it(
    kind: str, answer: Any
) -> None:
    """An answer without a usable token is reported as the endpoint's fault, not as a wrong setting."""
    with pytest.raises(
        ResponseError, match="the token endpoint's answer cannot be used: access_token: "
    ) as caught:
        obtained(PasswordCredentials("ada", PASSWORD), kind, Endpoint(answer))
    assert TOKEN not in str(caught.value) + repr(vars(caught.value))
    assert (caught.value.status, caught.value.method, caught.value.path) == (
        200,
        "POST",
        "/oauth/token",
    )


@both
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            {"error": "invalid_grant", "error_description": "Wrong email or password."},
            "invalid_grant: Wrong email or password.",
        ),
        ({"error": "access_denied", "access_token": None, "token_type": "Bearer"}, "access_denied"),
        (
            {"error": "invalid_request", "error_description": f"{PASSWORD} is unknown"},
            "invalid_request: *** is unknown",
        ),
        ({"error": "line\nbreak", "error_description": "\x1b[31m"}, "line break: [31m"),
        ({"error": {"code": 5}}, "the token endpoint gave no reason"),
        ({"error": True, "error_description": ["no"]}, "the token endpoint gave no reason"),
    ],
)
def test_a_refusal_inside_a_success_is_reported(kind: str, answer: Any, reason: str) -> None:
    """Some endpoints refuse with a success status; the error hides what they echo of the password."""
    with pytest.raises(AuthenticationError) as caught:
        obtained(PasswordCredentials("ada", PASSWORD), kind, Endpoint(answer))
    assert str(caught.value) == f"200 OK: signing in failed: {reason} (POST /oauth/token)"


@both
@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER", " Bearer ", "", None])
def test_a_bearer_token_may_be_called_so_in_any_case(kind: str, token_type: Any) -> None:
    """A token type is compared without regard to case, and a missing one means Bearer."""
    endpoint = Endpoint({**ANSWER, "token_type": token_type, "error": None})
    assert obtained(ClientCredentials("robot", PASSWORD), kind, endpoint).token == TOKEN


@both
@pytest.mark.parametrize("token_type", ["mac", "DPoP", "Bearer x", 5, ["Bearer"], TOKEN])
def test_a_token_of_another_type_is_rejected_without_showing_it(kind: str, token_type: Any) -> None:
    """A token of another type could not be used as a Bearer header, and the error does not show it."""
    with pytest.raises(
        ResponseError, match="cannot be used: token_type: expected Bearer"
    ) as caught:
        obtained(
            ClientCredentials("robot", PASSWORD),
            kind,
            Endpoint({**ANSWER, "token_type": token_type}),
        )
    assert TOKEN not in str(caught.value)


# ----------------------------------------------------------------------------------------------------------------------
# How long a token lives


@pytest.mark.parametrize(
    ("expires_in", "lifetime"),
    [
        (3600, 3600),
        (0.5, 0.5),
        ("3600", 3600),
        ("60.5", 60.5),
        (float("inf"), float("inf")),
        (None, None),
        (0, None),
        (-5, None),
        ("-5", None),
        (float("nan"), None),
        ("nan", None),
        (10**400, None),
        ("soon", None),
        ("", None),
        (True, None),
        ([3600], None),
        ({"seconds": 3600}, None),
    ],
)
def test_the_life_of_an_opaque_token_is_what_the_endpoint_says(
    expires_in: object, lifetime: float | None
) -> None:
    """A lifetime that is not a positive number is ignored, and the token is used until the service refuses it."""
    assert Grant.of(TOKEN, expires_in).lifetime == lifetime


def test_the_life_of_a_jwt_is_read_from_its_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the endpoint gives no usable lifetime, the claim `exp` does."""
    monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
    assert Grant.of(jwt({"exp": 1_000_300})).lifetime == 300
    assert Grant.of(jwt({"exp": "1000300"})).lifetime == 300
    assert Grant.of(jwt({"exp": 1_000_300}), 0).lifetime == 300
    assert Grant.of(jwt({"exp": 1_000_300}), 60).lifetime == 60


@pytest.mark.parametrize(
    "token",
    [
        jwt({}),
        jwt({"exp": None}),
        jwt({"exp": 5}),
        jwt({"exp": -1}),
        jwt({"exp": True}),
        jwt({"exp": "soon"}),
        jwt({"exp": [1]}),
        jwt(b'{"exp": NaN}'),
        jwt(b'{"exp": 1' + b"0" * 400 + b"}"),
        jwt([1, 2]),
        jwt("text"),
        jwt(7),
        jwt(None),
        jwt(b"no json"),
        jwt(b"\xff\xfe"),
        jwt(b"[" * 200_000),
        "a.b",
        "a.!!.c",
        "..",
        "a.b.c.d.e",
    ],
)
def test_a_token_with_an_unreadable_life_is_used_until_it_is_refused(token: str) -> None:
    """An `exp` in the past points to a wrong clock, so it is not trusted any more than a malformed one."""
    assert Grant.of(token).lifetime is None


def test_the_owner_of_a_token_is_its_subject() -> None:
    """Two tokens of a subject have one owner; others are told apart, and none is shown."""
    assert StaticToken(jwt({"sub": "me", "exp": 5})).account == "me"
    unknown = [jwt({"sub": 7}), jwt([1]), jwt({}), jwt(b"no json"), "opaque"]
    accounts = {StaticToken(token).account for token in unknown}
    assert len(accounts) == len(unknown)
    assert not [token for token in unknown if token in repr(accounts)]
    assert digest("\ud800") != digest("")


# ----------------------------------------------------------------------------------------------------------------------
# Token functions


@both
def test_a_function_is_called_for_each_token(kind: str) -> None:
    """A token function is called once per token, and white space around what it returns is dropped."""
    tokens = iter(["first\n", "second"])
    credentials = CallableToken(lambda: next(tokens))
    assert [obtained(credentials, kind).token for _ in range(2)] == ["first", "second"]


async def coroutine_function(token: str = TOKEN) -> str:
    await asyncio.sleep(0)
    return token


class AsyncSource:
    async def __call__(self) -> str:
        return await coroutine_function()


ASYNC_FUNCTIONS: dict[str, Callable[[], Awaitable[str]]] = {
    "a coroutine function": coroutine_function,
    "a partial one": functools.partial(coroutine_function, TOKEN),
    "an object with an async call": AsyncSource(),
    "a function that returns a coroutine": lambda: coroutine_function(),
}


@pytest.mark.parametrize("name", ASYNC_FUNCTIONS)
def test_the_async_client_awaits_what_a_function_returns(name: str) -> None:
    """The async client accepts coroutine functions and any other function whose result can be awaited."""
    assert obtained(CallableToken(ASYNC_FUNCTIONS[name]), "async").token == TOKEN


@pytest.mark.parametrize("name", ASYNC_FUNCTIONS)
def test_the_sync_client_rejects_what_it_would_have_to_await(name: str) -> None:
    """The error says that a plain function is needed, and no coroutine is left unawaited."""
    with pytest.raises(ConfigurationError, match="needs a plain function"):
        obtained(CallableToken(ASYNC_FUNCTIONS[name]), "sync")


class Later:
    """An awaitable that is not a coroutine."""

    def __await__(self) -> Any:
        return coroutine_function().__await__()


def test_any_awaitable_is_accepted() -> None:
    """A token function may return any awaitable, a future too."""
    assert obtained(CallableToken(Later), "async").token == TOKEN
    with pytest.raises(ConfigurationError, match="needs a plain function"):
        obtained(CallableToken(Later), "sync")


def test_a_plain_function_runs_outside_the_event_loop() -> None:
    """A blocking function runs in a thread; if it blocked the loop, this test would never end."""

    async def run() -> Grant:
        loop, go = asyncio.get_running_loop(), threading.Event()

        def block() -> str:
            loop.call_soon_threadsafe(go.set)
            assert go.wait(10)
            return TOKEN

        return await CallableToken(block).obtain_async(Endpoint().asynchronous)

    assert asyncio.run(run()).token == TOKEN


@both
@pytest.mark.parametrize("wrong", [None, 5, b"bytes", "", "two words", "line\nbreak"])
def test_what_a_function_returns_is_checked_without_showing_it(kind: str, wrong: Any) -> None:
    """The error says that the token function returned it, and does not show the value."""
    with pytest.raises(ConfigurationError, match="token function: ") as caught:
        obtained(CallableToken(lambda: wrong), kind)
    assert "two words" not in str(caught.value)


@both
def test_a_function_that_runs_out_of_tokens_says_so(kind: str) -> None:
    """A StopIteration that escaped would silently end a listing or hang a future, so it becomes another error."""
    with pytest.raises(ConfigurationError, match="no more tokens"):
        obtained(CallableToken(iter([]).__next__), kind)


@both
def test_what_a_function_raises_is_the_callers(kind: str) -> None:
    """An error that the caller's own function raises reaches the caller unchanged."""
    with pytest.raises(ZeroDivisionError):
        obtained(CallableToken(lambda: str(1 / 0)), kind)


@both
def test_a_static_token_is_never_renewed(kind: str) -> None:
    """A static token is used as it is, even if its claims say when it expires."""
    grant = obtained(StaticToken(jwt({"exp": time.time() + 60})), kind)
    assert grant.lifetime is None


# ----------------------------------------------------------------------------------------------------------------------
# Secrecy

ALL = {
    "token": StaticToken(TOKEN),
    "token function": CallableToken(lambda: TOKEN),
    "password": PasswordCredentials("ada", TOKEN),
    "client credentials": ClientCredentials("robot", TOKEN),
}


@pytest.mark.parametrize("name", ALL)
def test_credentials_show_what_they_are_and_no_secret(name: str) -> None:
    """The repr of credentials shows their kind and no secret, so printing them by accident is harmless."""
    assert repr(ALL[name]) == str(ALL[name]) == f"<{name}>"
    assert ALL[name].kind == name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("attempt", [pickle.dumps, copy.copy, copy.deepcopy])
def test_credentials_do_not_leave_the_process(
    name: str, attempt: Callable[[object], object]
) -> None:
    """Pickling is refused because it would carry the secret, and the error says what to do instead."""
    with pytest.raises(TypeError, match="do not pickle.*make new ones"):
        attempt(ALL[name])


@pytest.mark.parametrize("name", ["token", "password", "client credentials"])
def test_credentials_list_their_secrets(name: str) -> None:
    """The list of secrets is what texts are redacted with."""
    assert ALL[name].secrets() == [TOKEN]
    assert ALL["token function"].secrets() == []


def test_a_grant_shows_no_token() -> None:
    """A traceback that shows local variables shows the repr of a grant, so the token is not in it."""
    assert repr(Grant(TOKEN, 60.0)) == "Grant(lifetime=60.0)"


def test_a_form_shows_no_password() -> None:
    """A traceback that shows local variables shows the repr of a form, so the password is not in it."""
    shown = []

    def post(url: str, form: dict[str, str]) -> Any:
        shown.append(repr(form))
        return ANSWER

    PasswordCredentials("ada", PASSWORD).obtain(post)
    assert shown == ["{***}"]


def test_the_base_class_of_credentials_is_safe() -> None:
    """The base class shows no secret, and asking it for a token raises NotImplementedError."""
    credentials = Credentials()
    assert repr(credentials) == "<credentials>"
    assert credentials.secrets() == []
    for kind in ("sync", "async"):
        with pytest.raises(NotImplementedError):
            obtained(credentials, kind)


def decode_badly() -> str:
    return b"s3cr3t-\xff".decode()


async def decode_badly_async() -> str:
    return decode_badly()


@pytest.mark.parametrize(
    ("function", "kind"),
    [(decode_badly, "sync"), (decode_badly, "async"), (decode_badly_async, "async")],
)
def test_a_function_that_cannot_decode_its_token_is_named(function: Any, kind: str) -> None:
    """Python's own error would hold the bytes, which may be the token."""
    told = f"^token function {function.__qualname__}: what it read is not text in UTF-8$"
    with pytest.raises(ConfigurationError, match=told) as caught:
        obtained(CallableToken(function), kind)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
