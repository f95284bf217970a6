"""How the answers to a request are taken: those of the service itself as envelopes, those of others as files.

An envelope is a JSON object with `data` in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from .outcomes import judge_answer
from .received_answer import BodyReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .error_context import ErrorContext
    from .outcomes import FailedAttempt
    from .transport.library import httpx


class AnswerKind(Protocol):
    """What `Attempts` asks about a request: `ENVELOPE` for the service, a `FileDownload` for a file."""

    @property
    def origin(self) -> str | None:
        """Scheme and host of the request, if no more of its address may be shown; else None."""
        ...

    @property
    def uses_disk(self) -> bool:
        """Whether `prepare`, `judge` and what takes the body read or write files."""
        ...

    def prepare(self, request: httpx.Request) -> None:
        """Prepare the request for the next attempt."""
        ...

    def shown_headers(self, headers: httpx.Headers) -> httpx.Headers:
        """The headers of an answer as the log and the hooks may show them."""
        ...

    def reader(self, response: httpx.Response, ends: float) -> BodyReader:
        """What takes the body of an answer.

        Args:
            response: the answer, without its body.
            ends: when the attempt has to be over, by `time.monotonic`.

        Raises:
            RestartError: it does not continue the part of a file that is there.
            StorageError: the file cannot be written.
            UnpackingError: the body is in an encoding that was not offered.
        """
        ...

    def judge(
        self, status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        """Judge a complete answer.

        Args:
            status: the HTTP status; any number.
            headers: the headers, by lower-case name.
            body: the whole body, unless the reader put it elsewhere.
            context: what errors report about the request.

        Returns:
            How the attempt failed; else what the answer holds, decoded: nothing where another
            request has to follow it, as after a redirect of a file.

        Raises:
            RestartError: the file is not as long as was announced.
            StorageError: it cannot be read, or not put in its place.
        """
        ...


class _Envelope:
    """How the answers of the service are taken; it is the same for all of them."""

    origin: str | None = None
    uses_disk = False

    def prepare(self, request: httpx.Request) -> None:
        """Nothing changes from attempt to attempt."""

    def shown_headers(self, headers: httpx.Headers) -> httpx.Headers:
        return headers

    def reader(self, response: httpx.Response, ends: float) -> BodyReader:
        encodings = response.headers.get_list("content-encoding", split_commas=True)
        return BodyReader(encodings, ends)

    def judge(
        self, status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        return judge_answer(status, headers, body, context)


ENVELOPE: Final[AnswerKind] = _Envelope()
