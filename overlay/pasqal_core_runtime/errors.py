"""The errors that the generated code itself raises.

`PasqalError` is defined here, and not in `pasqal_client`, because the generated code imports nothing
of that package and yet one `except` clause has to catch everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .departures import Departure


class PasqalError(Exception):
    """The root of every error that this distribution raises on purpose."""


class DepartureError(PasqalError, AttributeError):
    """An answer does not have the form that the contract promises.

    Raised when a field is read whose value was missing or unusable (as an `AttributeError`, so that
    `getattr(job, "created_at", None)` works), and at once where strictness was asked for.

    Attributes:
        departure (Departure): the path, what the contract promises, and what was there instead.
    """

    def __init__(self, departure: Departure) -> None:
        super().__init__(str(departure))
        self.departure = departure

    # Exceptions are pickled with the arguments of their base class, here the text alone.
    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.departure,)


class UnexpectedStatus(PasqalError):  # noqa: N818  # the generated operations raise it by this name
    """An operation without a documented default answer got a status that the contract does not name."""

    def __init__(self, status_code: int, content: bytes) -> None:
        super().__init__(f"the contract does not name the status {status_code} for this operation")
        self.status_code = status_code
        self.content = content

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.status_code, self.content)


__all__ = ["DepartureError", "PasqalError", "UnexpectedStatus"]
