"""Edits of YAML by path: the text around the place stays as it is, comments included."""

from __future__ import annotations

from functools import lru_cache, partial
from textwrap import indent
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from .edits import AlreadyDoneError, Edit, EditError

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str, ...]


def add_entry(file: str, path: str, entry: str) -> Edit:
    """The edit that adds an entry at the end of a mapping.

    Args:
        file: relative to the root of the repository.
        path: of the mapping, such as `components schemas`.
        entry: key and value, as YAML that is not indented.
    """
    return Edit(file, partial(_add_entry, file, path, entry))


def add_item(file: str, path: str, item: str) -> Edit:
    """The edit that adds an item at the end of a list, as YAML on one line."""
    return Edit(file, partial(_add_item, file, path, item))


def set_value(file: str, path: str, value: str) -> Edit:
    """The edit that gives a key another value, as YAML on one line."""
    return Edit(file, partial(_set_value, file, path, value))


def remove_entry(file: str, path: str) -> Edit:
    """The edit that removes an entry of a mapping."""
    return Edit(file, partial(_remove_entry, file, path))


def remove_references(file: str, reference: str) -> Edit:
    """The edit that removes all items of lists that are nothing but this reference."""
    return Edit(file, partial(_remove_references, file, reference))


# ---------------------------------------------------------------------------------------------------------------------
# What they do


def _add_entry(file: str, path: str, entry: str, text: str) -> str:
    _, node = _find(file, path, text)
    names = [key.value for key, _ in node.value]
    if entry.partition(":")[0].strip('"') in names:
        raise AlreadyDoneError(file, f"has this in {path} by now")
    first, _ = node.value[0]
    place = _end_of_line(text, node)
    return text[:place] + indent(entry, " " * first.start_mark.column) + text[place:]


def _add_item(file: str, path: str, item: str, text: str) -> str:
    _, node = _find(file, path, text)
    if item in [_plain(text, one) for one in node.value]:
        raise AlreadyDoneError(file, f"has {item} in {path} by now")
    if node.flow_style:
        place = node.end_mark.index - 1
        return f"{text[:place]}, {item}{text[place:]}"
    # The mark of a list is the dash of its first item.
    place = _end_of_line(text, node)
    return f"{text[:place]}{' ' * node.start_mark.column}- {item}\n{text[place:]}"


def _set_value(file: str, path: str, value: str, text: str) -> str:
    _, node = _find(file, path, text)
    if _plain(text, node) == value:
        raise AlreadyDoneError(file, f"has {value} at {path} by now")
    return text[: node.start_mark.index] + value + text[node.end_mark.index :]


def _remove_entry(file: str, path: str, text: str) -> str:
    try:
        key, node = _find(file, path, text)
    except EditError:
        raise AlreadyDoneError(file, f"no longer has {path}") from None
    begin = _begin_of_line(text, key)
    return text[:begin] + text[_end_of_line(text, node) :]


def _remove_references(file: str, reference: str, text: str) -> str:
    found = []
    for node in _lists(_compose(text)):
        found += [item for item in node.value if reference in _plain(text, item).split('"')]
    if not found:
        raise AlreadyDoneError(file, f"no longer refers to {reference}")
    # From the end, so that what comes before keeps its place.
    for item in sorted(found, key=lambda item: item.start_mark.index, reverse=True):
        begin = _begin_of_line(text, item)
        text = text[:begin] + text[_end_of_line(text, item) :]
    return text


# ---------------------------------------------------------------------------------------------------------------------
# Where they do it


# Most edits begin with the contract as it is, and reading it takes a second.
@lru_cache(maxsize=2)
def _compose(text: str) -> Any:
    """The nodes of a YAML text; they are shared, so nobody changes them."""
    return YAML(pure=True).compose(text)


def _find(file: str, path: str, text: str) -> tuple[Any, Any]:
    """The nodes of the key and the value at a path; each step is a key."""
    key = None
    node = _compose(text)
    for step in path.split():
        entries = node.value if node.id == "mapping" else []
        fitting = [entry for entry in entries if entry[0].value == step]
        if not fitting:
            raise EditError(file, f"has no {path} ({step} is missing)")
        [(key, node)] = fitting
    return key, node


def _lists(node: Any) -> Iterator[Any]:
    if node.id == "sequence":
        yield node
        for item in node.value:
            yield from _lists(item)
    if node.id == "mapping":
        for _, value in node.value:
            yield from _lists(value)


def _plain(text: str, node: Any) -> str:
    return text[node.start_mark.index : node.end_mark.index].strip()


def _begin_of_line(text: str, node: Any) -> int:
    return text.rfind("\n", 0, node.start_mark.index) + 1


def _end_of_line(text: str, node: Any) -> int:
    """Where the line after a node begins."""
    # The end mark of a block is at what comes next, and comments in between belong to that.
    while node.id != "scalar" and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    end = len(text[: node.end_mark.index].rstrip())
    return text.index("\n", end) + 1
