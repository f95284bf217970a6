# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

"""A client library for accessing Pasqal Cloud core API"""

from .client import AuthenticatedClient, Client

__all__ = (
    "AuthenticatedClient",
    "Client",
)
