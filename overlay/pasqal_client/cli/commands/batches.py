"""`pasqal batches`: lists, reads, cancels, repeats and tags batches, and waits for them.

What cancels or repeats shows first what it is about, and asks.
"""

from typing import Annotated

import typer

from ..completion import complete_batch_sort_keys
from ..failures import ExitCode, UsageMistake
from ..filter_options import BATCH_FILTERING, CANCEL_FILTERING, JOB_FILTERING, Filters
from ..options import (
    CONFIRMING,
    CONNECTING,
    POLL,
    SHAPING,
    TIMEOUT,
    UNKNOWN_STATUS,
    Consent,
    Range,
    Shape,
    UnknownStatus,
    Where,
    options,
    range_of,
)
from ..typer_groups import group
from . import submissions

app = group("batches", "List, read, cancel, repeat and tag batches, and wait for them.")

_RANGE = range_of("batches", complete_batch_sort_keys)
_BATCH = typer.Argument(metavar="BATCH", help="The id of the batch.")
_IDS = typer.Argument(metavar="ID...", help="Ids of batches; - reads them from stdin.")


@app.command("list", epilog="Example: pasqal batches list --status pending --device FRESNEL")
@options(_RANGE, BATCH_FILTERING, SHAPING, CONNECTING)
def list_batches(part: Range, filters: Filters, shape: Shape, where: Where) -> int:
    """List the batches that match, newest first.

    The table leaves out the tags that this client gives each batch.
    """
    from ..account import connect
    from ..display.output import batch_writer
    from ..filter_values import read_filters
    from ..item_list import check_range, print_list

    check_range(part)
    chosen = read_filters(filters)
    with connect(where) as client:
        print_list(client.batches.list, chosen, part, batch_writer(shape), "batch")
    return ExitCode.DONE


@app.command("show", epilog="Example: pasqal batches show 7c9e6679-7425-40de-944b-e07fc1f90ae7")
@options(SHAPING, CONNECTING)
def show(ids: Annotated[list[str], _IDS], shape: Shape, where: Where) -> int:
    """Show everything about some batches.

    They may be of any project, and are shown in the order of the ids. -o json has the sequence.
    """
    from ..account import connect
    from ..display import columns, output
    from ..named_items import read_each, report_missing
    from ..typed_names import parse_ids

    wanted = parse_ids(ids)
    with connect(where) as client:
        # One by one: a list leaves out the sequences.
        batches, missing = read_each(client.batches.get, wanted, "batch")
    output.print_in_full(
        batches,
        output.batch_writer(shape),
        lambda batch: columns.batch_lines(
            batch, f"pasqal jobs list --batch {batch.id} --project any --all{where.again}"
        ),
    )
    return report_missing(missing, len(wanted), "batch")


@app.command("status", epilog="Example: pasqal batches status 7c9e6679-7425-40de-944b-e07fc1f90ae7")
@options(SHAPING, CONNECTING)
def status(ids: Annotated[list[str], _IDS], shape: Shape, where: Where) -> int:
    """Show the states of batches and their jobs.

    The jobs are counted by their states. The batches may be of any project. This is the cheapest
    request about a batch.
    """
    from ..account import connect
    from ..display.output import status_writer
    from ..named_items import read_each, report_missing
    from ..typed_names import parse_ids

    wanted = parse_ids(ids)
    with connect(where) as client:
        reports, missing = read_each(client.batches.status, wanted, "batch")
    status_writer(shape).write_all(reports)
    return report_missing(missing, len(wanted), "batch")


