# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""The connection that the operations use."""

from __future__ import annotations

from pasqal_core_runtime.client import AuthenticatedClient, Client

__all__ = [
    "AuthenticatedClient",
    "Client",
]
