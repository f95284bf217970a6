"""The examples in docs/sandbox.md do what they say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.demo import add_demo

_PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_each_python_example_runs(number: int) -> None:
    """Each example runs by itself, and its assertions hold."""
    exec(compile(blocks("python")[number], f"docs/sandbox.md, example {number + 1}", "exec"), {})  # noqa: S102


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
    done = subprocess.run(
        ["/bin/sh", "-eu"],
        input=commands,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout
