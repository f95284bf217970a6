"""Over real connections: how a client gets its tokens, and how it deals with every kind of broken token endpoint."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import pickle
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, quote_plus
from uuid import UUID

import httpx
import pytest

from client.scripted import Close, Hold, Request, Reset, Scripted, Step, Wait, answer, page
from pasqal_client import (
    AsyncPasqalClient,
    ClientCredentials,
    Credentials,
    PasqalClient,
    PasswordCredentials,
    RetryPolicy,
    errors,
)
from pasqal_client._auth import token_auth
from pasqal_client._auth.credentials import AUDIENCE
from pasqal_client._auth.token_grant import Grant

PASSWORD = 'p&ss/wörd "of" ada'
BATCH = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
IMPATIENT = RetryPolicy(first_pause=0)
CROWD = 16
Play = Callable[[Request], Iterable[Step]]


def job(number: int) -> dict[str, Any]:
    created = f"2026-01-01T00:00:{number:02}Z"
    return {
        "id": str(UUID(int=number)),
        "status": "DONE",
        "created_at": created,
        "batch_id": str(BATCH),
    }


class Lab:
    """A service with a token endpoint; by default it issues a new token for each request.

    Attributes:
        endpoint: what the endpoint does instead, request by request; the last one for all further
            ones.
        service: what the service does with a request whose token is good.
        good: the tokens that the service takes.
    """

    def __init__(self, *endpoint: Iterable[Step] | Play, service: Play | None = None) -> None:
        self.endpoint = endpoint
        self.service = service or (lambda request: [answer(200, page([]))])
        self.good: set[str] = set()
        self.forms: list[Request] = []
        self.calls: list[Request] = []
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Iterable[Step]:
        if request.path == "/core-fast/token":
            with self._lock:
                self.forms.append(request)
                number = len(self.forms)
            if not self.endpoint:
                return self.issue(request)
            play = self.endpoint[min(number, len(self.endpoint)) - 1]
            return play(request) if callable(play) else play
        with self._lock:
            self.calls.append(request)
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            good = token in self.good
        return (
            self.service(request)
            if good
            else [answer(401, {"message": f"the token {token} has expired"})]
        )

    def issue(self, request: Request, **more: Any) -> list[Step]:
        with self._lock:
            token = f"token-{len(self.forms)}-of-the-lab"
            self.good.add(token)
        return [answer(200, {"access_token": token, "token_type": "Bearer", **more})]

    def revoke(self) -> None:
        with self._lock:
            self.good.clear()


def password(server: Scripted, **settings: Any) -> dict[str, Any]:
    """The settings of a client that signs in with a password."""
    credentials = PasswordCredentials("ada", PASSWORD, token_url=f"{server.base_url}/token")
    return {"base_url": server.base_url, "credentials": credentials, **settings}


def assert_secret(error: BaseException, *secrets: str) -> None:
    """Check that an error shows no secret: in texts, values, attributes, pickle, and our part of the traceback."""
    told: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        told += [str(seen), repr(seen), repr(vars(seen)), *traceback.format_exception(seen)]
        frames = [frame for frame, _ in traceback.walk_tb(seen.__traceback__)]
        ours = [frame for frame in frames if "/overlay/" in frame.f_code.co_filename]
        told += [repr(value) for frame in ours for value in frame.f_locals.values()]
        seen = seen.__cause__ or seen.__context__
    told.append(repr(pickle.dumps(error)))
    for secret in secrets:
        for spelling in (secret, quote_plus(secret), repr(secret)[1:-1], secret[:8]):
            assert spelling not in "\n".join(told)


READ: Callable[[Any], Any] = lambda client: client.jobs.count()  # noqa: E731
WRITE: Callable[[Any], Any] = lambda client: client.batches.complete(BATCH)  # noqa: E731


# ----------------------------------------------------------------------------------------------------------------------
# Getting a token


def test_an_account_signs_in_with_its_password(connect: Callable[..., Any]) -> None:
    """The form goes to the endpoint, encoded, and the token that comes back goes to the service."""
    with Scripted(lab := Lab()) as server:
        client = connect(**password(server))
        assert client.jobs.count() == 0
    (form,) = lab.forms
    assert form.method == "POST"
    assert form.headers["content-type"] == "application/x-www-form-urlencoded"
    assert form.headers["user-agent"].startswith("pasqal-client/")
    assert "authorization" not in form.headers
    assert parse_qs(form.body.decode(), strict_parsing=True) == {
        "client_id": ["PeZvo7Atx7IVv3iel59asJSb4Ig7vuSB"],
        "grant_type": ["http://auth0.com/oauth/grant-type/password-realm"],
        "realm": ["pcs-users"],
        "audience": [AUDIENCE],
        "username": ["ada"],
        "password": [PASSWORD],
    }
    assert [call.headers["authorization"] for call in lab.calls] == ["Bearer token-1-of-the-lab"]


def test_a_service_account_signs_in_with_its_secret(connect: Callable[..., Any]) -> None:
    """The grant of a service account has neither user nor realm."""
    with Scripted(lab := Lab()) as server:
        credentials = ClientCredentials("robot", PASSWORD, token_url=f"{server.base_url}/token")
        connect(base_url=server.base_url, credentials=credentials).jobs.count()
    assert parse_qs(lab.forms[0].body.decode()) == {
        "client_id": ["robot"],
        "client_secret": [PASSWORD],
        "grant_type": ["client_credentials"],
        "audience": [AUDIENCE],
    }


def test_a_token_serves_for_all_requests_and_views(connect: Callable[..., Any]) -> None:
    """One token serves until it expires, so no request signs in for itself."""
    with Scripted(lab := Lab()) as server:
        client = connect(**password(server))
        for view in (client, client, client.with_options(timeout=5)):
            view.jobs.count()
    assert (len(lab.forms), len(lab.calls)) == (1, 3)


def test_clients_that_share_credentials_sign_in_each_for_itself() -> None:
    """A sync and an async client can use the same credentials object without disturbing each other."""
    with Scripted(lab := Lab()) as server:
        settings = password(server)

        async def run() -> int:
            async with AsyncPasqalClient(**settings) as client:
                with PasqalClient(**settings) as other:
                    return (
                        await client.jobs.count() + other.jobs.count() + await client.jobs.count()
                    )

        assert asyncio.run(run()) == 0
    assert (len(lab.forms), len(lab.calls)) == (2, 3)


@pytest.mark.parametrize("more", [{"expires_in": 86400}, {"expires_in": "86400"}])
def test_a_token_is_renewed_before_it_expires(
    connect: Callable[..., Any], more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day later the client renews it first, and the service never sees the expired one."""
    now = [0.0]
    monkeypatch.setattr(
        token_auth, "time", type("Clock", (), {"monotonic": staticmethod(lambda: now[0])})
    )
    lab = Lab()
    lab.endpoint = (lambda request: lab.issue(request, **more),)
    with Scripted(lab) as server:
        client = connect(**password(server))
        for now[0] in (0, 80_000, 86_399, 90_000):
            client.jobs.count()
    tokens = [call.headers["authorization"].split("-")[1] for call in lab.calls]
    assert tokens == ["1", "1", "2", "2"]


