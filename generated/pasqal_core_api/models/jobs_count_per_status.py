# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TypeAlias

JobsCountPerStatus: TypeAlias = dict[str, int]
"""How many jobs there are in each state."""
