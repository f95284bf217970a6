# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from typing import TYPE_CHECKING, NotRequired, TypedDict

if TYPE_CHECKING:
    from ..models.job_request_variables import JobRequestVariables


class JobRequest(TypedDict):
    """A job to run."""

    runs: NotRequired[int | None]
    """How many times the sequence is run (shots); a QPU needs it, and has a limit. Null or
    absent for what the emulator chooses."""
    variables: NotRequired["JobRequestVariables | None"]
    """A value for each variable of the sequence, by name: a number, an array of numbers, or for
    a register that is mapped at run time, `qubits`. Null or absent for a sequence without
    variables."""
    sequence: NotRequired[str | None]
    """The serialised pulse sequence of this job alone, without variables. Null or absent for
    that of the batch."""
