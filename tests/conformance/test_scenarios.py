"""A scenario is set up, played and compared: each assertion can fail, and what is well passes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin

import pytest

from pasqal_client.conformance.calls import Answer, Call
from pasqal_client.conformance.findings import Finding
from pasqal_client.conformance.kit import Kit, find_folder, read_kit
from pasqal_client.conformance.mask import Mask
from pasqal_client.conformance.scenario_results import check_result
from pasqal_client.conformance.scenario_set_up import spell_out
from pasqal_client.conformance.scenarios import play_scenario, scenario_assertions

KIT = Kit({"scenarios": {"cases": []}})
JOB = "00000000-0000-4000-8000-00000000000{}"
ONE, TWO, THREE = (JOB.format(number) for number in range(1, 4))
NOTHING: dict[str, Any] = {"batches": []}


class Client:
    """Stands in for an adapter: it makes some requests, and answers.

    Args:
        answer: what it answers; it gets the call.
        paths: the paths that it asks for first, with its token.
    """

    def __init__(self, answer: Callable[[Call], Answer], *paths: str) -> None:
        self._answer = answer
        self._paths = paths
        self.calls: list[Call] = []
        self.mask = Mask()

    def ask(self, call: Call) -> Answer:
        """What the runner asks of an adapter."""
        self.calls.append(call)
        for path in self._paths:
            headers = {"Authorization": f"Bearer {call.token}"}
            url = urljoin(call.base_url, path)
            request = urllib.request.Request(url, headers=headers)  # noqa: S310
            with suppress(urllib.error.HTTPError, ConnectionError):
                urllib.request.urlopen(request).close()  # noqa: S310
        return self._answer(call)


def saying(outcome: str, content: Any) -> Callable[[Call], Answer]:
    """A client that answers the same each time."""
    return lambda _: Answer(outcome, content)


def case_with(expected: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A scenario that expects something."""
    return {
        "id": "count",
        "sandbox": NOTHING,
        "call": "jobs.count",
        "arguments": {},
        "expect": expected,
        **others,
    }


def play(case: dict[str, Any], client: Any) -> list[Finding]:
    """What of a case does not hold."""
    return play_scenario(case, KIT, client)


JOBS = "/core-fast/api/v2/jobs"
UNKNOWN = {"class": "OutcomeUnknownError", "status": None, "retry_after": None}
FINE = saying("ok", {"result": 1, "doubted": False})

# What is expected, the paths that the client asks for, and its answer.
HOLDS: dict[str, tuple[dict[str, Any], tuple[str, ...], Callable[[Call], Answer]]] = {
    "a result": ({"result": 1, "doubted": False}, (), FINE),
    "an error": (
        {"error": {"class": "OutcomeUnknownError", "status": None}},
        (),
        saying("error", UNKNOWN),
    ),
    "a refusal": ({"refused": True, "requests": {}}, (), saying("refused", "not a UUID")),
    "a number of requests": ({"requests": {"get_jobs": 2, "token": 0}}, (JOBS, JOBS), FINE),
    "at least": ({"requests": {"get_jobs": {"least": 1}}}, (JOBS, JOBS), FINE),
    "at most": ({"requests": {"get_jobs": {"most": 2}}}, (JOBS, JOBS), FINE),
    "statuses": ({"statuses": {"get_jobs": [200]}}, (JOBS,), FINE),
    "a state": ({"state": {"batches": 0, "open": 0, "jobs": {}}}, (), FINE),
    "a header that is not there": (
        {"without_headers": {"get_jobs": ["cookie"], "get_job": ["accept"]}},
        (JOBS,),
        FINE,
    ),
}
FAILS: dict[str, tuple[str, dict[str, Any], tuple[str, ...], Callable[[Call], Answer]]] = {
    "another outcome": ("outcome", {"result": 1}, (), saying("refused", "no")),
    "no error": ("outcome", {"error": {"class": "APIError"}}, (), FINE),
    "no refusal": ("refused", {"refused": True}, (), FINE),
    "another class": ("class", {"error": {"class": "APIError"}}, (), saying("error", UNKNOWN)),
    "another status": (
        "status",
        {"error": {"class": "OutcomeUnknownError", "status": 500}},
        (),
        saying("error", UNKNOWN),
    ),
    "another pause": (
        "retry_after",
        {"error": {"class": "OutcomeUnknownError", "retry_after": 7}},
        (),
        saying("error", UNKNOWN),
    ),
    "another result": ("result", {"result": 2}, (), FINE),
    "no doubt": ("doubted", {"doubted": True}, (), FINE),
    "one request too few": ("requests", {"requests": {"get_jobs": 1}}, (), FINE),
    "one request too many": ("requests", {"requests": {"get_jobs": {"most": 0}}}, (JOBS,), FINE),
    "any request at all": ("requests", {"requests": {}}, (JOBS,), FINE),
    "another status of an answer": ("statuses", {"statuses": {"get_jobs": [401]}}, (JOBS,), FINE),
    "a header that should not be there": (
        "without_headers",
        {"without_headers": {"get_jobs": ["authorization"]}},
        (JOBS,),
        FINE,
    ),
    "no file": ("carried_token", {"carried_token": False}, (JOBS,), FINE),
    "another state": ("state", {"state": {"batches": 1}}, (), FINE),
    "the token": (
        "hides",
        {"result": 1},
        (),
        lambda call: Answer("ok", {"result": 1, "notes": [f"Bearer {call.token}"]}),
    ),
}


