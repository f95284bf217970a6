"""The generated tree is complete, readable, and exactly what the contract makes; a wrong contract makes nothing."""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from ruamel.yaml import YAML

import pasqal_core_api
import pasqal_core_schemas
from generate import HEADER
from pasqal_core_api import models, types

if TYPE_CHECKING:
    from pathlib import Path

INPUTS = (
    "openapi.yaml",
    "generator_config.yml",
    "pyproject.toml",
    "templates",
    "overlay/pasqal_core_runtime",
    "tools",
    "generated",
)
RUNTIME = "overlay/pasqal_core_runtime"

# ---------------------------------------------------------------------------------------------------------------------
# What is in the tree


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
        assert chosen in models.__all__
        assert hasattr(models, chosen)
        assert inspect.isclass(getattr(pasqal_core_schemas, name))


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
    assert public == {"departures", "from_dict", "to_dict"}
    assert public <= set(ast.literal_eval(taken))


# ---------------------------------------------------------------------------------------------------------------------
# How the tree is made


class Copy(NamedTuple):
    """A copy of what generation needs, for tests that change it."""

    root: Path

    def generate(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "tools/generate.py", *arguments]
        variables = {**os.environ, **environment}
        return subprocess.run(
            command, cwd=self.root, env=variables, capture_output=True, text=True, check=False
        )

    @contextmanager
    def components(self) -> Iterator[dict[str, Any]]:
        """The components of the contract, which the block may change."""
        path = self.root / "openapi.yaml"
        contract = YAML(typ="safe").load(path)
        yield contract["components"]
        path.write_text(json.dumps(contract), encoding="utf-8")  # JSON is YAML, and keeps the order

    def add_field(self, name: str, schema: dict[str, Any]) -> None:
        """Add a field to the jobs of the contract."""
        with self.components() as components:
            components["schemas"]["ProducedPartialJobResponse"]["properties"][name] = schema

    def tree(self) -> dict[str, bytes]:
        """Every file of the generated tree."""
        folder = self.root / "generated"
        found = (
            path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Copy:
    """A copy of what generation needs, in a folder of its own."""
    for name in INPUTS:
        if (root / name).is_dir():
            shutil.copytree(
                root / name, tmp_path / "copy" / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            (tmp_path / "copy").mkdir(exist_ok=True)
            shutil.copy(root / name, tmp_path / "copy" / name)
    return Copy(tmp_path / "copy")


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_tree_is_what_the_contract_makes(root: Path, seed: str) -> None:
    """Generating again gives the committed tree byte for byte, whatever the hash seed."""
    done = Copy(root).generate("--check", PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr


def test_the_tree_does_not_depend_on_the_settings_of_the_machine(
    copy: Copy, tmp_path: Path
) -> None:
    """A ruff.toml next to the temporary files is not that of this project."""
    (tmp_path / "ruff.toml").write_text("line-length = 60\n", encoding="utf-8")
    done = copy.generate("--check", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_changed_contract_is_noticed_and_generated(copy: Copy) -> None:
    """The check fails and says what to do, and passes once that is done."""
    with copy.components() as components:
        components["schemas"]["JobOrigin"]["enum"].append("MOON")
    before = copy.tree()
    refused = copy.generate("--check")
    assert refused.returncode == 1
    assert "different: pasqal_core_api/models/job_origin.py" in refused.stderr
    assert "different: pasqal_core_schemas/__init__.py" in refused.stderr
    assert "different: pasqal_core_schemas/contract.json" in refused.stderr
    assert "Run `make generate`" in refused.stderr
    assert copy.tree() == before

    made = copy.generate()
    assert (made.returncode, made.stderr) == (0, "")
    assert b'"MOON": "MOON"' in copy.tree()["pasqal_core_api/models/job_origin.py"]
    assert copy.generate("--check").returncode == 0


def test_a_changed_runtime_is_noticed(copy: Copy) -> None:
    """The tree records the runtime for which it was made; generating it again accepts the new one."""
    with (copy.root / RUNTIME / "times.py").open("a", encoding="utf-8") as edited:
        edited.write("# a note\n")
    (copy.root / RUNTIME / "more.py").touch()
    refused = copy.generate("--check")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[1:] == [
        "  different: provenance.json",
        f"The code would be the same, but these changed: {RUNTIME}/more.py, {RUNTIME}/times.py",
        "Run `make generate`, read what changed, and commit it together with its cause.",
    ]
    made = copy.generate()
    assert made.stdout == "generated/ written; 1 files changed\n"
    assert copy.generate("--check").returncode == 0


def test_an_unsuitable_runtime_makes_no_tree(copy: Copy) -> None:
    """The new code is tried with the runtime of the same copy, not with the installed one."""
    (copy.root / RUNTIME / "open_enum.py").write_text("", encoding="utf-8")
    before = copy.tree()
    refused = copy.generate()
    assert refused.returncode == 1
    assert "cannot import name 'OpenEnum'" in refused.stderr
    assert copy.tree() == before


def test_each_change_by_hand_is_named(copy: Copy) -> None:
    """A missing, an extra and an edited file have a line each, and generating repairs them all."""
    generated = copy.root / "generated"
    (generated / "pasqal_core_api" / "models" / "job.py").unlink()
    (generated / "pasqal_core_api" / "models" / "helper.py").write_text("", encoding="utf-8")
    with (generated / "pasqal_core_schemas" / "__init__.py").open("a", encoding="utf-8") as edited:
        edited.write("# a note\n")
    refused = copy.generate("--check")
    assert refused.returncode == 1
    assert [line.split() for line in refused.stderr.splitlines() if line.startswith("  ")] == [
        ["missing:", "pasqal_core_api/models/job.py"],
        ["extra:", "pasqal_core_api/models/helper.py"],
        ["different:", "pasqal_core_schemas/__init__.py"],
    ]
    assert copy.generate().returncode == 0
    assert copy.generate("--check").returncode == 0


def assert_makes_nothing(copy: Copy) -> str:
    before = copy.tree()
    done = copy.generate()
    assert done.returncode == 1
    assert "Nothing was written." in done.stderr
    assert copy.tree() == before
    return done.stderr


def test_a_wrong_default_makes_nothing(copy: Copy) -> None:
    """An empty default on a parameter that is not text would silently drop its operation."""
    with copy.components() as components:
        components["parameters"]["Limit"]["schema"]["default"] = ""
    assert "Invalid int value" in assert_makes_nothing(copy)


@pytest.mark.parametrize("value", ["2026-10-12", ".nan"])
def test_a_value_that_json_lacks_makes_nothing(copy: Copy, value: str) -> None:
    """YAML has more types of values, but the contract is served as JSON."""
    with (copy.root / "openapi.yaml").open("a", encoding="utf-8") as contract:
        contract.write(f"x-value: {value}\n")
    assert "openapi.yaml says something that JSON cannot" in assert_makes_nothing(copy)


@pytest.mark.parametrize(
    ("name", "schema", "reason"),
    [
        ("id_", {"type": "string"}, "id and id_ of Job become the same attribute, id"),
        ("day", {"type": "string", "format": "date"}, "has no reader for day, a DateProperty"),
    ],
    ids=["same attribute as id", "no reader"],
)
def test_a_field_that_the_templates_cannot_make_makes_nothing(
    copy: Copy, name: str, schema: dict[str, Any], reason: str
) -> None:
    """It is reported before anything is written, with its name and without a traceback."""
    copy.add_field(name, schema)
    told = assert_makes_nothing(copy)
    assert reason in told
    assert len(told.splitlines()) == 2


def test_fields_may_have_any_name(copy: Copy) -> None:
    """A name that Python, attrs or the models use for themselves becomes an attribute with an underscore."""
    names = ["class", "self", "to_dict", "read", "datetime", "__init__", "1st", "x-y", "print"]
    with copy.components() as components:
        schema = components["schemas"]["Pagination"]
        schema["properties"] = {name: {"type": "integer"} for name in names}
        schema["required"] = names
    made = copy.generate()
    assert made.returncode == 0, made.stderr
    code = (
        "import sys, json; from pasqal_core_api.models import Pagination; payload = json.loads(sys.argv[1]); "
        "from pasqal_core_runtime.model import fields_of; "
        "read = Pagination.from_dict(payload, strict=True); assert read.to_dict() == payload; "
        "print(*[f'{field.name}={getattr(read, field.name)}' for field in fields_of(read)])"
    )
    variables = {**os.environ, "PYTHONPATH": str(copy.root / "generated")}
    command = [
        sys.executable,
        "-c",
        code,
        json.dumps({name: number for number, name in enumerate(names)}),
    ]
    used = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    attributes = [
        "class_",
        "self_",
        "to_dict_",
        "read",
        "datetime_",
        "field_init",
        "field_1st",
        "x_y",
        "print",
    ]
    assert used.stdout.split() == [f"{name}={number}" for number, name in enumerate(attributes)], (
        used.stderr
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "additionalProperties": {"type": "string", "format": "date-time"}},
        {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Pagination"}},
        {"$ref": "#/components/schemas/Count"},
    ],
    ids=["a map of times", "a map of objects", "a shared integer"],
)
def test_other_kinds_of_fields_make_a_working_tree(copy: Copy, schema: dict[str, Any]) -> None:
    """Kinds that the contract may need later give modules that import and tables that can be read."""
    copy.add_field("more", schema)
    with copy.components() as components:
        components["schemas"]["Count"] = {"title": "Count", "type": "integer", "minimum": 0}
    made = copy.generate()
    assert made.returncode == 0, made.stderr
    code = "from pasqal_core_api.models import Job; print(Job._describe()[-1].name)"
    variables = {**os.environ, "PYTHONPATH": str(copy.root / "generated")}
    command = [sys.executable, "-c", code]
    used = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert (used.returncode, used.stdout) == (0, "more\n"), used.stderr


KINDS: dict[str, tuple[dict[str, Any], list[Any], list[Any]]] = {
    "text": ({"type": "string"}, ["", "a"], [1, None]),
    "text_or_null": ({"type": ["string", "null"]}, ["", None], [1]),
    "text_with_default": ({"type": "string", "default": "x"}, ["a"], [1, None]),
    "text_or_null_with_default": ({"type": ["string", "null"], "default": "x"}, ["a", None], [1]),
    "flag": ({"type": "boolean"}, [True, False], [0, None]),
    "flag_with_default": ({"type": "boolean", "default": False}, [True], [1, None]),
    "number": ({"type": "number"}, [1, 1.5], [True, None]),
    "count": ({"type": "integer", "minimum": 1, "maximum": 10}, [1, 10], [0, 11, True, 5.0, None]),
    "count_or_null": (
        {"type": ["integer", "null"], "maximum": 10.5, "default": 3},
        [10, None],
        [11, "1"],
    ),
    "moment": (
        {"type": "string", "format": "date-time"},
        ["2026-10-12T12:00:00Z"],
        ["now", 1, None],
    ),
    "reference": (
        {"type": "string", "format": "uuid"},
        [str(uuid.UUID(int=7))],
        ["x", 7, [], None],
    ),
    "origin": ({"$ref": "#/components/schemas/JobOrigin"}, ["CLOUD", "MOON"], [3, [], None]),
    "anything": ({}, [None, 1, {"a": []}], []),
    "object": ({"type": "object"}, [{}, {"a": {"b": []}}], [[], None]),
    "object_or_null": ({"type": ["object", "null"]}, [{"a": [1]}, None], ["a"]),
    "map": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        [{"a": 1}],
        [{"a": "x"}, None],
    ),
    "array": (
        {"type": "array", "items": {"type": ["string", "null"]}},
        [[], ["a", None]],
        [[1], {}, None],
    ),
    "either": ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, [1, "a"], [True, None]),
}
"""Schemas of fields, each with values that fit it and values that do not."""

BOTH_PASSES = """
import json, sys
from pasqal_core_api.models import ValidationError as Kind
from pasqal_core_runtime.departures import NOT_AS_PROMISED, Place
from pasqal_core_runtime.model import fields_of
def shown(read):
    values = {field.name: getattr(read, field.name, ...) for field in fields_of(read)}
    return values, {name: type(value) for name, value in values.items()}
for payload in json.loads(sys.argv[1]):
    found = []
    careful = Kind._read_leniently(payload, Place(), found)
    try:
        quick = Kind._read_exactly(payload)
    except NOT_AS_PROMISED:
        assert found, payload
    else:
        assert not found, (payload, found)
        assert shown(quick) == shown(careful), payload
        assert quick.to_dict() == payload
    print(bool(found))
"""


@pytest.mark.parametrize("required", [False, True], ids=["optional", "required"])
def test_other_kinds_of_fields_are_read_alike_by_both_passes(copy: Copy, required: bool) -> None:
    """For such kinds, the code and the table that the template writes read the same."""
    with copy.components() as components:
        schema = components["schemas"]["ValidationError"]
        kinds = {
            name: kind for name, kind in KINDS.items() if not (required and "default" in kind[0])
        }
        schema["properties"] = {name: kind for name, (kind, _, _) in kinds.items()}
        schema["required"] = list(kinds) if required else []
    made = copy.generate()
    assert made.returncode == 0, made.stderr
    good = {name: fitting[0] for name, (_, fitting, _) in kinds.items()}
    cases: list[tuple[dict[str, Any], bool]] = [(good, False), ({}, required)]
    for name, (_, fitting, departing) in kinds.items():
        cases += [({**good, name: value}, False) for value in fitting]
        cases += [({**good, name: value}, True) for value in departing]
        cases.append(({key: value for key, value in good.items() if key != name}, required))
    variables = {**os.environ, "PYTHONPATH": str(copy.root / "generated")}
    command = [sys.executable, "-c", BOTH_PASSES, json.dumps([payload for payload, _ in cases])]
    used = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert used.returncode == 0, used.stderr
    assert used.stdout.split() == [str(departs) for _, departs in cases]


def test_an_unknown_argument_changes_nothing(copy: Copy) -> None:
    """A mistyped option prints the usage instead of writing the tree."""
    before = copy.tree()
    done = copy.generate("--chekc")
    assert done.returncode == 2
    assert "--check" in done.stderr
    assert copy.tree() == before
