"""`pasqal batches`: changing batches, and waiting for them. A command shows first what it would change, and asks."""

from typing import Annotated

import typer

from ..failures import UsageMistake
from ..filter_options import JOB_FILTERING, Filters
from ..options import (
    CONNECTING,
    POLL,
    SHAPING,
    TIMEOUT,
    UNKNOWN_STATUS,
    Shape,
    UnknownStatus,
    Where,
    options,
)
from ..typer_groups import group

app = group("batches", "Cancel the jobs of a batch, complete it, wait for it.")

_BATCH = typer.Argument(metavar="BATCH", help="The id of the batch.")
_YES = typer.Option("--yes", "-y", show_default=False, help="Go ahead without asking.")


@app.command(
    "cancel-jobs",
    epilog="Example: pasqal batches cancel-jobs 7c9e6679-7425-40de-944b-e07fc1f90ae7 --status pending --dry-run",
)
@options(JOB_FILTERING, SHAPING, CONNECTING)
def cancel_jobs(
    batch: Annotated[str, _BATCH],
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
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", show_default=False, help="Show which jobs match, and change nothing."
        ),
    ] = False,
    yes: Annotated[bool, _YES] = False,
) -> int:
    """Cancel the jobs of a batch that match.

    Shows them and asks. The service applies the filters when the request arrives, so a job that
    was added meanwhile is cancelled too if it matches. The exit code is 1 if a job could not be
    cancelled.
    """
    from .. import writes
    from ..account import connect
    from ..filter_values import parse_id, read_filters

    chosen = read_filters(filters)
    batch_id = parse_id(batch)
    # The jobs of a batch have one batch and one project, so these do not choose among them.
    if not chosen.keys() - {"batch_id", "project_id"} and not everything:
        raise UsageMistake(
            "without a filter this would cancel the whole batch", "give a filter or --all"
        )
    with connect(where) as client:
        return writes.cancel(
            client, batch_id, chosen, shape, everything=everything, dry_run=dry_run, yes=yes
        )


@app.command(
    "complete", epilog="Example: pasqal batches complete 7c9e6679-7425-40de-944b-e07fc1f90ae7 --yes"
)
@options(SHAPING, CONNECTING)
def complete(
    batch_id: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    yes: Annotated[bool, _YES] = False,
) -> int:
    """Complete a batch: it accepts no further jobs.

    The batch ends when its jobs have ended. This cannot be undone.
    """
    from .. import writes
    from ..account import connect
    from ..filter_values import parse_id

    batch = parse_id(batch_id)
    with connect(where) as client:
        return writes.complete(client, batch, shape, yes=yes)


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
    from ..filter_values import parse_id
    from ..wait import parse_times, wait_and_report

    subject = {"batch_id": parse_id(batch_id)}
    times = parse_times(timeout, poll)
    with connect(where) as client:
        return wait_and_report(client.jobs, subject, shape, unknown_status.value, **times)