@pytest.mark.parametrize("what", HOLDS)
def test_what_is_as_expected_passes(what: str) -> None:
    """A client that does what the case says has no findings."""
    expected, paths, answer = HOLDS[what]
    assert play(case_with(expected), Client(answer, *paths)) == []


@pytest.mark.parametrize("what", FAILS)
def test_what_is_not_as_expected_is_found(what: str) -> None:
    """Each assertion can fail, and only that one does."""
    assertion, expected, paths, answer = FAILS[what]
    found = play(case_with(expected), Client(answer, *paths))
    assert [finding.assertion for finding in found] == [assertion]


def test_every_assertion_can_fail() -> None:
    """The mistakes above take in each assertion that a scenario of the kit makes."""
    kit = read_kit(find_folder(), ["scenarios"])
    made = set()
    for case in kit.files["scenarios"]["cases"]:
        made.update(scenario_assertions(case, kit))
    # The forms have tests of their own, with the addresses.
    assert made == {assertion for assertion, *_ in FAILS.values()} - {"hides"} | {"token_form"}


def test_a_token_for_a_file_is_found() -> None:
    """A request for a result file that carries a token is told by the sandbox, and fails the case."""
    case = case_with({"carried_token": False})
    (finding,) = play(case, Client(FINE, "/_results/made-up"))
    assert (finding.assertion, finding.expected, finding.got) == ("carried_token", "false", "true")


SECRETS = {
    "account": "password",
    "service-account": "client_secret",
    "wrong-password": "password",
    "wrong-secret": "client_secret",
}


@pytest.mark.parametrize("kind", SECRETS)
def test_a_client_gets_what_it_signs_in_with(kind: str) -> None:
    """The fields of the form stand in the place of a token, and the secret among them is looked for."""

    def tell(call: Call) -> Answer:
        """Say the secret."""
        assert call.credentials is not None
        return Answer("ok", {call.credentials["form"][SECRETS[kind]]: 1})

    client = Client(tell)
    (finding,) = play(case_with({"requests": {}}, client={"credentials": kind}), client)
    assert finding == Finding("hides", f"the {SECRETS[kind]} is nowhere", "it is in a key of ok")
    (call,) = client.calls
    assert call.token is None


def test_settings_of_a_case_are_those_of_the_call() -> None:
    """A case says how often requests are sent, how long they may take, and for which project."""
    client = Client(FINE)
    settings = {"attempts": 2, "timeout": 0.3, "strict": True, "project_id": ONE}
    play(case_with({"result": 1}, client=settings), client)
    play(case_with({"result": 1}, client={"anonymous": True}), client)
    first, second = client.calls
    assert (first.attempts, first.timeout, first.strict) == (2, 0.3, True)
    assert first.settings == {"project_id": ONE}
    assert (second.attempts, second.timeout, second.strict) == (5, 10, False)
    assert second.to_line(1)["token"] is None


