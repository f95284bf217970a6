"""The runner as a program: which cases it plays, what it says, and how it ends when an adapter does not do its part."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, cast

import pytest

from pasqal_client.conformance import adapter, kit, program
from pasqal_client.conformance.calls import TOKEN
from pasqal_client.conformance.program import main
from pasqal_client.conformance.report import _shorten
from pasqal_client.conformance.run import PLAYERS, Player

SCRIPT = str(Path(__file__).parent / "adapters" / "scripted_adapter.py")
JOBS = {"method": "GET", "path": "/api/v2/jobs", "query": ""}
FOUND = {
    "zone": "Asia/Kathmandu",
    "languages": ["tr_TR.UTF-8", "tr_TR.UTF-8"],
    "home": [],
    "configuration": True,
    "private": [],
}


class Ran(NamedTuple):
    """The exit code of the program, and what it wrote."""

    code: int
    out: list[str]
    err: list[str]


Run = Callable[..., Ran]


def count_case(name: str, returns: Any = 1, **parts: Any) -> dict[str, Any]:
    """A case that expects a number."""
    return {
        "id": name,
        "why": "The number is one.",
        "feature": "jobs",
        "operation": "get_jobs",
        "call": "jobs.count",
        "arguments": {},
        "requests": [],
        "returns": returns,
        **parts,
    }


def write_kit(folder: Path, cases: Iterable[dict[str, Any]]) -> Path:
    """A kit with these cases of requests.json, and no others."""
    files: dict[str, Any] = {
        "requests": {"answers": {"get_jobs": {"data": []}}, "cases": list(cases)},
        "answers": {"cases": []},
        "errors": {"token": "a-token-of-the-file", "calls": {}, "cases": []},
        "scenarios": {"cases": []},
        "policies": {"policies": []},
    }
    for kind, file in files.items():
        (folder / f"{kind}.json").write_text(json.dumps({"kind": kind, **file}), encoding="utf-8")
    return folder


CASES = (
    count_case("counted"),
    count_case(
        "listed", call="jobs.list", requests=[JOBS], policies={"returns": ["default-order"]}
    ),
    count_case("of-batches", feature="batches"),
    count_case("of-taste", policies={"requests": ["ahead"], "returns": ["ahead", "overlap"]}),
)


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the program with the small kit, on the scripted adapter in one of its behaviours."""

    def run(behaviour: str, *options: str, cases: Iterable[dict[str, Any]] = CASES) -> Ran:
        command = ["--", sys.executable, "-S", SCRIPT, behaviour] if behaviour else []
        folder = write_kit(tmp_path, cases)
        try:
            code = main(["--kit", str(folder), *options, *command])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capfd.readouterr()
        return Ran(code, out.splitlines(), err.splitlines())

    return run


def test_a_client_that_does_what_it_should_passes(run: Run) -> None:
    """All cases are played to one adapter; a summary is all that is said, unless more is asked for."""
    ran = run("right")
    assert ran == (0, ["4 cases: 4 passed, 0 failed"], [])
    ran = run("right", "-v", "--only", "jobs.list")
    assert ran.out == ["passed requests/listed", "1 case: 1 passed, 0 failed"]


