"""Plays a case of `requests.json`: what a client sends for a call, and what the call returns."""

from __future__ import annotations

import copy
import re
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from ..sandbox.operations import PLACES
from .calls import TOKEN, Answer, Call
from .findings import Finding, compare, describe, report_outcome
from .json_values import parse_exact, steps
from .narrowed_requests import Narrowing
from .scripted_server import Reply, least_replies
from .sent_headers import HEADER_ASSERTIONS, check_headers, demands_of
from .split_requests import check_addresses, check_split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .adapter import Adapter
    from .kit import Kit
    from .scripted_server import ArrivedRequest, ScriptedServer

_ASSERTIONS = ("requests", "without", "refused", "returns", "page")
_READS = frozenset({"GET", "HEAD"})
_JSON = "application/json"
_ALL: Final = Narrowing()
"""Everything that is sent counts."""
_SECRET_HEADERS = ("authorization", "cookie")
_NO_MORE = "no further request"

_Pair = tuple["Mapping[str, Any] | None", "ArrivedRequest | None"]
"""A request that is expected, and one that arrived; one of them may be missing."""


def request_assertions(case: Mapping[str, Any], kit: Kit) -> list[str]:
    """The assertions that a case makes."""
    found = [name for name in _ASSERTIONS if name in case]
    demanded: set[str] = set()
    for request in case.get("requests", ()):
        demanded.update(demands_of(kit.files["requests"], request))
    found += [name for name in HEADER_ASSERTIONS if name in demanded]
    return found


def play_request(
    case: Mapping[str, Any],
    kit: Kit,
    adapter: Adapter,
    server: ScriptedServer,
    narrowing: Narrowing = _ALL,
) -> list[Finding]:
    """Play a case; what did not hold.

    Args:
        case: the case.
        kit: the files that it belongs to.
        adapter: what makes the call.
        server: what the call reaches.
        narrowing: what its requests are compared without.
    """
    files = {name: _file_reply(entry) for name, entry in case.get("files", {}).items()}
    stage = server.prepare(least_replies(kit, case), files)
    settings = case.get("settings", {})
    answer = adapter.ask(
        Call(case["call"], case["arguments"], stage.base_url, TOKEN, settings=settings)
    )
    if "refused" in case:
        return _check_refusal(answer, stage.requests)
    expected = narrowing.expected(case)
    arrived = narrowing.arrived(case, stage.requests)
    if "split" in case:
        pairs: list[_Pair] = [(expected[0], request) for request in arrived]
        found = check_split(expected, arrived, in_order=_is_write(case))
        found += check_addresses(stage, case["split"])
    else:
        pairs = _pair(expected, arrived, in_order=_is_write(case))
        found = _check_requests(pairs, answer)
    return [
        *found,
        *_check_file_requests(stage.file_requests),
        *_check_absent_keys(case.get("without", ()), stage.requests),
        *_check_all_headers(kit, pairs),
        *_check_returned(case, answer),
    ]


def _file_reply(entry: Mapping[str, Any]) -> Reply:
    return Reply(entry.get("status", 200), entry["body"], entry.get("headers", {}))


def _is_write(case: Mapping[str, Any]) -> bool:
    return PLACES[case["operation"]].method not in _READS


def _check_refusal(answer: Answer, arrived: Sequence[ArrivedRequest]) -> list[Finding]:
    expected = "the call is refused as a mistake of the caller, and nothing is sent"
    if arrived:
        return [Finding("refused", expected, f"sent {_line_of(arrived[0])}")]
    if answer.outcome != "refused":
        return [Finding("refused", expected, describe(answer))]
    return []


# ---------------------------------------------------------------------------
# Requests


def _pair(
    expected: Sequence[Mapping[str, Any]], arrived: Sequence[ArrivedRequest], *, in_order: bool
) -> list[_Pair]:
    """Each expected request with the one that arrived for it."""
    if in_order:
        return list(zip_longest(expected, arrived))
    pairs: list[_Pair] = []
    left = list(arrived)
    missing = []
    for request in expected:
        match = next((one for one in left if not _compare_request(request, one)), None)
        if match is None:
            missing.append(request)
            continue
        left.remove(match)
        pairs.append((request, match))
    return [*pairs, *zip_longest(missing, left)]


