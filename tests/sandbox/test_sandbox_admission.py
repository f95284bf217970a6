"""Who is let in beside the API, and how much a request may carry, over real connections."""

import asyncio
import json
import re
import socket
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.admission import Admission, NotAdmittedError, read_body
from pasqal_client.sandbox.database.queries import JobsQuery, filters
from pasqal_client.sandbox.operations import PLACES
from sandbox.conftest import until

TOKEN = "/oauth/token"
CONTROL = "/_sandbox/advance"
BATCHES = "/_sandbox/batches"
JOBS = "/core-fast/api/v2/jobs"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def root(sandbox: Sandbox, plain: httpx.Client) -> httpx.Client:
    """A client of everything that the sandbox serves."""
    plain.base_url = httpx.URL(sandbox.base_url.removesuffix("core-fast"))
    return plain


def service_form(sandbox: Sandbox) -> dict[str, str]:
    secrets = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    return {"grant_type": "client_credentials", **secrets}


def asked(root: httpx.Client, sandbox: Sandbox, headers: dict[str, str]) -> list[httpx.Response]:
    """The answers of the token endpoint and of a route beside the API."""
    return [
        root.post(TOKEN, data=service_form(sandbox), headers=headers),
        root.post(CONTROL, json={"by": "1s"}, headers=headers),
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "http://localhost.example.org"},
        {"Origin": "http://127.0.0.1.example.org:8000"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "rebound.example.org"},
        {"Host": "rebound.example.org:80"},
        {"Host": "localhost.example.org"},
    ],
    ids=lambda headers: "-".join(*headers.items()),
)
def test_what_a_page_from_elsewhere_makes_a_browser_send_is_not_looked_at(
    sandbox: Sandbox, root: httpx.Client, headers: dict[str, str]
) -> None:
    """A page that names its origin, or a name that points here, is rejected with a reason, and nothing is done."""
    before = sandbox.now
    token, control = asked(root, sandbox, headers)
    assert (token.status_code, token.json()["error"]) == (403, "invalid_request")
    assert token.json()["error_description"] == control.json()["detail"]
    assert control.status_code == 403
    assert next(iter(headers)).split("-")[0] in control.text or "Origin" in control.text
    assert sandbox.now == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:8000"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "LOCALHOST:99"},
        {"Host": "[::1]:80"},
        {"Host": "127.8.9.1"},
    ],
    ids=lambda headers: "-".join(headers.values()),
)
def test_what_comes_from_this_machine_is_answered(
    sandbox: Sandbox, root: httpx.Client, headers: dict[str, str]
) -> None:
    """Every name of this machine is accepted, and so is a page of its own."""
    assert [answer.status_code for answer in asked(root, sandbox, headers)] == [200, 200]


def exchanged(sandbox: Sandbox, head: str) -> bytes:
    """The answer to the head of a request whose body does not come."""
    url = httpx.URL(sandbox.base_url)
    with socket.create_connection((url.host, url.port or 0), timeout=60) as connection:
        connection.sendall(f"{head}Host: localhost\r\nConnection: close\r\n\r\n".encode())
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_the_token_is_asked_for_before_the_body_is_read(sandbox: Sandbox) -> None:
    """A stranger is rejected although no byte of the announced body has arrived."""
    answer = exchanged(sandbox, f"POST {BATCHES} HTTP/1.1\r\nContent-Length: 1000\r\n")
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"www-authenticate: Bearer" in answer
    assert b'{"detail":"The request has no bearer token."}' in answer


@pytest.mark.parametrize(
    ("path", "limit"), [(TOKEN, 65_536), (CONTROL, 1_048_576), (BATCHES, 16_777_216)]
)
def test_a_body_that_is_announced_as_too_large_is_not_waited_for(
    sandbox: Sandbox, path: str, limit: int
) -> None:
    """The answer says how many bytes are read there."""
    kind = "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer"
    head = f"POST {path} HTTP/1.1\r\n{kind} {sandbox.token}\r\nContent-Length:"
    rejected = exchanged(sandbox, f"{head} {limit + 1}\r\n")
    assert rejected.startswith(b"HTTP/1.1 413 ")
    assert f"The body is too large: at most {limit:,} bytes are read here.".encode() in rejected
    # One that may come is waited for, and does not come.
    assert b" 413 " not in exchanged(sandbox, f"{head} {limit}\r\n")


