"""Follows the references of a document, and writes keywords out as text together with what they refer to."""

from __future__ import annotations

from typing import Any, TypeGuard

from json_pointers import steps_of_reference

from .parts import ContractError, canonical

FALSE_BY_DEFAULT = {
    "deprecated",
    "uniqueItems",
    "readOnly",
    "writeOnly",
    "allowReserved",
    "allowEmptyValue",
}


class References:
    """The references of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def target(self, reference: str) -> Any:
        """What a reference leads to.

        Raises:
            ContractError: it leads nowhere.
        """
        node: Any = self._document
        for step in steps_of_reference(reference):
            is_there = isinstance(node, dict) and step in node
            if not is_there:
                raise ContractError(f"has a reference that leads nowhere: {reference}")
            node = node[step]
        return node

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """An object, or the one that it refers to, together with what stands next to the reference."""
        passed: list[str] = []
        while "$ref" in node:
            reference = node["$ref"]
            if reference in passed:
                circle = ", ".join(passed)
                raise ContractError(f"has references that only lead to each other: {circle}")
            passed.append(reference)
            node = {**self.target(reference), **_beside_reference(node)}
        return node

    def inline(self, value: Any, passed: tuple[str, ...] = ()) -> Any:
        """A value with its references replaced by what they lead to, so that a change there is seen."""
        if isinstance(value, list):
            return [self.inline(entry, passed) for entry in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if _leads_inside(reference) and reference not in passed:
            written_out = {**self.target(reference), **_beside_reference(value)}
            return self.inline(written_out, (*passed, reference))
        inlined = {}
        for key, entry in value.items():
            inlined[key] = self.inline(entry, passed)
        return inlined

    def other_keywords(
        self,
        node: dict[str, Any],
        known: set[str],
        noun: str = "",
    ) -> dict[str, str]:
        """The entries of an object that the caller does not read itself, as facts.

        Args:
            node: the object.
            known: the keys that the caller reads.
            noun: goes before the names of the facts.
        """
        facts = {}
        for key, value in node.items():
            is_default = value is False and key in FALSE_BY_DEFAULT
            if key in known or is_default:
                continue
            fact = f"{noun} {key}".strip()
            facts[fact] = canonical(self.inline(value))
        return facts


def _leads_inside(reference: Any) -> TypeGuard[str]:
    # An example may have a key of this name that is not a reference.
    return isinstance(reference, str) and reference.startswith("#/")


def _beside_reference(node: dict[str, Any]) -> dict[str, Any]:
    return {key: entry for key, entry in node.items() if key != "$ref"}