@app.command(
    "cancel",
    epilog="Example: pasqal batches cancel 7c9e6679-7425-40de-944b-e07fc1f90ae7 --dry-run",
)
@options(CONFIRMING, SHAPING, CONNECTING)
def cancel(
    batch_id: Annotated[str, _BATCH],
    consent: Consent,
    shape: Shape,
    where: Where,
) -> int:
    """Cancel a batch with its jobs.

    All jobs that can still be cancelled are. Shows its state and asks. The exit code is 1 if it had
    ended before.
    """
    from ..account import connect
    from ..typed_names import parse_id
    from ..writes.batches_cancellation import cancel_one

    batch = parse_id(batch_id)
    with connect(where) as client:
        return cancel_one(client, batch, shape, consent)


@app.command(
    "cancel-many",
    epilog="Example: pasqal batches cancel-many --status pending --tag scan --dry-run",
)
@options(CONFIRMING, CANCEL_FILTERING, SHAPING, CONNECTING)
def cancel_many(
    consent: Consent,
    filters: Filters,
    shape: Shape,
    where: Where,
    ids: Annotated[list[str] | None, _IDS] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            show_default=False,
            help="Cancel all batches, of the configured project if there is one; needed if there is neither an id "
            "nor a filter.",
        ),
    ] = False,
) -> int:
    """Cancel batches that are named or match.

    All of their jobs that can still be cancelled are. Shows them and asks. The service applies the
    filters when the request arrives, so a batch that was created meanwhile is cancelled too if it
    matches. The exit code is 1 if a batch could not be cancelled. To choose by something else:
    pasqal batches list --max-jobs 1 --all -q | pasqal batches cancel-many -
    """
    from ..account import connect
    from ..filter_values import is_narrow, read_selection
    from ..writes import batches_cancellation

    chosen, named = read_selection(filters, ids)
    if named is not None and everything:
        raise UsageMistake("give either ids or --all, not both")
    if named is None and not is_narrow(chosen) and not everything:
        raise UsageMistake(
            "without a filter this would cancel every batch",
            "name batches, or give a filter or --all",
        )
    with connect(where) as client:
        return batches_cancellation.cancel_many(
            client, named, chosen, shape, consent, everything=everything
        )


@app.command(
    "cancel-jobs",
    epilog="Example: pasqal batches cancel-jobs 7c9e6679-7425-40de-944b-e07fc1f90ae7 --status pending --dry-run",
)
@options(CONFIRMING, JOB_FILTERING, SHAPING, CONNECTING)
def cancel_jobs(
    batch: Annotated[str, _BATCH],
    consent: Consent,
    filters: Filters,
    shape: Shape,
    where: Where,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            show_default=False,
            help="Cancel all jobs of the batch; needed without a filter.",
        ),
    ] = False,
) -> int:
    """Cancel the jobs of a batch that match.

    Shows them and asks. The service applies the filters when the request arrives, so a job that was
    added meanwhile is cancelled too if it matches. The exit code is 1 if a job could not be
    cancelled.
    """
    from ..account import connect
    from ..filter_values import read_filters
    from ..typed_names import parse_id
    from ..writes.jobs_cancellation import cancel_matching

    chosen = read_filters(filters)
    batch_id = parse_id(batch)
    _require_filter(chosen, "cancel", everything=everything)
    with connect(where) as client:
        return cancel_matching(client, batch_id, chosen, shape, consent, everything=everything)


def _require_filter(chosen: dict[str, object], verb: str, *, everything: bool) -> None:
    """Raise if nothing chooses among the jobs of a batch, and all of them were not asked for.

    Raises:
        UsageMistake: the whole batch would be meant.
    """
    # The jobs of a batch have one batch and one project, so these do not choose among them.
    if not chosen.keys() - {"batch_id", "project_id"} and not everything:
        raise UsageMistake(
            f"without a filter this would {verb} the whole batch", "give a filter or --all"
        )


@app.command(
    "complete", epilog="Example: pasqal batches complete 7c9e6679-7425-40de-944b-e07fc1f90ae7 --yes"
)
@options(SHAPING, CONNECTING)
def complete(
    batch_id: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", show_default=False, help="Go ahead without asking.")
    ] = False,
) -> int:
    """Complete a batch: it accepts no further jobs.

    The batch ends when its jobs have ended. This cannot be undone.
    """
    from ..account import connect
    from ..typed_names import parse_id
    from ..writes import completion

    batch = parse_id(batch_id)
    with connect(where) as client:
        return completion.complete(client, batch, shape, yes=yes)


