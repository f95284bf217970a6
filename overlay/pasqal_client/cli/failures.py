"""What is printed when something goes wrong: `explain` makes of any error a line, a hint and an exit code.

Here are also the exit codes, and the exceptions of the command line itself.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .display.safe_text import one_line
from .display.words import many, name_some
from .streams import discard_rest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .. import Write, WriteDepartureError
    from ..errors import (
        APIError,
        AuthenticationError,
        JobsFailedError,
        NotFoundError,
        OutcomeUnknownError,
        UnknownStatusError,
        WaitTimeoutError,
    )


_REPEATED: Final = 3
"""How many ids a hint repeats in the command that it gives."""
AGAIN: Final = "{again}"
"""Stands in a hint, after a command: for the options that said which service to ask, and as whom."""
_LONGEST_STATE: Final = 40
"""Characters of an unknown state that are shown; the service may send anything."""


class ExitCode(IntEnum):
    """The exit codes."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_SIGNED_IN = 3
    WAIT_FAILED = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """Something that a command cannot do, in words for the person who asked."""

    def __init__(self, message: str, hint: str = "", code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


class UsageMistake(CommandError):  # noqa: N818  # the mistake is the user's
    """The arguments do not make sense."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint, ExitCode.USAGE)


class Interrupted(Exception):  # noqa: N818  # it is not an error
    """Ctrl-C. Typer would handle a KeyboardInterrupt itself, without mentioning a write under way."""

    def __init__(self, write: Write | None) -> None:
        super().__init__("interrupted")
        self.write = write


@contextmanager
def attach(**facts: object) -> Iterator[None]:
    """Attach facts to whatever goes wrong in the block, an interruption included; what is said of it may need them.

    Args:
        **facts: `given`, the arguments of the command by name; `remedy`, what to do where the
            service does not accept the credentials; or `next_steps`, how to go on from what was
            done.
    """
    try:
        yield
    except BaseException as error:
        vars(error).update(facts)
        raise


def _attached(error: BaseException, fact: str, default: Any) -> Any:
    return vars(error).get(fact, default)


@contextmanager
def guard_receipt() -> Iterator[None]:
    """Print the receipt of a change inside this: if that fails, the change was made all the same."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError):
            discard_rest()
        why = explain(error).message
        line = one_line(f"pasqal: done, but the receipt could not be written: {why}")
        print(line, file=sys.stderr)  # noqa: T201


@dataclass(frozen=True)
class Explanation:
    """What to say about an error, and the exit code."""

    code: ExitCode
    message: str
    hint: str = ""

    @property
    def lines(self) -> list[str]:
        """The lines to print."""
        lines = [f"pasqal: {self.message}"]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        # Much of the text comes from the service, so it may hold anything.
        return [one_line(line) for line in lines]


def explain(error: BaseException) -> Explanation:
    """Say what went wrong, whatever the error is."""
    explanation = _explain(error)
    again = ""
    where = _attached(error, "given", {}).get("where")
    if where is not None:
        again = where.again
    hints = [explanation.hint, _attached(error, "next_steps", "")]
    hint = "; ".join(filter(None, hints))
    return replace(explanation, hint=hint.replace(AGAIN, again))


def _explain(error: BaseException) -> Explanation:
    from ..errors import APIError, ConfigurationError, PasqalError, WriteDepartureError

    if isinstance(error, CommandError):
        return Explanation(error.code, str(error), error.hint)
    if isinstance(error, Interrupted):
        return _explain_interruption(error)
    if isinstance(error, APIError):
        return _explain_api_error(error)
    if isinstance(error, WriteDepartureError):
        return _explain_write_departure(error)
    # A ConfigurationError is a ValueError as well as a PasqalError: the order matters.
    if isinstance(error, ConfigurationError):
        return Explanation(ExitCode.USAGE, str(error))
    if isinstance(error, PasqalError):
        return Explanation(ExitCode.FAILED, str(error))
    if isinstance(error, OSError):
        return Explanation(ExitCode.FAILED, _describe_os_error(error))
    # The library checks arguments with ValueErrors, and these are what was typed.
    if isinstance(error, ValueError):
        return Explanation(ExitCode.USAGE, _name_option(error))
    return _explain_unexpected(error)


def _explain_unexpected(error: BaseException) -> Explanation:
    # Of pathlib: a completion is installed in the home.
    if isinstance(error, RuntimeError) and "home directory" in str(error):
        return Explanation(ExitCode.FAILED, "no home directory is known: set HOME")
    return Explanation(
        ExitCode.FAILED,
        f"unexpected {type(error).__name__}: {error}",
        f"this is a bug in pasqal-client{_place_of(error)}; please report it",
    )


def _name_option(error: ValueError) -> str:
    """The text of an error of the library, with the option that was typed in the place of its argument."""
    argument, colon, rest = str(error).partition(": ")
    if _attached(error, "given", {}).get(argument) is None:
        return str(error)
    return f"--{argument.replace('_', '-')}{colon}{rest}"


def _describe_os_error(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _place_of(error: BaseException) -> str:
    """Where the error was raised; nothing if it never was."""
    trace = error.__traceback__
    place = ""
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename).name
        place = f" ({file}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place


# ----------------------------------------------------------------------------------------------------------------------
# Errors of the library


def _explain_api_error(error: APIError) -> Explanation:
    from .. import errors

    for name, explain_kind in _KINDS.items():
        if isinstance(error, getattr(errors, name)):
            return explain_kind(error)
    hint = "; ".join(_facts(error.write)) or _general_hint(error)
    return Explanation(ExitCode.FAILED, str(error), hint)


def _explain_not_accepted(error: AuthenticationError) -> Explanation:
    shown = f"`pasqal auth status --offline{AGAIN}` shows which credentials were sent"
    hint = "; ".join([*_facts(error.write), _attached(error, "remedy", shown)])
    return Explanation(ExitCode.NOT_SIGNED_IN, str(error), hint)


def _explain_not_found(error: NotFoundError) -> Explanation:
    from .._http.urls import names_item

    hint = "check the id; this account sees only what is in its own projects"
    if "/devices" in error.path:
        devices = f"`pasqal devices list{AGAIN}` shows which devices there are"
        hint = f"{devices}; emulators have no specification"
    if error.status is not None and not names_item(error.path):
        hint = f"check the address: `pasqal auth status --offline{AGAIN}` shows it"
    return Explanation(ExitCode.FAILED, str(error), "; ".join([*_facts(error.write), hint]))


def _explain_unknown_outcome(error: OutcomeUnknownError) -> Explanation:
    request = f"{error.method} {error.path}"
    # The rest of the reason is advice for programmers: it names a method.
    message = f"this request may or may not have taken effect ({request}): {error.problem}"
    return Explanation(ExitCode.FAILED, message, _describe_sent(error, error.write))


def _explain_interruption(error: Interrupted) -> Explanation:
    write = error.write
    message = "interrupted"
    hint = "; ".join(_facts(write))
    if write is None:
        return Explanation(ExitCode.INTERRUPTED, message)
    if write.did_not_happen:
        message = "interrupted; the request that changes something was not sent"
    elif write.carried_out:
        message = "interrupted; the last request was carried out"
    else:
        message = "interrupted; the last request may or may not have taken effect"
        hint = _describe_sent(error, write)
    return Explanation(ExitCode.INTERRUPTED, message, hint)


def _explain_write_departure(error: WriteDepartureError) -> Explanation:
    # The error's own text refers to its attributes; here the receipt was printed.
    message = (
        f"the request was carried out, but its answer departs from the contract: {error.departure}"
    )
    return Explanation(ExitCode.FAILED, message, "; ".join(_unsent(error.write)))


def _explain_wait_timeout(error: WaitTimeoutError) -> Explanation:
    return Explanation(ExitCode.WAIT_FAILED, str(error), _how_to_keep_waiting(error))


def _how_to_keep_waiting(error: WaitTimeoutError) -> str:
    again = f"{_given_unknown_status(error)}{AGAIN}"
    # Those name the command already.
    if _attached(error, "next_steps", ""):
        return ""
    if error.batch_id:
        return f"to keep waiting: pasqal batches wait {error.batch_id}{again}"
    if 0 < len(error.ids) <= _REPEATED:
        return f"to keep waiting: pasqal jobs wait {' '.join(map(str, error.ids))}{again}"
    return "to keep waiting, run the same command again"


def _given_unknown_status(error: WaitTimeoutError) -> str:
    """The option of that name, if it was given: without it the next wait would end in an error."""
    chosen = _attached(error, "given", {}).get("unknown_status", "error")
    if chosen == "error":
        return ""
    return f" --unknown-status {chosen}"


def _explain_unknown_status(error: UnknownStatusError) -> Explanation:
    states = sorted({one_line(status)[:_LONGEST_STATE] for status in error.statuses.values()})
    ids = name_some(list(error.statuses))
    # The error's own text advises a keyword; here it is an option.
    message = f"{many(len(error.statuses), 'job')} in an unknown state ({', '.join(states)}): {ids}"
    hint = "choose how to treat such a state: --unknown-status active or terminal"
    return Explanation(ExitCode.WAIT_FAILED, message, hint)


def _explain_failed_jobs(error: JobsFailedError) -> Explanation:
    return Explanation(ExitCode.WAIT_FAILED, str(error))


_KINDS: Final[dict[str, Callable[..., Explanation]]] = {
    "AuthenticationError": _explain_not_accepted,
    "NotFoundError": _explain_not_found,
    "OutcomeUnknownError": _explain_unknown_outcome,
    "WaitTimeoutError": _explain_wait_timeout,
    "UnknownStatusError": _explain_unknown_status,
    "JobsFailedError": _explain_failed_jobs,
}
"""The errors that need more than a hint, by the names of their classes."""


# By name, because importing the classes would make `pasqal --help` slower.
_HINTS: Final = {
    "PermissionDeniedError": f"`pasqal auth status{AGAIN}` shows which account this is",
    "RateLimitError": "too many requests: wait a moment and try again",
    "DeadlineError": (
        f"try again, or allow more time with --deadline; `pasqal ping{AGAIN}` shows whether the service answers"
    ),
    "APIConnectionError": f"`pasqal auth status --offline{AGAIN}` shows which address this is",
    "ServerError": f"try again later; `pasqal ping{AGAIN}` shows whether the service answers",
    "ResponseError": f"`pasqal contract-check{AGAIN}` shows how answers depart from the contract",
}


def _general_hint(error: APIError) -> str:
    from .. import errors

    if isinstance(error, errors.RateLimitError) and error.retry_after:
        return f"the service asks to wait for {error.retry_after:g} s"
    for name, hint in _HINTS.items():
        if isinstance(error, getattr(errors, name)):
            return hint
    return ""


# ----------------------------------------------------------------------------------------------------------------------
# Writes that failed


def _facts(write: Write | None) -> list[str]:
    """How far a write came."""
    facts = []
    if write is not None and write.receipt.jobs:
        facts.append(f"already cancelled: {many(len(write.receipt.jobs), 'job')}")
    return facts + _unsent(write)


def _unsent(write: Write | None) -> list[str]:
    if write is None or not write.unsent:
        return []
    return [f"not sent: {many(len(write.unsent), 'more request')}"]


def _describe_sent(error: BaseException, write: Write | None) -> str:
    """How far a write came whose last request was sent, and how to check what that did."""
    if write is None:
        return ""
    facts = _facts(write)
    key = _attached(error, "given", {}).get("key")
    facts.append(f"the last request was not repeated; to check: {_how_to_check(write, key)}")
    return "; ".join(facts)


# A batch may be of any project, whatever the default one is.
_CHECKS: Final = {
    "cancel_jobs": "pasqal jobs count --batch {batch} --project any --by status{again}",
    # The question was answered already, and where it is pasted nobody may be there to ask.
    "complete_batch": "complete it again (pasqal batches complete {batch} --yes{again}); "
    "a conflict means that it was complete already",
    "cancel_batch": "pasqal batches status {batch}{again}",
    "cancel_batches": "pasqal batches status {ids}{again}",
    "cancel_job": "pasqal jobs show {ids}{again}",
    "set_batch_tags": "pasqal batches show {batch}{again}",
    # Of the batches that name it, the new one does so as its parent, which comes later in the line.
    "rebatch_jobs": "pasqal batches list --project any -o csv{again} | grep ,{batch},",
    "create_batch": "pasqal batches list --tag {tag} --project any{again}",
    "add_jobs": "pasqal jobs list --batch {batch} --project any{again}",
}
"""How to find out whether a write took effect, by its operation."""


def _how_to_check(write: Write, key: str | None) -> str:
    # What the library would read to find it out.
    read = write.effect.reading.filters
    ids = read.get("id", ())
    if write.operation == "create_batch" and key is not None:
        return "run the same command again: by its key it finds the batch, or submits it"
    if write.operation == "create_batch" and "tag" not in read:
        return f"pasqal batches list --project any{AGAIN}"
    if write.operation == "cancel_batches" and not 0 < len(ids) <= _REPEATED:
        return "run the same command with --dry-run: it lists the batches that were not cancelled"
    return _CHECKS[write.operation].format(
        batch=write.batch_id,
        ids=" ".join(ids),
        tag=read.get("tag"),
        again=AGAIN,
    )
