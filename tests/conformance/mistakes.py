"""Plausible mistakes of a port, each planted in the reference client, with the cases of the kit that must catch it.

A plant replaces a function, a constant or a method of `reference_client` by one that is wrong in the way that the
author of a port would get it wrong. `python -m conformance.reference_client.adapter --mistake NAME` is the adapter of
a client that makes the mistake.
"""

import json
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlencode

from .reference_client import (
    adapter,
    client,
    connection,
    errors,
    results,
    schemas,
    submissions,
    views,
    walk,
    wire,
)


@dataclass(frozen=True)
class Mistake:
    """A mistake that a port may make.

    Attributes:
        name: what is wrong.
        thought: what its author would have thought.
        plants: by module and name, what stands there in place of the right thing.
        cases: the cases that must catch it; each of them does.
        reason: why no case can catch it, if there are none.
    """

    name: str
    thought: str
    plants: Mapping[str, Any]
    cases: tuple[str, ...] = field(default=())
    reason: str = ""


def _owner(place: str) -> tuple[Any, str]:
    module, *inner, name = place.split(".")
    owner = import_module(f"{__package__}.reference_client.{module}")
    for step in inner:
        owner = getattr(owner, step)
    return owner, name


@contextmanager
def planted(mistake: Mistake) -> Iterator[None]:
    """The reference client makes the mistake during the block."""
    places = [_owner(place) for place in mistake.plants]
    before = [getattr(owner, name) for owner, name in places]
    plant(mistake)
    try:
        yield
    finally:
        for (owner, name), right in zip(places, before, strict=True):
            setattr(owner, name, right)


def plant(mistake: Mistake) -> None:
    """The reference client makes the mistake from now on."""
    for place, wrong in mistake.plants.items():
        owner, name = _owner(place)
        setattr(owner, name, wrong)


def find_mistake(name: str) -> Mistake:
    """The mistake of this name."""
    return next(mistake for mistake in MISTAKES if mistake.name == name)


# ---------------------------------------------------------------------------
# What is sent


def _joined_pairs(encoded: Mapping[str, Any]) -> wire.Pairs:
    lists = {name: value if isinstance(value, list) else [value] for name, value in encoded.items()}
    return [
        (name, ",".join(wire.text_of(entry) for entry in value)) for name, value in lists.items()
    ]


def _bracketed_pairs(encoded: Mapping[str, Any]) -> wire.Pairs:
    pairs = []
    for name, value in encoded.items():
        if isinstance(value, list):
            pairs += [(f"{name}[]", wire.text_of(entry)) for entry in value]
        else:
            pairs.append((name, wire.text_of(value)))
    return pairs


def _one_underscore(encoded: Mapping[str, Any], right: Any = wire.pairs_of) -> wire.Pairs:
    return [(name.replace("__", "_"), text) for name, text in right(encoded)]


def _known_member_only(kind: str, value: Any) -> str:
    text = wire.sent_text(value).upper()
    if text not in schemas.ENUMERATIONS[kind]:
        raise wire.Refused("no such member")
    return text


def _member_in_upper_case(_kind: str, value: Any) -> str:
    return wire.sent_text(value).upper()


