"""How each kind of credentials comes by a token, without a connection; and that none of them shows a secret."""

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
from pasqal_client._auth.token_grant import Grant

TOKEN = "s3cr3t-t0k3n-of-the-lab"
PASSWORD = "correct horse & battery"
LOOPBACK = "http://127.0.0.1:9/token"
ANSWER = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 86400}


def jwt(payload: object) -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return f"eyJhbGciOiJub25lIn0.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.c2ln"


class Endpoint:
    """Notes what is posted."""

    def __init__(self, answer: Any = ANSWER) -> None:
        self.answer = answer
        self.posted: list[tuple[str, dict[str, str]]] = []

    def sync(self, url: str, form: dict[str, str]) -> Any:
        self.posted.append((url, dict(form)))
        return self.answer

    async def asynchronous(self, url: str, form: dict[str, str]) -> Any:
        return self.sync(url, form)


def obtained(credentials: Credentials, kind: str, endpoint: Endpoint | None = None) -> Grant:
    """What the credentials get in either client."""
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
    """Each region has an endpoint and names of its own."""
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
    """A service account needs neither realm nor user."""
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
def test_a_token_endpoint_of_ones_own(make: Callable[..., Credentials], url: str) -> None:
    """Any https address is taken, and plain http on this machine."""
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
def test_a_token_endpoint_that_would_leak_the_password_is_refused(
    make: Callable[..., Credentials], url: str
) -> None:
    """The password is sent there, so the address must protect it."""
    with pytest.raises(ConfigurationError, match="token_url: ") as caught:
        make("ada", PASSWORD, token_url=url)
    assert PASSWORD not in str(caught.value)
    assert "ada:pw" not in str(caught.value)


@pytest.mark.parametrize("make", MAKERS)
def test_an_unknown_region_has_no_token_endpoint(make: Callable[..., Credentials]) -> None:
    """The error names the regions that have one."""
    with pytest.raises(ConfigurationError, match="'mars', only for fr, sa"):
        make("ada", PASSWORD, region="mars")


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("wrong", ["", None, 5, b"bytes", "lone \udce4 surrogate"])
def test_names_and_secrets_are_text(make: Callable[..., Credentials], wrong: Any) -> None:
    """What cannot be sent is rejected at once, and not shown."""
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
    """The answer is the endpoint's fault, not the settings'."""
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
def test_a_refusal_in_the_answer_is_told(kind: str, answer: Any, reason: str) -> None:
    """Some endpoints refuse with the status of a success; what they echo of the password is not shown."""
    with pytest.raises(AuthenticationError) as caught:
        obtained(PasswordCredentials("ada", PASSWORD), kind, Endpoint(answer))
    assert str(caught.value) == f"200 OK: signing in failed: {reason} (POST /oauth/token)"


@both
@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER", " Bearer ", "", None])
def test_a_bearer_token_may_be_called_so_in_any_case(kind: str, token_type: Any) -> None:
    """An endpoint that does not say what it issues means the usual."""
    endpoint = Endpoint({**ANSWER, "token_type": token_type, "error": None})
    assert obtained(ClientCredentials("robot", PASSWORD), kind, endpoint).token == TOKEN


@both
@pytest.mark.parametrize("token_type", ["mac", "DPoP", "Bearer x", 5, ["Bearer"], TOKEN])
def test_a_token_of_another_type_is_refused_unseen(kind: str, token_type: Any) -> None:
    """It has to be used in another way than in a header of its own."""
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
    """A value that is not a positive number of seconds is ignored: the token is used until the service refuses it."""
    assert Grant.of(TOKEN, expires_in).lifetime == lifetime


