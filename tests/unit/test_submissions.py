"""A submission is checked before anything is sent, carries tags of ours, and is recognised by them afterwards."""

from __future__ import annotations

import copy
import pickle
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from pasqal_client import (
    Batch,
    ConfigurationError,
    DeadBatchError,
    Departures,
    Job,
    KeyConflictError,
    KeyUnsettledError,
    OutcomeUnknownError,
    SubmissionKeyError,
    UnprocessableError,
)
from pasqal_client._settings.config import Settings
from pasqal_client._writes import known_keys
from pasqal_client._writes.creation import CreatedBatch, Creation
from pasqal_client._writes.known_keys import (
    KnownKey,
    KnownKeys,
    earlier_batch,
    is_wanted,
    looking_up,
    with_jobs,
)
from pasqal_client._writes.own_tags import (
    OWN_PREFIX,
    SubmissionKey,
    callers_tags,
    originals,
    submission_tags,
)
from pasqal_client._writes.plan import Step
from pasqal_client._writes.rejection import explain_rejection
from pasqal_client._writes.resolution import Resolution
from pasqal_client._writes.submission import CREATE_DEFAULTS, OPEN_DEFAULTS, Submission
from pasqal_client._writes.write import Write, write_of
from pasqal_client.errors import APIConnectionError, APIStatusError, IncompleteListingWarning
from pasqal_core_api.models import BatchAnswer, DeviceTypeName, ValidationError
from unit.answers import answer_of, attach_write

PROJECT = uuid.UUID("0c7f6a50-4f46-4b39-9c4a-7e36c0ab6ed5")
OTHER = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
SETTINGS = Settings(base_url="http://localhost", region="custom", project_id=PROJECT)
ONE_JOB: list[Any] = [{"runs": 1}]


def submission(sequence: Any = "{}", settings: Settings = SETTINGS, **options: Any) -> Submission:
    return Submission.of(sequence, {"jobs": ONE_JOB, **options}, CREATE_DEFAULTS, settings)


def key_of(submitted: Submission) -> SubmissionKey:
    assert submitted.key is not None
    return submitted.key


class Abstract:
    """Writes itself as Pulser's objects do."""

    def to_abstract_repr(self) -> str:
        return '{"a": 1}'


# The body


def test_a_body_has_what_is_needed_and_a_tag_of_ours() -> None:
    """What was not given is left out; the official client, too, sends a sequence that is null."""
    sent = submission()
    assert sent.body == {
        "project_id": str(PROJECT),
        "sequence_builder": "{}",
        "jobs": [{"runs": 1}],
        "open": False,
        "tags": [sent.tag],
    }
    assert uuid.UUID(str(sent.tag).removeprefix(OWN_PREFIX)).version == 4
    assert sent.tag != submission().tag
    assert submission(None, jobs=[{"sequence": "{}"}]).body["sequence_builder"] is None


def test_a_body_has_all_that_was_given() -> None:
    """Known device types are taken in any case, unknown ones as they are."""
    configuration = {"dt": (1.0, 2)}
    sent = submission(
        Abstract(),
        jobs=None,
        runs=5,
        device_type="fresnel",
        open=True,
        tags=iter(["b", "a"]),
        configuration=configuration,
        backend_configuration=Abstract(),
        webhook="10.0.1.5",
        project_id=str(OTHER),
        submission_tag=False,
    )
    assert sent.body == {
        "project_id": str(OTHER),
        "sequence_builder": '{"a": 1}',
        "jobs": [{"runs": 5}],
        "open": True,
        "device_type": "FRESNEL",
        "tags": ["b", "a"],
        "configuration": {"dt": [1.0, 2]},
        "backend_configuration": '{"a": 1}',
        "webhook": "10.0.1.5",
    }
    assert (sent.tag, sent.project_id) == (None, OTHER)
    assert submission(device_type=DeviceTypeName.EMU_SV).body["device_type"] == "EMU_SV"
    assert submission(device_type="emu_next").body["device_type"] == "emu_next"


