"""Answers to writes, as the connection passes them on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from pasqal_client import Departure, Departures
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._writes.answer import Answer
from pasqal_client._writes.plan import Step
from pasqal_client._writes.write import Progress
from pasqal_core_runtime.model import read_model
from pasqal_core_runtime.response import Response

PATH = "/core-fast/x"


class _Headers(dict[str, str]):
    def __init__(self) -> None:
        super().__init__({"x-request-id": "r-9"})
        self.error_context = ErrorContext("PATCH", PATH, changes=True)


def answer_of(
    kind: Any, body: Any, departures: Departures | None = None, *, strict: bool = False
) -> Answer:
    """The answer to a write, from a service that sends a request id."""
    found: list[Departure] = []
    response = Response(HTTPStatus.OK, b"", _Headers(), read_model(kind, body, found.append))
    seen = Departures(str) if departures is None else departures
    return Answer.of(response, found, seen.report_and_raise if strict else seen.report)


@contextmanager
def attach_write(step: Step) -> Iterator[None]:
    """Let what goes wrong in the block go wrong while this request of a write is under way."""
    progress = Progress("", lambda: str)
    progress.begin(step)
    try:
        yield
    except BaseException as error:
        progress.attach_to(error)
        raise
