"""What of the command line stands for an item of the contract: found out by running its code, like the rest."""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from functools import cache
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from operation_table import HERE

from .client import BESIDES, source_of

# Those of the command's parameters that have other names than the client's keywords.
_NAMES: Final = {"order_by_direction": "reverse", "offset": "everything"}

_ELSEWHERE: Final = {
    ("JobPage", "data"): ("jobs list",),
    ("JobPage", "pagination"): ("jobs list", "jobs count"),
    ("Pagination", "total"): ("jobs list", "jobs count"),
    ("CancelledJobsAnswer", "data"): ("batches cancel-jobs",),
    ("CancelledJobs", "jobs"): ("batches cancel-jobs",),
    ("CancelledJobs", "errors"): ("batches cancel-jobs",),
    ("BatchAnswer", "data"): ("batches complete",),
    ("HTTPValidationError", "detail"): ("stderr",),
    ("ValidationError", "loc"): ("stderr",),
    ("ValidationError", "msg"): ("stderr",),
}

_ID: Final = UUID(int=0)
_VALUES: Final = (
    str(_ID),
    "DONE",
    5,
    "2026-01-01T00:00:00Z",
    ["reason"],
    True,
    {"key": "value"},
    None,
)
"""For each kind of field one that it can have."""


def command(words: str) -> Any:
    """The command of these words, such as `jobs list`; None if there is none."""
    found = _tree()
    for word in words.split():
        found = getattr(found, "commands", {}).get(word)
    return found


@cache
def _tree() -> Any:
    import typer

    from pasqal_client.cli import app

    return typer.main.get_command(app.app)


def missing_command(words: str) -> str:
    """What the command line lacks to have a command, with the place where it belongs; empty if nothing."""
    from pasqal_client.cli import app

    if command(words) is not None:
        return ""
    group = command(words.split()[0])
    place = source_of(app.run)
    for known in getattr(group, "commands", {}).values():
        place = source_of(inspect.unwrap(known.callback))
    return f"no command `pasqal {words}`; add it to {place}, or name None in its place in TABLE of {HERE}"


def options(words: str, keyword: str) -> tuple[str, ...]:
    """The option, or the argument, of a command that reaches a keyword of the client; none if there is none."""
    wanted = _NAMES.get(keyword, keyword)
    for parameter in getattr(command(words), "params", ()):
        if not keyword or parameter.name != wanted:
            continue
        if parameter.param_type_name == "option":
            return (*parameter.opts, *parameter.secondary_opts)
        return (parameter.metavar,)
    return ()


def option_place(words: str, wire: str) -> str:
    """Where an option for a parameter that a command does not reach belongs."""
    from pasqal_client.cli import filter_options as declared

    taken = {parameter.name for parameter in command(words).params}
    tables = {}
    for name, table in vars(declared).items():
        # The filters of a list are a table of options, which its command takes as a whole.
        if name.isupper() and isinstance(table, Mapping) and table:
            tables[name] = len(taken & table.keys()) / len(table)
    best = max(tables, key=lambda name: tables[name], default="")
    if wire not in BESIDES and tables.get(best, 0) > 0.5:
        return f"{best} in {source_of(declared.flag_of)}"
    return f"the options of the command in {source_of(inspect.unwrap(command(words).callback))}"


def shown(kind: str, wire: str) -> tuple[str, ...]:
    """The commands that show a field of an object."""
    from pasqal_client import Batch, Job
    from pasqal_client.cli.display.columns import job_columns
    from pasqal_client.cli.display.field_text import lines

    if kind == "Job":
        places = {
            "jobs list": lambda given: [one.cells for one in job_columns([Job.from_dict(given)])],
            "jobs show": lambda given: lines(Job.from_dict(given)),
        }
        return tuple(place for place, show in places.items() if _differs(wire, show))
    if kind == "Batch":
        # The table is for people, so what it shows need not be looked for in the data.
        if _differs(wire, lambda given: _completed(Batch.from_dict(given), "table")):
            return ("batches complete",)
        if _differs(wire, lambda given: _completed(Batch.from_dict(given), "json")):
            return ("batches complete -o json",)
        return ()
    return _ELSEWHERE.get((kind, wire), ())


def _differs(wire: str, show: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether an object is shown otherwise with a field than without."""
    without = show({})
    return any(show({wire: value}) != without for value in _VALUES)


def _completed(batch: Any, output: str) -> str:
    """What `batches complete` prints of an answer."""
    from pasqal_client.cli.options import Format, Shape
    from pasqal_client.cli.writes import complete

    client: Any = SimpleNamespace(batches=SimpleNamespace(complete=lambda _batch: batch))
    with redirect_stdout(io.StringIO()) as printed:
        complete(
            client,
            _ID,
            Shape(Format(output), quiet=False),
            yes=True,
        )
    return printed.getvalue()