def test_an_open_batch_may_begin_with_nothing() -> None:
    """Its jobs, and their sequences, may come later."""
    sent = submission(None, jobs=None, open=True)
    assert (sent.body["sequence_builder"], sent.body["jobs"]) == (None, [])
    assert submission(None, jobs=[], open=True).body["jobs"] == []


def test_the_client_may_do_without_tags() -> None:
    """The argument decides; without it, the setting does."""
    without = evolve(SETTINGS, submission_tag=False)
    assert "tags" not in submission(settings=without).body
    assert submission(settings=without, submission_tag=True).tag is not None


class DataFrame:
    """One of pandas or polars: it gives the names of its columns."""

    def __iter__(self) -> Iterator[str]:
        yield "runs"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"jobs": None}, "jobs: there is nothing to run; give jobs=.* or runs=.*, or open=True"),
        ({"jobs": []}, "there is nothing to run"),
        ({"jobs": [], "runs": 5}, "there is nothing to run"),
        ({"jobs": iter(())}, "there is nothing to run"),
        ({"jobs": None, "runs": 0}, "runs: 0 is out of bounds"),
        ({"open": "yes"}, "open: 'yes' is neither True nor False"),
        ({"submission_tag": 0}, "submission_tag: 0 is neither True nor False"),
        ({"device_type": 3}, "device_type: 3 is not text"),
        ({"device_type": ""}, "device_type: '' is empty"),
        ({"configuration": "{}"}, "configuration: expected a dict, got '{}'"),
        ({"configuration": {"a": {1}}}, r"configuration\.a: "),
        ({"backend_configuration": ""}, "backend_configuration: '' is empty"),
        ({"webhook": b""}, "webhook: b'' is not text"),
        ({"project_id": "lab"}, "project_id: 'lab' is not a UUID"),
        ({"on_dead": "ignore"}, "on_dead: 'ignore' is not 'error', 'return' or 'submit'"),
        ({"on_dead": None}, "on_dead: None is not"),
        ({"key": ""}, "key: '' is empty"),
        ({"key": "\n"}, "key: .* is empty"),
        ({"key": 7}, "key: 7 is not text"),
        ({"key": "scan", "submission_tag": False}, "key: .* cannot go with submission_tag=False"),
        ({"tags": "scan"}, r"tags: expected a list of texts, got 'scan'; give \['scan'\]"),
        ({"tags": 3}, "tags: expected a list of texts, got 3$"),
        ({"tags": None}, "tags: expected a list of texts, got None$"),
        ({"tags": {"a": 1}}, "tags: expected a list of texts, got {'a': 1}$"),
        ({"jobs": {"runs": 5}}, r"jobs: expected a list of jobs .*; give \[{'runs': 5}\]$"),
        ({"jobs": DataFrame()}, "jobs: expected a list of dicts, got a DataFrame; give its rows"),
        ({"jobs": [Job.from_dict({})]}, r"jobs\[0\]: .* got a Job; .* use batches\.rebatch$"),
        ({"tags": ["a", 3]}, r"tags\[1\]: 3 is not text"),
        ({"tags": ["a", "b", "a"]}, r"tags\[2\]: 'a' is there twice"),
        ({"tags": ["pasqal-client:key:scan"]}, r"tags\[0\]: .* begins with pasqal-client:"),
    ],
)
def test_what_is_malformed_is_rejected(wrong: dict[str, Any], message: str) -> None:
    """The message says where, and what would be right."""
    with pytest.raises(ValueError, match=message):
        submission(**wrong)


def test_an_object_that_cannot_be_written_as_text_is_answered_with_an_example() -> None:
    """A configuration is not a sequence."""
    with pytest.raises(TypeError, match="such as a Pulser sequence, got 5"):
        submission(5)
    with pytest.raises(TypeError, match="such as Pulser's EmulationConfig, got {}"):
        submission(backend_configuration={})


