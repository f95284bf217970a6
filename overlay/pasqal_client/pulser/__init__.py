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

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from .._extras import extra_hint

if TYPE_CHECKING:
    from .backends import RemoteEmuFreeBackend as RemoteEmuFreeBackend
    from .backends import RemoteMPSBackend as RemoteMPSBackend
    from .backends import RemoteSVBackend as RemoteSVBackend
    from .connection import PasqalConnection as PasqalConnection
    from .results import JobResults as JobResults

_HOMES: Final = {
    "JobResults": "results",
    "PasqalConnection": "connection",
    "RemoteEmuFreeBackend": "backends",
    "RemoteMPSBackend": "backends",
    "RemoteSVBackend": "backends",
}

__all__ = [*_HOMES]  # the names are text


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f".{home}", __name__)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pasqal_client"):
            raise
        raise ImportError(
            f"pasqal_client.pulser needs {error.name}, which is not installed: {extra_hint('pulser')}"
        ) from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
