# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""What the operations and models have in common."""

from __future__ import annotations

from pasqal_core_runtime.departures import Departure, Report
from pasqal_core_runtime.model import Model
from pasqal_core_runtime.open_enum import OpenEnum
from pasqal_core_runtime.response import UNSET, Response, Unset

__all__ = [
    "Departure",
    "Model",
    "OpenEnum",
    "Report",
    "Response",
    "UNSET",
    "Unset",
]
