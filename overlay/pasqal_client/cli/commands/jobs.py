"""`pasqal jobs`: finds, counts, reads, watches, draws, waits for and cancels jobs.

Only `cancel` changes anything at the service.
"""

from enum import StrEnum
from typing import Annotated

import typer

from ..completion import complete_sort_keys
from ..display.words import many
from ..failures import ExitCode, UsageMistake
from ..filter_options import JOB_FILTERING, Filters
from ..options import (
    CONFIRMING,
    CONNECTING,
    JOB_IDS,
    POLL,
    SHAPING,
    TIMEOUT,
    UNKNOWN_STATUS,
    Consent,
    Format,
    Range,
    Shape,
    UnknownStatus,
    Where,
    options,
    range_of,
)
from ..typer_groups import group
from . import results

app = group("jobs", "Find, count, read, watch, draw, wait for and cancel jobs.")

_RANGE = range_of("jobs", complete_sort_keys)


class _By(StrEnum):
    """What to count jobs by."""

    STATUS = "status"
    BATCH = "batch"
    USER = "user"


@app.command("list", epilog="Example: pasqal jobs list --status error --since 2d")
@options(_RANGE, JOB_FILTERING, SHAPING, CONNECTING)
def list_jobs(part: Range, filters: Filters, shape: Shape, where: Where) -> int:
    """List the jobs that match, newest first."""
    from ..account import connect
    from ..display.output import job_writer
    from ..filter_values import read_filters
    from ..item_list import check_range, print_list

    check_range(part)
    chosen = read_filters(filters)
    with connect(where) as client:
        print_list(client.jobs.list, chosen, part, job_writer(shape))
    return ExitCode.DONE


@app.command("show", epilog="Example: pasqal jobs show 0190f3a2-0000-4000-8000-000000000003")
@options(SHAPING, CONNECTING)
def show(
    ids: Annotated[list[str], JOB_IDS],
    shape: Shape,
    where: Where,
) -> int:
    """Show everything about some jobs.

    They may be of any project, and are shown in the order of the ids.
    """
    from ..account import connect
    from ..display import field_text, output
    from ..named_items import pick_named, report_missing
    from ..typed_names import parse_ids

    wanted = parse_ids(ids)
    with connect(where) as client:
        # One list instead of a request for each: hundreds of ids fit into an address.
        jobs, missing = pick_named(wanted, client.jobs.list(id=wanted, project_id=None))
    output.print_in_full(jobs, output.job_writer(shape), field_text.lines)
    return report_missing(missing, len(wanted), "job")


@app.command("count", epilog="Example: pasqal jobs count --by status")
@options(JOB_FILTERING, SHAPING, CONNECTING)
def count(
    filters: Filters,
    shape: Shape,
    where: Where,
    by: Annotated[
        _By | None,
        typer.Option(
            "--by",
            show_default=False,
            help="Count by status (one request for each state), by batch (one request for each --batch; without any, "
            "reads all jobs that match), or by user (one request for each --user; needs at least one, because answers "
            "do not say whose a job is).",
        ),
    ] = None,
) -> int:
    """Count the jobs that match."""
    from .. import counts
    from ..account import connect
    from ..display import columns, output
    from ..filter_values import read_filters

    chosen = read_filters(filters)
    if by is _By.USER and not chosen.get("user_id"):
        raise UsageMistake(
            "--by user needs the users to count: answers do not say whose a job is",
            "name them: --user A --user B",
        )
    with connect(where) as client:
        if by is None:
            _print_number(client.jobs.count(**chosen), shape)
            return ExitCode.DONE
        rows = counts.count_by(client.jobs, by.value, chosen)
    title = by.value
    writer = output.row_writer(
        shape, title, lambda rows: columns.count_columns(title, rows), f"{title} jobs"
    )
    writer.write_all({title: name, "jobs": number} for name, number in rows)
    output.remark("" if rows else "no job matches", below_table=not writer.is_data)
    return ExitCode.DONE


def _print_number(number: int, shape: Shape) -> None:
    from ..display import output

    if shape.is_json:
        output.emit_json({"jobs": number}, shape)
    elif shape.output is Format.CSV:
        output.emit(f"jobs\n{number}\n")
    else:
        output.emit(f"{number}\n")


