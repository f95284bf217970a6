"""The command: rehearses all changes and writes the page, or rehearses some and prints what they print."""

from __future__ import annotations

import argparse
import sys

from .changes import CHANGES
from .edits import HERE, EditError
from .page import PAGE, all_printed, page
from .rehearsal import ROOT, rehearse


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
        if wanted:
            print_some(wanted)
        else:
            write_page()
    except EditError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


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


def print_some(names: list[str]) -> None:
    """Rehearse these changes and print what their commands print."""
    wanted = [change for change in CHANGES if change.name in names]
    for rehearsal in rehearse(wanted):
        print(all_printed(rehearsal))


def write_page() -> None:
    """Rehearse all changes and write the page."""
    rehearsals = list(rehearse(CHANGES))
    (ROOT / PAGE).write_text(page(rehearsals), encoding="utf-8")
    seconds = sum(rehearsal.seconds for rehearsal in rehearsals)
    print(f"{PAGE} written: {len(rehearsals)} changes in {seconds:.0f} seconds")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
