"""The command: rehearses all changes and writes the page, or rehearses some and prints what they print."""

from __future__ import annotations

import argparse
import sys

from .changes import CHANGES, HERE, EditError
from .page import PAGE, all_printed, page
from .running import ROOT, rehearse


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="rehearsals", description="Rehearse changes of the contract in copies."
    )
    names = [change.name for change in CHANGES]
    parser.add_argument(
        "name", nargs="*", help=f"of a change: {', '.join(names)}; all of them unless given"
    )
    wanted = parser.parse_args(arguments).name
    if unknown := set(wanted) - set(names):
        parser.error(f"{', '.join(sorted(unknown))}: no such change; there are {', '.join(names)}")
    if stale := [change.name for change in CHANGES if not change.is_ahead(ROOT)]:
        print(
            f"openapi.yaml has {', '.join(stale)} by now: put a change like it in its place in {HERE}",
            file=sys.stderr,
        )
        return 1
    try:
        rehearsals = [
            *rehearse(change for change in CHANGES if not wanted or change.name in wanted)
        ]
    except EditError as error:
        print(error, file=sys.stderr)
        return 1
    if wanted:
        print(*map(all_printed, rehearsals), sep="\n", end="")
    else:
        (ROOT / PAGE).write_text(page(rehearsals), encoding="utf-8")
        print(
            f"{PAGE} written: {len(rehearsals)} changes in {sum(one.seconds for one in rehearsals):.0f} seconds"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