def test_every_job_needs_a_sequence() -> None:
    """The jobs that lack one are named, at most five of them."""
    jobs = [{"sequence": "{}"} if n in (1, 3) else {} for n in range(9)]
    listed = r"neither has jobs\[0\], jobs\[2\], jobs\[4\], jobs\[5\], jobs\[6\] …; give one for"
    with pytest.raises(ValueError, match=listed):
        submission(None, jobs=jobs)
    with pytest.raises(ValueError, match=r"neither has jobs\[0\]; "):
        submission(None, jobs=[{}], open=True)


def test_an_unknown_argument_is_a_type_error() -> None:
    """As if the method had named its arguments; what opens a batch has no `open`."""
    with pytest.raises(
        TypeError, match="'deivce': no such argument; the arguments are sequence, j"
    ):
        submission(deivce="FRESNEL")
    with pytest.raises(TypeError, match="'open': no such argument"):
        Submission.of("{}", {"open": True}, OPEN_DEFAULTS, SETTINGS)


def test_a_batch_needs_a_project() -> None:
    """The error says where to set one."""
    without = evolve(SETTINGS, project_id=None)
    with pytest.raises(ConfigurationError, match="project_id=.*PASQAL_PROJECT_ID"):
        submission(settings=without)
    assert submission(settings=without, project_id=OTHER).project_id == OTHER


def test_nothing_of_the_caller_is_kept_or_changed() -> None:
    """What they change afterwards does not change what is sent."""
    mine: dict[str, Any] = {
        "jobs": [{"variables": {"a": [1]}}],
        "tags": ["x"],
        "configuration": {"b": [2]},
    }
    before = copy.deepcopy(mine)
    sent = submission(**mine, key="scan")
    assert mine == before
    mine["jobs"][0]["variables"]["a"].append(2)
    mine["configuration"]["b"].append(3)
    mine["tags"].append("y")
    assert sent.body["jobs"] == [{"variables": {"a": [1]}}]
    assert sent.body["configuration"] == {"b": [2]}
    assert sent.body["tags"][0] == "x"
    assert len(sent.body["tags"]) == 4


# Keys


def test_a_plain_key_is_readable_in_its_tag() -> None:
    """Other keys are hashed, and none of them becomes the tag of another key."""
    names = ["scan-2026.11_01", "k" * 64, "k" * 65, "two words", "é", "sha256:ab", " scan", "Scan"]
    tags = [key_of(submission(key=name)).tag for name in names]
    assert tags[0] == "pasqal-client:key:scan-2026.11_01"
    assert tags[1].endswith("k" * 64)
    assert all(tag.startswith("pasqal-client:key:sha256:") for tag in tags[2:7])
    assert len(set(tags)) == len(names)
    assert max(map(len, tags)) < 100


CONTENTS: dict[str, dict[str, Any]] = {
    "sequence": {"sequence": '{"x": 2}'},
    "jobs": {"jobs": [{"runs": 2}]},
    "device_type": {"device_type": "FRESNEL"},
    "open": {"open": True},
    "configuration": {"configuration": {"dt": 1}},
    "backend_configuration": {"backend_configuration": "{}x"},
}


def batch_like(sent: Submission, **fields: Any) -> Batch:
    """The batch that a service makes of a submission."""
    payload = {"id": str(uuid.uuid4()), "status": "PENDING", "tags": sent.body.get("tags", [])}
    return Batch.from_dict({**payload, **fields})


@given(st.sets(st.sampled_from(sorted(CONTENTS))))
def test_exactly_the_parts_that_differ_are_named(parts: set[str]) -> None:
    """In either direction; a part that one of the two lacks differs."""
    changes: dict[str, Any] = {}
    for part in parts:
        changes |= CONTENTS[part]
    one, other = submission(key="k"), submission(**changes, key="k")
    assert set(key_of(one).differences(batch_like(other)) or ()) == parts
    assert set(key_of(other).differences(batch_like(one)) or ()) == parts


