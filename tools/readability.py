"""Counts what makes code hard to read at the first go, and fails where it is too much.

    python tools/readability.py FOLDER...

Every branch counts, also those inside expressions: conditional expressions, `and` and `or`,
comprehensions. Density is the number of expressions and statements on a line of code. Comments are
wanted: not many, each of which says why.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from radon.complexity import cc_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

BRANCHES = 10
NODES_PER_LINE = 4.6
TERNARIES_PER_100_LINES = 2.0
COMMENTS_PER_100_LINES = (2.0, 4.0)

# A comment that is meant for a tool explains nothing to a reader.
DIRECTIVE = re.compile(r"#\s*(noqa|type:|pragma:|mypy:|fmt:)")


@dataclass
class Figures:
    """What was counted in some files.

    Attributes:
        code: lines that are neither blank, nor a comment, nor part of a docstring.
        lines: all lines.
        nodes: expressions and statements.
        ternaries: conditional expressions.
        comments: comments for a reader.
        branching: the functions with too many branches, each as a line to print.
    """

    code: int = 0
    lines: int = 0
    nodes: int = 0
    ternaries: int = 0
    comments: int = 0
    branching: tuple[str, ...] = ()

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.code + other.code,
            self.lines + other.lines,
            self.nodes + other.nodes,
            self.ternaries + other.ternaries,
            self.comments + other.comments,
            self.branching + other.branching,
        )

    def complaints(self) -> Iterator[str]:
        """What is too much or too little, a line for each."""
        yield from self.branching
        density = self.nodes / self.code
        if density > NODES_PER_LINE:
            yield f"{density:.2f} expressions and statements a line of code, at most {NODES_PER_LINE} are wanted"
        ternaries = 100 * self.ternaries / self.code
        if ternaries > TERNARIES_PER_100_LINES:
            yield f"{ternaries:.2f} conditional expressions in 100 lines, at most {TERNARIES_PER_100_LINES} are wanted"
        comments = 100 * self.comments / self.lines
        least, most = COMMENTS_PER_100_LINES
        if not least <= comments <= most:
            yield f"{comments:.2f} comments in 100 lines, {least} to {most} are wanted"


def measure(path: Path) -> Figures:
    """Count in one file."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return Figures(
        code=code_lines(text, tree),
        lines=text.count("\n"),
        nodes=sum(isinstance(node, (ast.expr, ast.stmt)) for node in nodes),
        ternaries=sum(isinstance(node, ast.IfExp) for node in nodes),
        comments=comments(path),
        branching=tuple(branching(path, text)),
    )


def branching(path: Path, text: str) -> Iterator[str]:
    """The functions of a file that have too many branches."""
    for block in cc_visit(text):
        # What radon says of a class is the average of its methods, and those come one by one.
        if block.letter != "C" and block.complexity > BRANCHES:
            yield f"{path}:{block.lineno}: {block.fullname} has {block.complexity} branches, {BRANCHES} are the limit"


def code_lines(text: str, tree: ast.Module) -> int:
    """How many lines of a file are code."""
    documentation = set(docstring_lines(tree))
    count = 0
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.strip()
        if content and not content.startswith("#") and number not in documentation:
            count += 1
    return count


def docstring_lines(tree: ast.Module) -> Iterator[int]:
    """The numbers of the lines that are docstrings."""
    for node in ast.walk(tree):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            docstring = node.body[0]
            yield from range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1)


def comments(path: Path) -> int:
    """How many comments of a file are meant for a reader."""
    with path.open("rb") as file:
        tokens = [
            token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT
        ]
    return sum(DIRECTIVE.match(token.string) is None for token in tokens)


def main(folders: list[str]) -> int:
    """Run the command; returns its exit code."""
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    found = False
    for folder in folders:
        figures = sum((measure(path) for path in sorted(Path(folder).rglob("*.py"))), Figures())
        for complaint in figures.complaints():
            found = True
            print(f"{folder}: {complaint}" if ":" not in complaint else complaint)
    return int(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
