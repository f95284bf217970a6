"""Connections under strain: TLS, proxies, foreign clients, full pools, cancellation, threads, processes."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import traceback
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpcore
import httpx
import pytest
from httpcore._sync.http11 import HTTP11ConnectionByteStream

from client.driver import Driver
from client.scripted import Close, Request, Scripted, Step, Wait, answer, page
from pasqal_client import (
    AsyncPasqalClient,
    JobStatus,
    PasqalClient,
    PasswordCredentials,
    RetryPolicy,
    errors,
)
from pasqal_client._http import attempts
from pasqal_client._http import received_answer as answers
from pasqal_client._http.outcomes import OverdueError
from pasqal_client._http.transport import deadline
from pasqal_client._http.transport import network as backends
from pasqal_client._http.transport.unusable_connections import drop_unusable
from pasqal_client.sandbox import Sandbox

TOKEN = "s3cr3t-t0k3n-of-the-lab"
BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
ONCE = RetryPolicy(attempts=1)
GOOD = answer(200, page([]))


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(vars(error))


# TLS


class Listener:
    """A server that records the bytes that arrive, after a TLS handshake if it has a context.

    It answers what it is told to, below TLS if that is damage; without an answer it holds still.
    """

    def __init__(
        self,
        context: ssl.SSLContext | None = None,
        answer: bytes | None = GOOD,
        damage: bytes | None = None,
    ) -> None:
        self.context = context
        self.answer = answer
        self.damage = damage
        self.behind = b""
        self.accepted = 0
        self.received = bytearray()
        self._stopping = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"https://127.0.0.1:{self._socket.getsockname()[1]}/core-fast"

    def __enter__(self) -> Listener:
        threading.Thread(target=self._run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.accepted += 1
                with contextlib.suppress(OSError), connection:
                    self._note(connection)

    def _note(self, connection: socket.socket) -> None:
        if self.answer is None:
            self._stopping.wait()
            return
        if self.context is None:
            self.received += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return
        with self.context.wrap_socket(connection, server_side=True) as protected:
            self.received += protected.recv(4096)
            if self.damage is None:
                protected.setsockopt(
                    socket.IPPROTO_TCP, getattr(socket, "TCP_CORK", socket.TCP_NODELAY), 1
                )
                protected.sendall(self.answer)
                protected.sendall(self.behind)
                protected.setsockopt(
                    socket.IPPROTO_TCP, getattr(socket, "TCP_CORK", socket.TCP_NODELAY), 0
                )
            else:
                os.write(protected.fileno(), self.damage)


@contextlib.contextmanager
def trusting(
    connect: Callable[..., Any], certificate: Path
) -> Iterator[tuple[ssl.SSLContext, Any]]:
    """The server's TLS context, and a client of the caller's, of the tested kind, that trusts it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    verify = ssl.create_default_context(cafile=certificate.with_suffix(".crt"))
    ours = connect(token=TOKEN)
    if isinstance(ours, Driver):
        http_client = httpx.AsyncClient(verify=verify)
        yield context, http_client
        ours.runner.run(http_client.aclose())
    else:
        with httpx.Client(verify=verify) as lender:
            yield context, lender