def test_what_is_written_differently_is_the_same_content() -> None:
    """The order of names, the spaces of a sequence, tags and the webhook do not count."""
    one = submission('{"a": 1, "b": [2]}', jobs=[{"variables": {"x": 1, "y": 2}}], key="k")
    same = submission(
        '{"b":[2],"a":1}',
        jobs=({"variables": {"y": 2, "x": (1)}},),
        key="k",
        tags=["another"],
        webhook="there",
    )
    assert key_of(one).content_tag == key_of(same).content_tag
    assert key_of(one).differences(batch_like(same)) == ()


def test_a_part_of_a_later_version_is_named_by_its_letter() -> None:
    """It is not the same content, whatever the part is."""
    sent = submission(key="k")
    later = f"{key_of(sent).content_tag}-z0123456789"
    assert key_of(sent).differences(Batch.from_dict({"tags": [later]})) == ("z",)
    assert key_of(sent).differences(Batch.from_dict({"tags": ["else"]})) is None
    assert key_of(sent).differences(Batch.from_dict({})) is None


def test_tags_of_callers_are_checked_alone() -> None:
    """They are those of batches that exist, too."""
    assert callers_tags(("a", "b")) == ["a", "b"]
    assert callers_tags(frozenset({"a"})) == ["a"]


# Which batch it was


def made_at(second: int, sent: Submission, **fields: Any) -> Batch:
    return batch_like(sent, created_at=f"2026-10-12T08:00:{second:02}Z", **fields)


def test_the_oldest_batch_of_a_submission_is_the_original() -> None:
    """A rebatch may copy the tags; two submissions with one key are two originals."""
    first, second = submission(key="k"), submission(key="k")
    tag = key_of(first).tag
    original, copied = made_at(1, first), made_at(2, first)
    later = made_at(3, second)
    unaged = batch_like(submission(key="k"))
    foreign = made_at(0, submission(key="other"))
    found = originals([unaged, later, copied, foreign, original], tag)
    assert found == [original, later, unaged]
    # Other tools may have taken the tag of the submission away.
    stripped = [made_at(n, first, tags=[tag]) for n in (4, 5)]
    assert originals(stripped, tag) == stripped
    assert submission_tags(original) == (first.tag,)


def test_a_batch_that_is_alive_counts_more_than_dead_ones() -> None:
    """Of several that are alive the oldest counts, of several dead ones the last that was submitted."""
    sent = [submission(key="k") for _ in range(4)]
    key = key_of(sent[0])
    dead = [
        made_at(n, one, status=status)
        for n, (one, status) in enumerate(zip(sent, ("CANCELED", "ERROR"), strict=False))
    ]
    alive = [made_at(8, sent[2]), made_at(9, sent[3], status="DONE")]
    assert earlier_batch([], key) is None
    assert earlier_batch([made_at(1, submission(key="another"))], key) is None
    assert earlier_batch(dead, key) == dead[1]
    assert earlier_batch([*dead, *alive], key) == alive[0]


def test_a_batch_that_cannot_be_told_is_not_taken_for_none() -> None:
    """Without tags it may have the key; without that of the content it may be anything."""
    key = key_of(submission(key="two words"))
    with pytest.raises(KeyUnsettledError, match="'two words' .* batches came without their tags"):
        earlier_batch([Batch.from_dict({"id": str(OTHER), "tags": None})], key)
    with pytest.raises(KeyUnsettledError, match=f"batch {OTHER} has it, but no longer the tag"):
        earlier_batch([Batch.from_dict({"id": str(OTHER), "tags": [key.tag]})], key)


def test_other_content_is_a_conflict_that_says_what_differs() -> None:
    """The error has the key, the batch and the parts, and pickles."""
    batch = made_at(1, submission("{}x", key="k", open=True))
    with pytest.raises(
        KeyConflictError, match="with other content: open, sequence; give"
    ) as caught:
        earlier_batch([batch], key_of(submission(key="k")))
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):  # noqa: S301
        assert issubclass(KeyConflictError, (ValueError, SubmissionKeyError))
        assert (error.key, error.batch, error.parts) == ("k", batch, ("open", "sequence"))
        assert str(error) == str(caught.value)


