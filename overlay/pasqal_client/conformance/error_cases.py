"""Plays a case of `errors.json`: which error an answer becomes, and whether the request is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .calls import Answer, Call
from .findings import Finding, compare, report_outcome
from .json_values import dump
from .scripted_server import Reply, least_replies

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .adapter import Adapter
    from .kit import Kit
    from .scripted_server import ScriptedServer, Stage

_COMPARED = ("class", "status", "retry_after", "request_id", "errors")
_PAUSE = "pause"
# The clock of a client may differ, and its timer end a little early.
_EARLY = 0.05
_WORDS = ("reason", "phrases")
_JOINED = "joined"
_LINE_BREAKS = ("\r", "\n")
_EVERYTHING = "error.everything"
_TIMES = {False: "one request", True: "two requests"}


def error_assertions(case: Mapping[str, Any], _: Kit) -> list[str]:
    """The assertions that a case makes."""
    further = [name for name in ("hides", _PAUSE) if name in case]
    return [*case["expect"], *further, "repeated", "sent_once"]


def play_error(
    case: Mapping[str, Any], kit: Kit, adapter: Adapter, server: ScriptedServer
) -> list[Finding]:
    """Play a case; what did not hold."""
    reply = Reply(case["status"], case["body"], case["headers"])
    answer, stage = _make_call(case, kit, adapter, server, [reply])
    found = [*_check_error(case["expect"], answer), *_check_hidden(case.get("hides", ()), answer)]
    found += _check_count("sent_once", stage.count(case["operation"]), again=False)
    made = kit.files["errors"]["calls"][case["operation"]]
    least = least_replies(kit, made)[case["operation"]]
    _, stage = _make_call(case, kit, adapter, server, [reply, *least])
    found += _check_count("repeated", stage.count(case["operation"]), again=case["repeated"])
    if _PAUSE in case:
        found += _check_pause(case[_PAUSE], case["operation"], stage)
    return found


def _make_call(
    case: Mapping[str, Any],
    kit: Kit,
    adapter: Adapter,
    server: ScriptedServer,
    replies: list[Reply],
) -> tuple[Answer, Stage]:
    """Make the call of an operation, which is answered like this, as often as there are answers."""
    file = kit.files["errors"]
    made = file["calls"][case["operation"]]
    stage = server.prepare({**least_replies(kit, made), case["operation"]: replies})
    call = Call(
        made["call"],
        made["arguments"],
        stage.base_url,
        file["token"],
        settings=made.get("settings", {}),
        attempts=len(replies),
        pauses=_PAUSE in case,
    )
    return adapter.ask(call), stage


def _check_error(expected: Mapping[str, Any], answer: Answer) -> list[Finding]:
    if answer.outcome != "error":
        return report_outcome(answer, "error")
    found = []
    for name in _COMPARED:
        if name in expected:
            found += compare(name, expected[name], answer.get(name))
    return [*found, *_check_words(expected, str(answer.get("reason")))]


def _check_words(expected: Mapping[str, Any], reason: str) -> Iterator[Finding]:
    """What is not in the reason, or not in its place."""
    for name in _WORDS:
        for part in expected.get(name, ()):
            if part not in reason:
                yield Finding(name, f"{dump(part)} in it", dump(reason))
                break
    left = reason
    for part in expected.get(_JOINED, ()):
        _, there, left = left.partition(part)
        if not there:
            yield Finding(_JOINED, f"{dump(part)} in its place", dump(reason))
            return


def _check_hidden(hidden: Iterable[str], answer: Answer) -> list[Finding]:
    """Nothing that has to stay hidden is in what a user can see."""
    texts = list(answer.texts())
    found = []
    for number, secret in enumerate(hidden):
        for place, text in texts:
            if secret in text and not _is_trace(secret, place):
                # Said without the text, which is what must not be shown.
                where = f"it is in {place}"
                found.append(Finding("hides", f"the text number {number} is hidden", where))
                break
    if hidden and answer.outcome == "error" and not isinstance(answer.get("everything"), str):
        found.append(Finding("hides", "everything that a user can print", "nothing"))
    return found


def _is_trace(secret: str, place: str) -> bool:
    """Whether it is a line break among all that a user can print, such as between the lines of a stack trace."""
    return secret in _LINE_BREAKS and place == _EVERYTHING


def _check_count(assertion: str, number: int, *, again: bool) -> list[Finding]:
    if number == 1 + again:
        return []
    return [Finding(assertion, _TIMES[again], f"{number} of the operation arrived")]


def _check_pause(least: float, operation: str, stage: Stage) -> list[Finding]:
    """Whether the client waited before it sent its request again."""
    moments = [request.moment for request in stage.requests if request.operation == operation]
    # That it was not sent again is told already.
    if len(moments) < 2:
        return []
    waited = moments[1] - moments[0]
    if waited >= least - _EARLY:
        return []
    return [Finding(_PAUSE, f"at least {least:g} s between the requests", f"{waited:.3f} s")]
