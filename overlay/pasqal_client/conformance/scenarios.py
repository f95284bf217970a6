"""Plays a case of `scenarios.json`: a sandbox is set up, a call is made, and what came of it is compared.

Each case has a sandbox of its own, so that no case depends on another. Whatever a case asserts is
looked at in one of three places: the answer of the adapter, the requests that arrived, and what is
in the sandbox afterwards.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..sandbox.operations import operation_of
from .calls import Answer, Call
from .findings import OUTCOME, Finding, compare, describe
from .json_values import dump
from .scenario_addresses import FORM_ASSERTION, check_forms, open_addresses
from .scenario_results import check_result
from .scenario_set_up import credentials_for, run_sandbox, set_faults, spell_out
from .scenario_state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..sandbox import RecordedRequest, Sandbox
    from .adapter import Adapter
    from .kit import Kit
    from .scenario_addresses import Addresses

_REFUSED = "refused"
_PARTS_OF_ERROR = ("class", "status", "retry_after")
_SETTINGS = ("project_id", "anonymous")
_ATTEMPTS = 5
_TIMEOUT = 10
_NAME_OF_FILE = "result_file"


def scenario_assertions(case: Mapping[str, Any], kit: Kit) -> list[str]:
    """The assertions that a case makes."""
    expected = case["expect"]
    error = expected.get("error", {})
    found = [name for name in _PARTS_OF_ERROR if name in error]
    found += [name for name in expected if name not in ("error", _REFUSED)]
    # How a call ends is told by more than the name of an error.
    return [_name_outcome(expected), *found]


def play_scenario(case: Mapping[str, Any], kit: Kit, adapter: Adapter) -> list[Finding]:
    """What of a case does not hold.

    Raises:
        UnsupportedError: the client does not have the call.
        AdapterError: it does not answer, or the answer makes no sense.
    """
    expected = spell_out(case["expect"])
    client = case.get("client", {})
    with (
        run_sandbox(case["sandbox"]) as sandbox,
        open_addresses(client, sandbox, adapter.mask.add) as addresses,
    ):
        set_faults(sandbox, case["sandbox"], addresses.token_url)
        call = _make_call(case, sandbox, addresses)
        answer = adapter.ask(call)
        # Before anything else is asked, which would be recorded, too.
        arrived = [request for request in sandbox.requests if _name(request)]
        findings = [
            *_check_answer(expected, answer),
            *_check_secrets(_secrets_of(call, sandbox, addresses), answer),
            *_check_sent_secrets(call, arrived),
            *_check_requests(expected, arrived),
        ]
        if FORM_ASSERTION in expected and call.credentials is not None:
            findings += check_forms(call.credentials["form"], addresses.forms)
        if "state" in expected:
            findings += _check_state(expected["state"], read_state(sandbox))
    return findings


def _make_call(case: Mapping[str, Any], sandbox: Sandbox, addresses: Addresses) -> Call:
    client = case.get("client", {})
    credentials = credentials_for(client.get("credentials"), sandbox, addresses.token_url)
    token = None
    if credentials is None:
        token = sandbox.token
    return Call(
        case["call"],
        spell_out(case["arguments"]),
        addresses.base_url,
        token,
        credentials,
        settings={name: client[name] for name in _SETTINGS if name in client},
        attempts=client.get("attempts", _ATTEMPTS),
        strict=client.get("strict", False),
        timeout=client.get("timeout", _TIMEOUT),
    )


# ---------------------------------------------------------------------------
# The answer


def _check_answer(expected: Mapping[str, Any], answer: Answer) -> Iterator[Finding]:
    outcome = _find_outcome(expected)
    if answer.outcome != outcome:
        yield Finding(_name_outcome(expected), outcome, describe(answer))
        return
    error = expected.get("error", {})
    for name in _PARTS_OF_ERROR:
        if name in error:
            yield from compare(name, error[name], answer.get(name))
    if "result" in expected:
        yield from check_result(expected["result"], answer)
    if "doubted" in expected:
        yield from compare("doubted", expected["doubted"], answer.get("doubted"))


def _find_outcome(expected: Mapping[str, Any]) -> str:
    for outcome in ("error", _REFUSED):
        if outcome in expected:
            return outcome
    return "ok"


def _name_outcome(expected: Mapping[str, Any]) -> str:
    """The assertion that the call ends as it should."""
    if _REFUSED in expected:
        return _REFUSED
    return OUTCOME


def _check_secrets(secrets: Iterable[tuple[str, str]], answer: Answer) -> Iterator[Finding]:
    texts = list(answer.texts())
    for name, secret in secrets:
        for place, text in texts:
            if secret in text:
                yield Finding("hides", f"{name} is nowhere", f"it is in {place}")


def _secrets_of(call: Call, sandbox: Sandbox, addresses: Addresses) -> Iterator[tuple[str, str]]:
    """What nothing may show: tokens, and what is exchanged for them."""
    yield "the token", sandbox.token
    for token in addresses.tokens:
        yield "a token of the token endpoint", token
    for name, secret in call.secrets.items():
        yield f"the {name}", secret


def _check_sent_secrets(call: Call, arrived: Iterable[RecordedRequest]) -> Iterator[Finding]:
    """The service gets none of what is exchanged for a token; forms for the token endpoint are not kept."""
    requests = list(arrived)
    for name, secret in call.secrets.items():
        for request in requests:
            body = (request.body or b"").decode(errors="replace")
            if secret in request.query_string + body:
                yield Finding("hides", f"the {name} is in no request", f"{_name(request)} has it")


# ---------------------------------------------------------------------------
# Requests


def _name(request: RecordedRequest) -> str | None:
    """The operation of a request."""
    return operation_of({"method": request.method, "path": request.path, "type": "http"})


def _check_requests(
    expected: Mapping[str, Any], arrived: list[RecordedRequest]
) -> Iterator[Finding]:
    if "requests" in expected:
        yield from _check_counts(expected["requests"], arrived)
    for operation, statuses in expected.get("statuses", {}).items():
        came = [request.status for request in arrived if _name(request) == operation]
        yield from compare("statuses", {operation: statuses}, {operation: came})
    for operation, absent in expected.get("without_headers", {}).items():
        yield from _check_headers(operation, absent, arrived)
    if "carried_token" in expected:
        yield from _check_files(expected["carried_token"], arrived)


def _check_counts(
    expected: Mapping[str, Any], arrived: Iterable[RecordedRequest]
) -> Iterator[Finding]:
    counts = Counter(_name(request) for request in arrived)
    if not expected and counts:
        yield Finding("requests", "none", _spell_counts(counts))
        return
    for operation, wanted in expected.items():
        if not _is_within(wanted, counts[operation]):
            yield Finding("requests", f"{operation}: {dump(wanted)}", _spell_counts(counts))


def _is_within(wanted: int | Mapping[str, int], count: int) -> bool:
    if isinstance(wanted, int):
        return count == wanted
    return wanted.get("least", 0) <= count <= wanted.get("most", count)


def _spell_counts(counts: Mapping[str | None, int]) -> str:
    return ", ".join(f"{operation}: {count}" for operation, count in counts.items()) or "none"


def _check_headers(
    operation: str, absent: Iterable[str], arrived: Iterable[RecordedRequest]
) -> Iterator[Finding]:
    for request in arrived:
        if _name(request) != operation:
            continue
        for name in absent:
            if name in request.headers:
                yield Finding("without_headers", f"{operation} without {name}", f"with {name}")


def _check_files(expected: bool, arrived: Iterable[RecordedRequest]) -> list[Finding]:
    files = [request for request in arrived if _name(request) == _NAME_OF_FILE]
    if not files:
        return [Finding("carried_token", "a result file is fetched", "none is")]
    return compare("carried_token", expected, any(request.carried_token for request in files))


# ---------------------------------------------------------------------------
# The sandbox afterwards


def _check_state(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[Finding]:
    asked = {name: found[name] for name in expected}
    return compare("state", dict(expected), asked)