@pytest.mark.parametrize("status", ["CANCELED", "ERROR", "TIMED_OUT"])
def test_the_caller_says_what_to_do_about_a_dead_batch(status: str) -> None:
    """By default it is an error, which has the batch and pickles."""
    batch = made_at(1, submission(key="k"), status=status)
    for choice, wanted in (("return", True), ("submit", False)):
        sent = submission(key="k", on_dead=choice)
        assert is_wanted(batch, sent, key_of(sent)) is wanted
    sent = submission(key="k")
    with pytest.raises(DeadBatchError, match=f"is {status}; say what to do .* on_dead=") as caught:
        is_wanted(batch, sent, key_of(sent))
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (again.key, again.batch, str(again)) == ("k", batch, str(caught.value))


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "DONE", "PAUSED", "CANCELING", "NEW"])
@pytest.mark.parametrize("choice", ["error", "return", "submit"])
def test_any_other_batch_is_returned(status: str, choice: str) -> None:
    """One that is about to be cancelled may still run: another one is submitted only when it is over."""
    sent = submission(key="k", on_dead=choice)
    assert is_wanted(made_at(1, sent, status=status), sent, key_of(sent))


def test_a_batch_gets_its_jobs() -> None:
    """The rest of it stays as it was received."""
    batch = made_at(1, submission(), unknown=[1])
    job = Job.from_dict({"id": str(OTHER), "extra": 1})
    whole = with_jobs(batch, [job])
    assert whole.jobs == [job]
    assert whole.to_dict() == {**batch.to_dict(), "jobs": [job.to_dict()]}


# What a client knows of a key


def resolved(outcome: Any, batch: Batch | None = None) -> Resolution:
    return Resolution(outcome, "the reason", batch=batch)


def test_a_batch_that_was_submitted_is_remembered() -> None:
    """For each service, project and key apart; all who ask for a key get the same."""
    keys, sent = KnownKeys(), submission(key="k")
    key = key_of(sent)
    known = keys.of("here", PROJECT, key, 0)
    assert keys.of("here", PROJECT, key, 1) is known
    assert keys.of("here", OTHER, key, 1) is not known
    assert keys.of("there", PROJECT, key, 1) is not known
    batch = batch_like(sent)
    with known.sending(Creation(sent).write, float):
        assert known.unsettled
        known.take(batch)
    assert not known.unsettled
    assert known.unlisted([]) == [batch.id]
    assert known.unlisted([batch, Batch.from_dict({})]) == []


@pytest.mark.parametrize(
    ("error", "is_settled"),
    [
        (APIConnectionError("refused"), True),
        (OutcomeUnknownError("lost"), False),
        (KeyboardInterrupt(), False),
    ],
)
def test_a_submission_is_settled_only_by_a_rejection(
    error: BaseException, is_settled: bool
) -> None:
    """After anything else it may be there."""
    sent = submission(key="k")
    known = KnownKey()
    write = Creation(sent).write
    with (
        pytest.raises(type(error)),
        known.sending(write, lambda: 100.0),
        attach_write(Step({"body": sent.body}, write)),
    ):
        raise error
    assert (known.unsettled is None) is is_settled
    assert [known.patience(now) for now in (100.0, 110.0, 120.0)] == [15, 5, 0]
    assert known.unlisted([]) == []


def test_an_interruption_anywhere_leaves_the_submission_unsettled() -> None:
    """Also just before it is sent, or after its answer was read, where nothing is attached to the error."""
    sent = submission(key="k")
    known = KnownKey()
    with pytest.raises(KeyboardInterrupt), known.sending(Creation(sent).write, float):
        raise KeyboardInterrupt
    assert known.unsettled is not None
    assert known.unsettled.may_still_happen


