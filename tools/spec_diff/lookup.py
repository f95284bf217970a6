"""Finds the places of the repository that a change of the contract may concern: keywords, tests, vectors, the rest."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from .rules import Direction, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .comparing import Finding

VECTORS = "tests/contract/vectors"
# Where to look, under the heading that the report gives it; a file counts once, under the first
# that fits.
FOLDERS = {
    "vectors": (VECTORS, "*.json"),
    "tests": ("tests", "*.py"),
    "overlay": ("overlay", "*.py"),
    "examples": ("examples", "*.py"),
    "docs": (".", "*.md"),
}
NAMES = ("operation", "address", "operationId", "tag", "servers", "models")
HIDDEN = (".", "build", "dist", "generated")
KEYWORD_FILES = ("_listing/filters.py", "jobs.py", "batches.py")


class Mentions(NamedTuple):
    """Where a name of the contract is mentioned.

    Attributes:
        name: the name on the wire.
        keywords: the keywords of the client that carry it, with file and line.
        files: by heading, the files that mention it, with how often they do; the ones that do it
            most come first.
    """

    name: str
    keywords: list[str]
    files: dict[str, list[str]]


def mentions(root: Path, findings: Iterable[Finding]) -> list[Mentions]:
    """Where the names that changed are mentioned; documentation has no names."""
    wanted: dict[str, bool] = {}
    for finding in findings:
        for name in names(finding):
            wanted[name] = wanted.get(name, False) or finding.direction is Direction.REQUEST
    texts = {heading: [*_texts(root, *place)] for heading, place in FOLDERS.items()}
    return [
        Mentions(name, [*_keywords(root, name)] if is_sent else [], _files(texts, name))
        for name, is_sent in wanted.items()
    ]


def names(finding: Finding) -> list[str]:
    """The names of the wire that a finding is about: a parameter or a field, the value of an enumeration, and so on."""
    values = (
        [finding.old, finding.new]
        if finding.fact in NAMES or "enum value" in finding.rule.change
        else []
    )
    texts = [value.split()[-1].strip('"') for value in values if isinstance(value, str)]
    return (
        list(dict.fromkeys(filter(None, [finding.name, *texts])))
        if finding.rule.step > Step.PATCH
        else []
    )


def keyword(name: str) -> str:
    """The Python keyword that carries a name of the wire: `id__starts_with` is `id_starts_with`."""
    return re.sub(r"\W|_+", "_", name)


def _keywords(root: Path, name: str) -> Iterator[str]:
    for file in KEYWORD_FILES:
        path = root / "overlay" / "pasqal_client" / file
        tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
        for holder in ast.walk(tree):
            for line in _declared(holder, keyword(name)):
                # only definitions declare names
                yield f"{holder.name} ({file}:{line})"  # type: ignore[attr-defined]


def _declared(holder: ast.AST, name: str) -> Iterator[int]:
    """The lines on which a class of annotations or a public function declares a keyword."""
    if isinstance(holder, ast.ClassDef) and any(
        ast.unparse(base) == "TypedDict" for base in holder.bases
    ):
        fields = [node for node in holder.body if isinstance(node, ast.AnnAssign)]
        yield from (node.lineno for node in fields if ast.unparse(node.target) == name)
    if isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef) and not holder.name.startswith(
        "_"
    ):
        arguments = [*holder.args.args, *holder.args.kwonlyargs]
        yield from (argument.lineno for argument in arguments if argument.arg == name)


def _texts(root: Path, folder: str, pattern: str) -> Iterator[tuple[str, str]]:
    for path in sorted((root / folder).rglob(pattern)):
        place = path.relative_to(root)
        if not any(part.startswith(HIDDEN) for part in place.parts[:-1]):
            yield place.as_posix(), path.read_text(encoding="utf-8")


def _files(texts: dict[str, list[tuple[str, str]]], name: str) -> dict[str, list[str]]:
    spelled = "|".join(map(re.escape, dict.fromkeys([name, keyword(name)])))
    # As text, as an attribute, as a keyword or in the code of a page; a word of a sentence says
    # nothing.
    mentioned = re.compile(
        rf"""(?<=["'.`])(?:{spelled})(?![\w-])|(?<![\w.-])(?:{spelled})(?==[^=])"""
    )
    counts = {heading: _counted(mentioned, found) for heading, found in texts.items()}
    return {
        heading: [f"{place} ({n})" for place, n in count.most_common() if n]
        for heading, count in counts.items()
    }


def _counted(mentioned: re.Pattern[str], texts: list[tuple[str, str]]) -> Counter[str]:
    return Counter({place: len(mentioned.findall(text)) for place, text in texts})
