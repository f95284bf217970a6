"""Turns an answer that satisfies the contract into one with quirks: pure functions of the body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pasqal_core_schemas import JobStatus, QueuePriority, ResponseStatus

from ..database.columns import TIMES, to_microseconds
from .quirk import Quirk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_Object: TypeAlias = dict[str, Any]
_Change: TypeAlias = Callable[[_Object], _Object]

_FUTURE_VALUE = "FROM_THE_FUTURE"
"""The enumeration value that no contract knows."""

_UTC = "+00:00"
_PAUSED = "PAUSED"
_LISTS = ("jobs", "batches")
_COUNTS = "jobs_count_per_status"


def apply_quirks(body: _Object, chosen: Collection[Quirk]) -> _Object:
    """The body of an answer with these quirks; what is not changed is not copied."""
    if not chosen:
        return body
    if "data" in body:
        body = body | {"data": _change_data(body["data"], chosen)}
    return _change(body, _BODY_CHANGES, chosen)


def _change_data(data: Any, chosen: Collection[Quirk]) -> Any:
    if isinstance(data, list):
        return [_change_data(entry, chosen) for entry in data]
    if not isinstance(data, dict):
        return data
    for name in _LISTS:
        if isinstance(data.get(name), list):
            data = data | {name: _change_data(data[name], chosen)}
    if "batch_id" in data:
        return _change(data, _JOB_CHANGES, chosen)
    if _COUNTS in data:
        return _change(data, _BATCH_CHANGES, chosen)
    return _change(data, _STATE_CHANGES, chosen)


def _change(item: _Object, changes: Mapping[Quirk, _Change], chosen: Collection[Quirk]) -> _Object:
    for quirk, change in changes.items():
        if quirk in chosen:
            item = change(item)
    return item


# Changes of any object; each returns a new one


def _remove(*names: str) -> _Change:
    def change(item: _Object) -> _Object:
        return {name: value for name, value in item.items() if name not in names}

    return change


def _set_null(name: str) -> _Change:
    def change(item: _Object) -> _Object:
        return item | {name: None}

    return change


def _replace_value(name: str, known: str, new: str = _FUTURE_VALUE) -> _Change:
    """Put another value in the place of a known one: the value of the future, unless it is given."""

    def change(item: _Object) -> _Object:
        if item.get(name) != known:
            return item
        return item | {name: new}

    return change


def _respell_times(spell: Callable[[str], str]) -> _Change:
    def change(item: _Object) -> _Object:
        changed = {}
        for name in TIMES & item.keys():
            if item[name] is not None:
                changed[name] = spell(item[name])
        return item | changed

    return change


def _spell_naive(time: str) -> str:
    return time.removesuffix(_UTC)


def _spell_zulu(time: str) -> str:
    return f"{_spell_naive(time)}Z"


def _spell_epoch(time: str) -> str:
    # A float does not keep all the digits.
    microseconds = to_microseconds(datetime.fromisoformat(time))
    return str(Decimal(microseconds).scaleb(-6))


# Changes of a whole body


def _use_jsend_error(body: _Object) -> _Object:
    if "detail" not in body:
        return body
    return {
        "status": ResponseStatus.fail,
        "message": "The request is not valid.",
        "code": "422",
        "data": {"description": body["detail"]},
    }


def _make_code_integer(body: _Object) -> _Object:
    if "code" not in body:
        return body
    return body | {"code": int(body["code"])}


def _strip_envelope(body: _Object) -> _Object:
    if body.get("status") != ResponseStatus.success:
        return body
    return _remove("status", "message", "code")(body)


# Changes of a job or a batch


def _add_results(job: _Object) -> _Object:
    if job["status"] != JobStatus.DONE:
        return job | {"result": None, "full_result": None}
    runs = job["runs"] or 0
    half = runs // 2
    counts = {"0110": runs - half, "1001": half}
    return job | {"result": counts, "full_result": {"counter": counts}}


def _add_device(batch: _Object) -> _Object:
    return batch | {"device_temperature": 0.25, "device_status": "available"}


def _rename_state(known: str, new: str) -> _Change:
    """Give a state of a batch, and of the jobs that are counted, another name."""
    replace = _replace_value("status", known, new)

    def change(batch: _Object) -> _Object:
        counts: dict[str, int] = {}
        for status, jobs in batch[_COUNTS].items():
            if status == known:
                status = new
            counts[status] = counts.get(status, 0) + jobs
        return replace(batch | {_COUNTS: counts})

    return change


def _replace_values_of_batch(batch: _Object) -> _Object:
    batch = _rename_state(JobStatus.RUNNING, _FUTURE_VALUE)(batch)
    return _replace_value("queue_priority", QueuePriority.MEDIUM)(batch)


def _empty_counts(batch: _Object) -> _Object:
    return batch | {_COUNTS: {}}


# The order of each table is the order of its changes: fields are added first, so that the other
# changes reach them, and removed last, so that the other changes find them.
_RESPELLED_TIMES: dict[Quirk, _Change] = {
    Quirk.NAIVE_TIMES: _respell_times(_spell_naive),
    Quirk.ZULU_TIMES: _respell_times(_spell_zulu),
    Quirk.EPOCH_TIMES: _respell_times(_spell_epoch),
}
# What is neither a job nor a batch may be the state of a job.
_STATE_CHANGES: dict[Quirk, _Change] = {
    Quirk.FUTURE_VALUES: _replace_value("status", JobStatus.RUNNING),
    Quirk.PAUSED: _replace_value("status", JobStatus.RUNNING, _PAUSED),
    Quirk.CANCELING: _replace_value("status", JobStatus.CANCELED, JobStatus.CANCELING),
}
_JOB_CHANGES: dict[Quirk, _Change] = {
    Quirk.UNKNOWN_FIELDS: _add_results,
    **_RESPELLED_TIMES,
    **_STATE_CHANGES,
    Quirk.NULLS: _set_null("runs"),
    Quirk.MISSING_FIELDS: _remove("creation_order"),
}
_BATCH_CHANGES: dict[Quirk, _Change] = {
    Quirk.UNKNOWN_FIELDS: _add_device,
    **_RESPELLED_TIMES,
    Quirk.FUTURE_VALUES: _replace_values_of_batch,
    Quirk.PAUSED: _rename_state(JobStatus.RUNNING, _PAUSED),
    Quirk.CANCELING: _rename_state(JobStatus.CANCELED, JobStatus.CANCELING),
    Quirk.NULLS: _set_null("sequence_builder"),
    Quirk.NULL_COUNTS: _set_null(_COUNTS),
    Quirk.EMPTY_COUNTS: _empty_counts,
    Quirk.NO_COUNTS: _remove(_COUNTS),
    Quirk.NO_JOBS: _remove("jobs"),
    Quirk.MISSING_FIELDS: _remove("jobs_count", _COUNTS, "tags", "queue_priority"),
}
_BODY_CHANGES: dict[Quirk, _Change] = {
    # A 422 gets its `code` here, before that becomes an integer.
    Quirk.JSEND_ERRORS: _use_jsend_error,
    Quirk.NO_PAGINATION: _remove("pagination"),
    Quirk.INTEGER_CODE: _make_code_integer,
    Quirk.BARE_ENVELOPE: _strip_envelope,
}