def test_a_batch_whose_answer_was_rejected_is_remembered() -> None:
    """A strict client rejects the form of an answer; the batch is there."""
    sent = submission(key="k")
    known = KnownKey()
    batch = batch_like(sent)
    error = OutcomeUnknownError("")
    error.write = evolve(Creation(sent).write, carried_out=True, batch=batch)
    with pytest.raises(OutcomeUnknownError), known.sending(Creation(sent).write, float):
        raise error
    assert known.unsettled is None
    assert known.unlisted([]) == [batch.id]


def test_an_unsettled_submission_is_settled_by_what_is_found() -> None:
    """What cannot be told stays unsettled; the error has the write, so it can be resolved later."""
    sent = submission(key="k")
    key, write = key_of(sent), Creation(sent).write
    known = KnownKey()
    known.unsettled = write
    with pytest.raises(KeyUnsettledError, match="the reason; nothing was submitted") as caught:
        known.settle(resolved("cannot tell"), key)
    assert known.unsettled is write
    assert write_of(caught.value) is write
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (write_of(again), again.batch, again.key) == (write, None, "k")
    known.settle(resolved("did not happen"), key)
    assert not known.unsettled
    assert known.unlisted([]) == []
    batch = batch_like(sent)
    known.settle(resolved("happened", batch), key)
    assert known.unlisted([]) == [batch.id]


def test_what_is_old_is_forgotten() -> None:
    """Then the list alone decides; until then a batch that cannot be found stops a submission while it is new."""
    sent = submission(key="k")
    lost, known = KnownKey(), KnownKey()
    for each in (lost, known):
        with suppress(OutcomeUnknownError), each.sending(Creation(sent).write, lambda: 100.0):
            if each is lost:
                raise OutcomeUnknownError("lost")
            each.take(batch_like(sent))
    (batch_id,) = known.unlisted([])
    assert [known.may_be_late(batch_id, now) for now in (114.0, 115.0)] == [True, False]
    for now, is_remembered in ((700.0, True), (700.1, False)):
        lost.forget(now)
        known.forget(now)
        assert bool(lost.unsettled) is is_remembered
        assert bool(known.unlisted([])) is is_remembered


