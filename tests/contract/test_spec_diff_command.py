"""`python -m spec_diff`: what it compares with, what it prints, where it sends people, and when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from spec_diff.comparison import compare
from spec_diff.finding import Finding
from spec_diff.lookup import find_mentions, keyword, names
from spec_diff.versions import VersionError, version_in

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

STATES = "      title: JobStatus\n      description: The state of a job.\n      type: string\n      enum: ["
GROWN = (STATES, f"{STATES}OF_TOMORROW, ")
GONE = ('        - $ref: "#/components/parameters/MinRuns"\n', "")
WORDS = ("description: How many jobs match", "description: How many of the jobs match")


def environment() -> dict[str, str]:
    """The environment without what a git that runs these tests, as in a hook, says about its own repository."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Copy(NamedTuple):
    """A repository with what the command reads."""

    root: Path

    def edit(self, *replacements: tuple[str, str]) -> None:
        """Change the text of its contract."""
        path = self.root / "openapi.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def set_version(self, version: str) -> None:
        path = self.root / "overlay" / "pasqal_client" / "_version.py"
        path.write_text(f'"""The version."""\n\n__version__ = "{version}"\n', encoding="utf-8")

    def release(self, version: str) -> None:
        """Keep the contract as the one of a release, as CONTRIBUTING.md says."""
        folder = self.root / "tests" / "contract" / "released"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.root / "openapi.yaml", folder / f"{version}.yaml")

    def commit(self, message: str) -> None:
        who = [
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@lab.example",
            "-c",
            "commit.gpgsign=false",
        ]
        for command in (
            ["init", "--quiet"],
            ["add", "--all"],
            [*who, "commit", "--quiet", "--message", message],
        ):
            subprocess.run(
                ["git", *command], cwd=self.root, env=environment(), check=True, capture_output=True
            )

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "spec_diff", *arguments]
        variables = {**environment(), "PYTHONPATH": "tools", "PYTHONIOENCODING": "utf-8", **more}
        return subprocess.run(
            command,
            cwd=self.root,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def copy(root: Path, frozen_path: Path, tmp_path: Path) -> Copy:
    """A copy of the tool with the frozen contract, as version 0.1.0, in no git repository."""
    made = Copy(tmp_path / "repository")
    shutil.copytree(
        root / "tools", made.root / "tools", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(frozen_path, made.root / "openapi.yaml")
    (made.root / "overlay" / "pasqal_client").mkdir(parents=True)
    made.set_version("0.1.0")
    return made


# ---------------------------------------------------------------------------------------------------------------------
# What is compared


def test_a_file_is_compared_with(copy: Copy, tmp_path: Path) -> None:
    """A base may be any file; the report has findings, reasons, the version and the changelog, and is no failure."""
    before = tmp_path / "before.yaml"
    shutil.copy(copy.root / "openapi.yaml", before)
    copy.edit(GROWN, GONE)
    done = copy.run(str(before))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(
        f"openapi.yaml against {before}: 2 breaking, 3 warning, 2 compatible\n\nGET /api/v2/jobs\n"
    )
    for line in (
        "  query min_runs\n    breaking    request-parameter-removed\n",
        '  200 $.data[*].status\n    warning     answer-enum-value-added: "OF_TOMORROW"\n',
        "\nWhy\n  request-parameter-removed: The service rejects or ignores it;",
        "\nVersion: 0.1.0 -> 0.2.0 (",
        "\n### Removed\n\n- **Breaking:** `min_runs` in the request of `GET /api/v2/jobs`,",
        "\nWhere to look:\n  status\n",
    ):
        assert line in done.stdout


def test_a_git_ref_is_compared_with(copy: Copy) -> None:
    """A base may be a git ref; the version is the one that the package had there."""
    copy.commit("one")
    copy.edit(WORDS)
    copy.set_version("7.0.0")
    done = copy.run("HEAD")
    assert done.stdout.startswith("openapi.yaml against HEAD: 1 docs only\n")
    assert "\nVersion: 0.1.0 -> 0.1.1 (the largest step is patch)\n" in done.stdout
    assert "Where to look" not in done.stdout


def test_the_last_commit_is_the_base_before_the_first_release(copy: Copy) -> None:
    """Without a base and without releases, the question is what the work tree changes."""
    copy.commit("one")
    done = copy.run()
    assert (done.returncode, done.stdout) == (0, "openapi.yaml against HEAD: no change\n")


def test_the_last_release_is_the_base_afterwards(copy: Copy) -> None:
    """Releases are ordered by number, not by text; the version is the one of the release."""
    copy.release("0.9.0")
    copy.edit(GROWN)
    copy.release("0.10.0")
    copy.edit(GONE)
    done = copy.run()
    assert done.stdout.startswith(
        "openapi.yaml against tests/contract/released/0.10.0.yaml: 2 breaking\n"
    )
    assert "\nVersion: 0.10.0 -> 0.11.0 (" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ["nope"],
            "'nope' is neither a file nor a git ref; tests/contract/released/0.1.0.yaml or HEAD~1 would be",
        ),
        (["--exec=x"], "unrecognized arguments: --exec=x"),
        (["--", "-x"], "'-x' is neither a file nor a git ref"),
        (
            ["HEAD~1"],
            "HEAD~1 has no openapi.yaml; a ref from the time after it was added would be right",
        ),
        (["tools/installed_versions.py"], "tools/installed_versions.py cannot be read as YAML: "),
        (
            ["pin.yaml"],
            "openapi.yaml or pin.yaml is not an OpenAPI 3.1 document: `openapi` is '3.0.1', 3.1.0 would be right",
        ),
        (
            ["--check", "HEAD"],
            "--check compares with the last released contract; leave the base out",
        ),
        (["HEAD", "HEAD"], "unrecognized arguments: HEAD"),
    ],
)
def test_what_cannot_be_compared_is_said(copy: Copy, arguments: list[str], reason: str) -> None:
    """Each wrong use has the exit code 2 and one line that says what would be right, and no traceback."""
    contract = copy.root / "openapi.yaml"
    kept = contract.rename(copy.root / "kept.yaml")
    copy.commit("without a contract")
    kept.rename(contract)
    copy.commit("with a contract")
    (copy.root / "pin.yaml").write_text("openapi: 3.0.1\n", encoding="utf-8")
    done = copy.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr.splitlines()[-1]


