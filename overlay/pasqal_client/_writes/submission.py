"""A batch to submit: what a caller gives, checked, and the body that is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Literal,
    SupportsIndex,
    TypedDict,
    cast,
    get_args,
)

from attrs import frozen

from pasqal_core_api.models import CreateBatchRequest, DeviceTypeName, JobRequest

from .._checks import boolean, known_options, member, one_of, uuid_of
from .._display import quoted
from ..errors import ConfigurationError
from .job_requests import job_requests, positions_in_words, without_sequence
from .json_copy import json_copy
from .own_tags import SubmissionKey, callers_tags, new_submission_tag
from .texts import SupportsAbstractRepr, sendable_text, serialised

if TYPE_CHECKING:
    from uuid import UUID

    from .._settings.config import Settings

_OnDead = Literal["error", "return", "submit"]
"""What to do where the batch with the key was cancelled, failed or timed out."""


class OpenOptions(TypedDict, total=False):
    """The options of `batches.open`; see `batches.create`.

    Attributes:
        jobs: the jobs: `runs`, `variables` and `sequence` of each.
        runs: the runs of jobs that do not say how many; without `jobs`, those of the only job.
        device_type: the type of the device; None for the one that the sequence names.
        tags: free labels, each once.
        key: a name of the submission, under which it happens once.
        on_dead: what to do where the batch with the key ended without results.
        configuration: the configuration of an emulator in the old form.
        backend_configuration: the configuration of an emulator: text, or an object with
            `to_abstract_repr()`.
        webhook: an address that is told of the progress.
        project_id: the project; None for that of the client.
        submission_tag: whether to put a tag of ours on the batch; None for what the client's
            setting says.
    """

    jobs: Iterable[JobRequest | Mapping[str, Any]] | None
    runs: SupportsIndex | None
    device_type: DeviceTypeName | str | None
    tags: Iterable[str]
    key: str | None
    on_dead: Literal["error", "return", "submit"]
    configuration: Mapping[str, Any] | None
    backend_configuration: SupportsAbstractRepr | str | None
    webhook: str | None
    project_id: UUID | str | None
    submission_tag: bool | None


class CreateOptions(OpenOptions, total=False):
    """The options of `batches.create`: those of `OpenOptions`, and one more.

    Attributes:
        open: whether jobs can be added later.
    """

    open: bool


OPEN_DEFAULTS: Final[OpenOptions] = {
    "jobs": None,
    "runs": None,
    "device_type": None,
    "tags": (),
    "key": None,
    "on_dead": "error",
    "configuration": None,
    "backend_configuration": None,
    "webhook": None,
    "project_id": None,
    "submission_tag": None,
}
CREATE_DEFAULTS: Final[CreateOptions] = {**OPEN_DEFAULTS, "open": False}


@frozen(kw_only=True)
class Submission:
    """A checked submission.

    Attributes:
        body: what is sent.
        project_id: the project of the batch.
        tag: the tag that no other batch has; None if the caller wants none.
        key: its name, if it has one.
        on_dead: what to do with a batch of that name that has ended without results.
    """

    body: CreateBatchRequest
    project_id: UUID
    tag: str | None
    key: SubmissionKey | None
    on_dead: _OnDead

    @classmethod
    def of(
        cls,
        sequence: object,
        options: Mapping[str, Any],
        defaults: Mapping[str, Any],
        settings: Settings,
    ) -> Submission:
        """Check what a caller gives.

        Args:
            sequence: the sequence that the jobs share.
            options: the options, by name.
            defaults: those that there are, with their defaults.
            settings: the settings of the client.

        Raises:
            ConfigurationError: neither the options nor the settings say which project it is for.
            TypeError: an unknown option; or a sequence or a configuration that is neither text nor
                an object with `to_abstract_repr()`.
            ValueError: something is malformed.
        """
        known_options(options, ("sequence", *defaults))
        given = {**defaults, **options}
        # `batches.open` has no such option: what it makes is open.
        given.setdefault("open", True)
        project_id = _project_id(given["project_id"], settings)
        body = _body(sequence, given)
        body["project_id"] = str(project_id)
        tag = None
        if _wants_tag(given["submission_tag"], settings):
            tag = new_submission_tag()
        key = _key(given["key"], body, is_tagged=tag is not None)
        tags = [*callers_tags(given["tags"]), *_own_tags(tag, key)]
        if tags:
            body["tags"] = tags
        return cls(
            body=body,
            project_id=project_id,
            tag=tag,
            key=key,
            on_dead=cast("_OnDead", one_of("on_dead", given["on_dead"], *get_args(_OnDead))),
        )


def _project_id(given: object, settings: Settings) -> UUID:
    if given is not None:
        return uuid_of("project_id", given)
    if settings.project_id is not None:
        return settings.project_id
    raise ConfigurationError(
        "a batch needs a project: give project_id=… here or to the client, set the variable PASQAL_PROJECT_ID, "
        "or project_id in a profile"
    )


def _body(sequence: object, given: Mapping[str, Any]) -> CreateBatchRequest:
    """The body without what says whose it is."""
    is_open = boolean("open", given["open"])
    text = None
    if sequence is not None:
        text = serialised("sequence", sequence)
    jobs = _jobs(given["jobs"], given["runs"], is_open=is_open)
    if text is None:
        _check_sequences(jobs)
    # The official client always sends the first three, a sequence that is null among them.
    body = CreateBatchRequest(project_id="", sequence_builder=text, jobs=jobs, open=is_open)
    if given["device_type"] is not None:
        body["device_type"] = str(member(DeviceTypeName, "device_type", given["device_type"]))
    if given["configuration"] is not None:
        body["configuration"] = _configuration(given["configuration"])
    if given["backend_configuration"] is not None:
        configuration = serialised(
            "backend_configuration", given["backend_configuration"], "Pulser's EmulationConfig"
        )
        body["backend_configuration"] = configuration
    if given["webhook"] is not None:
        body["webhook"] = sendable_text("webhook", given["webhook"])
    return body


def _jobs(jobs: object, runs: object, *, is_open: bool) -> list[JobRequest]:
    if jobs is not None:
        checked = job_requests(jobs, runs)
    elif runs is not None:
        checked = job_requests([{}], runs)
    else:
        checked = []
    if not checked and not is_open:
        raise ValueError(
            "jobs: there is nothing to run; give jobs=[…] or runs=…, or open=True to add jobs later"
        )
    return checked


def _check_sequences(jobs: list[JobRequest]) -> None:
    missing = without_sequence(jobs)
    if missing:
        raise ValueError(
            f"sequence: the batch has none, and neither has {positions_in_words(missing)}; "
            "give one for the batch, or one in each job"
        )


def _configuration(given: object) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(f"configuration: expected a dict, got {quoted(given)}")
    copied: dict[str, Any] = json_copy("configuration", given)
    return copied


def _wants_tag(given: object, settings: Settings) -> bool:
    if given is None:
        return settings.submission_tag
    return boolean("submission_tag", given)


def _key(given: object, body: CreateBatchRequest, *, is_tagged: bool) -> SubmissionKey | None:
    if given is None:
        return None
    if not is_tagged:
        raise ValueError("key: it is kept in tags, so it cannot go with submission_tag=False")
    return SubmissionKey.of(given, body)


def _own_tags(tag: str | None, key: SubmissionKey | None) -> Iterable[str]:
    if tag is not None:
        yield tag
    if key is not None:
        yield key.tag
        yield key.content_tag