def test_the_surroundings_of_an_adapter_are_not_those_of_the_user(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither UTC nor C, an empty home, no settings and no proxy: what depends on them is found out."""
    for name in ("PASQAL_TOKEN", "https_proxy", "HTTP_PROXY", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run("environment", cases=[count_case("around", returns=FOUND)]).code == 0


def test_a_failure_says_what_was_expected_and_why(run: Run) -> None:
    """An author of a client needs no other page to see what is wrong."""
    ran = run("wrong", "--only", "requests/counted")
    assert ran.code == 1
    assert ran.out == [
        "failed requests/counted (jobs.count)",
        "  why: The number is one.",
        "  returns",
        "    expected: 1",
        "    got:      2",
        "1 case: 0 passed, 1 failed",
    ]


def test_neither_a_token_nor_a_terminal_code_is_printed(run: Run) -> None:
    """Not from what differs, which is cut around the first difference, and not from what the adapter itself says."""
    long = count_case("long", returns="{token}" + "é" * 400)
    ran = run("leak", cases=[long])
    printed = "\n".join(ran.out + ran.err)
    assert TOKEN not in printed
    assert "\x1b" not in printed
    assert ran.err == ["signed in with {token}", ""]
    expected, got = (line.split(": ", 1)[1].strip() for line in ran.out[3:5])
    assert got.startswith('"{token}\\u001b[1m\\u00e9')
    assert got.endswith("…")
    assert len(got) == 161
    assert expected.startswith('"{token}\\u00e9')


def test_long_values_are_cut_around_their_first_difference(run: Run) -> None:
    """What both have in common is not repeated."""
    ran = run("wrong", cases=[count_case("long", requests=[{**JOBS, "query": "a" * 500}])])
    assert ran.out[3].startswith("    expected: GET /api/v2/jobs?aaa")
    assert len(ran.out[3]) == len("    expected: ") + 161
    shorter, longer = _shorten("a" * 300, "a" * 500)
    assert (shorter, longer) == ("…" + "a" * 40, "…" + "a" * 160 + "…")


def test_what_a_client_does_not_have_is_counted_apart(run: Run) -> None:
    """A call that it does not support is no failure, and neither are the cases of a feature that it lacks."""
    ran = run("unsupported", "-v", "--features", "jobs", "--only", "t")
    assert ran.out[0] == 'unsupported requests/counted: "no \\u001b lists"'
    assert ran.out[-3:] == [
        "unsupported: jobs.count (2), jobs.list (1)",
        "failed: no case passed, so the run shows nothing",
        "4 cases: 0 passed, 0 failed, 3 unsupported, 1 of other features",
    ]
    assert ran.code == 1


def test_features_may_be_given_again(run: Run) -> None:
    """Those of each option count, for the list of cases, too."""
    assert run("right", "--features", "jobs", "--features", "batches").out == [
        "4 cases: 4 passed, 0 failed"
    ]
    ran = run("", "--features", "batches", "--list")
    assert [line.split()[0] for line in ran.out] == ["requests/of-batches"]


def test_a_pass_says_how_much_was_left_out(run: Run) -> None:
    """A case of which an assertion is left out may pass for that reason."""
    ran = run("wrong", "--otherwise", "default-order", "--only", "listed")
    assert ran.out == [
        "assertions left out, as the client decides otherwise: 1",
        "1 case: 1 passed, 0 failed",
    ]


def test_what_a_client_decides_otherwise_is_left_out(run: Run) -> None:
    """An assertion that depends on a policy is left out; a case with no other assertion is not played."""
    ran = run("wrong", "--otherwise", "default-order,ahead", "--only", "of-taste")
    assert ran.out[-1] == "1 case: 0 passed, 0 failed, 1 decided otherwise"
    ran = run("wrong", "--otherwise", "default-order", "--otherwise", "overlap")
    assert [line for line in ran.out if line.startswith("failed")] == [
        "failed requests/counted (jobs.count)",
        "failed requests/of-batches (jobs.count)",
    ]
    assert ran.out[-1] == "4 cases: 2 passed, 2 failed"


def test_a_known_failure_is_none_until_it_passes(run: Run, tmp_path: Path) -> None:
    """A list of known failures has to stay true: what passes now, or is no case, fails the run."""
    known = tmp_path / "known"
    known.write_text("# not yet\nrequests/counted # soon\n\nrequests/listed\n", encoding="utf-8")
    ran = run("wrong", "--known", str(known), "--only", "ed")
    assert ran == (0, ["2 cases: 0 passed, 0 failed, 2 known to fail"], [])
    ran = run("right", "--known", str(known), "--only", "counted")
    assert ran.code == 1
    assert ran.out == [
        "failed requests/counted: it is listed as known to fail, and passes now: remove it from the list",
        "1 case: 0 passed, 0 failed, 1 listed as known, but passing",
    ]
    known.write_text("requests/gone\x1b\n", encoding="utf-8-sig")
    ran = run("right", "--known", str(known))
    assert ran.code == 1
    assert (
        ran.out[0]
        == "failed requests/gone\\x1b: it is listed as known to fail, and no case has that name"
    )


def test_cases_can_be_listed_without_an_adapter(run: Run) -> None:
    """Each with its feature, its call and its reason."""
    ran = run("", "--list", "--only", "counted")
    assert ran == (0, ["requests/counted  [jobs]  jobs.count  The number is one."], [])


NONSENSE = {
    "text": r'it is not JSON: "Listening on {token} \u2026"',
    "list": 'its `n` is not 1: "[]"',
    "late": r'its `n` is not 1: "{\"n\": 0, \"ok\": {}}"',
    "two": r'it has to have one of ok, error, refused, unsupported: "{\"n\": 1, \"ok\": {}, \"error\": {}}"',
    "none": r'it has to have one of ok, error, refused, unsupported: "{\"n\": 1}"',
    "no-object": r'its `ok` is of the wrong type: "{\"n\": 1, \"ok\": []}"',
    "long": r'it has 20 bytes or more: "{\"n\": 1, \"ok\": {\"res"',
    "no-text": r'its `refused` is of the wrong type: "{\"n\": 1, \"refused\": {}}"',
}


@pytest.mark.parametrize("behaviour", NONSENSE)
def test_nonsense_is_quoted(run: Run, behaviour: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run ends with the line that makes no sense, and with what is wrong about it."""
    if behaviour == "long":
        monkeypatch.setattr(adapter, "_LONGEST_LINE", 20)
    ran = run(behaviour)
    said = f"error: the adapter talked nonsense in case requests/counted: {NONSENSE[behaviour]}"
    assert (ran.code, ran.out) == (2, [])
    assert ran.err == [f"python -m pasqal_client.conformance: {said}"]


def test_an_answer_that_is_nested_too_deep_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be parsed, and not be compared."""

    def play(*_: object) -> NoReturn:
        raise RecursionError

    player = PLAYERS["requests"]._replace(play=play)
    monkeypatch.setitem(cast("dict[str, Player]", PLAYERS), "requests", player)
    ran = run("right")
    assert (ran.code, len(ran.err)) == (2, 1)
    assert ran.err[0].endswith("in case requests/counted: its answer is nested too deep")


def test_an_adapter_that_ends_is_told_with_its_last_words(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit code or signal, and the last line of its stderr, which goes through as it comes.

    So it is if something that it has started still has its stdout.
    """
    ran = run("leave")
    assert ran.code == 2
    assert ran.err[:2] == ["a traceback", "it was {token}"]
    assert ran.err[2].endswith(
        "error: the adapter ended with exit code 7 in case requests/counted: it was {token}"
    )
    monkeypatch.setattr(adapter, "_LAST_WORDS", 0.05)
    ran = run("orphan")
    assert ran.err[0].endswith("the adapter ended with exit code 3 in case requests/counted")
    ran = run("abort")
    assert "the adapter ended with signal 6 (Aborted) in case requests/counted" in ran.err[-1]


def test_an_adapter_that_gives_no_answer_is_ended(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it still has a stdout or not; the limit is an option."""
    ran = run("stay", "--timeout", "0.05")
    assert ran.code == 2
    assert ran.err[0].endswith("the adapter gave no answer for 0.05 s to case requests/counted")
    monkeypatch.setattr(adapter, "_GRACE", 0.05)
    ran = run("close")
    assert ran.err[0].endswith("the adapter closed its stdout in case requests/counted")


@pytest.mark.parametrize("behaviour", ["leave-at-lists", "stay-at-lists"])
def test_an_adapter_that_is_lost_in_a_case_is_started_again(run: Run, behaviour: str) -> None:
    """The case has failed, and the others are played; once is no reason to lose the whole run."""
    ran = run(behaviour, "--timeout", "5" if "leave" in behaviour else "0.6")
    assert ran.code == 1
    assert ran.out[0] == "failed requests/listed (jobs.list)"
    assert ran.out[-1] == "4 cases: 3 passed, 1 failed"
    assert "case requests/listed" in ran.out[4]


def test_an_adapter_that_is_lost_again_and_again_ends_the_run(run: Run) -> None:
    """The others would only repeat what is wrong."""
    lists = [count_case(f"list-{number}", call="jobs.list") for number in range(9)]
    ran = run("leave-at-lists", cases=[count_case("counted"), *lists])
    assert ran.code == 2
    assert ran.err[-1].endswith("it was lost in 6 cases, so the run ends here")


def test_an_adapter_that_stays_after_the_end_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is no failure, as every answer was there; and a system without groups of processes will do."""
    monkeypatch.setattr(adapter, "_GRACE", 0.05)
    monkeypatch.delattr(os, "killpg")
    stubborn = f'import runpy, sys\nsys.argv[1:] = ["right"]\nrunpy.run_path({SCRIPT!r}, run_name="__main__")\n'
    stubborn += "import threading\nthreading.Event().wait()\n"
    folder = str(write_kit(tmp_path, CASES))
    assert main(["--kit", folder, "--", sys.executable, "-S", "-c", stubborn]) == 0
    assert capfd.readouterr().out == "4 cases: 4 passed, 0 failed\n"


def test_an_adapter_that_cannot_be_started_is_told(run: Run, tmp_path: Path) -> None:
    """In one line, without a traceback."""
    folder = str(write_kit(tmp_path, CASES))
    with pytest.raises(SystemExit, match="2"):
        main(["--kit", folder, "--", "/nowhere/adapter"])
    assert run("").code == 2


def test_an_interruption_ends_the_adapter(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves nothing behind, and has the exit code of shells."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "play_cases", interrupted)
    assert run("right") == (130, [], ["interrupted"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--features", "jobs,sing"], "'sing' is not a feature; there are batches, jobs"),
        (
            ["--otherwise", "x"],
            "'x' is not a policy; there are ahead, default-order, overlap",
        ),
        (["--only", "nothing"], "no case has 'nothing' in its name or call; --list shows all"),
        (["--timeout", "0"], "argument --timeout: '0' is not a number of seconds, such as 30"),
        (["--timeout", "x"], "argument --timeout: 'x' is not a number of seconds, such as 30"),
        (["--known", "/nowhere"], "/nowhere cannot be read: [Errno 2] No such file or directory"),
        ([], "the adapter is missing: give its command after --"),
        (["--"], "the adapter is missing: give its command after --"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_told_in_one_line(run: Run, options: list[str], said: str) -> None:
    """With what would be right, and exit code 2."""
    ran = run("", *options)
    assert (ran.code, ran.out, len(ran.err)) == (2, [], 1)
    assert ran.err[0].startswith(f"python -m pasqal_client.conformance: error: {said}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        ("{", "is not JSON"),
        ("[]", "is not a file of the kit: its `kind` is not 'requests'"),
        ('{"kind": "answers"}', "is not a file of the kit: its `kind` is not 'requests'"),
        ("[" * 100_000, "is not JSON"),
        ('{"kind": "requests"}', "its `cases` is not a list"),
        ('{"kind": "requests", "cases": [5]}', "its case 0 has no text `id`"),
        ('{"kind": "requests", "cases": [{"id": "x"}]}', "its case 0 has no text `why`"),
    ],
)
def test_a_kit_that_is_none_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    """A missing file must not pass for success."""
    if content is not None:
        (tmp_path / "requests.json").write_text(content)
    with pytest.raises(SystemExit, match="2"):
        main(["--kit", str(tmp_path), "--list"])
    assert said in capfd.readouterr().err


def test_a_kit_is_found_in_the_wheel_and_in_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files beside the runner come first; where there are none, an error names their place."""
    root = Path(__file__).parents[2]
    assert kit.find_folder() == root / "conformance"
    monkeypatch.setattr(kit, "_PLACES", (tmp_path / "data", root / "conformance"))
    (tmp_path / "data").mkdir()
    assert kit.find_folder() == tmp_path / "data"
    monkeypatch.setattr(kit, "_PLACES", (tmp_path / "x", tmp_path / "y"))
    assert kit.find_folder() == tmp_path / "x"


def test_the_module_runs_as_a_program(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Without the command line of this package."""
    monkeypatch.setattr(sys, "argv", ["conform", "--list", "--only", "page-id-one"])
    with pytest.raises(SystemExit, match="0"):
        import_module("pasqal_client.conformance.__main__")
    assert capfd.readouterr().out.startswith("requests/page-id-one  [jobs]  jobs.page  One id")


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (
            "fastapi",
            "The sandbox needs fastapi, which is not installed: "
            "it comes with the extra 'sandbox' (in a clone: pip install '.[sandbox]')\n",
        ),
        ("pasqal_client.conformance.run", None),
    ],
)
def test_the_program_says_in_one_line_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    missing: str,
    said: str | None,
) -> None:
    """As the sandbox does; a part of its own that is missing is a broken installation, and a traceback."""
    for name in list(sys.modules):
        if name.startswith(("pasqal_client.sandbox", "pasqal_client.conformance")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    if said is None:
        with pytest.raises(ModuleNotFoundError, match=missing):
            import_module("pasqal_client.conformance.__main__")
        return
    with pytest.raises(SystemExit, match="2"):
        import_module("pasqal_client.conformance.__main__")
    assert capsys.readouterr().err == said
