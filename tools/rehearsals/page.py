"""Tells what the rehearsals showed: docs/spec-changes.md, one change in full and the others in brief."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from .running import DIFF, DRIFT, GENERATE, TESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .changes import Edit
    from .running import Rehearsal, Step

PAGE: Final = "docs/spec-changes.md"
IN_FULL: Final = "canceling"
OMITTED: Final = "…"
CANNOT: Final = " cannot be made: "

HEAD: Final = """\
<!-- Written by `make rehearse`. Do not edit: change what it tells of, then run `make rehearse`. -->

# Changes of the contract, rehearsed

`make rehearse` copies this repository, edits the contract in the copy as a maintainer would, runs the commands of
[CONTRIBUTING](../CONTRIBUTING.md#when-the-contract-changes) there, and writes down what they print. The tests do the
same with some of these changes, and compare; `REHEARSALS=all` makes them take all. The version of the copies is 0.1.0,
and they are compared with their last commit. Seconds are for all commands of a change, two changes at a time.
"""
TABLE: Final = """\
| change | `make spec-diff` | version | by hand | seconds |
|---|---|---|---|---|
"""
VARYING: Final = (
    (re.compile(r"Makefile:\d+"), "Makefile:N"),
    (re.compile(r"\d+ (passed|failed|deselected|examples)"), r"N \1"),
    (re.compile(r"in \d+\.\d+s"), "in Ns"),
    (re.compile(r"\| \d+ \|$", re.MULTILINE), "| N |"),
)
"""What another machine, or another day, prints otherwise."""

_is_progress = re.compile(r"[.FEsx]+ +\[ *\d+%\]").fullmatch


def page(rehearsals: Iterable[Rehearsal]) -> str:
    """The whole page."""
    listed = [*rehearsals]
    table = TABLE + "".join(row(rehearsal) for rehearsal in listed)
    return "\n".join([HEAD, table, *(section(rehearsal) for rehearsal in listed)])


def stable(text: str) -> str:
    """A text without what varies."""
    for varying, instead in VARYING:
        text = varying.sub(instead, text)
    return text


def row(rehearsal: Rehearsal) -> str:
    """The line of the table on a change."""
    change, diff = rehearsal.change, rehearsal.told[DIFF].output
    verdict = diff.partition("\n")[0].partition(": ")[2]
    [version] = re.findall(r"^Version: (.*?) \(", diff, re.MULTILINE)
    steps = len(change.by_hand) if change.is_brought_up else "more"
    cells = [
        sentence(change.what),
        verdict,
        version,
        str(steps or "nothing"),
        str(round(rehearsal.seconds)),
    ]
    return f"| {' | '.join(cells)} |\n"


def section(rehearsal: Rehearsal) -> str:
    """What is said of a change."""
    tell = in_full if rehearsal.change.name == IN_FULL else in_brief
    return "\n".join([f"## {sentence(rehearsal.change.what)}", "", *tell(rehearsal)]) + "\n"


def sentence(text: str) -> str:
    """A text that begins like a sentence."""
    return text[:1].upper() + text[1:]


def in_full(rehearsal: Rehearsal) -> Iterator[str]:
    """The edit, then each command with what it prints."""
    yield from edited(rehearsal.change.edits)
    for step in [*rehearsal.told.values(), *rehearsal.done.values()]:
        yield from ["", "```text", f"$ make {step.target}", *shown(step), "```"]


def in_brief(rehearsal: Rehearsal) -> Iterator[str]:
    """What is told, and what is done about it."""
    told, change = rehearsal.told, rehearsal.change
    yield f"- `make {DRIFT}` names {', '.join(f'`{name}`' for name in told[DRIFT].drifted)}."
    left = [
        line
        for line in told[GENERATE].output.splitlines()
        if line.startswith("still to do") or CANNOT in line
    ]
    yield f"- `make {GENERATE}` {'says:' if left else 'leaves nothing to do.'}"
    yield from (f"  - {line}" for line in left)
    failed = told[TESTS].failed
    yield f"- `make {TESTS}` {'fails in' if failed else 'passes'}{':' if failed else '.'}"
    yield from (f"  - `{name}`" for name in failed)
    if change.by_hand:
        yield "- By hand, and then the checks of the contract pass:"
        yield from (f"  - {what}" for what, _ in change.by_hand)
    if change.rest:
        yield f"- {'What `make check` still finds' if change.is_brought_up else 'What is left'}: {change.rest}."


def edited(edits: Iterable[Edit]) -> Iterator[str]:
    """Edits as the lines that go and come."""
    for edit in edits:
        gone, come = (text.strip("\n").splitlines() for text in (edit.old, edit.new))
        yield from [
            f"In `{edit.file}`:",
            "",
            "```diff",
            *(f"-{line}" for line in gone),
            *(f"+{line}" for line in come),
        ]
        yield "```"


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
    for part in filter(None, re.split(rf"^ *{OMITTED}\n", stable(block), flags=re.MULTILINE)):
        _, found, rest = rest.partition(part)
        if not found:
            return False
    return True


def all_printed(rehearsal: Rehearsal) -> str:
    """What the commands of a change print, one after the other."""
    steps = [*rehearsal.told.values(), *rehearsal.done.values()]
    return "".join(f"$ make {step.target}\n{step.output}" for step in steps)
