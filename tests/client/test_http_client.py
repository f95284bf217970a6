"""Which connections a client uses: its own, made when needed, or those of an httpx client that it is given."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from client.driver import Driver
from client.scripted import Request, Scripted, answer, page
from pasqal_client import (
    AsyncPasqalClient,
    ConfigurationError,
    PasqalClient,
    PasswordCredentials,
    RetryPolicy,
    _pool,
    errors,
)

TOKEN = "s3cr3t-t0k3n-of-the-lab"
ONCE = RetryPolicy(attempts=1)


def close(lender: Any, client: Any) -> None:
    """Close an httpx client of either kind, on the loop of ours."""
    Driver(lender, client.runner).aclose() if isinstance(client, Driver) else lender.close()


@pytest.fixture
def given(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Makes httpx clients of the kind that `connect` takes."""
    probe = connect(token=TOKEN)
    return httpx.AsyncClient if isinstance(probe, Driver) else httpx.Client


class Service:
    """Answers within the process and notes what comes."""

    def __init__(self, status: int = 200, **headers: str) -> None:
        self.status = status
        self.headers = headers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status, json=page([]), headers=self.headers)


def never(*_: object) -> None:
    raise AssertionError("this is not ours to use")


async def never_async(*_: object) -> None:
    never()


class OtherAuth(httpx.Auth):
    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = "Basic b3RoZXI="
        yield request


def test_a_given_client_lends_its_transport_only(connect: Callable[..., Any], given: Callable[..., Any]) -> None:
    """Neither its auth nor its address, headers, cookies, parameters or hooks change what we send and receive."""
    service = Service()
    hook = never_async if given is httpx.AsyncClient else never
    lender = given(
        transport=httpx.MockTransport(service),
        auth=OtherAuth(),
        base_url="https://other.example",
        headers={"Authorization": "Basic b3RoZXI=", "X-Other": "1"},
        cookies={"sid": "other"},
        params={"limit": "999"},
        event_hooks={"request": [hook], "response": [hook]},
    )
    client = connect(token=TOKEN, base_url="https://lab.example/core", http_client=lender)
    assert client.jobs.count() == 0
    (request,) = service.requests
    assert (request.url.host, request.url.path) == ("lab.example", "/core/api/v2/jobs")
    assert request.url.params.get_list("limit") == ["1"]
    assert request.headers.get_list("authorization") == [f"Bearer {TOKEN}"]
    assert not request.headers.keys() & {"cookie", "x-other"}
    assert request.headers["user-agent"].startswith("pasqal-client/")


