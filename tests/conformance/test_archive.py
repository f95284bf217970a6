"""The kit as one file."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from conformance_archive import CONTRACT, KIT, main, make_archive
from pasqal_client.sandbox.operations import CONTRACT as CONTRACT_AS_JSON


def test_the_archive_has_the_kit_and_the_contract(tmp_path: Path) -> None:
    """Each file as it is, and the contract as JSON, too, below a folder that names the version."""
    made = make_archive(tmp_path / "dist")
    version = (KIT / "VERSION").read_text().strip()
    name = f"pasqal-conformance-{version}"
    assert made.name == f"{name}.tar.gz"
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path, filter="data")
    files = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
    expected = {path.name: path.read_bytes() for path in [*KIT.iterdir(), CONTRACT]}
    assert json.loads(files.pop("openapi.json")) == CONTRACT_AS_JSON
    assert files == expected


def test_the_archive_is_always_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the time nor the user is in it, so that two can be compared."""
    made = [make_archive(tmp_path / name).read_bytes() for name in ("one", "two")]
    assert made[0] == made[1]
    assert main([str(tmp_path / "three")]) == 0
    assert capsys.readouterr().out.endswith(".tar.gz written\n")
    assert main([]) == 2
