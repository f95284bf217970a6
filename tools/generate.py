"""Makes the `generated/` tree from the contract, or tells whether the one that is there is what the contract makes.

    python tools/generate.py            write the tree
    python tools/generate.py --check    make it in a temporary folder and compare

Both generators run into a fresh folder, so that nothing of an older tree survives. A warning of a
generator is an error: it means that a piece of the contract was left out. The contract itself goes
along as JSON, for those who have only the wheel.
"""

from __future__ import annotations

import filecmp
import hashlib
import importlib.resources
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from generator.body_checks import body_problems
from generator.class_facts import read_classes

ROOT = Path(__file__).resolve().parent.parent
TREE = "generated"
CONTRACT = "openapi.yaml"
CONFIG = "generator_config.yml"
TEMPLATES = "templates"
RUNTIME = "overlay/pasqal_core_runtime"
HEADER = (
    "# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`."
)
GENERATORS = ("openapi-python-client", "datamodel-code-generator", "ruff")

STOCK = "stock"
"""Where a template of ours finds the generator's own of the same name."""

# What the programs print is read by this one.
PLAIN = {"NO_COLOR": "1", "TYPER_STANDARD_TRACEBACK": "1"}

CLIENT_OPTIONS = ["--meta", "none", "--fail-on-warning"]
SCHEMA_OPTIONS = [
    *["--input-file-type", "openapi"],
    *["--output-model-type", "pydantic_v2.BaseModel"],
    *["--target-python-version", "3.11"],
    *["--target-pydantic-version", "2.12"],
    *["--openapi-scopes", "schemas", "parameters", "paths"],
    *["--output-datetime-class", "AwareDatetime"],
    *["--extra-fields", "allow"],
    *["--formatters", "ruff-check", "ruff-format"],
    *["--custom-file-header", HEADER],
    "--disable-timestamp",
    "--field-constraints",
    "--use-annotated",
    "--use-operation-id-as-name",
    "--use-schema-description",
    "--use-title-as-name",
]


# Imports every module of a fresh tree and reads every table, as its users will.
TRIAL = """
import importlib, pkgutil, sys
sys.path[:0] = sys.argv[1:]
for package in map(importlib.import_module, ("pasqal_core_api", "pasqal_core_schemas")):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
from pasqal_core_api import models
for name in models.__all__:
    wires = {}
    for field in getattr(getattr(models, name), "_describe", tuple)():
        wires.setdefault(field.name, []).append(field.wire)
    for attribute, alike in wires.items():
        if len(alike) > 1:
            sys.exit(f"{' and '.join(alike)} of {name} become the same attribute, {attribute}")
"""


class GenerationError(Exception):
    """A generator failed or left something out."""


def run(what: str, *arguments: str) -> None:
    """Run this environment's Python with these arguments; anything that it says on stderr counts as a failure."""
    scripts = str(Path(sys.executable).parent)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}", **PLAIN},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode or done.stderr.strip():
        said = without_traceback(done.stdout + done.stderr)
        raise GenerationError(
            f"{what} failed or warned (exit code {done.returncode}):\n{said.rstrip()}"
        )


def without_traceback(text: str) -> str:
    """What a program said; where it broke off, only the error with which it did, and not where in its code."""
    frame, quoted = '\n  File "', (" ", "^")
    if frame not in text:
        return text
    [_, *last] = text.rpartition(frame)[2].splitlines(keepends=True)
    return "".join(itertools.dropwhile(lambda line: line.startswith(quoted), last))


def make(tree: Path) -> None:
    """Make the whole tree in an empty folder."""
    client, schemas = tree / "pasqal_core_api", tree / "pasqal_core_schemas"
    schemas.mkdir(parents=True)
    # One generator formats with the settings of ruff that it finds around its output, or else with
    # the user's own.
    (tree.parent / "ruff.toml").touch()
    templates = tree.parent / TEMPLATES
    gather_templates(templates)
    (templates / "facts.jinja").write_text(facts_template(), encoding="utf-8")
    run(
        "openapi-python-client",
        "-m",
        "openapi_python_client",
        "generate",
        *[
            "--path",
            CONTRACT,
            "--config",
            CONFIG,
            "--custom-template-path",
            str(templates),
            "--output-path",
            str(client),
        ],
        *CLIENT_OPTIONS,
    )
    contract = as_json(ROOT / CONTRACT)
    accepted = tree.parent / "accepted.json"
    accepted.write_text(json.dumps(without_deprecation(json.loads(contract))), encoding="utf-8")
    files = ["--input", str(accepted), "--output", str(schemas / "__init__.py")]
    run("datamodel-code-generator", "-m", "datamodel_code_generator", *files, *SCHEMA_OPTIONS)
    # This repository's runtime, and not that of the environment, which may stand for another one.
    places = [str(tree), str((ROOT / RUNTIME).parent)]
    run("the trial of the generated code", "-B", "-c", TRIAL, *places)
    (schemas / "contract.json").write_text(contract, encoding="utf-8")
    for package in (client, schemas):
        (package / "py.typed").touch()
        shutil.rmtree(package / ".ruff_cache", ignore_errors=True)
    (tree / "provenance.json").write_text(
        json.dumps(provenance(), indent=2) + "\n", encoding="utf-8"
    )


def gather_templates(folder: Path) -> None:
    """Put the templates of ours and what they include into one folder: the header, and the generator's own.

    A template of ours hides the generator's of the same name, and could not include it otherwise.
    """
    shutil.copytree(ROOT / TEMPLATES, folder)
    stock = importlib.resources.files("openapi_python_client") / "templates"
    with importlib.resources.as_file(stock) as path:
        shutil.copytree(path, folder / STOCK)
    (folder / "header.jinja").write_text(f"{HEADER}\n", encoding="utf-8")


