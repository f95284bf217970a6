"""What of the command line stands for an item of the contract: found out by running its code, like the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID

from operation_table import HERE

from .client import BESIDES, source_of

_NAMES: Final = {
    "order_by_direction": "reverse",
    "offset": "everything",
    "complete": "open",
    "batch_id": "ids",
    "job_id": "ids",
    "all": "everything",
    "batch": "batch_id",
    "device_type": "device",
    "project_id": "project",
    "jobs": "file",
}
"""The parameters of commands that have other names than the client's keywords, where these do not occur."""

_ELSEWHERE: Final = {
    "JobPage data": "jobs list",
    "JobPage pagination": "jobs list, jobs count",
    "Pagination total": "jobs list, jobs count, batches list",
    "CancelledJobsAnswer data": "batches cancel-jobs",
    "CancelledJobs jobs": "batches cancel-jobs",
    "CancelledJobs errors": "batches cancel-jobs",
    "BatchPage data": "batches list",
    "BatchPage pagination": "batches list",
    "CancelledBatchesAnswer data": "batches cancel-many",
    "CancelledBatches batches": "batches cancel-many",
    "CancelledBatches errors": "batches cancel-many",
    "BatchAnswer data": "batches create, batches show, batches rebatch",
    "JobAnswer data": "jobs cancel",
    "JobResult counter": "jobs results",
    "JobResult raw": "jobs results -o json",
    "JobResult serialised_results": "jobs results -o json",
    "JobResult partial_register_counter": "jobs results -o json",
    "DevicePage data": "devices list",
    "DeviceSpecAnswer data": "devices specs",
    "DeviceSpecsAnswer data": "devices specs",
    "PublicDeviceSpecsAnswer data": "devices specs",
    "DeviceSpec device_type": "devices specs",
    "DeviceSpec specs": "devices specs",
    "BatchStatusAnswer data": "batches status",
    "HTTPValidationError detail": "stderr",
    "ValidationError loc": "stderr",
    "ValidationError msg": "stderr",
}
"""The commands that show a field of the other objects."""

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
    from pasqal_client.cli import app

    return app.program()


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
    known = {}
    for each in getattr(command(words), "params", ()):
        known[each.name] = each
    name = keyword
    if name not in known:
        name = _NAMES.get(keyword, "")
    parameter = known.get(name)
    if parameter is None:
        return ()
    if parameter.param_type_name == "option":
        return (*parameter.opts, *parameter.secondary_opts)
    return (parameter.metavar,)


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
    places = _views().get(kind)
    if places is None:
        named = _ELSEWHERE.get(f"{kind} {wire}", "")
        return tuple(filter(None, named.split(", ")))
    return tuple(place for place, show in places.items() if _differs(wire, show))


@cache
def _views() -> dict[str, dict[str, Callable[[dict[str, Any]], Any]]]:
    """By the class of an object the commands that show it, each with what it makes of one."""
    from pasqal_client import Batch, BatchStatusReport, Device, Job
    from pasqal_client.cli.display import columns
    from pasqal_client.cli.display.field_text import lines

    def job_row(given: dict[str, Any]) -> Any:
        job = Job.from_dict(given)
        return _cells(columns.job_columns([job]))

    def job_lines(given: dict[str, Any]) -> Any:
        return lines(Job.from_dict(given))

    def batch_row(given: dict[str, Any]) -> Any:
        batch = Batch.from_dict(given)
        return _cells(columns.batch_columns([batch]))

    def batch_lines(given: dict[str, Any]) -> Any:
        batch = Batch.from_dict(given)
        return columns.batch_lines(batch, "")

    def status_row(given: dict[str, Any]) -> Any:
        report = BatchStatusReport.from_dict(given)
        return _cells(columns.status_columns([report]))

    def device_row(given: dict[str, Any]) -> Any:
        device = Device.from_dict(given)
        return _cells(columns.device_columns([device]))

    def device_lines(given: dict[str, Any]) -> Any:
        return columns.device_lines(Device.from_dict(given))

    return {
        "Job": {"jobs list": job_row, "jobs show": job_lines},
        "Batch": {"batches list": batch_row, "batches show": batch_lines},
        "BatchStatusReport": {"batches status": status_row},
        "Device": {"devices list": device_row, "devices show": device_lines},
    }


def _cells(columns: list[Any]) -> list[Any]:
    return [column.cells for column in columns]


def _differs(wire: str, show: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether an object is shown otherwise with a field than without."""
    without = show({})
    return any(show({wire: value}) != without for value in _VALUES)
