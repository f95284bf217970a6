"""The options that choose among jobs, batches and devices: one for each filter of the client.

A test compares them with the tables of the library.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import Parameter
from typing import Any, Final

from .completion import (
    complete_availabilities,
    complete_batch_statuses,
    complete_device_types,
    complete_origins,
    complete_queues,
    complete_statuses,
)
from .options import OptionSet, integer, option


@dataclass(frozen=True)
class Filters:
    """The filters as they were typed, by the client's names; None for those that were not given.

    Attributes:
        given: the filters.
        many: what they choose among: "jobs", "batches", "cancellable batches" or "devices".
    """

    given: dict[str, Any]
    many: str = "jobs"


_MANY: Final = list[str] | None
_TEXT: Final = str | None
_NUMBER: Final = int | None
_CHOICE: Final = bool | None

_PANEL: Final = "Filters (all must match; repeat {} to match any of several)"
_SINCE: Final = (
    "{} that STARTED at this time or later: 2d (ago), 2026-11-01, '2026-11-01 14:30' (local time). "
    "Leaves out {} that have not started."
)
_UNTIL: Final = "{} that ENDED at this time or earlier. Leaves out {} that have not ended."


def _declarer(repeated: str) -> Callable[..., Parameter]:
    """What declares the options of one kind of things, of which some can be repeated."""
    return partial(option, rich_help_panel=_PANEL.format(repeated))


_job = _declarer("ID, STATUS or ORIGIN")

JOB_OPTIONS: Final[Mapping[str, Parameter]] = {
    one.name: one
    for one in (
        _job("id", _MANY, "--id", metavar="ID", help="Jobs with this id; - reads ids from stdin."),
        _job("batch_id", _MANY, "--batch", metavar="ID", help="Jobs of this batch."),
        _job(
            "project_id",
            _MANY,
            "--project",
            metavar="ID",
            help="Jobs of this project instead of the configured one; 'any' means of whichever project.",
        ),
        _job("user_id", _MANY, "--user", metavar="ID", help="Jobs of this user."),
        _job(
            "status",
            _MANY,
            "--status",
            metavar="STATUS",
            complete=complete_statuses,
            help="Jobs in this state, in upper or lower case.",
        ),
        _job(
            "origin",
            _MANY,
            "--origin",
            metavar="ORIGIN",
            complete=complete_origins,
            help="Jobs submitted through this channel.",
        ),
        _job(
            "id_starts_with",
            _TEXT,
            "--id-starts-with",
            metavar="DIGITS",
            help="Jobs whose id starts with these digits.",
        ),
        _job(
            "min_runs",
            _NUMBER,
            "--min-runs",
            metavar="N",
            parser=integer(),
            help="Jobs with at least this many runs.",
        ),
        _job(
            "max_runs",
            _NUMBER,
            "--max-runs",
            metavar="N",
            parser=integer(),
            help="Jobs with at most this many runs.",
        ),
        _job(
            "errors",
            _CHOICE,
            "--errors/--no-errors",
            help="Only jobs with errors, or only jobs without.",
        ),
        _job("start_date", _TEXT, "--since", metavar="TIME", help=_SINCE.format("Jobs", "jobs")),
        _job("end_date", _TEXT, "--until", metavar="TIME", help=_UNTIL.format("Jobs", "jobs")),
    )
}
"""The filters of `jobs.list`, `batches.cancel_jobs` and `batches.rebatch`, by name."""


_batch = _declarer("ID, STATUS, TYPE or QUEUE")

BATCH_OPTIONS: Final[Mapping[str, Parameter]] = {
    one.name: one
    for one in (
        _batch(
            "id", _MANY, "--id", metavar="ID", help="Batches with this id; - reads ids from stdin."
        ),
        _batch(
            "project_id",
            _MANY,
            "--project",
            metavar="ID",
            help="Batches of this project instead of the configured one; 'any' means of whichever project.",
        ),
        _batch("user_id", _MANY, "--user", metavar="ID", help="Batches of this user."),
        _batch(
            "status",
            _MANY,
            "--status",
            metavar="STATUS",
            complete=complete_batch_statuses,
            help="Batches in this state, in upper or lower case.",
        ),
        _batch(
            "device_type",
            _MANY,
            "--device",
            metavar="TYPE",
            complete=complete_device_types,
            help="Batches for this type of device, in upper or lower case.",
        ),
        _batch(
            "queue_priority",
            _MANY,
            "--queue",
            metavar="QUEUE",
            complete=complete_queues,
            help="Batches in the queue of this priority, in upper or lower case.",
        ),
        _batch("tag", _TEXT, "--tag", metavar="TEXT", help="Batches with this tag."),
        _batch(
            "open",
            _CHOICE,
            "--open/--closed",
            help="Only batches that accept further jobs, or only those that do not.",
        ),
        _batch(
            "id_starts_with",
            _TEXT,
            "--id-starts-with",
            metavar="DIGITS",
            help="Batches whose id starts with these digits.",
        ),
        _batch(
            "min_jobs",
            _NUMBER,
            "--min-jobs",
            metavar="N",
            help="Batches with at least this many jobs.",
        ),
        _batch(
            "max_jobs",
            _NUMBER,
            "--max-jobs",
            metavar="N",
            help="Batches with at most this many jobs.",
        ),
        _batch(
            "start_date", _TEXT, "--since", metavar="TIME", help=_SINCE.format("Batches", "batches")
        ),
        _batch(
            "end_date", _TEXT, "--until", metavar="TIME", help=_UNTIL.format("Batches", "batches")
        ),
    )
}
"""The filters of `batches.list`, by name, but for `complete`, which is the opposite of `open`."""

_AS_LISTED: Final = ("project_id", "user_id", "device_type", "queue_priority", "open")

CANCEL_OPTIONS: Final[Mapping[str, Parameter]] = {
    **{name: BATCH_OPTIONS[name] for name in _AS_LISTED},
    "status": _batch(
        "status",
        _MANY,
        "--status",
        metavar="STATUS",
        complete=complete_batch_statuses,
        help="Batches in this state, PENDING or RUNNING, in upper or lower case.",
    ),
    "tags": _batch(
        "tags",
        _MANY,
        "--tag",
        metavar="TEXT",
        help="Batches with this tag; can be repeated, too.",
    ),
    # A flag of its own: elsewhere --since is about the start.
    "start_date": _batch(
        "start_date",
        _TEXT,
        "--created-since",
        metavar="TIME",
        help="Batches that were CREATED at this time or later: 2d (ago), 2026-11-01, '2026-11-01 14:30' (local time).",
    ),
}
"""The filters of `batches.cancel_many`, by name."""


_device = _declarer("TYPE or AVAILABILITY")

DEVICE_OPTIONS: Final[Mapping[str, Parameter]] = {
    one.name: one
    for one in (
        _device(
            "device_type",
            _MANY,
            "--type",
            metavar="TYPE",
            complete=complete_device_types,
            help="Devices of this type, in upper or lower case.",
        ),
        _device(
            "availability",
            _MANY,
            "--availability",
            metavar="AVAILABILITY",
            complete=complete_availabilities,
            help="Devices with this availability, in upper or lower case.",
        ),
        _device(
            "public",
            _CHOICE,
            "--public/--private",
            help="Only devices that everybody may use, or only the others.",
        ),
    )
}
"""The filters of `devices.list`, by name."""

_OPTIONS: Final = {
    "jobs": JOB_OPTIONS,
    "batches": BATCH_OPTIONS,
    "cancellable batches": CANCEL_OPTIONS,
    "devices": DEVICE_OPTIONS,
}


def flag_of(name: str, many: str = "jobs") -> str:
    """A filter as it is typed: `--batch` for `batch_id`."""
    (info,) = _OPTIONS[many][name].annotation.__metadata__
    # In an annotation typer keeps the first declaration as the default.
    return str(info.default)


def _filtering(many: str) -> OptionSet:
    parameters = tuple(_OPTIONS[many].values())
    return OptionSet("filters", parameters, lambda given: Filters(given, many))


JOB_FILTERING: Final = _filtering("jobs")
BATCH_FILTERING: Final = _filtering("batches")
CANCEL_FILTERING: Final = _filtering("cancellable batches")
DEVICE_FILTERING: Final = _filtering("devices")
