"""Compares answers with the contract and says what differs, in words that give nothing of a user's data away.

The models read on whatever the service sends, so its changes go unnoticed until somebody looks.
Here is what looks: departures from the contract, and fields and values of enumerations that it does
not have yet.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from pasqal_core_api.types import Model, OpenEnum

from .._checks import number
from .._listing.pages import LARGEST_PAGE, page_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pasqal_core_api.types import Departure, Response

_NOTHING: Final = "nothing that the contract knows"
_LONGEST: Final = 40
_is_word = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII).fullmatch
_is_time = re.compile(r"[0-9Tt:.+\-Zz ]+", re.ASCII).fullmatch
_REST: Final = "Data is shown by its shape: a for letters, 9 for digits."


@frozen(order=True)
class Finding:
    """One way in which answers differ from the contract.

    Attributes:
        where: the place, without positions and keys, such as `data[].created_at`.
        expected: what the contract promises there.
        seen: what was there, without data: its type or its shape.
    """

    where: str
    expected: str
    seen: str


@frozen
class ContractReport:
    """How some answers differ from the contract. Its text is Markdown, to be pasted into an issue.

    Attributes:
        findings: what differs, and how often it was seen.
        source: what the answers were, in a few words.
    """

    findings: dict[Finding, int] = field(factory=dict)
    source: str = "the answers"

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.findings

    def __str__(self) -> str:
        if self.ok:
            return f"In {self.source} nothing differs from the contract."
        rows = (
            f"| `{found.where}` | {found.expected} | {found.seen} | {count} |"
            for found, count in sorted(self.findings.items())
        )
        head = f"In {self.source} this differs from the contract:"
        return "\n".join(
            [head, "", "| where | expected | seen | times |", "|---|---|---|---|", *rows, "", _REST]
        )


def finding_of(departure: Departure) -> Finding:
    """What is told of a departure."""
    return Finding(
        departure.pattern or departure.path or "the answer",
        departure.expected,
        shape(departure.seen),
    )


def shape(seen: str) -> str:
    """What a departure has seen, without the data: types stay, text is masked."""
    try:
        value = json.loads(seen)
    except ValueError:
        # In words (an array with 3 entries), or a text that was cut short.
        return f"text like `{_masked(seen[1:])}`" if seen.startswith('"') else seen
    if isinstance(value, str):
        return f"text like `{_masked(value)}`" if value else "an empty text"
    if isinstance(value, bool) or value is None:
        return seen
    return "an integer" if isinstance(value, int) else "a number"


def _masked(text: str) -> str:
    short = text[:_LONGEST]
    if not _is_time(short):
        short = re.sub(r"[^\W\d_]", "a", short)
    short = re.sub(r"\d", "9", short)
    # What is neither letter nor digit is kept only where it cannot break out of the table.
    return re.sub(r"[^\w@:.+\- /]", "?", short)


def additions(read: Model, where: str = "") -> Iterator[Finding]:
    """The fields and the values of enumerations that an answer has and the contract does not.

    Args:
        read: an answer, or an object in it.
        where: its place.
    """
    declared = {declared.wire: declared.name for declared in read.describe()}
    for wire, value in read.to_dict().items():
        place = f"{where}.{wire}" if where else wire
        if wire not in declared:
            yield Finding(re.sub(r"[^\w.\[\]-]", "?", place), _NOTHING, _kind(value))
        else:
            yield from _within(getattr(read, declared[wire], None), place)


def _within(value: object, place: str) -> Iterator[Finding]:
    if isinstance(value, Model):
        yield from additions(value, place)
    elif isinstance(value, OpenEnum) and not value.is_known:
        shown = f"`{value}`" if _is_word(value) else shape(json.dumps(value))
        yield Finding(place, f"text of {type(value).__name__}, as the contract lists it", shown)
    elif isinstance(value, list):
        for item in value:
            yield from _within(item, f"{place}[]")


def _kind(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    return shape(json.dumps(value))


class Examination:
    """Which pages to ask for, and what they show. It asks for nothing itself.

    Args:
        pages: how many pages to look at, at the most; spread over the whole list.
        region: where they come from.

    Raises:
        ValueError: that is no number of pages.
    """

    def __init__(self, pages: object, region: str) -> None:
        self._pages = number("pages", pages, 1)
        self._region = region
        self._offsets = [0]
        self._asked = 0
        self._jobs = 0
        self._total: int | None = None
        self._findings: Counter[Finding] = Counter()

    def note(self, departure: Departure) -> None:
        """Count a departure."""
        self._findings[finding_of(departure)] += 1

    def next(self) -> dict[str, Any] | None:
        """The limit and the offset of the next page; None if it was enough."""
        if self._asked >= len(self._offsets):
            return None
        offset = self._offsets[self._asked]
        self._asked += 1
        return {"limit": LARGEST_PAGE, "offset": offset}

    def take(self, response: Response[Any]) -> None:
        """Look at a page."""
        answer = response.parsed
        self._findings.update(additions(answer))
        page = page_of(answer, response.headers) if hasattr(answer, "data") else None
        self._jobs += len(page) if page else 0
        if self._asked == 1 and page is not None:
            self._total = page.total
            step = max(LARGEST_PAGE, (page.total or 0) // self._pages)
            self._offsets = [*range(0, max(page.total or 0, 1), step)][: self._pages]

    def report(self) -> ContractReport:
        """What was found."""
        total = "" if self._total is None else f" of {self._total}"
        pages = f"{self._asked} page{'s' if self._asked > 1 else ''}"
        return ContractReport(
            dict(self._findings), f"{pages} with {self._jobs}{total} jobs, region {self._region},"
        )


def report_of(departures: Iterable[tuple[Departure, int]]) -> ContractReport:
    """The report on departures that were counted elsewhere."""
    findings: Counter[Finding] = Counter()
    for departure, count in departures:
        findings[finding_of(departure)] += count
    return ContractReport(dict(findings), "what this client has read")