@pytest.mark.parametrize(("path", "pieces"), [(TOKEN, 2), (CONTROL, 17)])
def test_a_body_that_turns_out_too_large_is_rejected(
    sandbox: Sandbox, root: httpx.Client, path: str, pieces: int
) -> None:
    """This holds where no length was announced; the connection can be used again."""
    for _ in range(2):
        answer = root.post(path, content=(b"a=1&" * 16_384 for _ in range(pieces)), headers=FORM)
        assert answer.status_code == 413
        assert "too large" in answer.text
    assert root.get("/_sandbox/").status_code == 200


def test_no_more_than_the_limit_is_read() -> None:
    """Reading a body without an end stops at the piece that exceeds the limit."""
    taken = 0

    async def endless() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    with pytest.raises(NotAdmittedError, match="at most 1,000 bytes"):
        asyncio.run(read_body(Request({"type": "http", "headers": []}, endless), 1000))
    assert taken == 11


def test_what_comes_after_the_body_is_passed_on() -> None:
    """An app that waits for the client to go away learns of it, although its body was read before."""
    sent: list[Message] = [
        {"type": "http.request", "body": b"{}", "more_body": False},
        {"type": "http.disconnect"},
    ]
    received: list[Message] = []

    async def receive() -> Message:
        return sent.pop(0)

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        received.extend([await receive(), await receive()])

    async def send(_: Message) -> None:
        raise AssertionError("nothing is answered")

    headers = [(b"host", b"localhost"), (b"authorization", b"Bearer t")]
    scope = {"type": "http", "path": "/", "headers": headers}
    asyncio.run(Admission(app, lambda _: True, lambda _: 100)(scope, receive, send))
    assert [message["type"] for message in received] == ["http.request", "http.disconnect"]


def test_the_routes_of_the_api_read_no_body_at_all(sandbox: Sandbox, root: httpx.Client) -> None:
    """They answer although the body does not come."""
    head = f"GET {JOBS} HTTP/1.1\r\nAuthorization: Bearer {sandbox.token}\r\nContent-Length: 1000000000\r\n"
    assert exchanged(sandbox, head).startswith(b"HTTP/1.1 200 ")
    assert exchanged(sandbox, "GET / HTTP/1.1\r\nContent-Length: 1000000000\r\n").startswith(
        b"HTTP/1.1 200 "
    )


