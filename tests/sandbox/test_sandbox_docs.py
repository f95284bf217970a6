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
    """By itself, with its own assertions."""
    exec(compile(blocks("python")[number], f"docs/sandbox.md, example {number + 1}", "exec"), {})  # noqa: S102


def test_the_page_has_examples() -> None:
    """They have not been lost to another way of writing them."""
    assert (len(blocks("python")), len(blocks("sh"))) == (5, 1)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_session_works_as_printed(sandbox: Sandbox) -> None:
    """With the two variables that the program prints."""
    add_demo(sandbox)
    environment = {"PASQAL_BASE_URL": sandbox.base_url, "PASQAL_TOKEN": sandbox.token, "PATH": "/usr/bin:/bin"}
    (session,) = blocks("sh")
    done = subprocess.run(
        ["/bin/sh", "-eu"], input=session, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert '"total":1' in done.stdout
    assert "content-range: 1-1/39" in done.stdout.lower()
    assert [request.status for request in sandbox.requests] == [200, 200]
