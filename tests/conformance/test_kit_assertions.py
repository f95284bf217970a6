"""What the kit says of assertions is about assertions that its cases make."""

from __future__ import annotations

import pytest

from pasqal_client.conformance.kit import find_folder, read_kit
from pasqal_client.conformance.run import PLAYERS

KIT = read_kit(find_folder(), PLAYERS)


@pytest.mark.parametrize("kind", PLAYERS)
def test_policies_are_those_of_assertions(kind: str) -> None:
    """A policy of what no case asserts would never leave anything out."""
    made = set()
    for case in KIT.files[kind]["cases"]:
        own = set(PLAYERS[kind].assertions(case, KIT))
        assert own >= case.get("policies", {}).keys(), case["id"]
        made |= own
    assert made >= KIT.files[kind].get("policies", {}).keys()