def _check_requests(pairs: Sequence[_Pair], answer: Answer) -> list[Finding]:
    """The first request that is not as expected."""
    if answer.outcome == "refused":
        return [Finding("requests", "the call is made", describe(answer))]
    for expected, arrived in pairs:
        found = _check_request(expected, arrived)
        if found:
            return found
    return []


def _check_file_requests(arrived: Sequence[ArrivedRequest]) -> list[Finding]:
    """Whoever serves the files must not see who asks for them."""
    for request in arrived:
        for name in _SECRET_HEADERS:
            if name in request.headers:
                expected = f"a request for a file without the header {name}"
                return [Finding("requests", expected, f"{name}: …")]
    return []


def _check_request(
    expected: Mapping[str, Any] | None, arrived: ArrivedRequest | None
) -> list[Finding]:
    if arrived is None:
        return [Finding("requests", _expected_line(expected or {}), _NO_MORE)]
    if expected is None:
        return [Finding("requests", _NO_MORE, _line_of(arrived))]
    return _compare_request(expected, arrived)


def _compare_request(expected: Mapping[str, Any], arrived: ArrivedRequest) -> list[Finding]:
    pairs = parse_qsl(expected["query"], keep_blank_values=True)
    place = (expected["method"], expected["path"])
    is_same = place == (arrived.method, arrived.path)
    if not is_same or _by_key(pairs) != _by_key(arrived.pairs):
        return [Finding("requests", _expected_line(expected), _line_of(arrived))]
    if "body" not in expected:
        if arrived.body:
            return [Finding("requests", "no body", arrived.body.decode(errors="replace"))]
        return []
    return _compare_body(expected, arrived)


def _by_key(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of a query, of which only those with the same key keep their order."""
    return sorted(pairs, key=itemgetter(0))


def _compare_body(expected: Mapping[str, Any], arrived: ArrivedRequest) -> list[Finding]:
    kind = arrived.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != _JSON:
        return [Finding("requests", f"Content-Type: {_JSON}", f"Content-Type: {kind}")]
    text = arrived.body.decode(errors="replace")
    try:
        body = parse_exact(text)
    except ValueError:
        return [Finding("requests", "a body of JSON", text)]
    wanted = _fill_patterns(expected["body"], body, expected.get("patterns", {}))
    return compare("requests", wanted, body)


def _fill_patterns(example: Any, body: Any, patterns: Mapping[str, str]) -> Any:
    """The example with what arrived in the places where that matches a pattern."""
    filled = copy.deepcopy(example)
    for pointer, pattern in patterns.items():
        *above, last = steps(pointer)
        around, sent = filled, body
        try:
            for step in above:
                around, sent = _member(around, step), _member(sent, step)
            text = _member(sent, last)
        except (LookupError, TypeError, ValueError):
            # It is not there, which the comparison tells.
            continue
        if isinstance(text, str) and re.fullmatch(pattern, text):
            _put(around, last, text)
    return filled


def _member(value: Any, step: str) -> Any:
    return value[int(step)] if isinstance(value, list) else value[step]


def _put(around: Any, step: str, value: Any) -> None:
    if isinstance(around, list):
        around[int(step)] = value
    else:
        around[step] = value


def _expected_line(request: Mapping[str, Any]) -> str:
    return _line(request["method"], request["path"], request["query"])


def _line_of(arrived: ArrivedRequest) -> str:
    return _line(arrived.method, arrived.path, arrived.query)


def _line(method: str, path: str, query: str) -> str:
    if query:
        return f"{method} {path}?{query}"
    return f"{method} {path}"


def _check_absent_keys(names: Sequence[str], arrived: Sequence[ArrivedRequest]) -> list[Finding]:
    for request in arrived:
        for name, _ in request.pairs:
            if name in names:
                return [Finding("without", f"no {name} in a query", _line_of(request))]
    return []


def _check_all_headers(kit: Kit, pairs: Sequence[_Pair]) -> list[Finding]:
    found = []
    for expected, arrived in pairs:
        if expected is not None and arrived is not None:
            found += check_headers(kit.files["requests"], expected, arrived, TOKEN)
    return found


# ---------------------------------------------------------------------------
# Results


def _check_returned(case: Mapping[str, Any], answer: Answer) -> list[Finding]:
    parts = [("returns", "result"), ("page", "page")]
    asserted = [(name, part) for name, part in parts if name in case]
    if asserted and answer.outcome != "ok":
        return report_outcome(answer, "ok")
    found = []
    for name, part in asserted:
        found += compare(name, case[name], answer.get(part))
    return found
