"""The runtime stands below everything else, alone, and what the generated packages hand on is what it has."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import httpx
import pytest

import pasqal_client
from pasqal_core_api import client as api_client
from pasqal_core_api import errors as api_errors
from pasqal_core_api import types as api_types
from pasqal_core_api.models import Pagination
from pasqal_core_runtime import client, departures, errors, model, open_enum, response
from pasqal_core_runtime.json_values import describe_json

RUNTIME = Path(client.__file__).parent
MODULES = sorted(path.stem for path in RUNTIME.glob("*.py") if path.stem != "__init__")
ABOVE = ("pasqal_client", "pasqal_core_api", "pasqal_core_schemas")

# ---------------------------------------------------------------------------------------------------------------------
# What it imports


def imports(name: str, *, running: bool = False) -> set[str]:
    """The modules that one of the runtime imports, those of its own with a dot; when it is run, or at all."""
    found: set[str] = set()
    skipped: set[ast.AST] = set()
    for node in ast.walk(ast.parse((RUNTIME / f"{name}.py").read_text(encoding="utf-8"))):
        if running and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped |= {inner for statement in node.body for inner in ast.walk(statement)}
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level < 2
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("name", ["__init__", *MODULES])
def test_the_runtime_imports_nothing_of_the_packages_above_it(name: str) -> None:
    """Not even for type checkers: generated code stands on it, and the client on both."""
    assert not {module.split(".")[0] for module in imports(name)} & set(ABOVE)


def test_the_runtime_works_without_the_packages_above_it() -> None:
    """Each of its modules can be imported where the others cannot."""
    lines = ["import sys", *(f"sys.modules[{name!r}] = None" for name in ABOVE)]
    lines += [f"import pasqal_core_runtime.{name}" for name in MODULES]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_the_modules_of_the_runtime_stand_on_each_other_in_one_direction() -> None:
    """None is imported by what it imports."""
    own = {
        name: {module[1:] for module in imports(name, running=True) if module.startswith(".")}
        for name in MODULES
    }
    assert set(TopologicalSorter(own).static_order()) == set(MODULES)


def test_only_the_connection_names_the_http_library() -> None:
    """To change to another one is a change of one file."""
    users = {name for name in MODULES if any("http" in module for module in imports(name))}
    named = {name for name in MODULES if "httpx" in (RUNTIME / f"{name}.py").read_text()}
    assert users - {"response"} == named == {"client"}
    assert "httpx" not in imports("response")


def test_importing_the_runtime_imports_nothing_else() -> None:
    """Its modules are loaded when they are asked for."""
    program = (
        "import sys; before = set(sys.modules); import pasqal_core_runtime; "
        "print(*set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"pasqal_core_runtime"]


# ---------------------------------------------------------------------------------------------------------------------
# What is handed on


def test_the_generated_package_hands_on_what_the_runtime_has() -> None:
    """Whoever imports a class from there has the same one."""
    homes = {
        api_types: (departures, model, open_enum, response),
        api_errors: (errors,),
        api_client: (client,),
    }
    for package, modules in homes.items():
        for name in package.__all__:
            [had] = [vars(module)[name] for module in modules if name in module.__all__]
            assert getattr(package, name) is had


def test_what_users_see_of_the_runtime_is_the_same_class() -> None:
    """One `except` clause catches what either package raises."""
    assert pasqal_client.PasqalError is errors.PasqalError
    assert pasqal_client.DepartureError is errors.DepartureError
    assert pasqal_client.Departure is departures.Departure


@pytest.mark.parametrize("name", MODULES)
def test_a_module_has_what_it_says_that_it_has(name: str) -> None:
    """And says so for everything without an underscore that is its own."""
    module = __import__(f"pasqal_core_runtime.{name}", fromlist=["_"])
    tree = ast.parse((RUNTIME / f"{name}.py").read_text(encoding="utf-8"))
    own: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            own.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        own |= {target.id for target in targets if isinstance(target, ast.Name)}
    public = {one for one in own if not one.startswith("_") and len(one) > 1}
    assert public == set(module.__all__)


# ---------------------------------------------------------------------------------------------------------------------
# The connection, and descriptions


def respond(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text=str(request.url))


ARGUMENTS: dict[str, Any] = {"transport": httpx.MockTransport(respond)}


def test_a_client_makes_its_connection_when_it_is_first_asked_for() -> None:
    """With the arguments that it was given, once; and closes it at the end of a block."""
    with client.Client("https://lab.example/core", httpx_args=ARGUMENTS) as made:
        connection = made.get_httpx_client()
        assert connection.get("/jobs").text == "https://lab.example/core/jobs"
        assert made.get_httpx_client() is connection
    assert connection.is_closed


def test_a_client_uses_the_connection_that_it_is_given() -> None:
    """For the sync and for the async operations."""
    made = client.Client("https://lab.example")
    with httpx.Client(**ARGUMENTS) as connection:
        assert made.set_httpx_client(connection).get_httpx_client() is connection
    other = httpx.AsyncClient(**ARGUMENTS)
    assert made.set_async_httpx_client(other).get_async_httpx_client() is other


@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.anyio
async def test_an_async_client_does_the_same(anyio_backend: str) -> None:
    """It makes its connection once, and closes it at the end of a block."""
    async with client.Client("https://lab.example/core", httpx_args=ARGUMENTS) as made:
        connection = made.get_async_httpx_client()
        assert (await connection.get("/jobs")).text == "https://lab.example/core/jobs"
    assert connection.is_closed


def test_a_client_reads_answers_and_reports_their_departures() -> None:
    """To whoever it was told to; with `refuse`, one is an error."""
    found: list[departures.Departure] = []
    made = client.Client("https://lab.example", on_departure=found.append)
    assert made.read(Pagination, {"total": "3", "start": 0, "end": 1}).total == 3
    assert [departure.path for departure in found] == ["total"]
    strict = client.Client("https://lab.example", on_departure=departures.refuse)
    with pytest.raises(errors.DepartureError, match="total"):
        strict.read(Pagination, {"total": "3", "start": 0, "end": 1})


def test_a_client_does_not_print_its_arguments() -> None:
    """There may be credentials among them."""
    assert "s3cr3t" not in repr(client.Client("https://lab.example", httpx_args={"auth": "s3cr3t"}))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": 1}, "an object with 1 entries"),
        ([], "an array with 0 entries"),
        ("x" * 58, f'"{"x" * 58}"'),
        ("x" * 59, f'"{"x" * 56}...'),
        (10**5000, "an integer of thousands of digits"),
    ],
    ids=["object", "array", "fits", "long", "huge"],
)
def test_a_value_is_described_in_short(value: object, text: str) -> None:
    """Whatever an answer holds, a departure's line stays short."""
    assert describe_json(value) == text
