# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""The errors that the generated code itself raises."""

from __future__ import annotations

from pasqal_core_runtime.errors import DepartureError, PasqalError, UnexpectedStatus

__all__ = [
    "DepartureError",
    "PasqalError",
    "UnexpectedStatus",
]
