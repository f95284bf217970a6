"""The fixtures of `pasqal_client.testing`: here, and in runs of pytest that find them by their entry point."""

import asyncio
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from pasqal_client import AsyncPasqalClient, PasqalClient
from pasqal_client._extras import extra_hint
from pasqal_client._settings import profiles
from pasqal_client.sandbox import Sandbox
from pasqal_client.testing import pytest_runtest_setup

_PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text()

_UNUSABLE = {
    "PASQAL_REGION": "mars",
    "PASQAL_PROJECT_ID": "mine",
    "PASQAL_PROFILE": "absent",
    "PASQAL_TOKEN": "of the user",
    "PASQAL_BASE_URL": "ftp://example.org",
}

_IMPORTED_WITH_PYTEST_THERE = """
import sys, pytest
before = set(sys.modules)
import pasqal_client.testing
print(*set(sys.modules) - before)
"""

_IMPORT_THE_REST_WITHOUT_PYTEST = """
import importlib, pkgutil, sys
sys.modules["pytest"] = None
import pasqal_client
for module in pkgutil.walk_packages(pasqal_client.__path__, "pasqal_client."):
    if not module.name.endswith((".testing", ".__main__")):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            # What needs Pulser is only used where that is.
            if error.name not in ("numpy", "pulser"):
                raise
try:
    import pasqal_client.testing
except ImportError:
    print("only testing needs it")
"""


@pytest.fixture
def used() -> Iterator[list[PasqalClient | Sandbox]]:
    """The fixtures that a test got, which must be closed when the test is over."""
    taken: list[PasqalClient | Sandbox] = []
    yield taken
    for one in taken:
        with pytest.raises(RuntimeError, match=r"closed|is not running"):
            _ = one.base_url if isinstance(one, Sandbox) else one.jobs.count()


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_a_sandbox_and_a_client(
    used: list[PasqalClient | Sandbox],
    pasqal_client: PasqalClient,
    pasqal_sandbox: Sandbox,
    number: int,
) -> None:
    """What another test added is not there; both end with the test."""
    used += [pasqal_client, pasqal_sandbox]
    pasqal_sandbox.add_batch([{}] * number)
    assert pasqal_client.jobs.count() == number
    assert len(pasqal_sandbox.requests) == 1


@pytest.mark.parametrize("number", [1, 2])
def test_a_key_is_new_in_each_test(number: int) -> None:
    """Whatever a test does under it: services of tests often have the same address."""
    answers = {"GET": {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}}
    answers["POST"] = {"data": {"id": str(uuid.uuid4())}}
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.method)
        return httpx.Response(200, json=answers[request.method])

    with (
        httpx.Client(transport=httpx.MockTransport(answer)) as http,
        PasqalClient(token="t", project_id=str(uuid.UUID(int=1)), http_client=http) as client,
    ):
        client.batches.create("a sequence", runs=1, key="scan")
    assert seen == ["GET", "POST"], number


