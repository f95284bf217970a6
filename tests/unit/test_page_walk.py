"""A walk yields every job or batch that matched throughout, none twice, or reports a doubt."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from attrs import define, field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasqal_client._listing.item_kind import ItemKind
from pasqal_client._listing.pages import Page, Span
from pasqal_client._listing.walk import merged_walk
from pasqal_client._listing.walk.merged_walk import walk_of
from pasqal_client._listing.walk.order import Order
from pasqal_client._listing.walk.page_walk import Walk
from pasqal_client._listing.walk.patience import PATIENCE
from pasqal_client._listing.walk.route import Route
from pasqal_client.batches import _BATCHES
from pasqal_client.jobs import JOBS
from pasqal_core_api.models import Batch, Job, OrderDirection

# `make attack` makes many more walks, with other random numbers each time.
WALKS = int(os.environ.get("WALKS", "0"))


def thoroughly(examples: int) -> settings:
    """The settings of a property test."""
    return settings(
        derandomize=not WALKS,
        deadline=None,
        max_examples=WALKS or examples,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@define(eq=False)
class Row:
    """A job or batch of the simulated service: its id, its sort value, and a value that breaks ties."""

    number: int
    value: int
    tie: int

    def item(self, kind: ItemKind[Any]) -> Any:
        one = str(UUID(int=self.number))
        if kind is JOBS:
            return Job.from_dict({"id": one, "creation_order": self.value, "runs": self.value})
        moment = f"2026-10-01T10:{self.value:02}:00Z"
        return Batch.from_dict({"id": one, "created_at": moment, "updated_at": moment})


SORT_KEYS = {"jobs": ("creation_order", "runs"), "batches": ("created_at", "updated_at")}
"""For each kind, a sort key that never changes, and one that may."""


@define
class Service:
    """A list that changes while it is read, and a service that may report it wrongly."""

    rows: list[Row]
    direction: str = "ASC"
    fault: str = ""
    kind: ItemKind[Any] = JOBS
    requests: int = 0
    always: set[int] = field(factory=set)
    values: dict[int, int] = field(factory=dict)
    draw: random.Random = field(factory=lambda: random.Random(1))

    def __attrs_post_init__(self) -> None:
        self.always = {row.number for row in self.rows}

    def ordered(self) -> list[Row]:
        tie = (
            (lambda row: self.draw.random())
            if self.fault == "shuffled ties"
            else (lambda row: row.tie)
        )
        rows = sorted(self.rows, key=lambda row: (row.value, tie(row)))
        return rows[::-1] if self.direction == "DESC" else rows

    def answer(self, span: Span) -> Page[Any]:
        self.requests += 1
        rows = self.ordered()
        offset, limit = (0 if self.fault == "offset ignored" else span.offset), span.limit
        limit += {"larger pages": 3, "smaller pages": -(limit // 2)}.get(self.fault, 0)
        if self.fault == "no total, three at a time":
            limit = min(limit, 3)
        shown = rows[offset : offset + limit]
        if self.fault.endswith("hole") and self.requests == 3:
            shown = []
        if self.fault == "no total, lasting hole" and 10 <= offset < 20:
            shown = []
        if self.fault.startswith("no total"):
            return Page(tuple(row.item(self.kind) for row in shown), None)
        total = {"large total": len(rows) + 7, "small total": max(0, len(rows) - 7)}
        items = tuple(row.item(self.kind) for row in shown)
        return Page(items, total.get(self.fault, len(rows)))

    def move(self, kind: str, number: int, value: int) -> None:
        """Make one change to the list between two requests."""
        if kind == "arrive" and all(row.number != number for row in self.rows):
            # A job that comes back is the same one, with the same value.
            self.rows.append(Row(number, self.values.setdefault(number, value), number))
        elif kind == "leave" and self.rows:
            self.always.discard(self.rows.pop(number % len(self.rows)).number)
        elif kind == "change" and self.rows:  # only where the sort key is mutable
            self.rows[number % len(self.rows)].value = value


MOST_AT_ONCE = 6
MOVES = st.tuples(
    st.sampled_from(["arrive", "arrive", "leave"]), st.integers(1000, 2000), st.integers(0, 59)
)


def walk_through(
    service: Service,
    walk: Walk[Any],
    moves: list[list[tuple[str, int, int]]],
    window: int,
    draw: random.Random,
) -> list[int]:
    """Read the list like a client with a window of requests in flight that are answered in any order."""
    answers: dict[Span, Page[Any]] = {}
    yielded = []
    while walk.wanted is not None:
        wanted = walk.wanted
        missing = [span for span in walk.plan(window) if span not in answers]
        draw.shuffle(missing)
        for span in missing:
            for move in moves.pop() if moves else []:
                service.move(*move)
            answers[span] = service.answer(span)
        yielded += [job.id.int for job in walk.take(wanted, answers.pop(wanted))]
        assert service.requests <= 3 * PATIENCE + 20 * (len(service.rows) + len(yielded) + 5)
    return yielded


@st.composite
def situations(draw: st.DrawFn, faults: list[str]) -> dict[str, Any]:
    fault = draw(st.sampled_from(faults))
    values = draw(st.lists(st.integers(0, 59), max_size=60))
    mutable = fault == "mutable key"
    kinds = (
        MOVES
        if not mutable
        else st.tuples(st.just("change"), st.integers(0, 2000), st.integers(0, 59))
    )
    return {
        "rows": [
            Row(number, value, draw(st.integers(0, 9))) for number, value in enumerate(values)
        ],
        "fault": fault,
        "kind": draw(st.sampled_from([JOBS, _BATCHES])),
        "moves": draw(st.lists(st.lists(kinds, max_size=MOST_AT_ONCE), max_size=25)),
        "size": draw(st.integers(1, 12)),
        "window": draw(st.integers(1, 6)),
        "direction": draw(st.sampled_from(["ASC", "DESC"])),
        "seed": draw(st.integers(0, 1000)),
    }


def run(situation: dict[str, Any]) -> tuple[Service, Walk[Any], list[int]]:
    kind = situation["kind"]
    service = Service(situation["rows"], situation["direction"], situation["fault"], kind)
    fixed, mutable = SORT_KEYS[kind.many]
    by = mutable if situation["fault"] == "mutable key" else fixed
    walk = Walk(Order(kind, by, OrderDirection(situation["direction"])), situation["size"])
    moves = list(situation["moves"])
    return (
        service,
        walk,
        walk_through(service, walk, moves, situation["window"], random.Random(situation["seed"])),
    )


@thoroughly(500)
@given(situations([""]))
def test_a_stable_order_is_read_completely_while_the_list_moves(situation: dict[str, Any]) -> None:
    """Under an immutable sort key no job and no batch is missed, none comes twice, and there is no doubt.

    A list that moves faster than it is read, with more arrivals between two requests than a page
    holds, may be doubted.
    """
    service, walk, yielded = run(situation)
    assert len(yielded) == len(set(yielded))
    assert walk.doubts or service.always <= set(yielded)
    if situation["size"] >= MOST_AT_ONCE:
        assert walk.doubts == []


FAULTS = [
    *("shuffled ties", "mutable key", "no total", "large total", "small total"),
    *("hole", "offset ignored", "larger pages", "smaller pages"),
    *("no total, hole", "no total, lasting hole", "no total, three at a time"),
]


@thoroughly(1000)
@given(situations(FAULTS))
def test_a_faulty_service_is_doubted_unless_nothing_is_missing(situation: dict[str, Any]) -> None:
    """Nothing comes twice, the walk ends, and if a job is missing the walk has a doubt."""
    service, walk, yielded = run(situation)
    assert len(yielded) == len(set(yielded))
    assert walk.doubts or service.always <= set(yielded)


def test_as_many_other_jobs_are_not_the_whole_list() -> None:
    """A capped page that moves while it is read may show as many jobs as were seen, but others: that is doubted."""
    come, go = "arrive", "leave"
    moves = [
        [(come, 1000, 0), (come, 1009, 1), (go, 1361, 0), (go, 1301, 0)],
        [(come, 1007, 1), (come, 1008, 1), (go, 1000, 0), (go, 1501, 0), (come, 1006, 1)],
        [(come, 1002, 0), (come, 1003, 1), (come, 1004, 1), (come, 1005, 1)],
        [(come, 1001, 0), (come, 1000, 1), (come, 1010, 0)],
    ]
    situation = {
        "rows": [Row(number, 1, 0) for number in range(7)],
        "fault": "no total, three at a time",
        "kind": JOBS,
        "moves": moves,
        "size": 3,
        "window": 1,
        "direction": "ASC",
        "seed": 0,
    }
    service, walk, yielded = run(situation)
    assert service.always <= set(yielded) or walk.doubts


def still(count: int, values: Any = None) -> Service:
    """A list in which nothing moves."""
    return Service(
        [Row(number, number if values is None else values(number), 0) for number in range(count)]
    )


def requests_for(
    service: Service, size: int = 100, window: int = 8, max_items: int | None = None
) -> tuple[int, Walk[Job]]:
    """The number of requests that reading a list takes, once checked that it came completely and in order."""
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), size, max_items)
    yielded = walk_through(service, walk, [], window, random.Random(1))
    assert yielded == sorted(yielded) == list(range(len(service.rows)))[:max_items]
    return service.requests, walk


@pytest.mark.parametrize(
    ("count", "requests"),
    [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (197, 2), (198, 3), (1_000, 11), (10_000, 103)],
)
def test_a_static_list_costs_few_requests(count: int, requests: int) -> None:
    """Pages overlap by two jobs, and after a full page another one is asked for."""
    taken, walk = requests_for(still(count))
    assert (taken, walk.doubts) == (requests, [])


@pytest.mark.parametrize(("size", "requests"), [(1, 100), (2, 50), (10, 10), (50, 3)])
def test_a_small_page_brings_as_many_new_jobs(size: int, requests: int) -> None:
    """The overlap is added to the page size, so that a small page is not all overlap."""
    assert requests_for(still(100), size)[0] <= requests + 1


@pytest.mark.parametrize("wanted", [0, 1, 5, 100, 150])
def test_a_limited_walk_asks_for_no_more_than_it_needs(wanted: int) -> None:
    """A walk for five jobs neither fetches a hundred nor requests ahead what comes after them."""
    service = still(1_000)
    taken, _ = requests_for(service, max_items=wanted)
    assert taken == -(-max(wanted - 2, 0) // 98) if wanted > 2 else taken <= 1


def test_ties_that_fit_a_page_raise_no_doubt() -> None:
    """Ninety jobs with one sort value fit a page; a hundred and twenty do not."""
    assert requests_for(still(400, lambda number: number // 90))[1].doubts == []
    assert requests_for(still(400, lambda number: number // 120))[1].doubts == [
        "more jobs than fit a page have the same creation_order"
    ]


def test_a_job_that_arrives_costs_no_request() -> None:
    """One new job before all others shifts every offset by one, which the overlap absorbs."""
    service = still(1_000)
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), 100)
    yielded = walk_through(
        service, walk, [[], [("arrive", 5_000, -1)], [], []], 1, random.Random(1)
    )
    assert set(range(1_000)) <= set(yielded)
    assert (service.requests, walk.doubts) == (11, [])


def test_many_departed_jobs_are_stepped_back_over() -> None:
    """When half of what was read has left, the walk steps back, doubling each step, until it finds its place."""
    service = still(1_000)
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), 100)
    moves = [[("leave", 0, 0)] * 400, *([[]] * 5)]
    yielded = walk_through(service, walk, moves, 1, random.Random(1))
    assert set(range(400, 1_000)) <= set(yielded)
    assert walk.doubts == []
    assert service.requests < 20


MOVING = [(1, 0), (3, 0), (0, 1), (0, 3), (3, 3)]
"""Numbers of jobs that arrive and leave between two requests."""


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("window", [1, 8])
@pytest.mark.parametrize("leaves", ["the oldest", "the newest", "any"])
def test_a_moving_list_costs_little_more_than_a_static_one(
    direction: str, window: int, leaves: str
) -> None:
    """Five thousand jobs take 52 requests; if jobs come and go at every request, at most half as many more."""
    for arriving, leaving in MOVING:
        service, draw = Moving(list(range(5_000)), direction), random.Random(1)
        walk = Walk(Order(JOBS, "creation_order", OrderDirection(direction)), 100)
        answers: dict[Span, Page[Job]] = {}
        seen = set[int]()
        while (wanted := walk.wanted) is not None:
            missing = [span for span in walk.plan(window) if span not in answers]
            draw.shuffle(missing)
            for span in missing:
                service.move(arriving, leaving, leaves, draw)
                answers[span] = service.answer(span)
            for job in walk.take(wanted, answers.pop(wanted)):
                assert job.creation_order is not None
                seen.add(job.creation_order)
            assert service.requests <= 78, (arriving, leaving)
        assert service.always <= seen
        assert walk.doubts == []


@cache
def numbered(number: int) -> Job:
    """One of many jobs."""
    job: Job = Row(number, number, 0).item(JOBS)
    return job


@define
class Moving:
    """A long list of jobs, oldest first, to which jobs are added at the end."""

    numbers: list[int]
    direction: str
    requests: int = 0
    newest: int = 0
    always: set[int] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.newest = len(self.numbers)
        self.always = set(self.numbers)

    def answer(self, span: Span) -> Page[Job]:
        self.requests += 1
        numbers = self.numbers if self.direction == "ASC" else self.numbers[::-1]
        shown = numbers[span.offset : span.offset + span.limit]
        return Page(tuple(numbered(number) for number in shown), len(numbers))

    def move(self, arriving: int, leaving: int, leaves: str, draw: random.Random) -> None:
        self.newest += arriving
        self.numbers += range(self.newest - arriving, self.newest)
        for _ in range(leaving):
            place = {"the oldest": 0, "the newest": -1}.get(
                leaves, draw.randrange(len(self.numbers))
            )
            self.always.discard(self.numbers.pop(place))


def test_a_burst_does_not_make_later_pages_overlap_more() -> None:
    """When a thousand jobs leave at once, the walk finds its place again and then goes on as before."""
    service = still(3_000)
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), 100)
    moves = [[], *([[]] * 20), [("leave", 0, 0)] * 1_000, *([[]] * 12)]
    yielded = walk_through(service, walk, moves, 8, random.Random(1))
    assert service.always <= set(yielded)
    assert walk.doubts == []
    assert service.requests < 50


def test_the_walk_remembers_only_the_ties() -> None:
    """The memory of a walk does not grow with the list."""
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), 100)
    walk_through(still(5_000), walk, [], 8, random.Random(1))
    assert len(walk._ground._ties) == 1
    assert walk._ground.is_ranked
    assert len(walk._route.planned) < 10


def test_jobs_without_a_sort_value_are_read() -> None:
    """A single page without sort values is complete; with several the walk has a doubt."""
    service = still(30)
    blind = [Job.from_dict({"id": str(UUID(int=number))}) for number in range(30)]
    for size, doubted in ((100, False), (10, True)):
        walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), size)
        yielded = []
        while (span := walk.wanted) is not None:
            walk.plan(1)
            shown = blind[span.offset : span.offset + span.limit]
            yielded += [job.id.int for job in walk.take(span, Page(tuple(shown), 30))]
        assert sorted(set(yielded)) == sorted(yielded)
        assert bool(walk.doubts) is doubted
        assert doubted or len(yielded) == len(service.rows)


def test_jobs_without_an_id_are_read() -> None:
    """Jobs without an id are told apart by all their other fields."""
    blind = [Job.from_dict({"creation_order": number, "runs": 1}) for number in range(30)]
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), 10)
    yielded = []
    while (span := walk.wanted) is not None:
        yielded += walk.take(span, Page(tuple(blind[span.offset : span.offset + span.limit]), 30))
    assert [job.creation_order for job in yielded] == list(range(30))
    assert walk.doubts == []


def read_from(answer: Callable[[Span], Page[Job]], size: int = 10) -> tuple[list[int], Walk[Job]]:
    """Read what a service answers, right or wrong."""
    walk, yielded = Walk(Order(JOBS, "creation_order", OrderDirection.ASC), size), []
    while (span := walk.wanted) is not None:
        walk.plan(3)
        yielded += [job.id.int for job in walk.take(span, answer(span))]
    assert len(yielded) == len(set(yielded))
    return yielded, walk


HUNDRED = [Row(number, number, 0).item(JOBS) for number in range(100)]


def test_an_unsorted_list_is_read_by_ids() -> None:
    """If the first page is not sorted as requested, ids show what was already yielded, and the walk has a doubt."""
    mixed = [HUNDRED[number * 37 % 100] for number in range(100)]
    yielded, walk = read_from(
        lambda span: Page(tuple(mixed[span.offset : span.offset + span.limit]), 100)
    )
    assert sorted(yielded) == list(range(100))
    assert walk.doubts[0] == "a page was not sorted by creation_order ASC"


def test_a_look_that_shows_more_than_the_tail_is_not_the_end() -> None:
    """Jobs that arrive in front push known ones onto the next page, so seeing known jobs does not prove the end."""
    rows = [Row(number, 0, 0) for number in range(4)]
    service = Service(rows, "DESC", "no total, three at a time")
    walk = Walk(Order(JOBS, "creation_order", OrderDirection.DESC), 3)
    arrivals: list[list[tuple[str, int, int]]] = [[("arrive", 1000, 0), ("arrive", 1001, 0)], []]
    yielded = walk_through(service, walk, arrivals, 1, random.Random(0))
    assert walk.doubts or {0, 1, 2, 3} <= set(yielded)


def test_a_page_that_shows_a_job_twice_is_doubted() -> None:
    """The count agrees with the total although a job is missing, so the duplicate raises a doubt."""
    yielded, walk = read_from(lambda span: Page((HUNDRED[0], HUNDRED[0]), 2))
    assert (yielded, walk.doubts) == ([0], ["a page showed a job twice"])


def test_a_page_that_falls_out_of_order_is_doubted() -> None:
    """The walk takes what sorts before its frontier as known, which may be wrong in such a list."""

    def answer(span: Span) -> Page[Job]:
        shown = HUNDRED[span.offset : span.offset + span.limit]
        return Page(tuple(shown[:2] + shown[:1:-1] if span.offset == 48 else shown), 100)

    assert read_from(answer)[1].doubts == ["a page was not sorted by creation_order ASC"]


def test_a_lasting_hole_is_read_around() -> None:
    """Pages that stay empty in the middle raise a doubt, and what lies after them is read."""

    def answer(span: Span) -> Page[Job]:
        hole = 40 <= span.offset < 60
        return Page(() if hole else tuple(HUNDRED[span.offset : span.offset + span.limit]), 100)

    yielded, walk = read_from(answer)
    assert walk.doubts == ["the pages do not join up"]
    assert set(yielded) >= {*range(40), *range(70, 100)}


def test_an_empty_page_is_asked_for_again_from_a_little_earlier() -> None:
    """An offset at which the service shows nothing costs neither a job nor the proof."""
    requests = 0

    def answer(span: Span) -> Page[Job]:
        nonlocal requests
        requests += 1
        return Page(
            () if span.offset == 48 else tuple(HUNDRED[span.offset : span.offset + span.limit]), 100
        )

    yielded, walk = read_from(answer)
    assert (yielded, walk.doubts) == (list(range(100)), [])
    assert requests < 15


@pytest.mark.parametrize("total", [250, None])
@pytest.mark.parametrize(
    ("shown", "doubt"),
    [
        (lambda span: range(100), "pages bring nothing new: the service may ignore the offset"),
        (
            lambda span: range(span.limit),
            "pages bring nothing new: the service may ignore the offset",
        ),
        (
            lambda span: range(span.offset, 250) if not 90 <= span.offset < 190 else (),
            "the pages do not join up",
        ),
        (lambda span: range(250) if span.offset == 0 else (), "the pages do not join up"),
    ],
    ids=["first page always", "offset ignored", "hole", "nothing after the first page"],
)
def test_a_service_that_shows_too_little_is_not_asked_for_long(
    shown: Callable[[Span], range], doubt: str, total: int | None
) -> None:
    """If some of 250 jobs cannot be read, the walk reports a doubt after at most thirty requests."""
    jobs = [Row(number, number, 0).item(JOBS) for number in range(250)]
    requests = 0

    def answer(span: Span) -> Page[Job]:
        nonlocal requests
        requests += 1
        return Page(tuple(jobs[number] for number in shown(span)[: span.limit]), total)

    _, walk = read_from(answer, 100)
    assert walk.doubts == [doubt]
    assert requests <= 30


@pytest.mark.parametrize("count", [1, 2, 3, 50, 98, 99])
@pytest.mark.parametrize("same", [True, False], ids=["one value", "many values"])
def test_a_short_page_without_a_total_is_checked_once(count: int, same: bool) -> None:
    """One look from inside the page that shows only its tail proves that this is the end."""
    service = still(count, lambda number: 0 if same else number)
    service.fault = "no total"
    yielded, walk = read_from(service.answer, 100)
    assert (yielded, walk.doubts) == (list(range(count)), [])
    assert service.requests == 2


@pytest.mark.parametrize("same", [True, False], ids=["one value", "many values"])
def test_a_page_that_ignores_the_offset_is_the_list(same: bool) -> None:
    """A service that ignores the offset shows the whole list each time, provided the page had room for more."""
    service = still(20, lambda number: 0 if same else number)
    service.fault = "no total"
    requests = 0

    def answer(span: Span) -> Page[Job]:
        nonlocal requests
        requests += 1
        return service.answer(Span(0, 100))

    yielded, walk = read_from(answer, 100)
    assert (yielded, walk.doubts) == (list(range(20)), [])
    assert requests == 3


@pytest.mark.parametrize("most", [5, 20, 99])
@pytest.mark.parametrize("same", [True, False], ids=["one value", "many values"])
def test_a_service_that_caps_its_pages_does_not_hide_the_rest(most: int, same: bool) -> None:
    """A page that is short because the service caps its size raises a doubt instead of passing for the last one."""
    service = still(250, lambda number: 0 if same else number)
    service.fault = "no total"
    yielded, walk = read_from(
        lambda span: service.answer(Span(span.offset, min(span.limit, most))), 100
    )
    assert yielded == list(range(250))
    assert "pages are shorter than asked for, and no total says where the list ends" in walk.doubts
    assert ("more jobs than fit a page have the same creation_order" in walk.doubts) is same


def test_an_endless_hole_ends_the_walk() -> None:
    """A total that promises more jobs than ever arrive does not keep the walk going."""
    yielded, walk = read_from(
        lambda span: Page(tuple(HUNDRED[:10]) if span.offset == 0 else (), 1_000)
    )
    assert yielded == list(range(10))
    assert walk.doubts == ["the pages do not join up"]


def test_several_lists_come_as_one() -> None:
    """The parts of a list that is too long for one request are merged in order and counted together."""
    order = Order(JOBS, "creation_order", OrderDirection.DESC)
    lists = [
        [Row(number, number, 0).item(JOBS) for number in range(part, 300, 3)][::-1]
        for part in range(3)
    ]
    walk = walk_of(3, order, 50, None)
    assert not walk.total
    jobs = []
    while (span := walk.wanted) is not None:
        assert all(walk.wants(planned) for planned in walk.plan(2))
        assert not walk.wants(Span(7_000, 50, span.part))
        part = lists[span.part]
        jobs += walk.take(
            span, Page(tuple(part[span.offset : span.offset + span.limit]), len(part))
        )
    assert [job.creation_order for job in jobs] == list(range(300))[::-1]
    assert (walk.total, walk.doubts) == (300, [])


def test_many_parts_cost_no_more_each_than_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million ids make ten thousand parts, so the work per page must not grow with their number."""
    asked = 0

    class Counted(Walk[Job]):
        @property
        def wanted(self) -> Span | None:
            nonlocal asked
            asked += 1
            return super().wanted

    monkeypatch.setattr(merged_walk, "Walk", Counted)
    walk = walk_of(2_000, Order(JOBS, "creation_order", OrderDirection.ASC), 100, None)
    jobs = []
    while (span := walk.wanted) is not None:
        walk.plan(8)
        jobs += walk.take(span, Page((Row(span.part, span.part, 0).item(JOBS),), 1))
    assert len(jobs) == 2_000
    assert (walk.total, walk.doubts) == (2_000, [])
    assert not walk.wants(Span(0, 100))
    assert asked <= 20 * 2_000


