"""Whatever is deleted of what the contract rests on is missed, by a check that says what to do.

The checks that are cheap run for each single file, example, row and vector; the commands run for
one of each kind.
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

import ledger
from contract.derived import CONTRACT, ROOT
from ledger_items import KINDS, VECTORS, read_vectors

Contract = dict[str, Any]
EXAMPLES = list(CONTRACT["components"]["examples"])
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
    """A file is gone for a while."""
    kept = path.read_bytes()
    path.unlink()
    yield
    path.write_bytes(kept)


# ---------------------------------------------------------------------------------------------------------------------
# What is generated, and what from


@pytest.mark.parametrize("name", ["generator_config.yml", *TEMPLATES, *RUNTIME])
def test_an_input_is_missed(
    generate: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """A generator would do without our template, and never reads the runtime; the tree says what it was made from."""
    with deleted(generate.ROOT / name):
        assert generate.main(["--check"]) == 1
    told = capsys.readouterr().err
    assert told.startswith(
        f"{name} is gone, and generated/ was made from it: `git checkout {name}` brings it back;"
    )


def test_a_tree_that_does_not_say_what_it_is_made_from_misses_no_input(
    generate: ModuleType,
) -> None:
    """Its own check misses the file that would have said it."""
    with (
        deleted(generate.ROOT / "generated" / "provenance.json"),
        deleted(generate.ROOT / TEMPLATES[0]),
    ):
        assert generate.lost_inputs() == []


@pytest.mark.parametrize("name", TREE)
def test_a_generated_file_is_missed(
    generate: ModuleType, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """By its name."""
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
    """The contract without an example: where it is listed, where it is defined, or both."""
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


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_missed_where_it_is_listed(
    contract: Contract, check_spec: ModuleType, name: str
) -> None:
    """The reference to it leads nowhere."""
    told = check_spec.problems(without(contract, name, listed=True, defined=False))
    end = f"$ref to #/components/examples/{name} leads nowhere; define it or correct the name"
    assert told
    assert all(line.endswith(end) for line in told)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_that_is_listed_nowhere_is_told(
    contract: Contract, check_spec: ModuleType, name: str
) -> None:
    """Or else nobody would see it."""
    told = check_spec.problems(without(contract, name, listed=False, defined=True))
    assert (
        f"#/components/examples/{name}: no request or response lists it; list it where it belongs or delete it"
        in told
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_that_is_gone_altogether_is_drift(
    contract: Contract, generate: ModuleType, name: str
) -> None:
    """The contract goes along with the generated tree, so that its check tells."""
    path = generate.ROOT / "openapi.yaml"
    kept = generate.ROOT / "generated" / "pasqal_core_schemas" / "contract.json"
    with deleted(path):
        path.write_text(
            json.dumps(without(contract, name, listed=False, defined=False)), encoding="utf-8"
        )
        assert generate.as_json(path) != kept.read_text(encoding="utf-8")
    assert generate.as_json(path) == kept.read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------------
# The ledger and its vectors


@pytest.fixture(scope="module")
def page() -> list[str]:
    """The lines that the ledger has to have."""
    return ledger.page(CONTRACT, ROOT).lines


def told_of(capsys: pytest.CaptureFixture[str], kept: list[str], made: list[str]) -> str:
    """What the check of the ledger says about a page."""
    assert ledger.report([], "\n".join(kept), "\n".join(made)) == 1
    return capsys.readouterr().err


def test_each_row_of_the_ledger_is_missed(
    page: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And making it anew brings it back."""
    rows = [number for number, line in enumerate(page) if line.startswith("|")]
    assert len(rows) > 100
    for number in rows:
        told = told_of(capsys, page[:number] + page[number + 1 :], page)
        assert told.startswith("docs/reference/wire.md is missing, or not what")
        assert told.endswith(AGAIN)


def test_the_ledger_is_missed(page: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As a whole, too."""
    assert ledger.report([], None, "\n".join(page)) == 1
    assert capsys.readouterr().err.endswith(AGAIN)


@pytest.mark.parametrize("kind", KINDS)
def test_each_vector_is_missed(
    page: list[str], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """By its id, also where others cover the same."""
    files = read_vectors()
    before = page[: page.index("## Vectors") - 1]
    assert page == before + ledger.vector_lines(files)
    for case in files[kind]["cases"]:
        left = [other for other in files[kind]["cases"] if other is not case]
        made = before + ledger.vector_lines({**files, kind: {**files[kind], "cases": left}})
        told = told_of(capsys, page, made)
        assert (
            f"\nVectors that were there: {case['id']}; `git diff {VECTORS}` shows what became of them.\n"
            in told
        )
        assert told.endswith(AGAIN)


def test_many_vectors_are_named_in_part(
    page: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole file would fill the screen."""
    files = read_vectors()
    made = ledger.vector_lines({kind: {"cases": []} for kind in files})
    assert told_of(capsys, page, made).splitlines()[1].count(",") == ledger.LOST - 1
