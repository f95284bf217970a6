"""A server that answers each operation as the case at hand says, and keeps what arrived."""

from __future__ import annotations

import gzip
import json
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

from ..sandbox.operations import PREFIX, operation_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from .kit import Kit

# Seconds that its end may take.
_PATIENCE = 0.01
_FILES = "/files/"
_ADDRESS = "{files}"
"""What stands in an answer for the address of the folder with the files of the case."""


@dataclass(frozen=True)
class Reply:
    """An answer of the server.

    Attributes:
        status: the status.
        body: the body, as text.
        headers: what is sent beside its length; JSON unless they say another type.
    """

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _reply_with(value: Any) -> Reply:
    """A JSON value with status 200."""
    return Reply(200, json.dumps(value))


def least_replies(kit: Kit, part: Mapping[str, Any]) -> dict[str, list[Reply]]:
    """The answers of requests.json to each operation, and in their place those of a case or a call."""
    answers = {**kit.files["requests"]["answers"], **part.get("answers", {})}
    return {operation: [_reply_with(value)] for operation, value in answers.items()}


_NOT_FOUND = Reply(404, '{"message": "the case has no answer to this"}')


@dataclass(frozen=True)
class ArrivedRequest:
    """A request as it arrived.

    Attributes:
        method: the method.
        path: the path below the base URL.
        query: the query as it stood in the request line.
        headers: the headers, with names in lower case.
        body: the body, unpacked.
        operation: what it is for; None if for nothing that the contract has.
        moment: when it arrived, in seconds of a clock that only goes on.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    operation: str | None
    moment: float = field(default_factory=time.monotonic)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The decoded keys and values of the query, in their order."""
        return parse_qsl(self.query, keep_blank_values=True)


@dataclass
class Stage:
    """What the server does for one call.

    Attributes:
        base_url: where the client finds the service.
        requests: what arrived for the service, in its order.
        file_requests: what arrived for the files of the case.
    """

    base_url: str
    requests: list[ArrivedRequest] = field(default_factory=list)
    file_requests: list[ArrivedRequest] = field(default_factory=list)
    _replies: Mapping[str, Sequence[Reply]] = field(default_factory=dict)
    _files: Mapping[str, Reply] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, operation: str) -> int:
        """How many requests of an operation arrived."""
        return sum(request.operation == operation for request in self.requests)

    def take(self, request: ArrivedRequest) -> Reply:
        """Keep a request, and answer it: the last answer to its operation is given again and again."""
        if request.path.startswith(_FILES):
            self.file_requests.append(request)
            return self._files.get(request.path.removeprefix(_FILES), _NOT_FOUND)
        with self._lock:
            self.requests.append(request)
            replies = self._replies.get(request.operation or "", [_NOT_FOUND])
            number = self.count(request.operation or "")
        return replies[min(max(number, 1), len(replies)) - 1]


class ScriptedServer:
    """The server; use it in a `with` block.

    Each call has a base URL of its own, so that a request that comes late is not taken for one of
    the next call.
    """

    def __init__(self) -> None:
        self._stages: dict[str, Stage] = {}

    def __enter__(self) -> Self:
        stages = self._stages

        class Handler(_Handler):
            def find_stage(self, name: str) -> Stage | None:
                return stages.get(name)

        self._server = _Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(_PATIENCE,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def prepare(
        self,
        replies: Mapping[str, Sequence[Reply]],
        files: Mapping[str, Reply] | None = None,
    ) -> Stage:
        """Prepare the answers to one call, by operation; `{files}` in them becomes an address."""
        base_url = self.next_address()
        address = f"{base_url}{_FILES}".removesuffix("/")
        filled = {
            operation: [_fill(reply, address) for reply in given]
            for operation, given in replies.items()
        }
        stage = Stage(base_url, _replies=filled, _files=files or {})
        self.open(stage)
        return stage

    def next_address(self) -> str:
        """The base URL of the next stage."""
        return f"http://127.0.0.1:{self._server.server_port}/{len(self._stages) + 1}"

    def open(self, stage: Stage) -> None:
        """Let requests for a stage arrive there."""
        _, _, name = stage.base_url.rpartition("/")
        self._stages[name] = stage


def _fill(reply: Reply, address: str) -> Reply:
    return Reply(reply.status, reply.body.replace(_ADDRESS, address), reply.headers)


class _Server(ThreadingHTTPServer):
    # A client may keep a connection open for as long as it likes.
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing when a client goes away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the body of an answer are small, and the client waits for both.
    disable_nagle_algorithm = True

    def find_stage(self, name: str) -> Stage | None:
        raise NotImplementedError

    def answer(self) -> None:
        """Answer a request of any method."""
        body = self._read_body()
        target, _, query = self.path.partition("?")
        _, _, target = target.partition("/")
        name, slash, path = target.partition("/")
        path = slash + path
        stage = self.find_stage(name)
        reply = _NOT_FOUND
        if stage is not None:
            operation = operation_of({"method": self.command, "path": PREFIX + path})
            headers = _combine(self.headers.items())
            reply = stage.take(ArrivedRequest(self.command, path, query, headers, body, operation))
        self._send(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - as its base class calls them

    def _read_body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            body = self._read_chunks()
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding", "").lower() == "gzip":
            # What cannot be unpacked is compared as it is, and differs.
            with suppress(OSError, EOFError, zlib.error):
                return gzip.decompress(body)
        return body

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return bytes(body)

    def _send(self, reply: Reply) -> None:
        # Written by hand: any number may be a status, and a body may come with any of them.
        body = reply.body.encode()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} Scripted"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        # In HTTP, a header has bytes; a client that knows no better takes them for Latin-1.
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.wfile.write(head + body)

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""


def _combine(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The headers by name in lower case; those that come more than once in one."""
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return found
