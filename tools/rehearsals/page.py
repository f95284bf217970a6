"""Tells what the rehearsals showed: docs/spec-changes.md, one change in full and the others in brief."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .rehearsal import DIFF, DRIFT, GENERATE, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .rehearsal import Rehearsal, Step

PAGE: Final = "docs/spec-changes.md"
IN_FULL: Final = "suspended"
OMITTED: Final = "…"
CANNOT: Final = " cannot be made: "

HEAD: Final = """\
<!-- Written by `make rehearse`. Do not edit: change what it reports on, then run `make rehearse`. -->

# Changes of the contract, rehearsed

`make rehearse` copies this repository, edits the contract in the copy as a maintainer would, runs the commands of
[CONTRIBUTING](../CONTRIBUTING.md#when-the-contract-changes) there, and writes down what they print. The tests do the
same with one of these changes and compare; with `REHEARSALS=all` they do it with all of them. The copies have the
version 0.1.0 and are compared with their last commit. The seconds are those of all commands of a change, two changes
at a time.

These are changes that may come. [The growth of the contract](growth.md) is the account of one that came: from three
operations to twenty-two, through the same commands.
"""
TABLE: Final = """\
| change | `make spec-diff` | version | by hand | seconds |
|---|---|---|---|---|
"""
# What another machine, or another day, prints otherwise.
VARYING: Final = (
    (re.compile(r"Makefile:\d+"), "Makefile:N"),
    (re.compile(r"\d+ (passed|failed|examples|operations)"), r"N \1"),
    (re.compile(r"\d+ (breaking|warning|compatible|docs only)"), r"N \1"),
    (re.compile(r"in \d+\.\d+s"), "in Ns"),
    (re.compile(r"\| \d+ \|$", re.MULTILINE), "| N |"),
)

_is_progress = re.compile(r"[.FEsx]+ +\[ *\d+%\]").fullmatch


def page(rehearsals: Iterable[Rehearsal]) -> str:
    """The whole page."""
    rows = []
    sections = []
    for rehearsal in rehearsals:
        rows.append(row(rehearsal))
        sections.append(section(rehearsal))
    table = TABLE + "".join(rows)
    return "\n".join([HEAD, table, *sections])


def stable(text: str) -> str:
    """A text without what varies."""
    for varying, instead in VARYING:
        text = varying.sub(instead, text)
    return text


def row(rehearsal: Rehearsal) -> str:
    """The line of the table on a change."""
    change = rehearsal.change
    diff = rehearsal.told[DIFF].output
    first_line = diff.partition("\n")[0]
    [version] = re.findall(r"^Version: (.*?) \(", diff, re.MULTILINE)
    steps = str(len(change.by_hand) or "nothing")
    if not change.is_brought_up:
        steps = "more"
    cells = [
        as_sentence(change.what),
        first_line.partition(": ")[2],
        version,
        steps,
        str(round(rehearsal.seconds)),
    ]
    return f"| {' | '.join(cells)} |\n"


def section(rehearsal: Rehearsal) -> str:
    """The chapter on a change."""
    heading = as_sentence(rehearsal.change.what)
    tell = tell_in_brief
    if rehearsal.change.name == IN_FULL:
        tell = tell_in_full
    return "\n".join([f"## {heading}", "", *tell(rehearsal)]) + "\n"


def as_sentence(text: str) -> str:
    """A text that begins like a sentence."""
    return text[:1].upper() + text[1:]


def tell_in_full(rehearsal: Rehearsal) -> Iterator[str]:
    """The edit, then each command with what it prints."""
    yield "The edit:"
    yield from ["", "```diff", *rehearsal.diff.splitlines(), "```"]
    for step in rehearsal.steps:
        yield from ["", "```text", f"$ make {step.target}", *shown(step), "```"]


def tell_in_brief(rehearsal: Rehearsal) -> Iterator[str]:
    """What is reported, and what is done about it."""
    change = rehearsal.change
    drifted = [f"`{name}`" for name in rehearsal.told[DRIFT].drifted]
    yield f"- `make {DRIFT}` names {', '.join(drifted)}."
    left = lines_left(rehearsal.told[GENERATE])
    yield from bullets(f"`make {GENERATE}`", "leaves nothing to do", "reports", left)
    failed = [f"`{name}`" for name in rehearsal.told[TESTS].failed]
    yield from bullets(f"`make {TESTS}`", "passes", "fails in", failed)
    if change.by_hand:
        yield "- By hand, and then the checks of the contract pass:"
    for what, _ in change.by_hand:
        yield f"  - {what}"
    if change.rest:
        subject = "What `make check` still finds" if change.is_brought_up else "What is left"
        yield f"- {subject}: {change.rest}."


def bullets(subject: str, without: str, verb: str, found: list[str]) -> Iterator[str]:
    """A line about a command, and one for each thing that it found."""
    if not found:
        yield f"- {subject} {without}."
        return
    yield f"- {subject} {verb}:"
    for line in found:
        yield f"  - {line}"


def lines_left(step: Step) -> list[str]:
    """What generating says is still to do, or cannot be done."""
    lines = step.output.splitlines()
    return [line for line in lines if line.startswith("still to do") or CANNOT in line]


def shown(step: Step) -> Iterator[str]:
    """The output of a command, without progress, and without the places that each new test changes."""
    for line in step.output.splitlines():
        if line == "Where to look:":
            yield from [line, f"  {OMITTED}"]
            return
        if not _is_progress(line):
            yield line


def quoted_in(block: str, output: str) -> bool:
    """Whether a quotation is in what was printed; where it has a line `…`, something may be left out."""
    rest = stable(output)
    parts = re.split(rf"^ *{OMITTED}\n", stable(block), flags=re.MULTILINE)
    for part in parts:
        # Each part has to come after the one before.
        _, found, rest = rest.partition(part) if part else ("", "-", rest)
        if not found:
            return False
    return True


def all_printed(rehearsal: Rehearsal) -> str:
    """What the commands of a change print, one after the other."""
    return "".join(f"$ make {step.target}\n{step.output}" for step in rehearsal.steps)
