"""What the sandbox understands of a serialised sequence, without Pulser: it is JSON with a few keys that matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .checks import parse_object

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SequenceText:
    """The facts that a service needs of a sequence.

    Attributes:
        atoms: the names of the atoms, in the order of the bits of a result.
        is_mappable: whether each job says on which traps the atoms are.
        variables: the names of its variables.
        device: the name of the device that the sequence was made for, if it has one.
        max_runs: how many runs that device admits, if it says so.
    """

    atoms: tuple[str, ...]
    is_mappable: bool
    variables: frozenset[str]
    device: str | None
    max_runs: int | None


def read_sequence(text: str | None) -> SequenceText | None:
    """Read a text; None if it is not a sequence."""
    content = parse_object(text or "")
    register = content.get("register")
    variables = content.get("variables")
    if not isinstance(register, list) or not isinstance(variables, dict):
        return None
    atoms = [atom for atom in register if isinstance(atom, dict)]
    device = content.get("device")
    if not isinstance(device, dict):
        # Pulser also writes a device of its own as its name alone.
        device = {"name": device}
    return SequenceText(
        atoms=tuple(_find_name(atom) for atom in atoms),
        is_mappable=any("qid" in atom for atom in atoms),
        variables=frozenset(variables),
        device=_get(device, "name", str),
        max_runs=_get(device, "max_runs", int),
    )


def _find_name(atom: Mapping[str, Any]) -> str:
    return str(atom.get("qid", atom.get("name", "")))


def _get(fields: Mapping[str, Any], name: str, kind: type) -> Any:
    value = fields.get(name)
    # True is an integer only to Python.
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    return None