def _offset_of_pages(limit: int, offset: int, right: Any = wire.place_pairs) -> wire.Pairs:
    right(limit, offset)
    return [("limit", str(limit)), ("offset", str(offset // limit))]


def _place_unchecked(limit: int, offset: int) -> wire.Pairs:
    return [("limit", str(limit)), ("offset", str(offset))]


def _page_without_order(_order: Mapping[str, Any], limit: int, offset: int) -> wire.Pairs:
    return wire.place_pairs(limit, offset)


def _typed_although_empty(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    data = _RIGHT_BODY(body, headers, method)
    if method == "PATCH":
        headers["Content-Type"] = "application/json"
    return data


def _empty_object(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    if body is None and method == "PATCH":
        body = {}
    return _RIGHT_BODY(body, headers, method)


def _untyped_body(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    data = _RIGHT_BODY(body, headers, method)
    headers.pop("Content-Type", None)
    return data


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    return value


def _body_without_nulls(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    return _RIGHT_BODY(_without_nulls(body), headers, method)


def _body_without_empty(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if value != []}
    return _RIGHT_BODY(body, headers, method)


def _body_of_doubles(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    doubles = json.loads(json.dumps(body), parse_int=lambda text: int(float(text)))
    return _RIGHT_BODY(doubles, headers, method)


def _gzip_unsaid(body: Any, headers: dict[str, str], method: str) -> bytes | None:
    data = _RIGHT_BODY(body, headers, method)
    headers.pop("Content-Encoding", None)
    return data


_RIGHT_BODY: Final = connection.encoded_body


def _null_takes_default(arguments: Mapping[str, Any], project: str | None) -> dict[str, Any]:
    if arguments.get("project_id") is None and project is not None:
        return {**arguments, "project_id": project}
    return dict(arguments)


def _only_first_part(
    encoded: dict[str, Any], length: Any, right: Any = wire.split
) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = right(encoded, length)
    return parts[:1]


def _parts_of_some(
    reader: client.Client,
    kind: client.Kind,
    filters: client.Arguments,
    right: Any = client.parts_of,
) -> list[dict[str, Any]]:
    kept = {name: filters[name] for name in filters if not name.endswith("_date")}
    parts: list[dict[str, Any]] = right(reader, kind, kept)
    return parts


def _pieces_of_ten(encoded: dict[str, Any], _length: Any) -> list[dict[str, Any]]:
    name = max(encoded, key=lambda name: len(str(encoded[name])), default=None)
    if name is None or not isinstance(encoded[name], list):
        return [encoded]
    values = encoded[name]
    # The last id of a piece is the first of the next one.
    starts = range(0, max(1, len(values) - 1), 9)
    return [{**encoded, name: values[start : start + 10]} for start in starts]


def _header_of_nobody(
    connected: connection.Connection, operation: Any, right: Any = connection.headers_of
) -> dict[str, str]:
    headers: dict[str, str] = right(connected, operation)
    headers.setdefault("Authorization", "Bearer None")
    return headers


def _headers_bare(connected: connection.Connection, operation: Any) -> dict[str, str]:
    headers = _RIGHT_HEADERS(connected, operation)
    del headers["Accept"]
    return headers


_RIGHT_HEADERS: Final = connection.headers_of

_SENT: Final = [
    Mistake(
        "a list is joined by commas",
        "Most services take ids=a,b.",
        {"wire.pairs_of": _joined_pairs},
        (
            "requests/page-id-several",
            "requests/page-status-several",
            "scenarios/list-ids-split",
        ),
    ),
    Mistake(
        "a list has brackets in its key",
        "My HTTP library writes arrays as status[]=A.",
        {"wire.pairs_of": _bracketed_pairs},
        (
            "requests/page-id-several",
            "requests/page-status-several",
        ),
    ),
    Mistake(
        "id__starts_with has one underscore",
        "The double underscore is a typing error of the documentation.",
        {"wire.pairs_of": _one_underscore},
        (
            "requests/page-id-starts-with",
            "requests/cancel-id-starts-with",
        ),
    ),
    Mistake(
        "a truth value is True",
        "Turning a value into text is what str does.",
        {"wire.text_of": str},
        (
            "requests/page-errors-true",
            "requests/page-errors-false",
        ),
    ),
    Mistake(
        "the plus of an offset is sent as it is",
        "A plus and a colon are allowed in a query.",
        {"wire.query_text": lambda pairs: urlencode(pairs, safe="+:")},
        (
            "requests/page-start-date-utc",
            "requests/page-start-date-east",
        ),
    ),
    Mistake(
        "a time loses its offset",
        "The service works in UTC anyway.",
        {"wire.with_zone": lambda moment: moment.replace(tzinfo=None)},
        (
            "requests/page-start-date-utc",
            "requests/page-end-date-west",
        ),
    ),
    Mistake(
        "a naive time of the caller is local",
        "A time without a zone is one of this machine, as everywhere in my language.",
        {"wire.with_zone": lambda moment: moment if moment.tzinfo else moment.astimezone()},
        (
            "requests/page-refused-start-date-naive",
            "requests/cancel-refused-start-date-naive",
        ),
    ),
    Mistake(
        "an id is sent in upper case",
        "A UUID is a UUID, so I send what I was given.",
        {"wire.sent_id": lambda value, right=wire.sent_id: right(value) and value},
        (
            "requests/page-id-one",
            "requests/get-batch",
        ),
    ),
    Mistake(
        "an id is not checked",
        "The service will say so if an id is wrong.",
        {"wire.sent_id": lambda value: str(value).lower()},
        (
            "requests/page-refused-id-no-uuid",
            "requests/cancel-refused-id-no-uuid",
            "scenarios/get-malformed-id",
        ),
    ),
    Mistake(
        "an id is sent as often as it was given",
        "Whoever gives an id twice wants it twice.",
        {"wire.each_once": lambda values: values},
        (
            "requests/page-id-several",
            "requests/cancel-id-several",
        ),
    ),
    Mistake(
        "several values are sorted",
        "A set removes what is there twice.",
        {"wire.each_once": lambda values: sorted(set(values))},
        (
            "requests/page-batch-id-several",
            "requests/cancel-batches-ids",
        ),
    ),
    Mistake(
        "an unknown state is rejected",
        "The contract lists the states, so another one is a typing error.",
        {"wire.member_text": _known_member_only},
        (
            "requests/page-status-unknown",
            "requests/create-device-type-of-tomorrow",
        ),
    ),
    Mistake(
        "unknown text of an enumeration is put in upper case",
        "All members are in upper case.",
        {"wire.member_text": _member_in_upper_case},
        (
            "requests/page-status-unknown",
            "requests/get-all-status-unknown",
        ),
    ),
    Mistake(
        "zero and false are not sent",
        "if value: …",
        {"wire.is_given": lambda value: bool(value) or value == []},
        (
            "requests/page-min-runs-zero",
            "requests/page-errors-false",
        ),
    ),
    Mistake(
        "an empty list means everything",
        "Without an id there is nothing to filter by.",
        {"wire.is_nothing": lambda value: False},
        (
            "requests/page-id-empty",
            "requests/list-id-empty",
            "scenarios/list-no-ids",
        ),
    ),
    Mistake(
        "everything needs no word",
        "A cancellation without filters cancels all; that is what the service does, too.",
        {"client.need_filter": lambda encoded, *, everything: None},
        (
            "requests/cancel-refused-everything",
            "requests/cancel-refused-null-filters",
        ),
    ),
    Mistake(
        "null does not lift the default project",
        "Null is the same as not given.",
        {"client.with_project": _null_takes_default},
        (
            "requests/list-any-project",
            "requests/page-any-project",
            "scenarios/list-null-lifts-the-default-project",
        ),
    ),
    Mistake(
        "the default project is left out of lists",
        "A project is needed for submitting only.",
        {"client.with_project": lambda arguments, project: arguments},
        (
            "requests/page-default-project",
            "requests/count-default-project",
            "scenarios/list-takes-default-project",
        ),
    ),
    Mistake(
        "the offset counts pages",
        "The third page has offset 2.",
        {"wire.place_pairs": _offset_of_pages},
        (
            "requests/page-limit-offset",
            "scenarios/list-last-page-is-full",
        ),
    ),
    Mistake(
        "the limit of a page is not checked",
        "The service knows its limits.",
        {"wire.place_pairs": _place_unchecked},
        (
            "requests/page-refused-limit-0",
            "requests/page-refused-limit-101",
        ),
    ),
    Mistake(
        "a list has no order",
        "The default of the service will do.",
        {"wire.page_pairs": _page_without_order},
        (
            "requests/page-order-by",
            "requests/list-order",
            "scenarios/list-jobs-leave-oldest-first",
        ),
    ),
    Mistake(
        "an empty PATCH has a Content-Type",
        "Every PATCH is JSON.",
        {"connection.encoded_body": _typed_although_empty},
        (
            "requests/cancel-batch",
            "requests/complete",
        ),
    ),
    Mistake(
        "an empty PATCH has an empty object",
        "Every PATCH has a body.",
        {"connection.encoded_body": _empty_object},
        (
            "requests/complete",
            "requests/cancel-all",
        ),
    ),
    Mistake(
        "a body has no Content-Type",
        "The service can only mean JSON.",
        {"connection.encoded_body": _untyped_body},
        (
            "requests/create-every-field",
            "requests/set-tags-two",
        ),
    ),
    Mistake(
        "null is left out of bodies",
        "The serialiser omits empty fields.",
        {"connection.encoded_body": _body_without_nulls},
        (
            "requests/create-fields-null",
            "requests/create-variables-of-any-form",
        ),
    ),
    Mistake(
        "an empty array is left out of bodies",
        "The serialiser omits empty fields.",
        {"connection.encoded_body": _body_without_empty},
        (
            "requests/create-tags-empty",
            "requests/create-open-without-jobs",
        ),
    ),
    Mistake(
        "large integers are sent as floats",
        "A number is a number.",
        {"connection.encoded_body": _body_of_doubles},
        ("requests/create-numbers",),
    ),
    Mistake(
        "a compressed body does not say so",
        "The service will see the magic bytes.",
        {"connection.encoded_body": _gzip_unsaid},
        (
            "requests/create-long",
            "requests/create-sequence-of-pulser",
        ),
    ),
    Mistake(
        "tags are sorted",
        "Tags are a set.",
        {
            "submissions.checked_tags": lambda tags, right=submissions.checked_tags: sorted(
                right(tags)
            )
        },
        (
            "requests/create-unicode",
            "requests/set-tags-unicode",
        ),
    ),
    Mistake(
        "ids that do not fit one address are sent in one",
        "Servers take long addresses nowadays.",
        {"wire.split": lambda encoded, length: [encoded]},
        (
            "requests/list-many-ids",
            "requests/page-refused-many-ids",
        ),
    ),
    Mistake(
        "only the first part of many ids is sent",
        "A page has at most a hundred items anyway.",
        {"wire.split": _only_first_part},
        (
            "requests/page-refused-many-ids",
            "requests/list-many-ids",
            "requests/cancel-many-ids",
            "scenarios/list-ids-split",
            "scenarios/statuses-ids-split",
        ),
    ),
    Mistake(
        "the parts of many ids overlap",
        "An id at the seam may be lost, so it is sent twice.",
        {"wire.split": _pieces_of_ten},
        (
            "requests/list-many-ids",
            "requests/cancel-many-ids",
            "scenarios/list-ids-split",
            "scenarios/cancel-ids-split",
        ),
    ),
    Mistake(
        "an anonymous client sends a token",
        "The header is always there.",
        {"connection.headers_of": _header_of_nobody},
        (
            "requests/get-public-device-specs",
            "scenarios/devices-without-signing-in",
        ),
    ),
    Mistake(
        "Accept is left out",
        "It is JSON by default.",
        {"connection.headers_of": _headers_bare},
        (
            "requests/get-batch",
            "requests/create-one-job",
        ),
    ),
    Mistake(
        "an anonymous client asks the private list of devices",
        "The two lists are the same.",
        {"client.PUBLIC_DEVICES": client.DEVICES},
        (
            "requests/get-public-devices-default",
            "scenarios/devices-without-signing-in",
        ),
    ),
    Mistake(
        "text in a path is not encoded",
        "Ids and types need no encoding.",
        {"connection.path_of": lambda operation, values: operation.path.format(**values)},
        ("requests/queue-odd-device",),
    ),
    Mistake(
        "a walk and a count have fewer filters than a page",
        "Nobody lists by that.",
        {"client.parts_of": _parts_of_some},
        (
            "requests/list-every-filter",
            "requests/count-every-filter",
            "requests/list-batches-every-filter",
            "requests/count-batches-every-filter",
        ),
    ),
    Mistake(
        "an unknown filter is ignored",
        "Options that nobody reads do no harm.",
        {"wire.check_names": lambda table, filters: None},
        (
            "requests/page-refused-unknown-filter",
            "requests/page-refused-wire-name",
        ),
    ),
    Mistake(
        "a cancellation in a batch is narrowed by the default project",
        "The default project is for everything.",
        {"client.filters_of_cancellation": lambda reader, filters: reader.project(filters)},
        ("requests/cancel-default-project",),
    ),
    Mistake(
        "all batches of the project means all batches",
        "All is all.",
        {
            "client.body_of_cancellation": lambda encoded, everything: (
                {"cancel_all": True} if everything else encoded
            )
        },
        ("requests/cancel-many-default-project",),
    ),
    Mistake(
        "an anonymous call of what is private is sent",
        "The service will say 401.",
        {"connection.check_signed": lambda connected, operation: None},
        (
            "requests/cancel-refused-anonymous",
            "requests/get-refused-anonymous",
            "scenarios/list-jobs-without-signing-in",
        ),
    ),
]


# ---------------------------------------------------------------------------
# Lists


def _plain_end(page: walk.Page, after: int, _fresh: int) -> bool:
    return after >= (page.total or 0)


def _short_end(page: walk.Page, _after: int, _fresh: int) -> bool:
    return len(page.items) < wire.LARGEST_PAGE


def _header_from_zero(text: str, right: Any = client.place_in_header) -> list[int | None]:
    total, start, end = right(text)
    return [total, start if start is None else start + 1, end]


def _header_wins(
    view: Mapping[str, Any], answer: errors.Answer, right: Any = client.place_of
) -> list[int | None]:
    found = client.place_in_header(answer.headers.get("content-range", ""))
    place: list[int | None] = right(view, answer)
    return place if found == [None, None, None] else found


def _concatenated(walks: list[walk.Walk]) -> list[Any]:
    return [item for reading in walks for item in reading.items]


def _count_of_first_part(
    reader: client.Client, kind: client.Kind, arguments: dict[str, Any]
) -> client.Outcome:
    for part in client.parts_of(reader, kind, arguments):
        page = reader.fetch(kind.operation, part, wire.page_pairs({}, 1, 0))
        return client.Outcome(client.total_of(reader, kind, part, page))
    return client.Outcome(0)


def _anchored_by_ties(reading: walk.Walk, page: walk.Page, offset: int) -> bool:
    if offset == 0 or not page.items:
        return True
    first, last = reading.rank(page.items[0]), reading.frontier()
    return first is None or last is None or bool(first <= last)


_LISTS: Final = [
    Mistake(
        "pages are added up by offset",
        "The next page begins where the last one ended.",
        {
            "walk.is_anchored": lambda reading, page, offset: True,
            "walk.overlap_of": lambda reading: 0,
            "walk.is_end": _plain_end,
            "walk.identity": id,
        },
        (
            "scenarios/list-jobs-leave",
            "scenarios/list-jobs-arrive",
        ),
    ),
    Mistake(
        "pages are added up by offset, and twins removed",
        "A job that comes twice is easily found by its id.",
        {
            "walk.is_anchored": lambda reading, page, offset: True,
            "walk.overlap_of": lambda reading: 0,
            "walk.is_end": _plain_end,
        },
        (
            "scenarios/list-jobs-leave",
            "scenarios/list-jobs-leave-at-two-pages",
        ),
    ),
    Mistake(
        "an overlap among ties is proof enough",
        "The last job is on the next page again, so nothing is between them.",
        {
            "walk.is_anchored": _anchored_by_ties,
            "walk.overlap_of": lambda reading: 1,
        },
        (
            "scenarios/list-ties-that-change-places",
            "scenarios/queue-moves-up",
        ),
    ),
    Mistake(
        "a short page is the end",
        "Only the last page is shorter than what was asked for.",
        {"walk.is_end": _short_end},
        (
            "scenarios/list-last-page-is-full",
            "scenarios/list-jobs-leave",
        ),
    ),
    Mistake(
        "a total that is missing is 0",
        "The default of a number is 0.",
        {
            "client.place_of": lambda view, answer, right=client.place_of: [
                number or 0 for number in right(view, answer)
            ],
            "walk.is_end": _plain_end,
        },
        (
            "answers/page-no-place",
            "answers/page-pagination-array",
            "scenarios/count-without-pagination-and-header",
        ),
    ),
    Mistake(
        "the header of a page counts from 0",
        "Offsets count from 0, so headers do.",
        {"client.place_in_header": _header_from_zero},
        (
            "answers/page-content-range",
            "answers/batch-page-without-pagination",
        ),
    ),
    Mistake(
        "the header of a page is not read",
        "The pagination is always there.",
        {"client.place_in_header": lambda text: [None, None, None]},
        (
            "answers/page-content-range",
            "answers/batch-page-without-pagination",
        ),
    ),
    Mistake(
        "max_items is the size of a page",
        "The service limits the list.",
        {
            "walk.Walk.is_full": lambda reading: False,
            "client.first_items": lambda items, max_items: items,
        },
        (
            "requests/list-max-items-of-more",
            "scenarios/list-max-items-across-pages",
            "scenarios/list-max-items-are-not-fetched-for-nothing",
        ),
    ),
    Mistake(
        "the parts of a split list are not merged in order",
        "One part after the other.",
        {"client.merge": _concatenated},
        (
            "scenarios/list-ids-split",
            "scenarios/list-ids-split-oldest-first",
        ),
    ),
    Mistake(
        "only the first part of a split list is counted",
        "The total is in the first answer.",
        {"client.count_items": _count_of_first_part},
        (
            "requests/count-many-ids",
            "scenarios/count-ids-split",
        ),
    ),
    Mistake(
        "a job is taken whichever it is",
        "I asked for it by its id.",
        {"client.check_read": lambda data, asked: None},
        (
            "errors/another-job",
            "errors/another-batch",
        ),
    ),
    Mistake(
        "what is asked for by its id is narrowed by the default project",
        "The default project is for every list.",
        {"client.filters_by_id": lambda reader, ids: reader.project({"id": ids})},
        ("requests/statuses-any-project",),
    ),
    Mistake(
        "a sort key that may change is as good as one that may not",
        "The list is sorted.",
        {"walk.may_change": lambda order_by: False},
        ("scenarios/list-by-a-key-that-changes",),
    ),
    Mistake(
        "a total that is too small is believed",
        "The service can count.",
        {"walk.contradicts": lambda page, after: False},
        ("scenarios/list-total-is-too-small",),
    ),
    Mistake(
        "a list is never doubted",
        "What came is what there is.",
        {"walk.Walk.doubted": property(lambda walked: False)},
        ("scenarios/list-more-ties-than-a-page",),
    ),
    Mistake(
        "the header of a page wins",
        "The header was there first.",
        {"client.place_of": _header_wins},
        ("answers/page-pagination-contradicts-header",),
    ),
    Mistake(
        "the first device of a list is taken",
        "I asked for this type.",
        {"devices.is_of_type": lambda item, device: True},
        ("requests/get-device-returns",),
    ),
    Mistake(
        "jobs of a batch are taken as they come",
        "They come in their order.",
        {"client.by_creation": lambda jobs: jobs},
        (
            "requests/complete-returns",
            "requests/create-returns",
        ),
    ),
]


# ---------------------------------------------------------------------------
# What is read


def _unknown_raises(reader: views.Reader, kind: str, value: Any, place: str) -> Any:
    if value not in schemas.ENUMERATIONS[kind]:
        raise ValueError(f"{value!r} is not a {kind}")
    return views.Enumerated(value, known=True)


def _known_in_any_case(reader: views.Reader, kind: str, value: Any, place: str) -> Any:
    found = _RIGHT_ENUMERATED(reader, kind, value, place)
    if found is views.UNSET:
        return found
    members = [member.upper() for member in schemas.ENUMERATIONS[kind]]
    return views.Enumerated(value, value.upper() in members)


_RIGHT_ENUMERATED: Final = views.read_enumerated


def _whole_list(reader: views.Reader, kind: str, value: Any, place: str) -> Any:
    entries = _RIGHT_LIST(reader, kind, value, place)
    if isinstance(value, list) and len(entries) < len(value):
        return views.UNSET
    return entries


_RIGHT_LIST: Final = views.Reader.read_list


def _local_zone(moment: datetime, zone: str | None, right: Any = views.in_zone) -> datetime:
    if zone is None:
        return moment.astimezone(views.UTC)
    found: datetime = right(moment, zone)
    return found


def _depart_loudly(_reader: views.Reader, place: str, _value: Any = None) -> Any:
    raise ValueError(f"{place} is not what the contract says")


def _sorted_keys(body: str) -> str:
    return json.dumps(json.loads(body), sort_keys=True)


def _declared_only(body: str) -> str:
    """What comes back from objects that know their fields and nothing else."""
    declared = {name for fields in schemas.SCHEMAS.values() for name in fields}
    declared |= set(schemas.page_of("Job"))

    def keep(value: Any) -> Any:
        if isinstance(value, list):
            return [keep(entry) for entry in value]
        if isinstance(value, dict) and "id" in value:
            return {key: keep(entry) for key, entry in value.items() if key in declared}
        if isinstance(value, dict):
            return {key: keep(entry) for key, entry in value.items()}
        return value

    return views.write_json(keep(views.parse_json(body)))


def _null_unwritten(body: str) -> str:
    return views.write_json(_without_nulls(views.parse_json(body)))


def _64_bits(reader: views.Reader, value: Any, place: str, right: Any = views.read_integer) -> Any:
    number = right(reader, value, place)
    if isinstance(number, int) and abs(number) >= 2**63:
        return reader.depart(place)
    return number


def _lenient_truth(reader: views.Reader, value: Any, place: str) -> Any:
    return bool(value)


def _six_digits(reader: views.Reader, value: Any, place: str, right: Any = views.read_time) -> Any:
    if isinstance(value, str) and re.search(r"\.\d{7}", value):
        return reader.depart(place)
    return right(reader, value, place)


def _empty_is_null(
    reader: views.Reader, value: Any, place: str, right: Any = views.read_text
) -> Any:
    return None if value == "" else right(reader, value, place)


def _lower_id(reader: views.Reader, value: Any, place: str, right: Any = views.read_id) -> Any:
    if value != str(value).lower():
        return reader.depart(place)
    return right(reader, value, place)


def _strictly_parsed(text: str) -> Any:
    return json.loads(
        text,
        parse_int=views.parse_integer,
        parse_float=views.Number,
        parse_constant=_no_json,
    )


def _no_json(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _absent_is_default(_reader: views.Reader, name: str, _flags: str, _place: str) -> Any:
    return views.Absent(schemas.DEFAULTS.get(name))


_READ: Final = [
    Mistake(
        "an unknown state raises",
        "An enumeration has the members that it has.",
        {"views.read_enumerated": _unknown_raises},
        (
            "answers/status-of-tomorrow",
            "scenarios/status-of-a-job-from-the-future",
            "scenarios/list-jobs-future-values",
        ),
    ),
    Mistake(
        "a state is known in any case",
        "done is DONE.",
        {"views.read_enumerated": _known_in_any_case},
        ("answers/status-in-another-case",),
    ),
    Mistake(
        "null is the same as absent",
        "Both are nothing.",
        {"views.read_null": lambda reader, flags, place: views.Absent()},
        (
            "answers/page-optional-null",
            "answers/runs-null",
        ),
    ),
    Mistake(
        "a required field that is missing is null",
        "My language has null for that.",
        {"views.Reader.read_absent": _absent_is_default},
        (
            "answers/missing-required",
            "answers/batch-status-without-counts",
        ),
    ),
    Mistake(
        "large integers are read as floats",
        "JSON has only one kind of number.",
        {"views.parse_integer": lambda text: int(float(text))},
        (
            "answers/variables-numbers",
            "answers/result-large-count",
        ),
    ),
    Mistake(
        "an integer has 64 bits",
        "long is long enough.",
        {"views.read_integer": _64_bits},
        ("answers/integers-beyond-64-bits",),
    ),
    Mistake(
        "a naive time is read as local",
        "A time without a zone is one of this machine.",
        {"views.in_zone": _local_zone},
        (
            "answers/time-naive",
            "answers/time-naive-summer",
        ),
    ),
    Mistake(
        "a time has at most six digits of a second",
        "Microseconds are all that there is.",
        {"views.read_time": _six_digits},
        ("answers/time-nanoseconds",),
    ),
    Mistake(
        "milliseconds since 1970 are read as seconds",
        "A number is a timestamp.",
        {"views.LAST_SECOND": 10**15},
        ("answers/time-that-is-none-milliseconds",),
    ),
    Mistake(
        "text is a truth value",
        "Whatever is not empty is true.",
        {"views.read_truth": _lenient_truth},
        (
            "answers/batch-open-that-is-no-truth",
            "answers/device-departures",
        ),
    ),
    Mistake(
        "one entry that is wrong costs the whole list",
        "A list that cannot be parsed cannot be parsed.",
        {"views.Reader.read_list": _whole_list},
        (
            "answers/page-job-that-is-none",
            "answers/result-that-departs",
        ),
    ),
    Mistake(
        "a departure fails the answer",
        "The decoder raises, as decoders do.",
        {"views.Reader.depart": _depart_loudly},
        (
            "answers/page-job-that-is-none",
            "answers/time-naive",
            "scenarios/list-jobs-naive-times",
        ),
    ),
    Mistake(
        "unknown fields are lost",
        "Objects have the fields of the contract.",
        {"adapter.give_back": _declared_only},
        (
            "answers/unknown-fields",
            "answers/variables-that-look-like-other-fields",
        ),
    ),
    Mistake(
        "null is lost when an answer is written out again",
        "The serialiser omits empty fields.",
        {"adapter.give_back": _null_unwritten},
        (
            "answers/page-optional-null",
            "answers/runs-null",
        ),
    ),
    Mistake(
        "keys are sorted when an answer is written out again",
        "Objects have no order.",
        {"adapter.give_back": _sorted_keys},
        (
            "answers/job-every-field",
            "answers/result-counter-only",
        ),
    ),
    Mistake(
        "an answer is read as Latin-1",
        "The Content-Type names no charset.",
        {"connection.decode": lambda body: body.decode("latin-1")},
        (
            "answers/tags-set",
            "answers/variables-of-any-form",
        ),
    ),
    Mistake(
        "NaN and Infinity fail the answer",
        "They are not JSON.",
        {"views.parse_json": _strictly_parsed},
        ("answers/numbers-that-are-none",),
    ),
    Mistake(
        "an integer of thousands of digits fails the answer",
        "Nobody sends that.",
        {"views.MAX_DIGITS": 10**9},
        reason="Each case compares what is given back digit by digit, and this SDK gives back such an integer as text.",
    ),
    Mistake(
        "departures are not reported",
        "What can be read is fine.",
        {"views.Reader.depart": lambda reader, place, value=views.UNSET: value},
        (
            "answers/time-naive",
            "answers/runs-text",
            "scenarios/list-strict",
        ),
    ),
    Mistake(
        "empty text is null",
        "Both are nothing.",
        {"views.read_text": _empty_is_null},
        (
            "answers/batch-opaque-text",
            "answers/results-link-empty",
        ),
    ),
    Mistake(
        "an id is read in lower case only",
        "The contract writes them so.",
        {"views.read_id": _lower_id},
        ("answers/job-id-in-upper-case",),
    ),
]


# ---------------------------------------------------------------------------
# Errors, attempts, tokens


def _write_like_read(error: errors.ServiceError) -> bool:
    return error.status is None or error.status in connection.REPEATED


def _write_after_silence(
    error: errors.ServiceError, right: Any = connection.may_repeat_write
) -> bool:
    return error.status is None or bool(right(error))


def _answered_write(error: errors.ServiceError, right: Any = connection.may_repeat_write) -> bool:
    return error.status is not None and bool(right(error))


def _known_after_503(status: int, _retry_after: float | None) -> bool:
    return status != 503 and not 400 <= status <= 499


def _known_below_500(status: int, retry_after: float | None) -> bool:
    return status >= 500 and (status != 503 or retry_after is None)


def _without(*statuses: int) -> set[int]:
    return set(connection.REPEATED) - set(statuses)


def _own_clock(text: str, _date: str | None) -> float | None:
    until = errors.parsed_date(text)
    if until is None:
        return None
    return max(0.0, (until - datetime.now(views.UTC)).total_seconds())


def _any_number(headers: Mapping[str, str], right: Any = errors.read_retry_after) -> float | None:
    try:
        return float(headers.get("retry-after", ""))
    except ValueError:
        found: float | None = right(headers)
        return found


def _raw_request_id(headers: Mapping[str, str], _secrets: list[str]) -> str | None:
    found = (headers[name] for name in errors.REQUEST_IDS if name in headers)
    return errors.remove_controls(next(found, "")).strip() or None


def _loud_request_id(headers: Mapping[str, str], secrets: list[str]) -> str | None:
    found = (headers[name] for name in errors.REQUEST_IDS if name in headers)
    return errors.hide(next(found, ""), secrets) or None


def _hide_exactly(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, errors.MARK)
    return text


def _loud_deep(value: Any, secrets: list[str]) -> Any:
    text = json.dumps(value)
    return json.loads(_hide_exactly(text, secrets))


def _sign_in_again(connected: connection.Connection) -> str:
    connected.token = None
    if connected.settings.token is not None:
        return connected.settings.token
    return _RIGHT_SIGN_IN(connected)


_RIGHT_SIGN_IN: Final = connection.Connection.sign_in


def _first_detail(body: Any, secrets: list[str]) -> list[Any]:
    found = body.get("detail") if isinstance(body, dict) else None
    entries = found if isinstance(found, list) else []
    return [errors.clean_deep(entry, secrets) for entry in entries if isinstance(entry, dict)]


def _only_answers_again(
    operation: schemas.Operation,
    error: errors.ServiceError,
    right: Any = connection.may_repeat,
) -> bool:
    return error.status is not None and bool(right(operation, error))


def _never_broken_again(
    operation: schemas.Operation,
    error: errors.ServiceError,
    right: Any = connection.may_repeat,
) -> bool:
    return not error.is_broken and bool(right(operation, error))


def _body_is_enough(view: Mapping[str, Any]) -> dict[str, Any]:
    data = view["data"]
    return data if isinstance(data, dict) else {"id": None, "jobs": [], "batches": [], "errors": {}}


_RIGHT_EXCHANGE: Final = connection.exchange


def _followed(method: str, address: str, *rest: Any) -> errors.Answer:
    answer = _RIGHT_EXCHANGE(method, address, *rest)
    if "location" in answer.headers and 300 <= answer.status <= 399:
        if address in answer.headers["location"]:
            return _RIGHT_EXCHANGE(method, answer.headers["location"], *rest)
        # Where it leads to, nobody answers: this machine has no way to other ones.
        raise connection.NeverSent("the other host cannot be reached")
    return answer


def _form_without_audience(form: Mapping[str, Any]) -> bytes:
    return urlencode({name: text for name, text in form.items() if name != "audience"}).encode()


def _signed_form(connected: connection.Connection) -> dict[str, str]:
    headers = _RIGHT_FORM_HEADERS(connected)
    return {**headers, "Authorization": f"Bearer {connected.used[-1]}"}


_RIGHT_FORM_HEADERS: Final = connection.form_headers


def _one_form(connected: connection.Connection) -> str:
    token, error = connection.try_token(connected)
    if error is not None:
        raise error
    return token


def _telling_attempt(connected: connection.Connection, operation: Any, *rest: Any) -> Any:
    answer, error = _RIGHT_ATTEMPT(connected, operation, *rest)
    if error is not None:
        error.reason += f", sent with {connection.headers_of(connected, operation)}"
    return answer, error


_RIGHT_ATTEMPT: Final = connection.Connection.attempt


def _never_strict(line: dict[str, Any], right: Any = adapter.settings_of) -> connection.Settings:
    found: connection.Settings = right(line)
    found.strict = False
    return found


def _patient(method: str, address: str, headers: Any, data: Any, _timeout: float) -> errors.Answer:
    return _RIGHT_EXCHANGE(method, address, headers, data, 30.0)


def _cut_before(text: str, secrets: list[str]) -> str:
    return errors.remove_controls(errors.hide(text[:300], secrets))


def _pause_of_its_own(
    settings: connection.Settings,
    attempt: int,
    _retry_after: float | None,
    right: Any = connection.pause,
) -> None:
    right(settings, attempt, None)


def _pause_of_a_thousandth(
    settings: connection.Settings,
    attempt: int,
    retry_after: float | None,
    right: Any = connection.pause,
) -> None:
    right(settings, attempt, retry_after / 1000 if retry_after else None)


def _unverified() -> ssl.SSLContext:
    return ssl._create_unverified_context()  # noqa: S323 - that is the mistake


def _partial_failure(data: list[dict[str, Any]], name: str, right: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = _RIGHT_MERGE(data, name)
    if found["errors"]:
        raise errors.ServiceError("ConflictError", "some were refused", 409)
    return found


def _errors_of_first(data: list[dict[str, Any]], name: str) -> dict[str, Any]:
    found: dict[str, Any] = _RIGHT_MERGE(data, name)
    return found | {"errors": data[0]["errors"]}


_RIGHT_MERGE: Final = client.merge_cancelled

_FAILED: Final = [
    Mistake(
        "a write is repeated like a read",
        "One table of statuses is enough.",
        {"connection.may_repeat_write": _write_like_read},
        (
            "errors/status-500-write",
            "errors/status-502-write",
            "scenarios/complete-500-is-not-repeated",
        ),
    ),
    Mistake(
        "a write is repeated after a time-out",
        "It did not arrive, so it did not happen.",
        {"connection.may_repeat_write": _write_after_silence},
        (
            "scenarios/complete-answer-lost",
            "scenarios/complete-request-lost",
        ),
    ),
    Mistake(
        "a write that got no answer did not happen",
        "There was no answer, so nothing happened.",
        {
            "connection.connection_error": lambda what, *, is_write: errors.ServiceError(
                "APIConnectionError", what
            ),
            "connection.may_repeat_write": _answered_write,
        },
        (
            "scenarios/complete-answer-lost",
            "scenarios/complete-request-lost",
        ),
    ),
    Mistake(
        "a write is never repeated",
        "A write is a write.",
        {"connection.may_repeat_write": lambda error: False},
        (
            "errors/status-429-write",
            "errors/retry-after-words-429",
            "scenarios/complete-429-is-repeated",
        ),
    ),
    Mistake(
        "a write is repeated after a 503 without Retry-After",
        "503 says that nothing was done.",
        {"errors.is_unknown": _known_after_503},
        (
            "errors/status-503-write",
            "errors/retry-after-words-write",
            "scenarios/complete-503-is-not-repeated",
        ),
    ),
    *(
        Mistake(
            f"a read is not repeated after {status}",
            "The statuses of RFC 9110 are all that there are.",
            {"connection.REPEATED": _without(status)},
            (f"errors/status-{status}-read",),
        )
        for status in (408, 425, 521, 522, 523)
    ),
    Mistake(
        "a read is repeated after 501",
        "Every 5xx may pass.",
        {"connection.REPEATED": {*connection.REPEATED, 501}},
        ("errors/status-501-read",),
    ),
    Mistake(
        "a connection that breaks is not tried again",
        "Only answers have a status.",
        {"connection.may_repeat": _only_answers_again},
        (
            "scenarios/count-survives-every-kind-of-failure",
            "scenarios/count-slow-answer",
        ),
    ),
    Mistake(
        "a body that breaks is not asked for again",
        "It was a 200.",
        {"connection.may_repeat": _never_broken_again},
        (
            "errors/success-empty",
            "errors/success-html",
        ),
    ),
    Mistake(
        "one attempt too many",
        "Five attempts are one and five more.",
        {"connection.attempts_allowed": lambda settings: settings.attempts + 1},
        (
            "errors/status-429-read",
            "errors/status-503-read",
            "scenarios/count-five-attempts",
        ),
    ),
    Mistake(
        "a date in Retry-After is not read",
        "It is a number of seconds.",
        {"errors.seconds_until": lambda text, date: None},
        (
            "errors/retry-after-past-read",
            "errors/retry-after-own-date-far-read",
            "scenarios/count-retry-after-a-date-of-long-ago",
        ),
    ),
    Mistake(
        "a date in Retry-After counts from the own clock",
        "Now is now.",
        {"errors.seconds_until": _own_clock},
        (
            "errors/retry-after-own-date",
            "errors/retry-after-own-date-far-read",
            "scenarios/count-retry-after-a-date",
        ),
    ),
    Mistake(
        "a negative Retry-After is obeyed",
        "A number is a number.",
        {"errors.read_retry_after": _any_number},
        (
            "errors/retry-after-negative-read",
            "errors/retry-after-infinite-read",
        ),
    ),
    Mistake(
        "a day in Retry-After is waited for",
        "The service knows when it will be back.",
        {"connection.will_wait": lambda seconds: True},
        (
            "errors/retry-after-day-read",
            "errors/retry-after-day-429",
            "scenarios/count-retry-after-a-day",
        ),
    ),
    Mistake(
        "a 401 renews forever",
        "Sign in until it works.",
        {
            "connection.renewals_allowed": lambda connected: (
                20 if connected.settings.credentials else 0
            )
        },
        ("scenarios/count-token-is-refused-forever",),
    ),
    Mistake(
        "a 401 does not renew",
        "A token is valid or not.",
        {"connection.renewals_allowed": lambda connected: 0},
        (
            "scenarios/list-token-expires",
            "scenarios/complete-token-is-refused-once",
        ),
    ),
    Mistake(
        "each request signs in",
        "Then the token never expires.",
        {"connection.Connection.sign_in": _sign_in_again},
        (
            "scenarios/list-token-expires",
            "scenarios/list-token-of-a-service-account-expires",
        ),
    ),
    Mistake(
        "201 is a success",
        "2xx is.",
        {"errors.is_success": lambda status: 200 <= status <= 299},
        (
            "errors/status-201-read",
            "errors/status-204-read",
        ),
    ),
    Mistake(
        "an error in the envelope of a 200 is taken for a success",
        "200 is a success.",
        {"errors.is_failure": lambda body: False},
        (
            "errors/error-inside-a-success",
            "errors/create-fail-inside-a-success",
        ),
    ),
    Mistake(
        "a write is unknown after 5xx only",
        "Redirects and odd statuses did nothing.",
        {"errors.is_unknown": _known_below_500},
        (
            "errors/status-201-write",
            "errors/status-204-write",
        ),
    ),
    Mistake(
        "a write without data in its answer is a success",
        "It was a 200.",
        {"client.data_of_write": _body_is_enough},
        (
            "errors/success-no-jobs-write",
            "errors/success-no-batch-write",
        ),
    ),
    Mistake(
        "a write that was answered with another batch is a success",
        "It was a 200.",
        {"client.check_about": lambda data, asked: None},
        (
            "errors/another-batch-completed",
            "errors/another-batch-cancelled",
        ),
    ),
    Mistake(
        "a partial failure of a cancellation is an error",
        "Errors are errors.",
        {"client.merge_cancelled": _partial_failure},
        (
            "requests/cancel-batches-returns-partial-failure",
            "scenarios/cancel-in-part",
            "scenarios/cancel-many-in-part",
        ),
    ),
    Mistake(
        "only the errors of the first part of a cancellation are kept",
        "One answer has them.",
        {"client.merge_cancelled": _errors_of_first},
        ("scenarios/cancel-ids-split-errors-of-all-parts",),
    ),
    Mistake(
        "the reason says nothing",
        "Users see that it has failed.",
        {"errors.find_reasons": lambda answer, body, secrets: ["failed."]},
        ("errors/status-400-read", "errors/body-html", "errors/body-fastapi-list"),
    ),
    Mistake(
        "the mistakes of a JSend body are not found",
        "FastAPI has them in detail.",
        {"errors.find_mistakes": _first_detail},
        (
            "errors/body-jsend-list",
            "errors/create-422-jsend",
        ),
    ),
    Mistake(
        "only X-Request-Id is read",
        "That is what it is called.",
        {"errors.REQUEST_IDS": ("x-request-id",)},
        (
            "errors/request-id-x-correlation-id",
            "errors/request-id-x-amzn-requestid",
        ),
    ),
    Mistake(
        "an echoed token is shown",
        "A service does not echo tokens.",
        {"errors.hide": lambda text, secrets: text},
        (
            "errors/echoed-token",
            "errors/echoed-token-in-text",
        ),
    ),
    Mistake(
        "only this client's own token is hidden",
        "I know which token I have sent.",
        {"errors.hide": _hide_exactly},
        (
            "errors/echoed-token",
            "errors/another-token",
        ),
    ),
    Mistake(
        "a piece of a token is shown",
        "Tokens are echoed whole.",
        {"errors.hide_pieces": lambda text, secrets: text},
        (
            "errors/echoed-piece-of-the-token",
            "errors/request-id-piece",
        ),
    ),
    Mistake(
        "a token in the request id is shown",
        "An id is an id.",
        {"errors.read_request_id": _raw_request_id},
        (
            "errors/request-id-echo",
            "errors/request-id-echo-write",
        ),
    ),
    Mistake(
        "a token in the title of a page is shown",
        "A proxy does not know the token.",
        {
            "errors.read_title": lambda page, secrets: errors.remove_controls(
                errors.find_title(page)
            )
        },
        ("errors/echoed-token-in-a-title",),
    ),
    Mistake(
        "a token in what came in place of an answer is shown",
        "That is not an answer of the service.",
        {"errors.clean_stranger": lambda text, secrets: errors.remove_controls(text)},
        (
            "errors/echoed-token-in-a-bad-success",
            "errors/echoed-token-in-a-bad-success-write",
        ),
    ),
    Mistake(
        "a token in the mistakes of a 422 is shown",
        "The mistakes are about my fields.",
        {"errors.clean_deep": lambda value, secrets: value},
        (
            "errors/echoed-token-in-a-mistake",
            "errors/control-characters-in-a-mistake",
        ),
    ),
    Mistake(
        "control characters are kept",
        "Text is text.",
        {"errors.remove_controls": lambda text: text},
        (
            "errors/control-characters",
            "errors/control-characters-in-a-title",
        ),
    ),
    Mistake(
        "control characters in the mistakes of a 422 are kept",
        "The reason is cleaned, and the mistakes are data.",
        {"errors.clean_deep": _loud_deep},
        ("errors/control-characters-in-a-mistake",),
    ),
    Mistake(
        "control characters in the request id are kept",
        "A header has none.",
        {"errors.read_request_id": _loud_request_id},
        (
            "errors/request-id-blank",
            "errors/request-id-control",
        ),
    ),
    Mistake(
        "a pause of an hour is waited for",
        "The service knows when it will be back.",
        {"connection.LONGEST_PAUSE": 3600.0},
        (
            "errors/retry-after-long-read",
            "errors/create-429-retry-after-long",
            "scenarios/count-retry-after-a-date-of-long-ago",
        ),
    ),
    Mistake(
        "a pause of two minutes is waited for",
        "A little patience does no harm.",
        {"connection.LONGEST_PAUSE": 120.0},
        ("errors/retry-after-longer-than-a-minute",),
    ),
    Mistake(
        "a pause of half a minute is too long",
        "Nobody waits that long.",
        {"connection.LONGEST_PAUSE": 10.0},
        (
            "errors/retry-after-own-date",
            "errors/retry-after-minute-read",
            "scenarios/count-retry-after-a-date",
        ),
    ),
    Mistake(
        "a write is unknown after 503 with Retry-After",
        "5xx is 5xx.",
        {"errors.is_unknown": lambda status, retry_after: not 400 <= status <= 499},
        (
            "errors/retry-after-seconds-write",
            "errors/retry-after-day-write",
            "scenarios/complete-503-with-retry-after-is-repeated",
        ),
    ),
    Mistake(
        "a write is unknown after 408",
        "A time-out is a time-out.",
        {
            "errors.is_unknown": lambda status, retry_after, right=errors.is_unknown: (
                status in (408, 425) or right(status, retry_after)
            )
        },
        (
            "errors/status-408-write",
            "errors/status-425-write",
        ),
    ),
    Mistake(
        "a redirect is followed",
        "My HTTP library follows them.",
        {"connection.exchange": _followed},
        (
            "errors/redirect-read",
            "errors/redirect-write",
            "scenarios/count-token-redirect",
        ),
    ),
    Mistake(
        "a 403 renews the token",
        "Both say that I may not.",
        {"connection.needs_token": lambda error: error.status in (401, 403)},
        ("scenarios/count-403-is-not-renewed",),
    ),
    Mistake(
        "a write whose answer departs has failed",
        "Strict is strict.",
        {"client.kind_of_departure": lambda operation: "DepartureError"},
        ("scenarios/complete-strict",),
    ),
    Mistake(
        "strict changes nothing",
        "Departures are reported anyway.",
        {"adapter.settings_of": _never_strict},
        (
            "answers/page-integer-code",
            "answers/time-naive",
            "scenarios/list-strict",
        ),
    ),
    Mistake(
        "the timeout is not kept",
        "The default of the HTTP library will do.",
        {"connection.exchange": _patient},
        ("scenarios/count-slow-answer",),
    ),
    Mistake(
        "the form of a sign-in is JSON",
        "The API speaks JSON.",
        {"connection.encode_form": lambda form: json.dumps(form).encode()},
        (
            "scenarios/count-signs-in-once",
            "scenarios/count-token-endpoint-is-down",
        ),
    ),
    Mistake(
        "the form of a sign-in has no audience",
        "I get a token without it.",
        {"connection.encode_form": _form_without_audience},
        ("scenarios/count-form-of-an-account", "scenarios/count-form-of-a-service-account"),
    ),
    Mistake(
        "the token address gets the old token",
        "All requests are signed.",
        {"connection.form_headers": _signed_form},
        ("scenarios/list-token-address-gets-no-token",),
    ),
    Mistake(
        "an error in a 200 of the token address is not read",
        "The status says whether I am signed in.",
        {"connection.tells_error": lambda body: False},
        ("scenarios/count-token-error-in-a-200",),
    ),
    Mistake(
        "a busy token address is a wrong password",
        "I am not signed in.",
        {"connection.sign_in_kind": lambda status, *, told: "AuthenticationError"},
        ("scenarios/count-token-429", "scenarios/count-token-missing"),
    ),
    Mistake(
        "a form is sent once",
        "A POST is never repeated.",
        {"connection.fetch_token": _one_form},
        ("scenarios/count-token-503-once",),
    ),
    Mistake(
        "a token of any type is taken for a bearer token",
        "There is only one type.",
        {"connection.is_bearer": lambda body: True},
        ("scenarios/count-token-of-another-type",),
    ),
    Mistake(
        "plain http is allowed",
        "The caller knows the address.",
        {"connection.check_address": lambda address: None},
        ("scenarios/count-plain-http", "scenarios/count-plain-http-for-the-token"),
    ),
    Mistake(
        "an error shows the headers of its request",
        "It helps to find out what went wrong.",
        {"connection.Connection.attempt": _telling_attempt},
        ("scenarios/count-403-is-not-renewed",),
    ),
    Mistake(
        "a connection that was refused may have carried a write",
        "There was no answer.",
        {"connection.open_connection": lambda opened: opened.connect()},
        ("scenarios/complete-closed-port", "scenarios/create-closed-port"),
    ),
    Mistake(
        "a timeout is called a broken connection",
        "There was no answer.",
        {"connection.kind_of_silence": lambda what: "APIConnectionError"},
        ("scenarios/count-slow-answer",),
    ),
    Mistake(
        "the error of a sign-in shows the form",
        "It helps to see what was sent.",
        {
            "connection.sign_in_reason": lambda reason, connected: (
                f"{reason} {connected.settings.credentials}"
            )
        },
        (
            "scenarios/count-wrong-password",
            "scenarios/count-wrong-client-secret",
        ),
    ),
    Mistake(
        "the code in an envelope is not read",
        "An error is a 500.",
        {"errors.status_inside": lambda body: 500},
        (
            "errors/error-inside-a-success",
            "errors/fail-inside-a-success-write",
        ),
    ),
    Mistake(
        "a secret is hidden after the text was cut",
        "First short, then safe.",
        {"errors.clean": _cut_before, "errors.hide_pieces": lambda text, secrets: text},
        (
            "errors/echoed-token-again-and-again",
            "errors/echoed-token-again-and-again-shifted",
        ),
    ),
    Mistake(
        "what was cancelled is not compared",
        "I have said what to cancel.",
        {"client.check_items": lambda items, name, asked: None},
        (
            "errors/batches-not-asked-for",
            "errors/jobs-of-another-batch",
        ),
    ),
    Mistake(
        "Retry-After is read and not waited for",
        "The back-off is pause enough.",
        {"connection.pause": _pause_of_its_own},
        ("errors/retry-after-is-waited-for",),
    ),
    Mistake(
        "seconds are waited for as milliseconds",
        "My timers count in milliseconds.",
        {"connection.pause": _pause_of_a_thousandth},
        ("errors/retry-after-is-waited-for",),
    ),
    Mistake(
        "the pause between attempts does not grow",
        "Half a second will do.",
        {"connection.LARGEST_STEP": connection.FIRST_PAUSE},
        reason="One case waits for what the service asks for; to wait for more would take too long.",
    ),
    Mistake(
        "certificates are not verified",
        "It failed behind our proxy.",
        {"connection.certificates": _unverified},
        reason="The runner and the sandbox speak plain HTTP on loopback; a port tests this with its own library.",
    ),
]


# ---------------------------------------------------------------------------
# The life cycle


def _lost_for_anothers_sake(reader: client.Client, job: dict[str, Any]) -> list[Any]:
    job_id = client.shown_id(job["id"])
    return [job_id, results.read_result(reader, str(job_id), job), None]


def _known_jobs_only(
    reader: client.Client, ids: Any, right: Any = results.jobs_by_ids
) -> list[Any]:
    return [job for job in right(reader, ids) if job["status"] is not None]


def _tags_or_none(reader: client.Client, batch: str, right: Any = submissions.read_tags) -> Any:
    try:
        return right(reader, batch)
    except errors.ServiceError:
        return []


def _signed_file(reader: client.Client) -> dict[str, str]:
    return {"Accept": "*/*", "Authorization": f"Bearer {reader.way.sign_in()}"}


def _failures_raise(summary: dict[str, Any], arguments: client.Arguments) -> dict[str, Any]:
    return _RIGHT_CHECK(summary, {**arguments, "raise_on_failure": True})


_RIGHT_CHECK: Final = client.checked_summary


def _in_the_end() -> Any:
    """As if the jobs had ended while it was waited for."""
    looks = iter(range(client.MOST_LOOKS))
    return lambda item: next(looks, client.MOST_LOOKS) > 0


def _not_active(item: Mapping[str, Any]) -> bool:
    return client.text_of(item["status"]) not in ("PENDING", "RUNNING")


_LIFE: Final = [
    Mistake(
        "a key is not looked up",
        "The service knows keys.",
        {"submissions.find_by_key": lambda reader, body, key, content: None},
        (
            "requests/create-key",
            "scenarios/create-key-is-there",
            "scenarios/create-key-with-other-content",
        ),
    ),
    Mistake(
        "the filter by tag is trusted",
        "I asked for batches with this tag.",
        {"submissions.has_tag": lambda batch, tag: True},
        ("scenarios/create-key-is-not-there",),
    ),
    Mistake(
        "a key with other content is the same submission",
        "A key is a key.",
        {"submissions.has_content": lambda batch, content: True},
        ("scenarios/create-key-with-other-content",),
    ),
    Mistake(
        "a batch without its tags has no key",
        "There are no tags.",
        {"submissions.check_tags_known": lambda batches: None},
        ("scenarios/create-key-that-cannot-be-told",),
    ),
    Mistake(
        "a dead batch stands for a new one",
        "The key has been submitted.",
        {"submissions.keeps": lambda batch, on_dead: True},
        ("scenarios/create-key-of-a-dead-batch",),
    ),
    Mistake(
        "a batch has no tag of its own",
        "Tags are the caller's.",
        {
            "submissions.with_own_tags": lambda reader, given: False,
        },
        (
            "requests/create-tag",
            "scenarios/create-key-is-there",
            "scenarios/create-key-with-other-content",
        ),
    ),
    Mistake(
        "setting tags removes those of the client",
        "Tags are replaced.",
        {"submissions.is_own": lambda tag: False},
        ("requests/set-tags-own-kept",),
    ),
    Mistake(
        "all jobs of a batch were added",
        "The answer has the jobs that I have added.",
        {"submissions.jobs_before": lambda reader, batch: set()},
        (
            "requests/add-jobs-default-project",
            "requests/add-jobs-one",
        ),
    ),
    Mistake(
        "a file is asked for with the token",
        "All requests are signed.",
        {"results.file_headers": _signed_file},
        (
            "scenarios/result-without-token",
            "scenarios/result-without-cookie",
        ),
    ),
    Mistake(
        "a late file is not asked for again",
        "404 is 404.",
        {"results.is_late": lambda answer: False},
        (
            "scenarios/results-one-file-is-late",
            "scenarios/result-file-is-late",
        ),
    ),
    Mistake(
        "an expired link is asked for anew again and again",
        "The next one may be valid.",
        {"results.may_renew": lambda *, renewed: True},
        ("scenarios/result-link-expires-forever",),
    ),
    Mistake(
        "a file is asked for once",
        "An object store does not fail.",
        {"results.file_attempts": lambda: 1},
        ("scenarios/result-connection-breaks",),
    ),
    Mistake(
        "a failed job has a result that is missing",
        "There is no result.",
        {"results.CLASSES": dict.fromkeys(results.CLASSES, "ResultMissingError")},
        (
            "scenarios/results-of-all-kinds",
            "scenarios/result-of-a-failed-job",
        ),
    ),
    Mistake(
        "the newest batch with a key counts",
        "It comes first.",
        {"submissions.first_made": lambda batches: batches[0]},
        ("scenarios/create-key-of-two-batches",),
    ),
    Mistake(
        "tags are set although they could not be read",
        "Then there were none.",
        {"submissions.read_tags": _tags_or_none},
        ("scenarios/set-tags-that-cannot-be-read",),
    ),
    Mistake(
        "an expired link fails",
        "403 is 403.",
        {"results.is_expired": lambda answer: False},
        (
            "scenarios/result-link-expired",
            "scenarios/result-link-expires-forever",
        ),
    ),
    Mistake(
        "one job that failed costs the results of the others",
        "An error is raised.",
        {"results.outcome_of": _lost_for_anothers_sake},
        (
            "requests/results-returns",
            "scenarios/results-of-all-kinds",
            "scenarios/results-of-a-state-from-the-future",
        ),
    ),
    Mistake(
        "an id that nobody knows is left out of the results",
        "There is nothing to tell about it.",
        {"results.jobs_by_ids": _known_jobs_only},
        ("scenarios/results-of-all-kinds",),
    ),
    Mistake(
        "a wait returns although jobs have failed",
        "The caller sees which.",
        {"client.checked_summary": lambda summary, arguments: summary},
        ("scenarios/wait-raises-on-failure", "scenarios/wait-batch-raises-on-failure"),
    ),
    Mistake(
        "a wait always raises if jobs have failed",
        "Failures are errors.",
        {"client.checked_summary": _failures_raise},
        ("scenarios/wait-returns-failures",),
    ),
    Mistake(
        "an unknown state is never an end",
        "Nobody knows whether it is.",
        {"client.has_ended_for": lambda item, unknown: client.has_ended(item)},
        ("scenarios/wait-unknown-state-that-ends",),
    ),
    Mistake(
        "a job that does not exist is not waited for",
        "It is not in the list.",
        {"client.check_there": lambda items, filters: None},
        ("scenarios/wait-unknown-id",),
    ),
    Mistake(
        "a wait takes what it takes",
        "Jobs end.",
        {"client.looks_of": lambda arguments: client.MOST_LOOKS, "client.has_ended": _in_the_end()},
        ("scenarios/wait-times-out", "scenarios/wait-batch-times-out"),
    ),
    Mistake(
        "an unknown state is an end",
        "Whatever does not wait or run has ended.",
        {"client.has_ended": _not_active},
        (
            "scenarios/wait-unknown-state-is-not-an-end",
            "scenarios/wait-canceling-is-not-an-end",
        ),
    ),
    Mistake(
        "results come in the order of the list",
        "The list has an order.",
        {"results.in_order": lambda asked, known: [*known, *(set(asked) - set(known))]},
        (
            "requests/results-returns",
            "scenarios/results-one-file-is-late",
            "scenarios/results-of-all-kinds",
        ),
    ),
    Mistake(
        "all batches of a client have the same tag",
        "The tag says who has submitted.",
        {"submissions.new_tag": lambda: f"{submissions.OWN}3f1c2c9e-5b1d-4f0a-9c37-0d8a5f6e7b21"},
        reason="A case makes one call, and its client is new: that two batches have two tags is not seen.",
    ),
]

MISTAKES: Final = (*_SENT, *_LISTS, *_READ, *_FAILED, *_LIFE)
