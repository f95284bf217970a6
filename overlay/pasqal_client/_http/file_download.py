"""One file that is fetched from a signed link: what is requested, and what an answer to that means.

Its host gets no token, no cookies, and no headers but those here. A file is not an answer of the
service: whatever keys are in it, it is not read as an envelope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ..errors import APIStatusError, ResponseError, class_for
from .compression import OFFERED
from .error_bodies import REDIRECTS, host_of_destination
from .file_link import FileLink, without_addresses
from .file_storage import RestartError
from .outcomes import FailedAttempt, decode, rejected_file
from .received_answer import BodyReader
from .retry import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._display import Clean
    from .error_context import ErrorContext
    from .file_link import FileRequest
    from .file_storage import Storage
    from .transport.library import httpx

_MOST_REDIRECTS: Final = 3
_WHOLE: Final = 200
_PART: Final = 206
_RANGE_REFUSED: Final = 416


class FileDownload:
    """A file that is fetched.

    Args:
        link: where from.
        name: what it is, for errors.
        storage: where it is put meanwhile; None for memory.

    Attributes:
        link (FileLink): where to fetch from; another one after a redirect.
        content (bytes): the file, once it was received.
        decoded (dict[str, Any]): the JSON object in it.
        is_redirected (bool): whether the last answer was a redirect that is to be followed.
    """

    def __init__(self, link: FileLink, name: str, storage: Storage | None = None) -> None:
        self.link = link
        self._name = name
        self._storage = storage
        self._redirects = 0
        self.content = b""
        self.decoded: dict[str, Any] = {}
        self.is_redirected = False

    @property
    def origin(self) -> str:
        """Scheme and host of the request: the log and the hooks show no more of its address."""
        return self.link.origin

    @property
    def uses_disk(self) -> bool:
        """Whether it is put into a file."""
        return self._storage is not None

    @property
    def description(self) -> str:
        """What errors say in place of a path."""
        return f"{self.link.origin}/…, {self._name}"

    def clean(self, clean: Clean) -> Clean:
        """A function that masks what `clean` masks, and the link."""
        return self.link.hide(clean)

    def request(self, user_agent: str) -> FileRequest:
        """The request.

        Args:
            user_agent: the value of that header.
        """
        accepted = OFFERED
        if self._storage is not None:
            # Parts of a packed file could not be put together.
            accepted = "identity"
        return self.link.request(
            {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": accepted}
        )

    def close(self) -> None:
        """Close what it is put into; what came so far stays there."""
        if self._storage is not None:
            self._storage.close()

    def prepare(self, request: httpx.Request) -> None:
        """Prepare the request for the next attempt, which continues where the last one ended."""
        request.headers.pop("Range", None)
        if self._storage is not None:
            request.headers.update(self._storage.range_headers())

    def shown_headers(self, headers: httpx.Headers) -> httpx.Headers:
        """The headers of an answer as the log and the hooks may show them."""
        return without_addresses(headers)

    def reader(self, response: httpx.Response, ends: float) -> BodyReader:
        """What takes the body of an answer.

        Args:
            response: the answer, without its body.
            ends: when the attempt has to be over, by `time.monotonic`.

        Raises:
            RestartError: the answer does not continue what is there.
            StorageError: the file cannot be written.
            UnpackingError: the body is in an encoding that was not offered.
        """
        encodings = response.headers.get_list("content-encoding", split_commas=True)
        is_file = response.status_code in (_WHOLE, _PART)
        if self._storage is None or not is_file:
            return BodyReader(encodings, ends)
        keep = self._storage.begin(response.status_code, response.headers)
        return BodyReader(encodings, ends, keep)

    def judge(
        self, status: int, headers: Mapping[str, str], body: bytes, context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        """Judge a complete answer: a success if it is the file, or a redirect to follow.

        Args:
            status: the HTTP status; any number.
            headers: the headers, by lower-case name.
            body: the whole body, unless it was put into the storage.
            context: what errors report about the request.

        Raises:
            RestartError: the file is not as long as was announced.
            StorageError: it cannot be read, or not put in its place.
        """
        self.is_redirected = False
        if status in REDIRECTS:
            return self._redirect(status, headers, context)
        if status == _RANGE_REFUSED and self._storage is not None:
            self._storage.discard()
            raise RestartError("there is nothing to continue with")
        if status == _WHOLE or (status == _PART and self._storage is not None):
            return self._take(headers, body, context)
        return rejected_file(status, headers, body, context)

    def _redirect(
        self, status: int, headers: Mapping[str, str], context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        link = self.link.redirected(headers.get("location", ""))
        self._redirects += 1
        if link is not None and self._redirects <= _MOST_REDIRECTS:
            self.link = link
            self.is_redirected = True
            return {}
        target = host_of_destination(headers.get("location", ""), context.clean)
        reason = f"a redirect to {target} is not followed: only those to the same scheme, host and port are"
        if link is not None:
            reason = f"more than {_MOST_REDIRECTS} redirects"
        kind = class_for(status)
        error: APIStatusError = context.answered(headers).error(kind, reason, status=status)
        return FailedAttempt(error, Failure("status", status))

    def _take(
        self, headers: Mapping[str, str], body: bytes, context: ErrorContext
    ) -> dict[str, Any] | FailedAttempt:
        content = body
        if self._storage is not None:
            content = self._storage.finish()
        decoded = decode(content, context.clean)
        if isinstance(decoded, dict):
            if self._storage is not None:
                self._storage.publish()
            self.content = content
            self.decoded = decoded
            return decoded
        if self._storage is not None:
            self._storage.discard()
        reason = f"expected a JSON object, got {decoded}"
        error = context.answered(headers).error(ResponseError, reason)
        return FailedAttempt(error, Failure("broken"))