def test_a_sandbox_is_set_up_as_the_case_says() -> None:
    """Batches, devices, time, quirks and faults are there before the call, and gone when the state is read."""
    batches = {"series": [1, 2], "each": {"jobs": [{"fate": {"outcome": "ERROR"}}, {}]}}
    wanted = {
        "settings": {"result_lifetime": "1m"},
        "batches": batches,
        "devices": {"EMU_FREE": {"status": "DOWN"}},
        "advance": "16s",
        "quirks": ["no-counts"],
        "faults": [{"status": 503}],
    }
    expected = {
        "statuses": {"get_devices": [503]},
        "state": {"batches": 2, "open": 2, "jobs": {"ERROR": 1, "RUNNING": 1, "PENDING": 2}},
    }
    case = case_with(expected, sandbox=wanted)
    assert play(case, Client(FINE, "/core-fast/api/v2/devices")) == []


def test_the_assertions_of_a_case_are_listed() -> None:
    """How the call ends is always one, and the parts of an error are assertions of their own."""
    expected = {"error": {"class": "APIError", "status": 500}, "requests": {}, "state": {}}
    assert scenario_assertions(case_with(expected), KIT) == [
        "outcome",
        "class",
        "status",
        "requests",
        "state",
    ]


SERIES: dict[str, tuple[Any, Any]] = {
    "ids": ({"series": [1, 3]}, [ONE, TWO, THREE]),
    "ids in descending order": ({"series": [2, 1]}, [TWO, ONE]),
    "one id": ({"series": [1, 1]}, [ONE]),
    "objects": (
        {"series": [1, 2], "each": {"runs": 3}},
        [{"id": ONE, "runs": 3}, {"id": TWO, "runs": 3}],
    ),
    "pairs": ({"series": [1, 1], "status": "DONE"}, [[ONE, "DONE"]]),
    "one in an object in a list": ([{"id": {"series": [1, 1]}}], [{"id": [ONE]}]),
    "among other entries": ([{"series": [2, 3]}, ONE], [TWO, THREE, ONE]),
    "anything else": ({"id": [None, 1]}, {"id": [None, 1]}),
}


@pytest.mark.parametrize("what", SERIES)
def test_a_series_is_spelt_out(what: str) -> None:
    """A case with hundreds of ids is short, and the adapter sees all of them."""
    short, long = SERIES[what]
    assert spell_out(short) == long


LISTS: dict[str, tuple[dict[str, Any], Any, list[str]]] = {
    "all": ({"has": [ONE, TWO]}, [ONE, TWO], []),
    "others": ({"has": [ONE], "others": 2}, [TWO, ONE, THREE], []),
    "any order": ({"has": [ONE, TWO], "any_order": True}, [TWO, ONE], []),
    "too many others": ({"has": [ONE]}, [TWO, ONE], ["at most 0 others"]),
    "one twice": ({"has": [ONE]}, [ONE, ONE, ONE], [f'"{ONE}" once', "/1: nothing"]),
    "one missing": ({"has": [ONE, TWO]}, [ONE], ["all of 2 ids that are there throughout"]),
    "another order": ({"has": [ONE, TWO]}, [TWO, ONE], [f'/0: "{ONE}"']),
    "not a list": ({"has": []}, "none", ["a list of ids"]),
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_may_have_more(what: str) -> None:
    """What is there throughout is in a listing once and in its order, whatever comes and goes meanwhile."""
    expected, got, told = LISTS[what]
    found = check_result(expected, Answer("ok", {"result": got}))
    assert [finding.expected for finding in found] == told


def test_a_doubt_excuses_what_is_missing() -> None:
    """A listing that says that it may lack some may lack some, but none may be in it twice."""
    expected = {"has": [ONE, TWO], "unless_doubted": True}
    doubted = {"result": [ONE], "doubted": True}
    assert check_result(expected, Answer("ok", doubted)) == []
    assert check_result(expected, Answer("ok", doubted | {"doubted": False}))
    assert check_result(expected, Answer("ok", doubted | {"result": [ONE, ONE]}))
