"""A stateful stand-in for the service, on this machine: real HTTP, real state, no account.

    with Sandbox() as sandbox:
        batch = sandbox.add_batch(jobs=[{"runs": 10}, {"status": "ERROR"}])
        ...  # talk to sandbox.base_url with sandbox.token
        sandbox.advance("5m")  # jobs run and end

It serves the contract from `pasqal_core_schemas` and knows nothing of any client, so it can test
every one of them. It needs the `sandbox` extra.
"""

try:
    from .fate import Fate
    from .faults.quirks import Departure
    from .faults.rules import Fault, FaultRule
    from .plausible import AddedBatch
    from .request_log import RecordedRequest
    from .server import Sandbox
except ModuleNotFoundError as error:
    if (error.name or "").startswith("pasqal_client"):
        raise
    raise ImportError(
        f"The sandbox needs {error.name}, which is not installed: pip install 'pasqal-client[sandbox]'"
    ) from error

__all__ = ["AddedBatch", "Departure", "Fate", "Fault", "FaultRule", "RecordedRequest", "Sandbox"]
