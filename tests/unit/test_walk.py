"""A walk yields every job that matched throughout, none twice, or says that it cannot know."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from pasqal_client.paging import Order, Page, Span
from pasqal_client.walking import PATIENCE, Walk
from pasqal_core_api.models import Job, OrderDirection


@define(eq=False)
class Row:
    """A job of the simulated service: its id, its sort value, and a value by which ties are broken."""

    number: int
    value: int
    tie: int

    def job(self) -> Job:
        return Job.from_dict({"id": str(UUID(int=self.number)), "creation_order": self.value})


@define
class Service:
    """A list that moves while it is read, and a service that may lie about it."""

    rows: list[Row]
    direction: str = "ASC"
    fault: str = ""
    requests: int = 0
    always: set[int] = field(factory=set)
    values: dict[int, int] = field(factory=dict)
    draw: random.Random = field(factory=lambda: random.Random(1))

    def __attrs_post_init__(self) -> None:
        self.always = {row.number for row in self.rows}

    def ordered(self) -> list[Row]:
        tie = (lambda row: self.draw.random()) if self.fault == "shuffled ties" else (lambda row: row.tie)
        rows = sorted(self.rows, key=lambda row: (row.value, tie(row)))
        return rows[::-1] if self.direction == "DESC" else rows

    def answer(self, span: Span) -> Page:
        self.requests += 1
        rows = self.ordered()
        offset, limit = (0 if self.fault == "offset ignored" else span.offset), span.limit
        limit += {"larger pages": 3, "smaller pages": -(limit // 2)}.get(self.fault, 0)
        shown = rows[offset : offset + limit]
        if self.fault == "hole" and self.requests == 3:
            shown = []
        total = {"no total": None, "large total": len(rows) + 7, "small total": max(0, len(rows) - 7)}
        return Page(tuple(row.job() for row in shown), total.get(self.fault, len(rows)))

    def move(self, kind: str, number: int, value: int) -> None:
        """Something happens between two requests."""
        if kind == "arrive" and all(row.number != number for row in self.rows):
            # A job that comes back is the same one, with the same value.
            self.rows.append(Row(number, self.values.setdefault(number, value), number))
        elif kind == "leave" and self.rows:
            self.always.discard(self.rows.pop(number % len(self.rows)).number)
        elif kind == "change" and self.rows:  # only where the sort key is mutable
            self.rows[number % len(self.rows)].value = value


MOVES = st.tuples(st.sampled_from(["arrive", "arrive", "leave"]), st.integers(1000, 2000), st.integers(0, 60))


def walk_through(
    service: Service, walk: Walk, moves: list[list[tuple[str, int, int]]], window: int, draw: random.Random
) -> list[int]:
    """Read the list as a client does that keeps a window of requests under way, answered in any order."""
    answers: dict[Span, Page] = {}
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
    values = draw(st.lists(st.integers(0, 60), max_size=60))
    mutable = fault == "mutable key"
    kinds = MOVES if not mutable else st.tuples(st.just("change"), st.integers(0, 2000), st.integers(0, 60))
    return {
        "rows": [Row(number, value, draw(st.integers(0, 9))) for number, value in enumerate(values)],
        "fault": fault,
        "moves": draw(st.lists(st.lists(kinds, max_size=6), max_size=25)),
        "size": draw(st.integers(1, 12)),
        "window": draw(st.integers(1, 6)),
        "direction": draw(st.sampled_from(["ASC", "DESC"])),
        "seed": draw(st.integers(0, 1000)),
    }


def run(situation: dict[str, Any]) -> tuple[Service, Walk, list[int]]:
    service = Service(situation["rows"], situation["direction"], situation["fault"])
    by = "runs" if situation["fault"] == "mutable key" else "creation_order"
    walk = Walk(Order(by, OrderDirection(situation["direction"])), situation["size"])
    moves = list(situation["moves"])
    return service, walk, walk_through(service, walk, moves, situation["window"], random.Random(situation["seed"]))


@settings(derandomize=True, deadline=None, max_examples=500)
@given(situations([""]))
def test_a_stable_order_is_read_whole_whatever_moves(situation: dict[str, Any]) -> None:
    """Under an immutable key nothing is missed, nothing comes twice, and there is no doubt."""
    service, walk, yielded = run(situation)
    assert len(yielded) == len(set(yielded))
    assert service.always <= set(yielded)
    assert walk.doubts == []


FAULTS = [
    *("shuffled ties", "mutable key", "no total", "large total", "small total"),
    *("hole", "offset ignored", "larger pages", "smaller pages"),
]


@settings(derandomize=True, deadline=None, max_examples=1000)
@given(situations(FAULTS))
def test_a_faulty_service_is_doubted_unless_nothing_is_missing(situation: dict[str, Any]) -> None:
    """Nothing comes twice, the walk ends, and what is missing is not passed over in silence."""
    service, walk, yielded = run(situation)
    assert len(yielded) == len(set(yielded))
    assert walk.doubts or service.always <= set(yielded)