def test_the_life_of_a_jwt_is_in_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the endpoint does not tell, or tells nonsense, the claim `exp` does."""
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
def test_a_token_whose_life_cannot_be_read_is_used_until_it_is_refused(token: str) -> None:
    """Nothing about a token is taken for granted; one that seems over already is a clock that is off."""
    assert Grant.of(token).lifetime is None


# ----------------------------------------------------------------------------------------------------------------------
# Functions


@both
def test_a_function_is_called_for_each_token(kind: str) -> None:
    """It may read a file that ends with a line break."""
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
    """Everything that can be awaited is."""
    assert obtained(CallableToken(ASYNC_FUNCTIONS[name]), "async").token == TOKEN


@pytest.mark.parametrize("name", ASYNC_FUNCTIONS)
def test_the_sync_client_refuses_what_it_would_have_to_await(name: str) -> None:
    """The error says what it needs, and no coroutine is left behind."""
    with pytest.raises(ConfigurationError, match="needs a plain function"):
        obtained(CallableToken(ASYNC_FUNCTIONS[name]), "sync")


class Later:
    """Can be awaited, but is no coroutine."""

    def __await__(self) -> Any:
        return coroutine_function().__await__()


def test_anything_that_can_be_awaited_is_treated_alike() -> None:
    """A token function may return any awaitable, a future too."""
    assert obtained(CallableToken(Later), "async").token == TOKEN
    with pytest.raises(ConfigurationError, match="needs a plain function"):
        obtained(CallableToken(Later), "sync")


def test_a_plain_function_runs_beside_the_event_loop() -> None:
    """It may block: the loop goes on, or this would never end."""

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
def test_what_a_function_returns_is_checked_unseen(kind: str, wrong: Any) -> None:
    """The error says where the token comes from, and does not show it."""
    with pytest.raises(ConfigurationError, match="token function: ") as caught:
        obtained(CallableToken(lambda: wrong), kind)
    assert "two words" not in str(caught.value)


@both
def test_a_function_that_runs_out_of_tokens_says_so(kind: str) -> None:
    """StopIteration would end a listing quietly, or hang a future."""
    with pytest.raises(ConfigurationError, match="no more tokens"):
        obtained(CallableToken(iter([]).__next__), kind)


@both
def test_what_a_function_raises_is_the_callers(kind: str) -> None:
    """An error of the caller's own reaches the caller as it is."""
    with pytest.raises(ZeroDivisionError):
        obtained(CallableToken(lambda: str(1 / 0)), kind)


@both
def test_a_static_token_is_itself(kind: str) -> None:
    """It is never renewed, not even if it tells when it ends."""
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
    """Whoever prints them by accident tells nothing."""
    assert repr(ALL[name]) == str(ALL[name]) == f"<{name}>"
    assert ALL[name].kind == name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("attempt", [pickle.dumps, copy.copy, copy.deepcopy])
def test_credentials_do_not_leave_the_process(
    name: str, attempt: Callable[[object], object]
) -> None:
    """A pickle would carry the secret; the error says what to do instead."""
    with pytest.raises(TypeError, match="do not pickle.*make new ones"):
        attempt(ALL[name])


@pytest.mark.parametrize("name", ["token", "password", "client credentials"])
def test_credentials_know_what_must_not_be_shown(name: str) -> None:
    """That is what texts are cleaned of."""
    assert ALL[name].secrets() == [TOKEN]
    assert ALL["token function"].secrets() == []


def test_a_grant_shows_no_token() -> None:
    """A traceback with the values of variables shows it."""
    assert repr(Grant(TOKEN, 60.0)) == "Grant(lifetime=60.0)"


def test_a_form_shows_no_password() -> None:
    """A traceback with the values of variables shows the form, too."""
    shown = []

    def post(url: str, form: dict[str, str]) -> Any:
        shown.append(repr(form))
        return ANSWER

    PasswordCredentials("ada", PASSWORD).obtain(post)
    assert shown == ["{***}"]


def test_credentials_of_ones_own_say_what_they_can() -> None:
    """The base class shows no secret and has no token."""
    credentials = Credentials()
    assert repr(credentials) == "<credentials>"
    assert credentials.secrets() == []
    for kind in ("sync", "async"):
        with pytest.raises(NotImplementedError):
            obtained(credentials, kind)
