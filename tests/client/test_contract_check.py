"""The contract check reads what a service really answers: from either client, and as a program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pasqal_client import AuthenticationError, DepartureError, contract_check
from pasqal_client.sandbox import Fault, Sandbox


def test_a_service_that_keeps_the_contract_passes(sandbox: Sandbox, client: Any) -> None:
    """The check reads a few pages, spread over all jobs, and writes nothing."""
    sandbox.add_batch([{"status": "DONE"}] * 450)
    report = client.contract_check(pages=3)
    assert (
        str(report)
        == "In 3 pages with 300 of 450 jobs, region custom, nothing differs from the contract."
    )
    assert [request.query["offset"] for request in sandbox.requests] == [["0"], ["150"], ["300"]]
    assert {request.method for request in sandbox.requests} == {"GET"}


def test_departures_are_counted_without_showing_data(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """The check works on a strict client too, and leaves that client's own departures alone."""
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


def test_a_wrong_number_of_pages_is_rejected(sandbox: Sandbox, client: Any) -> None:
    """The error comes before any request is sent."""
    with pytest.raises(ValueError, match="pages: 0 is out of bounds"):
        client.contract_check(pages=0)
    assert sandbox.requests == []


def test_a_service_that_does_not_answer_is_an_error(
    sandbox: Sandbox, connect: Callable[..., Any]
) -> None:
    """After the usual retries the error is raised as in any other call."""
    sandbox.add_fault(Fault(status=503, times=2))
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    assert client.contract_check().ok
    with pytest.raises(AuthenticationError):
        connect(token="wrong", base_url=sandbox.base_url).contract_check()


def test_as_a_program_it_prints_the_report(sandbox: Sandbox) -> None:
    """The settings come from the environment, and the exit code says whether anything differs."""
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
def test_its_main_function_returns_the_exit_code(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    differs: bool,
    code: int,
) -> None:
    """Another program can run the check."""
    sandbox.quirks = {"integer-code"} if differs else ()
    monkeypatch.setenv("PASQAL_TOKEN", sandbox.token)
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    assert contract_check.main([]) == code
    assert ("| `code` |" in capsys.readouterr().out) is differs


def test_its_main_function_reports_a_mistake_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Missing settings end with 1, and a wrong argument with 2."""
    assert contract_check.main([]) == 1
    assert capsys.readouterr().err.startswith(
        "python -m pasqal_client.contract_check: there is nothing to sign in with"
    )
    with pytest.raises(SystemExit) as caught:
        contract_check.main(["--pages", "0"])
    assert caught.value.code == 2


@pytest.mark.parametrize("token", ["s3cr3t-t0k3n-of-the-lab+/=", "SECRET_TOKEN_OF_THE_LAB"])
def test_an_echo_of_the_token_is_masked(connect: Callable[..., Any], token: str) -> None:
    """The service may echo it as the name of a field, as a state, or where a time was promised."""
    job = {"id": 5, "status": token, "created_at": token, token: 1, "batch_id": f"x{token}"}
    with Sandbox(token=token) as sandbox:
        sandbox.add_fault(Fault(operation="get_jobs", status=200, body={"data": [job]}))
        client = connect(token=token, base_url=sandbox.base_url)
        report = client.contract_check()
        assert any("***" in found.where for found in report.findings)
        told = [str(report), repr(report)]
        (read,) = client.jobs.page()
    for name in ("created_at", "batch_id"):
        with pytest.raises(DepartureError) as caught:
            getattr(read, name)
        told += [str(caught.value), repr(caught.value.departure)]
    told += [str(read.departures), str(list(client.departures)), str(client.departures)]
    for text in told:
        assert token not in text
        assert token[:8] not in text
