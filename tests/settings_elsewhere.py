"""An environment without settings, for tests that are not to find those of whoever runs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_client._settings import pasqal_config, profiles
from pasqal_client._settings.config import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def forget_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables that the client reads."""
    for name in VARIABLES:
        monkeypatch.delenv(f"PASQAL_{name.upper()}", raising=False)


def look_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the variables, and look for the files with settings in a folder."""
    forget_variables(monkeypatch)
    monkeypatch.setattr(profiles, "path", lambda: folder / "config.toml")
    monkeypatch.setattr(pasqal_config, "path", lambda: folder / ".pasqal" / "config")
