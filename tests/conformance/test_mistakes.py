"""The kit catches what the authors of ports get wrong: mistakes are planted in a small client, and cases must fail."""

from __future__ import annotations

import ast
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from conformance.in_process import InProcess
from conformance.mistakes import MISTAKES, Mistake, find_mistake, planted
from pasqal_client.conformance.adapter import Adapter
from pasqal_client.conformance.kit import Case, Kit, find_folder, read_kit
from pasqal_client.conformance.program import main
from pasqal_client.conformance.run import PLAYERS, Options, Verdict, play_cases
from pasqal_client.conformance.scripted_server import ScriptedServer

HERE = Path(__file__).parent
CAUGHT = [mistake for mistake in MISTAKES if mistake.cases]


@pytest.fixture(scope="module", autouse=True)
def _abroad() -> Iterator[None]:
    """The time zone that the runner gives to adapters: neither UTC nor that of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Kathmandu")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="module")
def kit() -> Kit:
    """The cases."""
    return read_kit(find_folder(), PLAYERS)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """One server for all that is played here."""
    with ScriptedServer() as running:
        yield running


def play(cases: list[Case], kit: Kit, server: ScriptedServer) -> dict[str, Verdict]:
    """What comes of cases that are played to the reference client."""
    adapter = cast("Adapter", InProcess())
    options = Options(kit.features)
    return {
        played.case.name: played.verdict
        for played in play_cases(cases, kit, options, adapter, server)
    }


def test_the_reference_client_passes_every_case(kit: Kit, server: ScriptedServer) -> None:
    """Without a mistake it has every feature and fails no case, so what fails with one fails because of it."""
    cases = list(kit.cases())
    verdicts = play(cases, kit, server)
    assert Counter(verdicts.values()) == {Verdict.PASSED: len(cases)}
    assert len(cases) > 900


@pytest.mark.parametrize("mistake", CAUGHT, ids=lambda mistake: mistake.name.replace(" ", "-"))
def test_a_mistake_is_caught_by_its_cases(
    mistake: Mistake, kit: Kit, server: ScriptedServer
) -> None:
    """Each case that is there for a mistake fails when the client makes it."""
    cases = [case for case in kit.cases() if case.name in mistake.cases]
    with planted(mistake):
        verdicts = play(cases, kit, server)
    assert verdicts == dict.fromkeys(mistake.cases, Verdict.FAILED)


def test_words_of_the_service_are_demanded_of_everybody(kit: Kit, server: ScriptedServer) -> None:
    """A reason that says nothing fails, whatever the client has decided about the words of errors."""
    cases = [case for case in kit.cases() if case.name.startswith("errors/status-4")]
    options = Options(kit.features, otherwise=("joined-words", "own-phrases"))
    with planted(find_mistake("the reason says nothing")):
        played = [*play_cases(cases, kit, options, cast("Adapter", InProcess()), server)]
    assert {one.verdict for one in played} == {Verdict.FAILED}


def test_nine_in_ten_mistakes_are_caught() -> None:
    """A mistake has cases that catch it, or a reason why none can, and hardly any has a reason."""
    assert all(bool(mistake.cases) != bool(mistake.reason) for mistake in MISTAKES)
    assert len(CAUGHT) >= 0.9 * len(MISTAKES)
    assert len({mistake.name for mistake in MISTAKES}) == len(MISTAKES)


def test_a_mistake_ends_with_its_block(kit: Kit, server: ScriptedServer) -> None:
    """What is planted is taken out again, so that mistakes do not add up."""
    mistake = CAUGHT[0]
    cases = [case for case in kit.cases() if case.name in mistake.cases]
    with planted(mistake):
        pass
    assert set(play(cases, kit, server).values()) == {Verdict.PASSED}


def test_the_adapter_of_the_reference_client_makes_a_mistake(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """As a program behind the runner, the client makes the mistake that it is started with."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HERE.parent)]))
    mistake = CAUGHT[0]
    program = [sys.executable, "-m", "conformance.reference_client.adapter"]
    code = main(["--only", mistake.cases[0], "--", *program, "--mistake", mistake.name])
    assert code == 1
    assert f"failed {mistake.cases[0]}" in capfd.readouterr().out


def test_the_reference_client_knows_nothing_of_this_package() -> None:
    """It imports the standard library and itself, as a port in another language would have to."""
    for path in (HERE / "reference_client").glob("*.py"):
        for module in imported(ast.parse(path.read_text("utf-8"))):
            assert module.partition(".")[0] in {*sys.stdlib_module_names, "conformance"}, path


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported by their full names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield cast("Any", node.module)
