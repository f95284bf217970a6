"""The options that several commands have, each declared once; those of one command are declared with it.

A command takes a whole set of options as one argument: `options` puts them into its signature, from
which typer reads them. Filters are in `filter_options`.
"""

import inspect
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from inspect import Parameter
from typing import Annotated, Any, Final, TypeVar

import typer

from .._display import quoted
from .completion import complete_regions
from .failures import attach

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True)
class Where:
    """Which service to ask, as whom, and how."""

    profile: str | None
    region: str | None
    base_url: str | None
    token_file: str | None
    deadline: str | None
    strict: bool
    debug: bool

    @property
    def again(self) -> str:
        """The options that chose the service and the account, to be typed after another command; no secret."""
        typed = ""
        for flag, value in (
            ("--profile", self.profile),
            ("--region", self.region),
            ("--base-url", self.base_url),
            ("--token-file", self.token_file),
        ):
            if value is not None:
                typed += f" {flag} {shlex.quote(value)}"
        return typed


@dataclass(frozen=True)
class Shape:
    """How to write what was found."""

    output: Format
    quiet: bool

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, indented or in lines."""
        return self.output in (Format.JSON, Format.JSONL)


@dataclass(frozen=True)
class Order:
    """In which order to print a list."""

    order_by: str | None
    reverse: bool

    @property
    def keywords(self) -> dict[str, Any]:
        """The same as the client has it."""
        return {
            "order_by": self.order_by,
            "order_by_direction": "ASC" if self.reverse else "DESC",
        }


@dataclass(frozen=True)
class Range(Order):
    """Which part of a list to print, and in which order."""

    limit: int | None
    everything: bool


@dataclass(frozen=True)
class Consent:
    """Whether to change anything, and whether to ask before."""

    dry_run: bool
    yes: bool


class UnknownStatus(StrEnum):
    """How to treat unknown states."""

    ERROR = "error"
    ACTIVE = "active"
    TERMINAL = "terminal"


@dataclass(frozen=True)
class OptionSet:
    """Options that a command takes as one argument."""

    argument: str
    parameters: tuple[Parameter, ...]
    collect: Callable[[dict[str, Any]], Any]

    def take(self, given: dict[str, Any]) -> Any:
        """Take these options out of all that were given, and make the argument of them."""
        return self.collect({one.name: given.pop(one.name) for one in self.parameters})


def option(
    name: str,
    kind: Any,
    *declarations: str,
    default: object = None,
    complete: Any = None,
    **settings: Any,
) -> Parameter:
    """An option as a parameter of a command."""
    info = typer.Option(*declarations, autocompletion=complete, show_default=False, **settings)
    return Parameter(
        name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def integer(least: int | None = None) -> Callable[[object], int]:
    """A parser of an integer, which is not below the least one if there is such a bound.

    What typer itself says of one that it cannot read depends on its version.
    """

    def parse(given: object) -> int:
        try:
            number = int(str(given))
        except ValueError:
            raise typer.BadParameter(f"{quoted(str(given))} is not an integer") from None
        if least is not None and number < least:
            raise typer.BadParameter(f"expected at least {least}, got {number}")
        return number

    return parse


# ----------------------------------------------------------------------------------------------------------------------
# The connection, and the output


def _service(name: str, kind: Any, *declarations: str, **settings: Any) -> Parameter:
    return option(name, kind, *declarations, rich_help_panel="Connection", **settings)


CONNECTING: Final = OptionSet(
    "where",
    (
        _service(
            "profile",
            str | None,
            "--profile",
            metavar="NAME",
            help="Profile of the configuration file to use.",
        ),
        _service(
            "region",
            str | None,
            "--region",
            metavar="NAME",
            complete=complete_regions,
            help="Region of the service, such as fr.",
        ),
        _service(
            "base_url",
            str | None,
            "--base-url",
            metavar="URL",
            help="Address of the service, instead of a region.",
        ),
        _service(
            "token_file",
            str | None,
            "--token-file",
            metavar="FILE",
            help="Read the token from this file; - is stdin.",
        ),
        _service(
            "deadline",
            str | None,
            "--deadline",
            metavar="TIME",
            help="Time limit for a request and its retries, such as 10s.",
        ),
        _service(
            "strict",
            bool,
            "--strict",
            default=False,
            help="Fail if an answer departs from the contract, or a list may lack jobs.",
        ),
        _service(
            "debug",
            bool,
            "--debug",
            default=False,
            help="Show requests and answers on stderr, without secrets.",
        ),
    ),
    lambda given: Where(**given),
)

SHAPING: Final = OptionSet(
    "shape",
    (
        option(
            "output",
            Format,
            "--output",
            "-o",
            default=Format.TABLE,
            rich_help_panel="Output",
            help="Print a table for people (default), or data.",
        ),
        option(
            "quiet",
            bool,
            "--quiet",
            "-q",
            default=False,
            rich_help_panel="Output",
            help="Print ids only.",
        ),
    ),
    lambda given: Shape(**given),
)

CONFIRMING: Final = OptionSet(
    "consent",
    (
        option(
            "dry_run",
            bool,
            "--dry-run",
            default=False,
            help="Show what this is about, and change nothing.",
        ),
        option("yes", bool, "--yes", "-y", default=False, help="Go ahead without asking."),
    ),
    lambda given: Consent(**given),
)

LIMIT: Final = 20
"""How many items are listed by default."""


def range_of(many: str, complete_keys: Any) -> OptionSet:
    """The options that say which part of a list of jobs or batches to print.

    Args:
        many: what is listed.
        complete_keys: completes the fields to sort by.
    """
    return OptionSet(
        "part",
        (
            option(
                "limit",
                int | None,
                "--limit",
                metavar="N",
                parser=integer(1),
                help=f"At most this many {many} (default {LIMIT}).",
            ),
            option("everything", bool, "--all", default=False, help=f"All {many} that match."),
            *_ordering(complete_keys),
        ),
        lambda given: Range(**given),
    )


def order_of(complete_keys: Any) -> OptionSet:
    """The options that say in which order to print a list of which all is printed.

    Args:
        complete_keys: completes the fields to sort by.
    """
    return OptionSet("order", _ordering(complete_keys), lambda given: Order(**given))


def _ordering(complete_keys: Any) -> tuple[Parameter, ...]:
    return (
        option(
            "order_by",
            str | None,
            "--order-by",
            metavar="FIELD",
            complete=complete_keys,
            help="Field to sort by (default created_at).",
        ),
        option(
            "reverse",
            bool,
            "--reverse",
            default=False,
            help="Sort in ascending order: the oldest or smallest first.",
        ),
    )


JOB_IDS: Final = typer.Argument(metavar="ID...", help="Ids of jobs; - reads them from stdin.")

# ----------------------------------------------------------------------------------------------------------------------
# Waiting and watching: single options, because not every command has all of them

TIMEOUT: Final = typer.Option(
    "--timeout",
    metavar="TIME",
    show_default=False,
    help="Give up after this time, such as 90s, 10m or 2h.",
)
POLL: Final = typer.Option(
    "--poll",
    metavar="TIME",
    show_default=False,
    help="Time between the first two looks (default 1s); it grows from look to look.",
)
UNKNOWN_STATUS: Final = typer.Option(
    "--unknown-status",
    help="How to treat unknown job states (default error).",
    show_default=False,
)

# ----------------------------------------------------------------------------------------------------------------------
# How a command takes them


def options(*sets: OptionSet) -> Callable[[_Command], _Command]:
    """Give a command all options of some sets; it takes each set as the argument of that name."""

    def decorate(command: _Command) -> _Command:
        @wraps(command)
        def run(**given: Any) -> Any:
            typed = dict(given)
            taken = {one.argument: one.take(given) for one in sets}
            with attach(given={**typed, **taken}):
                return command(**given, **taken)

        # Typer reads the options from the signature, unless there are annotations.
        vars(run)["__signature__"] = _flat_signature(command, sets)
        run.__annotations__ = {}
        return run  # type: ignore[return-value]  # called with the same keywords, by typer

    return decorate


def _flat_signature(command: _Command, sets: tuple[OptionSet, ...]) -> inspect.Signature:
    """The signature of a command with the options of the sets instead of the sets."""
    signature = inspect.signature(command)
    collected = {one.argument for one in sets}
    parameters = []
    for name, parameter in signature.parameters.items():
        if name not in collected:
            # What has no default may follow what has one only among keywords.
            parameters.append(parameter.replace(kind=Parameter.KEYWORD_ONLY))
    for one in sets:
        parameters.extend(one.parameters)
    return signature.replace(parameters=parameters)
