"""JSON pointers, and the references of a contract, which are pointers that follow a `#`."""

from __future__ import annotations


def steps(pointer: str) -> list[str]:
    """The steps of a JSON pointer; none for that of the whole document."""
    # ~1 goes first: ~01 stands for the text ~1.
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def steps_of_reference(reference: str) -> list[str]:
    """The steps of a reference within its document; those of any other reference lead nowhere there."""
    return steps("/" + reference.removeprefix("#/"))
