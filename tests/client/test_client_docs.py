"""The examples in the README and in the pages about the client do what they say."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import pasqal_client
from pasqal_client import PasqalClient
from pasqal_client._log import logger
from pasqal_client.sandbox import SEQUENCE, Sandbox
from pasqal_core_api import models
from shell_examples import run_shell

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/credentials.md",
    "docs/jobs.md",
    "docs/submitting.md",
    "docs/devices.md",
    "docs/how-to/network.md",
    "docs/how-to/resume.md",
    "docs/how-to/many-ids.md",
    "docs/llms.txt",
)
STORIES = ("docs/tutorial/first-steps.md", "docs/tutorial/sweep.md")
"""Pages whose examples run one after the other, as in a notebook."""
TOLD = ("PASQAL_BASE_URL", "PASQAL_TOKEN", "PASQAL_PROJECT_ID")


def blocks(page: str, language: str = "python") -> list[str]:
    """The examples on a page."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert len(found) == text.count(f"```{language}\n")
    return found


def examples() -> list[tuple[str, str]]:
    """The examples in Python, each with where it stands; those that show a part of a program have a second word."""
    found = []
    for page in PAGES:
        found += [(f"{page}, example {place}", code) for place, code in enumerate(blocks(page), 1)]
    return found


@pytest.mark.parametrize(("place", "code"), examples(), ids=[place for place, _ in examples()])
def test_each_example_runs(
    place: str, code: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each runs by itself; one that names no service finds the sandbox in its place."""
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    exec(compile(code, place, "exec"), {})  # noqa: S102


def test_the_example_that_help_begins_with_runs(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `help(pasqal_client)` shows first submits, waits and reads results, as it says."""
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    monkeypatch.setattr(time, "sleep", lambda _: sandbox.advance("1h"))
    _, _, rest = (pasqal_client.__doc__ or "").partition("read the results:\n\n")
    example, _, _ = rest.partition("\n\n`help(")
    given = {'token="…"': f'token="{sandbox.token}"', '"…"': f'"{sandbox.project_id}"'}
    for placeholder, value in given.items():
        assert placeholder in example
        example = example.replace(placeholder, value)
    exec(dedent(example), {"sequence": SEQUENCE})  # noqa: S102
    assert "<JobResult of 100 shots" in capsys.readouterr().out


def test_the_pages_have_examples() -> None:
    """The search for examples finds all of them."""
    assert len(examples()) > 12
    assert all(blocks(page) for page in (*PAGES, *STORIES))
    _, first, second = (code for _, code in examples()[:3])
    story = ("batches.create(", "batches.wait(", "jobs.results(")
    assert all(step in first and step in second for step in story)
    assert "Async" not in first
    assert "AsyncPasqalClient" in second


@pytest.mark.parametrize("page", STORIES)
def test_a_story_runs(
    page: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It starts a sandbox of its own, says so in variables, and stops it at the end."""
    monkeypatch.chdir(tmp_path)
    for name in TOLD:
        monkeypatch.setenv(name, "")
    names: dict[str, Any] = {}
    try:
        for place, code in enumerate(blocks(page), 1):
            exec(compile(code, f"{page}, example {place}", "exec"), names)  # noqa: S102
    finally:
        names["sandbox"].stop()
    assert capsys.readouterr().out


def test_the_calls_of_generated_functions_run(sandbox: Sandbox) -> None:
    """Those of the page about operations, with a client and ids that it takes for granted."""
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        names: dict[str, Any] = {
            "client": client,
            "batch_id": sandbox.add_batch([{}]).id,
            "project": str(sandbox.project_id),
            "sequence": SEQUENCE,
            "CreateBatchRequest": models.CreateBatchRequest,
        }
        for code in blocks("docs/operations.md"):
            exec(code, names)  # noqa: S102
        assert names["batch"].sequence_builder == SEQUENCE


@pytest.fixture
def own_log() -> Iterator[None]:
    """The log of the package, of which a test may change the level and the handlers."""
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.mark.usefixtures("own_log")
def test_a_format_of_the_log_may_name_the_facts(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """The example of the page about settings shows a line for each request."""
    (code,) = blocks("docs/settings.md")
    exec(code, {})  # noqa: S102
    with PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
        client.jobs.count()
    assert re.search(
        r"^200 GET /core-fast/api/v2/jobs [\d.]+ None$", capsys.readouterr().err, re.MULTILINE
    )


def run_with_client(commands: str, sandbox: Sandbox, folder: Path, **variables: str) -> str:
    """What some commands print, with a client that finds the sandbox."""
    values = (sandbox.base_url, sandbox.token, str(sandbox.project_id))
    environment = {
        **os.environ,
        **dict(zip(TOLD, values, strict=True)),
        **variables,
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "XDG_CONFIG_HOME": str(folder),
    }
    return run_shell(commands, environment, folder)


def test_the_commands_about_certificates_run(sandbox: Sandbox, tmp_path: Path) -> None:
    """With plain http on loopback, no certificate is looked at."""
    (commands,) = blocks("docs/how-to/network.md", "sh")
    assert "answered in" in run_with_client(commands, sandbox, tmp_path)


def test_a_slurm_job_that_is_started_again_pays_once(tmp_path: Path) -> None:
    """The key is the id of the Slurm job."""
    page = "docs/how-to/slurm.md"
    (program,), (job,) = blocks(page), blocks(page, "sh")
    (tmp_path / "scan.py").write_text(program)
    with (
        Sandbox(speed=100_000) as sandbox,
        PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client,
    ):
        printed = [run_with_client(job, sandbox, tmp_path, SLURM_JOB_ID="874123") for _ in range(2)]
        (batch,) = client.batches.list()
    assert printed == [f"{batch.id} 3 results\n"] * 2


def test_the_variables_that_are_not_read_are_not_read() -> None:
    """And those that are stand in the code of the transport."""
    text = (ROOT / "docs/how-to/network.md").read_text(encoding="utf-8")
    transport = (ROOT / "overlay/pasqal_client/_http/transport").rglob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in transport)
    cells = " ".join(re.findall(r"^\| (`.+?) \|", text, re.MULTILINE))
    read = re.findall(r"`(\w+)`", cells)
    sentence = text.partition("**What is not read:**")[2].partition(";")[0]
    not_read = re.findall(r"`(\w+)`", sentence)
    assert (len(read), len(not_read)) == (6, 4)
    assert [name for name in read if name not in code] == []
    assert [name for name in not_read if name in code] == []


def test_the_examples_for_programs_need_no_test_runner() -> None:
    """Only a page about tests may ask for pytest: a user of the package does not have it."""
    for page in ("README.md", "docs/jobs.md", "docs/submitting.md", "docs/devices.md"):
        assert not [code for code in blocks(page) if "pytest" in code], page
