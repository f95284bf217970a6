"""Edits of Python by name: of a table, a class or a function, wherever it stands in its file."""

from __future__ import annotations

import ast
from functools import partial
from textwrap import indent

from .edits import Edit, EditError

Display = ast.Dict | ast.List | ast.Set | ast.Tuple
Function = ast.FunctionDef | ast.AsyncFunctionDef


def add_to_table(file: str, table: str, entry: str) -> Edit:
    """The edit that adds an entry at the end of a table.

    Args:
        file: relative to the root of the repository.
        table: the name of the table, and the keys that lead to a table inside of it, with blanks
            between them: `FIELDS 'Job'`. One of a class has the class before it: `Jobs.answers`.
        entry: as it stands in the table, without a comma.
    """
    return Edit(file, partial(_add_to_table, file, table, entry))


def extend_value(file: str, table: str, added: str) -> Edit:
    """The edit that writes something after an expression in a table, such as ` | OTHERS`."""
    return Edit(file, partial(_extend_value, file, table, added))


def set_in_table(file: str, table: str, value: str) -> Edit:
    """The edit that gives a key of a table another value."""
    return Edit(file, partial(_set_in_table, file, table, value))


def add_to_class(file: str, name: str, lines: str) -> Edit:
    """The edit that adds lines, not indented, at the end of a class."""
    return Edit(file, partial(_add_to_class, file, name, lines))


def add_before_return(file: str, function: str, lines: str) -> Edit:
    """The edit that adds lines, not indented, before the last line of a function, which returns."""
    return Edit(file, partial(_add_before_return, file, function, lines))


def add_import(file: str, line: str) -> Edit:
    """The edit that imports something more."""

    def change(text: str) -> str:
        last = 0
        for node in ast.parse(text).body:
            # Those that only a type checker reads come later, below an `if`.
            if isinstance(node, ast.Import | ast.ImportFrom):
                last = node.end_lineno or 0
        return _insert(text, last, f"{line}\n")

    return Edit(file, change)


# ---------------------------------------------------------------------------------------------------------------------
# What they do


def _add_to_table(file: str, table: str, entry: str, text: str) -> str:
    display = _table(file, table, text)
    last_line = display.end_lineno or 0
    if display.lineno == last_line:
        raise EditError(file, f"has {table} on one line")
    lines = text.splitlines(keepends=True)
    # The formatter puts the closing bracket on a line of its own, and a comma before it.
    margin = len(lines[last_line - 1]) - len(lines[last_line - 1].lstrip())
    added = indent(f"{entry},\n", " " * (margin + 4))
    return _insert(text, last_line - 1, added)


def _extend_value(file: str, table: str, added: str, text: str) -> str:
    node = _expression(file, table, text)
    value = ast.get_source_segment(text, node) or ""
    return _with_value(text, node, value + added)


def _set_in_table(file: str, table: str, value: str, text: str) -> str:
    return _with_value(text, _expression(file, table, text), value)


def _with_value(text: str, node: ast.expr, value: str) -> str:
    """A text in which another expression stands in the place of one that does not span lines."""
    lines = text.splitlines(keepends=True)
    # The columns of a syntax tree count bytes.
    line = lines[node.lineno - 1].encode()
    before = line[: node.col_offset].decode()
    after = line[node.end_col_offset or 0 :].decode()
    lines[node.lineno - 1] = before + value + after
    return "".join(lines)


def _add_to_class(file: str, name: str, lines: str, text: str) -> str:
    node = _class(file, name, text)
    return _insert(text, node.end_lineno or 0, indent(lines, "    "))


def _add_before_return(file: str, function: str, lines: str, text: str) -> str:
    node = _function(file, function, text)
    last = node.body[-1]
    if not isinstance(last, ast.Return):
        raise EditError(file, f"has a function {function} that does not end with a return")
    return _insert(text, last.lineno - 1, indent(lines, " " * last.col_offset))


def _insert(text: str, line: int, added: str) -> str:
    """A text with some more after this many lines."""
    lines = text.splitlines(keepends=True)
    return "".join([*lines[:line], added, *lines[line:]])


# ---------------------------------------------------------------------------------------------------------------------
# Where they do it


def _class(file: str, name: str, text: str) -> ast.ClassDef:
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    raise EditError(file, f"does not define a class {name}")


def _function(file: str, name: str, text: str) -> Function:
    for node in ast.parse(text).body:
        if isinstance(node, Function) and node.name == name:
            return node
    raise EditError(file, f"does not define a function {name}")


def _table(file: str, table: str, text: str) -> Display:
    node = _expression(file, table, text)
    # A table may be made from another one: {entry.name: entry for entry in (...)}.
    if isinstance(node, ast.DictComp | ast.ListComp | ast.SetComp):
        node = node.generators[0].iter
    if not isinstance(node, Display):
        raise EditError(file, f"has something else than a table at {table}")
    return node


def _expression(file: str, table: str, text: str) -> ast.expr:
    """What stands under some keys of a table."""
    name, *keys = table.split()
    node = _assigned(file, name, text)
    for key in keys:
        if not isinstance(node, ast.Dict):
            raise EditError(file, f"has something else than a table before {key} of {table}")
        values = [
            value
            for known, value in zip(node.keys, node.values, strict=True)
            if known is not None and ast.unparse(known) == key
        ]
        if not values:
            raise EditError(file, f"has no {key} in {table}")
        node = values[0]
    return node


def _assigned(file: str, name: str, text: str) -> ast.expr:
    owner, _, attribute = name.rpartition(".")
    body = ast.parse(text).body
    if owner:
        body = _class(file, owner, text).body
    for node in body:
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets: list[ast.expr] = [node.target]
            value = node.value
        elif isinstance(node, ast.Assign):
            targets = node.targets
            value = node.value
        else:
            continue
        if attribute in [ast.unparse(target) for target in targets]:
            return value
    raise EditError(file, f"has no table {name}")
