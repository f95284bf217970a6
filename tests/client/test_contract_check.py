"""A look at what a service really answers: by either client, and as a program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pasqal_client import AuthenticationError, contract_check
from pasqal_client.sandbox import Fault, Sandbox


def test_a_service_that_keeps_the_contract_is_told_so(sandbox: Sandbox, client: Any) -> None:
    """After a few pages, spread over all jobs; nothing is written."""
    sandbox.add_batch([{"status": "DONE"}] * 450)
    report = client.contract_check(pages=3)
    assert (
        str(report)
        == "In 3 pages with 300 of 450 jobs, region custom, nothing differs from the contract."
    )
    assert [request.query["offset"] for request in sandbox.requests] == [["0"], ["150"], ["300"]]
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_what_differs_is_counted_and_shows_no_data(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """Also by a strict client, and apart from what that client meets elsewhere."""
    batch = sandbox.add_batch([{"status": "RUNNING"}] * 2)
    sandbox.quirks = {"naive-times", "integer-code", "unknown-fields", "future-values"}
    client = connect(token=sandbox.token, base_url=sandbox.base_url, strict=True)
    report = client.contract_check()
    findings = {(found.where, found.seen): count for found, count in report.findings.items()}
    assert not report.ok
    assert findings["code", "an integer"] == 1
    assert findings["data[].created_at", "text like `9999-99-99T99:99:99`"] == 2
    assert findings["data[].status", "`FROM_THE_FUTURE`"] == 2
    assert any(found.expected.startswith("nothing") for found in report.findings)
    assert not any(str(job_id) in str(report) for job_id in batch.job_ids)
    assert len(client.departures) == 0


def test_a_number_of_pages_that_is_none_is_refused(sandbox: Sandbox, client: Any) -> None:
    """A malformed number of pages is rejected before any request is sent."""
    with pytest.raises(ValueError, match="pages: 0 is out of bounds"):
        client.contract_check(pages=0)
    assert sandbox.requests == []


def test_a_service_that_does_not_answer_is_an_error(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """As it is elsewhere, after the same retries."""
    sandbox.add_fault(Fault(status=503, times=2))
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    assert client.contract_check().ok
    with pytest.raises(AuthenticationError):
        connect(token="wrong", base_url=sandbox.base_url).contract_check()


def test_as_a_program_it_prints_the_report(sandbox: Sandbox) -> None:
    """With the settings of the environment; the exit code says whether something differs."""
    sandbox.add_batch([{}])

    def run(*arguments: str, token: str = sandbox.token) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pasqal_client.contract_check", *arguments],
            env={"PASQAL_TOKEN": token, "PASQAL_BASE_URL": sandbox.base_url, "HOME": "/nowhere"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    good = run()
    assert (good.returncode, good.stderr) == (0, "")
    assert (
        good.stdout
        == "In 1 page with 1 of 1 jobs, region custom, nothing differs from the contract.\n"
    )
    sandbox.quirks = {"naive-times"}
    other = run("--pages", "1")
    assert (other.returncode, other.stderr) == (1, "")
    assert "| `data[].created_at` | an RFC 3339 time with a zone |" in other.stdout
    refused = run(token="wrong")
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "401" in refused.stderr


@pytest.mark.parametrize(("differs", "code"), [(False, 0), (True, 1)])
def test_its_function_returns_the_exit_code(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    differs: bool,
    code: int,
) -> None:
    """So that another program can run it."""
    sandbox.quirks = {"integer-code"} if differs else ()
    monkeypatch.setenv("PASQAL_TOKEN", sandbox.token)
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    assert contract_check.main([]) == code
    assert ("| `code` |" in capsys.readouterr().out) is differs


def test_its_function_says_what_is_wrong_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Without settings, or with an argument that is none."""
    assert contract_check.main([]) == 1
    assert capsys.readouterr().err.startswith(
        "python -m pasqal_client.contract_check: there is nothing to sign in with"
    )
    with pytest.raises(SystemExit) as caught:
        contract_check.main(["--pages", "0"])
    assert caught.value.code == 2
