"""The tree of commands, and how it is run: whatever goes wrong ends in a line or two and an exit code."""

import contextlib
import sys
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand

from .. import __version__
from .failures import ExitCode, Explanation, explain
from .streams import discard_rest, open_missing, unfailing
from .typer_groups import Commands, Group, LateCommands, ReaderGone

_COMMANDS: Final = {
    "run": (
        "submissions",
        "Submit a batch, wait until its jobs have ended, and print their results.",
    ),
    "ping": ("service", "Check whether the service answers, and how fast."),
    "contract-check": ("service", "Compare the service's answers with the contract."),
    "conform": ("conformance", "Play the conformance kit to a client in any language."),
    "jobs": ("jobs", "Find, count, read, watch, draw, wait for and cancel jobs."),
    "batches": ("batches", "List, read, cancel, repeat and tag batches, and wait for them."),
    "devices": ("devices", "Look at devices, their queues and what they can do."),
    "auth": ("auth", "Sign in, show who is signed in, sign out."),
    "sandbox": ("sandboxes", "Try things out on this machine."),
}
"""The module in `commands` that has each command or group, and how its help begins."""


class _Program(Group):
    """The program: its help needs none of the commands."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the names of commands and groups, and what each is for, as long as a line has room."""
        limit = formatter.width - 6 - max(map(len, _COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, TyperCommand(name, help=text).get_short_help_str(limit))
                    for name, (_, text) in _COMMANDS.items()
                ]
            )


app = Commands(
    help="Work with the jobs, batches and devices of Pasqal Cloud. Exit codes: 0 success, 1 failure, 2 wrong usage, "
    "3 not signed in, 4 a wait timed out or its jobs failed, 130 interrupted.",
    epilog="Example: pasqal jobs list --status error --since 2d",
    cls=_Program,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
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
            callback=_print_version,
            show_default=False,
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """Options of the program itself."""


def program() -> Any:
    """The tree of commands."""
    tree: Any = typer.main.get_command(app)
    tree.commands = LateCommands({name: module for name, (module, _) in _COMMANDS.items()})
    return tree


def run(arguments: list[str]) -> int:
    """Run a command; the exit code."""
    open_missing()
    for stream in (sys.stdout, sys.stderr):
        # A login node may still use ASCII. A notebook's streams cannot be reconfigured.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with contextlib.redirect_stderr(unfailing(sys.stderr)):
        code = _run(arguments)
        sys.stderr.flush()
    return code


def _run(arguments: list[str]) -> int:
    try:
        # Standalone, typer would print errors and exit itself.
        code = program().main(arguments, prog_name="pasqal", standalone_mode=False)
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        discard_rest()
        return 0
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    # Nobody gets to see a traceback.
    except Exception as error:
        # It may be stdout that fails.
        if isinstance(error, OSError):
            discard_rest()
        return _print_error(error)
    return int(code or 0)


def _print_error(error: Exception) -> int:
    explanation = explain(error)
    if isinstance(error, typer.TyperException):
        explanation = _explain_usage(error)
    print(*explanation.lines, sep="\n", file=sys.stderr)  # noqa: T201
    return int(explanation.code)


class _Help(Explanation):
    """Help that was not asked for, as it is."""

    @property
    def lines(self) -> list[str]:
        """The lines to print."""
        return [self.message]


def _explain_usage(error: typer.TyperException) -> Explanation:
    """Say what is wrong with arguments that typer does not understand."""
    message = error.format_message().removesuffix(".")
    # From typer 0.29 on, pydantic puts this before the reason.
    message = message.replace(": Value error, ", ": ", 1)
    # A group without a command raises its help.
    if "\n" in message:
        return _Help(ExitCode.USAGE, message)
    context: Any = getattr(error, "ctx", None)
    command = context.command_path if context else "pasqal"
    # Typer would quote the argument, and after `auth` it may well be a secret.
    if command.startswith("pasqal auth") and "unexpected extra argument" in message:
        return Explanation(
            ExitCode.USAGE,
            "unexpected argument",
            "others can see the command line; `pasqal auth login` asks for a secret, or reads it from a file",
        )
    return Explanation(ExitCode.USAGE, message[:1].lower() + message[1:], f"see `{command} --help`")