def test_without_git_a_ref_is_not_found(copy: Copy) -> None:
    """Where there is no git, a ref is not found; a file still is."""
    assert "'HEAD' is neither a file nor a git ref" in copy.run("HEAD", PATH="").stderr
    assert (
        copy.run("openapi.yaml", PATH="").stdout == "openapi.yaml against openapi.yaml: no change\n"
    )


# ---------------------------------------------------------------------------------------------------------------------
# Whether the version is enough


def test_before_the_first_release_any_version_will_do(copy: Copy) -> None:
    """There is nothing that could break; the line says so."""
    done = copy.run("--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == "tests/contract/released/ has no contract yet: nothing is released, so any version will do\n"
    )


@pytest.mark.parametrize(
    ("edits", "released", "version", "wanted"),
    [
        ([], "0.1.0", "0.1.0", None),
        ([], "0.1.0", "0.0.9", "0.1.0"),
        ([WORDS], "0.1.0", "0.1.0", "0.1.1"),
        ([WORDS], "0.1.0", "0.1.1", None),
        ([GROWN], "0.9.0", "0.9.1", "0.10.0"),
        ([GROWN], "0.9.0", "0.10.0.dev1", None),
        ([GONE], "0.1.0", "0.2.0", None),
        ([GONE], "1.1.0", "1.2.0", "2.0.0"),
        ([GONE], "1.1.0", "2.0.0", None),
    ],
)
def test_the_version_has_to_follow_the_contract(
    copy: Copy, edits: list[tuple[str, str]], released: str, version: str, wanted: str | None
) -> None:
    """A version that is behind what the change asks for fails the check, with the version that would be right."""
    copy.release(released)
    copy.edit(*edits)
    copy.set_version(version)
    done = copy.run("--check")
    base = f"tests/contract/released/{released}.yaml"
    if wanted is None:
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith(
            f"version {version.removesuffix('.dev1')} is enough: {base} asks for "
        )
    else:
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(
            f"version {version} is behind: openapi.yaml changed since {base} ("
        )
        assert done.stderr.endswith(
            f"Set __version__ in overlay/pasqal_client/_version.py to {wanted}; "
            f"`make spec-diff BASE={base}` says what changed.\n"
        )


def test_a_release_is_named_after_its_version(copy: Copy) -> None:
    """A contract under another name would be passed over, so it is an error."""
    copy.release("latest")
    done = copy.run("--check")
    assert done.returncode == 2
    assert (
        "tests/contract/released/latest.yaml: is not named after a version; 1.2.3.yaml would be right"
        in done.stderr
    )


