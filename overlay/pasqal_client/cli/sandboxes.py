"""`pasqal sandbox`: a stand-in for the service on this machine, to try things out."""

import sys
from typing import Any

import typer

from .exit_codes import UsageMistake
from .tree import group

app = group("sandbox", "Try things out on this machine.")

_PASSED_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

_TRY = """\
This sandbox has five batches in it, and time passes in it. Paste the two lines that follow into another terminal; then:
  pasqal jobs list --since 1h
  pasqal jobs count --by status
  pasqal jobs errors
  pasqal jobs list --status pending --all -q | head -3
"""


@app.command(
    "serve",
    context_settings=_PASSED_ON,
    epilog="Example: pasqal sandbox serve --seed-data --port 8123",
)
def serve(context: typer.Context) -> int:
    """Run a sandbox until Ctrl-C.

    It prints its address and token as shell commands; `pasqal sandbox serve --help` tells its
    options.
    """
    return _run(context.args, "pasqal sandbox serve")


@app.command("demo", context_settings=_PASSED_ON, epilog="Example: pasqal sandbox demo")
def demo(context: typer.Context) -> int:
    """Run one with jobs in it, and say what to try."""
    program = _program()  # before anything is said
    if not {"-h", "--help"} & set(context.args):
        print(_TRY, end="", file=sys.stderr)  # noqa: T201
    return int(program(["--seed-data", *context.args], prog="pasqal sandbox demo"))


def _run(arguments: list[str], name: str) -> int:
    return int(_program()(arguments, prog=name))


def _program() -> Any:
    try:
        from ..sandbox import program
    except ImportError as error:
        raise UsageMistake(str(error)) from None
    return program.main
