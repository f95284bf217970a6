"""What the tests of the contract share: the contract, and a way to load the tools, which are no package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

if TYPE_CHECKING:
    from types import ModuleType

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


@pytest.fixture(scope="session")
def check_spec() -> ModuleType:
    """The module `tools/check_spec.py`."""
    spec = importlib.util.spec_from_file_location("check_spec", ROOT / "tools" / "check_spec.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The live contract grows; what a tool says about a change is tested on one that stays as it is.
FROZEN = ROOT / "tests" / "contract" / "frozen" / "openapi.yaml"


@pytest.fixture(scope="session")
def frozen() -> dict[str, Any]:
    """A contract of three operations that never changes; a test that edits it works on a copy."""
    loaded: dict[str, Any] = YAML(typ="safe").load(FROZEN)
    return loaded


@pytest.fixture(scope="session")
def frozen_path() -> Path:
    """The file of that contract."""
    return FROZEN
