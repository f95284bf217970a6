"""What is to be submitted: read, and checked before anything is sent and before anybody has to sign in."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ... import ConfigurationError
from ..._writes.job_requests import job_requests
from ..._writes.submission import CREATE_DEFAULTS, Submission
from ..account import find_settings
from ..display.words import describe_jobs
from ..failures import UsageMistake
from ..results.sweep import value_of
from ..stdin import READ_TWICE
from .job_file import read_jobs
from .job_places import JobPlaces
from .sequence_file import VariableNames, read_serialised
from .text_file import STDIN
from .variable_values import parse_assignments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ... import JobRequest
    from ..options import Where
    from ..submission_options import BatchChoice, JobChoice

_HOW_MANY: Final = "give --runs N, or --jobs FILE"
_FLAGS: Final = {
    "tags": "--tag",
    "key": "--key",
    "device_type": "--device",
    "project_id": "--project",
    "webhook": "--webhook",
}
"""The option for each argument of `batches.create` that an error may begin with."""
_ARGUMENT: Final = re.compile(r"^(\w+)(?:\[\d+\])?(?=:)")


@dataclass(frozen=True)
class JobDraft:
    """Jobs to submit.

    Attributes:
        jobs: the jobs, as the library takes them.
        runs: the runs of those that do not say how many.
        places: where they come from.
        checked: the jobs as they are sent.
    """

    jobs: Sequence[Mapping[str, Any]]
    runs: int | None
    places: JobPlaces
    checked: Sequence[JobRequest]

    @property
    def size(self) -> str:
        """How many jobs and runs there are, in words."""
        if not self.checked:
            return "no jobs yet"
        return describe_jobs([job.get("runs") for job in self.checked])


@dataclass(frozen=True)
class BatchDraft:
    """A batch to create.

    Attributes:
        sequence: the sequence that its jobs share.
        jobs: the jobs.
        options: the other arguments of `batches.create`.
        body: what is sent, but for the tag that tells this submission from all others.
    """

    sequence: str | None
    jobs: JobDraft
    options: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """What is submitted, in words."""
        device = self.body.get("device_type", "the device of the sequence")
        return f"{self.jobs.size}, for {device}, in project {self.body['project_id']}"


def read_job_draft(choice: JobChoice) -> JobDraft:
    """The jobs to add to a batch.

    Raises:
        UsageMistake: something is malformed, or there are none.
    """
    draft = _read_jobs(choice)
    if not draft.jobs:
        raise UsageMistake("there is nothing to add", _HOW_MANY)
    return draft


def read_batch_draft(
    file: str | None, jobs: JobChoice, batch: BatchChoice, where: Where, *, is_open: bool = False
) -> BatchDraft:
    """The batch to create.

    Args:
        file: the file with the sequence.
        jobs: what was typed about the jobs.
        batch: what was typed about the batch.
        where: what was typed about the service.
        is_open: whether jobs can be added later.

    Raises:
        ConfigurationError: the settings make no sense.
        UsageMistake: something is malformed, or the project or something to run is missing.
    """
    check_stdin(file, jobs.file, batch.backend_configuration, where.token_file)
    draft = _read_jobs(jobs)
    if not draft.jobs and not is_open:
        raise UsageMistake("there is nothing to run", _HOW_MANY)
    sequence = _read_sequence(file, draft)
    options = {"jobs": draft.jobs, "runs": draft.runs, "open": is_open, **_options_of(batch)}
    settings = find_settings(where)
    with _naming(draft.places):
        submission = Submission.of(sequence, options, CREATE_DEFAULTS, settings)
    body: dict[str, Any] = {**submission.body}
    # Each submission has another one, so what is shown now would not be what is sent later.
    body["tags"] = [tag for tag in body.get("tags", ()) if tag != submission.tag]
    return BatchDraft(sequence, draft, options, body)


def check_comparison(draft: JobDraft, variable: str | None) -> None:
    """Check that results can be compared by a variable.

    Raises:
        UsageMistake: no job has it.
    """
    if variable is None:
        return
    given = [value_of(job.get("variables") or {}, variable) for job in draft.checked]
    if all(value is None for value in given):
        raise UsageMistake(f"--by: no job has a value for {variable}")


def check_stdin(*files: str | None) -> None:
    """Check that at most one thing is to be read from stdin.

    Raises:
        UsageMistake: there are more.
    """
    if files.count(STDIN) > 1:
        raise UsageMistake(READ_TWICE)


def _read_jobs(choice: JobChoice) -> JobDraft:
    jobs, places = _chosen_jobs(choice)
    with _naming(places):
        checked = job_requests(jobs, choice.runs)
    return JobDraft(jobs, choice.runs, places, checked)


def _chosen_jobs(choice: JobChoice) -> tuple[list[dict[str, Any]], JobPlaces]:
    if choice.file is not None:
        if choice.assignments:
            raise UsageMistake("give either --set or --jobs, not both")
        return read_jobs(choice.file)
    variables = parse_assignments(choice.assignments or ())
    if variables:
        return [{"variables": variables}], JobPlaces()
    if choice.runs is not None:
        return [{}], JobPlaces()
    return [], JobPlaces()


def _read_sequence(file: str | None, draft: JobDraft) -> str | None:
    """The sequence that the jobs share, if they fit it.

    Raises:
        UsageMistake: it is malformed, they do not fit it, or there is none.
    """
    if file is None:
        if draft.jobs and not draft.places.file:
            raise UsageMistake(
                "the sequence is missing",
                "give the file with it, or --jobs with a .jsonl file whose jobs have their own",
            )
        return None
    sequence = read_serialised(file, "sequence")
    names = VariableNames(sequence)
    for position, job in enumerate(draft.jobs):
        problem = names.problem_with(job)
        if problem:
            raise UsageMistake(draft.places.rename(f"jobs[{position}]: {problem}"))
    return sequence


def _options_of(batch: BatchChoice) -> dict[str, Any]:
    configuration = None
    if batch.backend_configuration is not None:
        configuration = read_serialised(batch.backend_configuration, "configuration")
    return {
        "device_type": batch.device,
        "tags": batch.tags or (),
        "key": batch.key,
        "on_dead": batch.on_dead.value,
        "backend_configuration": configuration,
        "webhook": batch.webhook,
        "project_id": batch.project,
    }


@contextmanager
def _naming(places: JobPlaces) -> Iterator[None]:
    """Make errors of the library name what was typed, and the lines of the file.

    Raises:
        UsageMistake: something is malformed, or the project is missing.
    """
    try:
        yield
    except ConfigurationError:
        raise UsageMistake(
            "a batch needs a project",
            "give --project ID, or set PASQAL_PROJECT_ID, or project_id in a profile",
        ) from None
    except ValueError as error:
        text = places.rename(str(error))
        raise UsageMistake(_ARGUMENT.sub(_flag_in, text)) from None


def _flag_in(found: re.Match[str]) -> str:
    return _FLAGS.get(found[1], found[0])
