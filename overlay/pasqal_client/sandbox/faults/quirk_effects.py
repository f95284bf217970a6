"""From an answer as the contract has it to one that departs from it: a pure function of the body."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from pasqal_core_schemas import BatchStatus, JobStatus, QueuePriority, ResponseStatus

from ..database.columns import TIMES, to_microseconds
from .quirks import Departure

_Object: TypeAlias = dict[str, Any]
_Change: TypeAlias = Callable[[_Object], _Object]

FUTURE_VALUE = "FROM_THE_FUTURE"
"""The enumeration value that no contract knows."""

_UTC = "+00:00"


def departing(body: _Object, chosen: Collection[Departure]) -> _Object:
    """The body of an answer with these departures; what is not changed is not copied."""
    if not chosen:
        return body
    if "data" in body:
        body = body | {"data": _data(body["data"], chosen)}
    return _changed(body, _BODY, chosen)


def _data(data: Any, chosen: Collection[Departure]) -> Any:
    if isinstance(data, list):
        return [_changed(job, _JOB, chosen) for job in data]
    if data is None:
        return None
    data = data | {"jobs": _data(data["jobs"], chosen)}
    return _changed(data, _BATCH, chosen) if "id" in data else data


def _changed(
    item: _Object, changes: Mapping[Departure, _Change], chosen: Collection[Departure]
) -> _Object:
    for departure, change in changes.items():
        if departure in chosen:
            item = change(item)
    return item


def _without(*names: str) -> _Change:
    return lambda item: {name: value for name, value in item.items() if name not in names}


def _null(name: str) -> _Change:
    return lambda item: item | {name: None}


def _future(name: str, known: str) -> _Change:
    return lambda item: item | {name: FUTURE_VALUE} if item[name] == known else item


def _jsend(body: _Object) -> _Object:
    if "detail" not in body:
        return body
    data = {"description": body["detail"]}
    return {
        "status": ResponseStatus.fail,
        "message": "The request is not valid.",
        "code": "422",
        "data": data,
    }


def _integer_code(body: _Object) -> _Object:
    return body | {"code": int(body["code"])} if "code" in body else body


def _bare(body: _Object) -> _Object:
    is_success = body.get("status") == ResponseStatus.success
    return _without("status", "message", "code")(body) if is_success else body


def _spelt(spell: Callable[[str], str]) -> _Change:
    return lambda item: (
        item | {name: spell(item[name]) for name in TIMES & item.keys() if item[name] is not None}
    )


def _naive(time: str) -> str:
    return time.removesuffix(_UTC)


def _zulu(time: str) -> str:
    return f"{_naive(time)}Z"


def _epoch(time: str) -> str:
    return str(Decimal(to_microseconds(datetime.fromisoformat(time))).scaleb(-6))


def _with_results(job: _Object) -> _Object:
    half = job["runs"] // 2
    counts = {"0110": job["runs"] - half, "1001": half} if job["status"] == JobStatus.DONE else None
    return job | {"result": counts, "full_result": counts and {"counter": counts}}


def _with_device(batch: _Object) -> _Object:
    job_ids = [job["id"] for job in batch["jobs"]]
    return batch | {"job_ids": job_ids, "device_status": "available", "backend_configuration": "{}"}


def _future_batch(batch: _Object) -> _Object:
    counts = {
        FUTURE_VALUE if status == JobStatus.RUNNING else status: jobs
        for status, jobs in batch["jobs_count_per_status"].items()
    }
    batch = batch | {"jobs_count_per_status": counts}
    batch = _future("status", BatchStatus.RUNNING)(batch)
    return _future("queue_priority", QueuePriority.MEDIUM)(batch)


# In the order in which they are made: what is added comes first, what is taken away comes last.
_SPELLINGS: dict[Departure, _Change] = {
    Departure.NAIVE_TIMES: _spelt(_naive),
    Departure.ZULU_TIMES: _spelt(_zulu),
    Departure.EPOCH_TIMES: _spelt(_epoch),
}
_JOB: dict[Departure, _Change] = {
    Departure.UNKNOWN_FIELDS: _with_results,
    **_SPELLINGS,
    Departure.FUTURE_VALUES: _future("status", JobStatus.RUNNING),
    Departure.NULLS: _null("runs"),
    Departure.MISSING_FIELDS: _without("creation_order"),
}
_BATCH: dict[Departure, _Change] = {
    Departure.UNKNOWN_FIELDS: _with_device,
    **_SPELLINGS,
    Departure.FUTURE_VALUES: _future_batch,
    Departure.NULLS: _null("sequence_builder"),
    Departure.MISSING_FIELDS: _without(
        "jobs_count", "jobs_count_per_status", "tags", "queue_priority"
    ),
}
_BODY: dict[Departure, _Change] = {
    Departure.JSEND_ERRORS: _jsend,
    Departure.NO_PAGINATION: _without("pagination"),
    Departure.INTEGER_CODE: _integer_code,
    Departure.BARE_ENVELOPE: _bare,
}
