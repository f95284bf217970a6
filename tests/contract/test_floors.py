"""`make test-floors` tries the oldest versions that are admitted, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from floors import floors

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """
[project]
name = "lab-client"
dependencies = ["anyio>=4.4", "httpx[http2]<1,>=0.28"]
optional-dependencies = {{ cli = ["rich>=14{}"], all = ["lab-client[cli]"] }}
"""


def test_the_floors_are_the_lower_bounds() -> None:
    """Those of the dependencies and of each extra, whatever else is said about them; not the project itself."""
    assert floors(PROJECT.format("; python_version < '4'")) == [
        "anyio==4.4",
        "httpx==0.28",
        "rich==14",
    ]


def test_a_dependency_without_a_floor_is_named() -> None:
    """Nobody could say whether its oldest version works."""
    with pytest.raises(
        ValueError,
        match="^rich: has no lower bound in pyproject.toml; >= and the oldest that works$",
    ):
        floors(PROJECT.replace(">=14{}", "").format())


def test_each_dependency_of_this_package_has_a_floor(root: Path) -> None:
    """Whichever extra brings it."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert {"anyio", "typer", "keyring", "fastapi", "msgspec"} <= {
        line.split("==")[0] for line in floors(text)
    }
