"""What is reported about requests: to the logger `pasqal_client` and to the caller's hooks; never with a secret."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from .._checks import checked_setting, plain_function
from .._display import printable, printable_without_secrets
from .._log import log, logger
from .error_bodies import destination
from .error_context import request_id
from .redaction import MASK

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._display import Clean
    from .transport.library import httpx


_SECRET_HEADERS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_LONGEST_URL: Final = 4096
_LONGEST_LEVEL: Final = 40


@frozen
class SentRequest:
    """A request as a hook sees it, without secrets.

    Attributes:
        method (str): the HTTP method.
        url (str): the whole address; of a result file, whose address is a secret, only the host.
        headers (dict[str, str]): the headers, by lower-case name.
        attempt (int): its number, from 1.
    """

    method: str
    url: str
    headers: dict[str, str]
    attempt: int


@frozen
class ReceivedResponse:
    """An answer, or the lack of one, as a hook sees it, without secrets.

    Attributes:
        request (SentRequest): the request.
        status (int | None): the HTTP status; None if there was no answer.
        headers (dict[str, str]): the headers, by lower-case name.
        elapsed (float): seconds that the attempt took.
        request_id (str | None): the service's id of the request.
        error (str | None): why the attempt failed; None if it did not.
    """

    request: SentRequest
    status: int | None
    headers: dict[str, str]
    elapsed: float
    request_id: str | None
    error: str | None


@frozen
class Observer:
    """Reports requests and answers to the logger and the hooks.

    Attributes:
        clean: masks the secrets in a text.
        on_request: called before each attempt.
        on_response: called after each attempt.
    """

    clean: Clean
    on_request: Callable[[SentRequest], object] | None = field(default=None, repr=False)
    on_response: Callable[[ReceivedResponse], object] | None = field(default=None, repr=False)

    @property
    def is_idle(self) -> bool:
        """Whether nobody listens."""
        if self.on_request is not None or self.on_response is not None:
            return False
        return not logger.isEnabledFor(logging.DEBUG)

    def report_request(
        self, request: httpx.Request, attempt: int, origin: str | None = None
    ) -> SentRequest | None:
        """Report that an attempt begins.

        Args:
            request: the request.
            attempt: its number, from 1.
            origin: scheme and host, if no more of its address may be shown; else None.

        Returns:
            The request for `report_response`; None if nobody listens.
        """
        # Cleaning the texts takes longer than all the rest of a request does.
        if self.is_idle:
            return None
        url = f"{origin}/…"
        if origin is None:
            url = self.clean(str(request.url))
        sent = SentRequest(
            method=request.method,
            url=printable(url, _LONGEST_URL),
            headers=_printable_headers(request.headers, self.clean),
            attempt=attempt,
        )
        if self.on_request is not None:
            _call(self.on_request, sent)
        return sent

    def report_response(
        self,
        sent: SentRequest | None,
        status: int | None,
        headers: httpx.Headers,
        elapsed: float,
        error: str | None,
        clean: Clean,
    ) -> None:
        """Report how an attempt ended.

        Args:
            sent: what `report_request` returned.
            status: the HTTP status; None if there was no answer.
            headers: the headers.
            elapsed: seconds that the attempt took.
            error: why it failed; None if it did not.
            clean: masks the secrets in a text; more of them than the observer knows, if the answer
                brought some.
        """
        if sent is None:
            return
        response = ReceivedResponse(
            request=sent,
            status=status,
            headers=_printable_headers(headers, clean),
            elapsed=elapsed,
            request_id=request_id(headers, clean),
            error=error,
        )
        _log_response(response)
        if self.on_response is not None:
            _call(self.on_response, response)


def _log_response(response: ReceivedResponse) -> None:
    what = "no answer"
    if response.status is not None:
        what = str(response.status)
    end = ""
    if response.request_id:
        end += f", request id {response.request_id}"
    if response.error:
        end += f": {response.error}"
    log(
        logging.DEBUG,
        "%s %s -> %s, attempt %d, %.3f s%s",
        response.request.method,
        response.request.url,
        what,
        response.request.attempt,
        response.elapsed,
        end,
        method=response.request.method,
        path=_path_of(response.request.url),
        status=response.status,
        attempt=response.request.attempt,
        request_id=response.request_id,
        seconds=response.elapsed,
    )


def _path_of(url: str) -> str:
    """The path of an address that may be masked, or cut, and so unfit for a parser."""
    _, _, rest = url.partition("://")
    _, _, path = rest.partition("/")
    path, _, _ = path.partition("?")
    return f"/{path}"


def _printable_headers(headers: httpx.Headers, clean: Clean) -> dict[str, str]:
    """The headers without secrets, by lower-case name: an echo may stand in a name, too."""
    names = {}
    for raw, _ in headers.raw:
        name = raw.decode(headers.encoding)
        # Put into lower case only now: in lower case, a secret would not be recognised.
        shown = printable_without_secrets(name, clean)
        names[name.lower()] = shown.lower()
    result = {}
    for name, value in headers.items():
        result[names[name]] = _printable_header(name, value, clean)
    return result


def _printable_header(name: str, value: str, clean: Clean) -> str:
    if name in _SECRET_HEADERS:
        return MASK
    if name == "location":
        return destination(value, clean)
    return printable_without_secrets(value, clean)


def checked_hook(hook: object, name: str) -> Any:
    """The hook, or None, if it can be called from both clients.

    Raises:
        ConfigurationError: it cannot be called, or would have to be awaited.
    """
    return checked_setting(plain_function, name, hook)


def _call(hook: Callable[[Any], object], event: object) -> None:
    try:
        hook(event)
    except Exception:
        # It only listens: what it raises must not cost the answer to a request.
        log(logging.ERROR, "a hook failed", exc_info=True)


class _StderrHandler(logging.Handler):
    """Writes to what is stderr at the time, as tests and notebooks replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
            sys.stderr.write(f"{line}\n")
        except Exception:
            self.handleError(record)


_TO_STDERR: Final = _StderrHandler()
_TO_STDERR.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))


def log_to_stderr(level: str) -> None:
    """Show our log on stderr from a level on; asked for by `PASQAL_LOG`."""
    # Also for a level that is none: who asks for the log has to see that. A second time changes nothing.
    logger.addHandler(_TO_STDERR)
    name = level.strip().upper()
    number = logging.getLevelNamesMapping().get(name)
    if number is None:
        log(
            logging.WARNING,
            "PASQAL_LOG: %r is not a level; use debug, info, warning or error",
            printable(level, _LONGEST_LEVEL),
        )
        return
    logger.setLevel(number)
