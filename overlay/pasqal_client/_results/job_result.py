"""What the file with the results of a job says."""

from __future__ import annotations

import heapq
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from pasqal_core_api.models import JobResult as Payload
from pasqal_core_runtime.departures import ignore
from pasqal_core_runtime.html_tables import MOST_ROWS, html_bar, html_block, html_table
from pasqal_core_runtime.model import fields_of, read_model
from pasqal_core_runtime.records import json_text

from .._checks import number
from .._display import printable
from .._http.json_text import parse
from .._item_tables import counted
from .contradictions import are_bitstrings, contradictions_in, usable

if TYPE_CHECKING:
    from pasqal_core_runtime.departures import Report
    from pasqal_core_runtime.html_tables import Html
    from pasqal_core_runtime.records import Record

_MOST_SHOWN: Final = 3
_LONGEST_BITS: Final = 100
_KNOWN: Final = frozenset(known.wire for known in fields_of(Payload))


@frozen(repr=False)
class JobResult:
    """What was measured. Two are equal when their files are, byte by byte.

    Attributes:
        content (bytes): the file, exactly as it was received (unpacked, if it came packed).
        counter (dict[str, int]): how often each bitstring was measured. The first character is the
            first atom of the register; 1 is the Rydberg state. Counted from `raw` if the file has
            no counter; empty if it has neither.
        raw (list[str] | None): the bitstring of each shot, if the file has them.
        serialised (str | None): the results of an emulator, as text that Pulser reads.
        partial_register_counter (dict[str, int] | None): how often each bitstring was measured
            where the detection of an atom, marked with an X, failed.
        extra (dict[str, Any]): what else the file has, as decoded JSON.
    """

    content: bytes
    counter: dict[str, int] = field(eq=False)
    raw: list[str] | None = field(eq=False)
    serialised: str | None = field(eq=False)
    partial_register_counter: dict[str, int] | None = field(eq=False)
    extra: dict[str, Any] = field(eq=False)

    @staticmethod
    def from_json(content: bytes | str) -> JobResult:
        """Read a file, such as one that was saved. What is unusable in it is left out.

        Args:
            content: the whole content of the file.

        Raises:
            ValueError: it does not hold a JSON object.
        """
        if isinstance(content, str):
            content = content.encode()
        return read_result(content, decoded_file(content))

    @property
    def shots(self) -> int:
        """How many measurements the counter holds."""
        return sum(self.counter.values())

    def probabilities(self) -> dict[str, float]:
        """The share of each bitstring in all shots; empty if there are none."""
        shots = self.shots
        if not shots:
            return {}
        return {bits: count / shots for bits, count in self.counter.items()}

    def top(self, n: int = 10) -> list[tuple[str, int]]:
        """The most frequent bitstrings with their counts, the most frequent first.

        Args:
            n: at most how many.

        Raises:
            ValueError: it is not an integer of at least 0.
        """
        most = number("n", n, 0)
        # There may be millions, and few are wanted.
        return heapq.nsmallest(most, self.counter.items(), key=_by_count)

    def record(self) -> Record:
        """What was measured as a flat dictionary, a row for pandas, polars, pyarrow or csv.

        Counters and lists are JSON text, and what the file does not have is None. What else is in
        the file (`extra`) is left out.
        """
        return {
            "shots": self.shots,
            "counter": json_text(self.counter),
            "raw": json_text(self.raw),
            "serialised": self.serialised,
            "partial_register_counter": json_text(self.partial_register_counter),
        }

    def _repr_html_(self) -> str:
        return html_block(*result_parts(self))

    def __repr__(self) -> str:
        entries = []
        for bits, count in self.top(_MOST_SHOWN):
            entries.append(f"{printable(bits, _LONGEST_BITS)}: {count}")
        shown = ", ".join(entries)
        if len(self.counter) > _MOST_SHOWN:
            shown += ", …"
        return f"<{type(self).__name__} of {self.shots} shots {{{shown}}}>"


def read_result(
    content: bytes, decoded: dict[str, Any], report: Report = ignore, runs: int | None = None
) -> JobResult:
    """The result in a file that is decoded already.

    Args:
        content: the file.
        decoded: what is in it.
        report: called with each departure; it may raise.
        runs: how many runs the job has; None if that is not known.
    """
    payload = read_model(Payload, decoded, report)
    for departure in contradictions_in(payload, runs):
        report(departure)
    raw = getattr(payload, "raw", None)
    counter = usable(getattr(payload, "counter", None))
    if counter is None:
        counter = _counted(raw or [])
    return JobResult(
        content,
        counter,
        raw,
        getattr(payload, "serialised_results", None),
        usable(getattr(payload, "partial_register_counter", None)),
        {key: value for key, value in decoded.items() if key not in _KNOWN},
    )


def decoded_file(content: bytes) -> dict[str, Any]:
    """The JSON object that a file holds.

    Raises:
        ValueError: it does not hold one.
    """
    try:
        decoded = parse(content)
    except RecursionError:
        raise ValueError("expected a JSON object, got JSON that is nested too deeply") from None
    if not isinstance(decoded, dict):
        raise ValueError(f"expected a JSON object, got a {type(decoded).__name__}")
    return decoded


def result_parts(result: JobResult) -> tuple[str, Html]:
    """What a notebook shows of a result: a title, and its most frequent bitstrings as bars."""
    shots = result.shots
    bitstrings = counted(len(result.counter), "bitstring")
    title = f"{counted(shots, 'shot')}, {bitstrings}"
    top = result.top(MOST_ROWS)
    tallest = max(result.counter.values(), default=0) or 1
    rows = []
    for bits, count in top:
        # All counts may be 0.
        share = count / max(shots, 1)
        rows.append((bits, f"{count:,}", f"{share:.1%}", html_bar(count / tallest)))
    return title, html_table(("bitstring", "count", "share", ""), rows, len(result.counter))


def missing_record() -> Record:
    """The columns of a result that is not there."""
    empty = JobResult.from_json("{}")
    return dict.fromkeys(empty.record())


def is_result(decoded: dict[str, Any]) -> bool:
    """Whether a JSON object holds what only results do; other things may have a key of the same name."""
    payload = read_model(Payload, decoded, ignore)
    measured = [
        *(getattr(payload, "counter", None) or ()),
        *(getattr(payload, "partial_register_counter", None) or ()),
        *(getattr(payload, "raw", None) or ()),
    ]
    if measured:
        return are_bitstrings(measured)
    return _is_object(getattr(payload, "serialised_results", None) or "")


def _is_object(text: str) -> bool:
    """Whether text is a JSON object, as Pulser writes its results."""
    with suppress(ValueError, RecursionError):
        return isinstance(parse(text.encode()), dict)
    return False


def _counted(shots: list[str]) -> dict[str, int]:
    counter: dict[str, int] = {}
    for bits in shots:
        counter[bits] = counter.get(bits, 0) + 1
    return counter


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    bits, count = entry
    return -count, bits