def test_a_version_has_three_numbers() -> None:
    """What is no version is not guessed at."""
    with pytest.raises(
        VersionError, match='f.py: states no version; __version__ = "1.2.3" would be right'
    ):
        version_in('__version__ = "1.2"', "f.py")


# ---------------------------------------------------------------------------------------------------------------------
# Where to look


def found(contract: dict[str, Any], *replacements: tuple[str, Any]) -> list[Finding]:
    """The findings after a schema got another value."""
    components = contract["components"]
    parameters = components["parameters"] | dict(replacements)
    return compare(contract, contract | {"components": components | {"parameters": parameters}})


def test_a_filter_leads_to_its_keyword_and_its_tests(root: Path, frozen: dict[str, Any]) -> None:
    """The wire's name and the keyword are looked for alike, in the overlay, the tests, the docs and the cases."""
    prefix = frozen["components"]["parameters"]["IdStartsWith"]
    findings = found(
        frozen, ("IdStartsWith", {**prefix, "schema": {"type": "string", "maxLength": 3}})
    )
    [mention] = find_mentions(root, findings)
    assert mention.name == "id__starts_with"
    assert "JobFilters" in {place.split(" (")[0] for place in mention.keywords}
    assert any(place.startswith("tests/unit/test_filters.py (") for place in mention.files["tests"])
    assert any(
        place.startswith("overlay/pasqal_client/sandbox/") for place in mention.files["overlay"]
    )


def test_a_keyword_of_a_method_is_found(root: Path, frozen: dict[str, Any]) -> None:
    """A parameter that is no filter is a keyword of the methods that have it, in both clients."""
    order = frozen["components"]["parameters"]["OrderBy"]
    [mention] = find_mentions(
        root, found(frozen, ("OrderBy", {**order, "schema": {"type": "string"}}))
    )
    of_jobs = [place for place in mention.keywords if "(jobs.py:" in place]
    assert [place.split(" (")[0] for place in of_jobs] == ["list", "page"] * 2


def test_a_case_is_found(root: Path, tmp_path: Path, frozen: dict[str, Any]) -> None:
    """A case that holds the name is listed, the one with the most mentions first."""
    cases = tmp_path / "conformance"
    cases.mkdir(parents=True)
    (cases / "one.json").write_text('{"keyword": "min_runs"}', encoding="utf-8")
    (cases / "two.json").write_text('{"query": ["min_runs"], "min_runs": 3}', encoding="utf-8")
    (cases / "other.json").write_text('{"min_runs_of": "all min_runs of it"}', encoding="utf-8")
    parameter = frozen["components"]["parameters"]["MinRuns"]
    [mention] = find_mentions(
        tmp_path, found(frozen, ("MinRuns", {**parameter, "schema": {"type": "string"}}))
    )
    assert mention.keywords == []
    assert mention.files["cases"] == [
        "conformance/two.json (2)",
        "conformance/one.json (1)",
    ]


def test_a_value_of_an_enumeration_is_looked_for(frozen: dict[str, Any]) -> None:
    """Beside the name of the field, the value itself leads to what treats it; a text leads nowhere."""
    direction = frozen["components"]["parameters"]["OrderByDirection"]
    more = {"type": "string", "enum": ["ASC", "DESC", "RANDOM"], "title": "OrderDirection"}
    findings = found(frozen, ("OrderByDirection", {**direction, "schema": more}))
    wanted = {finding.rule.id: names(finding) for finding in findings}
    assert wanted == {
        "request-enum-value-added": ["order_by_direction", "RANDOM"],
        "documentation-changed": [],
    }


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("id__starts_with", "id_starts_with"),
        ("status", "status"),
        ("content-range", "content_range"),
    ],
)
def test_a_keyword_is_spelled_as_python_does(name: str, spelled: str) -> None:
    """Two underscores are one, and a dash is one."""
    assert keyword(name) == spelled


def test_what_is_mentioned_nowhere_is_said(copy: Copy) -> None:
    """A name that nothing knows yet is listed as such."""
    copy.release("0.1.0")
    copy.edit(("name: min_runs", "name: least_runs"))
    done = copy.run()
    assert "request-parameter-removed (renamed to least_runs?)" in done.stdout
    assert done.stdout.endswith(
        "  least_runs\n    not mentioned yet\n  min_runs\n    not mentioned yet\n"
    )
