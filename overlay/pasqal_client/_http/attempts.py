"""One request with all its attempts: what is decided and measured on the way.

Nothing is sent and nobody waits here: the two connections, sync and async, do that and ask at each
step. The steps of an attempt are, in this order: `begin_attempt`, `prepare`, `begin_sending`,
`receive`, `complete` or `break_off`, `report`, and `pause_or_raise` before the next one.
"""

from __future__ import annotations

import random
import ssl
import time
from typing import TYPE_CHECKING, Any, Final

from .answer_kind import ENVELOPE
from .error_context import extend_reason
from .outcomes import AttemptFacts, FailedAttempt, OverdueError, judge_exception
from .received_answer import ReceivedAnswer
from .retry import may_be_repeated
from .throttle import CURRENT
from .transport.deadline import no_later
from .transport.library import httpx
from .transport.pool import HIDDEN_LOCATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._settings.config import Settings
    from .answer_kind import AnswerKind
    from .error_context import ErrorContext
    from .hooks import Observer, SentRequest
    from .received_answer import BodyReader
    from .retry import Failure

_ATTEMPT_TIMEOUTS: Final = 5
"""One attempt, body included, takes at most this many times the timeout."""

# Suffix of httpcore's event just before it sends; the protocol comes before it.
_SENDING: Final = ".send_request_headers.started"
# The same for its event just before it opens a connection.
_CONNECTING: Final = ".connect_tcp.started"

_PORTS: Final = {"http": 80, "https": 443}


