"""What of the command line stands for an item of the contract: found out by running its code, like the rest."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from functools import cache
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

COMMANDS: Final = {
    "get_jobs": ("jobs", "list"),
    "cancel_jobs": ("batches", "cancel-jobs"),
    "complete_batch": ("batches", "complete"),
}
"""The command that makes one request of an operation, or, for a list, walks through its pages."""

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


def options(operation_id: str, word: str) -> tuple[str, ...]:
    """The option, or the argument, of the command that reaches a keyword of the client; none if there is none."""
    if operation_id not in COMMANDS or not word:
        return ()
    group, name = COMMANDS[operation_id]
    parameters = _tree().commands[group].commands[name].params
    found = next((one for one in parameters if one.name == _NAMES.get(word, word)), None)
    if found is None:
        return ()
    return (
        (*found.opts, *found.secondary_opts)
        if found.param_type_name == "option"
        else (found.metavar,)
    )


@cache
def _tree() -> Any:
    import typer

    from pasqal_client.cli import app

    return typer.main.get_command(app.app)


def shown(kind: str, wire: str) -> tuple[str, ...]:
    """The commands that show a field of an object."""
    from pasqal_client import Batch, Job
    from pasqal_client.cli.field_text import lines
    from pasqal_client.cli.output import job_columns

    if kind == "Job":
        listed = _differs(
            wire, lambda given: [column.cells for column in job_columns([Job.from_dict(given)])]
        )
        told = _differs(wire, lambda given: lines(Job.from_dict(given)))
        return (*(["jobs list"] if listed else []), *(["jobs show"] if told else []))
    if kind == "Batch":
        table = _differs(wire, lambda given: _completed(Batch.from_dict(given), "table"))
        data = _differs(wire, lambda given: _completed(Batch.from_dict(given), "json"))
        return ("batches complete",) if table else ("batches complete -o json",) if data else ()
    return _ELSEWHERE.get((kind, wire), ())


def _differs(wire: str, show: Any) -> bool:
    without = show({})
    return any(show({wire: value}) != without for value in _VALUES)


def _completed(batch: Any, output: str) -> str:
    """What `batches complete` prints of an answer."""
    from pasqal_client.cli.options import Format, Shape
    from pasqal_client.cli.writes import complete

    client: Any = SimpleNamespace(batches=SimpleNamespace(complete=lambda _batch: batch))
    with redirect_stdout(io.StringIO()) as printed:
        complete(client, _ID, Shape(Format(output), quiet=False), yes=True)
    return printed.getvalue()
