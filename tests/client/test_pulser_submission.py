"""Sequences of Pulser and values of numpy are submitted as they are, although this package imports neither."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Any

import pytest

from contract.derived import CONTRACT
from pasqal_client.sandbox import Sandbox
from sandbox.test_official_client import official, printed_by

__all__ = ["official"]

pytestmark = pytest.mark.official

ROOT = Path(__file__).parents[2]
TEXTS = CONTRACT["components"]["x-texts"]


@pytest.fixture(scope="module")
def printed(official: Path) -> dict[str, Any]:
    """What was created, as it was read back."""
    paths = [str(ROOT / "overlay"), str(ROOT / "generated"), sysconfig.get_path("purelib")]
    with Sandbox(strict_sequences=True) as sandbox:
        return printed_by(
            "pulser_submission.py", official, sandbox, token=sandbox.token, paths=paths, **TEXTS
        )


def test_sequences_are_sent_as_pulser_writes_them(printed: dict[str, Any]) -> None:
    """With variables and without, and for a register that is mapped at run time; a configuration likewise."""
    assert printed["texts"] == printed["written"]
    assert printed["configuration"][0] == printed["configuration"][1]
    assert printed["own"] is None


def test_values_of_numpy_become_plain(printed: dict[str, Any]) -> None:
    """Numbers, arrays and entries of arrays, also where an integer is wanted."""
    assert printed["runs"] == [[3], [7, 7], [5], [5]]
    assert printed["variables"] == [{"omega": 3.1, "t": 400}, {"omega": [1.5], "t": [200]}]
    assert printed["qubits"] == [{"qubits": {"q0": 0, "q1": 1}}]


def test_values_of_numpy_are_integers_truth_values_and_seconds(printed: dict[str, Any]) -> None:
    """Also in filters, options of lists and settings; and what is not a number is rejected by its name."""
    assert printed["listed"] == [4, 3, 4, 5]
    assert printed["complaints"] is True


def test_what_pulser_writes_twice_is_the_same_content(printed: dict[str, Any]) -> None:
    """So a key finds it again."""
    assert printed["same"] is True


def test_an_array_with_a_nan_is_rejected_with_its_place(printed: dict[str, Any]) -> None:
    """JSON has no such number."""
    place = "jobs[0].variables.omega[0]: nan is not a number that JSON has"
    assert printed["refused"] == place
