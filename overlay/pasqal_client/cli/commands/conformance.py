"""`pasqal conform`: for authors of clients in other languages."""

import typer

from ..failures import UsageMistake


def conform(context: typer.Context) -> int:
    """Play the conformance kit to a client in any language.

    `pasqal conform --help` lists its options.
    """
    try:
        from ...conformance import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program.main(context.args, prog="pasqal conform")
