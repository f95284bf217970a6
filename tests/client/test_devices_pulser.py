"""Pulser reads the specifications that a client fetches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Sandbox
from sandbox.test_official_client import official, printed_by

__all__ = ["official"]

pytestmark = pytest.mark.official


def test_pulser_builds_sequences_on_the_devices(official: Path, sandbox: Sandbox) -> None:
    """Those of an account, and the public ones; the name in a text is the one that Pulser goes by."""
    account = PasqalClient(token=sandbox.token, base_url=sandbox.base_url)
    with account, PasqalClient(anonymous=True, base_url=sandbox.base_url) as nobody:
        specs = account.devices.specs()
        one = account.devices.specs("FRESNEL_CAN1")
        public = nobody.devices.specs("FRESNEL")
    given = {**specs, "one": one, "public": public}
    printed = printed_by("pulser_specs.py", official, sandbox, specs=given)
    assert {name: device["name"] for name, device in printed.items()} == {
        "FRESNEL": "Fresnel",
        "FRESNEL_CAN1": "FresnelCan1",
        "one": "FresnelCan1",
        "public": "Fresnel",
    }
    assert {device["max_runs"] for device in printed.values()} == {500}
    assert json.loads(printed["public"]["sequence"])["device"]["name"] == "Fresnel"
