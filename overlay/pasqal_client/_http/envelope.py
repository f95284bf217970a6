"""How the answers of the service itself are taken: each is an envelope, a JSON object with `data` in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .outcomes import judge_answer
from .received_answer import BodyReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .error_context import ErrorContext
    from .outcomes import FailedAttempt
    from .transport.library import httpx


class Envelope:
    """What `Attempts` asks about a request of the service; `FileDownload` has the same for a file.

    Attributes:
        origin (str | None): scheme and host of the request, if no more of its address may be
            shown; else None.
    """

    origin: str | None = None

    def prepare(self, request: httpx.Request) -> None:
        """Nothing changes from attempt to attempt."""

    def shown_headers(self, headers: httpx.Headers) -> httpx.Headers:
        """The headers of an answer as the log and the hooks may show them."""
        return headers

    def reader(self, response: httpx.Response, ends: float) -> BodyReader:
        """What takes the body of an answer.

        Args:
            response: the answer, without its body.
            ends: when the attempt has to be over, by `time.monotonic`.

        Raises:
            UnpackingError: the body is in an encoding that was not offered.
        """
        encodings = response.headers.get_list("content-encoding", split_commas=True)
        return BodyReader(encodings, ends)

    def judge(
        self, status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        """Judge a complete answer; see `judge_answer`."""
        return judge_answer(status, headers, body, context)


ENVELOPE: Final = Envelope()
