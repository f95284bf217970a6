"""Reads what is in a sandbox after a call, over HTTP, as any client would."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..sandbox.operations import PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..sandbox import Sandbox

_PATH = PLACES["get_all_batches"].path


def read_state(sandbox: Sandbox) -> dict[str, Any]:
    """How many batches there are, how many of them are open, and how many jobs in each state.

    The sandbox has no faults and no quirks afterwards.
    """
    sandbox.clear_faults()
    sandbox.quirks = ()
    batches = _list_batches(sandbox)
    jobs: Counter[str] = Counter()
    for batch in batches:
        jobs.update(batch["jobs_count_per_status"])
    return {
        "batches": len(batches),
        "open": sum(batch["open"] for batch in batches),
        "jobs": {status: count for status, count in jobs.items() if count},
    }


def _list_batches(sandbox: Sandbox) -> Sequence[dict[str, Any]]:
    address = urlsplit(sandbox.base_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    try:
        headers = {"Authorization": f"Bearer {sandbox.token}"}
        connection.request("GET", f"{address.path}{_PATH}?limit=100", headers=headers)
        found: list[dict[str, Any]] = json.loads(connection.getresponse().read())["data"]
        return found
    finally:
        connection.close()
