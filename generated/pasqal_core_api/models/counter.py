# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TypeAlias

Counter: TypeAlias = dict[str, int]
"""How often each bitstring was measured."""
