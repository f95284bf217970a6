"""Which connections a client uses: its own, made on first use, or those of an httpx client that it is given."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certifi
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
    errors,
)
from pasqal_client._http.transport.tls import _trusting_context

TOKEN = "s3cr3t-t0k3n-of-the-lab"
ONCE = RetryPolicy(attempts=1)


def close(lender: Any, client: Any) -> None:
    """Close an httpx client of either kind, on our event loop."""
    Driver(lender, client.runner).aclose() if isinstance(client, Driver) else lender.close()


@pytest.fixture
def given(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Makes httpx clients of the kind that `connect` accepts."""
    probe = connect(token=TOKEN)
    return httpx.AsyncClient if isinstance(probe, Driver) else httpx.Client


class Service:
    """Answers within the process and records the requests."""

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


def test_a_given_client_lends_only_its_transport(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Its auth, address, headers, cookies, parameters and hooks change nothing that we send or receive."""
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
    """Nobody else may receive the token, even if the client follows redirects for its owner."""
    service = Service(302, Location="https://other.example/")
    lender = given(transport=httpx.MockTransport(service), follow_redirects=True)
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    with pytest.raises(errors.APIStatusError, match="302"):
        client.jobs.count()
    assert [request.url.host for request in service.requests] == ["lab.example"]


def test_a_hook_that_raises_for_its_owner_does_not_hide_our_errors(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Many clients raise for error statuses in a hook, which would replace our typed error."""

    async def raise_async(response: httpx.Response) -> None:
        response.raise_for_status()

    hook = raise_async if given is httpx.AsyncClient else httpx.Response.raise_for_status
    service = Service(404)
    lender = given(transport=httpx.MockTransport(service), event_hooks={"response": [hook]})
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    with pytest.raises(errors.NotFoundError):
        client.jobs.count()
    assert len(service.requests) == 1


def test_a_given_client_stays_unchanged(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """We neither change nor close it, nor leave cookies in it."""
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


@pytest.mark.parametrize("lends", [True, False])
def test_no_cookie_is_collected_or_sent(
    connect: Callable[..., Any], given: Callable[..., Any], *, lends: bool
) -> None:
    """They would take time and memory, and tell one request from another."""
    cookies = []

    def script(request: Request) -> list[bytes]:
        cookies.append(request.headers.get("cookie"))
        return [answer(200, page([]), {"Set-Cookie": f"sid={request.number}; Path=/"})]

    with Scripted(script) as server:
        lender = given(trust_env=False) if lends else None
        client = connect(token=TOKEN, base_url=server.base_url, http_client=lender)
        assert client.jobs.count() == client.jobs.count() == 0
        pool = getattr(client, "target", client)._pool
        assert len(pool._client.cookies) == 0
        assert cookies == [None, None]
        if lender is not None:
            assert len(lender.cookies) == 0
            close(lender, client)


def test_a_given_client_that_its_owner_closed_is_not_used(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Using it would open connections behind its owner's back."""
    service = Service()
    lender = given(transport=httpx.MockTransport(service))
    client = connect(token=TOKEN, base_url="https://lab.example", http_client=lender)
    client.jobs.count()
    close(lender, client)
    with pytest.raises(
        RuntimeError, match="^the http_client that this client was given is closed;"
    ):
        client.jobs.count()
    assert len(service.requests) == 1


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize("wrong", [httpx.Client, httpx.AsyncClient, dict])
def test_a_client_of_the_other_kind_is_rejected(kind: Any, wrong: Any) -> None:
    """It is rejected when the client is made, not with the first request."""
    fits = (kind is PasqalClient and wrong is httpx.Client) or (
        kind is AsyncPasqalClient and wrong is httpx.AsyncClient
    )
    if fits:
        assert kind(token=TOKEN, http_client=wrong())
    else:
        with pytest.raises(ConfigurationError, match="http_client: expected an httpx"):
            kind(token=TOKEN, http_client=wrong())


def named(module: str, name: str) -> Any:
    """An object of a class in that module, which is not imported."""
    return type(name, (), {"__module__": module})()


REJECTED = [
    (named("httpx2", "Client"), "httpx2.Client; httpx2 is another package than httpx, and .*"),
    (named("requests.sessions", "Session"), r"requests\.sessions\.Session"),
    ({}, "dict"),
]
"""What somebody may give, and what the error calls it."""


@pytest.mark.parametrize(("wrong", "shown"), REJECTED)
@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_client_of_another_library_is_rejected_with_its_module(
    kind: Any, wrong: Any, shown: str
) -> None:
    """`Client` alone would not tell which one is meant."""
    wanted = "Client" if kind is PasqalClient else "AsyncClient"
    with pytest.raises(
        ConfigurationError, match=rf"^http_client: expected an httpx\.{wanted}, got {shown}$"
    ):
        kind(token=TOKEN, http_client=wrong)


def test_a_client_of_the_other_kind_is_sent_to_the_other_client() -> None:
    """Whoever takes the wrong one of the two learns which client it is for."""
    for kind, wrong, rest in (
        (PasqalClient, httpx.AsyncClient(), "httpx.AsyncClient, which is for AsyncPasqalClient"),
        (AsyncPasqalClient, httpx.Client(), "httpx.Client, which is for PasqalClient"),
    ):
        client: Any = kind
        with pytest.raises(ConfigurationError, match=f", got {re.escape(rest)}$"):
            client(token=TOKEN, http_client=wrong)


def test_the_proxy_of_a_given_client_is_used(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Signing in goes through it as well."""
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
    """A TLS context that counts how often it is used."""

    used = 0

    def wrap_socket(self, *args: Any, **kwargs: Any) -> Any:
        self.used += 1
        return super().wrap_socket(*args, **kwargs)

    def wrap_bio(self, *args: Any, **kwargs: Any) -> Any:
        self.used += 1
        return super().wrap_bio(*args, **kwargs)


@pytest.fixture
def tls_address() -> Iterator[str]:
    """The address of a service that hangs up in the middle of every handshake."""

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


def test_the_tls_settings_of_a_given_client_are_used(
    connect: Callable[..., Any], given: Callable[..., Any], tls_address: str
) -> None:
    """Its owner decides whom to trust."""
    context = NotedContext(ssl.PROTOCOL_TLS_CLIENT)
    lender = given(verify=context)
    client = connect(token=TOKEN, base_url=tls_address, http_client=lender, retry=ONCE)
    with pytest.raises(errors.APIConnectionError):
        client.jobs.count()
    assert context.used == 1
    close(lender, client)


# ----------------------------------------------------------------------------------------------------------------------
# The client's own connections


TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[NotedContext]]:
    """The TLS contexts that were made."""
    contexts: list[NotedContext] = []

    def make(*_: Any, **__: Any) -> NotedContext:
        contexts.append(NotedContext(ssl.PROTOCOL_TLS_CLIENT))
        return contexts[-1]

    for name in TLS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(httpx, "create_ssl_context", make)
    monkeypatch.setattr("httpx._config.create_ssl_context", make)
    _trusting_context.cache_clear()
    yield contexts
    _trusting_context.cache_clear()


def test_clients_share_one_tls_context_made_on_first_use(
    connect: Callable[..., Any], made: list[NotedContext], tls_address: str
) -> None:
    """Making a context takes longer than most requests, so making a client makes none."""
    clients = [connect(token=TOKEN, base_url=tls_address, retry=ONCE) for _ in range(3)]
    assert made == []
    for client in clients:
        with pytest.raises(errors.APIConnectionError):
            client.jobs.count()
    assert [context.used for context in made] == [3]


def test_plain_http_needs_no_tls_context(
    connect: Callable[..., Any], made: list[NotedContext]
) -> None:
    """Without a context, the sandbox starts quickly."""
    with Scripted(lambda request: [answer(200, page([]))]) as server:
        assert connect(token=TOKEN, base_url=server.base_url).jobs.count() == 0
    assert made == []


def test_a_token_endpoint_behind_tls_is_still_verified(
    connect: Callable[..., Any], made: list[NotedContext], tls_address: str
) -> None:
    """Signing in uses TLS even if the service itself is reached through a tunnel over plain http."""
    credentials = PasswordCredentials("ada", "password", token_url=tls_address)
    client = connect(credentials=credentials, base_url="http://127.0.0.1:9", retry=ONCE)
    with pytest.raises(errors.APIConnectionError):
        client.jobs.count()
    assert [context.used for context in made] == [1]


def test_importing_and_making_a_client_makes_no_tls_context() -> None:
    """The first request makes it, not the import or the constructor."""
    code = (
        "import ssl\n"
        "def never(*_, **__): raise AssertionError\n"
        "ssl.create_default_context = ssl.SSLContext.load_verify_locations = never\n"
        "from pasqal_client import AsyncPasqalClient, PasqalClient\n"
        "print(PasqalClient(token='x'), AsyncPasqalClient(token='x'))\n"
    )
    command = [sys.executable, "-c", code]
    environment = {name: value for name, value in os.environ.items() if name not in TLS_VARIABLES}
    done = subprocess.run(  # our own
        command, capture_output=True, text=True, check=False, timeout=60, env=environment
    )
    assert done.returncode == 0, done.stderr


# What the environment says about TLS

REMOTE = "https://lab.example/core"
UNUSABLE: dict[str, tuple[str, str, str]] = {
    "a file that is not there": ("SSL_CERT_FILE", "missing.pem", "No such file or directory"),
    "a folder as a file": ("SSL_CERT_FILE", ".", "Is a directory"),
    "a file without certificates": ("SSL_CERT_FILE", "notes.txt", "it holds no certificate in PEM"),
    "a folder that is not there": ("SSL_CERT_DIR", "missing", "no certificate can be found in"),
    "a file as a folder": ("SSL_CERT_DIR", "notes.txt", "no certificate can be found in"),
    "a folder without hashes": ("SSL_CERT_DIR", ".", "no certificate can be found in"),
    "no folder beside it": (
        "SSL_CERT_DIR",
        f"missing{os.pathsep}",
        "no certificate can be found in",
    ),
    "a log in no folder": ("SSLKEYLOGFILE", "missing/keys.log", "No such file or directory"),
    "a log that is a folder": ("SSLKEYLOGFILE", ".", "Is a directory"),
}


@pytest.fixture
def tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], str]:
    """Sets a variable to a path in a folder whose file is not a certificate; returns the path."""
    for name in TLS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "notes.txt").write_text("Ask Ada for the certificate.")

    def use(name: str, path: str) -> str:
        monkeypatch.setenv(name, str(tmp_path / path))
        return str(tmp_path / path)

    return use


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_unusable_tls_files_are_reported_when_the_client_is_made(
    connect: Callable[..., Any], tls: Callable[[str, str], str], unusable: str
) -> None:
    """The error names variable and file, before a first request that may be sent in the middle of the night."""
    name, path, reason = UNUSABLE[unusable]
    path = tls(name, path)
    for settings in (
        {"token": TOKEN, "base_url": REMOTE},
        {"token": TOKEN, "base_url": "HTTPS://127.0.0.1"},
        {"credentials": PasswordCredentials("ada", "password"), "base_url": "http://127.0.0.1:9"},
    ):
        with pytest.raises(ConfigurationError) as caught:
            connect(**settings)
        assert str(caught.value).startswith(f"{name}: ")
        assert path in str(caught.value)
        assert reason in str(caught.value)


def test_of_several_variables_the_unusable_one_is_named(
    connect: Callable[..., Any], tls: Callable[[str, str], str]
) -> None:
    """Valid certificates are not blamed for a key log that cannot be written."""
    tls("SSL_CERT_FILE", certifi.where())
    tls("SSLKEYLOGFILE", ".")
    with pytest.raises(
        ConfigurationError, match=r"^SSLKEYLOGFILE: .* cannot be used: Is a directory"
    ):
        connect(token=TOKEN, base_url=REMOTE)


@pytest.mark.parametrize("unusable", UNUSABLE)
def test_unusable_tls_files_do_not_matter_without_tls(
    connect: Callable[..., Any],
    given: Callable[..., Any],
    tls: Callable[[str, str], str],
    unusable: str,
) -> None:
    """They are not read if every address is plain http on this machine or the caller's client decides."""
    lender = given(transport=httpx.MockTransport(Service()))
    tls(*UNUSABLE[unusable][:2])
    assert connect(token=TOKEN, base_url=REMOTE, http_client=lender).jobs.count() == 0
    with Scripted(lambda request: [answer(200, page([]))]) as server:
        assert connect(token=TOKEN, base_url=server.base_url).jobs.count() == 0


def test_certificates_are_read_from_what_the_environment_names(
    connect: Callable[..., Any], tls: Callable[[str, str], str], tmp_path: Path
) -> None:
    """A file takes precedence over folders, one of which is enough, and keys are logged on request."""
    log = tls("SSLKEYLOGFILE", "keys.log")
    folder = tmp_path / "hashed"
    folder.mkdir()
    (folder / "0123abcd.0").touch()
    tls("SSL_CERT_DIR", f"missing{os.pathsep}{folder}{os.pathsep}")
    connect(token=TOKEN, base_url=REMOTE)
    tls("SSL_CERT_DIR", "missing")
    tls("SSL_CERT_FILE", "certifi.pem")
    shutil.copy(certifi.where(), tmp_path / "certifi.pem")
    connect(token=TOKEN, base_url=REMOTE)
    assert Path(log).exists()


def test_missing_certificates_are_a_typed_error(
    connect: Callable[..., Any],
    tls: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A damaged installation is reported as a configuration error."""
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "missing.pem"))
    _trusting_context.cache_clear()
    with pytest.raises(
        ConfigurationError, match="the certificates that httpx brings along cannot be used: No such"
    ):
        connect(token=TOKEN, base_url=REMOTE).jobs.count()


def test_an_address_without_the_prefix_is_suspected(
    connect: Callable[..., Any], given: Callable[..., Any]
) -> None:
    """Where the path names no item, an id cannot be what is not found."""
    transport = httpx.MockTransport(Service(404))
    client = connect(
        token=TOKEN, base_url="https://lab.example", http_client=given(transport=transport)
    )
    with pytest.raises(errors.NotFoundError) as caught:
        client.jobs.count()
    (note,) = caught.value.__notes__
    assert note.startswith("base_url may be wrong: it has the service's prefix, as in https://")
    with pytest.raises(errors.NotFoundError) as caught:
        client.jobs.get("7c9e6679-7425-40de-944b-e07fc1f90ae7")
    assert not hasattr(caught.value, "__notes__")


def refuse_tls(server: socket.socket) -> None:
    """Answer one connection as a web server does that waits for plain HTTP."""
    connection, _ = server.accept()
    with connection, contextlib.suppress(ConnectionError):
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        # Closed before the other side has read it, it would be a reset.
        connection.recv(4096)


def test_a_service_without_tls_is_asked_once(connect: Callable[..., Any]) -> None:
    """It will not speak TLS the next time either."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=refuse_tls, args=(server,), daemon=True).start()
        secure = f"https://127.0.0.1:{server.getsockname()[1]}"
        client = connect(token=TOKEN, base_url=secure, retry=RetryPolicy(first_pause=600))
        with pytest.raises(
            errors.APIConnectionError, match=r"it does not speak TLS: the address may"
        ):
            client.jobs.count()
