"""Submitting: new batches, their keys, more jobs, and tags."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from typing import Any, Final

from . import client as calls
from . import connection, errors, wire

OWN: Final = "pasqal-client:"
DEAD: Final = ("CANCELED", "ERROR", "TIMED_OUT")
JOB_KEYS: Final = {"runs", "variables", "sequence"}
COPIED: Final = ("configuration", "backend_configuration", "webhook")


def checked_jobs(jobs: Any, runs: int | None) -> list[dict[str, Any]]:
    """The jobs of a request, with the default number of runs."""
    found = []
    for job in jobs or []:
        if runs is not None and job.get("runs") is None:
            job = {**job, "runs": runs}
        check_job(job)
        found.append(job)
    return found


def check_job(job: Mapping[str, Any]) -> None:
    if job.keys() - JOB_KEYS:
        raise wire.Refused("a job has runs, variables and sequence only")
    if job.get("runs") is not None and wire.sent_integer(job["runs"]) < 1:
        raise wire.Refused("runs is less than 1")
    if job.get("sequence") and job.get("variables"):
        raise wire.Refused("a job with a sequence of its own takes no variables")


def checked_tags(tags: Any) -> list[str]:
    if not isinstance(tags, list) or len(set(tags)) < len(tags):
        raise wire.Refused("tags are a list of different texts")
    for tag in tags:
        if not tag.strip():
            raise wire.Refused("a tag is empty")
    return list(tags)


def create(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    """Submit a batch, once."""
    given = dict(arguments)
    key, on_dead = given.get("key"), given.get("on_dead", "error")
    wants_tag = with_own_tags(client, given)
    body = body_of(client, given)
    tags = checked_tags(given.get("tags") or [])
    check_keys(key, on_dead, tags, wants_tag=wants_tag)
    own = [new_tag()] if wants_tag else []
    if key is not None:
        own += [key_tag(key), content_tag(body)]
        found = find_by_key(client, body, own[1], own[2])
        if found is not None and keeps(found, on_dead):
            return with_jobs(client, found)
    if tags + own:
        body["tags"] = tags + own
    data = client.write("create_batch", body=body)
    if calls.shown_id(data["id"]) is None and data.get("jobs"):
        raise calls.with_kind(errors.ServiceError("", "the answer does not name the batch", 200))
    return calls.batch_result(data)


def new_tag() -> str:
    """A tag that no other batch has."""
    return f"{OWN}{uuid.uuid4()}"


def with_own_tags(client: calls.Client, given: calls.Arguments) -> bool:
    """Whether a batch gets tags of this client: without them nobody can tell whether it was made."""
    return bool(given.get("submission_tag", client.settings.submission_tag))


def body_of(client: calls.Client, given: calls.Arguments) -> dict[str, Any]:
    """The body of a submission, without its tags."""
    project = given.get("project_id") or client.settings.project_id
    if project is None:
        raise wire.Refused("no project_id")
    runs, jobs, opened = given.get("runs"), given.get("jobs"), given.get("open") or False
    if jobs is None and runs is not None:
        jobs = [{}]
    checked = checked_jobs(jobs, runs)
    sequence = given.get("sequence")
    if not checked and not opened:
        raise wire.Refused("nothing to run")
    if sequence is None and not all(job.get("sequence") for job in checked):
        raise wire.Refused("no sequence")
    body = {
        "project_id": wire.sent_id(project),
        "sequence_builder": sequence,
        "jobs": checked,
        "open": opened,
    }
    if given.get("device_type") is not None:
        body["device_type"] = wire.sent_member("DeviceType")(given["device_type"])
    return body | {name: given[name] for name in COPIED if given.get(name) is not None}


def check_keys(key: Any, on_dead: str, tags: list[str], *, wants_tag: bool) -> None:
    if any(tag.startswith(OWN) for tag in tags):
        raise wire.Refused("a tag of this client's own")
    if key is not None and (not key.strip() or not wants_tag):
        raise wire.Refused("a key is a text, and needs the tags")
    if on_dead not in ("error", "return", "submit"):
        raise wire.Refused("on_dead is error, return or submit")


def key_tag(key: str) -> str:
    """The tag for a key; a long or odd one is hashed."""
    if re.fullmatch(r"[\w.-]{1,64}", key, re.ASCII):
        return f"{OWN}key:{key}"
    return f"{OWN}key:sha256:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def content_tag(body: Mapping[str, Any]) -> str:
    """The tag for what is submitted: a letter and a digest for each part that is not empty."""
    parts = {
        "s": body["sequence_builder"],
        "j": body["jobs"],
        "d": body.get("device_type"),
        "o": body["open"],
        "c": body.get("configuration"),
        "b": body.get("backend_configuration"),
    }
    digests = [f"{letter}{digest(part)}" for letter, part in parts.items() if part]
    return f"{OWN}content:{'-'.join(digests)}"


def digest(part: Any) -> str:
    """The beginning of the hash of a part; text that is JSON counts as what it says."""
    value = errors.parsed(part) if isinstance(part, str) else part
    return hashlib.sha256(connection.canonical(value).encode()).hexdigest()[:10]


def find_by_key(
    client: calls.Client, body: Mapping[str, Any], key: str, content: str
) -> dict[str, Any] | None:
    """The batch that has this key; the oldest, if there are several. Other content is refused."""
    filters = {"project_id": body["project_id"], "tag": key}
    batches, _ = calls.read_list(client, calls.BATCHES, filters)
    check_tags_known(batches)
    having = [batch for batch in batches if has_tag(batch, key)]
    if not having:
        return None
    oldest: dict[str, Any] = first_made(having)
    if not has_content(oldest, content):
        raise errors.ServiceError("KeyConflictError", "another batch has this key")
    return oldest


def check_tags_known(batches: list[Any]) -> None:
    """A batch without tags may be the one with the key."""
    if any(not isinstance(batch.get("tags"), list | type(None)) for batch in batches):
        raise errors.ServiceError("KeyUnsettledError", "batches came without their tags")


def tags_of(batch: Mapping[str, Any]) -> list[str]:
    tags = batch.get("tags")
    return tags if isinstance(tags, list) else []


def first_made(batches: list[Any]) -> Any:
    """The oldest of batches that are listed from the newest: others may have copied its tags."""
    return batches[-1]


def has_tag(batch: Mapping[str, Any], tag: str) -> bool:
    """Whether a batch has a tag; the filter of the list is not trusted."""
    return tag in tags_of(batch)


def has_content(batch: Mapping[str, Any], content: str) -> bool:
    """Whether a batch is what is to be submitted."""
    return content in tags_of(batch)


def keeps(batch: Mapping[str, Any], on_dead: str) -> bool:
    """Whether a batch with the key stands for the one that was to be submitted."""
    if calls.text_of(batch["status"]) not in DEAD:
        return True
    if on_dead == "error":
        raise errors.ServiceError("DeadBatchError", "the batch with this key is dead")
    return on_dead == "return"


def with_jobs(client: calls.Client, batch: Mapping[str, Any]) -> calls.Outcome:
    batch_id = calls.shown_id(batch["id"])
    assert batch_id is not None
    return calls.Outcome(
        {"batch": batch_id, "jobs": calls.ids_of(calls.jobs_of_batch(client, batch_id))}
    )


def add_jobs(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    """Add jobs to an open batch; those that were not there before are the added ones."""
    batch = wire.sent_id(arguments["batch"])
    jobs = checked_jobs(arguments["jobs"], arguments.get("runs"))
    if not jobs:
        return calls.Outcome({"batch": batch, "jobs": []})
    before = jobs_before(client, batch)
    data = client.write("add_jobs", {"batch__id": batch}, body=jobs)
    after = calls.ids_of(calls.jobs_of(data))
    return calls.Outcome({"batch": batch, "jobs": [job for job in after if job not in before]})


def jobs_before(client: calls.Client, batch: str) -> set[Any]:
    """The ids of the jobs that a batch has."""
    return set(calls.ids_of(calls.jobs_of_batch(client, batch)))


def read_tags(client: calls.Client, batch: str) -> list[str]:
    """The tags that a batch has; if they cannot be read, nothing is sent."""
    return tags_of(calls.read_batch(client, batch))


def is_own(tag: str) -> bool:
    """Whether a tag is one of this client's."""
    return tag.startswith(OWN)


def set_tags(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    """Replace the tags of a batch, except those of this client."""
    batch = wire.sent_id(arguments["batch_id"])
    tags = checked_tags(arguments["tags"])
    if arguments.get("keep_own", True):
        tags += [tag for tag in read_tags(client, batch) if is_own(tag)]
    data = client.write("set_batch_tags", {"batch_id": batch}, body=tags)
    return calls.batch_result(data)


calls.CALLS |= {
    "batches.create": lambda *given: create(*given),
    "batches.add_jobs": lambda *given: add_jobs(*given),
    "batches.set_tags": lambda *given: set_tags(*given),
}
