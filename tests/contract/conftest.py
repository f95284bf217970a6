"""What the tests of the contract share: the contract, and one that never changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The contract; a test that changes it works on a copy."""
    loaded: dict[str, Any] = YAML(typ="safe").load(ROOT / "openapi.yaml")
    return loaded


# The real contract grows, so what a tool says about a change is tested on one that stays as it is.
FROZEN = ROOT / "tests" / "contract" / "frozen" / "openapi.yaml"


@pytest.fixture(scope="session")
def frozen() -> dict[str, Any]:
    """A contract of three operations that never changes; a test that edits it works on a copy."""
    loaded: dict[str, Any] = YAML(typ="safe").load(FROZEN)
    return loaded


@pytest.fixture(scope="session")
def frozen_path() -> Path:
    """The file of the frozen contract."""
    return FROZEN
