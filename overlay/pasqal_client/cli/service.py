"""`pasqal ping` and `pasqal contract-check`: about the service itself."""

from typing import Annotated

import typer

from .exit_codes import Code
from .options import CONNECTING, Where, options


@options(CONNECTING)
def ping(where: Where) -> int:
    """Tell whether the service answers, and how fast."""
    import time

    from . import account, output

    this = account.account(where)
    with account.connected(where, this) as client:
        began = time.perf_counter()
        number = client.jobs.page(limit=1).total
        took = time.perf_counter() - began
    jobs = "an unknown number of" if number is None else number
    output.emit(f"{this.address} answered in {took * 1000:.0f} ms; {jobs} jobs are to be seen\n")
    return Code.DONE


@options(CONNECTING)
def contract_check(
    where: Where,
    pages: Annotated[
        int,
        typer.Option(
            "--pages",
            metavar="N",
            min=1,
            show_default=False,
            help="Pages of 100 jobs to look at; 5 by default.",
        ),
    ] = 5,
) -> int:
    """Compare the answers with the contract.

    Prints a report in Markdown that shows no data. Exit code 1 if anything differs.
    """
    from . import account, output
    from .safe_text import clean

    with account.connected(where) as client:
        report = client.contract_check(pages=pages)
    output.emit(clean(f"{report}\n", keep="\n"))
    return Code.DONE if report.ok else Code.FAILED
