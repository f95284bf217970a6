"""A stateful stand-in for the service on this machine: real HTTP, real state, no account needed.

    with Sandbox() as sandbox:
        batch = sandbox.add_batch(jobs=[{"runs": 10}, {"status": "ERROR"}])
        ...  # talk to sandbox.base_url with sandbox.token
        sandbox.advance("5m")  # jobs run and end

It serves the contract from `pasqal_core_schemas` and knows nothing of any client, so it can test
every one of them. It needs the `sandbox` extra.

- `server` has `Sandbox`; `program` runs one from a shell, with the `argument_parser`, `control`
  lets tests in other languages drive it, `demo` fills it, `pages` shows it in a browser.
- `running_sandbox` has what is open while one runs: the store, the port, and a `threaded_server`.
- `devices` has the devices, their specifications and queues; `results` the files with results, and
  `simulation` computes them.
- A request goes through `request_log`, which records it, `request_body`, which reads its body,
  `faults`, which make it go wrong, and `date_header` to `app`: the service, by `operations` and
  `shared_routes`. `handlers` has a method for each operation; `answers` writes what it answers, and
  `quirks` make that depart from the contract. `tokens` is the token endpoint, and `admission` keeps
  web pages from elsewhere out of what only a sandbox has.
- `body_forms` judges the form of a body, `submission_rules` what it says, and `sequence_text` reads
  the sequences in it.
- `database` keeps the batches and jobs; `sample_values` fills in what a test does not say about
  them, and `sample_sequences` has texts to submit.
- `clock`, `execution`, `fate` and `states` decide what becomes of them as time passes.
- `checks` checks arguments.
"""

from __future__ import annotations

import sys

from .._extras import extra_hint

try:
    from .fate import Fate
    from .faults.fault import Fault
    from .faults.rules import FaultRule
    from .quirks.quirk import Quirk
    from .request_log import RecordedRequest
    from .sample_sequences import OMEGA_SCAN, SEQUENCE
    from .sample_values import AddedBatch
    from .server import Sandbox
    from .simulation.settings import can_simulate
except ModuleNotFoundError as error:
    if (error.name or "").startswith("pasqal_client"):
        raise
    _missing = f"The sandbox needs {error.name}, which is not installed: {extra_hint('sandbox')}"
    # `python -m` runs this before `__main__`, which is too late to say it in one line.
    if sys.argv[:1] == ["-m"] and __name__ in sys.orig_argv:
        sys.stderr.write(f"{_missing}\n")
        sys.exit(2)
    raise ImportError(_missing) from error

__all__ = [
    "OMEGA_SCAN",
    "SEQUENCE",
    "AddedBatch",
    "Fate",
    "Fault",
    "FaultRule",
    "Quirk",
    "RecordedRequest",
    "Sandbox",
    "can_simulate",
]
