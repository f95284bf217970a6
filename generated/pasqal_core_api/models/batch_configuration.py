# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import Any, TypeAlias

BatchConfiguration: TypeAlias = dict[str, Any]
"""The batch's configuration, if it has one."""
