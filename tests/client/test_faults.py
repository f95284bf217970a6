"""Whatever network and service do, a call ends in time, with a typed error or a right answer, and writes once."""

from __future__ import annotations

import gzip
import itertools
import json
import logging
import pickle
import threading
import traceback
import uuid
import zlib
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from client.scripted import Close, Hold, Request, Reset, Scripted, Step, answer, page
from pasqal_client import PasqalClient, RetryPolicy, errors
from pasqal_client._http.transport.network import install_backend
from pasqal_client._resource import read_page
from pasqal_client.jobs import JOBS
from pasqal_core_runtime.response import Response

TOKEN = "s3cr3t-t0k3n-of-the-lab"
BATCH = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
GOOD = answer(200, page([]))
ONCE = RetryPolicy(attempts=1)
BRISK: dict[str, Any] = {"token": TOKEN, "timeout": 0.05, "deadline": 30}


def scripts(*steps: Iterator[Step] | list[Step]) -> Callable[[Request], Any]:
    """A script with a list of steps for each request; the last list serves all further ones."""
    return lambda request: steps[min(request.number, len(steps)) - 1]


def endless(piece: bytes, pause: float = 0.01) -> Iterator[bytes]:
    """A piece, sent again and again, slowly."""
    for _ in itertools.count():
        threading.Event().wait(pause)
        yield piece


def shown(error: BaseException) -> str:
    """Everything that a traceback, a log or a debugger may show of an error."""
    return "".join(traceback.format_exception(error)) + repr(vars(error))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n"

