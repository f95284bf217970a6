"""What a write has done: what was cancelled and what was refused, what was made, or what was changed."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..display.output import batch_writer, emit_json, job_writer, row_writer
from ..display.tables import Column
from ..display.words import many
from ..failures import ExitCode, guard_receipt
from ..streams import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

    from ... import Batch, Job, Write
    from ..options import Shape

_WRITERS: Final[dict[str, Any]] = {"job": job_writer, "batch": batch_writer}


@contextmanager
def print_done_on_failure(print_done: Callable[[Write], object]) -> Iterator[None]:
    """If a write fails in the block, print what is known to be done of it: the error tells only of the rest.

    Args:
        print_done: prints what was done.
    """
    try:
        yield
    except BaseException as error:
        write = getattr(error, "write", None)
        if write is not None:
            print_done(write)
        raise


@contextmanager
def print_batch_on_failure(print_one: Callable[[Batch], object]) -> Iterator[None]:
    """If a write fails in the block although it was carried out, print its batch.

    Args:
        print_one: prints a batch.
    """

    def print_done(write: Write) -> None:
        # What was carried out may still have an answer that cannot be read.
        if write.batch is not None:
            print_one(write.batch)

    with print_done_on_failure(print_done):
        yield


def report_cancellation(
    noun: str, cancelled: Sequence[Any], refused: Mapping[UUID | str, str], shape: Shape
) -> ExitCode:
    """Print what was cancelled, and say what was refused and why; the exit code.

    Args:
        noun: what it is about: "job" or "batch".
        cancelled: the jobs or batches, as they now stand.
        refused: by id why others were not cancelled.
        shape: how to print.
    """
    with guard_receipt():
        _print_cancelled(noun, cancelled, refused, shape)
    say(f"{many(len(cancelled), noun)} cancelled, {len(refused)} refused")
    return say_refused(refused, "refused")


def report_part(
    noun: str, cancelled: Sequence[Any], refused: Mapping[UUID | str, str], shape: Shape
) -> None:
    """Print the same of a write that failed, if any of it was carried out."""
    if cancelled or refused:
        report_cancellation(noun, cancelled, refused, shape)


def _print_cancelled(
    noun: str, cancelled: Sequence[Any], refused: Mapping[UUID | str, str], shape: Shape
) -> None:
    if shape.is_json and not shape.quiet:
        items = [item.to_dict() for item in cancelled]
        reasons = {str(one): reason for one, reason in refused.items()}
        emit_json({"cancelled": items, "refused": reasons}, shape)
        return
    _WRITERS[noun](shape).write_all(cancelled)


def say_refused(refused: Mapping[UUID | str, str], what: str) -> ExitCode:
    """Say what was refused, or would be, reason by reason; the exit code."""
    # Hundreds of jobs are often refused for one and the same reason.
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for one, reason in refused.items():
        reasons[reason].append(str(one))
    for reason, ids in reasons.items():
        say(f"{what}: {reason}")
        for one_id in ids:
            say(f"  {one_id}")
    return ExitCode.FAILED if refused else ExitCode.DONE


def print_new_batch(batch: Batch, shape: Shape) -> None:
    """Print a batch that was made."""
    with guard_receipt():
        if shape.is_json and not shape.quiet:
            emit_json(batch.to_dict(), shape)
            return
        batch_writer(shape).write_all([batch])


def print_new_jobs(jobs: Sequence[Job], shape: Shape) -> None:
    """Print jobs that were added."""
    with guard_receipt():
        job_writer(shape).write_all(jobs)


def print_batch(batch_id: UUID, batch: Batch, shape: Shape, shown: Column) -> None:
    """Print what a write has changed of a batch.

    Args:
        batch_id: its id, which the answer may lack.
        batch: the batch.
        shape: how to print.
        shown: what the table shows of it beside the id; the title is the name of the field.
    """
    if shape.is_json and not shape.quiet:
        emit_json(batch.to_dict(), shape)
        return
    print_field(batch_id, batch.to_dict().get(shown.title), shape, shown)


def print_field(batch_id: UUID, value: object, shape: Shape, shown: Column) -> None:
    """Print a field of a batch beside the id.

    Args:
        batch_id: the id.
        value: the field as data.
        shape: how to print.
        shown: the field as a column of the table.
    """
    columns = [Column("batch", [str(batch_id)]), shown]
    writer = row_writer(shape, "batch", lambda _rows: columns, f"batch {shown.title}")
    writer.write_all([{"batch": str(batch_id), shown.title: value}])