@pytest.mark.parametrize("fault", ["a 503", "a refusal", "nonsense"])
def test_a_renewal_that_fails_early_costs_nothing(
    connect: Callable[..., Any], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old token is used for as long as it is valid."""
    now = [0.0]
    monkeypatch.setattr(
        token_auth, "time", type("Clock", (), {"monotonic": staticmethod(lambda: now[0])})
    )
    lab = Lab()
    broken: dict[str, list[Step]] = {
        "a 503": [answer(503, b"")],
        "a refusal": [answer(403, {"error": "access_denied"})],
        "nonsense": [answer(200, {})],
    }
    lab.endpoint = (lambda request: lab.issue(request, expires_in=3600), broken[fault])
    with Scripted(lab) as server:
        client = connect(**password(server))
        for now[0] in (0, 3590):
            client.jobs.count()
        now[0] = 3600
        with pytest.raises(errors.APIError):
            client.jobs.count()
    assert len(lab.calls) == 2


@pytest.mark.parametrize(
    ("told", "kind", "words"),
    [
        (
            {"error": "invalid_grant", "error_description": f"{PASSWORD} is wrong"},
            errors.AuthenticationError,
            r"200 OK: signing in failed: invalid_grant: \*\*\* is wrong \(POST /core-fast/token\)",
        ),
        (
            {"access_token": "token-of-the-lab", "token_type": "mac"},
            errors.ResponseError,
            "token_type: expected Bearer",
        ),
    ],
)
def test_a_success_without_a_usable_token_is_reported_at_once(
    connect: Callable[..., Any], told: dict[str, Any], kind: type[errors.APIError], words: str
) -> None:
    """Another attempt would get the same answer, and nothing is sent to the service without a token."""
    with Scripted(lab := Lab([answer(200, told)])) as server:
        client = connect(**password(server))
        for call in (READ, WRITE):
            with pytest.raises(kind, match=words) as caught:
                call(client)
            assert_secret(caught.value, PASSWORD, "token-of-the-lab")
    assert (len(lab.forms), len(lab.calls)) == (2, 0)


# ----------------------------------------------------------------------------------------------------------------------
# A refused token


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("attempts", [1, 5])
def test_a_refused_token_is_renewed_and_the_request_sent_again(
    connect: Callable[..., Any], call: Callable[[Any], Any], attempts: int
) -> None:
    """The retry policy does not matter, because the refusal shows that nothing was done."""
    batch = {"data": {"id": str(BATCH), "open": False}}
    lab = Lab(service=lambda request: [answer(200, page([]) if request.method == "GET" else batch)])
    with Scripted(lab) as server:
        client = connect(**password(server, retry=RetryPolicy(attempts=attempts, first_pause=0)))
        call(client)
        lab.revoke()
        call(client)
    assert [request.headers["authorization"].split("-")[1] for request in lab.calls] == [
        "1",
        "1",
        "2",
    ]
    assert len(lab.forms) == 2


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_a_second_refusal_is_final(connect: Callable[..., Any], call: Callable[[Any], Any]) -> None:
    """A service that refuses every token is not asked forever, and the error masks the token that it echoes."""
    with Scripted(lab := Lab([answer(200, {"access_token": "token-of-nobody"})])) as server:
        client = connect(**password(server))
        with pytest.raises(
            errors.AuthenticationError, match=r"the token \*\*\* has expired"
        ) as caught:
            call(client)
    assert (caught.value.status, len(lab.calls), len(lab.forms)) == (401, 2, 2)
    assert_secret(caught.value, PASSWORD, "token-of-nobody")


def test_a_refused_static_token_is_final(connect: Callable[..., Any]) -> None:
    """The client has no other token to try, so the error comes at once."""
    with Scripted(lab := Lab()) as server:
        client = connect(token="token-of-nobody", base_url=server.base_url)
        with pytest.raises(errors.AuthenticationError):
            client.jobs.count()
    assert len(lab.calls) == 1


def test_the_error_of_a_refused_token_says_where_that_came_from(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forgotten variable is found that way; the token itself is not shown."""
    with Scripted(lambda _: [answer(401)]) as server:
        monkeypatch.setenv("PASQAL_TOKEN", "old-token")
        for settings, origin in (
            ({"token": "given-token"}, "the arguments (token=…)"),
            ({}, "the environment (PASQAL_TOKEN)"),
        ):
            with pytest.raises(errors.AuthenticationError) as caught:
                connect(base_url=server.base_url, **settings).jobs.count()
            assert caught.value.__notes__ == [f"The credentials came from {origin}."]


def test_an_error_says_only_once_where_credentials_came_from() -> None:
    """Threads that wait for the same token get the same error; credentials of unknown origin add nothing."""
    error = errors.AuthenticationError("no")
    credentials = PasswordCredentials("ada", PASSWORD)
    token_auth.TokenAuth(credentials).add_origin_to(error)
    assert not hasattr(error, "__notes__")
    signed = token_auth.TokenAuth(credentials, "the arguments (username=…)")
    for _ in range(2):
        signed.add_origin_to(error)
    assert error.__notes__ == ["The credentials came from the arguments (username=…)."]


def test_a_request_without_a_token_says_nothing_of_credentials(connect: Callable[..., Any]) -> None:
    """What an anonymous client asks for is not signed, whatever a service makes of it."""
    with Scripted(lambda _: [answer(401)]) as server:
        client = connect(base_url=server.base_url, anonymous=True)
        with pytest.raises(errors.AuthenticationError) as caught:
            client.devices.get("FRESNEL")
        assert not hasattr(caught.value, "__notes__")


def test_a_token_function_is_called_again_after_a_refusal(connect: Callable[..., Any]) -> None:
    """The function may return a newer token, and its older ones are masked in texts, too."""
    tokens = iter(["token-1-of-the-lab", "token-2-of-the-lab", "token-3-of-the-lab"])
    lab = Lab(
        service=lambda request: [
            answer(400, {"message": "not token-1-of-the-lab, nor token-2-of-the-lab"})
        ]
    )
    lab.good = {"token-2-of-the-lab"}
    with Scripted(lab) as server:
        client = connect(token=lambda: next(tokens), base_url=server.base_url)
        with pytest.raises(errors.BadRequestError, match=r"not \*\*\*, nor \*\*\*"):
            client.jobs.count()
    assert next(tokens) == "token-3-of-the-lab"


def test_a_refusal_inside_a_200_is_a_refusal(connect: Callable[..., Any]) -> None:
    """A gateway may wrap the refusal of a token in a 200."""
    refusals = iter([answer(200, {"status": "fail", "code": "401", "message": "Expired."})])
    lab = Lab(service=lambda request: [next(refusals, answer(200, page([])))])
    with Scripted(lab) as server:
        connect(**password(server)).jobs.count()
    assert (len(lab.calls), len(lab.forms)) == (2, 2)


def test_a_token_may_expire_during_a_listing(connect: Callable[..., Any]) -> None:
    """Every page comes, and no job comes twice."""
    jobs = [job(number) for number in range(40)]

    def serve(request: Request) -> list[Step]:
        offset, limit = int(request.query["offset"][0]), int(request.query["limit"][0])
        if len(lab.calls) % 3 == 0:
            lab.revoke()
        return [answer(200, page(jobs[offset : offset + limit], len(jobs), offset))]

    with Scripted(lab := Lab(service=serve)) as server:
        client = connect(**password(server))
        listing = client.jobs.list(
            page_size=5, concurrency=1, order_by="created_at", order_by_direction="ASC"
        )
        assert [str(found.id) for found in listing] == [each["id"] for each in jobs]
    assert len(lab.forms) > 3


def test_a_token_may_expire_during_a_wait(connect: Callable[..., Any]) -> None:
    """The wait goes on with the next token."""

    def serve(request: Request) -> list[Step]:
        lab.revoke()
        running = {**job(1), "status": "RUNNING" if len(lab.calls) < 8 else "DONE"}
        wanted = request.query.get("status")
        found = [running] if wanted is None or running["status"] in wanted else []
        return [answer(200, page(found))]

    with Scripted(lab := Lab(service=serve)) as server:
        client = connect(**password(server))
        result = client.jobs.wait(ids=[UUID(int=1)], poll=0.01, timeout=30)
    assert result.failed_ids == ()
    assert len(lab.forms) >= 3


# ----------------------------------------------------------------------------------------------------------------------
# Many at once


class Gathering:
    """Lets requests pass once a number of them have come, so that they meet however busy the machine is."""

    def __init__(self) -> None:
        self.expected = 0
        self.came = 0
        self.all = threading.Event()
        self._lock = threading.Lock()

    def expect(self, number: int) -> None:
        self.expected, self.came, self.all = number, 0, threading.Event()

    def wait(self) -> Wait:
        with self._lock:
            self.came += 1
            if self.came >= self.expected:
                self.all.set()
            return Wait(self.all)


class Crowded(Lab):
    """Refuses a burst together: all its requests are in flight with the old token before the first is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.burst = Gathering()

    def __call__(self, request: Request) -> Iterable[Step]:
        steps = super().__call__(request)
        if (
            request.path == "/core-fast/token"
            or self.burst.expected == 0
            or self.burst.all.is_set()
        ):
            return steps
        return [self.burst.wait(), *steps]


def test_threads_sign_in_once_and_renew_once() -> None:
    """However many threads start at once or are refused at once, one of them fetches the token."""
    with (
        Scripted(lab := Crowded()) as server,
        PasqalClient(**password(server)) as client,
        ThreadPoolExecutor(CROWD) as pool,
    ):
        assert sum(pool.map(lambda _: client.jobs.count(), range(CROWD))) == 0
        assert (len(lab.forms), len(lab.calls)) == (1, CROWD)
        lab.revoke()
        lab.burst.expect(CROWD)
        assert sum(pool.map(lambda _: client.jobs.count(), range(CROWD))) == 0
    assert (len(lab.forms), len(lab.calls)) == (2, 3 * CROWD)


def test_tasks_sign_in_once_and_renew_once() -> None:
    """However many tasks start at once or are refused at once, one of them fetches the token."""

    async def run() -> None:
        async with AsyncPasqalClient(**password(server)) as client:
            await asyncio.gather(*(client.jobs.count() for _ in range(CROWD)))
            assert (len(lab.forms), len(lab.calls)) == (1, CROWD)
            lab.revoke()
            lab.burst.expect(CROWD)
            await asyncio.gather(*(client.jobs.count() for _ in range(CROWD)))

    with Scripted(lab := Crowded()) as server:
        asyncio.run(run())
    assert (len(lab.forms), len(lab.calls)) == (2, 3 * CROWD)


def test_a_task_that_is_cancelled_while_signing_in_leaves_that_to_another() -> None:
    """Nothing hangs, and no task or error is left unawaited."""
    first = threading.Event()

    def stuck(request: Request) -> Iterator[Step]:
        first.set()
        yield Hold()

    async def run() -> int:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        async with AsyncPasqalClient(**password(server, timeout=60)) as client:
            tasks = [asyncio.create_task(client.jobs.count()) for _ in range(3)]
            assert await asyncio.to_thread(first.wait, 10)
            tasks[0].cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(end) for end in ended] == [asyncio.CancelledError, int, int]
        assert complaints == []
        return len(asyncio.all_tasks())

    lab = Lab(stuck, lambda request: lab.issue(request))
    with Scripted(lab) as server:
        assert asyncio.run(run()) == 1
    assert len(lab.forms) == 2


def test_an_async_client_may_be_cancelled_at_any_step_of_signing_in() -> None:
    """Whichever await is interrupted, the next call works."""

    async def run(steps: int) -> bool:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        async with AsyncPasqalClient(**password(server)) as client:
            task = asyncio.create_task(client.jobs.count())
            for _ in range(steps):
                await asyncio.sleep(0)
            done = task.done()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await client.jobs.count() == 0
        assert complaints == []
        return done

    with Scripted(Lab()) as server:
        for steps in itertools.chain(range(20), range(20, 2000, 50)):
            if asyncio.run(run(steps)):
                break


# ----------------------------------------------------------------------------------------------------------------------
# Token endpoints of every kind


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_refused_credentials_are_an_authentication_error(
    connect: Callable[..., Any],
    status: int,
    call: Callable[[Any], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The endpoint is asked once, nothing goes to the service, and the reason is shown without what it echoes."""
    caplog.set_level(logging.DEBUG)

    def refuse(request: Request) -> list[Step]:
        echo = f"Wrong: {request.body.decode()}, that is {PASSWORD}"
        return [
            answer(
                status,
                {"error": "invalid_grant", "error_description": echo},
                {"X-Request-Id": PASSWORD},
            )
        ]

    with Scripted(lab := Lab(refuse)) as server:
        client = connect(**password(server))
        with pytest.raises(
            errors.AuthenticationError, match=r"signing in failed: invalid_grant: Wrong: "
        ) as caught:
            call(client)
    assert (caught.value.status, caught.value.method, caught.value.path) == (
        status,
        "POST",
        "/core-fast/token",
    )
    assert (len(lab.forms), len(lab.calls)) == (1, 0)
    assert_secret(caught.value, PASSWORD)
    for spelling in (PASSWORD, quote_plus(PASSWORD)):
        assert spelling not in caplog.text


FRESH = "fr3sh-t0ken-of-the-lab"
ECHO = {"X-Request-Id": f"r-{FRESH}", "X-Echo": FRESH, "Location": f"https://x.example/{FRESH}"}
DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n"


def dripping(start: bytes, piece: bytes) -> Iterator[Step]:
    yield start
    for _ in range(500):
        yield Wait(Soon())
        yield piece


class Soon(threading.Event):
    """An event that is set a moment after something waits for it."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(0.02)


TEMPERS: dict[str, tuple[Callable[[], Iterable[Step]], type[errors.APIError]]] = {
    "a page of HTML": (
        lambda: [answer(200, f"<html>Log in, {FRESH}</html>".encode())],
        errors.ResponseError,
    ),
    "a token without its end": (
        lambda: [answer(200, f'{{"access_token": "{FRESH}", "token_'.encode())],
        errors.ResponseError,
    ),
    "a token as a form": (
        lambda: [answer(200, f"access_token={FRESH}".encode())],
        errors.ResponseError,
    ),
    "a token with a 201": (lambda: [answer(201, {"access_token": FRESH})], errors.APIStatusError),
    "a token with a 400": (
        lambda: [
            answer(400, {"access_token": FRESH, "message": FRESH, "error": f"what {FRESH}?"}, ECHO)
        ],
        errors.AuthenticationError,
    ),
    "a page with a 403": (
        lambda: [answer(403, f"<html><title>{FRESH}</title>".encode())],
        errors.AuthenticationError,
    ),
    "an empty body": (lambda: [answer(200, b"")], errors.ResponseError),
    "a list": (lambda: [answer(200, [])], errors.ResponseError),
    "no access_token": (lambda: [answer(200, {"token_type": "Bearer"})], errors.ResponseError),
    "an empty access_token": (lambda: [answer(200, {"access_token": ""})], errors.ResponseError),
    "a token with a line break": (
        lambda: [answer(200, {"access_token": "a-long-token\r\nX: y"})],
        errors.ResponseError,
    ),
    "deep JSON": (lambda: [answer(200, b'{"a":' * 50_000)], errors.ResponseError),
    "a redirect": (
        lambda: [answer(302, b"", {"Location": "/core-fast/elsewhere"})],
        errors.APIStatusError,
    ),
    "a redirect that repeats the form": (
        lambda: [answer(307, b"", {"Location": "/core-fast/x"})],
        errors.APIStatusError,
    ),
    "a 404": (lambda: [answer(404, b"")], errors.AuthenticationError),
    "a 500": (lambda: [answer(500, b"")], errors.ServerError),
    "an unknown status": (lambda: [answer(561, b"")], errors.ServerError),
    "a 429": (lambda: [answer(429, b"", {"Retry-After": "0"})], errors.RateLimitError),
    "a reset": (lambda: [Reset()], errors.APIConnectionError),
    "an answer that is no HTTP": (lambda: [b"SSH-2.0\r\n", Close()], errors.APIConnectionError),
    "silence": (lambda: [Hold()], errors.DeadlineError),
    "dripping headers": (lambda: dripping(DRIP, b"X-Drip: 1\r\n"), errors.DeadlineError),
    "a dripping body": (lambda: dripping(DRIP + b"\r\n", b" "), errors.DeadlineError),
}


@pytest.mark.parametrize("status", [200, 302, 400])
@pytest.mark.parametrize("form", ["JSON", "JSON that is cut", "a form"])
def test_a_token_that_is_echoed_where_it_is_granted_is_masked(
    connect: Callable[..., Any], status: int, form: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors, log and hooks do not show it, whether the answer can be used or not."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    told: list[Any] = []
    bodies = {"JSON": json.dumps({"access_token": FRESH}), "a form": f"access_token={FRESH}&x=1"}
    body = bodies.get(form, bodies["JSON"][:-2]).encode()
    lab = Lab([answer(status, body, ECHO)])
    lab.good.add(FRESH)
    with Scripted(lab) as server:
        client = connect(**password(server), on_request=told.append, on_response=told.append)
        if (status, form) == (200, "JSON"):
            assert client.jobs.count() == 0
        else:
            with pytest.raises(errors.APIError) as caught:
                client.jobs.count()
            assert caught.value.request_id == "r-***"
            assert_secret(caught.value, PASSWORD, FRESH)
    assert told[1].request_id == "r-***"
    assert (told[1].headers["x-echo"], told[1].headers["location"]) == (
        "***",
        "https://x.example/***",
    )
    assert FRESH[:8] not in repr(told) + caplog.text


def patience(temper: str) -> dict[str, Any]:
    """Timeout and retries: short ones for an endpoint that is slow."""
    if TEMPERS[temper][1] is errors.DeadlineError:
        return {"timeout": 0.1, "retry": RetryPolicy(attempts=1)}
    return {"retry": RetryPolicy(attempts=2, first_pause=0)}


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("temper", TEMPERS)
def test_a_failing_token_endpoint_is_reported(
    connect: Callable[..., Any], temper: str, call: Callable[[Any], Any]
) -> None:
    """The error comes in time, typed, without the password, and the outcome of a write is not unknown."""
    steps, kind = TEMPERS[temper]
    with Scripted(lab := Lab(lambda request: steps())) as server:
        client = connect(**password(server, **patience(temper)))
        with pytest.raises(kind) as caught:
            call(client)
    assert not isinstance(caught.value, errors.OutcomeUnknownError)
    assert caught.value.method == "POST"
    assert lab.calls == []
    assert {request.path for request in server.requests} == {"/core-fast/token"}
    assert_secret(caught.value, PASSWORD, "a-long-token", FRESH)


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize(
    "temper", ["silence", "a dripping body", "a reset", "a 500", "a page of HTML"]
)
def test_a_failing_renewal_is_reported(
    connect: Callable[..., Any], temper: str, call: Callable[[Any], Any]
) -> None:
    """The service's refusal was an answer, so even the outcome of a write is known."""
    steps, kind = TEMPERS[temper]
    lab = Lab([answer(200, {"access_token": "token-of-nobody"})], lambda request: steps())
    with Scripted(lab) as server:
        client = connect(**password(server, **patience(temper)))
        with pytest.raises(kind) as caught:
            call(client)
    assert not isinstance(caught.value, errors.OutcomeUnknownError)
    assert caught.value.path == "/core-fast/token"
    assert len(lab.calls) == 1
    assert_secret(caught.value, PASSWORD, "token-of-nobody")


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
def test_an_unreachable_token_endpoint_is_reported(
    connect: Callable[..., Any], call: Callable[[Any], Any]
) -> None:
    """An endpoint where nothing listens is a connection error."""
    with Scripted(lab := Lab()) as server:
        settings = password(server)
        settings["credentials"] = PasswordCredentials(
            "ada", PASSWORD, token_url="http://127.0.0.1:9/token"
        )
        with pytest.raises(errors.APIConnectionError) as caught:
            call(connect(**settings))
    assert caught.value.path == "/token"
    assert lab.calls == []
    assert_secret(caught.value, PASSWORD)


@pytest.mark.parametrize(
    "fault",
    [[answer(500, b"")], [answer(503, b"")], [answer(429, b"", {"Retry-After": "0"})], [Reset()]],
)
def test_a_transient_fault_of_the_token_endpoint_is_survived(
    connect: Callable[..., Any], fault: list[Step]
) -> None:
    """Requesting a token changes nothing, so it is repeated like a read."""
    lab = Lab(fault, fault, lambda request: lab.issue(request))
    with Scripted(lab) as server:
        assert connect(**password(server)).jobs.count() == 0
    assert (len(lab.forms), len(lab.calls)) == (3, 1)


def test_a_view_signs_in_with_its_own_limits(connect: Callable[..., Any]) -> None:
    """The retry policy and timeouts of a view apply to the token that it needs, too."""
    with Scripted(lab := Lab([answer(503, b"")])) as server:
        view = connect(**password(server)).with_options(
            retry=RetryPolicy(attempts=2, first_pause=0)
        )
        with pytest.raises(errors.ServerError):
            view.jobs.count()
    assert len(lab.forms) == 2


def test_a_token_endpoint_that_asks_for_a_long_pause_ends_the_attempts(
    connect: Callable[..., Any],
) -> None:
    """Retry-After limits the attempts there as everywhere else."""
    with Scripted(lab := Lab([answer(429, b"", {"Retry-After": "86400"})])) as server:
        client = connect(**password(server))
        with pytest.raises(errors.RateLimitError) as caught:
            client.jobs.count()
    assert caught.value.retry_after == 86400
    assert len(lab.forms) == 1


# ----------------------------------------------------------------------------------------------------------------------
# Functions that fail

RAISED = [
    httpx.ConnectError("no route"),
    httpx.ReadTimeout("slow"),
    TimeoutError(),
    OSError(),
    ZeroDivisionError(),
]


@pytest.mark.parametrize("call", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("raised", RAISED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("refused_first", [False, True], ids=["first", "renewal"])
def test_an_error_of_a_token_function_is_not_a_fault_of_the_request(
    connect: Callable[..., Any], call: Callable[[Any], Any], raised: Exception, refused_first: bool
) -> None:
    """The function may use httpx itself, so its errors reach the caller, and nothing is repeated for them."""
    tokens: list[str] = ["token-of-nobody"] if refused_first else []

    def function() -> str:
        if not tokens:
            raise raised
        return tokens.pop()

    with Scripted(lab := Lab()) as server:
        client = connect(token=function, base_url=server.base_url)
        with pytest.raises(type(raised)) as caught:
            call(client)
    assert type(caught.value) is type(raised)
    assert len(lab.calls) == (1 if refused_first else 0)


def test_a_subclass_of_credentials_can_post(connect: Callable[..., Any]) -> None:
    """It gets the retries and errors of the built-in kinds."""

    class Exchange(Credentials):
        def __init__(self, url: str) -> None:
            self.url = url

        def obtain(self, post: Any) -> Any:
            return Grant.of(post(self.url, {"grant_type": "mine"})["access_token"])

        async def obtain_async(self, post: Any) -> Any:
            return Grant.of((await post(self.url, {"grant_type": "mine"}))["access_token"])

    lab = Lab([answer(503, b"")], lambda request: lab.issue(request))
    with Scripted(lab) as server:
        connect(
            base_url=server.base_url, credentials=Exchange(f"{server.base_url}/token")
        ).jobs.count()
    assert lab.forms[1].body == b"grant_type=mine"
    assert len(lab.calls) == 1


def close(client: Any) -> None:
    """Close a client of either kind."""
    client.close() if isinstance(client, PasqalClient) else client.aclose()


def test_closing_a_client_closes_its_views_but_not_vice_versa(
    connect: Callable[..., Any],
) -> None:
    """They share the connections, and a call on anything closed raises a clear error."""
    with Scripted(lab := Lab()) as server:
        client = connect(**password(server))
        view = client.with_options(timeout=1)
        close(view)
        assert client.jobs.count() == 0
        close(client)
        for closed in (client, view, client.with_options(timeout=2)):
            with pytest.raises(RuntimeError, match="the client is closed"):
                closed.jobs.count()
            with pytest.raises(RuntimeError, match="the client is closed"):
                closed.batches.complete(BATCH)
    assert len(lab.calls) == 1
