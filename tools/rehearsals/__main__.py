"""The command: rehearses all changes and writes the page, or rehearses some and prints what they print."""

from __future__ import annotations

import argparse
import sys

from .changes import CHANGES
from .edits import HERE, EditError
from .page import PAGE, all_printed, page
from .rehearsal import ROOT, Rehearsal, rehearse


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    wanted = read_names(arguments)
    stale = [change.name for change in CHANGES if not change.is_ahead(ROOT)]
    if stale:
        print(
            f"openapi.yaml already has {', '.join(stale)}: put a change like it in its place in {HERE}",
            file=sys.stderr,
        )
        return 1
    try:
        rehearsals = print_some(wanted) if wanted else write_page()
    except EditError as error:
        print(error, file=sys.stderr)
        return 1
    return report_failures(rehearsals)


def read_names(arguments: list[str]) -> list[str]:
    """The names of changes that were given; exits where one is unknown."""
    known = [change.name for change in CHANGES]
    listed = ", ".join(known)
    parser = argparse.ArgumentParser(
        prog="rehearsals",
        description="Rehearse changes of the contract in copies.",
    )
    parser.add_argument("name", nargs="*", help=f"of a change: {listed}; all of them by default")
    names: list[str] = parser.parse_args(arguments).name
    unknown = sorted(set(names) - set(known))
    if unknown:
        parser.error(f"{', '.join(unknown)}: no such change; there are {listed}")
    return names


def print_some(names: list[str]) -> list[Rehearsal]:
    """Rehearse these changes and print what their commands print."""
    wanted = [change for change in CHANGES if change.name in names]
    rehearsals = list(rehearse(wanted))
    for rehearsal in rehearsals:
        print(all_printed(rehearsal))
    return rehearsals


def write_page() -> list[Rehearsal]:
    """Rehearse all changes and write the page."""
    rehearsals = list(rehearse(CHANGES))
    (ROOT / PAGE).write_text(page(rehearsals), encoding="utf-8")
    seconds = sum(rehearsal.seconds for rehearsal in rehearsals)
    print(f"{PAGE} written: {len(rehearsals)} changes in {seconds:.0f} seconds")
    return rehearsals


def report_failures(rehearsals: list[Rehearsal]) -> int:
    """Say which changes are not brought up by their edits; returns the exit code."""
    # The page says that the checks pass in the end, so this must not go unnoticed.
    failing = [rehearsal for rehearsal in rehearsals if rehearsal.failing]
    for rehearsal in failing:
        name = rehearsal.change.name
        print(
            f"{name}: {', '.join(rehearsal.failing)} fails after the edits by hand; "
            f"`PYTHONPATH=tools python -m rehearsals {name}` prints why, and {HERE} has the edits",
            file=sys.stderr,
        )
    return int(bool(failing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
