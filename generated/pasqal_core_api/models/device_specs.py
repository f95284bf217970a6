# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TypeAlias

DeviceSpecs: TypeAlias = dict[str, str]
"""For each type of device, its specification as a text that Pulser reads."""
