"""Results that a sandbox has simulated, read through Pulser: a program for an environment that has both."""

import json
import sys

from pulser import Sequence
from pulser.backend import BitStrings, EmulationConfig, Occupation

from pasqal_client.pulser import PasqalConnection, RemoteEmuFreeBackend
from pasqal_client.sandbox import OMEGA_SCAN, Sandbox


def main() -> None:
    """Run two jobs with the amplitude zero, and print what Pulser found in their results."""
    config = EmulationConfig(observables=[BitStrings(), Occupation()])
    jobs = [{"runs": 100, "variables": {"omega": 0.0}}, {"runs": 50, "variables": {"omega": 0.0}}]
    with (
        Sandbox(simulate=True, speed=1000) as sandbox,
        PasqalConnection(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as connection,
    ):
        sequence = Sequence.from_abstract_repr(OMEGA_SCAN)
        backend = RemoteEmuFreeBackend(sequence, connection, config=config)
        results = backend.run(job_params=jobs, wait=True)
        counts = [dict(result.final_bitstrings) for result in results]
        occupation = [[float(share) for share in shares] for shares in results[0].occupation]
    json.dump({"counts": counts, "occupation": occupation}, sys.stdout)


if __name__ == "__main__":
    main()
