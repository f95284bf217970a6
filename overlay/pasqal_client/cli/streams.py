"""The standard streams: what is said on stderr, and what happens where a stream is closed or breaks."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any, cast

from .display.safe_text import escape

if TYPE_CHECKING:
    from typing import TextIO


def say(line: str) -> None:
    """Say something to the person, not to what reads the results."""
    print(escape(line), file=sys.stderr)  # noqa: T201


def open_missing() -> None:
    """Give every stream that a shell has closed (`>&-`) the null device: writes vanish, reads find the end."""
    # Python sets a closed stream to None. The replacements stay open until the end.
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def discard_rest(stream: TextIO | None = None) -> None:
    """Discard what stdout (or that stream) has not flushed yet.

    Python flushes again when it ends, and would complain if that failed a second time.
    """
    broken = stream or sys.stdout
    # A notebook's stream, or a test's, has no descriptor.
    with contextlib.suppress(io.UnsupportedOperation), open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), broken.fileno())


class _Unfailing:
    """A stream that loses what it cannot write."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
        except OSError:
            discard_rest(self._stream)
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            discard_rest(self._stream)


def unfailing(stream: TextIO) -> TextIO:
    """The stream, made so that writing to it never fails: a command does its work whether or not anybody listens."""
    return cast("TextIO", _Unfailing(stream))