@app.command(
    "errors", epilog="Example: pasqal jobs errors --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(JOB_FILTERING, SHAPING, CONNECTING)
def errors(filters: Filters, shape: Shape, where: Where) -> int:
    """Group and count the error messages.

    Reads all jobs that match: those with errors, unless --errors, --no-errors or --status is given.
    The most frequent message comes first. -q prints the id of one job for each message.
    """
    from .. import counts
    from ..account import connect
    from ..display import columns, output, progress
    from ..filter_values import read_filters

    chosen = read_filters(filters)
    if not chosen.keys() & {"errors", "status"}:
        chosen["errors"] = True
    with connect(where) as client:
        jobs = progress.read_items(client.jobs.list(**chosen))
    rows = counts.group_messages(jobs)
    writer = output.row_writer(shape, "example", columns.message_columns, "jobs message example")
    writer.write_all(rows)
    remark = "no job matches"
    if jobs:
        remark = f"{many(len(jobs), 'job')}, {many(len(rows), 'message')}"
    output.remark(remark, below_table=not writer.is_data)
    return ExitCode.DONE


@app.command(
    "wait",
    epilog="Example: pasqal jobs wait --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7 --timeout 1h",
)
@options(JOB_FILTERING, SHAPING, CONNECTING)
def wait(
    filters: Filters,
    shape: Shape,
    where: Where,
    ids: Annotated[list[str] | None, JOB_IDS] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            show_default=False,
            help="Wait for all jobs; needed if there is neither an id nor a filter.",
        ),
    ] = False,
    timeout: Annotated[str | None, TIMEOUT] = None,
    poll: Annotated[str | None, POLL] = None,
    unknown_status: Annotated[UnknownStatus, UNKNOWN_STATUS] = UnknownStatus.ERROR,
) -> int:
    """Wait until jobs have ended.

    Waits for the jobs that are named, or for those that match now. The exit code is 4 if one of
    them ends in ERROR, or the time is up. -q prints the ids of those that failed.
    """
    from ..account import connect
    from ..filter_values import is_narrow, read_selection
    from ..wait import choose_subject, parse_times, wait_and_report

    chosen, named = read_selection(filters, ids)
    if named is None and not is_narrow(chosen) and not everything:
        raise UsageMistake("this would wait for all jobs", "name jobs, or give a filter or --all")
    times = parse_times(timeout, poll)
    with connect(where) as client:
        subject = choose_subject(client.jobs, chosen, named)
        return wait_and_report(client.jobs, subject, shape, unknown_status.value, **times)


@app.command(
    "watch", epilog="Example: pasqal jobs watch --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(JOB_FILTERING, CONNECTING)
def watch(
    filters: Filters,
    where: Where,
    ids: Annotated[list[str] | None, JOB_IDS] = None,
    interval: Annotated[
        str | None,
        typer.Option(
            "--interval",
            metavar="TIME",
            show_default=False,
            help="Time between two looks (default 2s).",
        ),
    ] = None,
    forever: Annotated[
        bool,
        typer.Option(
            "--forever",
            show_default=False,
            help="Go on when all jobs have ended; new ones may follow.",
        ),
    ] = False,
    timeout: Annotated[str | None, TIMEOUT] = None,
    unknown_status: Annotated[UnknownStatus, UNKNOWN_STATUS] = UnknownStatus.ERROR,
) -> int:
    """Watch jobs until they have ended.

    Watches the jobs that are named, or those that match, new ones included; without ids and filters
    those that are active. On a terminal this is a table that is kept up to date, elsewhere a line
    for each change. Exit codes are those of `pasqal jobs wait`.
    """
    from ..account import connect
    from ..filter_values import read_selection
    from ..times import parse_seconds
    from ..watch import loop

    chosen, named = read_selection(filters, ids)
    unknown = unknown_status.value
    # A watch that goes on forever does not have to know which states are final.
    if forever and unknown_status is UnknownStatus.ERROR:
        unknown = "active"
    settings = loop.Watch(
        named=None if named is None else tuple(named),
        filters=chosen,
        interval=parse_seconds("--interval", interval) or loop.INTERVAL,
        timeout=parse_seconds("--timeout", timeout),
        forever=forever,
        unknown=unknown,
    )
    with connect(where) as client:
        return loop.watch_jobs(client, settings)


@app.command(
    "timeline", epilog="Example: pasqal jobs timeline --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7"
)
@options(JOB_FILTERING, CONNECTING)
def timeline(
    filters: Filters,
    where: Where,
    everything: Annotated[
        bool,
        typer.Option("--all", show_default=False, help="Draw all jobs; needed without a filter."),
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
            "--force", show_default=False, help="Overwrite FILE even if it is not a timeline."
        ),
    ] = False,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="TIME",
            show_default=False,
            help="Draw jobs that have not ended up to this time (default now).",
        ),
    ] = None,
) -> int:
    """Draw when jobs queued and ran.

    Draws with characters, or into a file. An existing timeline is overwritten, any other file only
    after a question.
    """
    from ..account import connect
    from ..display import progress
    from ..filter_values import is_narrow, read_filters
    from ..pictures.file import check_file
    from ..streams import say
    from ..timeline import layout, markup, report

    chosen = read_filters(filters)
    if not is_narrow(chosen) and not everything:
        raise UsageMistake("this would draw all jobs", "give a filter, such as --batch, or --all")
    # What is wrong with the file shows before thousands of jobs are read.
    until = report.read_now(now)
    path = None
    if output is not None:
        path = check_file(output, markup.KIND, force=force)
    with connect(where) as client:
        jobs = progress.read_items(client.jobs.list(**chosen))
    if not jobs:
        say("no job matches: there is nothing to draw")
        return ExitCode.DONE
    title = report.title(chosen.get("batch_id", ()), jobs)
    report.draw(layout.lay_out(title, jobs, until), path)
    return ExitCode.DONE


@app.command(
    "cancel", epilog="Example: pasqal jobs cancel 0190f3a2-0000-4000-8000-00000000000b --dry-run"
)
@options(CONFIRMING, SHAPING, CONNECTING)
def cancel(
    ids: Annotated[list[str], JOB_IDS],
    consent: Consent,
    shape: Shape,
    where: Where,
) -> int:
    """Cancel jobs.

    Shows them and asks. They may be of any project; each takes a request, and one that cannot be
    cancelled does not stop the others. The exit code is 1 if a job was not cancelled.
    """
    from ..account import connect
    from ..typed_names import parse_ids
    from ..writes.jobs_cancellation import cancel_named

    wanted = parse_ids(ids)
    with connect(where) as client:
        return cancel_named(client, wanted, shape, consent)


app.command("results", epilog=results.EXAMPLE)(results.results)
