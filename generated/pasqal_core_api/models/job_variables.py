# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, TypeAlias

JobVariables: TypeAlias = dict[str, Any]
"""The values of the sequence's variables for this job, by name."""
