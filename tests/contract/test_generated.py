"""The generated tree is complete and readable, and says what it is made from."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import re
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

import pasqal_core_api
import pasqal_core_schemas
from generate import HEADER
from pasqal_core_api import models, types

if TYPE_CHECKING:
    from pathlib import Path

RUNTIME = "overlay/pasqal_core_runtime"


def operations(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """The tag and the operationId of each operation."""
    return [
        (operation["tags"][0], operation["operationId"])
        for item in contract["paths"].values()
        for operation in item.values()
    ]


def test_every_operation_has_its_module(contract: dict[str, Any]) -> None:
    """A generator may drop an operation silently, so each has to have its module with a sync and an async function."""
    for tag, name in operations(contract):
        module = import_module(f"pasqal_core_api.api.{tag}.{name}")
        assert inspect.isfunction(module.sync_detailed)
        assert inspect.iscoroutinefunction(module.asyncio_detailed)


def test_only_an_operation_that_needs_no_token_says_so(contract: dict[str, Any]) -> None:
    """Its request carries a note for the connection, which signs all others."""
    noted = set()
    for tag, name in operations(contract):
        module = import_module(f"pasqal_core_api.api.{tag}.{name}")
        if '"extensions": {"pasqal_anonymous": True}' in inspect.getsource(module._get_kwargs):
            noted.add(name)
    anonymous = set()
    for item in contract["paths"].values():
        for operation in item.values():
            if operation.get("security") == []:
                anonymous.add(operation["operationId"])
    assert noted == anonymous == {"get_public_devices", "get_public_device_specs"}


def test_every_value_of_an_enumeration_has_its_member(contract: dict[str, Any]) -> None:
    """The generator would merge two values that get the same Python name."""
    schemas = contract["components"]["schemas"].values()
    for schema in [schema for schema in schemas if "enum" in schema]:
        assert [member.value for member in getattr(models, schema["title"])] == schema["enum"]


def test_every_module_has_its_operation(contract: dict[str, Any], root: Path) -> None:
    """A module of an operation that the contract no longer has would be left over."""
    folder = root / "generated" / "pasqal_core_api" / "api"
    there = {(p.parent.name, p.stem) for p in folder.glob("*/*.py") if p.stem != "__init__"}
    assert there == set(operations(contract))


def test_every_schema_has_its_classes(contract: dict[str, Any], root: Path) -> None:
    """The models export each component under its chosen name, and the schemas have a class for it."""
    overrides = YAML(typ="safe").load(root / "generator_config.yml")["class_overrides"]
    for schema in contract["components"]["schemas"].values():
        name = re.sub(r"[\[\]]", "", schema["title"])
        chosen = overrides[name]["class_name"] if name in overrides else name
        # An array is a list of what is in it.
        if schema["type"] != "array":
            assert chosen in models.__all__
            assert hasattr(models, chosen)
        assert inspect.isclass(getattr(pasqal_core_schemas, name))


def test_every_model_is_imported_from_its_own_module() -> None:
    """Readers find the names that type checkers know, and no others."""
    assert dir(models) == sorted(models.__all__)
    known = {
        alias.name: f"{models.__name__}.{node.module}"
        for node in ast.walk(ast.parse(inspect.getsource(models)))
        if isinstance(node, ast.ImportFrom) and node.level
        for alias in node.names
    }
    assert set(known) == set(models.__all__)
    for name, home in known.items():
        assert getattr(models, name) is getattr(import_module(home), name)
    with pytest.raises(AttributeError, match="no attribute 'Jobs'"):
        getattr(models, "Jobs")  # noqa: B009


def test_public_names_are_readable() -> None:
    """Public names are short and leave out the wrappers of the service's own code."""
    for name in [*models.__all__, *types.__all__, *pasqal_core_api.__all__]:
        assert len(name) <= 25
        assert not re.search(r"Paginated|Produced|Partial|Type\d", name)


def test_the_generated_packages_do_not_import_the_client(root: Path) -> None:
    """Imports run one way, from the client to the generated code."""
    for path in (root / "generated").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "pasqal_client"], path


def test_the_packages_are_typed(root: Path) -> None:
    """Both packages have the marker file that type checkers look for."""
    assert all(
        (root / "generated" / name / "py.typed").exists()
        for name in ("pasqal_core_api", "pasqal_core_schemas")
    )


def test_every_module_says_that_it_is_generated(root: Path) -> None:
    """Whoever opens one to edit it reads in the first line what to edit instead."""
    modules = list((root / "generated").rglob("*.py"))
    assert len(modules) > 20
    for path in modules:
        first, second, third, *_ = path.read_text(encoding="utf-8").splitlines()
        assert first == HEADER, path
        assert second == "", path
        assert third, path


def test_the_contract_is_included_as_json(contract: dict[str, Any], root: Path) -> None:
    """The file has everything that the contract says, in its order."""
    text = (root / "generated" / "pasqal_core_schemas" / "contract.json").read_text(
        encoding="utf-8"
    )
    assert json.dumps(json.loads(text)) == json.dumps(contract)


def files(root: Path, folder: str) -> list[str]:
    """The files of a folder, relative to the root."""
    found = (path for path in (root / folder).rglob("*") if path.is_file())
    return sorted(
        path.relative_to(root).as_posix() for path in found if "__pycache__" not in path.parts
    )


def test_provenance_is_true(root: Path) -> None:
    """Provenance names every input with its hash, and the installed versions of the generators."""
    provenance = json.loads((root / "generated" / "provenance.json").read_text(encoding="utf-8"))
    templates = files(root, "templates")
    runtime = files(root, RUNTIME)
    assert f"{RUNTIME}/py.typed" in runtime
    inputs = ["openapi.yaml", "generator_config.yml", *templates, *runtime]
    assert list(provenance["inputs"]) == inputs
    for name, digest in provenance["inputs"].items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest, name
    assert provenance["generators"] == {name: version(name) for name in provenance["generators"]}
    assert set(provenance["generators"]) == {
        "openapi-python-client",
        "datamodel-code-generator",
        "ruff",
    }


def test_every_template_needs_to_be_one(root: Path) -> None:
    """A file without template syntax is plain Python, and belongs where linters and tests see it."""
    for name in files(root, "templates"):
        text = (root / name).read_text(encoding="utf-8")
        head, _, body = text.partition("#}")
        assert head.startswith("{# "), f"{name} does not say why it exists"
        assert re.search(r"\{\{|\{%", body), f"{name} has no template syntax"


def test_a_field_cannot_hide_a_method_of_the_models(root: Path) -> None:
    """The template knows each name that a model has for itself, renames a field that has it, and there are few."""
    template = (root / "templates" / "model.py.jinja").read_text(encoding="utf-8")
    [taken] = re.findall(r"set taken = (\[.*?\]) -%", template, flags=re.DOTALL)
    public = {name for name in dir(types.Model) if not name.startswith("_")}
    assert public == {"departures", "from_dict", "record", "request_id", "to_dict"}
    assert public <= set(ast.literal_eval(taken))
