"""The options that commands have in common, each declared once.

A filter of the client is one entry of `FILTERS`; a test holds them against
`pasqal_client._listing.filters.READERS`. A command takes a whole set of options as one argument: `options`
puts them into its signature, from which typer reads them.
"""

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import wraps
from inspect import Parameter
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import typer

Command = TypeVar("Command", bound=Callable[..., Any])


class Format(StrEnum):
    """How results are written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


class Filters(NamedTuple):
    """The filters as they were typed, by the client's names; None if not given."""

    given: dict[str, Any]


class Where(NamedTuple):
    """Which service to ask, as whom, and how."""

    profile: str | None
    region: str | None
    base_url: str | None
    token_file: str | None
    deadline: str | None
    strict: bool
    debug: bool


class Shape(NamedTuple):
    """How to write what was found."""

    output: Format
    quiet: bool


class OptionSet(NamedTuple):
    """Options that a command takes as one argument."""

    argument: str
    parameters: tuple[Parameter, ...]
    collect: Callable[[dict[str, Any]], Any]


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


# ----------------------------------------------------------------------------------------------------------------------
# What the shell offers; the enumerations are open, so other values are taken as well


def _offered(values: list[str], incomplete: str) -> list[str]:
    return [value.lower() if incomplete.islower() else value for value in values]


def statuses(incomplete: str) -> list[str]:
    """The states of a job."""
    from .. import JobStatus

    return _offered([str(value) for value in JobStatus], incomplete)


def origins(incomplete: str) -> list[str]:
    """Where jobs come from."""
    from .. import JobOrigin

    return _offered([str(value) for value in JobOrigin], incomplete)


def sort_keys(incomplete: str) -> list[str]:
    """The fields of a job."""
    from .. import Job

    return [field.name for field in Job.describe()]


def regions(incomplete: str) -> list[str]:
    """The regions."""
    from .._settings.config import REGIONS

    return list(REGIONS)


# ----------------------------------------------------------------------------------------------------------------------
# The filters

_MANY: Final = list[str] | None
_FILTER: Final = "Filters (all have to match; ID, STATUS and ORIGIN can be repeated: any of them)"


def _filter(name: str, kind: Any, *declarations: str, **settings: Any) -> Parameter:
    return option(name, kind, *declarations, rich_help_panel=_FILTER, **settings)


FILTERS: Final[Mapping[str, Parameter]] = {
    parameter.name: parameter
    for parameter in (
        _filter(
            "id", _MANY, "--id", metavar="ID", help="The job with this id; - reads ids from stdin."
        ),
        _filter("batch_id", _MANY, "--batch", metavar="ID", help="Jobs of this batch."),
        _filter(
            "project_id",
            _MANY,
            "--project",
            metavar="ID",
            help="Jobs of this project, instead of the configured one.",
        ),
        _filter("user_id", _MANY, "--user", metavar="ID", help="Jobs of this user."),
        _filter(
            "status",
            _MANY,
            "--status",
            metavar="STATUS",
            complete=statuses,
            help="Jobs in this state, in any case.",
        ),
        _filter(
            "origin",
            _MANY,
            "--origin",
            metavar="ORIGIN",
            complete=origins,
            help="Jobs that came in through this.",
        ),
        _filter(
            "id_starts_with",
            str | None,
            "--id-starts-with",
            metavar="DIGITS",
            help="Jobs whose id begins like this.",
        ),
        _filter(
            "min_runs",
            int | None,
            "--min-runs",
            metavar="N",
            help="Jobs with at least so many runs.",
        ),
        _filter(
            "max_runs",
            int | None,
            "--max-runs",
            metavar="N",
            help="Jobs with at most so many runs.",
        ),
        _filter(
            "errors",
            bool | None,
            "--errors/--no-errors",
            help="Jobs with errors, or those without.",
        ),
        _filter(
            *("start_date", str | None, "--since"),
            metavar="TIME",
            help="Jobs that STARTED then or later: 2d (ago), 2026-11-01, '2026-11-01 14:30'; local time. "
            "Jobs that have not started are left out.",
        ),
        _filter(
            *("end_date", str | None, "--until"),
            metavar="TIME",
            help="Jobs that ENDED then or earlier. Jobs that have not ended are left out.",
        ),
    )
}
"""The filters of `jobs.list` and `batches.cancel_jobs`, by name."""


FILTERING: Final = OptionSet("filters", tuple(FILTERS.values()), lambda given: Filters(given))

# ----------------------------------------------------------------------------------------------------------------------
# The others


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
            help="The profile of the configuration file.",
        ),
        _service(
            "region",
            str | None,
            "--region",
            metavar="NAME",
            complete=regions,
            help="The region, such as fr.",
        ),
        _service(
            "base_url",
            str | None,
            "--base-url",
            metavar="URL",
            help="The service's address, not a region's.",
        ),
        _service(
            "token_file",
            str | None,
            "--token-file",
            metavar="FILE",
            help="Read the token there; - is stdin.",
        ),
        _service(
            "deadline",
            str | None,
            "--deadline",
            metavar="TIME",
            help="Give a request so long, retries included: 10s.",
        ),
        _service(
            "strict",
            bool,
            "--strict",
            default=False,
            help="Fail where an answer departs from the contract.",
        ),
        _service(
            "debug",
            bool,
            "--debug",
            default=False,
            help="Show the requests on stderr, without secrets.",
        ),
    ),
    lambda given: Where(**given),
)

SHAPING: Final = OptionSet(
    "shape",
    (
        option(
            *("output", Format, "--output", "-o"),
            default=Format.TABLE,
            rich_help_panel="Output",
            help="As a table for people (the default), or as data.",
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


def options(*sets: OptionSet) -> Callable[[Command], Command]:
    """Give a command all options of some sets; it takes each set as the argument of that name."""

    def decorate(command: Command) -> Command:
        names = {one.argument for one in sets}
        signature = inspect.signature(command)
        own = [parameter for name, parameter in signature.parameters.items() if name not in names]
        added = [parameter for one in sets for parameter in one.parameters]

        @wraps(command)
        def collecting(**given: Any) -> Any:
            taken = {
                one.argument: one.collect(
                    {parameter.name: given.pop(parameter.name) for parameter in one.parameters}
                )
                for one in sets
            }
            return command(**given, **taken)

        vars(collecting)["__signature__"] = signature.replace(
            parameters=[
                *(parameter.replace(kind=Parameter.KEYWORD_ONLY) for parameter in own),
                *added,
            ]
        )
        collecting.__annotations__ = {}
        return collecting  # type: ignore[return-value]  # called with the same keywords, by typer

    return decorate
