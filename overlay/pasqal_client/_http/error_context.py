"""What errors report about a request and its answer, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from .._display import LONGEST_CLEANED, REASON_LENGTH, printable, printable_without_secrets
from .redaction import granted, redacted, spellings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pasqal_core_runtime.response import Response

    from .._display import Clean
    from ..errors import APIError

E = TypeVar("E", bound="APIError")

_REQUEST_ID_HEADERS: Final = (
    "x-request-id",
    "x-correlation-id",
    "x-amzn-requestid",
    "cf-ray",
    "request-id",
    "x-requestid",
    "x-amz-request-id",
    "apigw-requestid",
    "x-ms-request-id",
    "x-amzn-trace-id",
    "x-trace-id",
    "traceparent",
)
"""The headers that may have the service's id of a request; the first one that has it is used."""

NO_REASON: Final = "the service gave no reason"

_LONGEST_ID: Final = 200
# Bytes of a token endpoint's answer; a larger one is not searched for tokens.
_LARGEST_GRANT: Final = 8 * 2**20


def _mask_tokens(text: str) -> str:
    """The text with everything masked that looks like a token, where no secret is known."""
    return redacted(text, ())


class ErrorContext:
    """What errors report about a request and its answer, without secrets.

    The connection makes one for each request, and it travels with the headers of the answer. So
    errors that are raised after an answer report the request as it was sent:
    `ErrorContext.of_answer(response).error(ResponseError, "…")`.

    Attributes:
        method (str): the HTTP method.
        changes (bool): whether the request changes something.
        asks_for_token (bool): whether it asks for a token. Then nothing of an answer is shown but
            what the protocol has for reasons: the rest may be the token.

    Args:
        method: the HTTP method.
        path: the path as it is sent.
        clean: masks the secrets in a text.
        changes: whether the request changes something.
        asks_for_token: whether it asks for a token.
    """

    __slots__ = ("_clean", "_headers", "_path", "_tokens", "asks_for_token", "changes", "method")

    def __init__(
        self,
        method: str,
        path: str,
        clean: Clean = _mask_tokens,
        *,
        changes: bool,
        asks_for_token: bool = False,
    ) -> None:
        self.method = method
        self._path = path
        self.changes = changes
        self.asks_for_token = asks_for_token
        self._clean = clean
        self._headers: Mapping[str, str] = {}
        self._tokens: list[str] = []

    @classmethod
    def of_answer(cls, response: Response[Any]) -> ErrorContext:
        """The context that came with an answer: its errors have method, path and request id.

        Args:
            response: what a generated operation returned (`sync_detailed`, `asyncio_detailed`).
        """
        context = getattr(response.headers, "error_context", None)
        if not isinstance(context, ErrorContext):
            # `client.api` was given another connection than ours, which says nothing of the request.
            context = cls("", "", changes=False)
        return context.answered(response.headers)

    def answered(self, headers: Mapping[str, str]) -> ErrorContext:
        """The same context once there is an answer: its errors have the answer's request id.

        Args:
            headers: the headers of the answer, by lower-case name.
        """
        answered = ErrorContext(
            self.method,
            self._path,
            self._clean,
            changes=self.changes,
            asks_for_token=self.asks_for_token,
        )
        answered._headers = headers
        answered._tokens = self._tokens
        return answered

    @property
    def path(self) -> str:
        """The path as it was sent, without secrets."""
        # Cleaned when it is shown: most requests succeed.
        return printable(self._clean(self._path))

    @property
    def request_id(self) -> str | None:
        """The service's id of the request; None without an answer, or where it has none."""
        return request_id(self._headers, self.clean)

    def learn(self, body: bytes) -> None:
        """Remember the tokens in the answer of a token endpoint, to keep them out of all texts from now on."""
        if self.asks_for_token:
            text = body[:_LARGEST_GRANT].decode("utf-8", "replace")
            self._tokens = []
            for token in granted(text):
                self._tokens.extend(spellings(token))

    def clean(self, text: str) -> str:
        """The text without secrets."""
        cleaned = self._clean(text)
        if not self._tokens:
            return cleaned
        return redacted(cleaned, self._tokens)

    def printable(self, text: str, length: int = REASON_LENGTH) -> str:
        """The text without secrets, in one line, cut to a length."""
        return printable_without_secrets(text, self.clean, length)

    def error(self, kind: type[E], reason: str, *, status: int | None = None) -> E:
        """An error about the request; its texts are cleaned of secrets and control characters.

        Args:
            kind: the class of the error.
            reason: what went wrong.
            status: the HTTP status of the answer; None if there was no answer, or if the error is
                not about its status.
        """
        return kind(
            self.printable(reason) or NO_REASON,
            status=status,
            method=self.method,
            path=self.path,
            request_id=self.request_id,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """A pickle has neither the answer nor the cleaning function, which knows the secrets."""
        return _restored, (self.method, self.path, self.changes, self.asks_for_token)


def _restored(method: str, path: str, changes: bool, asks_for_token: bool) -> ErrorContext:
    return ErrorContext(method, path, changes=changes, asks_for_token=asks_for_token)


def extend_reason(error: APIError, text: str) -> None:
    """Add a clause to the reason of an error that is not raised yet, or passes by."""
    error.reason += f"; {text}"
    # Those are what `Exception` itself shows.
    error.args = (error.reason,)


def request_id(headers: Mapping[str, str], clean: Clean) -> str | None:
    """The service's id of a request, as it can be shown.

    Args:
        headers: the headers of the answer, by lower-case name.
        clean: masks the secrets in a text.
    """
    for name in _REQUEST_ID_HEADERS:
        # Control characters go first: a secret may stand in pieces between them.
        joined = printable(headers.get(name, ""), LONGEST_CLEANED, gap="")
        found = printable(clean(joined), _LONGEST_ID)
        if found:
            return found
    return None
