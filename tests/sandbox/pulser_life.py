"""Pulser's own remote backends over the official connection, as a program for the environment that has both.

It reads where the service is, how to sign in and a sequence as JSON, and prints what it got as JSON.
"""

import json
import sys
from typing import Any

from official_session import connect
from pasqal_cloud import PasqalCloudConnection
from pasqal_cloud.backends import RemoteMPSBackend
from pulser import Sequence
from pulser.backend import QPUBackend


def counts(results: Any) -> list[dict[str, int]]:
    """The counts of each job."""
    return [dict(result.final_bitstrings) for result in results]


def life(given: dict[str, Any]) -> dict[str, Any]:
    """Run on a QPU and an emulator, closed and open, with and without variables."""
    connection = PasqalCloudConnection.__new__(PasqalCloudConnection)
    connection.cloud_client = connect(given)
    rabi = Sequence.from_abstract_repr(given["rabi"])
    parametrized = Sequence.from_abstract_repr(given["parametrized"])
    mappable = Sequence.from_abstract_repr(given["mappable"])

    closed = QPUBackend(rabi, connection).run([{"runs": 50}, {"runs": 20}], wait=True)
    values = {"omega": 3.1, "t": 400}
    variables = QPUBackend(parametrized, connection).run(
        [{"runs": 30, "variables": values}], wait=True
    )
    mapped = QPUBackend(mappable, connection).run(
        [{"runs": 30, "variables": {"qubits": {"q0": 0, "q1": 1}}}], wait=True
    )
    emulated = RemoteMPSBackend(rabi, connection).run(wait=True)
    backend = QPUBackend(rabi, connection)
    with backend.open_batch():
        first = backend.run([{"runs": 5}], wait=True)
        second = backend.run([{"runs": 6}], wait=True)
    return {
        "closed": counts(closed.results),
        "closed_status": closed.get_batch_status().name,
        "variables": counts(variables.results),
        "mapped": counts(mapped.results),
        "emulated": counts(emulated.results),
        "open": counts(first.results) + counts(second.results),
        "open_status": second.get_batch_status().name,
        "same_batch": first.batch_id == second.batch_id,
        "available": sorted(first.get_available_results()),
        "jobs": [first.job_ids, second.job_ids],
        "devices": sorted(connection.fetch_available_devices()),
    }


if __name__ == "__main__":
    json.dump(life(json.load(sys.stdin)), sys.stdout)