def test_a_given_client_does_not_follow_redirects_for_us(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """The token goes to nobody else, whatever the client does for others."""
    service = Service(302, Location="https://other.example/")
    lender = given(transport=httpx.MockTransport(service), follow_redirects=True)
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    with pytest.raises(errors.APIStatusError, match="302"):
        client.jobs.count()
    assert [request.url.host for request in service.requests] == ["lab.example"]


def test_a_hook_that_raises_for_its_owner_does_not_hide_our_errors(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Many clients raise for status in a hook."""

    async def raise_async(response: httpx.Response) -> None:
        response.raise_for_status()

    hook = raise_async if given is httpx.AsyncClient else httpx.Response.raise_for_status
    service = Service(404)
    lender = given(transport=httpx.MockTransport(service), event_hooks={"response": [hook]})
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    with pytest.raises(errors.NotFoundError):
        client.jobs.count()
    assert len(service.requests) == 1


def test_a_given_client_stays_its_owners(connect: Callable[..., Any], given: Callable[..., Any]) -> None:
    """It is neither changed nor closed, and keeps no cookies of ours."""
    hook = never_async if given is httpx.AsyncClient else never
    service = Service(Set_Cookie="sid=1")
    lender = given(transport=httpx.MockTransport(service), event_hooks={"request": [hook]})
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    client.jobs.count()
    client.aclose() if given is httpx.AsyncClient else client.close()
    assert not lender.is_closed
    assert lender.event_hooks["request"] == [hook]
    assert len(lender.cookies) == 0
    with pytest.raises(RuntimeError, match="the client is closed"):
        client.jobs.count()


def test_a_given_client_that_its_owner_closed_is_not_used(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Its connections would be opened behind the owner's back."""
    service = Service()
    lender = given(transport=httpx.MockTransport(service))
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    client.jobs.count()
    close(lender, client)
    with pytest.raises(RuntimeError, match="the client is closed"):
        client.jobs.count()
    assert len(service.requests) == 1


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize("wrong", [httpx.Client, httpx.AsyncClient, dict])
def test_a_client_of_another_kind_is_refused(kind: Any, wrong: Any) -> None:
    """At once, not with the first request."""
    fits = (kind is PasqalClient and wrong is httpx.Client) or (
        kind is AsyncPasqalClient and wrong is httpx.AsyncClient
    )
    if fits:
        assert kind(token=TOKEN, http_client=wrong())
    else:
        with pytest.raises(ConfigurationError, match="http_client: expected an httpx"):
            kind(token=TOKEN, http_client=wrong())


def test_the_proxy_of_a_given_client_counts(connect: Callable[..., Any], given: Callable[..., Any]) -> None:
    """So it does for signing in."""
    seen: list[str] = []

    def proxy(request: Request) -> list[bytes]:
        seen.append(request.target.partition("?")[0])
        is_token = request.path == "/token"
        return [answer(200, {"access_token": TOKEN} if is_token else page([]))]

    with Scripted(proxy) as server:
        credentials = PasswordCredentials("ada", "password", token_url="http://localhost:9/token")
        lender = given(proxy=server.base_url.removesuffix("/core-fast"))
        base_url = "http://localhost:9/core-fast"
        client = connect(credentials=credentials, base_url=base_url, http_client=lender)
        assert client.jobs.count() == 0
        close(lender, client)
    assert seen == ["http://localhost:9/token", "http://localhost:9/core-fast/api/v2/jobs"]


class NotedContext(ssl.SSLContext):
    """Notes how often it is used."""

    used = 0

    def wrap_socket(self, *args: Any, **kwargs: Any) -> Any:
        self.used += 1
        return super().wrap_socket(*args, **kwargs)

    def wrap_bio(self, *args: Any, **kwargs: Any) -> Any:
        self.used += 1
        return super().wrap_bio(*args, **kwargs)


@pytest.fixture
def tls_address() -> Iterator[str]:
    """The address of a service that hangs up amid every handshake."""

    def hang_up() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                connection.recv(1)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}/core-fast"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_the_tls_of_a_given_client_counts(
    connect: Callable[..., Any], given: Callable[..., Any], tls_address: str
) -> None:
    """Whom it trusts, its owner decides."""
    context = NotedContext(ssl.PROTOCOL_TLS_CLIENT)
    lender = given(verify=context)
    client = connect(token=TOKEN, base_url=tls_address, http_client=lender, retry=ONCE)
    with pytest.raises(errors.APIConnectionError):
        client.jobs.count()
    assert context.used == 1
    close(lender, client)


# ----------------------------------------------------------------------------------------------------------------------
# Our own


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NotedContext]]:
    """The TLS contexts that were made."""
    contexts: list[NotedContext] = []

    def make(*_: Any, **__: Any) -> NotedContext:
        contexts.append(NotedContext(ssl.PROTOCOL_TLS_CLIENT))
        return contexts[-1]

    monkeypatch.setattr(httpx, "create_ssl_context", make)
    monkeypatch.setattr("httpx._config.create_ssl_context", make)
    _pool._trusting_context.cache_clear()
    yield contexts
    _pool._trusting_context.cache_clear()


def test_clients_share_one_tls_context_that_is_made_when_it_is_needed(
    connect: Callable[..., Any], made: list[NotedContext], tls_address: str
) -> None:
    """Making one takes longer than most requests; making a client takes none."""
    clients = [connect(token=TOKEN, base_url=tls_address, retry=ONCE) for _ in range(3)]
    assert made == []
    for client in clients:
        with pytest.raises(errors.APIConnectionError):
            client.jobs.count()
    assert [context.used for context in made] == [3]


def test_plain_http_needs_no_tls_context(connect: Callable[..., Any], made: list[NotedContext]) -> None:
    """The sandbox starts fast."""
    with Scripted(lambda request: [answer(200, page([]))]) as server:
        assert connect(token=TOKEN, base_url=server.base_url).jobs.count() == 0
    assert made == []


def test_a_token_endpoint_behind_tls_is_trusted_as_ever(
    connect: Callable[..., Any], made: list[NotedContext], tls_address: str
) -> None:
    """Even where the service itself is reached through a tunnel of plain http."""
    credentials = PasswordCredentials("ada", "password", token_url=tls_address)
    client = connect(credentials=credentials, base_url="http://127.0.0.1:9", retry=ONCE)
    with pytest.raises(errors.APIConnectionError):
        client.jobs.count()
    assert [context.used for context in made] == [1]


def test_importing_and_making_a_client_makes_no_tls_context() -> None:
    """In a fresh process."""
    code = (
        "import ssl\n"
        "def never(*_, **__): raise AssertionError\n"
        "ssl.create_default_context = ssl.SSLContext.load_verify_locations = never\n"
        "from pasqal_client import AsyncPasqalClient, PasqalClient\n"
        "print(PasqalClient(token='x'), AsyncPasqalClient(token='x'))\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603  # our own
    assert done.returncode == 0, done.stderr
