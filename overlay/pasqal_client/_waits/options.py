"""The options of a wait: their types, their defaults, and how they are checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypedDict, get_args

from .._checks import boolean, known_options, one_of, plain_function, seconds
from .._states import UnknownStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .result import WaitProgress

_FIRST_POLL: Final = 1.0


class PollOptions(TypedDict, total=False):
    """The options of `jobs.as_completed`; see `jobs.wait`.

    Attributes:
        timeout: seconds; None for no limit.
        poll: seconds between the first look and the second; 1 if None.
        unknown_status: how to treat unknown job states.
    """

    timeout: float | None
    poll: float | None
    unknown_status: UnknownStatus


class WaitOptions(PollOptions, total=False):
    """The options of `jobs.wait` and `batches.wait`: those of `PollOptions`, and two more.

    Attributes:
        on_progress: called with a `WaitProgress` after each look; a plain function.
        raise_on_failure: raise if a job ended in ERROR.
    """

    on_progress: Callable[[WaitProgress], object] | None
    raise_on_failure: bool


POLL_DEFAULTS: Final[PollOptions] = {"timeout": None, "poll": None, "unknown_status": "error"}
WAIT_DEFAULTS: Final[WaitOptions] = {
    **POLL_DEFAULTS,
    "on_progress": None,
    "raise_on_failure": False,
}


class CheckedOptions(NamedTuple):
    """The options of a wait once they are checked.

    Attributes:
        timeout: seconds; infinite without a timeout.
        poll: seconds before the second look.
        unknown_status: how to treat states that this version does not know.
        on_progress: called after each look.
        raise_on_failure: whether jobs that failed are an error.
    """

    timeout: float = float("inf")
    poll: float = _FIRST_POLL
    unknown_status: str = "error"
    on_progress: Callable[[WaitProgress], object] | None = None
    raise_on_failure: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any], defaults: Mapping[str, Any]) -> CheckedOptions:
        """Check the options that a caller gives.

        Args:
            options: by name.
            defaults: the default of each option; others do not exist.

        Raises:
            TypeError: unknown option name.
            ValueError: an option is malformed.
        """
        known_options(options, defaults)
        given = {**WAIT_DEFAULTS, **options}
        timeout = float("inf")
        if given["timeout"] is not None:
            timeout = seconds("timeout", given["timeout"], advice="; None for no limit")
        poll = _FIRST_POLL
        if given["poll"] is not None:
            poll = seconds("poll", given["poll"])
        return cls(
            timeout=timeout,
            poll=poll,
            unknown_status=one_of(
                "unknown_status", given["unknown_status"], *get_args(UnknownStatus)
            ),
            on_progress=plain_function("on_progress", given["on_progress"]),
            raise_on_failure=boolean("raise_on_failure", given["raise_on_failure"]),
        )
