"""The calls: `jobs`, `batches` and `devices`, as a table of functions of a client and its arguments."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from . import connection, errors, schemas, views, walk, wire

Arguments = dict[str, Any]
ORDER: Final = ("order_by", "order_by_direction")


@dataclass
class Outcome:
    """What a call returned."""

    result: Any = None
    page: walk.Page | None = None
    doubted: bool | None = None


@dataclass
class Client:
    """A client of the service."""

    settings: connection.Settings
    way: connection.Connection = field(init=False)

    def __post_init__(self) -> None:
        self.way = connection.Connection(self.settings)

    def send(
        self,
        name: str,
        path: Mapping[str, str] | None = None,
        pairs: wire.Pairs | None = None,
        body: Any = None,
    ) -> tuple[dict[str, Any], errors.Answer]:
        """Send an operation; the view of its answer."""
        operation = schemas.OPERATIONS[name]
        answer = self.way.send(operation, path, pairs, body)
        view, departures = read_envelope(operation, answer)
        if self.settings.strict and departures:
            reason = f"departs at {', '.join(departures)}"
            raise errors.ServiceError(kind_of_departure(operation), reason, 200)
        return view, answer

    def read(self, name: str, path: Mapping[str, str]) -> dict[str, Any]:
        """The data of an answer that is about one thing: the one that was asked for."""
        view, _ = self.send(name, path)
        data = view["data"]
        if not isinstance(data, dict):
            raise errors.ServiceError("ResponseError", f"the answer to {name} is empty", 200)
        (asked,) = path.values()
        check_read(data, asked)
        return data

    def write(
        self,
        name: str,
        path: Mapping[str, str] | None = None,
        pairs: wire.Pairs | None = None,
        body: Any = None,
    ) -> dict[str, Any]:
        """The data of the answer to a write, which is about what the write was about."""
        view, _ = self.send(name, path, pairs, body)
        data = data_of_write(view)
        asked = (path or {}).get("batch__id") or (path or {}).get("batch_id")
        if asked and name != "rebatch_jobs":
            check_about(data, asked)
        return data

    def project(self, arguments: Arguments) -> Arguments:
        """The arguments with the client's project: absent takes it, null lifts it, a value replaces it."""
        return with_project(arguments, self.settings.project_id)

    def fetch(
        self, name: str, encoded: Mapping[str, Any], place: wire.Pairs, **path: str
    ) -> walk.Page:
        """A page of a list."""
        view, answer = self.send(name, path, [*place, *wire.pairs_of(encoded)])
        items = view["data"]
        if not isinstance(items, list):
            raise errors.ServiceError("ResponseError", "does not hold a list of jobs", 200)
        return walk.Page(items, *place_of(view, answer))


def kind_of_departure(operation: schemas.Operation) -> str:
    """The class of the error: a write was carried out all the same."""
    return "WriteDepartureError" if operation.is_write else "DepartureError"


def with_kind(error: errors.ServiceError) -> errors.ServiceError:
    return errors.make_unknown(error)


def read_envelope(operation: schemas.Operation, answer: errors.Answer) -> tuple[Any, list[str]]:
    """The view of an answer, and where it departs."""
    reader = views.Reader()
    view = reader.read_fields(operation.answer, views.parse_json(answer.body))
    return view, reader.departures


