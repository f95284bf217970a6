"""Submits sequences of Pulser and values of numpy, as a program for the environment that has both.

It reads, as JSON, where the service is, sequences, and where this package and what it needs are; it prints what was
created.
"""

import json
import re
import sys
from typing import Any

import numpy as np
from pulser import Sequence
from pulser.backend import BitStrings, EmulationConfig


def ask(client: Any) -> dict[str, Any]:
    """Give values of numpy wherever an integer, a truth value or seconds are meant, and what is missing in an array."""
    listed = client.jobs.list(
        min_runs=np.int64(5), errors=np.bool_(False), page_size=np.uint8(7), concurrency=np.int16(1)
    )
    page = client.batches.page(open=np.False_, max_jobs=np.int64(2), limit=np.int32(3))
    view = client.with_options(timeout=np.float32(9), deadline=np.int64(30), strict=np.True_)
    would_cancel = client.batches.cancel_many(all=np.True_, dry_run=np.True_)
    missing = {
        "min_runs": np.nan,
        "errors": np.float64("nan"),
        "start_date": np.datetime64("NaT"),
        "status": [np.nan],
        "max_items": np.float32("nan"),
    }
    complaints = []
    for name, value in missing.items():
        try:
            client.jobs.list(**{name: value})
        except ValueError as error:
            # Of a list, the place is named, too.
            complaints.append(re.split(r"[\[:]", str(error))[0])
    return {
        "listed": [len([*listed]), len(page), len(would_cancel.batches), view.jobs.count()],
        "complaints": complaints == [*missing],
    }


def submit(given: dict[str, Any]) -> dict[str, Any]:
    """Submit what Pulser and numpy have, and read it back."""
    # After the packages of this environment, which has versions of its own.
    sys.path += given["paths"]
    from pasqal_client import PasqalClient

    rabi, parametrized, mappable = (
        Sequence.from_abstract_repr(given[name]) for name in ("rabi", "parametrized", "mappable")
    )
    configuration = EmulationConfig(observables=(BitStrings(),))
    with PasqalClient(
        token=given["token"], base_url=given["base_url"], project_id=given["project_id"]
    ) as client:
        shared = client.batches.create(
            rabi,
            jobs=[{"runs": np.int64(3)}],
            device_type="EMU_FREE",
            backend_configuration=configuration,
            key="rabi",
        )
        again = client.batches.create(
            rabi,
            jobs=[{"runs": 3}],
            device_type="EMU_FREE",
            backend_configuration=configuration,
            key="rabi",
        )
        values = {"omega": np.float64(3.1), "t": np.array([400])[0]}
        parts = client.batches.create(
            parametrized,
            jobs=[{"variables": values}, {"variables": {"omega": np.array([1.5]), "t": [200]}}],
            runs=np.int32(7),
            device_type="EMU_FREE",
        )
        mapped = client.batches.create(
            mappable,
            jobs=[{"runs": 5, "variables": {"qubits": {"q0": np.int64(0), "q1": 1}}}],
            device_type="EMU_FREE",
        )
        own = client.batches.create(jobs=[{"runs": 5, "sequence": rabi}], device_type="EMU_FREE")
        asked = ask(client)
        refused = ""
        try:
            client.batches.create(parametrized, jobs=[{"variables": {"omega": np.array([np.nan])}}])
        except ValueError as error:
            refused = str(error)
    return {
        "texts": [shared.sequence_builder, parts.sequence_builder, mapped.sequence_builder],
        "written": [one.to_abstract_repr() for one in (rabi, parametrized, mappable)],
        "configuration": [shared.backend_configuration, configuration.to_abstract_repr()],
        "runs": [[job.runs for job in batch.jobs or []] for batch in (shared, parts, mapped, own)],
        "variables": [job.variables for job in parts.jobs or []],
        "qubits": [job.variables for job in mapped.jobs or []],
        "own": own.sequence_builder,
        "same": shared.id == again.id,
        "refused": refused,
        **asked,
    }


if __name__ == "__main__":
    json.dump(submit(json.load(sys.stdin)), sys.stdout)
