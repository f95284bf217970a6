"""Waits for jobs and says how they ended; `jobs wait` and `batches wait` are the same wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .exit_codes import SHOWN, Code
from .field_text import UNKNOWN
from .filter_values import say
from .options import Format
from .output import count_columns, emit, emit_json, row_writer
from .progress import progress
from .safe_text import many
from .times import seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .. import WaitProgress
    from ..jobs import Jobs
    from .options import Shape


def times(timeout: str | None, poll: str | None) -> dict[str, float | None]:
    """The times of a wait, in seconds."""
    return {"timeout": seconds("--timeout", timeout), "poll": seconds("--poll", poll)}


def waited(
    jobs: Jobs, subject: dict[str, Any], shape: Shape, unknown: Any, **times: float | None
) -> Code:
    """Wait, and write how the jobs ended."""
    if subject.get("ids") == []:
        say("no job matches: there is nothing to wait for")
    with progress("waiting for jobs") as tell:

        def show(seen: WaitProgress) -> None:
            tell(seen.total - seen.active, seen.total)

        result = jobs.wait(
            **subject,
            unknown_status=unknown,
            on_progress=show,
            timeout=times["timeout"],
            poll=times["poll"],
        )
    counts = {str(status) or UNKNOWN: number for status, number in sorted(result.counts.items())}
    failed = [str(one) for one in result.failed_ids]
    if shape.quiet:
        emit("".join(f"{one}\n" for one in failed))
    elif shape.output in (Format.JSON, Format.JSONL):
        emit_json({"jobs": counts, "failed_ids": failed}, shape)
    else:
        writer = row_writer(
            shape, "status", lambda rows: count_columns("status", rows), "status jobs"
        )
        writer.write({"status": status, "jobs": number} for status, number in counts.items())
        writer.close()
    tell_failed(failed, sum(counts.values()))
    return Code.WAIT_FAILED if failed else Code.DONE


def tell_failed(failed: Sequence[object], total: int) -> None:
    """Say which jobs failed, if any did."""
    if failed:
        more = f" and {len(failed) - SHOWN} more" if len(failed) > SHOWN else ""
        say(
            f"pasqal: {len(failed)} of {many(total, 'job')} failed: {', '.join(map(str, failed[:SHOWN]))}{more}"
        )
