"""The options of the commands that submit: which jobs, and what the batch is like."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from .completion import complete_device_types
from .options import OptionSet, integer, option


class _OnDead(StrEnum):
    """What to do where the batch with the key has ended without its results."""

    ERROR = "error"
    RETURN = "return"
    SUBMIT = "submit"


@dataclass(frozen=True)
class JobChoice:
    """The jobs as they were typed.

    Attributes:
        runs: the runs of the jobs that do not say how many.
        assignments: the values of variables, for one job.
        file: the file with the jobs; `-` is stdin.
    """

    runs: int | None
    assignments: list[str] | None
    file: str | None


@dataclass(frozen=True)
class BatchChoice:
    """What a new batch is to be like, as it was typed.

    Attributes:
        device: the type of the device; None for the one that the sequence names.
        tags: its tags.
        key: the name of the submission.
        on_dead: what to do where the batch with the key has ended without its results.
        backend_configuration: the file with the configuration of an emulator.
        webhook: an address that is told of the progress.
        project: the project; None for the configured one.
    """

    device: str | None
    tags: list[str] | None
    key: str | None
    on_dead: _OnDead
    backend_configuration: str | None
    webhook: str | None
    project: str | None


_job = partial(option, rich_help_panel="Jobs")
_batch = partial(option, rich_help_panel="Batch")

JOB_CHOICE: Final = OptionSet(
    "jobs",
    (
        _job(
            "runs",
            int | None,
            "--runs",
            metavar="N",
            parser=integer(1),
            help="Runs of each job that does not say how many.",
        ),
        _job(
            "assignments",
            list[str] | None,
            "--set",
            metavar="NAME=VALUE",
            help="Value of a variable, a number or a JSON list, for one job; repeat it for each variable.",
        ),
        _job(
            "file",
            str | None,
            "--jobs",
            metavar="FILE",
            help="File with the jobs; - is stdin. A .csv has a column for each variable, and maybe one called runs; "
            "a .jsonl has an object with runs, variables and sequence (or some of them) in each line.",
        ),
    ),
    lambda given: JobChoice(**given),
)

BATCH_CHOICE: Final = OptionSet(
    "batch",
    (
        _batch(
            "device",
            str | None,
            "--device",
            metavar="TYPE",
            complete=complete_device_types,
            help="Type of the QPU or emulator, in upper or lower case (default: the one that the sequence names).",
        ),
        _batch(
            "tags",
            list[str] | None,
            "--tag",
            metavar="TEXT",
            help="Tag of the batch; can be repeated.",
        ),
        _batch(
            "key",
            str | None,
            "--key",
            metavar="TEXT",
            help="Name of this submission: under one name the same content is submitted once, however often this runs.",
        ),
        _batch(
            "on_dead",
            _OnDead,
            "--on-dead",
            default=_OnDead.ERROR,
            help="What to do if the batch with the key was cancelled, failed or timed out (default error): go on with "
            "it (return), or submit another one (submit).",
        ),
        _batch(
            "backend_configuration",
            str | None,
            "--config",
            metavar="FILE",
            help="File with the configuration of an emulator, as Pulser serialises it.",
        ),
        _batch(
            "webhook",
            str | None,
            "--webhook",
            metavar="URL",
            help="Address that the service tells of the progress.",
        ),
        _batch(
            "project",
            str | None,
            "--project",
            metavar="ID",
            help="Project that owns the batch and pays for it, instead of the configured one.",
        ),
    ),
    lambda given: BatchChoice(**given),
)
