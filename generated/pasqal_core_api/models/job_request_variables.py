# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from typing import Any, TypeAlias

JobRequestVariables: TypeAlias = dict[str, Any]
"""A value for each variable of the sequence, by name: a number, an array of numbers, or for a register that is mapped at run time, `qubits`. Null or absent for a sequence without variables."""
