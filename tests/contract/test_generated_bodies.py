"""A request body is a typed dictionary, and exactly its JSON is sent; what cannot be expressed makes nothing.

The contract of these tests is made up (`made_up_bodies.py`), the generator is the real one, and so are
the HTTP server and the type checker.
"""

from __future__ import annotations

import ast
import asyncio
import copy
import importlib
import json
import os
import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from contract.made_up_bodies import (
    BODIES,
    NULL,
    SCHEMAS,
    STRANGE,
    TEXT,
    UUID,
    array,
    contract,
    mapping,
    of,
    thing,
)
from generator.body_checks import body_problems
from generator.class_facts import read_classes
from pasqal_core_runtime.client import Client
from pasqal_core_runtime.errors import DepartureError

PACKAGE = "made_up_api"
CONFIG = """
package_name_override: made_up_api
class_overrides:
  JobRequestVariablesType0:
    class_name: JobVariables
    module_name: job_variables
post_hooks:
  - "ruff check . --isolated --target-version py311 --line-length 100 --fix-only --select I,F401,TC,UP,PIE790"
  - "ruff format . --isolated --target-version py311 --line-length 100"
"""
ID = uuid.UUID(int=7)


def generate(root: Path, folder: Path, made_up: dict[str, Any], config: str = CONFIG) -> str:
    """Run the real generator over a contract; returns what it said on stderr."""
    for name in ("templates", "tools", "overlay/pasqal_core_runtime"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(root / name, folder / name, ignore=ignored, dirs_exist_ok=True)
    text = json.dumps(made_up, ensure_ascii=False)  # YAML does not join two halves of a character
    (folder / "openapi.yaml").write_text(text, encoding="utf-8")
    (folder / "generator_config.yml").write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "tools/generate.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode == 0) == (done.stderr == ""), done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the package that the generator makes of the made-up contract, ready for import."""
    folder = tmp_path_factory.mktemp("bodies")
    assert generate(root, folder, contract()) == ""
    shutil.copytree(folder / "generated" / "pasqal_core_api", folder / "path" / PACKAGE)
    sys.path.insert(0, str(folder / "path"))
    yield folder / "path" / PACKAGE
    sys.path.remove(str(folder / "path"))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


# ---------------------------------------------------------------------------------------------------------------------
# What is sent


class Recorder(ThreadingHTTPServer):
    """A server that keeps what it receives."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[tuple[str | None, str | None, bytes]] = []
        super().__init__(("127.0.0.1", 0), Keeper)


class Keeper(BaseHTTPRequestHandler):
    """Keeps the content type, the length and the body of a request."""

    server: Recorder

    def do_POST(self) -> None:
        length = self.headers["Content-Length"]
        body = self.rfile.read(int(length or 0))
        self.server.received.append((self.headers["Content-Type"], length, body))
        answer = json.dumps({"id": str(ID)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def server() -> Iterator[Recorder]:
    """A real server on a loopback address."""
    recorder = Recorder()
    thread = threading.Thread(target=recorder.serve_forever)
    thread.start()
    yield recorder
    recorder.shutdown()
    thread.join()
    recorder.server_close()


EVERY_FIELD: dict[str, Any] = {
    "project_id": str(ID),
    "sequence_builder": None,
    "jobs": [{}, {"runs": None, "variables": None}, {"variables": {"é😀\n": [1, 2.5, None]}}],
    "open": False,
    "device_type": None,
    "fallback": "MOON",
    "devices": ["FRESNEL", "MOON"],
    "tags": [],
    "not_before": "2026-11-27T08:00:00+00:00",
    "parents": [None, str(ID)],
    "weight": 1,
    "size": "big",
    "configuration": {},
    "by_name": {"a": {"runs": 2**70}},
    "by_device": {"b": ["FRESNEL"]},
    "times": {"c": "2026-11-27T08:00:00Z"},
    "anything": [{"d": None}],
    "nested": {"depth": 0},
}
SENT: list[tuple[str, Any]] = [
    ("create_batch", {"project_id": str(ID), "jobs": [], "sequence_builder": "x"}),
    ("create_batch", EVERY_FIELD),
    # A field that the contract does not know yet goes along.
    ("create_batch", {"jobs": [], "webhook": None}),
    ("add_jobs", []),
    ("add_jobs", [{"runs": 5}, {}]),
    ("add_jobs", {"jobs": [{"runs": None}]}),
    ("set_tags", ["b", "a"]),
    ("send_ids", [str(ID)]),
    ("send_devices", ["EMU_FREE", "MOON"]),
    ("send_free", {}),
    ("send_free", {"a": {"b": [None, True]}}),
    ("send_map", {"a": {"runs": None}, "b": {}}),
    ("send_anything", 0),
    ("send_anything", False),
    ("send_text", ""),
    ("send_odd", {"x-y": 1, "class": "c", "__x": [], "list": ["é"]}),
    ("send_plain", {"list": [], "str": [], "Any": None, "items": 1}),
    ("send_made", {"kind": "k", "level": 1}),
]


@pytest.mark.parametrize(
    ("name", "body"), SENT, ids=[f"{name}-{number}" for number, (name, _) in enumerate(SENT)]
)
def test_the_body_is_sent_as_it_is(made: Path, server: Recorder, name: str, body: Any) -> None:
    """Nulls are present, absent keys absent, the order is kept, and nothing is added, by both functions."""
    operation = importlib.import_module(f"{PACKAGE}.api.made.{name}")
    before = copy.deepcopy(body)
    address = f"http://127.0.0.1:{server.server_address[1]}"
    server.received.clear()
    with Client(address, httpx_args={"trust_env": False}) as client:
        operation.sync_detailed(ID, client=client, body=body)

    async def send() -> None:
        async with Client(address, httpx_args={"trust_env": False}) as client:
            await operation.asyncio_detailed(ID, client=client, body=body, dry=True)

    asyncio.run(send())
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    assert server.received == [("application/json", str(len(text)), text)] * 2
    assert body == before


def test_members_of_an_enumeration_are_sent_as_their_text(made: Path, server: Recorder) -> None:
    """A member is text, so the dictionary needs no conversion."""
    operation = importlib.import_module(f"{PACKAGE}.api.made.send_devices")
    device = importlib.import_module(f"{PACKAGE}.models").Device
    server.received.clear()
    with Client(f"http://127.0.0.1:{server.server_address[1]}") as client:
        operation.sync_detailed(ID, client=client, body=[device.FRESNEL, device("MOON")])
    assert server.received[0][2] == b'["FRESNEL","MOON"]'


# ---------------------------------------------------------------------------------------------------------------------
# What is generated


def test_the_dictionary_knows_what_is_required(made: Path) -> None:
    """The keys can be read at run time, too, so that a check before sending names what is missing."""
    models = importlib.import_module(f"{PACKAGE}.models")
    create = models.CreateBatchRequest
    assert create.__required_keys__ == {"project_id", "jobs", "sequence_builder"}
    assert create.__optional_keys__ == set(EVERY_FIELD) - create.__required_keys__
    assert models.JobRequest.__required_keys__ == frozenset()
    assert models.Odd.__required_keys__ == {"class"}
    assert models.Odd.__optional_keys__ == {"x-y", "__x", "list"}
    assert models.Made.__required_keys__ == {"kind", "level"}
    assert models.Base.__required_keys__ == {"kind"}
    assert models.CreateBatchRequestNested.__optional_keys__ == {"depth", "again"}
    assert create(project_id="a", jobs=[]) == {"project_id": "a", "jobs": []}


def modules(made: Path) -> dict[str, ast.Module]:
    """The modules of the models that are sent."""
    found = {}
    for path in sorted((made / "models").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "TypedDict" in text:
            found[path.stem] = ast.parse(text)
    return found


def test_a_body_needs_nothing_but_the_typing_module(made: Path) -> None:
    """Modules of bodies cost next to nothing to import, and have nothing of the classes of answers."""
    assert set(modules(made)) == {
        "add_jobs_request",
        "base",
        "create_batch_request",
        "create_batch_request_nested",
        "job_request",
        "made",
        "odd",
        "plain",
    }
    for tree in modules(made).values():
        imported = [node.module for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert imported == ["typing"]
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for path in (made / "models").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("Unset", "UNSET", "additional_properties"))


def test_fields_keep_their_descriptions(made: Path) -> None:
    """They stand below the field, where editors look, also where they came beside a `$ref` or by `allOf`."""

    def docs(name: str) -> dict[str, str]:
        [kind] = [node for node in modules(made)[name].body if isinstance(node, ast.ClassDef)]
        found = {"": ast.get_docstring(kind) or ""}
        for field, text in zip(kind.body, kind.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr):
                assert isinstance(field.target, ast.Name)
                found[field.target.id] = ast.literal_eval(text.value)
        return found

    assert docs("create_batch_request") == {
        "": 'A batch to be "made" ',
        "project_id": "Whose batch it is.",
        "jobs": "What to run.",
        "fallback": "Where else.",
    }
    assert docs("job_request") == {
        "": "JobRequest",
        "runs": f"{STRANGE} ",
        "variables": "The values of the variables.",
    }
    assert docs("made") == {"": "Made", "level": "Up."}
    odd = (made / "models" / "odd.py").read_text(encoding="utf-8")
    assert '"""Keys that no attribute has.\n\nclass: A keyword.\n"""' in odd


def test_what_only_answers_have_is_read_as_before(made: Path) -> None:
    """Maps of objects, of enumerations and of maps are read; bounds hold through `allOf`, `$ref` and null."""
    models = importlib.import_module(f"{PACKAGE}.models")
    payload = {
        "id": str(ID),
        "progress": 100,
        "place": 1,
        "count": 0,
        "results": {"a": {"counter": {"01": 3}}},
        "results_by_name": {"f": {"counter": {"10": 2}}},
        "devices": {"b": "FRESNEL", "c": "MOON"},
        "histories": {"d": {"e": [{"counter": {}}]}},
        "free": {"f": [None]},
    }
    batch = models.Batch.from_dict(payload, strict=True)
    assert batch.to_dict() == payload
    assert batch.results["a"].counter == {"01": 3}
    assert batch.results_by_name["f"].counter == {"10": 2}
    assert batch.devices["b"] is models.Device.FRESNEL
    assert not batch.devices["c"].is_known
    assert batch.histories["d"]["e"][0].counter == {}
    for name, value in [("progress", 101), ("place", 0), ("count", -1), ("results", {"a": 1})]:
        with pytest.raises(DepartureError, match=name):
            models.Batch.from_dict({**payload, name: value}, strict=True)
    assert models.Batch.from_dict({**payload, "place": None}, strict=True).place is None
    assert models.File.from_dict({"counter": {"1": 2}}).counter == {"1": 2}


# ---------------------------------------------------------------------------------------------------------------------
# What a type checker says

USE = """
import datetime
import uuid
from made_up_api.api.made import add_jobs, create_batch, send_devices, send_ids, set_tags
from made_up_api.client import Client
from made_up_api.models import CreateBatchRequest, Device, JobRequest, Made, Odd, Plain

job: JobRequest = {"runs": None, "variables": {"a": [1.5]}}
none: JobRequest = {}
body: CreateBatchRequest = {
    "project_id": "p",
    "jobs": [job, {"runs": 3}],
    "sequence_builder": None,
    "device_type": "MOON",
    "fallback": Device.FRESNEL,
    "by_name": {"a": job},
    "by_device": {"a": [Device.FRESNEL, "MOON"]},
    "size": 3,
    "weight": 1,
    "nested": {"depth": 1, "again": {"project_id": "p", "jobs": [], "sequence_builder": ""}},
}
body["device_type"] = None
odd: Odd = {"class": "c", "x-y": 1, "__x": ["FRESNEL"]}
plain: Plain = {"list": ["a"], "str": [Device.FRESNEL], "Any": 1}
made: Made = {"kind": "k", "level": 1, "more": True}

def send(client: Client, id: uuid.UUID, when: datetime.datetime) -> None:
    create_batch.sync_detailed(id, client=client, body=body)
    add_jobs.sync_detailed(id, client=client, body=[job])
    add_jobs.sync_detailed(id, client=client, body=[{"runs": 1}, {}])
    add_jobs.sync_detailed(id, client=client, body={"jobs": [{"runs": 1}]})
    set_tags.sync_detailed(id, client=client, body=["a"])
    send_ids.sync_detailed(id, client=client, body=[str(id)])
    send_devices.sync_detailed(id, client=client, body=[Device.FRESNEL, "MOON"])
    body["not_before"] = when.isoformat()

def fail(client: Client, id: uuid.UUID, when: datetime.datetime) -> None:
    body["not_before"] = when  # wrong
    body["project_id"] = id  # wrong
    body["open"] = None  # wrong
    body["tags"] = None  # wrong
    body["webhook"] = "w"  # wrong
    body["jobs"] = [{"runs": "3"}]  # wrong
    body["jobs"] = [{"rnus": 3}]  # wrong
    body["jobs"] = None  # wrong
    body["by_name"] = {"a": {"runs": 1.5}}  # wrong
    body["fallback"] = None  # wrong
    odd["class"] = 1  # wrong
    made["kind"] = None  # wrong
    lacking: CreateBatchRequest = {"project_id": "p", "jobs": []}  # wrong
    lacking_level: Made = {"kind": "k"}  # wrong
    set_tags.sync_detailed(id, client=client, body=[1])  # wrong
    set_tags.sync_detailed(id, client=client)  # wrong
    send_ids.sync_detailed(id, client=client, body=[id])  # wrong
    add_jobs.sync_detailed(id, client=client, body=[{"runs": "1"}])  # wrong
    add_jobs.sync_detailed(id, client=client, body=None)  # wrong
    create_batch.sync_detailed(id, client=client, body=job)  # wrong
"""


def test_a_type_checker_finds_what_is_wrong(root: Path, made: Path) -> None:
    """The generated code is right in itself, right uses pass, and each wrong one is an error."""
    use = made.parent / "use.py"
    use.write_text(USE, encoding="utf-8")
    (made / "py.typed").touch()
    paths = os.pathsep.join([str(made.parent), str(root / "overlay")])
    options = [
        "--strict",
        "--config-file=",
        "--explicit-package-bases",
        "--hide-error-context",
        f"--cache-dir={made.parent / 'cache'}",
    ]
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "use.py", PACKAGE],
        cwd=made.parent,
        env={**os.environ, "MYPYPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    wrong = [number for number, line in enumerate(USE.splitlines(), 1) if "# wrong" in line]
    places = [error.split(": ")[0] for error in errors]
    assert places == [f"use.py:{number}" for number in wrong], checked.stdout + checked.stderr


# ---------------------------------------------------------------------------------------------------------------------
# What cannot be expressed

AT = "#/paths//{}/{{batch__id}}/post/requestBody"
NAMED = "#/components/schemas/"


def said(bodies: dict[str, Any], **schemas: Any) -> list[str]:
    """What is wrong with a contract of these bodies."""
    return body_problems(contract(bodies, {**SCHEMAS, **schemas}))


def test_a_right_contract_has_no_problems() -> None:
    """The made-up contract of these tests is one."""
    assert said(BODIES) == []


@pytest.mark.parametrize(
    ("body", "inside", "wrong"),
    [
        ({"anyOf": [of("Made"), NULL]}, "", "the whole body may be null, which cannot be sent"),
        ({"type": ["string", "null"]}, "", "the whole body may be null, which cannot be sent"),
        ({"enum": ["a", None]}, "", "the whole body may be null, which cannot be sent"),
        (array({"const": 1}), "/items", "a constant has no type here; `enum: [1]` would be right"),
        (array({"enum": ["a", 1]}), "/items/enum", "1 is not text; a type without `enum`"),
        (
            mapping({"type": "string", "format": "binary"}),
            "/additionalProperties/format",
            "JSON has no binary values; text would be right",
        ),
        (
            {**thing("A", a=TEXT), "additionalProperties": TEXT},
            "",
            "has fields and a schema for other keys, and a typed dictionary cannot have both",
        ),
    ],
    ids=[
        "choice with null",
        "text or null",
        "null in enum",
        "constant",
        "number in enum",
        "binary",
        "other keys",
    ],
)
def test_a_body_without_a_type_is_named(body: Any, inside: str, wrong: str) -> None:
    """The line has the place, what is wrong, and what would be right."""
    [line] = said({"send": body})
    place = AT.format("send") + "/content/application/json/schema" + inside
    assert line.startswith(f"{place}: {wrong}")
    assert "would be right" in line


def test_a_body_that_may_be_left_out_is_named() -> None:
    """OpenAPI takes a body for optional unless it says otherwise, also where a shared body says nothing."""
    made_up = contract({"send": TEXT, "share": TEXT})
    item = made_up["paths"]["/share/{batch__id}"]["post"]
    shared = item.pop("requestBody")
    del shared["required"]
    made_up["components"]["requestBodies"] = {"Shared": shared}
    item["requestBody"] = {"$ref": "#/components/requestBodies/Shared"}
    del made_up["paths"]["/send/{batch__id}"]["post"]["requestBody"]["required"]
    right = "the body may be left out; `required: true` would be right"
    assert body_problems(made_up) == [
        f"{AT.format('send')}: {right}",
        f"#/components/requestBodies/Shared: {right}",
    ]


def test_a_body_of_another_kind_is_named() -> None:
    """Only JSON is sent, in one form, and its schema is given."""
    made_up = contract({"both": TEXT, "form": TEXT, "none": TEXT, "open": TEXT})
    contents = {
        name: made_up["paths"][f"/{name}/{{batch__id}}"]["post"]["requestBody"]["content"]
        for name in ("both", "form", "none", "open")
    }
    contents["both"]["text/plain"] = {"schema": TEXT}
    contents["form"]["text/plain"] = contents["form"].pop("application/json")
    contents["none"].clear()
    del contents["open"]["application/json"]["schema"]
    right = "application/json alone would be right"
    assert body_problems(made_up) == [
        f"{AT.format('both')}/content: is application/json, text/plain; {right}",
        f"{AT.format('form')}/content: is text/plain; {right}",
        f"{AT.format('none')}/content: is nothing; {right}",
        f"{AT.format('open')}/content/application/json/schema: is missing; "
        "`{}`, for a body of any form, would be right",
    ]


def test_an_object_of_both_directions_is_named() -> None:
    """Fields differ between what is sent and what is read; a plain map or an enumeration does not."""
    shared = thing("Shared", inner=thing("Inner", a=TEXT))
    answer = thing(
        "Batch",
        shared=array(of("Shared")),
        times=of("Ids"),
        counts=of("Counts"),
        made=of("Made"),
        device=of("Device"),
    )
    found = said(
        {"send": thing("S", a=of("Shared"), b=of("Ids"), c=of("Counts"), d=of("Made"))},
        Shared=shared,
        Batch=answer,
        Ids=mapping(array({"anyOf": [UUID, NULL]})),
        Counts=mapping({"type": "integer"}),
    )
    right = (
        "send sends it and send answers with it, but a class is for one direction; "
        "two schemas, one for the body and one for the answer, would be right"
    )
    assert found == [f"{NAMED}{name}: {right}" for name in ("Shared", "Ids", "Made")]


def test_a_base_of_both_directions_stays_one_of_answers() -> None:
    """What is only a part of a body and of an answer is the class of neither."""
    part = {"allOf": [of("Base"), {"properties": {"a": TEXT}}]}
    found = said(
        {"send": {"title": "S", **part}},
        Batch={"title": "Batch", **part},
    )
    assert found == []


def test_schemas_may_refer_to_themselves() -> None:
    """The way through a contract ends, also where a reference leads in a circle or nowhere."""
    schemas = {
        "Tree": thing("Tree", children=array(of("Tree"))),
        "Loop": of("Loop"),
        "Maps": mapping({"anyOf": [of("Maps"), TEXT]}),
        "Batch": thing("Batch", maps=of("Maps")),
    }
    bodies = {"send": of("Tree"), "loop": of("Loop"), "gone": of("Gone"), "maps": of("Maps")}
    assert said(bodies, **schemas) == []


def test_what_cannot_be_expressed_makes_nothing(root: Path, tmp_path: Path) -> None:
    """The generator is not even asked, and each problem has its line."""
    told = generate(root, tmp_path, contract({"send": array({"const": 1}), "again": of("Result")}))
    first, second, third = told.splitlines()
    assert first == "Nothing was written. openapi.yaml cannot be generated:"
    assert second.startswith(f"{AT.format('send')}/content/application/json/schema/items: ")
    assert third.startswith(f"{NAMED}Result: again sends it and send answers with it")
    assert not (tmp_path / "generated").exists()


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("JobRequestVariables", "JobRequestVariablesType0 or no such line would be right"),
        ("Zebra", "no such line would be right"),
    ],
)
def test_an_override_that_matches_nothing_is_named(tmp_path: Path, key: str, right: str) -> None:
    """The generator passes over it silently, for instance when the place of an object has moved."""
    config = tmp_path / "generator_config.yml"
    config.write_text(CONFIG.replace("JobRequestVariablesType0", key), encoding="utf-8")
    _, wrong = read_classes(contract(), config)
    assert wrong == [f"class_overrides: {key} matches no class; {right}"]


def test_an_override_that_matches_nothing_makes_nothing(root: Path, tmp_path: Path) -> None:
    """It is an error, and says which."""
    config = CONFIG.replace("JobRequestVariablesType0", "Zebra")
    told = generate(root, tmp_path, contract(), config)
    first, second = told.splitlines()
    assert first == "Nothing was written. generator_config.yml cannot be used:"
    assert second == "class_overrides: Zebra matches no class; no such line would be right"
    assert not (tmp_path / "generated").exists()
