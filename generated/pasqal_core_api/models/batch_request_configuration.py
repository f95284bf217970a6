# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from typing import Any, TypeAlias

BatchRequestConfiguration: TypeAlias = dict[str, Any]
"""The configuration of an emulator. `backend_configuration` replaces it."""
