"""A batch is found in a queue that comes in pages, however the service shows them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from pasqal_client._listing.pages import Page, Span
from pasqal_client._listing.queue_search import QueueSearch

Fetch = Callable[[Span], Page[Any]]


def batch(number: int) -> Any:
    return SimpleNamespace(id=UUID(int=number))


def search(wanted: int, fetch: Fetch) -> tuple[int | None, int]:
    """The place of a batch, and how many pages it took."""
    looking = QueueSearch(UUID(int=wanted))
    requests = 0
    while (span := looking.wanted) is not None:
        requests += 1
        looking.take(span, fetch(span))
    return looking.place, requests


def pages_of(length: int, *, cap: int = 100, has_total: bool = True) -> Fetch:
    """A service with a queue of that length, and at most `cap` batches on a page."""

    def fetch(span: Span) -> Page[Any]:
        stop = min(length, span.offset + min(cap, span.limit))
        items = tuple(batch(number) for number in range(span.offset, stop))
        return Page(items, length if has_total else None)

    return fetch


@pytest.mark.parametrize("has_total", [True, False])
@pytest.mark.parametrize("cap", [1, 2, 7, 100])
@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 230])
def test_each_batch_has_its_place(length: int, cap: int, has_total: bool) -> None:
    """Also where the service caps its pages, and where it does not say how many batches there are."""
    fetch = pages_of(length, cap=cap, has_total=has_total)
    places = [search(number, fetch)[0] for number in range(length)]
    assert places == list(range(1, length + 1))
    assert search(length, fetch)[0] is None


def test_a_short_queue_takes_one_request() -> None:
    """The total says that there is no more; a batch that is found ends the search."""
    assert search(5, pages_of(3)) == (None, 1)
    assert search(5, pages_of(1000)) == (6, 1)
    assert search(1000, pages_of(1000)) == (None, 19)


@pytest.mark.parametrize("total", [None, 300])
def test_a_service_that_ignores_the_offset_is_not_asked_forever(total: int | None) -> None:
    """It shows the same page each time."""
    same = Page(tuple(batch(number) for number in range(100)), total)
    place, requests = search(1000, lambda span: same)
    assert place is None
    assert requests <= 5


def test_batches_without_an_id_are_passed_over() -> None:
    """A departure of one does not hide the others."""
    shown = Page((SimpleNamespace(), batch(1)), 2)
    assert search(1, lambda span: shown) == (2, 1)
