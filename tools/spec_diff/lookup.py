"""Finds the places of the repository that a change of the contract may concern: keywords, tests, cases, the rest."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .rules import Direction, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .finding import Finding

    Declarations = Iterator[tuple[str, int]]
    Texts = list[tuple[str, str]]

CLIENT = "overlay/pasqal_client"
# These have functions of their own, whose arguments are not keywords of the client.
NOT_THE_CLIENT = ("cli", "sandbox")
# Where to look, under the heading that the report gives it; a file counts once, under the first
# that fits.
FOLDERS = {
    "cases": ("conformance", "*.json"),
    "tests": ("tests", "*.py"),
    "overlay": ("overlay", "*.py"),
    "examples": ("examples", "*.py"),
    "docs": (".", "*.md"),
}
# The facts whose values are names that code may have.
NAMES = (
    "operation",
    "address",
    "operationId",
    "tag",
    "servers",
    "models",
)
HIDDEN = (
    ".",
    "build",
    "dist",
    "generated",
)


@dataclass(frozen=True)
class Mentions:
    """Where a name of the contract is mentioned.

    Attributes:
        name: the name on the wire.
        keywords: the keywords of the client that carry it, with file and line.
        files: by heading, the files that mention it and how often, the most mentions first.
    """

    name: str
    keywords: list[str]
    files: dict[str, list[str]]


def find_mentions(root: Path, findings: Iterable[Finding]) -> list[Mentions]:
    """Where the names that changed are mentioned; a change of a text has no names."""
    are_sent: dict[str, bool] = {}
    for finding in findings:
        is_sent = finding.direction is Direction.REQUEST
        for name in names(finding):
            are_sent[name] = is_sent or are_sent.get(name, False)
    texts = {}
    for heading, (folder, pattern) in FOLDERS.items():
        texts[heading] = list(_texts(root, folder, pattern))
    found = []
    for name, is_sent in are_sent.items():
        keywords: list[str] = []
        # What is only read is an attribute, and no keyword carries it.
        if is_sent:
            keywords += _keywords(root, name)
        files = _files(texts, name)
        found.append(Mentions(name, keywords, files))
    return found


def names(finding: Finding) -> list[str]:
    """The names on the wire that a finding is about: a parameter or a field, the value of an enumeration, and so on."""
    if finding.rule.step <= Step.PATCH:
        return []
    found = [finding.name]
    if finding.fact in NAMES or "enum value" in finding.rule.change:
        values = [value for value in (finding.old, finding.new) if isinstance(value, str)]
        # Of an address, the path; of a value of an enumeration, what the quotes enclose.
        found += [value.split()[-1].strip('"') for value in values]
    named = filter(None, found)
    return list(dict.fromkeys(named))


def keyword(name: str) -> str:
    """The Python keyword that carries a name of the wire: `id__starts_with` is `id_starts_with`."""
    return re.sub(r"\W|_+", "_", name)


# ---------------------------------------------------------------------------------------------------------------------
# Keywords of the client


def _keywords(root: Path, name: str) -> Iterator[str]:
    client = root / CLIENT
    for path in sorted(client.rglob("*.py")):
        place = path.relative_to(client)
        if place.parts[0] in NOT_THE_CLIENT:
            continue
        for holder, line in _declarations(path, keyword(name)):
            where = f"{place.as_posix()}:{line}"
            yield f"{holder} ({where})"


def _declarations(path: Path, name: str) -> Declarations:
    """The typed dictionaries and the methods of resources that declare a keyword, with the lines."""
    source = path.read_text(encoding="utf-8")
    # Parsing takes most of the time, and few files mention a name.
    if name not in source:
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [ast.unparse(base) for base in node.bases]
        if "TypedDict" in bases:
            yield from _fields(node, name)
        # A resource is called what its module is called: Jobs and AsyncJobs in jobs.py.
        elif node.name.removeprefix("Async").lower() == path.stem:
            yield from _arguments(node, name)


def _fields(holder: ast.ClassDef, name: str) -> Declarations:
    for node in holder.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name:
            yield holder.name, node.lineno


def _arguments(holder: ast.ClassDef, name: str) -> Declarations:
    for node in holder.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("_"):
            continue
        arguments = [*node.args.args, *node.args.kwonlyargs]
        for argument in arguments:
            if argument.arg == name:
                yield node.name, argument.lineno


# ---------------------------------------------------------------------------------------------------------------------
# Files


def _texts(root: Path, folder: str, pattern: str) -> Iterator[tuple[str, str]]:
    for path in sorted((root / folder).rglob(pattern)):
        place = path.relative_to(root)
        folders = place.parts[:-1]
        if any(folder.startswith(HIDDEN) for folder in folders):
            continue
        text = path.read_text(encoding="utf-8")
        yield place.as_posix(), text


def _files(texts: dict[str, Texts], name: str) -> dict[str, list[str]]:
    spellings = [re.escape(name), re.escape(keyword(name))]
    spelled = "|".join(spellings)
    # As text, as an attribute, as a keyword or in the code of a page; a word of a sentence says
    # nothing.
    mention = re.compile(
        rf"""(?<=["'.`])(?:{spelled})(?![\w-])|(?<![\w.-])(?:{spelled})(?==[^=])"""
    )
    files = {}
    for heading, found in texts.items():
        counts: Counter[str] = Counter()
        for place, text in found:
            counts[place] = len(mention.findall(text))
        # Of those that mention it alike, the first one in the order of names stays first.
        ranking = counts.most_common()
        files[heading] = [f"{place} ({count})" for place, count in ranking if count]
    return files
