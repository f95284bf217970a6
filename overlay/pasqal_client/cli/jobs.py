"""`pasqal jobs`: finding, counting, reading, watching and waiting for jobs. Everything here only reads."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from .exit_codes import Code, UsageMistake
from .options import (
    CONNECTING,
    FILTERING,
    SHAPING,
    Filters,
    Format,
    Shape,
    Where,
    options,
    sort_keys,
)
from .safe_text import many
from .tree import group

app = group("jobs", "Find, count, read, watch, draw and wait for jobs.")

LIMIT = 20
"""How many jobs are listed unless told otherwise."""
MISSING = 10
"""How many jobs that are not there are named."""

_IDS = typer.Argument(metavar="ID...", help="Ids of jobs; - reads them from stdin.")


class By(StrEnum):
    """What to count jobs by."""

    STATUS = "status"
    BATCH = "batch"
    USER = "user"


@app.command("list", epilog="Example: pasqal jobs list --status error --since 2d")
@options(FILTERING, SHAPING, CONNECTING)
def list_jobs(
    filters: Filters,
    shape: Shape,
    where: Where,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=1,
            show_default=False,
            help=f"So many jobs at the most; {LIMIT} by default.",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", show_default=False, help="All jobs, however many.")
    ] = False,
    order_by: Annotated[
        str | None,
        typer.Option(
            "--order-by",
            metavar="FIELD",
            autocompletion=sort_keys,
            help="Sort by this; by created_at by default.",
        ),
    ] = None,
    reverse: Annotated[
        bool, typer.Option("--reverse", show_default=False, help="The smallest or oldest first.")
    ] = False,
) -> int:
    """List the jobs that match, newest first."""
    if limit is not None and everything:
        raise UsageMistake("--limit and --all exclude each other")
    from . import account, filter_values, output, progress

    most = None if everything else limit or LIMIT
    chosen = filter_values.chosen(filters)
    writer = output.job_writer(shape)
    with account.connected(where) as client:
        listing = client.jobs.list(
            order_by=order_by,
            order_by_direction="ASC" if reverse else "DESC",
            max_items=most,
            **chosen,
        )
        for page in progress.pages_of(
            listing, most=most, hidden=writer.streams and output.on_terminal()
        ):
            writer.write(page)
    writer.close()
    output.remark(_how_many(writer.count, listing.total, most), below_table=not writer.is_data)
    return Code.DONE


def _how_many(count: int, total: int | None, most: int | None) -> str:
    if not count:
        return "no job matches"
    if total is None:
        return (
            f"{many(count, 'job')}; there may be more, --all for the rest" if count == most else ""
        )
    return f"{count} of {total}, --all for the rest" if count < total and count == most else ""


@app.command("show", epilog="Example: pasqal jobs show 0190f3a2-0000-4000-8000-000000000003")
@options(SHAPING, CONNECTING)
def show(
    ids: Annotated[list[str], _IDS],
    shape: Shape,
    where: Where,
) -> int:
    """Show everything about some jobs.

    They come in the order of the ids, and may be of any project.
    """
    from . import account, field_text, filter_values, output

    wanted = filter_values.checked_ids(ids)
    with account.connected(where) as client:
        found = {
            job.id: job
            for job in client.jobs.list(id=wanted, project_id=None)
            if hasattr(job, "id")
        }
    jobs = [found[one] for one in wanted if one in found]
    if shape.output is Format.TABLE and not shape.quiet:
        output.emit("\n".join(output.block(field_text.lines(job)) for job in jobs))
    else:
        writer = output.job_writer(shape)
        writer.write(jobs)
        writer.close()
    missing = [one for one in wanted if one not in found]
    for one in missing[:MISSING]:
        filter_values.say(f"pasqal: there is no job {one}, or this account may not see it")
    if len(missing) > MISSING:
        more = len(missing) - MISSING
        filter_values.say(
            f"pasqal: nor {many(more, 'more job')}: {len(missing)} of {len(wanted)} are not there"
        )
    return Code.FAILED if missing else Code.DONE


@app.command("count", epilog="Example: pasqal jobs count --by status")
@options(FILTERING, SHAPING, CONNECTING)
def count(
    filters: Filters,
    shape: Shape,
    where: Where,
    by: Annotated[
        By | None,
        typer.Option(
            "--by",
            show_default=False,
            help="Count by status (a request for each state), by batch (a request for each --batch; without any, all "
            "matching jobs are read), or by user (a request for each --user, at least one: answers do not say whose a "
            "job is).",
        ),
    ] = None,
) -> int:
    """Count the jobs that match."""
    from . import account, counts, filter_values, output

    chosen = filter_values.chosen(filters)
    if by is By.USER and not chosen.get("user_id"):
        raise UsageMistake(
            "answers do not say whose a job is, so users cannot be found out",
            "name them: --user A --user B",
        )
    with account.connected(where) as client:
        if by is None:
            number = client.jobs.count(**chosen)
            if shape.output in (Format.JSON, Format.JSONL):
                output.emit_json({"jobs": number}, shape)
            else:
                output.emit(f"jobs\n{number}\n" if shape.output is Format.CSV else f"{number}\n")
            return Code.DONE
        rows = counts.counted(client.jobs, by.value, chosen)
    writer = output.row_writer(
        shape, by.value, lambda rows: output.count_columns(by.value, rows), f"{by.value} jobs"
    )
    writer.write({by.value: name, "jobs": number} for name, number in rows)
    writer.close()
    output.remark("" if rows else "no job matches", below_table=not writer.is_data)
    return Code.DONE


@app.command(
    "errors", epilog="Example: pasqal jobs errors --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(FILTERING, SHAPING, CONNECTING)
def errors(filters: Filters, shape: Shape, where: Where) -> int:
    """Group and count the error messages.

    Reads all jobs that match; without --errors, --no-errors or --status those with errors. The most
    frequent message comes first. -q prints the id of one job for each message.
    """
    from . import account, counts, filter_values, output, progress

    chosen = filter_values.chosen(filters)
    if not chosen.keys() & {"errors", "status"}:
        chosen["errors"] = True
    with account.connected(where) as client:
        jobs = progress.jobs_of(client.jobs.list(**chosen))
    rows = counts.messages(jobs)
    writer = output.row_writer(shape, "example", output.message_columns, "jobs message example")
    writer.write(rows)
    writer.close()
    output.remark(
        f"{many(len(jobs), 'job')}, {many(len(rows), 'message')}" if jobs else "no job matches",
        below_table=not writer.is_data,
    )
    return Code.DONE


_TIMEOUT = typer.Option(
    "--timeout", metavar="TIME", show_default=False, help="Wait so long at the most: 90s, 10m, 2h."
)
_POLL = typer.Option(
    "--poll",
    metavar="TIME",
    show_default=False,
    help="Time to the second look, 1s by default; it grows.",
)


class UnknownStatus(StrEnum):
    """What a state that is not known counts as."""

    ERROR = "error"
    ACTIVE = "active"
    TERMINAL = "terminal"


_UNKNOWN = typer.Option(
    "--unknown-status", help="What a state counts as that is not known here.", show_default=False
)


@app.command(
    "wait",
    epilog="Example: pasqal jobs wait --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7 --timeout 1h",
)
@options(FILTERING, SHAPING, CONNECTING)
def wait(
    filters: Filters,
    shape: Shape,
    where: Where,
    ids: Annotated[list[str] | None, _IDS] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", show_default=False, help="All jobs; needed where there is no id and no filter."
        ),
    ] = False,
    timeout: Annotated[str | None, _TIMEOUT] = None,
    poll: Annotated[str | None, _POLL] = None,
    unknown_status: Annotated[UnknownStatus, _UNKNOWN] = UnknownStatus.ERROR,
) -> int:
    """Wait until jobs have ended.

    Those that are named, or those that match now. Exit code 4 if one of them ends in ERROR, or the
    time is up. -q prints the ids of those that failed.
    """
    from . import account, filter_values, progress, wait

    chosen = filter_values.chosen(filters)
    named = filter_values.checked_ids(ids or [])
    if ids and chosen:
        raise UsageMistake("give either ids or filters")
    if not ids and not chosen and not everything:
        raise UsageMistake(
            "this would wait for every job there is", "name jobs, give a filter, or say --all"
        )
    times = wait.times(timeout, poll)
    with account.connected(where) as client:
        if ids:
            subject: dict[str, Any] = {"ids": named}
        elif chosen.keys() == {"batch_id"} and len(chosen["batch_id"]) == 1:
            subject = {"batch_id": chosen["batch_id"][0]}
        else:
            jobs = progress.jobs_of(client.jobs.list(**chosen))
            subject = {"ids": [job.id for job in jobs]}
        return wait.waited(client.jobs, subject, shape, unknown_status.value, **times)


@app.command(
    "watch", epilog="Example: pasqal jobs watch --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(FILTERING, CONNECTING)
def watch(
    filters: Filters,
    where: Where,
    ids: Annotated[list[str] | None, _IDS] = None,
    interval: Annotated[
        str | None,
        typer.Option(
            "--interval",
            metavar="TIME",
            show_default=False,
            help="Time from look to look, 2s by default.",
        ),
    ] = None,
    forever: Annotated[
        bool,
        typer.Option(
            "--forever", show_default=False, help="Go on when all jobs have ended; others may come."
        ),
    ] = False,
    timeout: Annotated[str | None, _TIMEOUT] = None,
    unknown_status: Annotated[UnknownStatus, _UNKNOWN] = UnknownStatus.ERROR,
) -> int:
    """Watch jobs until they have ended.

    Those that are named, or those that match and those that come to match; without either those
    that are active. At a terminal there is a table that is kept up to date, otherwise a line for
    each change. Exit codes are those of `pasqal jobs wait`.
    """
    from . import account, filter_values, times
    from .watch import loop

    chosen = filter_values.chosen(filters)
    named = filter_values.checked_ids(ids or [])
    if ids is not None and chosen:
        raise UsageMistake("give either ids or filters")
    unknown = (
        "active" if forever and unknown_status is UnknownStatus.ERROR else unknown_status.value
    )
    settings = loop.Watch(
        named=tuple(named) if ids is not None else None,
        filters=chosen,
        interval=times.seconds("--interval", interval) or loop.INTERVAL,
        timeout=times.seconds("--timeout", timeout),
        forever=forever,
        unknown=unknown,
    )
    with account.connected(where) as client:
        return loop.watched(client, settings)


@app.command(
    "timeline", epilog="Example: pasqal jobs timeline --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(FILTERING, CONNECTING)
def timeline(
    filters: Filters,
    where: Where,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", show_default=False, help="All jobs; needed where there is no filter."
        ),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Draw into this file: .svg or .html.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", show_default=False, help="Overwrite FILE, even if it is not a timeline."
        ),
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="TIME",
            show_default=False,
            help="Draw jobs that have not ended up to this time; now.",
        ),
    ] = None,
) -> int:
    """Draw when jobs queued and ran.

    With characters, or into a file; a timeline that is there is overwritten, any other file only
    after a question.
    """
    from . import account, filter_values, progress
    from .timeline import file
    from .timeline.layout import timeline as of

    chosen = filter_values.chosen(filters)
    if not chosen and not everything:
        raise UsageMistake(
            "this would draw every job there is", "give a filter, such as --batch, or say --all"
        )
    present = file.present(now)
    path = file.checked(output, force=force)
    with account.connected(where) as client:
        jobs = progress.jobs_of(client.jobs.list(**chosen))
    if not jobs:
        filter_values.say("no job matches: there is nothing to draw")
        return Code.DONE
    file.draw(of(file.title(chosen.get("batch_id", ()), jobs), jobs, present), path)
    return Code.DONE
