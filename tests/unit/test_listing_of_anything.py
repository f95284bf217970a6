"""The listing machinery reads items of any kind: here telescopes, which no service has."""

from __future__ import annotations

import asyncio
import threading
import tokenize
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import define, field, frozen

from pasqal_client import IncompleteListingWarning
from pasqal_client._checks import text
from pasqal_client._listing import filters
from pasqal_client._listing.filter_table import FilterTable, each, whole_number
from pasqal_client._listing.item_kind import ItemKind
from pasqal_client._listing.list_request import ListOptions, ListRequest
from pasqal_client._listing.listings import AsyncListing, Listing
from pasqal_client._listing.pages import Page, Span, page_of


@frozen
class Telescope:
    """An item without an id: its serial number identifies it."""

    serial: str
    built: int
    mirror: int = 0


@frozen
class Answer:
    """What an operation that lists telescopes would return."""

    data: list[Telescope]
    pagination: Any = None


def serial_of(telescope: Telescope) -> object:
    return telescope.serial


TELESCOPES: Final = ItemKind[Telescope](
    one="an instrument",
    many="instruments",
    filters=FilterTable(
        readers={"serial": each(text), "built": whole_number},
        hints={"year": "year is called built here"},
    ),
    sort_key="built",
    fixed_keys=frozenset({"built", "serial"}),
    identity=serial_of,
)


@define
class Observatory:
    """A service with a list of telescopes, to which one is added between any two requests."""

    telescopes: list[Telescope]
    grows: bool = True
    requests: list[dict[str, Any]] = field(factory=list)
    lock: threading.Lock = field(factory=threading.Lock)

    def fetch(self, request: ListRequest[Telescope], span: Span) -> Page[Telescope]:
        query = request.keywords(span)
        self.requests.append(query)
        with self.lock:
            if self.grows:
                self.build()
            shown = sorted(self.telescopes, key=lambda one: getattr(one, query["order_by"]))
        if query["order_by_direction"] == "DESC":
            shown.reverse()
        if "serial" in query:
            shown = [one for one in shown if one.serial in query["serial"]]
        page = shown[query["offset"] : query["offset"] + query["limit"]]
        header = f"{query['offset'] + 1}-{query['offset'] + len(page)}/{len(shown)}"
        return page_of(Answer(page), {"content-range": header})

    def build(self) -> None:
        number = len(self.telescopes)
        self.telescopes.append(Telescope(f"T{number:06}", number))


def observatory(count: int, *, grows: bool = True) -> Observatory:
    """An observatory with this many telescopes, one a year."""
    made = Observatory([], grows)
    for _ in range(count):
        made.build()
    return made


def request(order_by: str | None = None, **given: Any) -> ListRequest[Telescope]:
    """A caller's request for telescopes."""
    return ListRequest.of(TELESCOPES, given, "https://sky.example", order_by)


def read_sync(
    served: Observatory, asked: ListRequest[Telescope], options: ListOptions
) -> tuple[Listing[Telescope], list[Telescope]]:
    listing = Listing(asked, options, served.fetch)
    return listing, list(listing)


def read_async(
    served: Observatory, asked: ListRequest[Telescope], options: ListOptions
) -> tuple[AsyncListing[Telescope], list[Telescope]]:
    async def fetch(request: ListRequest[Telescope], span: Span) -> Page[Telescope]:
        await asyncio.sleep(0)
        return served.fetch(request, span)

    async def read() -> list[Telescope]:
        return [one async for one in listing]

    listing = AsyncListing(asked, options, fetch)
    return listing, asyncio.run(read())


Read = Callable[[Observatory, ListRequest[Telescope], ListOptions], Any]
both = pytest.mark.parametrize("read", [read_sync, read_async], ids=["threads", "tasks"])


@both
def test_a_list_of_anything_is_read_completely_while_it_moves(read: Read) -> None:
    """Each new telescope shifts all others, and still every one comes exactly once, and the listing is proven."""
    served = observatory(500)
    listing, seen = read(served, request(), ListOptions(page_size=50))
    assert {f"T{number:06}" for number in range(500)} <= {one.serial for one in seen}
    assert len(seen) == len(set(seen))
    assert (listing.proven, listing.doubts) == (True, ())
    assert len(served.requests) <= 15


@both
def test_doubts_name_the_items_of_the_list(read: Read) -> None:
    """What may be missing is called by its own name, in the warning and in the repr of the listing."""
    served = observatory(120, grows=False)
    with pytest.warns(IncompleteListingWarning, match="may lack instruments: .*, and instruments"):
        listing, seen = read(served, request("mirror"), ListOptions(page_size=50))
    assert len(seen) == 120
    assert not listing.proven
    assert "instruments by mirror, total 120" in repr(listing)


def test_an_item_is_recognised_by_its_own_key() -> None:
    """Two pages that show one serial number in different states show one item."""
    shown = [Telescope("T1", 1, mirror=1), Telescope("T1", 1, mirror=2)]
    listing = Listing(request(), ListOptions(), lambda *_: Page(tuple(shown), 2))
    with pytest.warns(IncompleteListingWarning, match="a page showed an instrument twice"):
        assert list(listing) == [shown[1]]


@both
def test_filters_come_from_the_table_of_the_kind(read: Read) -> None:
    """Values that do not fit one URL take several requests, whose items come in order; an empty list takes none."""
    served = observatory(1_000, grows=False)
    serials = [one.serial for one in served.telescopes]
    listing, seen = read(served, request(serial=serials), ListOptions())
    assert [one.serial for one in seen] == serials[::-1]
    assert (listing.total, listing.proven) == (1_000, True)
    assert len({tuple(query["serial"]) for query in served.requests}) > 1
    served.requests.clear()
    assert read(served, request(serial=[]), ListOptions())[1] == []
    assert served.requests == []


def test_an_unknown_filter_is_rejected_with_those_of_this_list() -> None:
    """The error has the filters of this list, and suggests what may have been meant."""
    with pytest.raises(
        TypeError,
        match="^unknown filter name 'year'; the filters are serial, built; year is called built here$",
    ):
        request(year=1990)


def test_the_machinery_names_no_kind_of_item() -> None:
    """Only the filters of jobs are about jobs; every other name in the folder is general."""
    folder = Path(filters.__file__).parent
    for path in folder.rglob("*.py"):
        if path.name == "filters.py":
            continue
        with path.open("rb") as file:
            names = {
                token.string
                for token in tokenize.tokenize(file.readline)
                if token.type == tokenize.NAME
            }
        assert not [name for name in names if "job" in name.lower()], path
