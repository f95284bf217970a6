"""`pasqal run`, `batches create` and `batches add-jobs`. They submit what was typed, without a question."""

from typing import Annotated, Final

import typer

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
from ..result_options import RESULT_SHAPING, ResultShape
from ..submission_options import BATCH_CHOICE, JOB_CHOICE, BatchChoice, JobChoice
from ..typer_groups import group

_RUN_EXAMPLE: Final = (
    "Example: pasqal run sequence.json --runs 500 --set omega=3.1 --device EMU_FREE"
)
CREATE_EXAMPLE: Final = (
    "Example: pasqal batches create sequence.json --jobs scan.csv --runs 500 --tag scan"
)
ADD_EXAMPLE: Final = "Example: pasqal batches add-jobs 7c9e6679-7425-40de-944b-e07fc1f90ae7 --jobs scan.csv --runs 500"

app = group()

_SEQUENCE = typer.Argument(
    metavar="[SEQUENCE]",
    show_default=False,
    help="File with the sequence, as Pulser serialises it; - is stdin. Not needed if each job has its own.",
)
_DRY_RUN = typer.Option(
    "--dry-run",
    show_default=False,
    help="Check everything, show what would be sent, and send nothing.",
)


@app.command("run", epilog=_RUN_EXAMPLE)
@options(JOB_CHOICE, BATCH_CHOICE, RESULT_SHAPING, CONNECTING)
def run(
    jobs: JobChoice,
    batch: BatchChoice,
    shape: ResultShape,
    where: Where,
    sequence: Annotated[str | None, _SEQUENCE] = None,
    dry_run: Annotated[bool, _DRY_RUN] = False,
    timeout: Annotated[str | None, TIMEOUT] = None,
    poll: Annotated[str | None, POLL] = None,
    unknown_status: Annotated[UnknownStatus, UNKNOWN_STATUS] = UnknownStatus.ERROR,
) -> int:
    """Submit a batch, wait until its jobs have ended, and print their results.

    The batch is submitted once, whatever happens on the way. Ctrl-C or --timeout ends the wait and
    not the batch; the commands to go on with are printed. The exit code is 4 if a job ends in
    ERROR, or the time is up.
    """
    from ..account import connect
    from ..options import Format
    from ..results.report import read_target
    from ..submission import draft, flow, preview
    from ..submission.stage import Stage
    from ..wait import parse_times

    stage = Stage(unknown_status.value)
    with stage.explained():
        times = parse_times(timeout, poll)
        target = read_target(shape)
        batch_draft = draft.read_batch_draft(sequence, jobs, batch, where)
        draft.check_comparison(batch_draft.jobs, target.by)
        stage.places = batch_draft.jobs.places
        if dry_run:
            return preview.show_batch(
                batch_draft, Shape(target.format or Format.TABLE, shape.quiet)
            )
        with connect(where, on_request=stage.see_request) as client:
            return flow.run(client, batch_draft, stage, target, **times)


@options(JOB_CHOICE, BATCH_CHOICE, SHAPING, CONNECTING)
def create(
    jobs: JobChoice,
    batch: BatchChoice,
    shape: Shape,
    where: Where,
    sequence: Annotated[str | None, _SEQUENCE] = None,
    is_open: Annotated[
        bool,
        typer.Option(
            "--open",
            show_default=False,
            help="Create an open batch: jobs can be added until it is completed.",
        ),
    ] = False,
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> int:
    """Submit a batch, and print it.

    The batch is submitted once, whatever happens on the way. `pasqal run` also waits for it, and
    prints the results.
    """
    from ..account import connect
    from ..submission import draft, flow, preview
    from ..submission.stage import Stage

    stage = Stage()
    with stage.explained():
        batch_draft = draft.read_batch_draft(sequence, jobs, batch, where, is_open=is_open)
        stage.places = batch_draft.jobs.places
        if dry_run:
            return preview.show_batch(batch_draft, shape)
        with connect(where, on_request=stage.see_request) as client:
            return flow.create(client, batch_draft, stage, shape)


@options(JOB_CHOICE, SHAPING, CONNECTING)
def add_jobs(
    batch_id: Annotated[str, typer.Argument(metavar="BATCH", help="The id of the open batch.")],
    jobs: JobChoice,
    shape: Shape,
    where: Where,
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> int:
    """Add jobs to an open batch, and print them.

    They are added once, whatever happens on the way. The batch does not end before it is completed,
    or times out.
    """
    from ..account import connect
    from ..submission import draft, flow, preview
    from ..submission.stage import Stage
    from ..typed_names import parse_id

    stage = Stage()
    with stage.explained():
        batch = parse_id(batch_id)
        draft.check_stdin(batch_id, jobs.file, where.token_file)
        job_draft = draft.read_job_draft(jobs)
        stage.places = job_draft.places
        if dry_run:
            return preview.show_jobs(job_draft, shape)
        with connect(where, on_request=stage.see_request) as client:
            return flow.add_jobs(client, batch, job_draft, shape)
