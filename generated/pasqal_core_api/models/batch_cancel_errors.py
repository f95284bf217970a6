# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TypeAlias

BatchCancelErrors: TypeAlias = dict[str, str]
"""For each batch that was not cancelled, its id and the reason."""
