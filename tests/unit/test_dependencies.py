"""What is imported is declared, and what is reached inside of other libraries is still there."""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
import typer
import uvicorn
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from pasqal_client._http.transport import network, stuck_connections, unusable_connections
from pasqal_client.cli import typer_groups
from pasqal_client.sandbox import threaded_server

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = {
    "dateutil": "python-dateutil",
    "fastapi_offline": "fastapi-offline",
    "pulser": "pulser-core",
    "pulser_simulation": "pulser-simulation",
    # The parts of these that are imported come with them, in a version that fits.
    "pydantic_core": "pydantic",
    "starlette": "fastapi",
    "numpy": "pulser-core",
}
OPTIONAL = {"pytest"}
"""Who uses the fixtures of the package has it."""


def imported(folder: Path) -> set[str]:
    """The packages outside of the standard library that modules import, anywhere in them."""
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names


def test_what_is_imported_is_declared() -> None:
    """Each package that overlay/ or generated/ imports is a dependency of the package, or of an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = {re.split(r"[^\w-]", text)[0] for texts in lists for text in texts}
    folders = [ROOT / "overlay", ROOT / "generated"]
    own = {path.name for folder in folders for path in folder.iterdir()}
    found = set().union(*map(imported, folders)) - own
    missing = {name for name in found if DISTRIBUTIONS.get(name, name) not in declared}
    assert missing == OPTIONAL


INSIDE_HTTPX: dict[str, tuple[Any, tuple[str, ...]]] = {
    "the pools of a client": (httpx.Client, ("_transport", "_mounts")),
    "the pools of an async client": (httpx.AsyncClient, ("_transport", "_mounts")),
}
POOL = (
    "_network_backend",
    "_requests",
    "_connections",
    "_optional_thread_lock",
    "_assign_requests_to_connections",
)


@pytest.mark.parametrize("kind", INSIDE_HTTPX)
def test_the_insides_of_httpx_are_where_they_were(kind: str) -> None:
    """What is missing here says which module has to be adapted before this version is admitted."""
    make, names = INSIDE_HTTPX[kind]
    client = make()
    advice = f"adapt {network.__name__} and {stuck_connections.__name__}"
    assert [name for name in names if not hasattr(client, name)] == [], advice
    pool = client._transport._pool
    assert [name for name in POOL if not hasattr(pool, name)] == [], advice
    assert isinstance(pool._network_backend, httpcore.NetworkBackend | httpcore.AsyncNetworkBackend)
    if isinstance(client, httpx.AsyncClient):
        asyncio.run(client.aclose())
    else:
        client.close()


def test_a_connection_of_httpcore_tells_what_it_told() -> None:
    """Whether it is idle, closed or expired decides whether it is an orphan."""
    asked = ("is_idle", "is_closed", "has_expired", "close")
    connection = httpcore.HTTPConnection
    missing = [name for name in asked if not hasattr(connection, name)]
    assert missing == [], f"adapt {stuck_connections.__name__} or {unusable_connections.__name__}"


def test_the_insides_of_uvicorn_are_where_they_were() -> None:
    """The sandbox's server takes the place of these methods, and reads these fields."""
    server = uvicorn.Server(uvicorn.Config(lambda: None, log_config=None))
    names = (
        "startup",
        "main_loop",
        "shutdown",
        "on_tick",
        "server_state",
        "should_exit",
        "started",
    )
    advice = f"adapt {threaded_server.__name__}"
    assert [name for name in names if not hasattr(server, name)] == [], advice
    state = ("connections", "tasks")
    assert [name for name in state if not hasattr(server.server_state, name)] == [], advice
    from uvicorn.protocols.http.h11_impl import H11Protocol

    assert hasattr(H11Protocol, "shutdown"), advice


def test_the_insides_of_typer_are_where_they_were() -> None:
    """Help in sections takes the place of one method, and asks others of each parameter."""
    advice = f"adapt {typer_groups.__name__}"
    assert hasattr(TyperCommand, "format_options"), advice
    assert hasattr(TyperGroup, "invoke"), advice
    for kind in (TyperArgument, TyperOption):
        assert hasattr(kind, "get_help_record"), advice
        assert hasattr(kind, "param_type_name"), advice
    assert hasattr(typer, "TyperException"), advice
