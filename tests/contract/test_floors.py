"""`make check-lowest` tests the oldest allowed version of each dependency, and nothing else."""

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
    """Each dependency and extra counts, with or without markers, but the project itself does not."""
    assert floors(PROJECT.format("; python_version < '4'")) == [
        "anyio==4.4",
        "httpx==0.28",
        "rich==14",
    ]


def test_a_dependency_without_a_floor_is_named() -> None:
    """Without a lower bound nobody could say whether the oldest version works."""
    with pytest.raises(
        ValueError,
        match="^rich: has no lower bound in pyproject.toml; >= and the oldest that works$",
    ):
        floors(PROJECT.replace(">=14{}", "").format())


def test_each_dependency_of_this_package_has_a_floor(root: Path) -> None:
    """The rule covers the dependencies of every extra."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert {"anyio", "typer", "keyring", "fastapi", "msgspec"} <= {
        line.split("==")[0] for line in floors(text)
    }
