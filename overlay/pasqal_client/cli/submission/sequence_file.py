"""Reads files that Pulser wrote: sequences, and configurations of emulators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from ..display.words import plural
from ..failures import UsageMistake
from .text_file import name_of, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUBITS: Final = "qubits"
"""Says which atom is where, for a register that leaves that open; it is given like a variable."""


def read_serialised(file: str, what: str) -> str:
    """The text of a file that holds something as Pulser serialises it.

    Args:
        file: its name, or `-` for stdin.
        what: what it holds: "sequence" or "configuration".

    Raises:
        UsageMistake: it cannot be read, or is not a JSON object.
    """
    text = read_text(file)
    problem = ""
    try:
        if not isinstance(json.loads(text), dict):
            problem = "a JSON object is expected"
    except (ValueError, RecursionError) as error:
        problem = f"not JSON: {error}"
    if problem:
        raise UsageMistake(
            f"{name_of(file)}: not a serialised {what}: {problem}",
            f"to_abstract_repr() of Pulser's {plural(what)} returns the text for such a file",
        )
    return text


class VariableNames:
    """The variables that a sequence declares, if it says so.

    Args:
        sequence: the sequence, a JSON object as text.
    """

    def __init__(self, sequence: str) -> None:
        declared = json.loads(sequence).get("variables")
        self._declared: set[str] | None = None
        if isinstance(declared, dict):
            self._declared = set(declared)

    def problem_with(self, job: Mapping[str, Any]) -> str:
        """What is wrong with the variables of a job; empty if nothing is."""
        # A sequence of the job's own has no variables that are left open.
        if self._declared is None or job.get("sequence") is not None:
            return ""
        given = job.get("variables") or {}
        unknown = sorted(given.keys() - self._declared - {_QUBITS})
        missing = sorted(self._declared - given.keys())
        if unknown:
            return f"the sequence has no variable {', '.join(unknown)}"
        if missing:
            return f"no value for {', '.join(missing)}"
        return ""