class Dispatch:
    """Whether a request was sent, and what keeps it from being sent too late.

    Only httpcore knows when it begins to send: it calls the `trace` extension of a request. A write
    that fails before that has certainly not taken effect and may be repeated; after that, nobody
    can tell.

    Attributes:
        ends (float): when the attempt has to be over, by `time.monotonic`.
        is_sent (bool): whether the request was sent, at least in part.
        peer (str): host and port of the last connection that was to be opened, which may lead to a
            proxy; empty if none was.
    """

    def __init__(self) -> None:
        self.ends = 0.0
        self.is_sent = False
        self.peer = ""
        self._connected: Any = None

    def note(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of an event of httpcore: the `trace` extension of a sync request.

        Raises:
            OverdueError: the request is about to be sent, and it is too late for that.
        """
        # A proxy is first asked for a tunnel, by a request that looks like ours.
        if event.endswith(_SENDING) and info["request"].method != b"CONNECT":
            if time.monotonic() >= self.ends:
                raise OverdueError
            self.is_sent = True
        elif event.endswith(_CONNECTING):
            self.peer = _peer(info["host"], info["port"])

    async def note_async(self, event: str, info: Mapping[str, Any]) -> None:
        """The same for an async request."""
        self.note(event, info)
        if event.startswith("connection.connect_") and event.endswith(".complete"):
            self._connected = info["return_value"]
        elif event == "connection.start_tls.failed":
            # If the handshake was cancelled, httpcore forgets to close the connection.
            await self._connected.aclose()


class Attempts:
    """One request with all its attempts.

    Args:
        request: the request.
        context: what errors report about it.
        settings: its timeout, deadline and retry policy.
        observer: the log and the hooks.
        reports_sending: whether the transport reports for certain when it sends the request.
        handling: how its answer is taken: as an envelope, or as a file.

    Attributes:
        handling (AnswerKind): how its answer is taken.
        deadline (float): when all of them have to be over, by `time.monotonic`.
        dispatch (Dispatch): whether the attempt at hand has sent the request.
    """

    def __init__(
        self,
        request: httpx.Request,
        context: ErrorContext,
        settings: Settings,
        observer: Observer,
        *,
        reports_sending: bool,
        handling: AnswerKind = ENVELOPE,
    ) -> None:
        self.handling = handling
        self._request = request
        self._context = context
        self._settings = settings
        self._observer = observer
        self._reports_sending = reports_sending
        now = time.monotonic()
        longest = now + settings.deadline
        self.deadline = no_later(longest)
        self._allowed = settings.deadline
        if self.deadline < longest:
            # A wait, or the request that needs a token, has less time than the setting allows.
            self._allowed = max(0.0, self.deadline - now)
        self.dispatch = Dispatch()
        self._number = 0
        self._forget_last()

    def _forget_last(self) -> None:
        self._started = time.monotonic()
        # Whether the transport has the request; only `dispatch` knows whether it was sent.
        self._is_handed_over = False
        # What the hooks were told of it.
        self._reported: SentRequest | None = None
        self._status: int | None = None
        self._headers = httpx.Headers()

    def share_deadline(self, earlier: Attempts) -> None:
        """Be over when the request has to be that led to this one."""
        self.deadline = min(self.deadline, earlier.deadline)

    def begin_attempt(self) -> None:
        """Begin an attempt, before there is a token for it."""
        self._number += 1
        self._forget_last()
        self.dispatch.ends = self.deadline
        self.dispatch.is_sent = False

    def prepare(self) -> None:
        """Prepare the request, which may go on with a file that is there in part."""
        self.handling.prepare(self._request)

    def begin_sending(self) -> float:
        """Begin with the request itself, once there is a token.

        Returns:
            The seconds that it may take.

        Raises:
            OverdueError: no time is left for it.
        """
        self._started = time.monotonic()
        timeout = self._settings.timeout
        longest = _ATTEMPT_TIMEOUTS * timeout
        self.dispatch.ends = min(self.deadline, self._started + longest)
        left = self.dispatch.ends - self._started
        if left <= 0:
            raise OverdueError
        # It bounds each connect, read and write; all of them together are bounded by `deadline.py`.
        bound = httpx.Timeout(min(timeout, left))
        self._request.extensions["timeout"] = bound.as_dict()
        self._reported = self._observer.report_request(
            self._request, self._number, self.handling.origin
        )
        self._is_handed_over = True
        return left

    def receive(self, response: httpx.Response) -> BodyReader:
        """Take the status and the headers of an answer.

        Returns:
            What takes its body.

        Raises:
            RestartError: it does not continue the part of a file that is there.
            StorageError: the file cannot be written.
            UnpackingError: the body is in an encoding that was not offered.
        """
        if HIDDEN_LOCATION in response.extensions:
            response.headers["location"] = response.extensions[HIDDEN_LOCATION]
        self._status = response.status_code
        self._headers = response.headers
        return self.handling.reader(response, self.dispatch.ends)

    def complete(self, response: httpx.Response, body: bytes) -> ReceivedAnswer | FailedAttempt:
        """Judge an answer that was received as a whole."""
        judged = self.handling.judge(response.status_code, response.headers, body, self._context)
        if isinstance(judged, FailedAttempt):
            return judged
        return ReceivedAnswer(response, body, judged, self._context)

    def break_off(self, error: Exception) -> FailedAttempt:
        """Judge an attempt that ended in an exception, of whatever class."""
        is_late = time.monotonic() >= self.dispatch.ends
        is_overdue = is_late or isinstance(error, OverdueError)
        facts = AttemptFacts(
            number=self._number,
            is_sent=self._is_sent_if_known(),
            is_answered=self._status is not None,
            is_overdue=is_overdue,
            limit=self._limit_in_words(is_overdue),
            certificate_problem=_certificate_problem(error),
            is_without_tls=_is_without_tls(error),
            peer=self.dispatch.peer or _peer_of(self._request.url),
        )
        return judge_exception(error, self._context, facts)

    def _is_sent_if_known(self) -> bool | None:
        """Whether the attempt at hand has sent the request; None if that is not known."""
        if self.dispatch.is_sent:
            return True
        if self._reports_sending or not self._is_handed_over:
            return False
        return None

    def _limit_in_words(self, is_overdue: bool) -> str:
        """The bound that the attempt at hand has run into, or would."""
        timeout = self._settings.timeout
        if not is_overdue:
            return f"the timeout of {timeout:g} s"
        if self.dispatch.ends < self.deadline:
            return f"{_ATTEMPT_TIMEOUTS * timeout:g} s, {_ATTEMPT_TIMEOUTS} times the timeout"
        if self._allowed < self._settings.deadline:
            return f"the {self._allowed:.3g} s that were left"
        return f"the deadline of {self._settings.deadline:g} s"

    def pause_or_raise(self, failed: FailedAttempt) -> float:
        """Decide whether there is another attempt; returns the seconds until it begins.

        Args:
            failed: how the last one failed.

        Raises:
            APIError: there must be no further attempt, or no time is left for one.
        """
        now = time.monotonic()
        draw = random.random()  # noqa: S311  # jitter, not a secret
        pause = self._settings.retry.pause(
            failed.failure, self._number, draw, changes=self._context.changes
        )
        self._slow_listings_down(failed.failure, now, pause)
        left = self.deadline - now
        if pause is None or pause >= left:
            why = self._why_it_ends(failed.failure, left)
            if why:
                extend_reason(failed.error, why)
            raise failed.error
        return pause

    def _why_it_ends(self, failure: Failure, left: float) -> str:
        """Why no further attempt follows; empty where the error says so itself."""
        policy = self._settings.retry
        if not may_be_repeated(failure, changes=self._context.changes):
            return ""
        reasons = []
        is_used_up = self._number >= policy.attempts
        if is_used_up and self._number > 1:
            reasons.append(f"gave up after {self._number} attempts")
        wanted = failure.retry_after
        if wanted:
            asked = f"the service asks to wait {wanted:g} s"
            if not is_used_up:
                asked += f", and {self._limit_of_pause(wanted, left)}"
            reasons.append(asked)
        return "; ".join(reasons)

    def _limit_of_pause(self, wanted: float, left: float) -> str:
        """What keeps the request from waiting as long as the service asks, in words."""
        policy = self._settings.retry
        if not policy.obeys(wanted):
            return f"longest_retry_after is {policy.longest_retry_after:g} s"
        return f"{max(0.0, left):.3g} s are left"

    def _slow_listings_down(self, failure: Failure, now: float, pause: float | None) -> None:
        """Tell the listing for which the request is made that the service rejects some of its requests."""
        window = CURRENT.get()
        if window is None or failure.status != 429:
            return
        asked = failure.retry_after
        jitter = 0.0
        if asked is not None and not self._settings.retry.obeys(asked):
            # It ends the request that got it, and nobody else waits that long without a word.
            asked = None
        if asked is not None and pause is not None:
            # What starts again must not come all at once either.
            jitter = pause - asked
        window.note_rejection(self._started, now, asked, jitter)

    def report(self, result: ReceivedAnswer | FailedAttempt) -> None:
        """Report to the log and the hooks how the attempt at hand ended."""
        error = None
        if isinstance(result, FailedAttempt):
            error = str(result.error)
        elapsed = time.monotonic() - self._started
        self._observer.report_response(
            self._reported,
            self._status,
            self.handling.shown_headers(self._headers),
            elapsed,
            error,
            self._context.clean,
        )


def _peer_of(url: httpx.URL) -> str:
    """Host and port of an address."""
    return _peer(url.host, url.port or _PORTS.get(url.scheme, 0))


def _peer(host: str, port: int) -> str:
    if ":" in host:
        return f"[{host}]:{port}"
    return f"{host}:{port}"


def _certificate_problem(error: Exception) -> str | None:
    """What is wrong with the certificate, if an attempt failed for that; None if for anything else."""
    inner = _error_of_tls(error)
    if isinstance(inner, ssl.SSLCertVerificationError):
        return inner.verify_message
    return None


def _is_without_tls(error: Exception) -> bool:
    """Whether an attempt failed because the other side answered in plain text; it will again."""
    inner = _error_of_tls(error)
    return inner is not None and inner.reason == "WRONG_VERSION_NUMBER"


def _error_of_tls(error: Exception) -> ssl.SSLError | None:
    if not isinstance(error, httpx.ConnectError):
        return None
    # httpx's error wraps httpcore's, which wraps that of ssl. What comes before them may be any
    # error of the caller's.
    inner = _cause_of(_cause_of(error))
    if isinstance(inner, ssl.SSLError):
        return inner
    return None


def _cause_of(error: BaseException | None) -> BaseException | None:
    if error is None:
        return None
    return error.__cause__ or error.__context__
