"""The token endpoint: accounts exchange their secrets for tokens that expire on the sandbox's clock."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse

from .admission import NotAdmittedError, check_sender, limited_body
from .checks import clipped
from .clock import Clock

LONGEST_FORM = 64 * 1024
"""How many bytes of a form are read; one with a grant has a few hundred."""

_REALM_GRANT = "http://auth0.com/oauth/grant-type/password-realm"
_FORM = "application/x-www-form-urlencoded"
_NEEDED = {
    "password": ("client_id", "username", "password"),
    _REALM_GRANT: ("client_id", "realm", "username", "password"),
    "client_credentials": ("client_id", "client_secret"),
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who gets a token.

    Attributes:
        static: The token that is always valid.
        users: The password of each username.
        services: The secret of each client id.
        lifetime: How many seconds a token is good for.
    """

    static: str = field(repr=False)
    users: Mapping[str, str] = field(repr=False)
    services: Mapping[str, str] = field(repr=False)
    lifetime: int


class TokenError(Exception):
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
        self._ends: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def accepts(self, token: str) -> bool:
        """Whether the token is valid now."""
        if _same(token, self._accounts.static):
            return True
        with self._lock:
            return token in self._ends and self._clock.elapsed < self._ends[token]

    def expire(self) -> None:
        """Make all tokens that were issued invalid."""
        with self._lock:
            self._ends.clear()

    def issue(self, form: Mapping[str, str]) -> dict[str, object]:
        """The answer to a form with a grant.

        Raises:
            TokenError: The grant is unknown or incomplete, or the account or its secret is wrong.
        """
        self._check(form)
        now, lifetime = self._clock.elapsed, self._accounts.lifetime
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._forget(now)
            self._ends[token] = now + lifetime * 1_000_000
        return {"access_token": token, "token_type": "Bearer", "expires_in": lifetime}

    def _forget(self, now: int) -> None:
        # Expired ones go, so that a client that asks again and again does not fill the memory. The
        # oldest come first.
        while self._ends and next(iter(self._ends.values())) <= now:
            self._ends.popitem(last=False)

    def _check(self, form: Mapping[str, str]) -> None:
        grant = form.get("grant_type", "")
        if grant not in _NEEDED:
            raise TokenError(
                403, "unsupported_grant_type", f"Unsupported grant type: {clipped(grant)}"
            )
        for name in _NEEDED[grant]:
            if not form.get(name):
                raise TokenError(400, "invalid_request", f"Missing required parameter: {name}")
        if grant == "client_credentials":
            if not _opens(self._accounts.services, form["client_id"], form["client_secret"]):
                raise TokenError(401, "invalid_client", "Unknown client, or a wrong secret.")
        elif not _opens(self._accounts.users, form["username"], form["password"]):
            raise TokenError(403, "invalid_grant", "Wrong email or password.")


def endpoint(desk: TokenDesk) -> Callable[[Request], object]:
    """The handler of the token endpoint."""

    async def answer(request: Request) -> JSONResponse:
        try:
            check_sender(request.headers)
            body = desk.issue(await _form(request))
        except NotAdmittedError as error:
            return _refusal(error.status, "invalid_request", str(error))
        except TokenError as error:
            return _refusal(error.status, error.code, str(error))
        return JSONResponse(body, headers=_UNCACHED)

    return answer


def _refusal(status: int, code: str, text: str) -> JSONResponse:
    return JSONResponse({"error": code, "error_description": text}, status, _UNCACHED)


_UNCACHED = {"Cache-Control": "no-store"}


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise TokenError(400, "invalid_request", f"The body is to be {_FORM}.")
    body = await limited_body(request, LONGEST_FORM)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


def _opens(accounts: Mapping[str, str], name: str, secret: str) -> bool:
    return name in accounts and _same(secret, accounts[name])


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
