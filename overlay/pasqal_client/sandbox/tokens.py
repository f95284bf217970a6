"""The token endpoint: accounts exchange their secrets for tokens that expire on the sandbox's clock."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import JSONResponse

from .admission import NotAdmittedError, check_sender, read_body
from .checks import clip

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from .clock import Clock

_LONGEST_FORM = 64 * 1024  # bytes; a form with a grant has a few hundred
_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
_FORM = "application/x-www-form-urlencoded"
_UNCACHED = {"Cache-Control": "no-store"}
_NEEDED = {
    "password": ("client_id", "username", "password"),
    _REALM_GRANT: ("client_id", "realm", "username", "password"),
    "client_credentials": ("client_id", "client_secret"),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who gets a token.

    Attributes:
        static: the token that is always valid.
        users: the password of each username.
        services: the secret of each client id.
        lifetime: how many seconds a token is valid.
    """

    static: str = field(repr=False)
    users: Mapping[str, str] = field(repr=False)
    services: Mapping[str, str] = field(repr=False)
    lifetime: int


class _TokenError(Exception):
    """No token is issued: the status and the code of the answer, and a sentence."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


class TokenDesk:
    """Issues tokens and knows which are valid. Nobody else may see them, so it shows none."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        # By the order in which they were issued, which is that in which they expire.
        self._ends: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def accepts(self, token: str) -> bool:
        """Whether the token is valid now."""
        if _is_same(token, self._accounts.static):
            return True
        with self._lock:
            end = self._ends.get(token)
            return end is not None and self._clock.elapsed < end

    def expire(self) -> None:
        """Make all tokens that were issued invalid."""
        with self._lock:
            self._ends.clear()

    def issue(self, form: Mapping[str, str]) -> dict[str, object]:
        """The answer to a form with a grant.

        Raises:
            _TokenError: the grant is unknown or incomplete, or the account or its secret is wrong.
        """
        self._check_grant(form)
        now = self._clock.elapsed
        lifetime = self._accounts.lifetime
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._forget_expired(now)
            self._ends[token] = now + lifetime * 1_000_000
        return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}

    def _forget_expired(self, now: int) -> None:
        # A client that signs in again and again must not fill the memory.
        while self._ends:
            oldest = next(iter(self._ends.values()))
            if oldest > now:
                break
            self._ends.popitem(last=False)

    def _check_grant(self, form: Mapping[str, str]) -> None:
        grant = form.get("grant_type", "")
        if grant not in _NEEDED:
            raise _TokenError(
                403, "unsupported_grant_type", f"Unsupported grant type: {clip(grant)}"
            )
        for name in _NEEDED[grant]:
            if not form.get(name):
                raise _TokenError(400, "invalid_request", f"Missing required parameter: {name}")
        # As Auth0 does: 401 for a service account, 403 for a person.
        if grant == "client_credentials":
            if not _is_secret(self._accounts.services, form["client_id"], form["client_secret"]):
                raise _TokenError(401, "invalid_client", "Unknown client, or a wrong secret.")
        elif not _is_secret(self._accounts.users, form["username"], form["password"]):
            raise _TokenError(403, "invalid_grant", "Wrong email or password.")


def create_endpoint(desk: TokenDesk) -> Callable[[Request], Awaitable[JSONResponse]]:
    """The handler of the token endpoint."""

    async def answer(request: Request) -> JSONResponse:
        try:
            check_sender(request.headers)
            form = await _read_form(request)
            body = desk.issue(form)
        except NotAdmittedError as error:
            return _reject(error.status, "invalid_request", str(error))
        except _TokenError as error:
            return _reject(error.status, error.code, str(error))
        return JSONResponse(body, headers=_UNCACHED)

    return answer


def _reject(status: int, code: str, text: str) -> JSONResponse:
    return JSONResponse({"error": code, "error_description": text}, status, _UNCACHED)


async def _read_form(request: Request) -> dict[str, str]:
    content_type, _, _ = request.headers.get("content-type", "").partition(";")
    if content_type.strip().lower() != _FORM:
        raise _TokenError(400, "invalid_request", f"The body has to be {_FORM}.")
    body = await read_body(request, _LONGEST_FORM)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _is_secret(accounts: Mapping[str, str], name: str, secret: str) -> bool:
    """Whether this is the secret of an account with this name."""
    return name in accounts and _is_same(secret, accounts[name])


def _is_same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
