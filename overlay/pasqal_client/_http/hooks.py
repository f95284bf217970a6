"""What is told about requests: to the logger `pasqal_client` and to the caller's hooks; never with a secret."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from .._checks import plain_function
from .._log import log, logger
from ..errors import ConfigurationError, printable
from .error_bodies import destination, request_id, shown
from .redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


_SECRET_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})


@frozen
class SentRequest:
    """A request as a hook sees it, without secrets.

    Attributes:
        method: the HTTP method.
        url: the whole address.
        headers: the headers, by lower-case name.
        attempt: its number, from 1.
    """

    method: str
    url: str
    headers: dict[str, str]
    attempt: int


@frozen
class ReceivedResponse:
    """An answer, or the lack of one, as a hook sees it, without secrets.

    Attributes:
        request: the request.
        status: the HTTP status; None if there was no answer.
        headers: the headers, by lower-case name.
        elapsed: seconds that the attempt took.
        request_id: the service's id of the request.
        error: why the attempt failed; None if it did not.
    """

    request: SentRequest
    status: int | None
    headers: dict[str, str]
    elapsed: float
    request_id: str | None
    error: str | None


@frozen
class Observer:
    """Tells the logger and the hooks.

    Attributes:
        clean: takes secrets out of a text.
        on_request: called before each attempt.
        on_response: called after each attempt.
    """

    clean: Callable[[str], str] = str
    on_request: Callable[[SentRequest], object] | None = field(default=None, repr=False)
    on_response: Callable[[ReceivedResponse], object] | None = field(default=None, repr=False)

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens."""
        return (
            self.on_request is None
            and self.on_response is None
            and not logger.isEnabledFor(logging.DEBUG)
        )

    def sent(self, request: httpx.Request, attempt: int) -> SentRequest | None:
        """Tell that an attempt begins."""
        if self.is_idle:
            return None
        url = printable(self.clean(str(request.url)), 4096)
        seen = SentRequest(request.method, url, _shown(request.headers, self.clean), attempt)
        if self.on_request is not None:
            _call(self.on_request, seen)
        return seen

    def received(
        self,
        seen: SentRequest | None,
        status: int | None,
        headers: httpx.Headers,
        elapsed: float,
        error: str | None,
        clean: Callable[[str], str] | None = None,
    ) -> None:
        """Tell how an attempt ended.

        Args:
            seen: what `sent` returned.
            status: the HTTP status; None if there was no answer.
            headers: the headers.
            elapsed: seconds that the attempt took.
            error: why it failed; None if it did not.
            clean: takes secrets out of a text, if the answer brought some that the observer does
                not know.
        """
        if seen is None:
            return
        clean = clean or self.clean
        trace = request_id(headers, clean)
        response = ReceivedResponse(seen, status, _shown(headers, clean), elapsed, trace, error)
        log(
            logging.DEBUG,
            "%s %s -> %s, attempt %d, %.3f s%s%s",
            seen.method,
            seen.url,
            "no answer" if status is None else status,
            seen.attempt,
            elapsed,
            f", request id {trace}" if trace else "",
            f": {error}" if error else "",
        )
        if self.on_response is not None:
            _call(self.on_response, response)


def _shown(headers: httpx.Headers, clean: Callable[[str], str]) -> dict[str, str]:
    """The headers without secrets, by lower-case name: an echo may stand in a name, too."""
    written = [name.decode(headers.encoding) for name, _ in headers.raw]
    # Not in lower case yet: a secret would not be found in that.
    names = {name.lower(): shown(name, clean).lower() for name in written}
    return {names[name]: _shown_header(name, value, clean) for name, value in headers.items()}


def _shown_header(name: str, value: str, clean: Callable[[str], str]) -> str:
    if name in _SECRET_HEADERS:
        return MASK
    return destination(value, clean) if name == "location" else shown(value, clean)


def checked_hook(hook: object, name: str) -> Any:
    """The hook, or None, if it can be called from both clients.

    Raises:
        ConfigurationError: it cannot be called, or would have to be awaited.
    """
    try:
        return plain_function(name, hook)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def _call(hook: Callable[[Any], object], event: object) -> None:
    try:
        hook(event)
    except Exception:
        log(logging.ERROR, "a hook failed", exc_info=True)


class _StderrHandler(logging.Handler):
    """Writes to what is stderr at the time, as tests and notebooks exchange it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(f"{self.format(record)}\n")
        except Exception:
            self.handleError(record)


_TO_STDERR: Final = _StderrHandler()
_TO_STDERR.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))


def log_to_stderr(level: str) -> None:
    """Show our log on stderr from a level on; asked for by `PASQAL_LOG`."""
    number = logging.getLevelNamesMapping().get(level.strip().upper())
    if number is None:
        log(
            logging.WARNING,
            "PASQAL_LOG: %r is not a level; use debug, info, warning or error",
            printable(level, 40),
        )
        return
    logger.setLevel(number)
    logger.addHandler(_TO_STDERR)  # a second time changes nothing
