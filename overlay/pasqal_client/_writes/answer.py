"""The answer to a write, read without losing it to a strict client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from attrs import define, field

from pasqal_core_runtime.departures import Place
from pasqal_core_runtime.model import Model, keep_request_id

from .._http.error_bodies import outcome_unknown
from .._http.error_context import ErrorContext
from .._identity import is_another
from ..errors import DepartureError, WriteDepartureError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pasqal_core_runtime.departures import Departure, Report
    from pasqal_core_runtime.response import Response

    from ..errors import OutcomeUnknownError
    from .write import Write

# What a departure has seen where there is nothing to read.
_ABSENT: Final = frozenset({"nothing", "null"})


@define
class Answer:
    """The answer to a write.

    Attributes:
        response: the answer as the generated operation has it.
        context: what errors report about the request and its answer.
        report: called with each departure; raises if the client is strict.
        departures: where the answer departs from the contract.
        rejected: the first departure, if the client is strict.
    """

    response: Response[Any]
    context: ErrorContext
    report: Report
    departures: list[Departure] = field(factory=list)
    rejected: DepartureError | None = None

    @classmethod
    def of(cls, response: Response[Any], departures: Iterable[Departure], report: Report) -> Self:
        """Read an answer: report its departures, and keep for later that a strict client rejects one.

        Args:
            response: the answer as the generated operation has it.
            departures: where it departs from the contract.
            report: called with each departure; raises if the client is strict.
        """
        answer = cls(response, ErrorContext.of_answer(response), report)
        for departure in departures:
            answer.depart(departure)
        if isinstance(answer.data, Model):
            keep_request_id(answer.data, answer.context.request_id)
        return answer

    def depart(self, departure: Departure) -> None:
        """Report that the answer is not what was promised."""
        self.departures.append(departure)
        # Whether the write happened has to be known first: a strict client must not lose it.
        try:
            self.report(departure)
        except DepartureError as error:
            self.rejected = self.rejected or error

    def depart_at(self, name: str, expected: str, seen: str) -> None:
        """Report that a field of what the answer holds is not what was promised.

        Args:
            name: the field.
            expected: what should be there.
            seen: what is there.
        """
        self.depart(Place().member("data").member(name).departure(expected, seen))

    @property
    def data(self) -> Any:
        """What it holds; None if there is nothing, or nothing usable."""
        return getattr(self.response.parsed, "data", None)

    def read_item(self, what: str, wanted: object) -> Any:
        """Read the one thing that the answer says was changed.

        Args:
            what: what it is, in words.
            wanted: its id.

        Raises:
            OutcomeUnknownError: the answer holds none, or another one: it may be that of another
                request.
        """
        item = self.data
        if item is None:
            raise self.unknown_outcome(f"the answer does not hold the {what}")
        if is_another(item, wanted):
            raise self.unknown_outcome(f"the answer is about {what} {item.id}")
        return item

    @property
    def has_lost_something(self) -> bool:
        """Whether something is in it that could not be used."""
        for departure in self.departures:
            is_in_a_list = departure.pattern.endswith("[]")
            if is_in_a_list or departure.seen not in _ABSENT:
                return True
        return False

    def clean(self, text: str) -> str:
        """The text without secrets."""
        return self.context.clean(text)

    def unknown_outcome(self, reason: str) -> OutcomeUnknownError:
        """Make the error of an answer that does not say what became of this write."""
        status = int(self.response.status_code)
        error = outcome_unknown(self.context, reason, status)
        error.__cause__ = self.rejected
        return error

    def raise_if_strict(self, write: Write) -> None:
        """Raise if the client is strict and the answer to a write that was carried out departs.

        Raises:
            WriteDepartureError: the answer departs from the contract, and the client is strict.
        """
        if self.rejected is not None:
            raise WriteDepartureError(self.rejected.departure, write)
