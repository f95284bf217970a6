"""Credentials: a token, a function, an account or a service account, and how each gets a token.

None of them shows or pickles its secrets, nor leaves one in a variable when it raises an error, as a
traceback may show variables. The addresses and names of the token endpoints are those
that the official client uses.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, Protocol
from urllib.parse import urlsplit

from .._display import quoted
from .._http.error_bodies import oauth_reason
from .._http.error_context import ErrorContext
from .._http.redaction import SecretDict, redacted, spellings
from .._http.urls import checked_address
from .._late_modules import asyncio
from ..errors import APIError, AuthenticationError, ConfigurationError, ResponseError
from .token_grant import Grant, owner_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_ACCOUNT_API: Final = "https://apis.pasqal.cloud/account/api"
AUDIENCE: Final = f"{_ACCOUNT_API}/v1"
"""The OAuth audience of the tokens: a name, not an address that is asked."""


def _secret(value: object, name: str) -> str:
    try:
        if not isinstance(value, str) or not value:
            raise ConfigurationError(f"{name}: expected text that is not empty")
        # What Python makes of bytes in a variable that are not UTF-8; it could not be sent.
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise ConfigurationError(f"{name}: it is not valid UTF-8")
        return value
    finally:
        del value


class _Endpoint(NamedTuple):
    """Where a region's accounts sign in.

    Attributes:
        url: the token endpoint.
        client_id: the id of this kind of client.
        realm: the realm of the accounts.
        grant_type: the name of the password grant.
    """

    url: str
    client_id: str
    realm: str
    grant_type: str


_ENDPOINTS: Final = {
    "fr": _Endpoint(
        "https://authenticate.pasqal.cloud/oauth/token",
        "PeZvo7Atx7IVv3iel59asJSb4Ig7vuSB",
        "pcs-users",
        "http://auth0.com/oauth/grant-type/password-realm",
    ),
    "sa": _Endpoint(
        "https://auth.sa.pasqal.cloud/realms/pasqal-cloud/protocol/openid-connect/token",
        "cloud-sdk",
        "pasqal-cloud",
        "password",
    ),
}


class Post(Protocol):
    """Posts a form to a token endpoint and returns the decoded answer."""

    def __call__(self, url: str, form: dict[str, str]) -> Any:
        """Post the form; with the async client the answer is to be awaited."""
        ...


class Credentials:
    """What a client signs in with. The kinds are the subclasses; none of them shows or pickles its secrets.

    Attributes:
        kind (str): what kind it is, as its `repr` shows.
        is_refreshable (bool): whether it can get another token when the service rejects one.
        account (str): whose they are, in every process alike; empty if that is not known.
        url (str): the token endpoint, if there is one: proxies and TLS are made ready for this
            address, and for no other.
    """

    kind = "credentials"
    is_refreshable = True
    account = ""
    url = ""

    def secrets(self) -> list[str]:
        """What must not be shown anywhere."""
        return []

    def obtain(self, post: Post) -> Grant:
        """Get a token.

        Args:
            post: posts a form to the token endpoint.
        """
        raise NotImplementedError

    async def obtain_async(self, post: Post) -> Grant:
        """Get a token for the async client.

        Args:
            post: posts a form to the token endpoint; its answer is to be awaited.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{self.kind}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "credentials do not pickle: a pickle would carry their secrets; make new ones where they are needed"
        )


class Anonymous(Credentials):
    """No credentials, for what needs no token; whatever does fails before it is sent."""

    kind = "anonymous"
    is_refreshable = False

    def obtain(self, post: Post) -> Grant:
        """Say what is missing."""
        raise ConfigurationError(
            "the client is anonymous, and without signing in there are only the public devices and their "
            "specifications: make a client without anonymous=True and with token=…, username=… and password=…, or "
            "client_id=… and client_secret=…, or set the variable PASQAL_TOKEN"
        )

    async def obtain_async(self, post: Post) -> Grant:
        """Say what is missing."""
        return self.obtain(post)


class StaticToken(Credentials):
    """A token that the caller has; once the service rejects it, none can be fetched."""

    kind = "token"
    is_refreshable = False

    def __init__(self, token: str) -> None:
        try:
            self._grant = Grant.of(token)
        finally:
            del token
        self.account: str = owner_of(self._grant.token)

    def secrets(self) -> list[str]:
        """The token."""
        return [self._grant.token]

    def obtain(self, post: Post) -> Grant:
        """The token."""
        return Grant(self._grant.token)

    async def obtain_async(self, post: Post) -> Grant:
        """The token."""
        return Grant(self._grant.token)


_NOT_TEXT: Final = object()
"""Stands for a token that a function could not decode."""


class CallableToken(Credentials):
    """A function that returns a token, called again when the token expires or is rejected.

    With the async client it may be a coroutine function; a plain one runs in a thread.
    """

    kind = "token function"

    def __init__(self, function: Callable[[], str] | Callable[[], Awaitable[str]]) -> None:
        self._function: Callable[[], Any] = function

    def obtain(self, post: Post) -> Grant:
        """Call the function."""
        token = self._call()
        try:
            if inspect.isawaitable(token):
                # Python would warn of a coroutine that was never awaited.
                if inspect.iscoroutine(token):
                    token.close()
                raise ConfigurationError(
                    "token: the sync client needs a plain function, not a coroutine function"
                )
            return Grant.of(self._checked(token), source="token function")
        finally:
            del token

    async def obtain_async(self, post: Post) -> Grant:
        """Call the function, in a thread unless it is a coroutine function."""
        if inspect.iscoroutinefunction(self._function):
            token = self._function()
        else:
            # It may block, and other tasks of the loop must not wait for it.
            token = await asyncio.to_thread(self._call)
        try:
            # Other functions may return an awaitable, too: a partial, or an object that is called.
            if inspect.isawaitable(token):
                token = await _awaited_token(token)
            return Grant.of(self._checked(token), source="token function")
        finally:
            del token

    def _call(self) -> Any:
        try:
            return self._function()
        except StopIteration:
            # Neither a generator nor a future can pass it on.
            raise ConfigurationError("token function: it has no more tokens") from None
        except UnicodeDecodeError:
            # This error holds the bytes that were read. The one that is raised must not carry it along.
            return _NOT_TEXT

    def _checked(self, token: Any) -> Any:
        if token is _NOT_TEXT:
            name = getattr(self._function, "__qualname__", type(self._function).__name__)
            raise ConfigurationError(f"token function {name}: what it read is not text in UTF-8")
        return token


