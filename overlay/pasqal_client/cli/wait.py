"""Waits for jobs and says how they ended; `jobs wait` and `batches wait` are the same wait."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .display.columns import count_columns
from .display.field_text import UNKNOWN
from .display.output import emit, emit_json, row_writer
from .display.progress import progress, read_items
from .display.words import many, name_some
from .failures import ExitCode
from .streams import say
from .times import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from .. import WaitProgress, WaitResult
    from ..jobs import Jobs
    from .options import Shape


def parse_times(timeout: str | None, poll: str | None) -> dict[str, float | None]:
    """The times of a wait, in seconds."""
    return {
        "timeout": parse_seconds("--timeout", timeout),
        "poll": parse_seconds("--poll", poll),
    }


def choose_subject(
    jobs: Jobs, filters: dict[str, Any], ids: Sequence[UUID] | None
) -> dict[str, Any]:
    """Which jobs to wait for, as keywords of `jobs.wait`.

    Args:
        jobs: what lists the jobs that match.
        filters: the filters; without ids.
        ids: the jobs that are named; None for those that match.
    """
    if ids is not None:
        return {"ids": ids}
    # The library waits for a batch without listing its jobs first.
    if filters.keys() == {"batch_id"} and len(filters["batch_id"]) == 1:
        return {"batch_id": filters["batch_id"][0]}
    return {"ids": [job.id for job in read_items(jobs.list(**filters))]}


def wait_and_report(
    jobs: Jobs, subject: dict[str, Any], shape: Shape, unknown: Any, **times: float | None
) -> ExitCode:
    """Wait for jobs, and print how they ended.

    Args:
        jobs: what waits.
        subject: which jobs, as keywords of `jobs.wait`.
        shape: how to print.
        unknown: how to treat unknown states.
        times: what `parse_times` returned.
    """
    if subject.get("ids") == []:
        say("no job matches: there is nothing to wait for")
    result = wait_with_progress(partial(jobs.wait, **subject), unknown, **times)
    # A state can be empty text: then it shows as unknown.
    counts = {str(status) or UNKNOWN: number for status, number in sorted(result.counts.items())}
    failed = [str(one) for one in result.failed_ids]
    _print_result(counts, failed, shape)
    report_failed(failed, sum(counts.values()))
    return ExitCode.WAIT_FAILED if failed else ExitCode.DONE


def wait_with_progress(
    wait: Callable[..., WaitResult], unknown: Any, **times: float | None
) -> WaitResult:
    """Wait, with a bar on a terminal.

    Args:
        wait: what waits; takes the options of `jobs.wait`.
        unknown: how to treat unknown states.
        times: what `parse_times` returned.
    """
    with progress("waiting for jobs") as update:

        def show(seen: WaitProgress) -> None:
            update(seen.total - seen.active, seen.total)

        return wait(unknown_status=unknown, on_progress=show, **times)


def _print_result(counts: dict[str, int], failed: list[str], shape: Shape) -> None:
    if shape.quiet:
        emit("".join(f"{one}\n" for one in failed))
        return
    if shape.is_json:
        emit_json({"jobs": counts, "failed_ids": failed}, shape)
        return
    writer = row_writer(shape, "status", lambda rows: count_columns("status", rows), "status jobs")
    writer.write_all({"status": status, "jobs": number} for status, number in counts.items())


def report_failed(failed: Sequence[object], total: int) -> None:
    """Say which jobs failed, if any did."""
    if failed:
        say(f"pasqal: {len(failed)} of {many(total, 'job')} failed: {name_some(failed)}")
