"""`pasqal conform`: for authors of clients in other languages."""

import typer

from ..failures import UsageMistake
from ..typer_groups import PASSED_ON, group

app = group()


@app.command(
    "conform",
    context_settings=PASSED_ON,
    epilog="Example: pasqal conform --list --only devices",
)
def conform(context: typer.Context) -> int:
    """Play the conformance kit to a client in any language.

    `pasqal conform --help` lists its options.
    """
    try:
        from ...conformance import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program.main(context.args, prog="pasqal conform")
