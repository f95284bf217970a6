"""What is said when something goes wrong, and with which exit code: a line and a hint, never a traceback."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from .safe_text import many, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from .._writes.write import Write
    from ..errors import APIError, WaitTimeoutError


SHOWN: Final = 3
"""How many ids are shown."""


class Code(IntEnum):
    """The exit codes."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_SIGNED_IN = 3
    WAIT_FAILED = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """Something that a command cannot do, in words for the person who asked."""

    def __init__(self, message: str, hint: str = "", code: Code = Code.FAILED) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


class UsageMistake(CommandError):  # noqa: N818  # the mistake is the user's
    """The arguments do not make sense."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, Code.USAGE)


class Interrupted(Exception):  # noqa: N818  # it is not an error
    """Ctrl-C; typer would answer a KeyboardInterrupt itself, without a word about a write under way."""

    def __init__(self, write: Write | None) -> None:
        super().__init__("interrupted")
        self.write = write


def let_go(stream: TextIO | None = None) -> None:
    """Send what stdout (or that stream) still has to flush nowhere, so that Python does not complain at its end."""
    # a device
    with open(os.devnull, "wb") as nowhere, contextlib.suppress(io.UnsupportedOperation):  # noqa: PTH123
        os.dup2(nowhere.fileno(), (stream or sys.stdout).fileno())


class _Unfailing:
    """A stream, but that what it cannot take is lost."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
        except OSError:
            let_go(self._stream)
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            let_go(self._stream)


def unfailing(stream: TextIO) -> TextIO:
    """The stream for whatever is said: nobody has to hear it for a command to do its work, and to end as it does."""
    return cast("TextIO", _Unfailing(stream))


@contextmanager
def receipt() -> Iterator[None]:
    """For what is written about a change that was made: it was made, whatever becomes of that."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError):
            let_go()
        why = explained(error).message
        print(  # noqa: T201
            one_line(f"pasqal: done, but the receipt could not be written: {why}"), file=sys.stderr
        )


class Told(NamedTuple):
    """What to say, and the exit code."""

    code: Code
    message: str
    hint: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines to print."""
        return [
            one_line(f"{lead}: {text}")
            for lead, text in (("pasqal", self.message), ("hint", self.hint))
            if text
        ]


def explained(error: BaseException) -> Told:
    """What to say about an error."""
    from ..errors import APIError, ConfigurationError, PasqalError

    if isinstance(error, CommandError):
        return Told(error.code, str(error), error.hint)
    if isinstance(error, Interrupted):
        return Told(Code.INTERRUPTED, "interrupted", _about_write(error.write, sent=True))
    if isinstance(error, APIError):
        return _api(error)
    if isinstance(error, ConfigurationError):
        return Told(Code.USAGE, str(error))
    if isinstance(error, PasqalError):
        return Told(Code.FAILED, str(error))
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        return Told(Code.FAILED, f"{name}{error.strerror or error}")
    if isinstance(error, ValueError):
        return Told(Code.USAGE, str(error))
    return Told(
        Code.FAILED,
        f"unexpected {type(error).__name__}: {error}",
        f"this is a mistake in {_place(error)}",
    )


def _place(error: BaseException) -> str:
    trace, where = error.__traceback__, "this program"
    while trace is not None:
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return where


def _api(error: APIError) -> Told:
    from .. import errors
    from .._http.error_bodies import TO_FIND_OUT

    if isinstance(error, errors.AuthenticationError):
        return Told(
            Code.NOT_SIGNED_IN,
            str(error),
            "`pasqal auth status` tells what was sent; `pasqal auth login` renews it",
        )
    if isinstance(error, errors.OutcomeUnknownError):
        why = error.reason.removesuffix(TO_FIND_OUT)  # that is for programmers
        where = f"{error.method} {error.path}"
        return Told(
            Code.FAILED,
            f"it is not known whether this happened ({where}): {why}",
            _about_write(error.write, sent=True),
        )
    if isinstance(error, errors.WaitTimeoutError):
        return Told(Code.WAIT_FAILED, str(error), _resume(error))
    if isinstance(error, errors.UnknownStatusError):
        reason = str(error).split("; say what it counts as")[0]
        return Told(
            Code.WAIT_FAILED,
            reason,
            "say what such a state counts as: --unknown-status active or terminal",
        )
    code = Code.WAIT_FAILED if isinstance(error, errors.JobsFailedError) else Code.FAILED
    return Told(code, str(error), _about_write(error.write, sent=False) or _hint(error))


def _resume(error: WaitTimeoutError) -> str:
    if error.batch_id:
        return f"wait on: pasqal batches wait {error.batch_id}"
    few = 0 < len(error.ids) <= SHOWN
    return (
        f"wait on: pasqal jobs wait {' '.join(map(str, error.ids))}"
        if few
        else "the same command waits on"
    )


def _hint(error: APIError) -> str:
    from .. import errors

    if isinstance(error, errors.RateLimitError) and error.retry_after:
        return f"the service asks to wait for {error.retry_after:g} s"
    return next(
        (hint for kind, hint in _HINTS.items() if isinstance(error, getattr(errors, kind))), ""
    )


_HINTS: Final = {
    "PermissionDeniedError": "`pasqal auth status` tells which account this is",
    "NotFoundError": "check the id; what belongs to a project of others is not to be seen",
    "RateLimitError": "too many requests: wait a little and try again",
    "DeadlineError": "try again, or allow more time with --deadline; `pasqal ping` tells whether the service answers",
    "APIConnectionError": "`pasqal auth status --offline` tells which address this is",
    "ServerError": "try again later; `pasqal ping` tells whether the service answers",
    "ResponseError": "`pasqal contract-check` tells how answers depart from the contract",
}


def _about_write(write: Write | None, *, sent: bool) -> str:
    """What is known about a write that failed, and how to find out more."""
    if write is None:
        return ""
    facts = []
    if write.receipt.jobs:
        facts.append(f"cancelled before: {many(len(write.receipt.jobs), 'job')}")
    if write.unsent:
        facts.append(f"not sent: {many(len(write.unsent), 'more request')}")
    if sent:
        facts.append("it was not repeated; to find out: " + _find_out(write))
    return "; ".join(facts)


def _find_out(write: Write) -> str:
    if write.operation == "complete_batch":
        return f"complete it again (pasqal batches complete {write.batch_id}): a conflict says that it was complete"
    return f"pasqal jobs count --batch {write.batch_id} --by status"
