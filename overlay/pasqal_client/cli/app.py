"""The tree of commands, and how it is run: whatever goes wrong ends in a line or two and an exit code."""

import contextlib
import os
import sys
from typing import Annotated, Any

import typer

from .. import __version__
from . import auth, batches, jobs, sandboxes, service
from .exit_codes import Code, Told, explained, let_go, unfailing
from .tree import Commands, Group, Reader

app = Commands(
    help="The jobs and batches of Pasqal Cloud. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, "
    "3 not signed in, 4 a wait timed out or its jobs failed, 130 interrupted.",
    epilog="Example: pasqal jobs list --status error --since 2d",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        print(f"pasqal-client {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_version,
            show_default=False,
            help="Show the version.",
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


for part in (jobs.app, batches.app, auth.app, sandboxes.app):
    app.add_typer(part)
app.command("ping", epilog="Example: pasqal ping")(service.ping)
app.command("contract-check", epilog="Example: pasqal contract-check --pages 1")(
    service.contract_check
)


def run(arguments: list[str]) -> int:
    """Run a command; the exit code."""
    _open_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a login node may still speak ASCII
    with contextlib.redirect_stderr(unfailing(sys.stderr)):
        code = _run(arguments)
        sys.stderr.flush()
    return code


def _run(arguments: list[str]) -> int:
    try:
        code = typer.main.get_command(app).main(
            arguments, prog_name="pasqal", standalone_mode=False
        )
        sys.stdout.flush()
    except (Reader, BrokenPipeError):
        let_go()
        return 0
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except Exception as error:  # no traceback, ever
        if isinstance(error, OSError):
            let_go()  # it may be stdout that fails
        told = _usage(error) if isinstance(error, typer.TyperException) else explained(error)
        print(*told.lines, sep="\n", file=sys.stderr)  # noqa: T201
        return int(told.code)
    return int(code or 0)


def _open_streams() -> None:
    """Where a shell has closed a stream (`>&-`), what is written to it goes nowhere, and nothing comes from it."""
    if sys.stdin is None:
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115  # open to the end
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # open to the end
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


class _Help(Told):
    """Help that was not asked for, as it is."""

    @property
    def lines(self) -> list[str]:
        """The lines to print."""
        return [self.message]


def _usage(error: typer.TyperException) -> Told:
    """What to say about arguments that typer does not understand."""
    message = error.format_message()
    if "\n" in message:
        return _Help(Code.USAGE, message)
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context else "pasqal"
    if command.startswith("pasqal auth") and "unexpected extra argument" in message:
        return Told(
            Code.USAGE,
            "it takes no such argument",
            "secrets are not given on the command line, where others see them",
        )
    return Told(
        Code.USAGE, message[:1].lower() + message[1:], f"`{command} --help` tells what there is"
    )
