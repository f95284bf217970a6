"""Groups and commands with what typer's lack: help in sections, exceptions for Ctrl-C and a broken pipe."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, Final, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from .failures import Interrupted

_Function = TypeVar("_Function", bound=Callable[..., Any])

PASSED_ON: Final = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}
"""Settings of a command that is a program of its own: it gets all arguments, `--help` included."""


class ReaderGone(Exception):  # noqa: N818  # it is not an error
    """Whoever read the output has stopped reading, as `head` does."""


class Group(TyperGroup):
    """Raises exceptions of our own for Ctrl-C and a broken pipe, which typer would turn into exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            # The client attaches the write that was under way, `options` what was given.
            interrupted = Interrupted(getattr(error, "write", None))
            vars(interrupted).update(vars(error))
            raise interrupted from error
        except BrokenPipeError as error:
            raise ReaderGone from error


class _Sectioned(TyperCommand):
    """A command whose help has its options in sections."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, the command's own options, then each set of options under its name."""
        # With rich, typer has sections itself; but rich is slow to import, and help has to be quick.
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            title = _section_of(parameter)
            record = parameter.get_help_record(ctx) or ("", "")
            sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)


def _section_of(parameter: Any) -> str:
    panel = getattr(parameter, "rich_help_panel", None)
    if panel:
        return str(panel)
    return "Arguments" if parameter.param_type_name == "argument" else "Options"


class Commands(typer.Typer):
    """A group of commands, each with sections in its help."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[_Function], _Function]:
        """Add a command."""
        return super().command(name, cls=_Sectioned, **settings)


def group(name: str | None = None, text: str | None = None) -> Commands:
    """A group of commands; without a name, its commands stand alone in the program."""
    return Commands(
        name=name,
        help=text,
        cls=Group,
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


class LateCommands(Mapping[str, Any]):
    """The commands and groups of the program by name, each made when it is needed.

    typer looks at every parameter of a command to make it. For all commands that takes longer than
    whatever else happens before one of them runs.
    """

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            module = import_module(f".commands.{self._modules[name]}", __package__)
            made = typer.main.get_group(module.app)
            self._made[name] = made if made.name else made.commands[name]
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)
