"""What a client of a scenario signs in at is listened in on, and the addresses that it gets are those of the case."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from conformance.test_scenarios import FINE, KIT, Client, case_with
from pasqal_client.conformance.calls import Answer, Call
from pasqal_client.conformance.findings import Finding
from pasqal_client.conformance.kit import find_folder
from pasqal_client.conformance.scenario_set_up import ACCOUNT_FORM, AUDIENCE
from pasqal_client.conformance.scenarios import play_scenario

SIGNS_IN = {"credentials": "account"}
FORM = "application/x-www-form-urlencoded"


def sign_in(call: Call, body: bytes, kind: str = FORM) -> Any:
    """What the token endpoint answers to a body."""
    assert call.credentials is not None
    headers = {"Content-Type": kind, "Authorization": "Bearer old"}
    request = urllib.request.Request(call.credentials["token_url"], body, headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return {"error": error.code}


def play(answer: Any, expected: dict[str, Any], **case: Any) -> list[Finding]:
    """What of a case does not hold of a client that answers like this."""
    client: Any = Client(answer)
    return play_scenario(case_with(expected, **{"client": SIGNS_IN, **case}), KIT, client)


# What of the form is sent, as what, and what is told.
FORMS: dict[str, tuple[set[str], str, list[str]]] = {
    "whole": ({"audience"}, f"{FORM}; charset=utf-8", []),
    "without audience": (set(), FORM, ["/0/0"]),
    "JSON": ({"audience"}, "application/json", ["Content-Type"]),
}


@pytest.mark.parametrize("what", FORMS)
def test_a_form_is_compared(what: str) -> None:
    """Each field counts, and so does the type of the body."""
    fields, kind, told = FORMS[what]

    def answer(call: Call) -> Answer:
        """Sign in with some of the fields."""
        assert call.credentials is not None
        form = call.credentials["form"]
        sent = {name: form[name] for name in form if name != "audience" or name in fields}
        sign_in(call, urlencode(sent).encode(), kind)
        return FINE(call)

    found = play(answer, {"token_form": True})
    assert [finding.expected.partition(": ")[0] for finding in found] == told


def test_a_form_has_to_come() -> None:
    """A client that never signs in has not sent the right one."""
    (finding,) = play(FINE, {"token_form": True})
    assert (finding.assertion, finding.got) == ("token_form", "none came")


def test_the_form_is_that_of_the_default_region() -> None:
    """A client that knows the forms of its regions only can send it."""
    kit = json.loads((find_folder() / "credentials.json").read_text(encoding="utf-8"))
    region = kit["regions"][kit["default_region"]]
    assert region["audience"] == AUDIENCE
    assert {
        "client_id": region["client_id"],
        "grant_type": region["password_grant_type"],
        "realm": region["realm"],
    } == ACCOUNT_FORM


def test_an_issued_token_is_a_secret() -> None:
    """What the token endpoint answers is looked for like the token of the sandbox, and never printed."""

    def answer(call: Call) -> Answer:
        """Say the token."""
        assert call.credentials is not None
        issued = sign_in(call, urlencode(call.credentials["form"]).encode())
        return Answer("ok", {"result": issued["access_token"]})

    client = Client(answer)
    case = case_with({"result": ""}, client=SIGNS_IN)
    found = play_scenario(case, KIT, client)  # type: ignore[arg-type]
    assert [finding.assertion for finding in found] == ["result", "hides"]
    assert client.mask.hide(found[0].got) == '"{token}"'


@pytest.mark.parametrize("body", ["nothing", [1], {"access_token": 1}, {"url": "{token_url}"}])
def test_the_answer_of_a_fault_passes(body: Any) -> None:
    """The client gets what the case says, and the address that stands in it."""
    fault = {"operation": "token", "status": 403, "body": body}
    answers: list[int] = []

    def answer(call: Call) -> Answer:
        """Keep what came."""
        answers.append(sign_in(call, b"")["error"])
        return FINE(call)

    expected = {"requests": {"token": 1}, "without_headers": {"token": ["cookie"]}}
    assert play(answer, expected, sandbox={"batches": [], "faults": [fault]}) == []
    assert answers == [403]


def test_headers_reach_the_token_endpoint() -> None:
    """A token that is sent along is seen there, and fails the case."""

    def answer(call: Call) -> Answer:
        """Send a form with a token."""
        sign_in(call, b"")
        return FINE(call)

    (finding,) = play(answer, {"without_headers": {"token": ["authorization"]}})
    assert finding.assertion == "without_headers"


def test_addresses_are_those_of_the_case() -> None:
    """Nobody listens at a closed port, and another host than loopback is none."""
    hosts = []

    def answer(call: Call) -> Answer:
        """Keep the addresses."""
        hosts.append(urlsplit(call.base_url).hostname)
        hosts.append(urlsplit((call.credentials or {}).get("token_url", "")).hostname)
        return FINE(call)

    def ask(call: Call) -> Answer:
        """Ask the service."""
        with pytest.raises(urllib.error.URLError, match="refused"):
            urllib.request.urlopen(call.base_url)  # noqa: S310
        return FINE(call)

    for client in ({"not_loopback": "base_url"}, {**SIGNS_IN, "not_loopback": "token_url"}):
        assert play(answer, {"result": 1}, client=client) == []
    assert hosts == ["0.0.0.0", None, "127.0.0.1", "0.0.0.0"]  # noqa: S104
    assert play(ask, {"result": 1}, client={"closed_port": True}) == []


def test_the_service_gets_no_password() -> None:
    """A request that has it in its query is told."""

    def answer(call: Call) -> Answer:
        """Ask for jobs with the password."""
        assert call.credentials is not None
        query = urlencode({"user_id": call.credentials["form"]["password"]})
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"{call.base_url}/api/v2/jobs?{query}")  # noqa: S310
        return FINE(call)

    (finding,) = play(answer, {"result": 1})
    assert finding == Finding("hides", "the password is in no request", "get_jobs has it")
