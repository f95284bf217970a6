"""What a resource needs of a write in order to send it: its requests, one after the other.

A write is a plan, such as `JobsCancellation` or `Completion`. It decides what to send and what the
answers mean; sending is up to the resource, sync or async.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .answer import Answer
    from .write import Write

R_co = TypeVar("R_co", covariant=True)


@frozen
class Step:
    """One request of a write.

    Attributes:
        keywords: the arguments of the generated operation.
        write: what is known about the write while this request is under way.
        done: how many requests of the same call were answered before.
    """

    keywords: dict[str, Any]
    write: Write
    done: int = 0


class Plan(Protocol[R_co]):
    """A write that was checked and is ready to be sent."""

    def steps(self) -> Iterator[Step]:
        """The requests; each is made only after the answer to the one before was taken."""

    def take(self, step: Step, answer: Answer) -> Write:
        """Take the answer to a step; returns what is known now that it was carried out.

        Raises:
            OutcomeUnknownError: the answer does not say what became of the request.
        """

    def result(self) -> R_co:
        """What the caller gets when all steps were taken."""