def test_the_doubts_of_several_lists_come_once_each() -> None:
    """Two parts with the same doubt raise it once, and together they have no total if one part has none."""
    walk = walk_of(3, Order(JOBS, "creation_order", OrderDirection.ASC), 100, None)
    first, second = HUNDRED[:2]
    answers: list[Page[Job]] = [Page((first, first), 2), Page((second, second), 2), Page(())]
    jobs = []
    while (span := walk.wanted) is not None:
        jobs += walk.take(span, answers[span.part])
    assert jobs == [first, second]
    assert (walk.total, walk.doubts) == (None, ["a page showed a job twice"])


def test_pages_of_a_part_that_has_ended_are_not_wanted() -> None:
    """What was requested ahead from one part of a list is dropped once that part is over."""
    walk = walk_of(2, Order(JOBS, "creation_order", OrderDirection.ASC), 100, None)
    first, second = Span(0, 100, 0), Span(0, 100, 1)
    assert walk.plan(2) == [first, second]
    assert walk.take(first, Page((HUNDRED[0],), 1)) == []
    assert not walk.wants(first)
    assert walk.wants(second)


@pytest.mark.parametrize(
    ("size", "anew"), [(10, Span(8, 13)), (100, Span(97, 100))], ids=["room", "largest page"]
)
def test_a_page_that_was_requested_ahead_is_requested_anew_under_another_span(
    size: int, anew: Span
) -> None:
    """An answer is known by its span, and the one requested ahead shows the list as it was then."""
    route = Route(size, 0)
    ahead = route.plan(3, 1_000)[1]
    route.jump(ahead.offset, 2)
    assert route.wanted == anew
    assert ahead not in route.planned


def test_jobs_that_cannot_be_compared_keep_their_order() -> None:
    """Merging needs sort values; without them the order of the parts is kept."""
    blind = [Job.from_dict({"id": str(UUID(int=number))}) for number in range(3)]
    assert Order(JOBS, "runs", OrderDirection.ASC).sort(blind) == blind