def test_a_body_that_ends_too_early_is_not_an_error_of_the_sandbox(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that goes away leaves no trace, not even in the log."""
    head = f"POST {TOKEN} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n"
    exchanged(sandbox, head)
    until(lambda: [request.status for request in sandbox.requests] == [400])
    assert not [record for record in caplog.records if record.exc_info]


# How much one request may bring in


@pytest.mark.parametrize(
    ("path", "given", "text"),
    [
        (
            BATCHES,
            {"jobs": [{}] * 10_001},
            "10,001 jobs are too many for one request: send at most 10,000 at a time",
        ),
        (
            "/_sandbox/faults",
            [{"latency": 1}] * 1_001,
            "faults: at most 1,000 can be set at a time",
        ),
        (
            "/_sandbox/faults",
            {"add_jobs": 10_001},
            "add_jobs: Input should be less than or equal to 10000",
        ),
        ("/_sandbox/faults", {"status": 500, "nth": ["x"] * 1000}, "nth"),
        (
            "/_sandbox/faults",
            {"operation": "x" * 100_000, "status": 500},
            "operation: 'xxx",
        ),
        (
            "/_sandbox/advance",
            {"by": "9" * 100_000 + "s"},
            "is longer than a timedelta can be",
        ),
        ("/_sandbox/advance", {"by": "x" * 100_000}, "is not a duration"),
        (BATCHES, {"jobs": "x" * 100_000}, "not a list of jobs"),
        (BATCHES, {"x" * 100_000: 1}, "the batch has no field xxx"),
        (BATCHES, {"status": "x" * 100_000}, "not 'xxx"),
        (BATCHES, {"jobs": [{"fate": {"x" * 100_000: 1}}]}, "unknown field in a fate: xxx"),
        (BATCHES, {"jobs": [{"fate": {"error": "\ud800", "outcome": "ERROR"}}]}, "error is '"),
        (BATCHES, {"\ud800": 1}, "the batch has no field \\ud800"),
        (BATCHES, {"jobs": [{"fate": {"outcome": ["DONE"]}}]}, "['DONE'] is not an outcome"),
    ],
    ids=range(14),
)
def test_what_is_too_much_is_said_without_repeating_it(
    root: httpx.Client, sandbox: Sandbox, path: str, given: object, text: str
) -> None:
    """A mistake of a hundred thousand characters is reported in a short message."""
    answer = root.post(
        path, content=json.dumps(given), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert text in answer.json()["detail"]
    assert len(answer.text) < 2000
    assert sandbox.faults == ()


def test_a_list_where_an_object_belongs_is_one_mistake(root: httpx.Client) -> None:
    """The message does not repeat what was sent."""
    answer = root.post(BATCHES, json=[{}] * 1000)
    assert answer.json() == {
        "detail": [
            {"loc": ["body"], "msg": "Input should be a valid dictionary", "type": "dict_type"}
        ]
    }


@pytest.mark.parametrize(
    ("path", "start", "end", "status"),
    [
        (BATCHES, '{"a":', "}", 400),
        (BATCHES, "[", "]", 400),
        ("/_sandbox/faults", "[", "]", 400),
        ("/_sandbox/faults", '{"status": 500, "body":' + "[" * 300, "]" * 300 + "}", 422),
        ("/_sandbox/advance", '{"by":' + "9" * 5000, "}", 400),
    ],
    ids=range(5),
)
def test_what_is_nested_too_deeply_is_rejected(
    root: httpx.Client, path: str, start: str, end: str, status: int
) -> None:
    """Numbers with too many digits are rejected, too, and the sandbox goes on answering."""
    depth = 100_000 if status == 400 and len(start) < 10 else 1
    content = (start * depth + "1" + end * depth).encode()
    answer = root.post(path, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert root.get("/_sandbox/faults").json() == []


def test_a_fault_that_cannot_happen_says_why(sandbox: Sandbox, root: httpx.Client) -> None:
    """The request that it meets is answered with a sentence, not with a failure of the sandbox."""
    root.post("/_sandbox/faults", json={"advance": "999999999d"}).raise_for_status()
    answer = root.get(JOBS)
    assert answer.status_code == 500
    assert "The fault could not be applied: " in answer.json()["message"]
    assert "last year" in answer.json()["message"]


def test_a_filter_of_thousands_of_values_is_answered_rightly(
    sandbox: Sandbox, root: httpx.Client
) -> None:
    """The database does not keep a statement with thousands of question marks."""
    batch = sandbox.add_batch([{}, {}, {}])
    one, two, _ = map(str, batch.job_ids)
    others = [f"{number:x}" for number in range(5000)]
    wanted = httpx.QueryParams([("id", value) for value in [*others, one.upper(), two]])
    answer = root.get(JOBS, params=wanted).json()
    assert {job["id"] for job in answer["data"]} == {one, two}
    assert answer["pagination"]["total"] == 2
    (condition,) = filters(JobsQuery(id=others))
    assert (len(condition.sql) < 100, len(condition.values)) == (True, 1)
    assert max(map(len, sandbox._require_running().store._totals)) < 100


@pytest.mark.parametrize("name", PLACES)
def test_an_operation_asks_for_a_token_unless_the_contract_says_that_it_needs_none(
    root: httpx.Client, contract: dict[str, Any], name: str
) -> None:
    """One that needs none ignores whatever is sent; the others judge nothing else before the token."""
    place = PLACES[name]
    security = contract["paths"][place.path][place.method.lower()].get("security")
    path = "/core-fast" + re.sub(r"\{\w+\}", "unknown", place.path)
    del root.headers["Authorization"]
    answers = [
        root.request(place.method, path),
        root.request(place.method, path, headers={"Authorization": "Bearer wrong"}),
    ]
    expected = 200 if security == [] else 401
    assert [answer.status_code for answer in answers] == [expected, expected]


def test_the_contract_names_the_operations_that_need_no_token() -> None:
    """A new one is served without a token as soon as the contract says so."""
    anonymous = [name for name, place in PLACES.items() if place.is_anonymous]
    assert sorted(anonymous) == ["get_public_device_specs", "get_public_devices"]
