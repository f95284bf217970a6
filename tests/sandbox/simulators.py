"""Simulators for sandboxes: Pulser in an environment of its own, or a program that pretends."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from official_environment import ROOT, UnavailableError, make_environment
from pasqal_client import PasqalClient
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.simulation import settings, worker

_PROGRAM = Path(worker.__file__).with_name("pulser_program.py")
# It is measured as the module that it is, with the coverage of this environment.
_MEASURED = f"""
import runpy, sys
sys.path.append({str(ROOT / "overlay")!r})
sys.path.append({sysconfig.get_path("purelib")!r})
import coverage
coverage.process_startup()
name = "pasqal_client.sandbox.simulation.pulser_program"
runpy.run_path({str(_PROGRAM)!r}, run_name=name)["main"]()
"""


@pytest.fixture(scope="session")
def simulation_folder() -> Path:
    """An environment in which pulser-simulation is installed."""
    try:
        return make_environment()
    except UnavailableError as error:
        pytest.skip(f"pulser-simulation cannot be installed: {error}")


@pytest.fixture(scope="session")
def simulator_command(simulation_folder: Path) -> Iterator[tuple[str, ...]]:
    """What starts a worker with Pulser; one runs from here to the end."""
    python = str(simulation_folder / "bin" / "python")
    command = (python, "-P", "-W", "ignore", "-c", _MEASURED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "_COMMAND", command)
        # The variables are for this program alone.
        patch.setenv("MPLCONFIGDIR", str(simulation_folder / "matplotlib"))
        current = coverage.Coverage.current()
        if current is not None:
            patch.setenv("COVERAGE_PROCESS_CONFIG", current.config.serialize())
        running = worker.find_worker()
        running.ask({"ask": "start"}).result()
    yield command
    # It writes what was measured when it ends, which is the only reason to wait for that.
    patience = 60
    if current is None:
        patience = 0
    running.close(patience)


@pytest.fixture
def pulser(simulator_command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sandboxes simulate with Pulser."""
    monkeypatch.setattr(settings, "can_simulate", lambda: True)
    monkeypatch.setattr(worker, "_COMMAND", simulator_command)


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PasqalClient]:
    """A client of the sandbox that a test has."""
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as made:
        yield made
