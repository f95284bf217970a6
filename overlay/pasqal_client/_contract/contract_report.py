"""Compares answers with the contract and reports what differs, without giving away a user's data.

The models read on whatever the service sends, so its changes go unnoticed until somebody looks for
them: for departures (places where an answer is not what the contract promises), and for fields and
values of enumerations that the contract does not have yet.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from pasqal_core_runtime.model import Model, fields_of
from pasqal_core_runtime.open_enum import OpenEnum

from .._checks import number
from .._listing.pages import LARGEST_PAGE, page_of
from .._short_repr import short_repr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pasqal_core_runtime.departures import Departure
    from pasqal_core_runtime.response import Response

    from .._display import Clean

_NOTHING: Final = "nothing that the contract knows"
_LONGEST_SHAPE: Final = 40
_is_word = re.compile(r"[A-Z][A-Z0-9_]{0,39}", re.ASCII).fullmatch
_is_time = re.compile(r"[0-9Tt:.+\-Zz ]+", re.ASCII).fullmatch
_TYPES: Final = {
    dict: "an object",
    list: "an array",
    int: "an integer",
    float: "a number",
}
_LEGEND: Final = "Data is shown by its shape: a for letters, 9 for digits."


@frozen(order=True)
class Finding:
    """One way in which answers differ from the contract.

    Attributes:
        where (str): the place, without positions and keys, such as `data[].created_at`.
        expected (str): what the contract promises there.
        seen (str): what was there, without data: its type or its shape.
    """

    where: str
    expected: str
    seen: str


@frozen
class ContractReport:
    """How some answers differ from the contract. Its text is Markdown, to be pasted into an issue.

    Attributes:
        findings (dict[Finding, int]): what differs, and how often it was seen.
        source (str): what the answers were, in a few words.
    """

    findings: dict[Finding, int] = field(factory=dict)
    source: str = "the answers"

    __repr__ = short_repr

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.findings

    def __str__(self) -> str:
        if self.ok:
            return f"In {self.source} nothing differs from the contract."
        lines = [
            f"In {self.source} this differs from the contract:",
            "",
            "| where | expected | seen | times |",
            "|---|---|---|---|",
        ]
        for found, count in sorted(self.findings.items()):
            cells = [
                f"`{found.where}`",
                found.expected,
                found.seen,
                str(count),
            ]
            row = " | ".join(cells)
            lines.append(f"| {row} |")
        lines += ["", _LEGEND]
        return "\n".join(lines)


def finding_of(departure: Departure) -> Finding:
    """What is reported of a departure."""
    return Finding(
        where=departure.pattern or departure.path or "the answer",
        expected=departure.expected,
        seen=shape(departure.seen),
    )


def shape(seen: str) -> str:
    """What a departure has seen, without the data: types stay, text is masked."""
    try:
        value = json.loads(seen)
    except ValueError:
        # Text that was cut short, and so has no closing quote.
        if seen.startswith('"'):
            return _text_like(seen[1:])
        # In words, such as: an array with 3 entries.
        return seen
    if isinstance(value, str):
        return _text_like(value)
    # True, false and null are no data: they are shown as they are.
    return _TYPES.get(type(value), seen)


def _text_like(text: str) -> str:
    """Text without its data: a letter stands for letters, a digit for digits."""
    if not text:
        return "an empty text"
    short = text[:_LONGEST_SHAPE]
    # The T and the Z of a time are no data, and show that it is one.
    if not _is_time(short):
        short = re.sub(r"[^\W\d_]", "a", short)
    short = re.sub(r"\d", "9", short)
    # What is neither letter nor digit is kept only where it cannot break out of the table.
    short = re.sub(r"[^\w@:.+\- /]", "?", short)
    return f"text like `{short}`"


def additions(read: Model, where: str = "", clean: Clean = str) -> Iterator[Finding]:
    """The fields and the values of enumerations that an answer has and the contract does not.

    Args:
        read: an answer, or an object in it.
        where: its place.
        clean: masks the secrets in a text; an answer may echo one as the name of a field.
    """
    names = {}
    for declared in fields_of(read):
        names[declared.wire] = declared.name
    for wire, value in read.to_dict().items():
        place = wire
        if where:
            place = f"{where}.{wire}"
        if wire in names:
            decoded = getattr(read, names[wire], None)
            yield from _additions_in(decoded, place, clean)
        else:
            # A name that nobody declared may be data, and must not break out of the table either.
            harmless = re.sub(r"[^\w.\[\]*-]", "?", clean(place))
            yield Finding(
                where=harmless,
                expected=_NOTHING,
                seen=shape(json.dumps(value)),
            )


def _additions_in(value: object, place: str, clean: Clean) -> Iterator[Finding]:
    if isinstance(value, Model):
        yield from additions(value, place, clean)
    elif isinstance(value, OpenEnum) and not value.is_known:
        name = type(value).__name__
        yield Finding(
            where=place,
            expected=f"text of {name}, as the contract lists it",
            seen=_enumerated(clean(value)),
        )
    elif isinstance(value, list):
        items = f"{place}[]"
        for item in value:
            yield from _additions_in(item, items, clean)


def _enumerated(value: str) -> str:
    """A value of an enumeration; one that looks like a constant of the service is not a user's data."""
    if _is_word(value):
        return f"`{value}`"
    return shape(json.dumps(value))


class Examination:
    """Which pages to ask for, and what they show. It asks for nothing itself.

    Args:
        pages: at most how many pages to look at; they are spread over the whole list.
        region: where they come from.
        clean: masks the secrets in a text.

    Raises:
        ValueError: `pages` is not an integer of at least 1.
    """

    def __init__(self, pages: object, region: str, clean: Clean = str) -> None:
        self._clean = clean
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
        """The limit and the offset of the next page; None if there is none."""
        if self._asked >= len(self._offsets):
            return None
        offset = self._offsets[self._asked]
        self._asked += 1
        return {
            "limit": LARGEST_PAGE,
            "offset": offset,
        }

    def take(self, response: Response[Any]) -> None:
        """Look at a page."""
        answer = response.parsed
        self._findings.update(additions(answer, clean=self._clean))
        if not hasattr(answer, "data"):
            return
        page = page_of(answer, response.headers)
        self._jobs += len(page)
        if self._asked == 1:
            self._spread(page.total)

    def _spread(self, total: int | None) -> None:
        """Spread the pages over a list of that length, which the first page tells."""
        self._total = total
        jobs = max(total or 0, 1)
        even = jobs // self._pages
        # Closer than that, they would overlap.
        step = max(LARGEST_PAGE, even)
        offsets = list(range(0, jobs, step))
        self._offsets = offsets[: self._pages]

    def report(self) -> ContractReport:
        """What was found."""
        pages = "1 page"
        if self._asked > 1:
            pages = f"{self._asked} pages"
        jobs = str(self._jobs)
        if self._total is not None:
            jobs += f" of {self._total}"
        return ContractReport(
            findings=dict(self._findings),
            source=f"{pages} with {jobs} jobs, region {self._region},",
        )


def report_of(departures: Iterable[tuple[Departure, int]]) -> ContractReport:
    """The report on departures that were counted elsewhere."""
    findings: Counter[Finding] = Counter()
    for departure, count in departures:
        findings[finding_of(departure)] += count
    return ContractReport(
        findings=dict(findings),
        source="what this client has read",
    )