@app.command(
    "rebatch",
    epilog="Example: pasqal batches rebatch 7c9e6679-7425-40de-944b-e07fc1f90ae7 --status error --dry-run",
)
@options(CONFIRMING, JOB_FILTERING, SHAPING, CONNECTING)
def rebatch(
    batch: Annotated[str, _BATCH],
    consent: Consent,
    filters: Filters,
    shape: Shape,
    where: Where,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            show_default=False,
            help="Run all jobs of the batch again; needed without a filter.",
        ),
    ] = False,
) -> int:
    """Run jobs of a batch again, in a new one.

    Runs the jobs that match, and prints the new batch. Shows them and asks. The batch has to be
    complete. The service applies the filters when the request arrives. -q prints the id of the new
    batch.
    """
    from ..account import connect
    from ..filter_values import read_filters
    from ..typed_names import parse_id
    from ..writes.repetition import repeat_jobs

    chosen = read_filters(filters)
    batch_id = parse_id(batch)
    _require_filter(chosen, "repeat", everything=everything)
    with connect(where) as client:
        return repeat_jobs(client, batch_id, chosen, shape, consent, everything=everything)


@app.command(
    "tag", epilog="Example: pasqal batches tag 7c9e6679-7425-40de-944b-e07fc1f90ae7 --add scan"
)
@options(SHAPING, CONNECTING)
def tag(
    batch_id: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    tags: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TAG...]", help="All tags that the batch is to have."),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            metavar="TAG",
            show_default=False,
            help="Add this tag to those that the batch has; can be repeated.",
        ),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(
            "--remove",
            metavar="TAG",
            show_default=False,
            help="Remove this tag; can be repeated.",
        ),
    ] = None,
    clear: Annotated[
        bool, typer.Option("--clear", show_default=False, help="Remove all tags.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            show_default=False,
            help="Show the tags before and after, and change nothing.",
        ),
    ] = False,
) -> int:
    """Change the tags of a batch.

    This is done without a question; stderr has the tags before. The tags that this client gives
    each batch are kept. The service can only replace all tags at once, so a tag that somebody else
    adds in the same moment is lost.
    """
    from ..account import connect
    from ..typed_names import parse_id
    from ..writes.tag_change import read_wish, set_tags

    batch = parse_id(batch_id)
    wish = read_wish(tags, add, remove, clear=clear)
    with connect(where) as client:
        return set_tags(client, batch, wish, shape, dry_run=dry_run)


@app.command(
    "wait", epilog="Example: pasqal batches wait 7c9e6679-7425-40de-944b-e07fc1f90ae7 --timeout 1h"
)
@options(SHAPING, CONNECTING)
def wait(
    batch_id: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    timeout: Annotated[str | None, TIMEOUT] = None,
    poll: Annotated[str | None, POLL] = None,
    unknown_status: Annotated[UnknownStatus, UNKNOWN_STATUS] = UnknownStatus.ERROR,
) -> int:
    """Wait until all jobs of a batch have ended.

    The exit code is 4 if one of them ends in ERROR, or the time is up. -q prints the ids of those
    that failed.
    """
    from ..account import connect
    from ..typed_names import parse_id
    from ..wait import parse_times, wait_and_report

    subject = {"batch_id": parse_id(batch_id)}
    times = parse_times(timeout, poll)
    with connect(where) as client:
        return wait_and_report(client.jobs, subject, shape, unknown_status.value, **times)


app.command("create", epilog=submissions.CREATE_EXAMPLE)(submissions.create)
app.command("add-jobs", epilog=submissions.ADD_EXAMPLE)(submissions.add_jobs)
