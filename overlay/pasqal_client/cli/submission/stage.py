"""How far a submission has come: what an error or Ctrl-C leaves behind, and how to go on from there."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ... import (
    APIStatusError,
    DeadBatchError,
    KeyUnsettledError,
    SubmissionKeyError,
    UnknownStatusError,
)
from ..display.field_text import cell
from ..failures import AGAIN, CommandError, ExitCode
from .job_places import JobPlaces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from ... import SentRequest, Write

_SUBMITS: Final = re.compile(r"/batches(?:/[^/?]+/jobs)?(?:\?.*)?$")
"""What the addresses end with to which batches and jobs are sent."""
_NOTHING: Final = "nothing was submitted now"


class Stage:
    """How far a submission has come.

    Args:
        unknown_status: how its wait treats unknown states, if it has one.

    Attributes:
        batch_id: the new batch; None until it is known.
        has_submitted: whether the request that submits was sent.
        has_ended: whether all jobs have ended.
        places: where the jobs come from.
        unknown_status: how the wait treats unknown states.
    """

    def __init__(self, unknown_status: str = "error") -> None:
        self.batch_id: UUID | None = None
        self.has_submitted: bool = False
        self.has_ended = False
        self.places: JobPlaces = JobPlaces()
        self.unknown_status: str = unknown_status

    def see_request(self, request: SentRequest) -> None:
        """Take note of a request that is about to be sent."""
        if request.method == "POST" and _SUBMITS.search(request.url):
            self.has_submitted = True

    @property
    def next_steps(self) -> str:
        """How to go on if the command ends here; empty before there is a batch."""
        if self.batch_id is None:
            return ""
        results = f"`pasqal jobs results --batch {self.batch_id}{AGAIN}`"
        if self.has_ended:
            return f"the results stay at the service: {results}"
        unknown = ""
        if self.unknown_status != "error":
            unknown = f" --unknown-status {self.unknown_status}"
        return (
            f"the batch goes on at the service: `pasqal batches wait {self.batch_id}{unknown}{AGAIN}`, then {results}; "
            f"`pasqal batches cancel {self.batch_id}{AGAIN}` cancels it"
        )

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Make whatever goes wrong in the block tell what was submitted, and how to go on.

        Raises:
            CommandError: it was Ctrl-C, or something is the matter with the key.
        """
        try:
            yield
        except KeyboardInterrupt as error:
            self._take_write(error)
            message = self._interruption(error)
            if message is None:
                raise
            raise CommandError(message, self.next_steps, ExitCode.INTERRUPTED) from error
        except SubmissionKeyError as error:
            raise _in_words_of_options(error) from error
        except Exception as error:
            self._take_write(error)
            if isinstance(error, APIStatusError):
                error.reason = self.places.rename(error.reason)
            if isinstance(error, UnknownStatusError):
                # Without that, the wait that is suggested would end in the same error.
                self.unknown_status = "active"
            vars(error)["next_steps"] = self.next_steps
            raise

    def _take_write(self, error: BaseException) -> None:
        """Take note of the batch of a write that was carried out, whatever came after it."""
        write: Write | None = getattr(error, "write", None)
        if write is not None and write.carried_out and write.batch is not None:
            self.batch_id = write.batch.id

    def _interruption(self, error: KeyboardInterrupt) -> str | None:
        """What to say of Ctrl-C; None where what is known of the write says it."""
        if not self.has_submitted:
            return "interrupted; nothing was sent"
        if self.batch_id is not None:
            return "interrupted"
        if getattr(error, "write", None) is not None:
            return None
        return "interrupted; the last request may or may not have taken effect"


def _in_words_of_options(error: SubmissionKeyError) -> CommandError:
    """The same in the words of the command line: the library's own text advises arguments and methods."""
    if isinstance(error, DeadBatchError):
        status = cell(error.batch, "status")
        return CommandError(
            f"batch {error.batch.id}, which was submitted under this key, is {status}; {_NOTHING}",
            "--on-dead return goes on with it, --on-dead submit submits another one",
        )
    if isinstance(error, KeyUnsettledError):
        problem, _, _ = str(error).partition(f"; {_NOTHING}")
        return CommandError(
            f"{problem}; {_NOTHING}",
            f"look at `pasqal batches list{AGAIN}`, or try again later; "
            "once you are sure that there is none, submit under another key",
        )
    return CommandError(str(error))
