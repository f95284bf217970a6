"""`pasqal ping` and `pasqal contract-check`: about the service itself."""

from typing import Annotated

import typer

from ..failures import ExitCode
from ..options import CONNECTING, Where, integer, options
from ..typer_groups import group

app = group()


@app.command("ping", epilog="Example: pasqal ping")
@options(CONNECTING)
def ping(where: Where) -> int:
    """Check whether the service answers, and how fast."""
    import time

    from ..account import connect, find_account
    from ..display import output
    from ..display.words import many

    account = find_account(where)
    with connect(where, account) as client:
        began = time.perf_counter()
        number = client.jobs.page(limit=1).total
        took = time.perf_counter() - began
    # A service that does not count leaves the total out.
    jobs = "an unknown number of jobs" if number is None else many(number, "job")
    output.emit(f"{account.address} answered in {took * 1000:.0f} ms; {jobs} visible\n")
    return ExitCode.DONE


@app.command("contract-check", epilog="Example: pasqal contract-check --pages 1")
@options(CONNECTING)
def contract_check(
    where: Where,
    pages: Annotated[
        int,
        typer.Option(
            "--pages",
            metavar="N",
            parser=integer(1),
            show_default=False,
            help="Number of pages to read, of 100 jobs each (default 5).",
        ),
    ] = 5,
) -> int:
    """Compare the service's answers with the contract.

    Prints a report in Markdown that shows no data. The exit code is 1 if anything differs.
    """
    from ..account import connect
    from ..display import output
    from ..display.safe_text import escape

    with connect(where) as client:
        report = client.contract_check(pages=pages)
    output.emit(escape(f"{report}\n", keep="\n"))
    return ExitCode.DONE if report.ok else ExitCode.FAILED
