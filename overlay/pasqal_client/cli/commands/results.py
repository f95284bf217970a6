"""`pasqal jobs results`: prints, draws, compares and saves what was measured."""

from typing import Annotated, Any

import typer

from ..failures import UsageMistake
from ..options import CONNECTING, JOB_IDS, Where, options
from ..result_options import RESULT_SHAPING, ResultShape

EXAMPLE = "Example: pasqal jobs results --batch 3b241101-e2bb-4255-8caf-4136c566a962 --save results"


@options(RESULT_SHAPING, CONNECTING)
def results(
    shape: ResultShape,
    where: Where,
    ids: Annotated[list[str] | None, JOB_IDS] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="ID", show_default=False, help="All jobs of this batch, in order."
        ),
    ] = None,
) -> int:
    """Print the results of jobs: how often each bitstring was measured.

    By default a histogram for each job, the most frequent bitstring first. Jobs that have not ended
    are not waited for. The exit code is 1 if a result is missing.
    """
    from ..account import connect
    from ..results.report import print_results, read_target
    from ..streams import say
    from ..typed_names import parse_id, parse_ids

    if bool(ids) == (batch is not None):
        raise UsageMistake("give either ids or --batch")
    subject: dict[str, Any] = {}
    total = None
    if batch is not None:
        subject["batch_id"] = parse_id(batch)
    else:
        subject["ids"] = parse_ids(ids or [])
        total = len(subject["ids"])
    target = read_target(shape)
    with connect(where) as client:
        outcomes = client.jobs.results(**subject, save_to=target.folder)
        try:
            return print_results(outcomes, target, total)
        except KeyboardInterrupt:
            if target.folder is not None:
                say(f"what came is in {target.folder}; the same command fetches the rest")
            raise