async def _awaited_token(token: Awaitable[Any]) -> Any:
    try:
        return await token
    except UnicodeDecodeError:
        return _NOT_TEXT


class _Form(Credentials):
    """Credentials that a token endpoint exchanges for a token."""

    def form(self) -> dict[str, str]:
        """The fields of the form."""
        raise NotImplementedError

    def obtain(self, post: Post) -> Grant:
        """Ask the token endpoint."""
        judged = self._judge(post(self.url, SecretDict(self.form())))
        return _grant_or_raise(judged)

    async def obtain_async(self, post: Post) -> Grant:
        """Ask the token endpoint."""
        judged = self._judge(await post(self.url, SecretDict(self.form())))
        return _grant_or_raise(judged)

    def _judge(self, answer: dict[str, Any]) -> Grant | APIError:
        """The token in an answer of the endpoint, or the error that the answer means."""
        # An error is returned, not raised: a traceback that shows variables would show the answer.
        context = ErrorContext("POST", urlsplit(self.url).path, self._clean, changes=False)
        token = answer.get("access_token")
        if answer.get("error") and not token:
            reason = oauth_reason(answer) or "the token endpoint gave no reason"
            return context.error(AuthenticationError, f"signing in failed: {reason}", status=200)
        try:
            _check_token_type(answer.get("token_type"))
            return Grant.of(token, answer.get("expires_in"), "access_token")
        except ConfigurationError as error:
            reason = f"the token endpoint's answer cannot be used: {error}"
        return context.error(ResponseError, reason, status=200)

    def _clean(self, text: str) -> str:
        masked: list[str] = []
        for secret in self.secrets():
            masked.extend(spellings(secret))
        return redacted(text, masked)


def _grant_or_raise(judged: Grant | APIError) -> Grant:
    if isinstance(judged, APIError):
        raise judged
    return judged


def _check_token_type(kind: object) -> None:
    """Reject a token that is not a bearer token: the service would reject it, or ignore it."""
    if not kind:
        return
    if not isinstance(kind, str) or kind.strip().lower() != "bearer":
        raise ConfigurationError("token_type: expected Bearer, got another type")


class PasswordCredentials(_Form):
    """The name and password of an account.

    Args:
        username: the account's name.
        password: its password.
        region: `fr` or `sa`, whose token endpoint is asked.
        token_url: another token endpoint, with the region's other settings; plain http for loopback
            hosts only.

    Raises:
        ConfigurationError: an argument is malformed, or the region is unknown.
    """

    kind = "password"

    def __init__(
        self, username: str, password: str, *, region: str = "fr", token_url: str | None = None
    ) -> None:
        try:
            self._endpoint = _endpoint(region)
            self._username = _secret(username, "username")
            self._password = _secret(password, "password")
            self.url: str = _token_url(token_url, self._endpoint)
        finally:
            del password, token_url
        self.account: str = self._username

    def secrets(self) -> list[str]:
        """The password."""
        return [self._password]

    def form(self) -> dict[str, str]:
        """The fields of the password grant."""
        return {
            "client_id": self._endpoint.client_id,
            "grant_type": self._endpoint.grant_type,
            "realm": self._endpoint.realm,
            "audience": AUDIENCE,
            "username": self._username,
            "password": self._password,
        }


class ClientCredentials(_Form):
    """The id and secret of a service account.

    Args:
        client_id: the account's id.
        client_secret: its secret.
        region: `fr` or `sa`, whose token endpoint is asked.
        token_url: another token endpoint; plain http for loopback hosts only.

    Raises:
        ConfigurationError: an argument is malformed, or the region is unknown.
    """

    kind = "client credentials"

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        region: str = "fr",
        token_url: str | None = None,
    ) -> None:
        try:
            self._client_id = _secret(client_id, "client_id")
            self._client_secret = _secret(client_secret, "client_secret")
            self.url: str = _token_url(token_url, _endpoint(region))
        finally:
            del client_secret, token_url
        self.account: str = self._client_id

    def secrets(self) -> list[str]:
        """The secret."""
        return [self._client_secret]

    def form(self) -> dict[str, str]:
        """The fields of the client credentials grant."""
        return {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "audience": AUDIENCE,
        }


def _token_url(given: str | None, endpoint: _Endpoint) -> str:
    try:
        if given is None:
            return endpoint.url
        return checked_address(given, "token_url", endpoint.url)
    finally:
        # There may be a password in it.
        del given


def _endpoint(region: str) -> _Endpoint:
    endpoint = None
    if isinstance(region, str):
        endpoint = _ENDPOINTS.get(region.lower())
    if endpoint is None:
        known = ", ".join(_ENDPOINTS)
        raise ConfigurationError(
            f"region: no token endpoint is known for {quoted(region)}, only for {known}"
        )
    return endpoint
