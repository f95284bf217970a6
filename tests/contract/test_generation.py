"""The generated tree is exactly what the contract makes; a wrong contract makes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from ruamel.yaml import YAML

from generate import GenerationError, as_json

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


def copied(root: Path, target: Path) -> Copy:
    """A copy in this folder."""
    target.mkdir()
    for name in INPUTS:
        if (root / name).is_dir():
            shutil.copytree(
                root / name, target / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(root / name, target / name)
    return Copy(target)


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Copy:
    """A copy of what generation needs, in a folder of its own."""
    return copied(root, tmp_path / "copy")


def test_the_tree_is_what_the_contract_makes(root: Path, tmp_path: Path) -> None:
    """Generating again gives the committed tree, whatever the hash seed and the settings of the machine."""
    # A ruff.toml next to the temporary files is not that of this project.
    (tmp_path / "ruff.toml").write_text("line-length = 60\n", encoding="utf-8")
    done = Copy(root).generate("--check", PYTHONHASHSEED="1", TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_changed_contract_is_noticed_and_generated(copy: Copy) -> None:
    """The check fails and says what to do, and that makes the new code."""
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


@pytest.mark.slow
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
    assert f"{RUNTIME}/more.py".encode() in copy.tree()["provenance.json"]


@pytest.mark.slow
def test_an_unsuitable_runtime_makes_no_tree(copy: Copy) -> None:
    """The new code is tried with the runtime of the same copy, not with the installed one."""
    (copy.root / RUNTIME / "open_enum.py").write_text("", encoding="utf-8")
    before = copy.tree()
    refused = copy.generate()
    assert refused.returncode == 1
    assert "cannot import name 'OpenEnum'" in refused.stderr
    assert copy.tree() == before


@pytest.mark.slow
def test_each_change_by_hand_is_named(copy: Copy) -> None:
    """A missing, an extra and an edited file have a line each, and generating repairs them all."""
    generated = copy.root / "generated"
    before = copy.tree()
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
    assert copy.tree() == before


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
def test_a_value_that_json_lacks_is_an_error(tmp_path: Path, value: str) -> None:
    """YAML has more types of values, but the contract is served as JSON."""
    (tmp_path / "openapi.yaml").write_text(f"x-value: {value}\n", encoding="utf-8")
    with pytest.raises(GenerationError, match="openapi.yaml says something that JSON cannot"):
        as_json(tmp_path / "openapi.yaml")


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


def test_an_unknown_argument_changes_nothing(copy: Copy) -> None:
    """A mistyped option prints the usage instead of writing the tree."""
    before = copy.tree()
    done = copy.generate("--chekc")
    assert done.returncode == 2
    assert "--check" in done.stderr
    assert copy.tree() == before


# ---------------------------------------------------------------------------------------------------------------------
# Fields of every kind, for which one tree is enough


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
from pasqal_core_api import models
from pasqal_core_runtime.departures import NOT_AS_PROMISED, Place
from pasqal_core_runtime.model import fields_of
def shown(read):
    values = {field.name: getattr(read, field.name, ...) for field in fields_of(read)}
    return values, {name: type(value) for name, value in values.items()}
for name, payload in json.loads(sys.argv[1]):
    Kind = getattr(models, name)
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


def payloads(kinds: dict[str, Any], *, required: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Payloads of an object with fields of these kinds, each with whether it departs from the contract."""
    good = {name: fitting[0] for name, (_, fitting, _) in kinds.items()}
    yield good, False
    yield {}, required
    for name, (_, fitting, departing) in kinds.items():
        for value in fitting:
            yield {**good, name: value}, False
        for value in departing:
            yield {**good, name: value}, True
        yield {key: value for key, value in good.items() if key != name}, required


NAMES = {
    "class": "class_",
    "self": "self_",
    "to_dict": "to_dict_",
    "read": "read",
    "datetime": "datetime_",
    "__init__": "field_init",
    "1st": "field_1st",
    "x-y": "x_y",
    "print": "print",
}
"""Names of fields, each with that of its attribute."""
NEW_FIELDS: dict[str, dict[str, Any]] = {
    "map_of_times": {
        "type": "object",
        "additionalProperties": {"type": "string", "format": "date-time"},
    },
    "map_of_objects": {
        "type": "object",
        "additionalProperties": {"$ref": "#/components/schemas/Pagination"},
    },
    "shared_integer": {"$ref": "#/components/schemas/Count"},
}
"""Fields of kinds that the contract may need later, for its jobs."""
WITHOUT_DEFAULT = {name: kind for name, kind in KINDS.items() if "default" not in kind[0]}


def component(title: str, fields: dict[str, Any], required: Iterable[str]) -> dict[str, Any]:
    """An object with these fields."""
    return {
        "title": title,
        "type": "object",
        "properties": fields,
        "required": [*required],
    }


@pytest.fixture(scope="module")
def varied(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """A copy with a tree in which jobs have further fields, and three objects have odd ones."""
    copy = copied(root, tmp_path_factory.mktemp("varied") / "copy")
    for name, schema in NEW_FIELDS.items():
        copy.add_field(name, schema)
    with copy.components() as components:
        schemas = components["schemas"]
        schemas["Count"] = {"title": "Count", "type": "integer", "minimum": 0}
        schemas["Named"] = component("Named", {key: {"type": "integer"} for key in NAMES}, NAMES)
        fields = {name: kind for name, (kind, _, _) in KINDS.items()}
        schemas["Optional"] = component("Optional", fields, [])
        fields = {name: kind for name, (kind, _, _) in WITHOUT_DEFAULT.items()}
        schemas["Required"] = component("Required", fields, fields)
    made = copy.generate()
    assert made.returncode == 0, made.stderr
    return copy


def run(copy: Copy, code: str, *arguments: str) -> str:
    """What code prints that uses the tree of a copy."""
    variables = {**os.environ, "PYTHONPATH": str(copy.root / "generated")}
    command = [sys.executable, "-c", code, *arguments]
    used = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert used.returncode == 0, used.stderr
    return used.stdout


def test_fields_may_have_any_name(varied: Copy) -> None:
    """A name that Python, attrs or the models use for themselves becomes an attribute with an underscore."""
    code = (
        "import sys, json; from pasqal_core_api.models import Named; payload = json.loads(sys.argv[1]); "
        "from pasqal_core_runtime.model import fields_of; "
        "read = Named.from_dict(payload, strict=True); assert read.to_dict() == payload; "
        "print(*[f'{field.name}={getattr(read, field.name)}' for field in fields_of(read)])"
    )
    payload = json.dumps({name: number for number, name in enumerate(NAMES)})
    attributes = [f"{name}={number}" for number, name in enumerate(NAMES.values())]
    assert run(varied, code, payload).split() == attributes


def test_other_kinds_of_fields_make_a_working_tree(varied: Copy) -> None:
    """Kinds that the contract may need later give modules that import and tables that can be read."""
    code = "from pasqal_core_api.models import Job; print(*[field.name for field in Job._describe()[-3:]])"
    assert run(varied, code).split() == [*NEW_FIELDS]


def test_other_kinds_of_fields_are_read_alike_by_both_passes(varied: Copy) -> None:
    """For such kinds, optional and required, the code and the table that the template writes read the same."""
    cases = [("Optional", *case) for case in payloads(KINDS, required=False)]
    cases += [("Required", *case) for case in payloads(WITHOUT_DEFAULT, required=True)]
    sent = json.dumps([(name, payload) for name, payload, _ in cases])
    told = run(varied, BOTH_PASSES, sent).split()
    assert told == [str(departs) for _, _, departs in cases]
