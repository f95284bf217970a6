"""Plays a case of `answers.json`: what a client shows of an answer, or of a file."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from .calls import TOKEN, Answer, Call
from .findings import Finding, compare, describe, report_outcome
from .json_values import parse_exact
from .scripted_server import Reply, least_replies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .adapter import Adapter
    from .kit import Kit
    from .scripted_server import ScriptedServer

_ALWAYS = ("shows", "departures", "given_back", "strict")
_STRICT_ERROR = "DepartureError"


def answer_assertions(case: Mapping[str, Any], _: Kit) -> list[str]:
    """The assertions that a case makes."""
    if "page" in case:
        return [*_ALWAYS, "page"]
    return [*_ALWAYS]


def play_answer(
    case: Mapping[str, Any], kit: Kit, adapter: Adapter, server: ScriptedServer
) -> list[Finding]:
    """Play a case; what did not hold."""
    base_url = _prepare(case, kit, server)
    arguments = _arguments_of(case)
    view = adapter.ask(Call("read", arguments, base_url, TOKEN, ask=list(case["shows"])))
    strict = adapter.ask(Call("read", arguments, base_url, TOKEN, strict=True))
    found = [*_check_view(case, view), *_check_strict(case, strict)]
    if "page" in case:
        found += _check_page(case, kit, adapter, base_url)
    return found


def _prepare(case: Mapping[str, Any], kit: Kit, server: ScriptedServer) -> str:
    """Let the server give the answer of the case; the base URL."""
    replies = least_replies(kit, case)
    if "operation" in case:
        replies[case["operation"]] = [Reply(200, case["body"], case.get("headers", {}))]
    return server.prepare(replies).base_url


def _arguments_of(case: Mapping[str, Any]) -> dict[str, Any]:
    """What is to be read: an operation's answer over HTTP, or a file as it is."""
    if "schema" in case:
        return {"schema": case["schema"], "body": case["body"]}
    return {"operation": case["operation"]}


def _check_view(case: Mapping[str, Any], answer: Answer) -> list[Finding]:
    if answer.outcome != "ok":
        return report_outcome(answer, "ok")
    return [
        *_check_shown(case["shows"], answer.get("shows")),
        *_check_departures(case["departures"], answer.get("departures")),
        *_check_given_back(case["body"], answer.get("given_back")),
    ]


def _check_shown(expected: Mapping[str, Any], got: Any) -> list[Finding]:
    """The places that are not shown as they should be."""
    found = []
    for pointer, value in expected.items():
        entry = got.get(pointer) if isinstance(got, dict) else None
        if not _is_alike(value, entry):
            found += compare("shows", {pointer: value}, {pointer: entry})
    return found


def _is_alike(expected: Mapping[str, Any], got: Any) -> bool:
    """Whether a place is shown as it should be, in one of the spellings that mean the same."""
    if not isinstance(got, dict):
        return False
    items = got.get("value")
    # An adapter cannot know that nobody asks for what is in the array.
    if "size" in expected and isinstance(items, list):
        got = {"size": len(items)}
    return not compare("shows", _normalise(expected), _normalise(got))


def _normalise(shown: Mapping[str, Any]) -> dict[str, Any]:
    """One spelling of an id, a moment, or an integer."""
    found = {}
    for form, value in shown.items():
        name, normalise = _SPELLINGS.get(form, (form, _keep))
        try:
            found[name] = normalise(value)
        except (ValueError, TypeError, AttributeError, InvalidOperation):
            found[form] = value
    return found


def _keep(value: Any) -> Any:
    return value


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _id(text: str) -> str:
    return text.replace("-", "").lower()


_SPELLINGS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "integer": ("value", Decimal),
    "time": ("time", _moment),
    "uuid": ("uuid", _id),
}
"""For some forms, the form that they are compared in, and what is made of the value."""


def _check_departures(expected: list[str], got: Any) -> list[Finding]:
    if isinstance(got, list):
        got = sorted(map(str, got))
    return compare("departures", sorted(expected), got)


def _check_given_back(body: str, got: Any) -> list[Finding]:
    """What is given back has every key of the answer, in its order, and every digit."""
    try:
        again = parse_exact(got)
    except (TypeError, ValueError):
        return [Finding("given_back", "the answer again, as JSON text", repr(got))]
    return compare("given_back", parse_exact(body), again, ordered=True)


def _check_strict(case: Mapping[str, Any], answer: Answer) -> list[Finding]:
    """A strict client rejects an answer exactly if that departs."""
    if not case["departures"]:
        if answer.outcome == "ok":
            return []
        return [Finding("strict", "ok: nothing departs from the contract", describe(answer))]
    if answer.get("class") == _STRICT_ERROR:
        return []
    return [Finding("strict", f"an error of class {_STRICT_ERROR}", describe(answer))]


def _check_page(
    case: Mapping[str, Any], kit: Kit, adapter: Adapter, base_url: str
) -> list[Finding]:
    calls = kit.files["answers"].get("calls") or kit.files["errors"]["calls"]
    made = calls[case["operation"]]
    answer = adapter.ask(Call(made["call"], made["arguments"], base_url, TOKEN))
    if answer.outcome != "ok":
        return [Finding("page", "ok", describe(answer))]
    return compare("page", case["page"], answer.get("page"))
