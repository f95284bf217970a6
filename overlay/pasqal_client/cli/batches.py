"""`pasqal batches`: changing batches, and waiting for them. What changes something shows it first, and asks."""

from typing import Annotated

import typer

from .exit_codes import UsageMistake
from .jobs import _POLL, _TIMEOUT, _UNKNOWN, UnknownStatus
from .options import CONNECTING, FILTERING, SHAPING, Filters, Shape, Where, options
from .tree import group

app = group("batches", "Cancel the jobs of a batch, complete it, wait for it.")

_BATCH = typer.Argument(metavar="BATCH", help="The id of the batch.")
_YES = typer.Option("--yes", "-y", show_default=False, help="Do it without asking.")


@app.command(
    "cancel-jobs",
    epilog="Example: pasqal batches cancel-jobs 7c9e6679-7425-40de-944b-e07fc1f90ae7 --status pending --dry-run",
)
@options(FILTERING, SHAPING, CONNECTING)
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
            help="Every job of the batch; needed where there is no filter.",
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", show_default=False, help="Only show which jobs match; change nothing."
        ),
    ] = False,
    yes: Annotated[bool, _YES] = False,
) -> int:
    """Cancel the jobs of a batch that match.

    Shows them and asks. The service decides by the filters when the request arrives, so a job that
    came in meanwhile is cancelled if it matches. Exit code 1 if a job could not be cancelled.
    """
    from . import account, filter_values, writes

    chosen = filter_values.chosen(filters)
    (batch_id,) = filter_values.checked_ids([batch])
    # The jobs of a batch have one batch and one project, so these do not choose among them.
    if not chosen.keys() - {"batch_id", "project_id"} and not everything:
        raise UsageMistake(
            "without a filter this would cancel the whole batch", "give a filter, or say --all"
        )
    with account.connected(where) as client:
        return writes.cancel(
            client, batch_id, chosen, shape, everything=everything, dry_run=dry_run, yes=yes
        )


@app.command(
    "complete", epilog="Example: pasqal batches complete 7c9e6679-7425-40de-944b-e07fc1f90ae7 --yes"
)
@options(SHAPING, CONNECTING)
def complete(
    batch: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    yes: Annotated[bool, _YES] = False,
) -> int:
    """Complete a batch: it takes no more jobs.

    It ends when those that it has have ended. This cannot be undone.
    """
    from . import account, filter_values, writes

    (batch_id,) = filter_values.checked_ids([batch])
    with account.connected(where) as client:
        return writes.complete(client, batch_id, shape, yes=yes)


@app.command(
    "wait", epilog="Example: pasqal batches wait 7c9e6679-7425-40de-944b-e07fc1f90ae7 --timeout 1h"
)
@options(SHAPING, CONNECTING)
def wait(
    batch: Annotated[str, _BATCH],
    shape: Shape,
    where: Where,
    timeout: Annotated[str | None, _TIMEOUT] = None,
    poll: Annotated[str | None, _POLL] = None,
    unknown_status: Annotated[UnknownStatus, _UNKNOWN] = UnknownStatus.ERROR,
) -> int:
    """Wait until every job of a batch has ended.

    Exit code 4 if one of them ends in ERROR, or the time is up. -q prints the ids of those that
    failed.
    """
    from . import account, filter_values, wait

    (batch_id,) = filter_values.checked_ids([batch])
    times = wait.times(timeout, poll)
    with account.connected(where) as client:
        return wait.waited(
            client.jobs, {"batch_id": batch_id}, shape, unknown_status.value, **times
        )
