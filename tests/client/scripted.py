"""A small HTTP server that does exactly what a test says: it answers, lies, drips, stalls or resets the connection."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from attrs import define, field


@define
class Request:
    """A request as it arrived.

    Attributes:
        number: how many requests there were, this one included.
        connection: on which connection it came, counted from 1.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    number: int
    connection: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)


class Reset:
    """Break the connection with a TCP reset."""


class Close:
    """Close the connection in the regular way."""


class Hold:
    """Send nothing more until the server stops."""


class Wait:
    """Continue once the event is set."""

    def __init__(self, event: threading.Event) -> None:
        self.event = event


Step = bytes | Reset | Close | Hold | Wait
Script = Callable[[Request], Iterable[Step]]


def answer(
    status: int = 200,
    body: Any = b"",
    headers: dict[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """An HTTP answer; JSON unless the body is bytes. `length` lies about how long it is."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"Content-Length": str(len(content) if length is None else length), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + content


def page(jobs: list[dict[str, Any]], total: int | None = None, offset: int = 0) -> dict[str, Any]:
    """The envelope of a page of jobs."""
    total = len(jobs) if total is None else total
    return {
        "data": jobs,
        "pagination": {"total": total, "start": offset, "end": offset + len(jobs)},
    }


@define
class Scripted:
    """The server; use it in a `with` block."""

    script: Script
    requests: list[Request] = field(factory=list)
    _stopping: threading.Event = field(factory=threading.Event)
    _listener: socket.socket = field(factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _lock: threading.Condition = field(factory=threading.Condition)
    _open: set[socket.socket] = field(factory=set)
    _accepted: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/core-fast"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        with self._lock:
            for connection in self._open:
                _shut(connection)
        _shut(self._listener)
        self._listener.close()

    def is_left(self) -> bool:
        """Whether the clients close all their connections, which they are given some time for."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._open, timeout=10)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self._accepted += 1
            threading.Thread(
                target=self._serve, args=(connection, self._accepted), daemon=True
            ).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            with connection, connection.makefile("rb") as stream:
                while (request := self._receive(stream, number)) is not None:
                    if not self._play(connection, request):
                        return
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
                self._lock.notify_all()

    def _receive(self, stream: Any, connection: int) -> Request | None:
        start = stream.readline().decode()
        if not start:
            return None
        headers = {}
        while (line := stream.readline().decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        method, target, _ = start.split(" ", 2)
        with self._lock:
            request = Request(method, target, headers, body, len(self.requests) + 1, connection)
            self.requests.append(request)
        return request

    def _play(self, connection: socket.socket, request: Request) -> bool:
        """Do what the script says; return whether the connection stays open."""
        for step in self.script(request):
            if isinstance(step, bytes):
                connection.sendall(step)
            elif isinstance(step, Wait):
                step.event.wait()
            elif isinstance(step, Hold):
                self._stopping.wait()
                return False
            elif isinstance(step, Close):
                _shut(connection)
                return False
            else:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
        return True


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def forwarded(base_url: str, request: Request) -> bytes:
    """What another server answers to the request, so that a sandbox can be reached through faults."""
    address = urlsplit(base_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers: dict[str, str] = {
        name: request.headers[name]
        for name in ("authorization", "content-type", "content-encoding")
        if name in request.headers
    }
    try:
        connection.request(request.method, request.target, request.body, headers)
        response = connection.getresponse()
        return answer(response.status, response.read())
    finally:
        connection.close()
