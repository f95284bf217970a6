"""The fuzzers connect like all tests of the clients: once with each client."""

from __future__ import annotations

from client.conftest import _no_settings, connect

__all__ = ["_no_settings", "connect"]
