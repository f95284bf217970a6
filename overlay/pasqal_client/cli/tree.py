"""How groups and commands behave that typer does not see to: sections in the help, and what Ctrl-C leaves behind."""

from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from .exit_codes import Interrupted

Function = TypeVar("Function", bound=Callable[..., Any])


class Reader(Exception):  # noqa: N818  # it is not an error
    """Whoever read the output has gone, as `head` does."""


class Group(TyperGroup):
    """Tells an interruption and a broken pipe apart before typer makes exit codes of them."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise Interrupted(getattr(error, "write", None)) from error
        except BrokenPipeError as error:
            raise Reader from error


class Sectioned(TyperCommand):
    """A command whose help has its options in sections."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments, the command's own options, then each set of options under its name."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            own = "Arguments" if parameter.param_type_name == "argument" else "Options"
            title = getattr(parameter, "rich_help_panel", None) or own
            sections.setdefault(title, []).append(parameter.get_help_record(ctx) or ("", ""))
        for title in filter(sections.get, sections):
            with formatter.section(title):
                formatter.write_dl(sections[title])


class Commands(typer.Typer):
    """A group of commands, each with sections in its help."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        """Add a command."""
        return super().command(name, cls=Sectioned, **settings)


def group(name: str, text: str) -> Commands:
    """A group of commands."""
    return Commands(
        name=name,
        help=text,
        cls=Group,
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