def data_of_write(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a write returned; without it, nobody knows what happened."""
    data = view["data"]
    if not isinstance(data, dict):
        raise with_kind(errors.ServiceError("", "the answer holds no data", 200))
    return data


def check_read(data: Mapping[str, Any], asked: str) -> None:
    """An answer about something else is none."""
    found = shown_id(data.get("id"))
    if found not in (asked, None):
        raise errors.ServiceError("ResponseError", f"the answer is about {found}", 200)


def check_about(data: dict[str, Any], asked: str) -> None:
    """A write was answered with another batch: nobody knows what happened."""
    found = shown_id(data.get("id"))
    if found not in (asked, None):
        raise with_kind(errors.ServiceError("", f"the answer is about batch {found}", 200))


def with_project(arguments: Arguments, project: str | None) -> Arguments:
    """The arguments of a list, with the default project where none is named."""
    if "project_id" in arguments or project is None:
        return arguments
    return {**arguments, "project_id": project}


def place_of(view: Mapping[str, Any], answer: errors.Answer) -> list[int | None]:
    """Total, start and end of a page: of its pagination, or else of the header, which counts from 1."""
    pagination = view["pagination"]
    if isinstance(pagination, dict):
        return [known_number(pagination[name]) for name in ("total", "start", "end")]
    return place_in_header(answer.headers.get("content-range", ""))


def place_in_header(text: str) -> list[int | None]:
    """The place that a Content-Range has."""
    found = re.fullmatch(r"(?:items )?(\d+)-(\d+)/(\d+)", text.strip())
    if found is None:
        return [None, None, None]
    first, last, total = (int(number) for number in found.groups())
    return [total, first - 1, last]


def known_number(value: Any) -> int | None:
    return value if isinstance(value, int) else None


@dataclass(frozen=True)
class Kind:
    """A list: its operation and its filters."""

    operation: str
    filters: wire.Table
    has_order: bool = True


JOBS: Final = Kind("get_jobs", wire.JOB_FILTERS)
BATCHES: Final = Kind("get_all_batches", wire.BATCH_FILTERS)
DEVICES: Final = Kind("get_devices", wire.DEVICE_FILTERS)
PUBLIC_DEVICES: Final = Kind("get_public_devices", wire.DEVICE_FILTERS)
QUEUE: Final = Kind("get_queue", {}, has_order=False)


def parts_of(client: Client, kind: Kind, filters: Arguments) -> list[dict[str, Any]]:
    """The filters of the requests that one list takes; no request at all if nothing can match."""
    try:
        encoded = wire.encode_filters(kind.filters, filters)
    except wire.Nothing:
        return []
    path = client.settings.base_url + schemas.OPERATIONS[kind.operation].path

    def length(part: Mapping[str, Any]) -> int:
        pairs = wire.page_pairs({}, wire.LARGEST_PAGE, 0) + wire.pairs_of(part)
        return len(path) + 1 + len(wire.query_text(pairs))

    return wire.split(encoded, length)


def pairs_for(kind: Kind, order: Arguments, limit: int, offset: int) -> wire.Pairs:
    if kind.has_order:
        return wire.page_pairs(order, limit, offset)
    return wire.place_pairs(limit, offset)


def take_order(arguments: Arguments) -> tuple[Arguments, Arguments]:
    """The order, and everything else."""
    order: Arguments = {name: arguments[name] for name in ORDER if name in arguments}
    return order, {name: arguments[name] for name in arguments if name not in ORDER}


def read_page(client: Client, kind: Kind, arguments: Arguments) -> Outcome:
    """One page of a list."""
    order, rest = take_order(arguments)
    limit, offset = rest.pop("limit", wire.LARGEST_PAGE), rest.pop("offset", 0)
    place = pairs_for(kind, order, limit, offset)
    parts = parts_of(client, kind, rest)
    if len(parts) > 1:
        raise wire.Refused("too many ids for one address")
    if not parts:
        return Outcome([], walk.Page([], 0, 0, 0))
    page = client.fetch(kind.operation, parts[0], place)
    return Outcome(ids_of(page.items), page)


def read_list(
    client: Client, kind: Kind, arguments: Arguments, **path: str
) -> tuple[list[Any], bool]:
    """All items of a list, and whether some may be missing."""
    order, rest = take_order(arguments)
    size = rest.pop("page_size", None) or wire.LARGEST_PAGE
    max_items = rest.pop("max_items", None)
    # It reads one page at a time.
    rest.pop("concurrency", None)
    if max_items is not None:
        size = max(1, min(size, max_items))
    pairs_for(kind, order, size, 0)
    found: list[walk.Walk] = []
    for part in parts_of(client, kind, rest):
        reading = walk_of(client, kind, part, order, size, **path)
        reading.max_items = max_items
        walk.read_all(reading)
        found.append(reading)
    doubted = any(reading.doubted for reading in found)
    return first_items(merge(found), max_items), doubted


def walk_of(
    client: Client,
    kind: Kind,
    part: Mapping[str, Any],
    order: Arguments,
    size: int,
    **path: str,
) -> walk.Walk:
    """The walk through one list."""

    def fetch(offset: int, limit: int) -> walk.Page:
        place = pairs_for(kind, order, limit, offset)
        return client.fetch(kind.operation, part, place, **path)

    by = order.get("order_by") or "created_at"
    direction = order.get("order_by_direction") or "DESC"
    return walk.Walk(fetch, by if kind.has_order else None, direction.upper() == "DESC", size)


def first_items(items: list[Any], max_items: int | None) -> list[Any]:
    """As many as the caller wants."""
    return items[:max_items]


def merge(walks: list[walk.Walk]) -> list[Any]:
    """The items of several lists in their order, each once."""
    items: dict[Any, Any] = {}
    for reading in walks:
        items |= {walk.identity(item): item for item in reading.items}
    if len(walks) < 2:
        return list(items.values())
    return sorted(items.values(), key=lambda item: walks[0].rank(item) or 0)


def list_items(client: Client, kind: Kind, arguments: Arguments) -> Outcome:
    items, doubted = read_list(client, kind, arguments)
    return Outcome(ids_of(items), doubted=doubted)


def count_items(client: Client, kind: Kind, arguments: Arguments) -> Outcome:
    """How many items match: the totals of the parts."""
    total = 0
    for part in parts_of(client, kind, arguments):
        page = client.fetch(kind.operation, part, wire.page_pairs({}, 1, 0))
        total += total_of(client, kind, part, page)
    return Outcome(total)


def total_of(client: Client, kind: Kind, part: Mapping[str, Any], page: walk.Page) -> int:
    """The total that a page says; where it says none, they are counted."""
    if page.total is not None:
        return page.total
    reading = walk_of(client, kind, part, {}, wire.LARGEST_PAGE)
    walk.read_all(reading)
    return len(reading.items)


def ids_of(items: list[Any]) -> list[Any]:
    return [shown_id(item.get("id")) for item in items]


def shown_id(value: Any) -> str | None:
    return None if isinstance(value, views.Unset | views.Absent | type(None)) else str(value)


def text_of(value: Any) -> str | None:
    """The text of a state."""
    return value.text if isinstance(value, views.Enumerated) else None


def jobs_page(client: Client, arguments: Arguments) -> Outcome:
    return read_page(client, JOBS, client.project(arguments))


def jobs_list(client: Client, arguments: Arguments) -> Outcome:
    return list_items(client, JOBS, client.project(arguments))


def jobs_count(client: Client, arguments: Arguments) -> Outcome:
    return count_items(client, JOBS, client.project(arguments))


def read_job(client: Client, job_id: Any) -> dict[str, Any]:
    """A job: the one that was asked for."""
    return client.read("get_job", {"job_id": wire.sent_id(job_id)})


def jobs_get(client: Client, arguments: Arguments) -> Outcome:
    job = read_job(client, arguments["job_id"])
    return Outcome(shown_id(job["id"]))


def jobs_status(client: Client, arguments: Arguments) -> Outcome:
    report = client.read("get_job_status", {"job_id": wire.sent_id(arguments["job_id"])})
    return Outcome(text_of(report["status"]))


def filters_by_id(_client: Client, ids: Any) -> Arguments:
    """What is asked for by its id is of whichever project."""
    return {"id": ids}


def jobs_statuses(client: Client, arguments: Arguments) -> Outcome:
    items, _ = read_list(client, JOBS, filters_by_id(client, arguments["ids"]))
    return Outcome(sorted([shown_id(item["id"]), text_of(item["status"])] for item in items))


def jobs_cancel(client: Client, arguments: Arguments) -> Outcome:
    asked = wire.sent_id(arguments["job_id"])
    try:
        job = client.write("cancel_job", {"job_id": asked})
    except errors.ServiceError as error:
        return ended_meanwhile(client, asked, error)
    if shown_id(job["id"]) not in (asked, None):
        raise with_kind(errors.ServiceError("", "the answer is about another job", 200))
    return Outcome(shown_id(job["id"]))


def ended_meanwhile(client: Client, job_id: str, error: errors.ServiceError) -> Outcome:
    """A job that has ended cannot be cancelled, and need not be."""
    if error.status != 409:
        raise error
    job = read_job(client, job_id)
    if not has_ended(job):
        raise error
    return Outcome(shown_id(job["id"]))


def by_creation(jobs: list[Any]) -> list[Any]:
    return sorted(jobs, key=lambda job: known_number(job["creation_order"]) or 0)


def jobs_of(batch: Mapping[str, Any]) -> list[Any]:
    """The jobs that an answer has, by their order."""
    jobs = batch.get("jobs")
    return by_creation(jobs) if isinstance(jobs, list) else []


def jobs_of_batch(client: Client, batch_id: str) -> list[Any]:
    order = {"order_by": "creation_order", "order_by_direction": "ASC"}
    items, _ = read_list(client, JOBS, {"batch_id": batch_id, **order})
    return items


ENDED: Final = ("DONE", "ERROR", "CANCELED", "TIMED_OUT")
MOST_LOOKS: Final = 20


def has_ended(item: Mapping[str, Any]) -> bool:
    """Whether nothing more will happen; a state that nobody knows is not an end."""
    return text_of(item["status"]) in ENDED


def is_unknown(item: Mapping[str, Any]) -> bool:
    return isinstance(item["status"], views.Enumerated) and not item["status"].known


def has_ended_for(item: Mapping[str, Any], unknown: str) -> bool:
    """Whether a job is waited for no longer; nobody knows whether an unknown state ends, so it is told.

    The caller says what it is: `error`, `active` or `terminal`.
    """
    if is_unknown(item) and unknown == "error":
        raise errors.ServiceError("UnknownStatusError", f"unknown state {text_of(item['status'])}")
    return has_ended(item) or (is_unknown(item) and unknown == "terminal")


def wait_for(client: Client, filters: Arguments, arguments: Arguments) -> Outcome:
    """Look at jobs until all have ended; how many are in which state, and which have failed."""
    unknown = arguments.get("unknown_status", "error")
    for _ in range(looks_of(arguments)):
        items, _doubted = read_list(client, JOBS, filters)
        check_there(items, filters)
        ended = [has_ended_for(item, unknown) for item in items]
        if all(ended):
            return Outcome(checked_summary(summary_of(items), arguments))
        connection.pause(client.settings, 1, None)
    raise errors.ServiceError("WaitTimeoutError", "some jobs have not ended")


def check_there(items: list[Any], filters: Arguments) -> None:
    """A job that does not exist never ends."""
    known = {shown_id(item["id"]) for item in items}
    for asked in filters.get("id", ()):
        if wire.sent_id(asked) not in known:
            raise errors.ServiceError("NotFoundError", f"no job {asked}")


def checked_summary(summary: dict[str, Any], arguments: Arguments) -> dict[str, Any]:
    """What came of the jobs, if the caller does not want an error for one that failed."""
    if arguments.get("raise_on_failure") and summary["failed"]:
        raise errors.ServiceError("JobsFailedError", "some jobs have failed")
    return summary


def looks_of(arguments: Arguments) -> int:
    """How often a wait looks: as often as it could within its time."""
    timeout, poll = arguments.get("timeout"), arguments.get("poll")
    if timeout is None or poll is None:
        return MOST_LOOKS
    return 1 + int(timeout / poll)


def summary_of(items: list[Any]) -> dict[str, Any]:
    states = [text_of(item["status"]) for item in items]
    failed = [shown_id(item["id"]) for item in items if text_of(item["status"]) == "ERROR"]
    return {"counts": {state: states.count(state) for state in states}, "failed": failed}


def jobs_wait(client: Client, arguments: Arguments) -> Outcome:
    """Wait for jobs, by their ids or their batch."""
    if "ids" in arguments:
        return wait_for(client, {"id": arguments["ids"]}, arguments)
    return wait_for(client, {"batch_id": arguments["batch_id"]}, arguments)


def batches_wait(client: Client, arguments: Arguments) -> Outcome:
    """Wait for the jobs of a batch: its counts may be missing, the jobs are not."""
    return wait_for(client, {"batch_id": wire.sent_id(arguments["batch_id"])}, arguments)


def batches_page(client: Client, arguments: Arguments) -> Outcome:
    return read_page(client, BATCHES, client.project(arguments))


def batches_list(client: Client, arguments: Arguments) -> Outcome:
    return list_items(client, BATCHES, client.project(arguments))


def batches_count(client: Client, arguments: Arguments) -> Outcome:
    return count_items(client, BATCHES, client.project(arguments))


def read_batch(client: Client, batch_id: str) -> dict[str, Any]:
    return client.read("get_batch", {"batch_id": batch_id})


def batches_get(client: Client, arguments: Arguments) -> Outcome:
    batch = read_batch(client, wire.sent_id(arguments["batch_id"]))
    return Outcome(shown_id(batch["id"]))


def batches_status(client: Client, arguments: Arguments) -> Outcome:
    report = client.read("get_batch_status", {"batch_id": wire.sent_id(arguments["batch_id"])})
    return Outcome(text_of(report["status"]))


def batch_result(batch: Mapping[str, Any]) -> Outcome:
    return Outcome({"batch": shown_id(batch["id"]), "jobs": ids_of(jobs_of(batch))})


def batches_complete(client: Client, arguments: Arguments) -> Outcome:
    asked = wire.sent_id(arguments["batch_id"])
    return batch_result(client.write("complete_batch", {"batch__id": asked}))


def batches_cancel(client: Client, arguments: Arguments) -> Outcome:
    asked = wire.sent_id(arguments["batch_id"])
    return Outcome(shown_id(client.write("cancel_batch", {"batch__id": asked})["id"]))


def need_filter(encoded: Mapping[str, Any], *, everything: bool) -> None:
    """Everything has to be asked for by name."""
    if not encoded and not everything:
        raise wire.Refused("no filter: say all=true to mean everything")
    if encoded and everything:
        raise wire.Refused("all=true beside filters")


def filters_of_cancellation(_client: Client, filters: Arguments) -> Arguments:
    """The batch says of which project its jobs are."""
    return filters


def cancel_jobs(client: Client, arguments: Arguments) -> Outcome:
    """Cancel the jobs of a batch that match."""
    rest = dict(arguments)
    batch = wire.sent_id(rest.pop("batch"))
    everything, dry_run = rest.pop("all", False), rest.pop("dry_run", False)
    try:
        encoded = wire.encode_filters(wire.JOB_FILTERS, filters_of_cancellation(client, rest))
    except wire.Nothing:
        return Outcome({"jobs": 0, "errors": {}})
    need_filter(encoded, everything=everything)
    if dry_run:
        items, _ = read_list(client, JOBS, {**rest, "batch_id": batch})
        return Outcome({"jobs": len(items), "errors": {}})
    path = client.settings.base_url + schemas.OPERATIONS["cancel_jobs"].path + batch
    parts = wire.split(encoded, lambda part: len(path) + len(wire.query_text(wire.pairs_of(part))))
    answers = []
    for part in parts:
        data = client.write("cancel_jobs", {"batch__id": batch}, wire.pairs_of(part))
        check_items(data["jobs"], "batch_id", [batch])
        answers.append(data)
    return Outcome(merge_cancelled(answers, "jobs"))


def check_items(items: Any, name: str, asked: list[str]) -> None:
    """What was cancelled is what was asked for: otherwise nobody knows what happened."""
    for item in items if isinstance(items, list) else []:
        if shown_id(item[name]) not in (*asked, None):
            raise with_kind(errors.ServiceError("", "the answer is about something else", 200))


def merge_cancelled(answers: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """How many were cancelled, and why others were not."""
    cancelled: set[Any] = set()
    refused: dict[str, Any] = {}
    for answer in answers:
        if isinstance(answer[name], list):
            cancelled |= {walk.identity(item) for item in answer[name]}
        if isinstance(answer["errors"], dict):
            refused |= answer["errors"]
    return {name: len(cancelled), "errors": refused}


ACTIVE_BATCHES: Final = ["PENDING", "RUNNING", "PAUSED"]
CANCELLED_STATES: Final = {"PENDING", "RUNNING"}


def cancel_many(client: Client, arguments: Arguments) -> Outcome:
    """Cancel batches, by their ids or by filters."""
    rest = dict(arguments)
    everything, dry_run = rest.pop("all", False), rest.pop("dry_run", False)
    if "ids" in rest:
        return cancel_by_ids(client, rest)
    try:
        encoded = wire.encode_filters(wire.CANCEL_FILTERS, rest)
        need_filter(encoded, everything=everything)
        encoded = wire.encode_filters(wire.CANCEL_FILTERS, client.project(rest))
    except wire.Nothing:
        return Outcome({"batches": 0, "errors": {}})
    if not CANCELLED_STATES.issuperset(encoded.get("status", [])):
        raise wire.Refused("only PENDING and RUNNING batches can be cancelled")
    matching = list_of_cancellation(client, encoded, dry_run=dry_run)
    if dry_run:
        return Outcome({"batches": len(matching), "errors": {}})
    data = client.write("cancel_batches", body=body_of_cancellation(encoded, everything))
    return Outcome(merge_cancelled([data], "batches"))


def body_of_cancellation(encoded: Mapping[str, Any], _everything: object) -> Mapping[str, Any]:
    """The filters; everything only if there is none, not even a project."""
    return encoded or {"cancel_all": True}


def cancel_by_ids(client: Client, rest: Arguments) -> Outcome:
    ids = wire.many(wire.sent_id)(rest.pop("ids"))
    if rest:
        raise wire.Refused("ids beside filters")
    if wire.is_nothing(ids):
        return Outcome({"batches": 0, "errors": {}})
    data = client.write("cancel_batches", body={"batch_ids": ids})
    check_items(data["batches"], "id", ids)
    return Outcome(merge_cancelled([data], "batches"))


def list_of_cancellation(client: Client, encoded: Mapping[str, Any], *, dry_run: bool) -> list[Any]:
    """What is there before a cancellation by filters."""
    filters = {"status": ACTIVE_BATCHES, **encoded}
    filters.pop("start_date", None)
    tags = filters.pop("tags", [])
    if len(tags) == 1:
        filters["tag"] = tags[0]
    elif dry_run and tags:
        raise wire.Refused("a dry run takes one tag")
    items, _ = read_list(client, BATCHES, filters)
    return items


def rebatch(client: Client, arguments: Arguments) -> Outcome:
    """Run jobs of a batch again, in a new one."""
    rest = dict(arguments)
    batch = wire.sent_id(rest.pop("batch"))
    everything = rest.pop("all", False)
    try:
        encoded = wire.encode_filters(wire.JOB_FILTERS, rest)
    except wire.Nothing:
        raise wire.Refused("an empty list matches no job to run again") from None
    need_filter(encoded, everything=everything)
    before, _ = client.send("get_batch", {"batch_id": batch})
    project = shown_id((before["data"] or {}).get("project_id"))
    read_list(client, BATCHES, {"project_id": project})
    data = client.write("rebatch_jobs", {"batch__id": batch}, wire.pairs_of(encoded))
    return batch_result(data)


CALLS: dict[str, Callable[[Client, Arguments], Outcome]] = {
    "jobs.page": lambda *given: jobs_page(*given),
    "jobs.list": lambda *given: jobs_list(*given),
    "jobs.count": lambda *given: jobs_count(*given),
    "jobs.get": lambda *given: jobs_get(*given),
    "jobs.status": lambda *given: jobs_status(*given),
    "jobs.statuses": lambda *given: jobs_statuses(*given),
    "jobs.cancel": lambda *given: jobs_cancel(*given),
    "jobs.wait": lambda *given: jobs_wait(*given),
    "batches.page": lambda *given: batches_page(*given),
    "batches.list": lambda *given: batches_list(*given),
    "batches.count": lambda *given: batches_count(*given),
    "batches.get": lambda *given: batches_get(*given),
    "batches.status": lambda *given: batches_status(*given),
    "batches.complete": lambda *given: batches_complete(*given),
    "batches.cancel": lambda *given: batches_cancel(*given),
    "batches.cancel_jobs": lambda *given: cancel_jobs(*given),
    "batches.cancel_many": lambda *given: cancel_many(*given),
    "batches.rebatch": lambda *given: rebatch(*given),
    "batches.wait": lambda *given: batches_wait(*given),
}