def facts_template() -> str:
    """The template of what ours have to know about the classes that the generator will make.

    Raises:
        GenerationError: the contract has a request body that cannot be expressed, or a name was
            chosen for a class that the contract does not have.
    """
    contract = YAML(typ="safe").load(ROOT / CONTRACT)
    wrong = body_problems(contract)
    if wrong:
        lines = "\n".join(wrong)
        raise GenerationError(f"{CONTRACT} cannot be generated:\n{lines}")
    try:
        facts, wrong = read_classes(contract, ROOT / CONFIG)
    except ValueError as error:
        raise GenerationError(f"openapi-python-client cannot read {CONTRACT}: {error}") from error
    if wrong:
        lines = "\n".join(wrong)
        raise GenerationError(f"{CONFIG} cannot be used:\n{lines}")
    return facts.as_template()


def without_deprecation(node: Any) -> Any:
    """The contract without its marks of what is deprecated.

    pydantic would warn at each reading of such a field, and a service has to read it nevertheless.
    """
    if isinstance(node, list):
        return [without_deprecation(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    kept = {}
    for key, value in node.items():
        # A field may be called like that; then it has a schema.
        if key != "deprecated" or not isinstance(value, bool):
            kept[key] = without_deprecation(value)
    return kept


def as_json(contract: Path) -> str:
    """The contract with everything that it says, in its order; only its comments stay behind."""
    try:
        return (
            json.dumps(
                YAML(typ="safe").load(contract), indent=1, ensure_ascii=False, allow_nan=False
            )
            + "\n"
        )
    except (TypeError, ValueError) as error:
        raise GenerationError(
            f"{contract.name} says something that JSON cannot: {error}"
        ) from error


def provenance() -> dict[str, object]:
    """What the tree is made from: the inputs' hashes, the generators' versions and their options."""
    return {
        "about": HEADER.removeprefix("# "),
        "inputs": {name: fingerprint(name) for name in inputs()},
        "generators": {name: version(name) for name in GENERATORS},
        "options": {
            "openapi-python-client": CLIENT_OPTIONS,
            "datamodel-code-generator": SCHEMA_OPTIONS,
        },
    }


def inputs() -> list[str]:
    """What the tree depends on, in the order of its provenance.

    No generator reads the runtime, but the code was made for it and tried with it: the first pass of
    a model repeats what some readers of the runtime do.
    """
    found = [CONTRACT, CONFIG]
    for folder in (TEMPLATES, RUNTIME):
        found += sorted(f"{folder}/{name}" for name in files(ROOT / folder))
    return found


def fingerprint(name: str) -> str:
    """The hash of an input."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def recorded() -> dict[str, str]:
    """The inputs of the tree that is there, with their hashes; nothing if it does not say."""
    try:
        kept: dict[str, str] = json.loads(
            (ROOT / TREE / "provenance.json").read_text(encoding="utf-8")
        )["inputs"]
    except (OSError, ValueError, KeyError):
        return {}
    return kept


def lost_inputs() -> list[str]:
    """What the tree was made from and is gone, with what to do about it.

    Without a template of ours a generator falls back on its own, so that nothing else would call it
    missing.
    """
    gone = [name for name in recorded() if not (ROOT / name).exists()]
    hint = "brings it back; if nobody wants it any longer, what needs it has to change first"
    return [
        f"{name} is gone, and {TREE}/ was made from it: `git checkout {name}` {hint}"
        for name in gone
    ]


def changed_inputs() -> list[str]:
    """What is not as it was when the tree was made, or came since."""
    before = recorded()
    return [name for name in inputs() if before.get(name) != fingerprint(name)]


def files(tree: Path) -> set[str]:
    """The files of a tree, relative to it; caches of running the code are not part of it."""
    return {
        p.relative_to(tree).as_posix()
        for p in tree.rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }


def differences(fresh: Path, kept: Path) -> list[str]:
    """How the kept tree differs from the fresh one, both ways."""
    made, there = files(fresh), files(kept)
    changed = filecmp.cmpfiles(fresh, kept, sorted(made & there), shallow=False)
    return [
        *(f"missing:   {name}" for name in sorted(made - there)),
        *(f"extra:     {name}" for name in sorted(there - made)),
        *(f"different: {name}" for name in sorted([*changed[1], *changed[2]])),
    ]


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    gone = lost_inputs()
    if gone:
        print(*gone, sep="\n", file=sys.stderr)
    if gone and arguments:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        fresh, kept = Path(folder) / TREE, ROOT / TREE
        try:
            make(fresh)
        except GenerationError as error:
            print(f"Nothing was written. {error}", file=sys.stderr)
            return 1
        found = differences(fresh, kept)
        if arguments:
            return report(found)
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(fresh, kept)
    print(f"{TREE}/ written; {len(found)} files changed" if found else f"{TREE}/ was up to date")
    return 0


def report(found: list[str]) -> int:
    """Say what a check found and what to do about it; returns the exit code."""
    if not found:
        print(f"{TREE}/ is what {CONTRACT}, {CONFIG} and {TEMPLATES}/ make")
        return 0
    print(
        f"{TREE}/ is not what {CONTRACT}, {CONFIG} and {TEMPLATES}/ make:",
        *found,
        sep="\n  ",
        file=sys.stderr,
    )
    changed = changed_inputs()
    if found == ["different: provenance.json"] and changed:
        hint = f"The code would be the same, but these changed: {', '.join(changed)}"
        print(hint, file=sys.stderr)
    print(
        "Run `make generate`, read what changed, and commit it together with its cause.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
