"""What the error of a rejected write says beside the service's own words: which jobs are meant, how large it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._http.error_context import extend_reason
from .._http.request_body import size_in_words
from ..errors import UnprocessableError
from .job_requests import positions_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pasqal_core_api.models import ValidationError

    from ..errors import APIStatusError

_TOO_LARGE: Final = 413


def explain_rejection(error: APIStatusError, body: Any) -> None:
    """Add to the error of a write what its body tells.

    Args:
        error: the error.
        body: the body that was sent; None if there was none.
    """
    if body is None:
        return
    jobs = _jobs_in(body)
    if error.status == _TOO_LARGE:
        text = "send less at once"
        if jobs:
            text = f"jobs in it: {len(jobs)}; send fewer at once, or shorter sequences"
        extend_reason(error, f"the body has {size_in_words(body)}; {text}")
    if isinstance(error, UnprocessableError) and jobs:
        positions = _positions(error.errors, _path_of_jobs(body))
        if positions:
            extend_reason(error, f"this is about {positions_in_words(positions)}")


def _jobs_in(body: Any) -> list[Any]:
    """The jobs of a body: those of a new batch, or the whole body; none if it is about something else."""
    entries = body
    if isinstance(body, dict):
        entries = body.get("jobs", [])
    # Tags are a list, too.
    return [entry for entry in entries if isinstance(entry, dict)]


def _path_of_jobs(body: Any) -> list[str]:
    """Where the jobs are in a request, as the service names places."""
    if isinstance(body, dict):
        return ["body", "jobs"]
    return ["body"]


def _positions(mistakes: Iterable[ValidationError], path: list[str]) -> list[int]:
    """The positions of the jobs that mistakes are about, each once."""
    positions: set[int] = set()
    for mistake in mistakes:
        place = getattr(mistake, "loc", None) or []
        beginning, rest = place[: len(path)], place[len(path) :]
        if beginning == path and rest and isinstance(rest[0], int):
            positions.add(rest[0])
    return sorted(positions)