BROKEN: dict[str, list[Step]] = {
    "reset before the answer": [Reset()],
    "closed before the answer": [b"HTTP/1.1 ", Close()],
    "reset in the headers": [HEAD, Reset()],
    "reset in the body": [HEAD + b"\r\n" + b'{"data": [', Reset()],
    "a truncated body": [answer(200, page([]), length=10_000), Reset()],
    "an answer that is no HTTP": [b"SSH-2.0-OpenSSH_9.2\r\n", Close()],
    "a body that is no gzip": [answer(200, b"no gzip", {"Content-Encoding": "gzip"})],
    "an empty 200": [answer(200, b"")],
    "HTML with 200": [
        answer(200, b"<html><title>Log in</title></html>", {"Content-Type": "text/html"})
    ],
    "a list with 200": [answer(200, [])],
    "truncated JSON with 200": [answer(200, b'{"data": [')],
    "deep JSON with 200": [answer(200, b'{"a":' * 50_000)],
    "a 520": [answer(520, b"<html>")],
    "a 503": [answer(503, b"")],
    "a 429": [answer(429, b"", {"Retry-After": "0"})],
    "an error envelope inside a 200": [
        answer(200, {"status": "error", "code": "503", "message": "Down."})
    ],
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_read_survives_a_transient_fault(connect: Callable[..., Any], fault: str) -> None:
    """A read that failed once is repeated and succeeds."""
    with Scripted(scripts(BROKEN[fault], [GOOD])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        assert client.jobs.count() == 0
        assert len(server.requests) == 2


@pytest.mark.parametrize("fault", BROKEN)
def test_a_read_gives_up_on_a_lasting_fault(connect: Callable[..., Any], fault: str) -> None:
    """After five attempts the error says what failed, without the token."""
    with Scripted(scripts(BROKEN[fault])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(errors.APIError) as caught:
            client.jobs.count()
        assert len(server.requests) == 5
    assert TOKEN not in shown(caught.value)
    assert (caught.value.method, caught.value.path) == ("GET", "/core-fast/api/v2/jobs")


WRITES = {
    "complete": lambda client: client.batches.complete(BATCH),
    "cancel": lambda client: client.batches.cancel_jobs(BATCH, all=True),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", sorted(set(BROKEN) - {"a 429"}))
def test_a_write_is_never_repeated_blindly(
    connect: Callable[..., Any], write: str, fault: str
) -> None:
    """If a fault leaves the outcome open, the write is not sent again, and the error says that it is unknown."""
    with Scripted(scripts(BROKEN[fault])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(errors.OutcomeUnknownError, match="not repeated") as caught:
            WRITES[write](client)
        assert len(server.requests) == 1
    assert TOKEN not in shown(caught.value)


ECHOES = {
    "X-Request-Id": f"r-{TOKEN}",
    "X-Echo": f"{TOKEN[:9]}\x01{TOKEN[9:]}",
    "Location": f"https://{TOKEN}:x@lab.example/{TOKEN}?t={TOKEN}",
}
ECHOING = {
    "a refusal": answer(
        409, {"message": TOKEN, "detail": [{"msg": TOKEN, "loc": [TOKEN], "type": TOKEN}]}, ECHOES
    ),
    "the title of a page": answer(
        404, f"<html><head><title>{TOKEN}</title></head>".encode(), ECHOES
    ),
    "a success that is none": answer(200, f"<p>{TOKEN}</p>".encode(), ECHOES),
    "a success without what it is about": answer(200, {"data": None}, ECHOES),
    "a redirect": answer(302, f"the {TOKEN}".encode(), ECHOES),
}


@pytest.mark.parametrize(
    "call", [WRITES["complete"], WRITES["cancel"], lambda client: client.jobs.count()]
)
@pytest.mark.parametrize("where", ECHOING)
def test_a_token_that_the_service_echoes_is_masked_everywhere(
    connect: Callable[..., Any],
    where: str,
    call: Callable[[Any], Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Errors, log and hooks mask it wherever in an answer it stands."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    told: list[Any] = []
    settings = {
        "retry": RetryPolicy(attempts=1),
        "on_request": told.append,
        "on_response": told.append,
    }
    with Scripted(scripts([ECHOING[where]])) as server, pytest.raises(errors.APIError) as caught:
        call(connect(token=TOKEN, base_url=server.base_url, **settings))
    assert caught.value.request_id in ("r-***", None)
    assert told[1].request_id == "r-***"
    everything = (
        shown(caught.value)
        + repr(caught.value)
        + repr(pickle.dumps(caught.value))
        + repr(told)
        + caplog.text
    )
    assert not [piece for piece in (TOKEN, TOKEN[:8], TOKEN[-8:]) if piece in everything]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 524])
def test_a_write_that_met_a_failing_gateway_has_an_unknown_outcome(
    connect: Callable[..., Any], status: int
) -> None:
    """The service may have carried out the write although the gateway failed."""
    with Scripted(scripts([answer(status, {"message": f"oops {TOKEN}"})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.batches.complete(BATCH)
        assert len(server.requests) == 1
    assert caught.value.status == status
    assert TOKEN not in shown(caught.value)


@pytest.mark.parametrize(
    ("status", "headers", "sent"),
    [(429, {}, 5), (429, {"Retry-After": "0"}, 5), (503, {"Retry-After": "0"}, 5)],
)
def test_a_write_is_repeated_where_it_cannot_have_happened(
    connect: Callable[..., Any], status: int, headers: dict[str, str], sent: int
) -> None:
    """A refusal, and an outage that asks to come back, are taken as proof that nothing was done."""
    with Scripted(scripts([answer(status, b"", headers)])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises((errors.RateLimitError, errors.ServerError)):
            client.batches.complete(BATCH)
        assert len(server.requests) == sent


def test_a_long_retry_after_ends_the_attempts(connect: Callable[..., Any]) -> None:
    """A caller does not wait for a day."""
    with Scripted(scripts([answer(429, b"", {"Retry-After": "86400"})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        with pytest.raises(errors.RateLimitError) as caught:
            client.jobs.count()
        assert len(server.requests) == 1
    assert caught.value.retry_after == 86400


SLOW: dict[str, Callable[[], Any]] = {
    "nothing at all": lambda: [Hold()],
    "headers that never end": lambda: [HEAD, Hold()],
    "a body that never ends": lambda: [HEAD + b"\r\n{", Hold()],
    "dripping headers": lambda: itertools.chain([HEAD], endless(b"X-Drip: 1\r\n")),
    "a dripping body": lambda: itertools.chain([HEAD + b"\r\n"], endless(b" ")),
    "a dripping status line": lambda: itertools.chain([b"HTTP/1.1 200 "], endless(b"O")),
}


@pytest.mark.parametrize("fault", SLOW)
def test_a_slow_answer_ends_in_time(connect: Callable[..., Any], fault: str) -> None:
    """However slowly a service answers, an attempt ends after at most five timeouts."""
    with Scripted(lambda _: SLOW[fault]()) as server:
        client = connect(base_url=server.base_url, retry=ONCE, **BRISK)
        with pytest.raises(errors.DeadlineError) as caught:
            client.jobs.count()
        assert isinstance(caught.value, TimeoutError)
        with pytest.raises(errors.OutcomeUnknownError):
            client.batches.complete(BATCH)
        assert len(server.requests) == 2


def test_dripping_headers_end_in_time_with_a_foreign_client_too() -> None:
    """Its connections are bounded only while we use them, also with a second client of ours."""
    with (
        Scripted(
            lambda request: SLOW["dripping headers"]() if request.method == "PATCH" else [GOOD]
        ) as server,
        httpx.Client() as lender,
    ):
        for _ in range(2):
            client = PasqalClient(base_url=server.base_url, http_client=lender, retry=ONCE, **BRISK)
            with pytest.raises(
                errors.OutcomeUnknownError, match="no answer within 0.25 s, 5 times the timeout"
            ):
                client.batches.complete(BATCH)
            assert lender.get(f"{server.base_url}/anything").status_code == 200
        assert install_backend(lender) == 1


def test_the_deadline_bounds_all_attempts_together(connect: Callable[..., Any]) -> None:
    """If the next pause would outlast the deadline, the last error is raised instead."""
    with Scripted(scripts([answer(503, b"", {"Retry-After": "50"})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url, deadline=20)
        told = r"asks to wait 50 s, and (20|19\.\d+) s are left"
        with pytest.raises(errors.ServerError, match=told) as caught:
            client.jobs.count()
        assert len(server.requests) == 1
    assert pickle.loads(pickle.dumps(caught.value)).reason == caught.value.reason  # noqa: S301


def test_a_huge_body_is_rejected(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body above the limit is not read to its end, even if it was small when compressed."""
    monkeypatch.setattr("pasqal_client._http.received_answer.LARGEST_BODY", 100_000)
    bomb = gzip.compress(b" " * 1_000_000)
    for body in (answer(200, b" " * 200_000), answer(200, bomb, {"Content-Encoding": "gzip"})):
        with Scripted(scripts([body])) as server:
            client = connect(token=TOKEN, base_url=server.base_url, retry=ONCE)
            with pytest.raises(errors.ResponseError, match="larger than"):
                client.jobs.count()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:20]) + gzip.compress(body[20:])),
        ("deflate", zlib.compress),
        ("identity", bytes),
    ],
)
def test_a_compressed_answer_is_read(
    connect: Callable[..., Any], encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    """The connection unpacks it, also gzip in several members."""
    body = pack(b'{"data": [], "pagination": {"total": 7, "start": 0, "end": 0}}')
    with Scripted(scripts([answer(200, body, {"Content-Encoding": encoding})])) as server:
        assert connect(token=TOKEN, base_url=server.base_url).jobs.count() == 7
        offered = server.requests[0].headers["accept-encoding"]
    assert offered == "gzip, deflate"


def test_an_encoding_that_was_not_requested_is_rejected_unread(connect: Callable[..., Any]) -> None:
    """Nobody knows how much it would unpack to, whichever decoders are installed."""
    with Scripted(scripts([answer(200, b"x", {"Content-Encoding": "br"})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url, retry=ONCE)
        with pytest.raises(errors.ResponseError, match="packed as br, which was not requested"):
            client.jobs.count()
        with pytest.raises(errors.OutcomeUnknownError):
            client.batches.complete(BATCH)


@pytest.mark.parametrize(
    "value", ["café".encode(), "café".encode("latin-1"), b"\xff\xfe", "漢".encode()]
)
def test_a_header_of_any_bytes_is_accepted(connect: Callable[..., Any], value: bytes) -> None:
    """RFC 9110 allows any bytes, so a write that was done must not fail because of them."""
    batch = {"data": {"id": str(BATCH), "open": False}}
    served = b"\r\nX-Served-By: " + value + b"\r\nContent-Length"
    seen: list[Any] = []
    with Scripted(
        lambda request: [answer(200, batch).replace(b"\r\nContent-Length", served)]
    ) as server:
        client = connect(token=TOKEN, base_url=server.base_url, on_response=seen.append)
        assert client.batches.complete(BATCH).open is False
        assert client.batches.complete(BATCH).open is False
        assert {request.connection for request in server.requests} == {1}
    assert "x-served-by" in seen[0].headers


# Bytes after an answer

FORGED = answer(200, {"data": {"jobs": [], "errors": {}}})


@pytest.mark.parametrize(
    ("first", "behind"),
    [
        ("a plain body", FORGED),
        ("a chunked body", FORGED),
        ("a body of two hundred kilobytes", FORGED),
        ("a gzip body", FORGED),
        ("a refusal", FORGED),
        ("a plain body", b"\r\n"),
        ("a plain body", b"x"),
    ],
)
def test_bytes_behind_an_answer_are_not_the_next_answer(
    connect: Callable[..., Any], first: str, behind: bytes
) -> None:
    """The connection is closed, and the next request gets its own answer on a new one."""
    good = json.dumps(page([])).encode()
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (
        len(good),
        good,
    )
    firsts = {
        "a plain body": GOOD,
        "a chunked body": chunked,
        "a body of two hundred kilobytes": answer(200, good + b" " * 200_000),
        "a gzip body": answer(200, gzip.compress(good), {"Content-Encoding": "gzip"}),
        "a refusal": answer(404, {"message": "No."}),
    }
    refusal = answer(409, {"message": "The batch is done."})
    with Scripted(scripts([firsts[first] + behind], [refusal])) as server:
        client = connect(token=TOKEN, base_url=server.base_url, retry=ONCE)
        try:
            assert client.jobs.count() == 0
        except errors.NotFoundError:
            assert first == "a refusal"
        with pytest.raises(errors.ConflictError, match="The batch is done"):
            client.batches.cancel_jobs(BATCH, all=True)
        assert [request.method for request in server.requests] == ["GET", "PATCH"]


def test_a_connection_without_leftover_bytes_is_kept(connect: Callable[..., Any]) -> None:
    """Closing it as well would cost a new connection per request."""
    with Scripted(scripts([GOOD])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        for _ in range(3):
            client.jobs.count()
        assert {request.connection for request in server.requests} == {1}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:9/elsewhere",
        "/elsewhere",
        "http://[bad",
        "\x01",
        "https:login",
        "https://h:port/",
        "https://xn--/",
    ],
)
def test_redirects_are_not_followed(
    connect: Callable[..., Any], status: int, location: str
) -> None:
    """Nobody else may receive the token, so a redirect is an error, even one without a target."""
    with Scripted(scripts([answer(status, b"", {"Location": location})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        calls = (
            (errors.APIStatusError, client.jobs.count),
            # It may lead to what was made.
            (errors.OutcomeUnknownError, lambda: client.batches.complete(BATCH)),
        )
        for kind, call in calls:
            with pytest.raises(kind, match="a redirect to") as caught:
                call()
            assert caught.value.status == status
        assert [request.method for request in server.requests] == ["GET", "PATCH"]


@pytest.mark.parametrize("status", [201, 204, 299, 561, 999])
def test_any_status_number_is_a_typed_error(connect: Callable[..., Any], status: int) -> None:
    """Whatever is not a documented success is one of our errors."""
    with Scripted(scripts([answer(status, b"{}" if status != 204 else b"")])) as server:
        client = connect(token=TOKEN, base_url=server.base_url, retry=ONCE)
        with pytest.raises(errors.APIStatusError) as caught:
            client.jobs.count()
    assert caught.value.status == status


@pytest.mark.parametrize(
    "body", [{"data": 5}, {"data": None, "pagination": None}, {}, {"pagination": {"total": "x"}}]
)
def test_an_answer_without_a_list_is_not_an_empty_list(
    connect: Callable[..., Any], body: Any
) -> None:
    """What cannot be read must not pass for "no jobs": not in a page, a count, a listing or a wait."""
    with Scripted(scripts([answer(200, body)])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        calls: list[Callable[[], Any]] = [
            client.jobs.page,
            client.jobs.count,
            lambda: list(client.jobs.list()),
            lambda: client.jobs.statuses([BATCH]),
            lambda: client.jobs.wait(batch_id=BATCH, poll=0.001),
        ]
        for call in calls:
            with pytest.raises(errors.ResponseError, match="does not hold a list of jobs"):
                call()
        assert {str(seen.first.path) for seen in client.departures} >= {"data"}
        strict = connect(token=TOKEN, base_url=server.base_url, strict=True)
        with pytest.raises(errors.DepartureError):
            strict.jobs.page()


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": 7}, {"data": []}])
def test_an_answer_without_an_object_is_not_one_without_fields(
    connect: Callable[..., Any], body: Any
) -> None:
    """What was to be read is missing, which is no fact about it."""
    with Scripted(scripts([answer(200, body)])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        reads: list[tuple[Callable[..., Any], str]] = [
            (client.jobs.get, "the job"),
            (client.jobs.status, "the state of the job"),
            (client.batches.get, "the batch"),
            (client.batches.status, "the state of the batch"),
        ]
        for read, what in reads:
            with pytest.raises(errors.ResponseError, match=f"does not hold {what} "):
                read(BATCH)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": 7}, {"data": []}])
def test_a_write_answered_without_data_is_not_a_success(
    connect: Callable[..., Any], body: Any
) -> None:
    """The outcome is unknown, and the error says where the data should be and in which request."""
    with Scripted(scripts([answer(200, body, {"X-Request-Id": "r-9"})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        for write, missing in (("complete", "the batch"), ("cancel", "the cancelled jobs")):
            with pytest.raises(
                errors.OutcomeUnknownError, match=f"does not hold {missing}|holds no data"
            ) as caught:
                WRITES[write](client)
            assert (caught.value.status, caught.value.request_id) == (200, "r-9")
            assert str(BATCH) in caught.value.path
            assert caught.value.write is not None


def test_a_batch_without_fields_is_read_but_a_receipt_is_not(connect: Callable[..., Any]) -> None:
    """A completed batch without fields has departures; an empty receipt leaves the outcome unknown."""
    with Scripted(scripts([answer(200, {"data": {}})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        assert not hasattr(client.batches.complete(BATCH), "open")
        with pytest.raises(errors.OutcomeUnknownError):
            client.batches.cancel_jobs(BATCH, all=True)


def test_another_one_is_not_passed_off_as_the_one(connect: Callable[..., Any]) -> None:
    """A caller who asks for one job or batch never gets another."""
    other = uuid.uuid4()
    with Scripted(scripts([answer(200, {"data": {"id": str(other)}})])) as server:
        client = connect(token=TOKEN, base_url=server.base_url)
        jobs, batches = client.jobs, client.batches
        for read in (jobs.get, jobs.status, batches.get, batches.status):
            with pytest.raises(errors.ResponseError, match=f"is about {other}, not about {BATCH}"):
                read(BATCH)


def test_only_a_page_passes_for_a_page() -> None:
    """Whatever else the operation returned is an answer without a list of jobs."""
    with pytest.raises(errors.ResponseError, match="does not hold a list of jobs"):
        read_page(Response(HTTPStatus.OK, b"", {}, None), JOBS)


def test_requests_do_not_bypass_the_pool() -> None:
    """The connection given to the operations only builds requests; its own transport is disabled."""
    with (
        PasqalClient(token=TOKEN) as client,
        pytest.raises(AssertionError, match="go through the pool"),
    ):
        httpx.Client.send(client._connection, httpx.Request("GET", "https://lab.example"))


def test_requests_identify_the_client(connect: Callable[..., Any]) -> None:
    """The User-Agent helps support to find our requests, and compression is requested."""
    with Scripted(scripts([GOOD])) as server:
        connect(token=TOKEN, base_url=server.base_url).jobs.count()
        headers = server.requests[0].headers
    assert headers["user-agent"].startswith("pasqal-client/")
    assert "python/3." in headers["user-agent"]
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert "gzip" in headers["accept-encoding"]


def test_the_pools_of_httpx_take_our_network_backend() -> None:
    """If this fails, httpx has changed and dripping headers are unbounded: adapt `_http.transport.network`."""
    with httpx.Client(proxy="http://127.0.0.1:9") as client:
        assert install_backend(client) >= 1
    with httpx.Client() as client:
        assert install_backend(client) >= 1
