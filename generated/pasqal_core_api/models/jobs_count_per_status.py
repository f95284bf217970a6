# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, TypeAlias

JobsCountPerStatus: TypeAlias = dict[str, Any]
"""How many jobs the batch has in each state."""
