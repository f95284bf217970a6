"""What operations take and return besides models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from http import HTTPStatus


class Unset:
    """The type of `UNSET`, which stands for a request parameter that is not sent."""

    def __bool__(self) -> Literal[False]:
        return False

    # A copy or a pickle has to stay this very object: operations compare by identity.
    def __reduce__(self) -> str:
        return "UNSET"


UNSET: Unset = Unset()

T = TypeVar("T")


@define
class Response(Generic[T]):
    """The raw and the parsed answer of an operation. It is shown without what may hold secrets."""

    status_code: HTTPStatus
    content: bytes = field(repr=False)
    headers: MutableMapping[str, str] = field(repr=False)
    parsed: T


__all__ = ["UNSET", "Response", "Unset"]
