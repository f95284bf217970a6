"""Whenever something is deleted that the contract rests on, a check notices and says what to do.

Cheap checks run for every file, row and case, and once for all examples; the commands run for one of
each kind.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from check_spec.checks import problems
from contract.derived import CONTRACT, ROOT
from kit_layout import KIT
from ledger.case_list import LOST, case_lines
from ledger.command import PAGE, make_page, report
from ledger.items import read_all_cases
from ledger.wire_page import WIRE_PAGE, WirePage

Contract = dict[str, Any]
EXAMPLES = list(CONTRACT["components"]["examples"])
FEW = EXAMPLES[:: len(EXAMPLES) // 4]
"""Of answers and of a body: the whole contract is not checked once for each example."""
TEMPLATES = sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("templates/**/*.jinja"))
RUNTIME = sorted(
    p.relative_to(ROOT).as_posix() for p in ROOT.glob("overlay/pasqal_core_runtime/*.py")
)
TREE = sorted(
    p.relative_to(ROOT / "generated").as_posix()
    for p in (ROOT / "generated").rglob("*")
    if p.is_file() and "__pycache__" not in p.parts
)
AGAIN = "Run `make generate`, read what changed, and commit it together with its cause.\n"


@pytest.fixture(scope="module")
def generate(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The module `tools/generate.py`, working on a copy of what it needs."""
    spec = util.spec_from_file_location("generate", ROOT / "tools" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("repository")
    for name in (
        "openapi.yaml",
        "generator_config.yml",
        "pyproject.toml",
        "templates",
        "overlay/pasqal_core_runtime",
        "generated",
    ):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    vars(module)["ROOT"] = folder
    return module


@contextmanager
def deleted(path: Path) -> Iterator[None]:
    """Remove a file for the duration of the block."""
    kept = path.read_bytes()
    path.unlink()
    yield
    path.write_bytes(kept)


# ---------------------------------------------------------------------------------------------------------------------
# What is generated, and what from


@pytest.mark.parametrize("name", ["generator_config.yml", *TEMPLATES, *RUNTIME])
def test_a_missing_input_is_noticed(
    generate: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The generators would work without it, so the check compares with the inputs that the tree names."""
    with deleted(generate.ROOT / name):
        assert generate.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(
        f"{name} is gone, and generated/ was made from it: `git checkout {name}` brings it back;"
    )


def test_a_tree_without_provenance_reports_no_missing_input(
    generate: ModuleType,
) -> None:
    """The check of the tree itself reports the missing provenance file."""
    with (
        deleted(generate.ROOT / "generated" / "provenance.json"),
        deleted(generate.ROOT / TEMPLATES[0]),
    ):
        assert generate.lost_inputs() == []


@pytest.mark.parametrize("name", TREE)
def test_a_missing_generated_file_is_noticed(
    generate: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The check names the file and says how to generate it again."""
    with deleted(generate.ROOT / "generated" / name):
        found = generate.differences(ROOT / "generated", generate.ROOT / "generated")
    assert found == [f"missing:   {name}"]
    assert generate.report(found) == 1
    told = capsys.readouterr().err
    assert f"\n  missing:   {name}\n" in told
    assert told.endswith(AGAIN)


# ---------------------------------------------------------------------------------------------------------------------
# Examples


def lists(node: Any) -> Iterator[Contract]:
    """Each list of examples below a node."""
    for key, inner in (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    ):
        if key == "examples":
            yield inner
        else:
            yield from lists(inner)


def without(contract: Contract, name: str, *, listed: bool, defined: bool) -> Contract:
    """The contract without an example: without its references, its definition, or both."""
    changed = copy.deepcopy(contract)
    if not listed:
        for examples in [*lists(changed["paths"]), *lists(changed["components"]["responses"])]:
            for key in [
                key
                for key, example in examples.items()
                if example.get("$ref", "").endswith(f"/{name}")
            ]:
                del examples[key]
    if not defined:
        del changed["components"]["examples"][name]
    return changed


def test_every_example_without_its_definition_is_noticed(contract: Contract) -> None:
    """The references to each of them lead nowhere."""
    changed = copy.deepcopy(contract)
    del changed["components"]["examples"]
    told = problems(changed)
    said = {line.partition(": ")[2] for line in told}
    places = [f"#/components/examples/{name}" for name in EXAMPLES]
    assert said == {
        f"$ref to {place} leads nowhere; define it or correct the name" for place in places
    }


def test_every_example_without_a_reference_is_noticed(contract: Contract) -> None:
    """An example that no request or answer lists would be shown to nobody."""
    changed = copy.deepcopy(contract)
    for examples in [*lists(changed["paths"]), *lists(changed["components"]["responses"])]:
        examples.clear()
    told = problems(changed)
    remedy = "no request or response lists it; list it where it belongs or delete it"
    for name in EXAMPLES:
        assert f"#/components/examples/{name}: {remedy}" in told


@pytest.mark.parametrize("name", FEW)
def test_an_example_without_its_definition_is_noticed(contract: Contract, name: str) -> None:
    """Nothing is said of the others."""
    told = problems(without(contract, name, listed=True, defined=False))
    end = f"$ref to #/components/examples/{name} leads nowhere; define it or correct the name"
    assert told
    assert all(line.endswith(end) for line in told)


@pytest.mark.parametrize("name", FEW)
def test_an_example_without_a_reference_is_noticed(contract: Contract, name: str) -> None:
    """Also if it is the only one."""
    told = problems(without(contract, name, listed=False, defined=True))
    assert (
        f"#/components/examples/{name}: no request or response lists it; list it where it belongs or delete it"
        in told
    )


@pytest.mark.parametrize("name", FEW)
def test_an_example_that_is_deleted_everywhere_is_drift(
    contract: Contract, generate: ModuleType, name: str
) -> None:
    """The generated tree contains the contract as JSON, which then differs."""
    path = generate.ROOT / "openapi.yaml"
    kept = generate.ROOT / "generated" / "pasqal_core_schemas" / "contract.json"
    with deleted(path):
        path.write_text(
            json.dumps(without(contract, name, listed=False, defined=False)), encoding="utf-8"
        )
        assert generate.as_json(path) != kept.read_text(encoding="utf-8")
    assert generate.as_json(path) == kept.read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# The ledger and its cases


@pytest.fixture(scope="module")
def pages() -> dict[str, list[str]]:
    """The lines that the ledger, and the page for ports, have to have."""
    return {
        PAGE: make_page(CONTRACT, ROOT).lines,
        WIRE_PAGE: WirePage(CONTRACT, ROOT).text().splitlines(),
    }


def told_of(capsys: pytest.CaptureFixture[str], name: str, kept: list[str], made: list[str]) -> str:
    """What the check reports about a page."""
    assert report([], {name: "\n".join(kept)}, {name: "\n".join(made)}) == 1
    return capsys.readouterr().err


@pytest.mark.parametrize("name", [PAGE, WIRE_PAGE])
def test_each_missing_row_is_noticed(
    pages: dict[str, list[str]], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The check says to write the page again, which brings the row back."""
    page = pages[name]
    rows = [number for number, line in enumerate(page) if line.startswith("|")]
    assert len(rows) > 100
    for number in rows:
        told = told_of(capsys, name, page[:number] + page[number + 1 :], page)
        assert told.startswith(f"{name} is missing, or not what")
        assert told.endswith(AGAIN)


@pytest.mark.parametrize("name", [PAGE, WIRE_PAGE])
def test_a_missing_page_is_noticed(
    pages: dict[str, list[str]], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The check says to write the whole page again."""
    assert report([], {name: None}, {name: "\n".join(pages[name])}) == 1
    assert capsys.readouterr().err.endswith(AGAIN)


@pytest.mark.parametrize("kind", read_all_cases())
def test_each_missing_case_is_noticed(
    pages: dict[str, list[str]], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """The check names its id, even if other cases cover the same."""
    files = read_all_cases()
    page = pages[WIRE_PAGE]
    before = page[: page.index("## Cases") - 1]
    assert page == before + case_lines(files)
    for case in files[kind]["cases"]:
        left = [other for other in files[kind]["cases"] if other is not case]
        made = before + case_lines({**files, kind: {**files[kind], "cases": left}})
        told = told_of(capsys, WIRE_PAGE, page, made)
        assert (
            f"\nCases that were there: {case['id']}; `git diff {KIT}` shows what became of them.\n"
            in told
        )
        assert told.endswith(AGAIN)


def test_only_some_of_many_missing_cases_are_named(
    pages: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The ids of a whole file would fill the screen."""
    files = read_all_cases()
    made = case_lines({kind: {"cases": []} for kind in files})
    told = told_of(capsys, WIRE_PAGE, pages[WIRE_PAGE], made)
    assert told.splitlines()[1].count(",") == LOST - 1
