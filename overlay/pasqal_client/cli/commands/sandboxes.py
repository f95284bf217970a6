"""`pasqal sandbox`: a stand-in for the service on this machine, to try things out."""

import sys
from typing import Any

import typer

from ..failures import UsageMistake
from ..typer_groups import PASSED_ON, group

app = group("sandbox", "Try things out on this machine.")

# The options are those of the sandbox's own program, its help included.
SUGGESTIONS = """\
This sandbox has five batches, and time passes in it. Paste the three lines below into another terminal, then try:
  pasqal jobs list --since 1h
  pasqal jobs errors
  pasqal batches list
  pasqal devices queue FRESNEL
  pasqal batches list --tag 'omega scan' -q | pasqal jobs results --batch - --by omega -o scan.html
  pasqal sandbox sequence | pasqal run - --runs 20 --device EMU_FREE
"""
"""What `pasqal sandbox demo` says first."""
_SIMULATED = "Results are simulated with Pulser.\n"
_MADE_UP = """\
Any JSON object will do for a sequence here. Results are made up; Pulser simulates them where it is installed,
which the extra 'simulation' of this package does.
"""


@app.command(
    "serve",
    context_settings=PASSED_ON,
    epilog="Example: pasqal sandbox serve --seed-data --port 8123",
)
def serve(context: typer.Context) -> int:
    """Run a sandbox until Ctrl-C.

    Prints its address and token as shell commands. `pasqal sandbox serve --help` lists its options.
    """
    return int(_load_program().main(context.args, prog="pasqal sandbox serve"))


@app.command("demo", context_settings=PASSED_ON, epilog="Example: pasqal sandbox demo")
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
        print(SUGGESTIONS, results, sep="", end="", file=sys.stderr)  # noqa: T201
    return int(program.main([*options, *context.args], prog="pasqal sandbox demo"))


@app.command("sequence", epilog="Example: pasqal sandbox sequence")
def sequence() -> None:
    """Print a sequence to try out: a pulse on four atoms, as Pulser writes it."""
    _load_program()
    from ...sandbox import SEQUENCE

    print(SEQUENCE)  # noqa: T201


def _load_program() -> Any:
    try:
        from ...sandbox import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program
