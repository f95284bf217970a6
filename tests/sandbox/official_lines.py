"""Runs some lines of a user of the official client, as a program for the environment in which that is installed.

It reads the lines, where the service is and how to sign in as JSON, and prints the counters as JSON.
"""

import json
import sys
from typing import Any

from official_session import connect
from pasqal_cloud.device.device_types import DeviceTypeName


def main() -> None:
    """Run the lines, and print what they found."""
    given: dict[str, Any] = json.load(sys.stdin)
    names: dict[str, Any] = {
        "client": connect(given),
        "sequence": given["sequence"],
        "DeviceTypeName": DeviceTypeName,
    }
    exec(given["lines"], names)  # noqa: S102
    json.dump({"counters": names["counters"]}, sys.stdout)


if __name__ == "__main__":
    main()
