"""`pasqal sandbox`: a stand-in for the service on this machine, to try things out."""

import sys
from typing import Any

import typer

from ..failures import UsageMistake
from ..typer_groups import group

app = group("sandbox", "Try things out on this machine.")

# The options are those of the sandbox's own program, its help included.
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

_TRY = """\
This sandbox has five batches, and time passes in it. Paste the next two lines into another terminal, then try:
  pasqal jobs list --since 1h
  pasqal jobs count --by status
  pasqal jobs errors
  pasqal jobs list --status pending --all -q | head -3
"""
_SIMULATED = "Its results are simulated with Pulser.\n"
_MADE_UP = (
    "Its results are made up; with the extra 'simulation' of this package, Pulser simulates them.\n"
)


@app.command(
    "serve",
    context_settings=_PASSED_ON,
    epilog="Example: pasqal sandbox serve --seed-data --port 8123",
)
def serve(context: typer.Context) -> int:
    """Run a sandbox until Ctrl-C.

    Prints its address and token as shell commands. `pasqal sandbox serve --help` lists its options.
    """
    return int(_load_program().main(context.args, prog="pasqal sandbox serve"))


@app.command("demo", context_settings=_PASSED_ON, epilog="Example: pasqal sandbox demo")
def demo(context: typer.Context) -> int:
    """Run a sandbox with jobs in it, and suggest what to try."""
    # Loaded before anything is said: it may not be installed.
    program = _load_program()
    from ...sandbox import can_simulate

    options = ["--seed-data"]
    results = _MADE_UP
    if can_simulate():
        options.append("--simulate")
        results = _SIMULATED
    if not {"-h", "--help"} & set(context.args):
        print(_TRY, results, sep="", end="", file=sys.stderr)  # noqa: T201
    return int(program.main([*options, *context.args], prog="pasqal sandbox demo"))


def _load_program() -> Any:
    try:
        from ...sandbox import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program
