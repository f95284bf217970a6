"""Each assertion of a case can fail: a client that does one thing wrong is found out by it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from conformance.small_kit import (
    BATCH,
    BODY,
    CREATION,
    ID,
    JOBS,
    KIT,
    TOKEN,
    Act,
    Puppet,
    Sent,
    case_of,
    sent_for,
    with_headers,
)
from pasqal_client.conformance import calls
from pasqal_client.conformance.calls import Answer, Call
from pasqal_client.conformance.findings import OUTCOME, Finding, compare
from pasqal_client.conformance.kit import Case, Kit
from pasqal_client.conformance.run import PLAYERS, Options, Verdict, play_cases
from pasqal_client.conformance.scripted_server import ScriptedServer

READ, WRITE, REFUSED = ("requests", "read"), ("requests", "write"), ("requests", "refused")
PAGE, FILE = ("answers", "page"), ("answers", "file")
BUSY, GONE = ("errors", "busy"), ("errors", "gone")

FIRST, SECOND = (sent_for(calls.TOKEN, one) for one in case_of(*READ)["requests"])
CREATE = with_headers(sent_for("", CREATION), {"Authorization": None})
ASKED = Sent("GET", "/api/v2/jobs")
PLACE = {"total": 1, "start": None, "end": None}
RETURNED = Answer("ok", {"result": ["84e3c4a5-bdf5-43ef-827e-5fd5fba5913d"], "page": PLACE})
VIEW = Answer(
    "ok",
    {
        "shows": {
            "/data/0/id": {"uuid": ID["uuid"].upper().replace("-", "")},
            "/data/0/start": {"time": "2026-10-12T13:45:31+05:45"},
            "/data/0/runs": {"value": 1.5},
            "/data/0/status": {"enum": "HELD", "known": False},
            "/data": {"value": [1]},
            "/total": {"value": 12345678901234567890},
            "/code": {"absent": None},
        },
        "departures": ["/total", "/data/1"],
        "given_back": BODY.replace("1.5", "1.50"),
    },
)
STRICT = Answer("error", {"class": "DepartureError"})
PLACED = Answer("ok", {"page": {"total": 1, "start": 0, "end": 1}})
EMPTY_FILE = Answer(
    "ok", {"shows": {"/counter": {"absent": None}}, "departures": [], "given_back": "{}"}
)
ERROR = Answer(
    "error",
    {
        "class": "RateLimitError",
        "status": 429,
        "reason": "slower, if you please",
        "retry_after": 3.0,
        "request_id": None,
        "errors": [{"loc": ["query", 0]}],
        # A stack trace has lines.
        "everything": "slower, if you please\n  in line 1",
    },
)
LOST = Answer("error", {"class": "NotFoundError", "status": 404, "reason": "404 Not Found"})

GOOD: dict[tuple[str, str], list[Act]] = {
    READ: [Act(RETURNED, [SECOND, FIRST])],
    WRITE: [Act(Answer("error", {}), [CREATE])],
    REFUSED: [Act(Answer("refused", "it is not an id"))],
    PAGE: [Act(VIEW), Act(STRICT), Act(PLACED)],
    FILE: [Act(EMPTY_FILE), Act(EMPTY_FILE)],
    BUSY: [Act(ERROR, [ASKED]), Act(ERROR, [ASKED, ASKED])],
    GONE: [Act(LOST, [ASKED]), Act(LOST, [ASKED])],
}
"""For each case, what a client does that passes it."""

Change = Callable[[Act], Act]


def saying(outcome: str, content: Any) -> Change:
    """The client says this in place of what is right."""
    return lambda act: replace(act, says=Answer(outcome, content))


def telling(**parts: Any) -> Change:
    """The client says this in some parts."""

    def change(act: Act) -> Act:
        return replace(act, says=Answer(act.says.outcome, {**act.says.content, **parts}))

    return change


def showing(pointer: str, value: Any) -> Change:
    """The client shows this in one place."""

    def change(act: Act) -> Act:
        return telling(shows={**act.says.content["shows"], pointer: value})(act)

    return change


def sending(*sent: Sent) -> Change:
    """The client sends these requests."""
    return lambda act: replace(act, sends=sent)


def creating(body: Any) -> Change:
    """The client sends a batch like this."""
    return sending(replace(CREATE, body=json.dumps(body).encode()))


BODY_SENT = CREATION["body"]

WRONG: dict[str, tuple[tuple[str, str], int, Change, str]] = {
    # Requests
    "one too few": (READ, 0, sending(FIRST), "requests"),
    "one too many": (READ, 0, sending(FIRST, SECOND, FIRST), "requests"),
    "one after what is to be refused": (REFUSED, 0, sending(FIRST), "refused"),
    "another key": (
        READ,
        0,
        sending(FIRST, replace(SECOND, target="/api/v2/jobs?limit=3")),
        "requests",
    ),
    "another method": (READ, 0, sending(FIRST, replace(SECOND, method="PUT")), "requests"),
    "a body where none is expected": (
        READ,
        0,
        sending(FIRST, replace(SECOND, body=b"\xff")),
        "requests",
    ),
    "a forbidden key": (
        READ,
        0,
        sending(FIRST, replace(SECOND, target="/api/v2/jobs?limit=1&offset=0")),
        "requests without",
    ),
    "another token": (
        READ,
        0,
        sending(FIRST, with_headers(SECOND, {"Authorization": "Bearer x"})),
        "headers",
    ),
    "no token": (READ, 0, sending(FIRST, with_headers(SECOND, {"Authorization": None})), "headers"),
    "an empty header": (
        READ,
        0,
        sending(FIRST, with_headers(SECOND, {"Accept": ""})),
        "has_headers",
    ),
    "a forbidden header": (
        READ,
        0,
        sending(FIRST, with_headers(SECOND, {"Cookie": "a=b"})),
        "without_headers",
    ),
    "a token of a client without one": (
        WRITE,
        0,
        sending(with_headers(CREATE, {"Authorization": "Bearer x"})),
        "without_headers",
    ),
    "another body": (WRITE, 0, creating({**BODY_SENT, "jobs": [{"runs": 11}]}), "requests"),
    "a number as text": (WRITE, 0, creating({**BODY_SENT, "jobs": [{"runs": "10"}]}), "requests"),
    "null in place of nothing": (WRITE, 0, creating({**BODY_SENT, "open": None}), "requests"),
    "an entry too many": (
        WRITE,
        0,
        creating({**BODY_SENT, "jobs": [{"runs": 10}, {}]}),
        "requests",
    ),
    "an entry too few": (WRITE, 0, creating({**BODY_SENT, "jobs": []}), "requests"),
    "a tag that does not match": (
        WRITE,
        0,
        creating({**BODY_SENT, "tags": ["pasqal-client:x"]}),
        "requests",
    ),
    "a tag that is no text": (WRITE, 0, creating({**BODY_SENT, "tags": [1]}), "requests"),
    "a body that is no object": (WRITE, 0, creating([BATCH]), "requests"),
    "a body that is not JSON": (WRITE, 0, sending(replace(CREATE, body=b"{")), "requests"),
    "a body of another type": (
        WRITE,
        0,
        sending(with_headers(CREATE, {"Content-Type": "text/plain"})),
        "requests",
    ),
    "a body in gzip that is not": (
        WRITE,
        0,
        sending(with_headers(replace(CREATE, body=b"x"), {"Content-Encoding": "gzip"})),
        "requests",
    ),
    "no body": (
        WRITE,
        0,
        sending(with_headers(replace(CREATE, body=b""), {"Content-Type": None})),
        "requests",
    ),
    "a refusal of what is right": (WRITE, 0, saying("refused", "no"), "requests"),
    "no refusal": (REFUSED, 0, saying("ok", {}), "refused"),
    "another result": (READ, 0, telling(result=[]), "returns"),
    "another place": (READ, 0, telling(page={"total": 1}), "page"),
    "an error where a result is expected": (READ, 0, saying("error", {}), OUTCOME),
    # Answers
    "an error for a view": (PAGE, 0, saying("error", {}), OUTCOME),
    "another id": (PAGE, 0, showing("/data/0/id", {"uuid": BATCH}), "shows"),
    "an id that is no text": (PAGE, 0, showing("/data/0/id", {"uuid": 7}), "shows"),
    "another moment": (
        PAGE,
        0,
        showing("/data/0/start", {"time": "2026-10-12T08:00:31.000001Z"}),
        "shows",
    ),
    "a time that is none": (PAGE, 0, showing("/data/0/start", {"time": "now"}), "shows"),
    "a place of no form": (PAGE, 0, showing("/data/0/runs", 1.5), "shows"),
    "true in place of a number": (PAGE, 0, showing("/data/0/runs", {"value": True}), "shows"),
    "another size": (PAGE, 0, showing("/data", {"value": [1, 2]}), "shows"),
    "a rounded integer": (PAGE, 0, showing("/total", {"integer": "12345678901234567891"}), "shows"),
    "an integer that is none": (PAGE, 0, showing("/total", {"integer": "many"}), "shows"),
    "nothing shown": (FILE, 0, telling(shows=None), "shows"),
    "a departure too few": (PAGE, 0, telling(departures=["/total"]), "departures"),
    "no departures": (PAGE, 0, telling(departures=None), "departures"),
    "another order of keys": (
        PAGE,
        0,
        telling(given_back=json.dumps(dict(reversed(json.loads(BODY).items())))),
        "given_back",
    ),
    "a digit lost": (PAGE, 0, telling(given_back=BODY.replace("1.5", "1.4")), "given_back"),
    "a key lost": (PAGE, 0, telling(given_back='{"data": []}'), "given_back"),
    "no text given back": (PAGE, 0, telling(given_back=None), "given_back"),
    "no JSON given back": (PAGE, 0, telling(given_back="{"), "given_back"),
    "strict and content": (PAGE, 1, saying("ok", {}), "strict"),
    "strict and refused": (PAGE, 1, saying("refused", "no"), "strict"),
    "strict and too strict": (FILE, 1, saying("error", {"class": "DepartureError"}), "strict"),
    "another page": (PAGE, 2, telling(page=None), "page"),
    "an error for a page": (PAGE, 2, saying("error", {}), "page"),
    # Errors
    "a success": (BUSY, 0, saying("ok", {}), OUTCOME),
    "another class": (BUSY, 0, telling(**{"class": "ServerError"}), "class"),
    "another status": (BUSY, 0, telling(status=430), "status"),
    "another reason": (BUSY, 0, telling(reason="failed, if you do not wait"), "reason joined"),
    "a reason in another order": (BUSY, 0, telling(reason="please, if you can, slower"), "joined"),
    "a reason without our own words": (BUSY, 0, telling(reason="slower, please"), "phrases"),
    "a line break in a field": (BUSY, 0, telling(reason="slower,\nif you please"), "hides"),
    "another pause": (BUSY, 0, telling(retry_after=30), "retry_after"),
    "another request id": (BUSY, 0, telling(request_id="r-1"), "request_id"),
    "other mistakes": (BUSY, 0, telling(errors=[{"loc": ["query", "0"]}]), "errors"),
    "a token in what is printed": (BUSY, 0, telling(everything=f"<{TOKEN}>"), "hides"),
    "a token in a key": (BUSY, 0, telling(further=[{TOKEN: 1}]), "hides"),
    "nothing that is printed": (BUSY, 0, telling(everything=None), "hides"),
    "sent twice at once": (BUSY, 0, sending(ASKED, ASKED), "sent_once"),
    "sent again": (GONE, 1, sending(ASKED, ASKED), "repeated"),
    "not sent again": (BUSY, 1, sending(ASKED), "repeated"),
}
"""A mistake: the case, the call, what the client does otherwise, and the assertions that tell it."""


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """One server for all cases, as in a run."""
    with ScriptedServer() as running:
        yield running


def play(server: ScriptedServer, case: tuple[str, str], acts: list[Act]) -> list[Finding]:
    """What the runner finds about a client that acts like this."""
    puppet: Any = Puppet(*acts)
    return PLAYERS[case[0]].play(case_of(*case), KIT, puppet, server)


@pytest.mark.parametrize("case", GOOD, ids="/".join)
def test_a_client_without_mistakes_passes(server: ScriptedServer, case: tuple[str, str]) -> None:
    """Spellings that mean the same are the same: ids, moments, numbers, the order of reads and of departures."""
    assert play(server, case, GOOD[case]) == []


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_told_by_its_assertions(server: ScriptedServer, mistake: str) -> None:
    """There are findings of these, and of no other."""
    case, place, change, assertions = WRONG[mistake]
    acts = [change(act) if number == place else act for number, act in enumerate(GOOD[case])]
    assert {found.assertion for found in play(server, case, acts)} == {*assertions.split()}


def test_every_assertion_can_fail() -> None:
    """The mistakes above take in each assertion that a case can make."""
    made = {OUTCOME}
    for kind, player in PLAYERS.items():
        for case in KIT.files[kind]["cases"]:
            made.update(player.assertions(case, KIT))
    assert made == {name for *_, names in WRONG.values() for name in names.split()}


def test_a_pattern_may_stand_in_an_object(server: ScriptedServer) -> None:
    """And where the body is an array; what matches is as good as the example."""
    changes: list[tuple[Any, Any, str]] = [
        ({"tag": "x"}, {"tag": "x7"}, "/tag"),
        (["x"], ["x7"], "/0"),
    ]
    for example, body, pointer in changes:
        request = {**CREATION, "body": example, "patterns": {pointer: "x[0-9]"}}
        case = {**case_of(*WRITE), "requests": [request]}
        puppet: Any = Puppet(Act(Answer("ok", {}), [sent_for("t", {**request, "body": body})]))
        found = PLAYERS["requests"].play(case, KIT, puppet, server)
        assert {one.assertion for one in found} == {"headers"}


def test_a_write_is_compared_in_order(server: ScriptedServer) -> None:
    """What a write reads before has to come before."""
    case = {**case_of(*WRITE), "requests": [JOBS, *case_of(*WRITE)["requests"]]}
    before = with_headers(FIRST, {"Authorization": None})
    for sent, number in (([before, CREATE], 0), ([CREATE, before], 1)):
        puppet: Any = Puppet(Act(Answer("ok", {}), sent))
        found = PLAYERS["requests"].play(case, KIT, puppet, server)
        assert len([one for one in found if one.assertion == "requests"]) == number


IDS = [f"id={number}" for number in range(6)]
HALVES = [
    {"method": "GET", "path": "/api/v2/jobs", "query": "&".join(["limit=9", *IDS[:3]])},
    {"method": "GET", "path": "/api/v2/jobs", "query": "&".join(["limit=9", *IDS[3:]])},
]
# Which ids stand in each request, and whether that is right for a read and for a write.
SPLITS: dict[str, tuple[list[list[str]], bool, bool]] = {
    "halves": ([IDS[:3], IDS[3:]], True, True),
    "as many as fit": ([IDS[:5], IDS[5:]], True, True),
    "thirds": ([IDS[:2], IDS[2:4], IDS[4:]], True, True),
    "another order": ([IDS[3:], IDS[:3]], True, False),
    "an id that is missing": ([IDS[:3], IDS[4:]], False, False),
    "an id twice": ([IDS[:4], IDS[3:]], False, False),
    "one address": ([IDS], False, False),
    "nothing": ([], False, False),
}


def split_case(**others: Any) -> dict[str, Any]:
    """A read of many ids."""
    return {**case_of(*READ), "requests": HALVES, "split": 72, **others}


def play_split(server: ScriptedServer, case: dict[str, Any], sent: list[Sent]) -> list[str]:
    """The assertions that do not hold of these requests, but those about headers."""
    puppet: Any = Puppet(Act(RETURNED, sent))
    found = PLAYERS["requests"].play(case, KIT, puppet, server)
    return [one.assertion for one in found if one.assertion not in ("headers", "has_headers")]


@pytest.mark.parametrize("what", SPLITS)
def test_how_values_are_split_is_open(server: ScriptedServer, what: str) -> None:
    """All requests together have them, each once, and no address is too long; a write keeps their order."""
    parts, reads, writes = SPLITS[what]
    queries = ["&".join(["limit=9", *part]) for part in parts]
    for method, operation, is_right in (
        ("GET", "get_jobs", reads),
        ("PATCH", "cancel_jobs", writes),
    ):
        sent = [Sent(method, f"/api/v2/jobs?{query}") for query in queries]
        requests = [{**request, "method": method} for request in HALVES]
        found = play_split(server, split_case(requests=requests, operation=operation), sent)
        assert ({*found} == set()) is is_right


def test_what_is_split_is_one_kind_of_request(server: ScriptedServer) -> None:
    """Another place, another value of another key, and a body are told."""
    first, second = (f"{request['path']}?{request['query']}" for request in HALVES)
    wrong = [
        Sent("GET", second.replace("jobs", "batches")),
        Sent("GET", second.replace("limit=9", "limit=8")),
        Sent("GET", second, body=b"{}"),
    ]
    for other in wrong:
        assert play_split(server, split_case(), [Sent("GET", first), other]) == ["requests"]


def test_a_pause_is_measured_where_a_case_asks_for_it(server: ScriptedServer) -> None:
    """The client is told to wait, and what is too short is told; a request that did not come is told otherwise."""
    for pause, told in ((0.01, []), (60, ["pause"])):
        puppet: Any = Puppet(*GOOD[BUSY])
        case = {**case_of(*BUSY), "pause": pause}
        found = PLAYERS["errors"].play(case, KIT, puppet, server)
        assert [one.assertion for one in found] == told
        assert [call.pauses for call in puppet.calls] == [True, True]
        assert "pause" in PLAYERS["errors"].assertions(case, KIT)
    puppet = Puppet(GOOD[BUSY][0], Act(ERROR, [ASKED]))
    found = PLAYERS["errors"].play(case, KIT, puppet, server)
    assert [one.assertion for one in found] == ["repeated"]


def test_a_body_may_come_in_gzip_or_in_pieces(server: ScriptedServer) -> None:
    """How a body travels is up to the library of a port."""
    packed = with_headers(
        replace(CREATE, body=gzip.compress(CREATE.body)), {"Content-Encoding": "gzip"}
    )
    assert play(server, WRITE, [Act(RETURNED, [packed])]) == []
    content = CREATE.body
    pieces = b"".join(
        b"%x;a=b\r\n%b\r\n" % (len(part), part) for part in (content[:9], content[9:])
    )
    chunked = with_headers(
        replace(CREATE, body=pieces + b"0\r\nTrailer: x\r\n\r\n"),
        {"Transfer-Encoding": "chunked"},
    )
    assert play(server, WRITE, [Act(RETURNED, [chunked])]) == []


def test_a_case_has_files_beside_its_answers(server: ScriptedServer) -> None:
    """`{files}` in an answer is their address, and what is fetched there is not among the requests of the service."""
    sent = [FIRST, SECOND, Sent("GET", "/files/result"), Sent("GET", "/files/other")]
    puppet: Any = Puppet(Act(RETURNED, sent))
    assert PLAYERS["requests"].play(case_of(*READ), KIT, puppet, server) == []
    (call,) = puppet.calls
    answered, _, file, missing = puppet.received
    assert json.loads(answered) == {"data": [{"link": f"{call.base_url}/files/result"}]}
    assert (file, b"no answer" in missing) == (b"{}", True)


@pytest.mark.parametrize("name", ["Authorization", "Cookie"])
def test_a_file_is_fetched_without_a_secret(server: ScriptedServer, name: str) -> None:
    """Whoever serves the files must not see who asks for them; the finding does not show it either."""
    fetched = Sent("GET", "/files/result", {name: f"Bearer {TOKEN}"})
    found = play(server, READ, [Act(RETURNED, [FIRST, SECOND, fetched])])
    assert [one.assertion for one in found] == ["requests"]
    assert name.lower() in found[0].expected
    assert TOKEN not in str(found)


def test_only_values_of_one_key_keep_their_order(server: ScriptedServer) -> None:
    """How a library sorts the keys of a query is up to it."""
    case = {**case_of(*READ), "requests": [{**JOBS, "query": "b=1&a=2&a=1"}], "without": []}
    for query, number in (("a=2&a=1&b=1", 0), ("a=1&a=2&b=1", 1)):
        puppet: Any = Puppet(Act(RETURNED, [replace(FIRST, target=f"/api/v2/jobs?{query}")]))
        found = PLAYERS["requests"].play(case, KIT, puppet, server)
        assert len([one for one in found if one.assertion == "requests"]) == number


NARROW = Kit(
    KIT.files, {"read-first": {"others": True}, "default-order": {"query": ["limit", "offset"]}}
)
"""The small kit, with two policies that leave only a part of the requests out."""
CREATED = case_of(*WRITE)["requests"][0]
OTHERWISE: dict[str, tuple[list[Any], list[Sent], bool]] = {
    "what is read first": ([JOBS, CREATED], [CREATE], True),
    "another write": ([JOBS, CREATED], [replace(CREATE, target="/api/v1/batches?a=1")], False),
    "an order of its own": (
        [{**CREATED, "query": "limit=2&a=1"}],
        [replace(CREATE, target="/api/v1/batches?a=1&offset=7")],
        True,
    ),
    "another filter": (
        [{**CREATED, "query": "limit=2&a=1"}],
        [replace(CREATE, target="/api/v1/batches?a=2")],
        False,
    ),
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_decision_leaves_only_its_part_out(server: ScriptedServer, name: str) -> None:
    """What does not depend on what is decided otherwise is compared all the same."""
    requests, sent, passes = OTHERWISE[name]
    decided = ["read-first", "default-order"]
    content = {**case_of(*WRITE), "requests": requests, "policies": {"requests": decided}}
    case = Case("requests", content)
    puppet: Any = Puppet(Act(Answer("ok", {}), sent))
    (played,) = play_cases([case], NARROW, Options(KIT.features, decided), puppet, server)
    assert played.verdict is (Verdict.PASSED if passes else Verdict.FAILED)


def test_a_decision_that_leaves_all_out_counts_more(server: ScriptedServer) -> None:
    """Of two decisions, one of which leaves out all requests, none are compared."""
    content = {**case_of(*WRITE), "policies": {"requests": ["read-first", "address-limit"]}}
    puppet: Any = Puppet(Act(Answer("ok", {}), []))
    options = Options(KIT.features, ["read-first", "address-limit"])
    (played,) = play_cases([Case("requests", content)], NARROW, options, puppet, server)
    assert played.verdict is Verdict.PASSED


def test_what_no_case_has_is_not_found(server: ScriptedServer) -> None:
    """A request of no operation has no answer, and one outside of every call is not kept."""
    stage = server.prepare({})
    puppet = Puppet(Act(RETURNED, [Sent("GET", "/nowhere"), Sent("GET", "/api/v2/jobs")]))
    puppet.ask(Call("jobs.page", {}, stage.base_url, None))
    lost = Puppet(Act(RETURNED, [ASKED]))
    lost.ask(Call("jobs.page", {}, f"{stage.base_url}0", None))
    assert [request.operation for request in stage.requests] == [None, "get_jobs"]
    assert {b"no answer" in body for body in puppet.received + lost.received} == {True}


def test_a_difference_is_told_with_its_json_pointer() -> None:
    """A key may have a slash or a tilde, whichever side has it."""
    for expected, got in (({"a/~": 1}, {"a/~": 2}), ({"a/~": 1}, {}), ({}, {"a/~": 2})):
        (found,) = compare("returns", expected, got)
        assert found.expected.startswith("/a~1~0: ")
