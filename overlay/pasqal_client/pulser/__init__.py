"""Pulser on this client: a connection for its remote backends, and results that say why a job failed.

    from pulser.backend import QPUBackend
    from pasqal_client.pulser import PasqalConnection

    with PasqalConnection(project_id="…") as connection:
        results = QPUBackend(sequence, connection).run([{"runs": 100}], wait=True)
        print(results[0].final_bitstrings)

- `connection` has `PasqalConnection`, which submits and reads by the resources of the client.
  `results` has `JobResults`, which it returns for what was submitted.
- `backends` has the remote emulators, for those who have no other package with them.
- `result_reader` turns results into Pulser's. These modules need the `pulser` extra.
- `states` turns states into Pulser's, `job_params` checks jobs against the variables of a sequence,
  `sequence_texts` knows which sequence a job ran. They do without Pulser.

Importing Pulser takes seconds, so nothing else of this package does it, and each name here is loaded
when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_runtime.late_names import late_names

from .._extras import extra_hint

if TYPE_CHECKING:
    from .backends import RemoteEmuFreeBackend as RemoteEmuFreeBackend
    from .backends import RemoteMPSBackend as RemoteMPSBackend
    from .backends import RemoteSVBackend as RemoteSVBackend
    from .connection import PasqalConnection as PasqalConnection
    from .results import JobResults as JobResults
else:
    _find = late_names(
        __name__,
        {
            "backends": "RemoteEmuFreeBackend RemoteMPSBackend RemoteSVBackend",
            "connection": "PasqalConnection",
            "results": "JobResults",
        },
    )

    def __getattr__(name: str) -> object:
        try:
            return _find(name)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("pasqal_client"):
                raise
            raise ImportError(
                f"pasqal_client.pulser needs {error.name}, which is not installed: {extra_hint('pulser')}"
            ) from error


__all__ = [
    "JobResults",
    "PasqalConnection",
    "RemoteEmuFreeBackend",
    "RemoteMPSBackend",
    "RemoteSVBackend",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
