"""The addresses that the client of a scenario gets: that of the service, and that of the token endpoint.

What is for the token endpoint passes a server of the runner, which keeps the forms and the tokens:
the sandbox tells neither.
"""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from .findings import Finding, compare
from .scripted_server import Reply, ScriptedServer, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..sandbox import Sandbox
    from .scripted_server import ArrivedRequest

FORM_ASSERTION = "token_form"
_FORM = "application/x-www-form-urlencoded"
_LOOPBACK = "127.0.0.1"
# It leads to this machine, and is not a loopback address.
_OTHER_HOST = "0.0.0.0"  # noqa: S104 - nothing listens on it
# They are about one connection, and the body is sent whole.
_OWN_HEADERS = frozenset({"host", "connection", "content-length", "transfer-encoding"})


@dataclass
class Addresses:
    """Where a client finds what it asks.

    Attributes:
        base_url: the service.
        token_url: the token endpoint.
        forms: the requests that arrived there.
        tokens: what was issued there.
    """

    base_url: str
    token_url: str = ""
    forms: list[ArrivedRequest] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Listener(Stage):
    """Passes on what arrives to the token endpoint of a sandbox, whichever path it has."""

    target: str
    learn: Callable[[str], None]
    tokens: list[str] = field(default_factory=list)

    def take(self, request: ArrivedRequest) -> Reply:
        """Pass a request on, and keep the token in the answer."""
        self.requests.append(request)
        reply = _pass_on(request, self.target)
        token = _token_in(reply.body)
        if token is not None:
            self.tokens.append(token)
            self.learn(token)
        return reply


def _pass_on(request: ArrivedRequest, target: str) -> Reply:
    address = urlsplit(target)
    connection = http.client.HTTPConnection(address.netloc)
    try:
        connection.request(
            request.method, address.path, request.body, _without_own(request.headers)
        )
        answer = connection.getresponse()
        headers = _without_own(dict(answer.getheaders()))
        return Reply(answer.status, answer.read().decode(errors="replace"), headers)
    finally:
        connection.close()


def _without_own(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that are for the other end, in the usual spelling."""
    return {
        name.title(): value for name, value in headers.items() if name.lower() not in _OWN_HEADERS
    }


def _token_in(body: str) -> str | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    token = answer.get("access_token") if isinstance(answer, dict) else None
    return token if isinstance(token, str) else None


@contextmanager
def open_addresses(
    client: Mapping[str, Any], sandbox: Sandbox, learn: Callable[[str], None]
) -> Iterator[Addresses]:
    """What the client of a case is told.

    Args:
        client: the `client` of the case.
        sandbox: it has the service and the token endpoint.
        learn: takes each token that is issued, which is a secret.
    """
    with ExitStack() as stack:
        addresses = Addresses(sandbox.base_url)
        if "credentials" in client:
            server = stack.enter_context(ScriptedServer())
            listener = _Listener(server.next_address(), target=sandbox.token_url, learn=learn)
            server.open(listener)
            addresses.token_url = f"{listener.base_url}/oauth/token"
            addresses.forms = listener.requests
            addresses.tokens = listener.tokens
        if client.get("closed_port"):
            port = stack.enter_context(_closed_port())
            addresses.base_url = f"http://{_LOOPBACK}:{port}"
        name = client.get("not_loopback")
        if name is not None:
            setattr(addresses, name, getattr(addresses, name).replace(_LOOPBACK, _OTHER_HOST))
        yield addresses


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port at which nobody listens, and which nobody else gets meanwhile."""
    with socket.socket() as holder:
        holder.bind((_LOOPBACK, 0))
        yield holder.getsockname()[1]


def check_forms(form: Mapping[str, str], arrived: list[ArrivedRequest]) -> list[Finding]:
    """The token endpoint got the fields of the form, all of them and no others, in the encoding of forms."""
    if not arrived:
        return [Finding(FORM_ASSERTION, "a form for the token endpoint", "none came")]
    for request in arrived:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != _FORM:
            return [Finding(FORM_ASSERTION, f"Content-Type: {_FORM}", f"Content-Type: {kind}")]
        pairs = parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
        found = compare(FORM_ASSERTION, sorted(map(list, form.items())), sorted(map(list, pairs)))
        if found:
            return found
    return []