CALLS: dict[str, Callable[[Any], Any]] = {
    "read": lambda client: client.jobs.count(),
    "write": lambda client: client.batches.complete(BATCH),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_service_with_an_untrusted_certificate_receives_nothing(
    connect: Callable[..., Any], certificate: Path, call: str
) -> None:
    """Neither token nor request is sent, so a write was certainly not carried out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Listener(context) as listener:
        client = connect(token=TOKEN, base_url=listener.base_url)
        with pytest.raises(
            errors.APIConnectionError,
            match=r"certificate failed verification: self.signed certificate; .*SSL_CERT_FILE",
        ) as caught:
            CALLS[call](client)
    assert (bytes(listener.received), listener.accepted) == (b"", 1)
    assert TOKEN not in shown(caught.value)


DAMAGE = {
    "plain bytes": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "an alert": b"\x15\x03\x03\x00\x02\x02\x28",
    "a bad record": b"\x17\x03\x03\x00\x20" + b"x" * 32,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_below_tls_is_a_broken_connection(
    connect: Callable[..., Any], certificate: Path, damage: str
) -> None:
    """After the handshake a damaged record leaves a write with an unknown outcome, and a read is repeated."""
    with (
        trusting(connect, certificate) as (context, http_client),
        Listener(context, damage=DAMAGE[damage]) as listener,
    ):
        client = connect(token=TOKEN, base_url=listener.base_url, http_client=http_client)
        with pytest.raises(errors.OutcomeUnknownError):
            client.batches.complete(BATCH)
        assert listener.accepted == 1
        with pytest.raises(errors.APIConnectionError):
            client.jobs.count()
        assert listener.accepted == 6


def test_a_second_answer_in_its_own_tls_record_is_not_the_next_answer(
    connect: Callable[..., Any], certificate: Path
) -> None:
    """TLS may buffer bytes that the socket does not show, so the connection is closed with them."""
    forged = answer(200, page([], total=99))
    with (
        trusting(connect, certificate) as (context, http_client),
        Listener(context, answer=GOOD) as listener,
    ):
        listener.behind = forged
        client = connect(token=TOKEN, base_url=listener.base_url, http_client=http_client)
        assert [client.jobs.count(), client.jobs.count()] == [0, 0]
        assert listener.accepted == 2


# Writes that were certainly not sent


def test_a_deadline_during_the_handshake_means_not_sent(
    connect: Callable[..., Any],
) -> None:
    """Nobody has seen the write, so its outcome is not unknown."""
    with Listener(answer=None) as listener:
        client = connect(token=TOKEN, base_url=listener.base_url, deadline=0.2)
        with pytest.raises(
            errors.DeadlineError,
            match=r"could not be sent within the deadline of 0.2 s \(attempt 1\)",
        ):
            client.batches.complete(BATCH)


def test_a_deadline_while_connecting_means_not_sent(
    connect: Callable[..., Any],
) -> None:
    """The queue of the listening socket is full, so the write never leaves."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting: list[socket.socket] = []
    try:
        for _ in range(8):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = connect(token=TOKEN, base_url=base_url, deadline=0.2)
        with pytest.raises(
            errors.DeadlineError, match="could not be sent within the deadline of 0.2 s"
        ):
            client.batches.complete(BATCH)
    finally:
        for one in (*waiting, listener):
            one.close()


def test_a_deadline_while_waiting_for_a_connection_means_not_sent() -> None:
    """The write does not go out either when the connection finally becomes free."""
    release = threading.Event()
    with (
        Scripted(lambda _: [Wait(release), GOOD]) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as lender,
        PasqalClient(token=TOKEN, base_url=server.base_url, http_client=lender) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(client.jobs.count)
        while not server.requests:
            threading.Event().wait(0.001)
        with pytest.raises(
            errors.DeadlineError, match="could not be sent within the deadline of 0.1 s"
        ):
            client.with_options(deadline=0.1).batches.complete(BATCH)
        release.set()
        assert first.result() == client.jobs.count() == 0
        assert [request.method for request in server.requests] == ["GET", "GET"]


def test_a_deadline_while_waiting_for_a_connection_means_not_sent_async() -> None:
    """Tasks of the async client follow the same rule."""
    release = threading.Event()

    async def run(base_url: str) -> None:
        limits = httpx.Limits(max_connections=1)
        async with (
            httpx.AsyncClient(limits=limits) as lender,
            AsyncPasqalClient(token=TOKEN, base_url=base_url, http_client=lender) as client,
        ):
            first = asyncio.create_task(client.jobs.count())
            while not server.requests:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            with pytest.raises(
                errors.DeadlineError, match="could not be sent within the deadline of 0.1 s"
            ):
                await client.with_options(deadline=0.1).batches.complete(BATCH)
            release.set()
            assert await first == await client.jobs.count() == 0
            assert [request.method for request in server.requests] == ["GET", "GET"]

    with Scripted(lambda _: [Wait(release), GOOD]) as server:
        asyncio.run(run(server.base_url))


def test_a_deadline_while_waiting_for_anothers_token_means_not_sent(
    sandbox: Sandbox,
) -> None:
    """The thread that fetches the token has more time, and goes on."""
    asked, release = threading.Event(), threading.Event()

    def token() -> str:
        asked.set()
        assert release.wait(10)
        return sandbox.token

    with (
        PasqalClient(token=token, base_url=sandbox.base_url) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        first = pool.submit(client.jobs.count)
        assert asked.wait(10)
        with pytest.raises(
            errors.DeadlineError, match="could not be sent within the deadline of 0.05 s"
        ):
            client.with_options(deadline=0.05).batches.complete(BATCH)
        release.set()
        assert first.result() == 0
    assert [request.method for request in sandbox.requests] == ["GET"]


@pytest.mark.parametrize(
    ("version", "reads", "closes"),
    [
        (
            "HTTP/2",
            True,
            False,
        ),  # frames say which answer they belong to, and other tasks read from the connection
        (
            "HTTP/1.1",
            True,
            True,
        ),  # the path to h11 has changed, so nobody knows what follows the answer
        (
            "HTTP/1.1",
            False,
            False,
        ),  # a transport of the caller's, without a connection that could be closed
    ],
)
def test_leftover_bytes_are_looked_for_where_possible(
    version: str, reads: bool, closes: bool
) -> None:
    """A connection is closed when in doubt, unless others may be using it."""
    told: list[str] = []
    connection = SimpleNamespace(close=lambda: told.append("closed"), get_extra_info=told.append)
    extensions: dict[str, Any] = {"network_stream": connection} if reads else {}
    response = httpx.Response(200, extensions={"http_version": version.encode(), **extensions})
    drop_unusable(response, is_last=False)
    assert told == (["closed"] if closes else [])


def test_failed_handshakes_behind_a_proxy_leave_no_connection(
    connect: Callable[..., Any], proxied: Callable[[str], None]
) -> None:
    """httpcore would keep them in its pool forever, until it has no room for a request."""
    tunnel = b"HTTP/1.1 200 Connection established\r\n\r\n"
    with Scripted(lambda _: [tunnel, Close()]) as proxy:
        proxied(proxy.base_url.removesuffix("/core-fast"))
        client = connect(token=TOKEN, base_url="https://lab.example/core")
        for _ in range(3):
            with pytest.raises(errors.APIConnectionError):
                client.batches.complete(BATCH)
        assert len(proxy.requests) == 15
        (transport,) = getattr(client, "target", client)._pool._client._mounts.values()
        assert transport._pool._connections == []


def test_a_proxy_that_echoes_its_password_is_not_quoted(
    connect: Callable[..., Any], proxied: Callable[[str], None]
) -> None:
    """The proxy writes the reason phrase of its refusal, which may contain anything."""
    refusal = b"HTTP/1.1 407 no such user ada:pr0xy\r\nContent-Length: 0\r\n\r\n"
    with Scripted(lambda _: [refusal, Close()]) as proxy:
        proxied(proxy.base_url.removesuffix("/core-fast").replace("http://", "http://ada:pr0xy@"))
        client = connect(token=TOKEN, base_url="https://lab.example/core", retry=ONCE)
        with pytest.raises(
            errors.APIConnectionError, match=r"the proxy did not let it through \(407\)"
        ) as caught:
            client.jobs.count()
    assert "pr0xy" not in shown(caught.value)


@pytest.mark.parametrize("size", [65_536, 262_144])
def test_an_answer_that_fills_the_buffer_hides_no_bytes_behind_it(
    connect: Callable[..., Any], size: int
) -> None:
    """asyncio reads larger pieces than requested, and keeps the rest where the socket does not show it."""
    good = GOOD.split(b"\r\n\r\n")[1]
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    length = size - len(head % size)
    first = head % length + good + b" " * (length - len(good))
    assert len(first) == size
    forged = answer(200, {"data": {"jobs": [], "errors": {}}})
    refusal = answer(409, {"message": "The batch is done."})
    with Scripted(lambda request: [first + forged] if request.number == 1 else [refusal]) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        assert client.jobs.count() == 0
        with pytest.raises(errors.ConflictError):
            client.batches.cancel_jobs(BATCH, all=True)


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="this system has no fork")
def test_a_foreign_http_client_is_not_used_in_a_forked_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its connections are the parent's; before its first use it has none."""
    with Scripted(lambda _: [GOOD]) as server, httpx.Client() as lender:
        client = PasqalClient(token=TOKEN, base_url=server.base_url, http_client=lender)
        monkeypatch.setattr("pasqal_client._http.transport.pool.os.getpid", lambda: -1)
        assert client.jobs.count() == 0
        monkeypatch.setattr("pasqal_client._http.transport.pool.os.getpid", lambda: -2)
        with pytest.raises(RuntimeError, match="make new clients here"):
            client.jobs.count()


def test_a_request_does_not_go_out_after_its_deadline() -> None:
    """httpcore announces that it begins to send, and the callback stops it if it is too late."""
    dispatch = attempts.Dispatch()
    tunnel, request = (SimpleNamespace(method=method) for method in (b"CONNECT", b"PATCH"))
    dispatch.note("http11.send_request_headers.started", {"request": tunnel})
    assert not dispatch.is_sent
    with pytest.raises(OverdueError):
        dispatch.note("http11.send_request_headers.started", {"request": request})
    assert not dispatch.is_sent
    dispatch.ends = float("inf")
    dispatch.note("http2.send_request_headers.started", {"request": request})
    assert dispatch.is_sent


def test_a_wait_does_not_try_a_certificate_again(
    connect: Callable[..., Any], certificate: Path
) -> None:
    """It would fail again for as long as the wait lasts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Listener(context) as listener:
        client = connect(token=TOKEN, base_url=listener.base_url)
        with pytest.raises(errors.UntrustedError, match="SSL_CERT_FILE"):
            client.jobs.wait(batch_id=BATCH, timeout=3600)
        assert listener.accepted == 1


def test_a_certificate_error_that_was_handled_is_ignored() -> None:
    """A certificate counts as failed only if httpx's error wraps httpcore's, and that one wraps ssl's."""
    untrusted = ssl.SSLCertVerificationError("certificate verify failed")
    untrusted.verify_message = "expired"
    wrapped, refused, reset = (
        httpx.ConnectError("as httpcore tells it"),
        httpx.ConnectError("refused"),
        httpx.ReadError(""),
    )
    wrapped.__cause__ = httpcore.ConnectError("as ssl tells it")
    wrapped.__cause__.__context__ = refused.__context__ = reset.__context__ = untrusted
    assert [attempts._certificate_problem(error) for error in (wrapped, refused, reset)] == [
        "expired",
        None,
        None,
    ]


def test_a_service_whose_certificate_the_caller_trusts_is_served(
    connect: Callable[..., Any], certificate: Path
) -> None:
    """The caller's `http_client` decides whom to trust."""
    with trusting(connect, certificate) as (context, http_client), Listener(context) as listener:
        client = connect(
            token=TOKEN, base_url=listener.base_url, retry=ONCE, http_client=http_client
        )
        assert client.jobs.count() == 0
    assert TOKEN.encode() in listener.received


@pytest.mark.parametrize("call", CALLS)
def test_nothing_is_sent_unencrypted_to_an_https_address(
    connect: Callable[..., Any], call: str
) -> None:
    """If the server does not speak TLS, the call fails."""
    with Listener() as listener:
        client = connect(token=TOKEN, base_url=listener.base_url, retry=ONCE)
        with pytest.raises(errors.APIConnectionError):
            CALLS[call](client)
    assert listener.received
    assert b"HTTP" not in listener.received
    assert TOKEN.encode() not in listener.received


# Proxies


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets a proxy in the environment, for http and https alike."""

    def use(url: str) -> None:
        for name in (
            "no_proxy",
            "NO_PROXY",
            "http_proxy",
            "HTTP_PROXY",
            "https_proxy",
            "HTTPS_PROXY",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("all_proxy", url)
        monkeypatch.delenv("ALL_PROXY", raising=False)

    return use


def test_the_proxy_of_the_environment_is_used(
    connect: Callable[..., Any], proxied: Callable[[str], None]
) -> None:
    """Labs have proxies; one that refuses to connect is a typed error, and receives no token."""
    with Scripted(lambda _: [answer(407, b"Sign in first."), Close()]) as proxy:
        proxied(proxy.base_url.removesuffix("/core-fast"))
        client = connect(token=TOKEN, base_url="https://lab.example/core-fast", retry=ONCE)
        with pytest.raises(errors.APIConnectionError, match="407"):
            client.jobs.count()
        assert [(request.method, request.target) for request in proxy.requests] == [
            ("CONNECT", "lab.example:443")
        ]
        assert TOKEN not in str(proxy.requests)


def test_an_unreachable_proxy_is_a_connection_that_never_opened(
    connect: Callable[..., Any], proxied: Callable[[str], None]
) -> None:
    """A write was certainly not carried out, and the error says that it was the proxy that did not answer."""
    proxied("http://127.0.0.1:9")
    client = connect(token=TOKEN, base_url="https://lab.example/core-fast", retry=ONCE)
    with pytest.raises(errors.APIConnectionError, match=r"^no connection to 127\.0\.0\.1:9: "):
        client.batches.complete(BATCH)


def unusable(connect: Callable[..., Any]) -> str:
    """The error about an unusable proxy when a client is made, checked not to show its password."""
    with pytest.raises(errors.ConfigurationError) as caught:
        connect(token=TOKEN, base_url="https://lab.example/core-fast")
    assert caught.value.__cause__ is caught.value.__context__ is None
    frames = [
        frame
        for frame, _ in traceback.walk_tb(caught.value.__traceback__)
        if "overlay" in frame.f_code.co_filename
    ]
    assert "pr0" not in shown(caught.value) + "".join(repr(frame.f_locals) for frame in frames)
    return str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "gopher://127.0.0.1:9",
        "http://ada:pr0#xy@proxy.example:3128",
        "http://ada:12/pr0@proxy.example:3128",
        "http://ada:pr0?xy@proxy.example:3128",
        "http://ada:pr0xy@proxy.example:pr0",
    ],
)
def test_an_unusable_proxy_is_reported_when_the_client_is_made(
    connect: Callable[..., Any], proxied: Callable[[str], None], url: str
) -> None:
    """The error names the variable and what would be right, and does not show the value."""
    proxied(url)
    assert unusable(connect).startswith(
        "all_proxy: expected the address of a proxy such as http://user:password@"
    )


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_the_variable_of_a_wrong_proxy_is_named_as_it_is_spelled(
    connect: Callable[..., Any],
    proxied: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """The error has the variable that counts, in the case in which it is set."""
    proxied("http://127.0.0.1:9")
    monkeypatch.setenv(name, "gopher://ada:pr0xy@proxy.example")
    assert unusable(connect).startswith(f"{name}: ")


@pytest.mark.skipif(find_spec("socksio") is not None, reason="socksio is installed here")
def test_a_socks_proxy_needs_another_package(
    connect: Callable[..., Any], proxied: Callable[[str], None]
) -> None:
    """The error names the package to install."""
    proxied("socks5://ada:pr0xy@127.0.0.1:9")
    assert (
        unusable(connect)
        == "all_proxy: a SOCKS proxy needs the package socksio; install httpx[socks]"
    )


@pytest.mark.parametrize("exception", ["lab.example", "*", "::1/128,[::1],lab.example"])
@pytest.mark.parametrize("proxy", ["socks://ada:pr0xy@proxy.example", "http://proxy.example:port"])
def test_an_unused_proxy_may_be_wrong(
    connect: Callable[..., Any],
    proxied: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    proxy: str,
    exception: str,
) -> None:
    """It does not matter if each address is local, an exception, or left to the caller's client."""
    with Scripted(lambda _: [GOOD]) as server:
        proxied(proxy)
        assert connect(token=TOKEN, base_url=server.base_url).jobs.count() == 0
        assert lent(connect, lambda _: httpx.Response(200, json=page([]))).jobs.count() == 0
    monkeypatch.setenv("no_proxy", exception)
    connect(token=TOKEN, base_url="https://lab.example/core-fast")


def test_each_address_of_a_client_has_its_own_route(
    connect: Callable[..., Any], proxied: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service may need a proxy while the token endpoint is on the local network."""
    proxied("http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "192.0.2.0/24")
    credentials = PasswordCredentials("ada", "password", token_url="https://192.0.2.1/token")
    client = connect(credentials=credentials, base_url="https://lab.example/core-fast")
    assert list(client._pool._proxies) == ["https://lab.example/core-fast"]


PROXY_PASSWORD = "s3cr3t-of-the-proxy"
PROXY_HEADER = base64.b64encode(f"ada:{PROXY_PASSWORD}".encode()).decode()


@pytest.mark.parametrize("listens", [True, False])
def test_errors_of_a_proxy_show_no_password(
    connect: Callable[..., Any],
    proxied: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    listens: bool,
) -> None:
    """The password is hidden whether the proxy rejects the request, echoes it, or does not exist."""
    caplog.set_level(logging.DEBUG)
    refusal = f"HTTP/1.1 407 Basic {PROXY_HEADER}\r\nContent-Length: 0\r\n\r\n".encode()
    with Scripted(lambda _: [refusal, Close()]) as proxy:
        host = urlsplit(proxy.base_url).netloc if listens else "127.0.0.1:9"
        proxied(f"http://ada:{PROXY_PASSWORD}@{host}")
        client = connect(token=TOKEN, base_url="https://lab.example/core-fast", retry=ONCE)
        with pytest.raises(
            errors.APIConnectionError, match="407" if listens else "refused|failed"
        ) as caught:
            client.jobs.count()
        assert [request.headers["proxy-authorization"] for request in proxy.requests] == [
            f"Basic {PROXY_HEADER}"
        ] * listens
    told = (
        shown(caught.value)
        + repr(client)
        + "".join(
            record.getMessage() for record in caplog.records if record.name == "pasqal_client"
        )
    )
    for secret in (PROXY_PASSWORD, PROXY_HEADER, TOKEN):
        assert secret not in told


def test_a_proxy_behind_tls_is_trusted_like_the_service(
    connect: Callable[..., Any],
    certificate: Path,
    proxied: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The certificates that the environment names are used for both."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Listener(context) as listener:
        proxied(listener.base_url)
        client = connect(token=TOKEN, base_url="https://lab.example/core-fast", retry=ONCE)
        with pytest.raises(errors.APIConnectionError):
            client.jobs.count()
    assert listener.received.startswith(b"CONNECT lab.example:443 HTTP/1.1")
    assert TOKEN.encode() not in listener.received


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_reached_without_a_proxy(
    connect: Callable[..., Any], proxied: Callable[[str], None], host: str
) -> None:
    """Plain http is allowed because nothing leaves the machine, whereas a proxy would see the token."""
    with Scripted(lambda _: [GOOD]) as server:
        proxied("http://127.0.0.1:9")
        client = connect(
            token=TOKEN, base_url=server.base_url.replace("127.0.0.1", host), retry=ONCE
        )
        assert client.jobs.count() == 0


def test_a_client_stays_on_its_event_loop(sandbox: Sandbox) -> None:
    """Its connections would fail in odd ways on a second loop, so the error says what to do instead."""
    client = AsyncPasqalClient(token=sandbox.token, base_url=sandbox.base_url)
    with asyncio.Runner() as first, asyncio.Runner() as second:
        assert first.run(client.jobs.count()) == 0
        with pytest.raises(RuntimeError, match="make one client for each loop"):
            second.run(client.jobs.count())
        with pytest.raises(RuntimeError, match="make one client for each loop"):
            second.run(client.aclose())
        assert first.run(client.jobs.count()) == 0
        first.run(client.close())
        second.run(client.close())


# A client of the caller's


def lent(
    connect: Callable[..., Any], handler: Callable[[httpx.Request], httpx.Response], **settings: Any
) -> Any:
    """A client that sends through a transport of the caller's; nothing leaves the process."""
    probe = connect(token=TOKEN, base_url="http://127.0.0.1:9")
    kind = httpx.AsyncClient if isinstance(probe, Driver) else httpx.Client
    http_client = kind(transport=httpx.MockTransport(handler))
    return connect(
        token=TOKEN, base_url="https://lab.example/core", http_client=http_client, **settings
    )


def test_a_given_client_has_our_retries_and_errors(connect: Callable[..., Any]) -> None:
    """Exceptions and answers of its transport are treated like those of ours."""
    outcomes: list[Any] = [
        httpx.ConnectError(f"refused {TOKEN}"),
        httpx.ReadError("reset"),
        httpx.Response(503, text="down"),
        httpx.Response(200, json=page([])),
        httpx.Response(500, text=f"oops {TOKEN}"),
        httpx.ConnectError("refused"),
        httpx.Response(404, json={"message": "No such batch."}),
        httpx.ReadTimeout("late"),
    ]
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        assert isinstance(outcome, httpx.Response)
        return outcome

    client = lent(connect, handler)
    assert client.jobs.count() == 0
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        client.batches.complete(BATCH)
    assert TOKEN not in shown(caught.value)
    with pytest.raises(errors.NotFoundError):
        client.batches.complete(BATCH)
    with pytest.raises(
        errors.OutcomeUnknownError, match=r"no answer within the timeout of 10 s \(attempt 1\)"
    ):
        client.batches.complete(BATCH)
    assert [request.method for request in sent] == ["GET"] * 4 + ["PATCH"] * 4
    assert outcomes == []


def test_a_late_body_from_a_foreign_transport_is_noticed(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A foreign transport does not know our deadline, so the body is checked separately."""
    clock = [0.0]
    for module in (answers, attempts):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def dawdle(_: httpx.Request) -> httpx.Response:
        clock[0] += 51.0
        return httpx.Response(200, json=page([]))

    client = lent(connect, dawdle, retry=ONCE)
    with pytest.raises(errors.DeadlineError, match="not complete within 50 s, 5 times the timeout"):
        client.jobs.count()


def test_nothing_is_sent_once_the_deadline_has_passed(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If getting a token used all the time, a write is certainly not sent, whatever the transport."""
    clock = [0.0]
    for module in (answers, attempts):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    sent: list[httpx.Request] = []

    def token() -> str:
        clock[0] += 2.0
        return TOKEN

    def note(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"data": {}})

    kind = httpx.AsyncClient if isinstance(connect(token=TOKEN), Driver) else httpx.Client
    http_client = kind(transport=httpx.MockTransport(note))
    client = connect(
        token=token, base_url="https://lab.example/core", http_client=http_client, deadline=1
    )
    with pytest.raises(
        errors.DeadlineError, match=r"could not be sent within the deadline of 1 s \(attempt 1\)"
    ):
        client.batches.complete(BATCH)
    assert sent == []


# A full pool


def test_a_full_pool_is_a_typed_error_in_threads() -> None:
    """The error says that connections are short, for callers who share one among many threads."""
    release = threading.Event()
    with (
        Scripted(lambda _: [Wait(release), GOOD]) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as lender,
        PasqalClient(
            token=TOKEN, base_url=server.base_url, http_client=lender, timeout=0.1, retry=ONCE
        ) as client,
    ):

        def attempt(_: int) -> str:
            try:
                client.jobs.count()
            except errors.DeadlineError as error:
                return error.reason
            finally:
                release.set()
            return "done"

        patient = client.with_options(timeout=30)
        with ThreadPoolExecutor(4) as pool:
            first = pool.submit(patient.jobs.count)
            while not server.requests:
                threading.Event().wait(0.001)
            reasons = set(pool.map(attempt, range(1)))
            assert first.result() == 0
        assert reasons == {
            "no connection of the pool became free within the timeout of 0.1 s (attempt 1)"
        }
        assert patient.jobs.count() == 0


def test_an_interrupted_request_leaves_its_room_to_one_that_waits() -> None:
    """Also where Ctrl-C came while the connection was given back."""
    with (
        Scripted(lambda _: [GOOD]) as server,
        httpx.Client(limits=httpx.Limits(max_connections=1)) as lender,
        PasqalClient(
            token=TOKEN, base_url=server.base_url, http_client=lender, timeout=60, retry=ONCE
        ) as client,
        ThreadPoolExecutor(1) as threads,
    ):
        transport: Any = lender._transport
        waiting = []

        def interrupt(frame: FrameType, event: str, _: object) -> None:
            if event != "call" or frame.f_code is not HTTP11ConnectionByteStream.close.__code__:
                return
            sys.setprofile(None)
            waiting.append(threads.submit(client.jobs.count))
            while len(transport._pool._requests) < 2:
                threading.Event().wait(0.001)
            raise KeyboardInterrupt

        sys.setprofile(interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.jobs.count()
        assert waiting[0].result(20) == 0


def test_a_full_pool_is_a_typed_error_in_tasks() -> None:
    """A write that got no connection was certainly not carried out."""
    release = threading.Event()

    async def run(base_url: str) -> None:
        limits = httpx.Limits(max_connections=1)
        async with (
            httpx.AsyncClient(limits=limits) as lender,
            AsyncPasqalClient(
                token=TOKEN, base_url=base_url, http_client=lender, timeout=0.1, retry=ONCE
            ) as client,
        ):
            first = asyncio.create_task(client.with_options(timeout=30).jobs.count())
            while not server.requests:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            with pytest.raises(errors.DeadlineError, match="no connection of the pool became free"):
                await client.batches.complete(BATCH)
            release.set()
            assert await first == 0
            assert len(server.requests) == 1

    with Scripted(lambda _: [Wait(release), GOOD]) as server:
        asyncio.run(run(server.base_url))


# Cancellation

STALLS: dict[str, list[bytes]] = {
    "before the answer": [],
    "in the headers": [b"HTTP/1.1 200 OK\r\nContent-Le"],
    "in the body": [b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"],
    "before the next attempt": [answer(503, b"", {"Retry-After": "50"})],
}
ASYNC_CALLS: dict[str, Callable[[AsyncPasqalClient], Any]] = {
    "count": lambda client: client.jobs.count(),
    "list": lambda client: read_all(client),
    "complete": lambda client: client.batches.complete(BATCH),
}


async def read_all(client: AsyncPasqalClient) -> list[Any]:
    return [job async for job in client.jobs.list()]


@pytest.mark.parametrize("stall", STALLS)
@pytest.mark.parametrize("call", ASYNC_CALLS)
def test_a_call_may_be_cancelled_at_every_await(stall: str, call: str) -> None:
    """A cancelled call ends at once and leaks no connection, and the client can be used afterwards."""
    stalling = threading.Event()
    release = threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if stalling.is_set():
            yield from STALLS[stall]
            if stall != "before the next attempt":
                yield Wait(release)
        else:
            yield GOOD

    async def cancelled(client: AsyncPasqalClient, steps: int) -> None:
        arrived = len(server.requests)
        task = asyncio.ensure_future(ASYNC_CALLS[call](client))
        for _ in range(min(steps, 40)):
            await asyncio.sleep(0)
        while steps == 41 and len(server.requests) == arrived:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def run() -> None:
        noise: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
        async with AsyncPasqalClient(token=TOKEN, base_url=server.base_url, deadline=120) as client:
            for steps in range(42):
                stalling.set()
                await cancelled(client, steps)
                stalling.clear()
                assert await client.jobs.count() == 0
                pool = client._pool.get()._transport._pool  # type: ignore[attr-defined]
                assert all(connection.is_idle() for connection in pool.connections)
                assert len(pool.connections) <= 1
            assert asyncio.all_tasks() == {asyncio.current_task()}
        assert noise == []

    with Scripted(script) as server:
        asyncio.run(run())
        release.set()


# Many at once


def test_one_client_serves_many_threads(sandbox: Sandbox) -> None:
    """32 threads read and write, and each gets the answers to its own requests."""
    batches = [sandbox.add_batch(jobs=[{} for _ in range(number + 1)]) for number in range(32)]
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:

        def work(number: int) -> None:
            batch = batches[number]
            assert client.jobs.count(batch_id=batch.id) == number + 1
            assert {job.id for job in client.jobs.list(batch_id=batch.id, page_size=5)} == set(
                batch.job_ids
            )
            done = client.batches.cancel_jobs(batch.id, id=batch.job_ids[:1])
            assert [job.id for job in done.jobs] == batch.job_ids[:1]
            assert client.jobs.get(batch.job_ids[0]).status == JobStatus.CANCELED
            assert client.batches.complete(batch.id).id == batch.id

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(work, range(32)))
        assert client.jobs.count(status="CANCELED") == 32


def test_one_client_serves_many_tasks(sandbox: Sandbox) -> None:
    """64 tasks read and write, and each gets the answers to its own requests."""
    batches = [sandbox.add_batch(jobs=[{} for _ in range(number % 7 + 1)]) for number in range(64)]

    async def run() -> None:
        async with AsyncPasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:

            async def work(number: int) -> None:
                batch = batches[number]
                assert await client.jobs.count(batch_id=batch.id) == number % 7 + 1
                assert {job.id async for job in client.jobs.list(batch_id=batch.id)} == set(
                    batch.job_ids
                )
                done = await client.batches.cancel_jobs(batch.id, id=batch.job_ids[:1])
                assert [job.id for job in done.jobs] == batch.job_ids[:1]
                assert (await client.batches.complete(batch.id)).id == batch.id

            await asyncio.gather(*(work(number) for number in range(64)))
            assert await client.jobs.count(status="CANCELED") == 64

    asyncio.run(run())


def test_threads_share_one_pool_from_the_first_use(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inner client is made once, however many threads need it first."""
    made: list[int] = []
    install = backends.install_backend

    def noted(client: httpx.Client) -> int:
        made.append(1)
        return install(client)

    monkeypatch.setattr(backends, "install_backend", noted)
    meeting = threading.Barrier(16)
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:

        def work(_: int) -> int:
            meeting.wait()
            return client.jobs.count()

        with ThreadPoolExecutor(16) as threads:
            assert set(threads.map(work, range(16))) == {0}
    assert made == [1]


def test_each_request_under_way_has_a_connection_of_its_own() -> None:
    """And it is kept: a pool with room for fewer closes some that are about to be used."""
    many = 100
    over = threading.Event()

    def script(request: Request) -> Iterator[Step]:
        if request.number == many:
            over.set()
        yield Wait(over)
        yield answer(200, page([], 0))

    with (
        Scripted(script) as server,
        PasqalClient(token=TOKEN, base_url=server.base_url) as client,
        ThreadPoolExecutor(many) as threads,
    ):
        assert set(threads.map(lambda _: client.jobs.count(), range(many))) == {0}
        transport: Any = client._pool.get()._transport
        assert [one.is_idle() for one in transport._pool._connections] == [True] * many


@pytest.mark.skipif(not hasattr(sys.modules["os"], "fork"), reason="this system has no fork")
def test_a_forked_process_has_connections_of_its_own(sandbox: Sandbox) -> None:
    """Parent and child go on with the same client, and neither reads the other's answers."""
    sandbox.add_batch(jobs=[{}, {}])
    program = f"""
import os
from pasqal_client import PasqalClient
client = PasqalClient(token={sandbox.token!r}, base_url={sandbox.base_url!r})
assert client.jobs.count() == 2
mine = client._pool.get()
child = os.fork()
for _ in range(20):
    assert client.jobs.count(status="DONE" if child else "PENDING") == (0 if child else 2)
assert (client._pool.get() is mine) is bool(child)
if not child:
    client.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert client.jobs.count() == 2
client.close()
print("well")
"""
    run = [sys.executable, "-W", "error", "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("well\n", "")


def test_an_inherited_client_is_replaced(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """In another process than the one that made its client, a pool makes a new one."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        before = client._pool.get()
        monkeypatch.setattr("pasqal_client._http.transport.pool.os.getpid", lambda: -1)
        after = client._pool.get()
        assert after is not before
        assert client._pool.get() is after
        before.close()


# Closing


def test_a_closed_client_raises_a_clear_error(sandbox: Sandbox, client: Any) -> None:
    """Calls, listings and views raise the same error, and closing twice is harmless."""
    close = client.aclose if isinstance(client, Driver) else client.close
    view = client.with_options(timeout=5)
    assert client.jobs.count() == 0
    close()
    close()
    for user in (client, view):
        for call in CALLS.values():
            with pytest.raises(RuntimeError, match="the client is closed"):
                call(user)
        with pytest.raises(RuntimeError, match="the client is closed"):
            list(user.jobs.list())
    assert len(sandbox.requests) == 1


def test_closing_a_view_closes_no_connection(client: Any) -> None:
    """The connections belong to the client from which the view was made."""
    view = client.with_options(timeout=5)
    view.aclose() if isinstance(client, Driver) else view.close()
    assert client.jobs.count() == view.jobs.count() == 0


def test_what_connects_while_its_client_is_closed_is_closed_after_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pool has closed what it had, and forgets what is added."""
    connect = socket.create_connection
    connecting, closed = threading.Event(), threading.Event()

    def slowly(*given: Any, **options: Any) -> socket.socket:
        connecting.set()
        assert closed.wait(10)
        return connect(*given, **options)

    with Scripted(lambda _: [GOOD]) as service, ThreadPoolExecutor(1) as threads:
        client = PasqalClient(token=TOKEN, base_url=service.base_url)
        monkeypatch.setattr(socket, "create_connection", slowly)
        counted = threads.submit(client.jobs.count)
        assert connecting.wait(10)
        client.close()
        closed.set()
        assert counted.result() == 0
        assert service.is_left()


def test_what_connects_while_its_async_client_is_closed_is_closed_after_its_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same on an event loop."""
    connect = anyio.connect_tcp

    async def use(service: Scripted) -> int:
        connecting, closed = asyncio.Event(), asyncio.Event()

        async def slowly(*given: Any, **options: Any) -> Any:
            connecting.set()
            await closed.wait()
            return await connect(*given, **options)

        client = AsyncPasqalClient(token=TOKEN, base_url=service.base_url)
        monkeypatch.setattr(anyio, "connect_tcp", slowly)
        counting = asyncio.create_task(client.jobs.count())
        await connecting.wait()
        await client.aclose()
        closed.set()
        counted = await counting
        assert await asyncio.to_thread(service.is_left)
        return counted

    with Scripted(lambda _: [GOOD]) as service:
        assert asyncio.run(use(service)) == 0


def test_a_callers_own_client_keeps_its_connections_when_ours_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also the one on which a request of ours was under way."""
    answering, closed = threading.Event(), threading.Event()

    def play(request: Request) -> list[Step]:
        if not closed.is_set():
            answering.set()
            assert closed.wait(10)
        return [GOOD]

    with Scripted(play) as service, httpx.Client() as own, ThreadPoolExecutor(1) as threads:
        client = PasqalClient(token=TOKEN, base_url=service.base_url, http_client=own)
        counted = threads.submit(client.jobs.count)
        assert answering.wait(10)
        client.close()
        closed.set()
        assert counted.result() == 0
        assert own.get(f"{service.base_url}/anything").status_code == 200
        assert [request.connection for request in service.requests] == [1, 1]


# Deadlines of single operations


class Network(httpcore.NetworkBackend, httpcore.NetworkStream):
    """A network backend that records the timeouts it is given."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        return self.noted(timeout)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, *_: Any, **__: Any
    ) -> Any:
        return self.noted(timeout)

    def start_tls(
        self, ssl_context: Any, server_hostname: Any = None, timeout: float | None = None
    ) -> Any:
        return self.noted(timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(self.noted(timeout) is not self)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.noted(timeout)

    def sleep(self, seconds: float) -> None:
        self.noted(seconds)

    def get_extra_info(self, info: str) -> str:
        return info

    def close(self) -> None:
        self.noted(None)

    def noted(self, timeout: float | None) -> Network:
        self.timeouts.append(timeout)
        return self


def test_no_operation_outlasts_its_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each operation gets what is left of the attempt if that is less than its timeout, and none starts later."""
    network, clock = Network(), [100.0]
    monkeypatch.setattr("pasqal_client._http.transport.deadline.time.monotonic", lambda: clock[0])
    backend = backends._Backend(network)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    def operations(timeout: float | None) -> list[Callable[[], Any]]:
        stream = backends._Stream(network)
        return [
            lambda: backend.connect_tcp("127.0.0.1", 1, timeout),
            lambda: backend.connect_unix_socket("x", timeout),
            lambda: stream.start_tls(context, "x", timeout),
            lambda: stream.read(1, timeout),
            lambda: stream.write(b"", timeout),
        ]

    def timeouts(timeout: float | None) -> set[float | None]:
        network.timeouts.clear()
        for operation in operations(timeout):
            operation()
        return set(network.timeouts)

    assert timeouts(5.0) == {5.0}
    assert timeouts(None) == {None}
    with deadline.attempt_within(2.0):
        assert timeouts(5.0) == timeouts(None) == {2.0}
        assert timeouts(1.0) == {1.0}
        with deadline.attempt_within(1.0):
            assert timeouts(None) == {1.0}
        clock[0] = 102.0
        for operation in operations(5.0):
            with pytest.raises(httpcore.TimeoutException, match="used up its time"):
                operation()
    assert timeouts(5.0) == {5.0}
    stream = backend.connect_tcp("x", 1)
    assert stream.get_extra_info("socket") == "socket"
    stream.close()
    backend.sleep(1.0)
    assert network.timeouts[-1] == 1.0


def test_all_addresses_of_a_host_share_the_time_of_an_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The time that a silent address used up is lost to the next one, and the first that answers is used."""
    clock, tried = [100.0], []

    class Silent(httpcore.NetworkBackend):
        def connect_tcp(
            self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any
        ) -> Any:
            tried.append((host, timeout))
            clock[0] += 0.75
            raise httpcore.ConnectTimeout("timed out")

    found = [(0, 0, 0, "", (f"10.0.0.{number}", 443)) for number in range(6)]
    monkeypatch.setattr("pasqal_client._http.transport.deadline.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(
        "pasqal_client._http.transport.network.socket.getaddrinfo", lambda *_, **__: found
    )
    with deadline.attempt_within(2.0), pytest.raises(httpcore.ConnectTimeout):
        backends._Backend(Silent()).connect_tcp("lab.example", 443, 1.0)
    assert tried == [("10.0.0.0", 1.0), ("10.0.0.1", 1.0), ("10.0.0.2", 0.5)]


def test_an_unknown_host_is_a_connection_that_never_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A host without an address is a failed connection too."""

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("Name or service not known")

    backend = backends._Backend(Network())
    resolvers: list[Callable[..., Any]] = [unknown, lambda *_, **__: []]
    for resolve in resolvers:
        monkeypatch.setattr("pasqal_client._http.transport.network.socket.getaddrinfo", resolve)
        with (
            deadline.attempt_within(2.0),
            pytest.raises(httpcore.ConnectError, match="not known|no address"),
        ):
            backend.connect_tcp("lab.example", 443, 1.0)


def test_an_operation_that_takes_too_long_is_abandoned() -> None:
    """It can release its resources, even if cancelled twice, and an error it raises then is ignored."""
    told: list[str] = []

    async def stubborn() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            with anyio.CancelScope(shield=True):
                await asyncio.sleep(0.01)
            told.append("tidied up")
            raise ValueError("too late")

    async def cancelling_itself() -> None:
        raise asyncio.CancelledError

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: told.append(str(context))
        )
        with pytest.raises(ValueError, match="too late"):
            await deadline.within(0.01, stubborn())
        with pytest.raises(TimeoutError):
            await deadline.within(-1, asyncio.sleep(60))
        for cancellations in (1, 2):
            task = asyncio.create_task(deadline.within(60, stubborn()))
            await asyncio.sleep(0)
            for _ in range(cancellations):
                await asyncio.sleep(0)
                task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        await asyncio.sleep(0.05)
        with pytest.raises(asyncio.CancelledError):
            await deadline.within(60, cancelling_itself())
        assert await deadline.within(60, asyncio.sleep(0, "done")) == "done"

    asyncio.run(run())
    assert told == ["tidied up"] * 3


def test_a_request_ends_with_the_wait_that_sent_it() -> None:
    """A request ends at its deadline, or at the end of the wait if that is earlier."""
    assert deadline.no_later(7.0) == 7.0
    with deadline.requests_until(5.0):
        assert (deadline.no_later(7.0), deadline.no_later(3.0)) == (5.0, 3.0)
        with deadline.requests_until(None):
            assert deadline.no_later(7.0) == 7.0
    assert deadline.no_later(7.0) == 7.0


def test_a_transport_without_a_pool_is_left_alone() -> None:
    """A transport of another kind has no pool that could use our network backend."""
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
        assert backends.install_backend(client) == 0


# The network of the async client


class AsyncNetwork(httpcore.AsyncNetworkBackend, httpcore.AsyncNetworkStream):
    """A network backend that records what it is asked for, and has one socket."""

    def __init__(self, connected: socket.socket | None = None) -> None:
        self.connected = connected
        self.asked: list[str] = []

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> Any:
        return self.noted(f"{host}:{port}")

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> Any:
        return self.noted(path)

    async def start_tls(self, *_: Any, **__: Any) -> Any:
        return self.noted("tls")

    async def read(self, *asked: Any) -> bytes:
        self.noted(f"read {asked}")
        return b""

    async def write(self, *asked: Any) -> None:
        self.noted(f"write {asked}")

    async def aclose(self) -> None:
        self.noted("close")

    async def sleep(self, seconds: float) -> None:
        self.noted(f"sleep {seconds}")

    def get_extra_info(self, info: str) -> Any:
        if info == "socket":
            return self.connected
        return info

    def noted(self, what: str) -> AsyncNetwork:
        self.asked.append(what)
        return self


@pytest.mark.parametrize("system", ["has poll", "has select only"])
def test_a_connection_knows_whether_its_socket_has_something_to_read(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes that nobody asked for, and an end on either side: httpcore then uses another connection."""
    if system == "has select only":
        monkeypatch.setattr(backends, "_POLL", None)
    ours, other = socket.socketpair()
    with ours, other:
        stream = backends._AsyncStream(AsyncNetwork(ours))
        assert stream.get_extra_info("is_readable") is False
        other.send(b"x")
        assert stream.get_extra_info("is_readable") is True
        ours.recv(1)
        assert stream.get_extra_info("is_readable") is False
        other.close()
        assert stream.get_extra_info("is_readable") is True
        ours.close()
        assert stream.get_extra_info("is_readable") is True


def test_a_connection_without_a_socket_is_asked_itself() -> None:
    """And so is every connection for anything else."""
    stream = backends._AsyncStream(AsyncNetwork())
    assert stream.get_extra_info("is_readable") == "is_readable"
    assert stream.get_extra_info("ssl_object") == "ssl_object"


def test_the_async_network_hands_on_what_it_is_asked_for() -> None:
    """Connections of every kind are ours, also once they speak TLS."""
    network = AsyncNetwork()
    backend = backends._AsyncBackend(network)

    async def main() -> None:
        streams = [
            await backend.connect_tcp("lab.example", 443),
            await backend.connect_unix_socket("/lab"),
        ]
        streams.append(await streams[0].start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)))
        for stream in streams:
            assert type(stream) is backends._AsyncStream
        await stream.write(b"x", 2.0)
        await stream.read(3, 4.0)
        await stream.aclose()
        await backend.sleep(5.0)

    asyncio.run(main())
    assert network.asked == [
        "lab.example:443",
        "/lab",
        "tls",
        "write (b'x', 2.0)",
        "read (3, 4.0)",
        "close",
        "sleep 5.0",
    ]


def test_the_async_pools_of_httpx_take_our_network_backend_once() -> None:
    """If this fails, httpx has changed and each request asks more of its idle connections than it needs to know."""
    client = httpx.AsyncClient(proxy="http://127.0.0.1:9", trust_env=False)
    installed = backends.install_backend(client)
    assert installed >= 1
    pool = client._transport._pool  # type: ignore[attr-defined]
    first = pool._network_backend
    assert type(first) is backends._AsyncBackend
    assert backends.install_backend(client) == installed
    assert pool._network_backend is first