def test_only_keys_of_which_something_is_known_take_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turn of somebody is something, and so is that somebody has just asked."""
    monkeypatch.setattr(known_keys, "_ROOM", 3)
    keys, sent = KnownKeys(), submission(key="k")

    def ask(base_url: str, now: float) -> KnownKey:
        return keys.of(base_url, PROJECT, key_of(sent), now)

    lost, taken, asked = ask("lost", 0.0), ask("taken", 0.0), ask("asked", 0.0)
    with taken.turns.place() as turn:
        turn.wait()
        with suppress(OutcomeUnknownError), lost.sending(Creation(sent).write, lambda: 300.0):
            raise OutcomeUnknownError("lost")
        ask("new", 601.0)
        assert ask("lost", 601.0) is lost
        assert ask("taken", 601.0) is taken
        assert ask("asked", 601.0) is not asked
    again = ask("asked", 601.0)
    ask("another", 1202.0)
    assert [name for name, *_ in keys._known] == ["another"]
    assert ask("asked", 1202.0) is not again


def test_a_list_that_may_lack_batches_settles_nothing() -> None:
    """Whatever goes wrong while a key is looked up, the error says that nothing was submitted."""
    key = key_of(submission(key="k"))
    with (
        pytest.raises(KeyUnsettledError, match="may lack batches; nothing was") as caught,
        looking_up(key),
    ):
        raise IncompleteListingWarning("the listing may lack batches")
    assert isinstance(caught.value.__cause__, IncompleteListingWarning)
    with (
        pytest.raises(APIConnectionError, match="^broken; nothing was submitted, as"),
        looking_up(key),
    ):
        raise APIConnectionError("broken")


# The answer, and what is found out without one


def taken(sent: Submission, data: Any, departures: Departures | None = None) -> Write:
    creation = Creation(sent)
    (step,) = creation.steps()
    assert step.keywords == {"body": sent.body}
    write = creation.take(step, answer_of(BatchAnswer, {"data": data}, departures))
    assert creation.result() is write.batch
    return write


def made(sent: Submission, **fields: Any) -> dict[str, Any]:
    """A batch as a service answers with it, with as many jobs as were sent."""
    whole: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "project_id": str(sent.project_id),
        "tags": sent.body.get("tags", []),
        "sequence_builder": sent.body.get("sequence_builder"),
        "jobs": [{} for _ in sent.body["jobs"]],
    }
    return {name: value for name, value in {**whole, **fields}.items() if value != "absent"}


def test_the_answer_is_the_new_batch() -> None:
    """It was carried out."""
    sent = submission(key="k", tags=["a"])
    write = taken(sent, made(sent))
    assert (write.operation, write.carried_out, write.batch_id) == ("create_batch", True, None)
    assert isinstance(write.batch, Batch)


@pytest.mark.parametrize("absent", ["project_id", "tags", "sequence_builder"])
def test_what_an_answer_does_not_say_it_does_not_deny(absent: str) -> None:
    """A batch without its tags may be the new one; that it lacks them is reported when it is read."""
    sent = submission()
    assert taken(sent, made(sent, **{absent: "absent"})).carried_out


def test_the_tag_says_more_than_the_text_of_the_sequence() -> None:
    """A service may write the sequence in another way."""
    sent = submission()
    assert taken(sent, made(sent, sequence_builder="{ }")).carried_out


@pytest.mark.parametrize(
    "wrong",
    [
        {"project_id": str(OTHER)},
        {"tags": [f"{OWN_PREFIX}{OTHER}"]},
        {"tags": [], "sequence_builder": "another"},
        {"tags": "absent", "sequence_builder": "another"},
        {"tags": ["of somebody else"]},
        {"tags": [], "jobs": []},
        {"tags": [], "jobs": [{"runs": 100}, {"runs": 100}]},
        {"tags": [], "jobs": [{"runs": 101}]},
        {"tags": "absent", "jobs": [{"variables": {"omega": 3}}]},
    ],
)
def test_an_answer_about_another_batch_settles_nothing(wrong: dict[str, Any]) -> None:
    """It may be that of another request, also where only the sequence is the same."""
    sent = submission()
    with pytest.raises(OutcomeUnknownError, match="the answer is about batch .*, which is another"):
        taken(sent, made(sent, **wrong))


@pytest.mark.parametrize("data", [None, 7, {}, {"id": 7}, {"status": "PENDING"}])
def test_an_answer_without_a_batch_settles_nothing(data: Any) -> None:
    """Nobody could do anything with a batch that has no id."""
    with pytest.raises(OutcomeUnknownError, match="the answer does not hold the new batch"):
        taken(submission(), data)


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"jobs": "absent"}, "data.jobs: expected as many jobs as were sent, got none of 1"),
        ({"jobs": []}, "data.jobs: expected as many jobs as were sent, got 0 of 1"),
        (
            {"tags": [], "sequence_builder": "absent"},
            "data.tags: expected the tags that were sent, got other tags",
        ),
        ({"tags": []}, "data.tags: expected the tags that were sent, got other tags"),
        (
            {"tags": [], "jobs": "absent"},
            "data.jobs: expected as many jobs as were sent, got none of 1",
        ),
    ],
)
def test_a_batch_that_is_not_as_it_was_sent_is_a_departure(
    fields: dict[str, Any], seen: str
) -> None:
    """It is there, and it was paid for: the caller gets it, and is told."""
    sent, departures = submission(), Departures(str)
    assert taken(sent, made(sent, **fields), departures).carried_out
    assert seen in [str(one.first) for one in departures]


def test_a_batch_without_a_tag_of_ours_is_taken_as_it_comes() -> None:
    """If its answer is lost, nobody can tell, and the error says so."""
    sent = submission(submission_tag=False, tags=["a"])
    departures = Departures(str)
    assert taken(sent, made(sent), departures).carried_out
    with pytest.raises(OutcomeUnknownError, match="which is another"):
        taken(sent, made(sent, tags=[f"{OWN_PREFIX}{OTHER}"]))
    with (
        pytest.raises(OutcomeUnknownError, match=r"lost; it has no tag of ours \(submission_tag=F"),
        attach_write(next(Creation(sent).steps())),
    ):
        raise OutcomeUnknownError("lost")
    effect = CreatedBatch(None, PROJECT)
    # A list of no ids is empty without a request.
    assert effect.reading.filters == {"id": []}
    verdict = effect.judge([])
    assert (verdict.outcome, verdict.is_final) == ("cannot tell", True)
    assert "client.batches.list" in verdict.reason


def test_the_error_of_an_open_batch_says_that_it_has_to_be_closed() -> None:
    """Its device may be reserved for it."""
    for is_open, advice in ((False, r"\(error\) to check$"), (True, "to check, and complete its")):
        with (
            pytest.raises(OutcomeUnknownError, match=advice),
            attach_write(next(Creation(submission(open=is_open)).steps())),
        ):
            raise OutcomeUnknownError("lost")


def test_the_batch_is_found_by_its_tag_alone() -> None:
    """Whatever else the service lists; a copy is younger than the original."""
    sent = submission()
    effect = CreatedBatch(sent.tag, PROJECT)
    assert (effect.reading.items, effect.reading.filters) == (
        "batches",
        {"tag": sent.tag, "project_id": [str(PROJECT)]},
    )
    original, copied = made_at(1, sent), made_at(2, sent)
    verdict = effect.judge([made_at(0, submission()), copied, original])
    assert (verdict.outcome, verdict.batch, verdict.is_final) == ("happened", original, True)
    assert effect.judge([made_at(0, submission())]).outcome == "did not happen"
    assert effect.judge([]).outcome == "did not happen"
    assert effect.judge([Batch.from_dict({})]).outcome == "cannot tell"
    assert pickle.loads(pickle.dumps(effect)) == effect  # noqa: S301


def test_a_body_that_is_too_large_is_measured() -> None:
    """With and without compression, and with its jobs; a body of jobs alone as well."""
    sent = submission("{}" * 1000, jobs=ONE_JOB * 3)
    for body, size in (
        (["tag"], "7 bytes; send less at once$"),
        (sent.body, r"2,\d\d\d bytes, \d\d\d in gzip; jobs in it: 3; send fewer"),
        (ONE_JOB, "12 bytes; jobs in it: 1; send fewer"),
    ):
        with (
            pytest.raises(APIStatusError, match=f": too large; the body has {size}"),
            attach_write(Step({"body": body}, Creation(sent).write)),
        ):
            raise APIStatusError("too large", status=413)
    for error, keywords in (
        (APIStatusError("no", status=400), {"body": sent.body}),
        (APIStatusError("no", status=413), {}),
    ):
        with (
            pytest.raises(APIStatusError, match=r"^4\d\d [\w ]+: no$"),
            attach_write(Step(keywords, Creation(sent).write)),
        ):
            raise error


@pytest.mark.parametrize(
    ("body", "places", "reason"),
    [
        (submission().body, [["body", "jobs", 3, "runs"]], "no; this is about jobs[3]"),
        (
            submission().body,
            [["body", "jobs", 7], ["body", "jobs", 3], ["body", "jobs", 7, "runs"]],
            "no; this is about jobs[3], jobs[7]",
        ),
        (ONE_JOB, [["body", 0, "runs"]], "no; this is about jobs[0]"),
        (submission().body, [["body", "jobs"], ["body", "jobs", "x"], ["query", "jobs", 1]], "no"),
        (ONE_JOB, [["body"], None], "no"),
        (["a", "b"], [["body", 1]], "no"),
    ],
)
def test_mistakes_are_named_by_the_positions_of_their_jobs(
    body: Any, places: list[Any], reason: str
) -> None:
    """As the caller counts them, each once."""
    error = UnprocessableError("no", status=422)
    error.errors = tuple(ValidationError.from_dict({"loc": place}) for place in places)
    explain_rejection(error, body)
    assert error.reason == reason
