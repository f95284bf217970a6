"""Edits of the files of the kit, by the id of a case."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from json_pointers import steps

from .edits import Edit, EditError

Case = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What changes in a case about an answer.

    Attributes:
        body: values in the answer's body, by their JSON pointers.
        shows: what the client shows of them, by the same pointers.
        departures: the pointers that no longer depart.
    """

    body: dict[str, Any] = field(default_factory=dict)
    shows: dict[str, Any] = field(default_factory=dict)
    conforming: tuple[str, ...] = ()


def add_case(file: str, case: Case) -> Edit:
    """The edit that adds a case."""

    def change(text: str) -> str:
        content = json.loads(text)
        content["cases"].append(case)
        return _laid_out(content)

    return Edit(file, change)


def change_case(file: str, name: str, answer: Answer) -> Edit:
    """The edit that changes a case about an answer."""
    return Edit(file, partial(_change_case, file, name, answer))


def add_to_map(file: str, key: str, name: str, value: Any) -> Edit:
    """The edit that adds an entry to one of the maps beside the cases."""

    def change(text: str) -> str:
        content = json.loads(text)
        if key not in content:
            raise EditError(file, f"has no {key!r}")
        content[key][name] = value
        return _laid_out(content)

    return Edit(file, change)


def _change_case(file: str, name: str, answer: Answer, text: str) -> str:
    content = json.loads(text)
    cases = [case for case in content["cases"] if case["id"] == name]
    if not cases:
        raise EditError(file, f"has no case {name!r}")
    [case] = cases
    body = json.loads(case["body"])
    for pointer, value in answer.body.items():
        _set(body, pointer, value)
    case["body"] = json.dumps(body)
    case["shows"] |= answer.shows
    departures = case["departures"]
    case["departures"] = [place for place in departures if place not in answer.conforming]
    return _laid_out(content)


def _set(tree: Any, pointer: str, value: Any) -> None:
    """Set the value at a JSON pointer."""
    *above, last = steps(pointer)
    for step in above:
        tree = tree[int(step)] if isinstance(tree, list) else tree[step]
    tree[last] = value


def _laid_out(content: Any) -> str:
    # In the copies nobody reads these files, so their layout does not matter.
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
