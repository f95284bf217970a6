"""Asks for some real pages and reports how they differ from the contract: `python -m pasqal_client.contract_check`.

The documentation of the service lags behind the service. Whoever runs this now and then hears of a
change before it matters, and has a report to pass on that shows nobody's data. It only reads.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from .client import PasqalClient
from .errors import PasqalError

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the check with the settings of the environment and print its report.

    Args:
        argv: the arguments; those of the process if None.

    Returns:
        The exit code: 0 if nothing differs, 1 if something does or the service could not be asked.

    Raises:
        SystemExit: the arguments are wrong (exit code 2), or only help was asked for (0).
    """
    parser = argparse.ArgumentParser(
        prog="python -m pasqal_client.contract_check",
        description="How the answers of the service differ from the contract, as a report without data. It only reads.",
        epilog="The account and the region come from the PASQAL_* variables and the profile.",
    )
    parser.add_argument(
        "--pages", type=int, default=5, help="how many pages of 100 jobs to look at (default: 5)"
    )
    parser.add_argument("--profile", help="the profile of the configuration file")
    given = parser.parse_args(argv)
    if given.pages < 1:
        parser.error("--pages must be at least 1")
    try:
        with PasqalClient(profile=given.profile) as client:
            report = client.contract_check(pages=given.pages)
    except PasqalError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(report)  # noqa: T201
    if report.ok:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
