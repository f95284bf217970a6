"""Where a file is put while it arrives, so that an interrupted one is continued, and what may go wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class RestartError(Exception):
    """A file has to be fetched from its beginning: the answer does not continue what is there of it."""


class StorageError(Exception):
    """A file cannot be written or read on this machine; sending again would not help."""


class Storage(Protocol):
    """A place for one file."""

    def range_headers(self) -> dict[str, str]:
        """The headers that ask for what is still missing; none if that is everything."""
        ...

    def begin(self, status: int, headers: Mapping[str, str]) -> Callable[[bytes], object]:
        """Take the head of an answer; returns what takes the pieces of its body.

        Raises:
            RestartError: the answer does not continue what is there.
            StorageError: the file cannot be written.
        """
        ...

    def finish(self) -> bytes:
        """The whole content.

        Raises:
            RestartError: it is not as long as was announced.
            StorageError: it cannot be read.
        """
        ...

    def publish(self) -> None:
        """Put the whole file, once it is known to be what was wanted, in its final place.

        Raises:
            StorageError: something else is there, or it cannot be moved.
        """
        ...

    def discard(self) -> None:
        """Forget what is there: it is not what was wanted."""
        ...

    def close(self) -> None:
        """Close the file; what came so far stays there."""
        ...
