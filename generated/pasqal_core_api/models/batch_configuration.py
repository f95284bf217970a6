# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, TypeAlias

BatchConfiguration: TypeAlias = dict[str, Any]
"""The configuration of an emulator, if the batch has one. `backend_configuration` replaces it."""