def test_a_project_that_never_submits_does_not_load_the_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Then there is nothing to forget."""
    name = "pasqal_client._writes.known_keys"
    monkeypatch.delitem(sys.modules, name, raising=False)
    pytest_runtest_setup()
    assert name not in sys.modules


def test_the_async_client_is_used_in_async_with(
    pasqal_sandbox: Sandbox, async_pasqal_client: AsyncPasqalClient
) -> None:
    """It works on whichever event loop the test runs, and is closed afterwards."""

    async def count() -> int:
        async with async_pasqal_client as client:
            return await client.jobs.count()

    pasqal_sandbox.add_batch([{}, {}])
    assert asyncio.run(count()) == 2
    with pytest.raises(RuntimeError, match="closed"):
        asyncio.run(count())


@pytest.mark.parametrize("name", ["pasqal_client", "async_pasqal_client"])
def test_the_settings_of_the_user_are_not_used(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    """They are hidden while the client is made, and as they were afterwards; the project is the sandbox's."""
    for variable, value in _UNUSABLE.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setattr(profiles, "path", lambda: tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text("no TOML")
    before = (dict(os.environ), profiles.load)
    client = request.getfixturevalue(name)
    assert (dict(os.environ), profiles.load) == before
    sandbox: Sandbox = request.getfixturevalue("pasqal_sandbox")
    assert repr(client) == (
        f"{type(client).__name__}(base_url='{sandbox.base_url}', region='custom', "
        f"project_id={sandbox.project_id}, auth=<token>)"
    )


def test_what_is_missing_is_told_without_a_traceback(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is what a user can do something about."""
    for name in [name for name in sys.modules if name.startswith("pasqal_client.sandbox")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    with pytest.raises(pytest.fail.Exception, match=r"needs fastapi.*'\.\[sandbox\]'") as caught:
        request.getfixturevalue("pasqal_sandbox")
    assert not caught.value.pytrace


def test_what_is_broken_is_told_with_its_traceback(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that could be installed would help."""
    monkeypatch.setitem(sys.modules, "pasqal_client.sandbox", ModuleType("pasqal_client.sandbox"))
    with pytest.raises(ImportError, match="cannot import name 'Sandbox'"):
        request.getfixturevalue("pasqal_sandbox")


# In processes of their own


def run(program: str) -> str:
    """Run a Python program; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def run_pytest(folder: Path, **files: str) -> tuple[int, str]:
    """Run pytest in a folder with such files, for a user with unusable settings; returns exit code and output."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "pytest.ini").write_text(
        "[pytest]\nfilterwarnings = error\naddopts = -p no:schemathesis -p no:hypothesispytest\n"
    )
    profile = folder / "pasqal-client" / "config.toml"
    profile.parent.mkdir()
    profile.write_text("no TOML")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PASQAL_", "PYTEST_", "COV"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--no-header"],
        cwd=folder,
        env={**kept, **_UNUSABLE, "XDG_CONFIG_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_examples_on_the_page_run(tmp_path: Path) -> None:
    """Each is a file of its own, and pytest finds the fixtures by the entry point."""
    first, second = re.findall(r"^```python\n(.*?)^```$", _PAGE, re.MULTILINE | re.DOTALL)
    code, output = run_pytest(tmp_path, test_first=first, test_second=second)
    assert (code, "3 passed" in output) == (0, True), output


_OTHER_SANDBOX = """
import pytest
from pasqal_client.sandbox import Sandbox

@pytest.fixture
def pasqal_sandbox():
    with Sandbox(quirks=["zulu-times"]) as sandbox:
        yield sandbox

def test_it(pasqal_sandbox, pasqal_client, async_pasqal_client):
    assert list(pasqal_sandbox.quirks) == ["zulu-times"]
    for client in (pasqal_client, async_pasqal_client):
        assert pasqal_sandbox.base_url in repr(client)
"""


def test_another_sandbox_can_take_the_place_of_the_fixture(tmp_path: Path) -> None:
    """The clients are connected to that one."""
    code, output = run_pytest(tmp_path, test_other=_OTHER_SANDBOX)
    assert (code, "1 passed" in output) == (0, True), output


_FORGETFUL = """
import asyncio
import pytest

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.anyio
async def test_with_anyio(pasqal_sandbox, async_pasqal_client):
    pasqal_sandbox.add_batch([{}] * 20)
    assert len([job async for job in async_pasqal_client.jobs.list(page_size=2)]) == 20

def test_with_asyncio(async_pasqal_client):
    async def count():
        return await async_pasqal_client.jobs.count()

    assert asyncio.run(count()) == 0

def test_not_at_all(async_pasqal_client):
    pass
"""


def test_nothing_is_left_by_a_test_that_forgets_to_close_the_async_client(tmp_path: Path) -> None:
    """An open connection would be a warning, and so an error here."""
    code, output = run_pytest(tmp_path, test_forgetful=_FORGETFUL)
    assert (code, "3 passed" in output) == (0, True), output


_MIXED = """
def test_with_the_sandbox(pasqal_sandbox):
    pass

def test_with_a_client(pasqal_client):
    pass

def test_without():
    pass
"""


def test_without_the_extra_the_other_tests_run(tmp_path: Path) -> None:
    """The report says what to install, in one line for each test that asked for a fixture."""
    hide = "import sys\nsys.modules['fastapi'] = None\n"
    code, output = run_pytest(tmp_path, conftest=hide, test_mixed=_MIXED)
    assert (code, "1 passed, 2 errors" in output) == (1, True), output
    told = f"\nThe sandbox needs fastapi, which is not installed: {extra_hint('sandbox')}\n"
    assert (output.count(told), "ModuleNotFoundError" in output) == (2, False), output


def test_the_plugin_imports_nothing_but_itself() -> None:
    """pytest loads it in every project, and most of them do not use it."""
    modules = run(_IMPORTED_WITH_PYTEST_THERE).split()
    own = {name for name in modules if name.startswith("pasqal")}
    assert own == {"pasqal_client", "pasqal_client._version", "pasqal_client.testing"}
    assert {name.partition(".")[0] for name in modules} - {
        "pasqal_client"
    } <= sys.stdlib_module_names


def test_nothing_else_needs_pytest() -> None:
    """The package does not depend on it."""
    assert run(_IMPORT_THE_REST_WITHOUT_PYTEST) == "only testing needs it\n"
