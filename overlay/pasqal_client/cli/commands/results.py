"""`pasqal jobs results`: prints, draws, compares and saves what was measured."""

from typing import Annotated

import typer

from ..failures import UsageMistake
from ..options import CONNECTING, Where, options
from ..result_options import RESULT_SHAPING, ResultShape

EXAMPLE = "Example: pasqal jobs results --batch 7c9e6679-7425-40de-944b-e07fc1f90ae7 --by omega"


@options(RESULT_SHAPING, CONNECTING)
def results(
    shape: ResultShape,
    where: Where,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID...", help="Ids of jobs; - reads them from stdin."),
    ] = None,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="ID", show_default=False, help="All jobs of this batch, in order."
        ),
    ] = None,
) -> int:
    """Print the results of jobs.

    In a terminal each job is a histogram: how often each bitstring was measured, the most frequent
    first. Jobs that have not ended are not waited for. The exit code is 1 if a result is missing.
    """
    from ..account import connect
    from ..filter_values import parse_id, parse_ids
    from ..results.report import print_results, read_target

    if bool(ids) == (batch is not None):
        raise UsageMistake("name either jobs or a batch", "give ids, or --batch ID")
    wanted = parse_ids(ids or [])
    batch_id = None
    if batch is not None:
        batch_id = parse_id(batch)
    target = read_target(shape)
    with connect(where) as client:
        if batch_id is not None:
            outcomes = client.jobs.results(batch_id=batch_id, save_to=target.folder)
            return print_results(outcomes, target)
        outcomes = client.jobs.results(ids=wanted, save_to=target.folder)
        return print_results(outcomes, target, len(wanted))
