"""The examples in docs/sandbox.md do what they say."""

import re
import shutil
from pathlib import Path

import pytest

from pasqal_client import PasqalClient
from pasqal_client.sandbox import Quirk, Sandbox
from pasqal_client.sandbox.demo import add_demo
from pasqal_core_api.api.batches import (
    complete_batch,
    get_all_batches,
    get_batch,
    get_batch_status,
)
from pasqal_core_api.api.jobs import get_job, get_job_results_link, get_job_status, get_jobs
from shell_examples import run_shell

# These are about headers, errors and filters, of which the departures of a client know nothing.
_NOT_IN_ANSWERS = {Quirk.NO_CONTENT_RANGE, Quirk.CREATED_DATES, Quirk.JSEND_ERRORS}
_PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


def quirks() -> dict[str, bool]:
    """The names in the table, and whether the contract allows what they mean."""
    rows = re.findall(r"^\| `([a-z-]+)`( \*)? \|", _PAGE, re.MULTILINE)
    return {name: bool(mark) for name, mark in rows}


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_each_python_example_runs(number: int) -> None:
    """Each example runs by itself, and its assertions hold."""
    exec(compile(blocks("python")[number], f"docs/sandbox.md, example {number + 1}", "exec"), {})  # noqa: S102


def test_the_table_of_quirks_has_all_of_them() -> None:
    """They come in the same order as in the code."""
    assert list(quirks()) == list(Quirk)


@pytest.mark.parametrize("name", Quirk)
def test_the_table_says_which_quirks_the_contract_allows(name: Quirk) -> None:
    """Our client finds departures in the answers with exactly those that are not marked."""
    with (
        Sandbox() as sandbox,
        PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client,
    ):
        jobs = [{"status": status} for status in ("RUNNING", "DONE", "CANCELED")]
        batch = sandbox.add_batch(jobs)
        sandbox.quirks = {name}
        for ask_about_batch in (get_batch, get_batch_status, complete_batch):
            ask_about_batch.sync(batch.id, client=client.api)
        for ask_about_job in (get_job, get_job_status, get_job_results_link):
            ask_about_job.sync(batch.job_ids[1], client=client.api)
        for ask_for_list in (get_all_batches, get_jobs):
            ask_for_list.sync(client=client.api)
        departs = len(client.departures) > 0
    if departs or name not in _NOT_IN_ANSWERS:
        assert departs is not quirks()[name]


def test_the_page_has_examples() -> None:
    """The search for examples finds all of them."""
    assert len(blocks("python")) == _PAGE.count("```python") > 0
    assert len(blocks("sh")) == _PAGE.count("```sh") > 0


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_session_works_as_printed(sandbox: Sandbox) -> None:
    """It needs only the two variables that the program prints."""
    add_demo(sandbox)
    out = shell(sandbox, session("status=ERROR"))
    assert '"total":1' in out
    assert "content-range: 1-1/39" in out.lower()
    assert [request.status for request in sandbox.requests] == [200, 200]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_session_from_another_language_works_as_printed(sandbox: Sandbox) -> None:
    """It adds a batch, lets time pass, sets a fault, and reads everything back."""
    out = shell(sandbox, session("/faults"))
    for words in (
        "job_ids",
        "2026-10-12T08:01:",
        "429",
        "retry-after: 1",
        '"fired":1',
        "/core-fast/api/v2/jobs",
    ):
        assert words in out
    assert [request.status for request in sandbox.requests] == [429]


def session(words: str) -> str:
    (found,) = [block for block in blocks("sh") if words in block]
    return found


def shell(sandbox: Sandbox, commands: str) -> str:
    environment = {
        "PASQAL_BASE_URL": sandbox.base_url,
        "PASQAL_TOKEN": sandbox.token,
        "PATH": "/usr/bin:/bin",
    }
    return run_shell(commands, environment)
