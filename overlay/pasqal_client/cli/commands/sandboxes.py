"""`pasqal sandbox`: a stand-in for the service on this machine, to try things out."""

import sys
from typing import Any

import typer

from ..failures import UsageMistake
from ..typer_groups import group

app = group("sandbox", "Try things out on this machine.")

# The options are those of the sandbox's own program, its help included.
_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

SUGGESTIONS = """\
This sandbox has five batches, and time passes in it. Paste the next two lines into another terminal, then try:
  pasqal jobs list --since 1h
  pasqal jobs errors
  pasqal batches list
  pasqal devices queue FRESNEL
  pasqal batches list --tag 'omega scan' -q | pasqal jobs results --batch - --by omega -o scan.html
  echo '{}' | pasqal run - --runs 20 --device EMU_FREE --project f67a73f9-1da3-4124-974d-72e2bc80841b
Any JSON object will do for a sequence here. Results are made up.
"""
"""What `pasqal sandbox demo` says first."""


@app.command(
    "serve",
    context_settings=_PASSED_ON,
    epilog="Example: pasqal sandbox serve --seed-data --port 8123",
)
def serve(context: typer.Context) -> int:
    """Run a sandbox until Ctrl-C.

    Prints its address and token as shell commands. `pasqal sandbox serve --help` lists its options.
    """
    run = _load_program()
    return int(run(context.args, prog="pasqal sandbox serve"))


@app.command("demo", context_settings=_PASSED_ON, epilog="Example: pasqal sandbox demo")
def demo(context: typer.Context) -> int:
    """Run a sandbox with jobs in it, and suggest what to try."""
    # Loaded before anything is said: it may not be installed.
    run = _load_program()
    if not {"-h", "--help"} & set(context.args):
        print(SUGGESTIONS, end="", file=sys.stderr)  # noqa: T201
    return int(run(["--seed-data", *context.args], prog="pasqal sandbox demo"))


def _load_program() -> Any:
    try:
        from ...sandbox import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program.main
