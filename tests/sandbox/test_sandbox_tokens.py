"""The token endpoint: who gets a token, how long it is good for, and what the others are told."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from pasqal_client import AsyncPasqalClient, AuthenticationError, PasqalClient, PasqalError
from pasqal_client._auth.credentials import ClientCredentials, PasswordCredentials
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.clock import Clock
from pasqal_client.sandbox.tokens import Accounts, TokenDesk

Connect = Callable[[Sandbox], httpx.Client]

WEST = timezone(timedelta(hours=-5))
_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"


def password_form(sandbox: Sandbox, **changes: str) -> dict[str, str]:
    form = {
        "client_id": "any",
        "grant_type": "password",
        "realm": "pcs-users",
        "audience": "any",
        "username": sandbox.username,
        "password": sandbox.password,
    }
    return {name: value for name, value in {**form, **changes}.items() if value}


def service_form(sandbox: Sandbox, **changes: str) -> dict[str, str]:
    form = {
        "grant_type": "client_credentials",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
    }
    return {**form, **changes}


def list_status(http: httpx.Client, token: str) -> int:
    return http.get("/api/v2/jobs", headers={"Authorization": f"Bearer {token}"}).status_code


def issued(http: httpx.Client, sandbox: Sandbox, form: dict[str, str]) -> str:
    token: str = http.post(sandbox.token_url, data=form).raise_for_status().json()["access_token"]
    return token


@pytest.mark.parametrize(
    "form",
    [
        password_form,
        lambda s: password_form(s, grant_type=_REALM_GRANT),
        lambda s: password_form(s, realm="", audience=""),
        service_form,
        lambda s: service_form(s, audience="any"),
        lambda s: password_form(s, username="alice", password="wonder&land=é"),
        lambda s: service_form(s, client_id="robot", client_secret="r2"),
    ],
    ids=[
        "password",
        "realm",
        "no realm",
        "service",
        "audience",
        "another account",
        "another service account",
    ],
)
def test_an_account_gets_a_token(
    connect: Connect, form: Callable[[Sandbox], dict[str, str]]
) -> None:
    """Both grants work, and both names of the password grant."""
    with Sandbox(accounts={"alice": "wonder&land=é"}, service_accounts={"robot": "r2"}) as sandbox:
        http = connect(sandbox)
        answer = http.post(sandbox.token_url, data=form(sandbox))
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        body = answer.json()
        assert (body["token_type"], body["expires_in"], set(body)) == (
            "Bearer",
            3600,
            {"access_token", "token_type", "expires_in"},
        )
        assert body["access_token"] not in (sandbox.token, issued(http, sandbox, form(sandbox)))
        assert list_status(http, body["access_token"]) == 200


@pytest.mark.parametrize(
    ("form", "status", "code", "text"),
    [
        (
            lambda s: password_form(s, password="wrong"),
            403,
            "invalid_grant",
            "Wrong email or password.",
        ),
        (
            lambda s: password_form(s, username="nobody"),
            403,
            "invalid_grant",
            "Wrong email or password.",
        ),
        (
            lambda s: password_form(s, password="\N{SNOWMAN}"),
            403,
            "invalid_grant",
            "Wrong email or password.",
        ),
        (lambda s: service_form(s, client_secret="wrong"), 401, "invalid_client", "Unknown client"),
        (
            lambda s: service_form(s, client_id=s.username, client_secret=s.password),
            401,
            "invalid_client",
            "Unknown",
        ),
        (lambda s: password_form(s, username=""), 400, "invalid_request", "username"),
        (lambda s: password_form(s, client_id=""), 400, "invalid_request", "client_id"),
        (
            lambda s: password_form(s, grant_type=_REALM_GRANT, realm=""),
            400,
            "invalid_request",
            "realm",
        ),
        (lambda s: service_form(s, client_secret=""), 400, "invalid_request", "client_secret"),
        (
            lambda s: service_form(s, grant_type="refresh_token"),
            403,
            "unsupported_grant_type",
            "refresh_token",
        ),
        (lambda s: {}, 400, "invalid_request", "x-www-form-urlencoded"),
    ],
)
def test_others_are_told_why_not(
    sandbox: Sandbox,
    http: httpx.Client,
    form: Callable[[Sandbox], dict[str, str]],
    status: int,
    code: str,
    text: str,
) -> None:
    """The answer has the usual form of such endpoints, without the secret that was tried."""
    answer = http.post(sandbox.token_url, data=form(sandbox))
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert text in answer.json()["error_description"]
    assert sandbox.password not in answer.text


def test_only_forms_are_taken(sandbox: Sandbox, http: httpx.Client) -> None:
    """JSON and GET are rejected."""
    assert http.post(sandbox.token_url, json=password_form(sandbox)).status_code == 400
    assert http.get(sandbox.token_url).status_code == 405


def test_a_token_expires_on_the_clock_of_the_sandbox(connect: Connect) -> None:
    """It expires at its time and not before; adding batches does not age it, and the fixed token never expires."""
    with Sandbox(token_lifetime=60) as sandbox:
        http = connect(sandbox)
        old = issued(http, sandbox, service_form(sandbox))
        sandbox.add_batch([{"status": "DONE"}] * 100)
        sandbox.advance("59s")
        new = issued(http, sandbox, password_form(sandbox))
        assert [list_status(http, token) for token in (old, new, sandbox.token)] == [200, 200, 200]
        sandbox.advance("1s")
        assert [list_status(http, token) for token in (old, new, sandbox.token)] == [401, 200, 200]
        sandbox.advance("365d")
        issued(http, sandbox, password_form(sandbox))
        assert [list_status(http, token) for token in (old, new, sandbox.token)] == [401, 401, 200]


def test_tokens_that_have_expired_are_forgotten() -> None:
    """A client that signs in again and again does not fill the memory."""
    now = 0.0
    clock = Clock(1, lambda: now)
    desk = TokenDesk(Accounts("static", {"ana": "secret"}, {}, lifetime=10), clock)
    form = {"grant_type": "password", "client_id": "x", "username": "ana", "password": "secret"}
    for _ in range(50):
        now += 5
        desk.issue(form)
    assert len(desk._ends) <= 3


def test_all_tokens_can_be_made_invalid(sandbox: Sandbox, http: httpx.Client) -> None:
    """All tokens issued so far become invalid; the fixed one stays valid."""
    old = issued(http, sandbox, service_form(sandbox))
    sandbox.expire_tokens()
    new = issued(http, sandbox, service_form(sandbox))
    assert [list_status(http, token) for token in (old, new, sandbox.token)] == [401, 200, 200]


def test_tokens_are_good_for_one_sandbox(sandbox: Sandbox, http: httpx.Client) -> None:
    """Another sandbox accepts neither its tokens nor its accounts."""
    with Sandbox() as other:
        assert list_status(http, issued(http, other, service_form(other))) == 401
        assert http.post(other.token_url, data=password_form(sandbox)).status_code == 403


@pytest.mark.parametrize("kind", ["password", "client credentials"])
def test_the_client_signs_in_and_signs_in_again(sandbox: Sandbox, kind: str) -> None:
    """It sends one request for each token, also when the old one is rejected in the middle of its work."""
    credentials = (
        PasswordCredentials(sandbox.username, sandbox.password, token_url=sandbox.token_url)
        if kind == "password"
        else ClientCredentials(
            sandbox.client_id, sandbox.client_secret, token_url=sandbox.token_url
        )
    )
    batch = sandbox.add_batch([{}, {}])
    with PasqalClient(credentials=credentials, base_url=sandbox.base_url) as client:
        assert client.jobs.count() == 2
        assert client.jobs.count(status="PENDING") == 2
        sandbox.expire_tokens()
        assert len(client.batches.cancel_jobs(batch.id, all=True).jobs) == 2
    exchange = [
        (request.method, request.path.rsplit("/", 1)[-1], request.status)
        for request in sandbox.requests
    ]
    assert exchange == [
        ("POST", "token", 200),
        ("GET", "jobs", 200),
        ("GET", "jobs", 200),
        ("PATCH", "jobs", 401),
        ("POST", "token", 200),
        ("PATCH", "jobs", 200),
    ]


def test_the_async_client_signs_in_too(sandbox: Sandbox) -> None:
    """It does so in the same way."""

    async def count() -> int:
        credentials = PasswordCredentials(
            sandbox.username, sandbox.password, token_url=sandbox.token_url
        )
        async with AsyncPasqalClient(credentials=credentials, base_url=sandbox.base_url) as client:
            return await client.jobs.count()

    sandbox.add_batch([{}])
    assert asyncio.run(count()) == 1


@pytest.mark.parametrize("kind", ["password", "client credentials"])
def test_the_client_tells_of_wrong_credentials(sandbox: Sandbox, kind: str) -> None:
    """Its error has the reason that the endpoint gives."""
    credentials = (
        PasswordCredentials(sandbox.username, "hunter2", token_url=sandbox.token_url)
        if kind == "password"
        else ClientCredentials(sandbox.client_id, "hunter2", token_url=sandbox.token_url)
    )
    text = "Wrong email or password" if kind == "password" else "wrong secret"
    with (
        PasqalClient(credentials=credentials, base_url=sandbox.base_url) as client,
        pytest.raises(PasqalError, match=text) as caught,
    ):
        client.jobs.count()
    assert isinstance(caught.value, AuthenticationError)


def test_no_secret_is_shown(caplog: pytest.LogCaptureFixture, connect: Connect) -> None:
    """Neither repr, logs nor the record of the requests show one; and each sandbox has its own."""
    with (
        caplog.at_level(logging.DEBUG),
        Sandbox(accounts={"alice": "wonderland"}) as sandbox,
        Sandbox() as other,
    ):
        token = issued(connect(sandbox), sandbox, password_form(sandbox))
        shown = repr(sandbox) + repr(sandbox.requests) + repr(sandbox._accounts) + caplog.text
        secrets = {sandbox.token, sandbox.password, sandbox.client_secret, token, "wonderland"}
        assert not [secret for secret in secrets if secret in shown]
        assert not secrets & {other.token, other.password, other.client_secret}


def test_its_own_account_can_have_another_password(connect: Connect) -> None:
    """Its attributes have the valid one."""
    with Sandbox(
        accounts={Sandbox.username: "mine"}, service_accounts={Sandbox.client_id: "its"}
    ) as sandbox:
        assert (sandbox.password, sandbox.client_secret) == ("mine", "its")
        assert issued(connect(sandbox), sandbox, password_form(sandbox))


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        ({"token": 3}, TypeError, "token: expected text, got int"),
        ({"token": ""}, ValueError, "token: it is empty"),
        ({"token": "hunter 2"}, ValueError, "token: .*blanks"),
        ({"project_id": "x"}, ValueError, "project_id is 'x', not a UUID"),
        ({"port": "x"}, TypeError, "port is 'x', not an integer"),
        ({"port": True}, TypeError, "port is True"),
        ({"port": 70000}, ValueError, "port is 70000.*65535"),
        ({"port": -1}, ValueError, "port is -1"),
        ({"db": ""}, ValueError, "db is ''"),
        ({"db": "a\0b"}, ValueError, "db is "),
        ({"db": b"x"}, TypeError, "db is b'x'"),
        ({"db": 5}, TypeError, "db is 5, not a path"),
        ({"accounts": ["alice"]}, TypeError, "accounts: expected a mapping .*list"),
        ({"accounts": {"alice": 3}}, TypeError, "accounts: .*'alice'"),
        ({"accounts": {3: "hunter"}}, TypeError, "accounts: expected text for 3"),
        ({"service_accounts": {"robot": ""}}, ValueError, "service_accounts: .*'robot' is empty"),
        ({"service_accounts": {"": "hunter"}}, ValueError, "service_accounts: .*'' is empty"),
        ({"token_lifetime": 0}, ValueError, "token_lifetime is 0"),
        ({"token_lifetime": True}, ValueError, "token_lifetime is True"),
        ({"token_lifetime": "1h"}, ValueError, "token_lifetime is '1h'"),
        ({"token_lifetime": 2**31}, ValueError, "token_lifetime is 2147483648: .* to 2147483647"),
        ({"start": "2026-10-12"}, TypeError, "start is '2026-10-12', not a datetime"),
        (
            {"start": datetime(2026, 10, 12)},
            ValueError,
            "start is 2026-10-12T00:00:00, which has no time zone",
        ),
        ({"start": datetime.max.replace(tzinfo=WEST)}, ValueError, "outside the years that UTC"),
        ({"monotonic": 3}, TypeError, "monotonic is 3, not a function"),
        ({"faults": 3}, TypeError, "faults is 3, not a list of Fault"),
        ({"quirks": 3}, TypeError, "quirks is 3: give the names"),
        ({"port": 10**5000}, ValueError, "port is a value of type int: it is from 0"),
        ({"port": "x" * 10**6}, TypeError, "port is 'xxx"),
        ({"speed": "x" * 10**6}, ValueError, "speed is 'xxx"),
        ({"project_id": "x" * 10**6}, ValueError, "project_id is 'xxx"),
        ({"accounts": {"x" * 10**6: ""}}, ValueError, "accounts: .*'xxx"),
        ({"quirks": ["x" * 10**6]}, ValueError, "quirks: 'xxx"),
    ],
)
def test_arguments_that_cannot_be_are_rejected(
    arguments: Any, kind: type[Exception], text: str
) -> None:
    """The error is raised when the sandbox is made, names the argument and shows no secret."""
    with pytest.raises(kind, match=text) as caught:
        Sandbox(**arguments)
    assert "hunter" not in str(caught.value)
    assert len(str(caught.value)) < 500
