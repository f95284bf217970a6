"""Any answer becomes an error that says what happened and shows no secret."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pasqal_client import CancelReceipt, Departure, Job, JobStatus, Write, errors
from pasqal_client._display import printable
from pasqal_client._http.error_bodies import host_of_destination, status_error
from pasqal_client._http.error_context import ErrorContext, request_id
from pasqal_client._http.redaction import redacted
from pasqal_client._http.time_headers import retry_after
from pasqal_client._writes.jobs_cancellation_effect import CancelledJobs
from pasqal_client.errors import APIError, PasqalError, class_for

TOKEN = "s3cr3t-t0k3n-of-the-lab"
CONTEXT = ErrorContext(
    "GET", "/core-fast/api/v2/jobs", lambda text: redacted(text, [TOKEN]), changes=False
)
MISTAKE = {"loc": ["query", "status", 0], "msg": "not a valid state", "type": "enum"}


def error_of(status: int, body: Any = b"", **headers: str) -> errors.APIStatusError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return status_error(
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        content,
        CONTEXT,
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (422, errors.UnprocessableError),
        (429, errors.RateLimitError),
        *((status, errors.ServerError) for status in (500, 502, 503, 504, 520, 561, 599)),
        *((status, errors.APIStatusError) for status in (204, 299, 302, 418, 451, 499, 600, 999)),
    ],
)
def test_the_status_chooses_the_class(status: int, kind: type[APIError]) -> None:
    """One table decides, and a status that is not in it has a class too."""
    assert class_for(status) is kind
    assert type(error_of(status)) is kind


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"detail": "No such batch."}, "No such batch."),
        ({"detail": [MISTAKE]}, "query.status.0: not a valid state"),
        (
            {
                "status": "fail",
                "message": "Invalid.",
                "code": "422",
                "data": {"description": [MISTAKE]},
            },
            "Invalid: query.status.0: not a valid state",
        ),
        (
            {"status": "fail", "message": "No.", "data": {"description": "The batch is closed."}},
            "No: The batch is",
        ),
        ({"message": "Too fast."}, "Too fast."),
        ({"error": "Forbidden"}, "Forbidden"),
        ({"error": {"message": "Deep."}}, "Deep."),
        (
            {"error": "invalid_grant", "error_description": "Wrong password."},
            "Wrong password: invalid_grant",
        ),
        (["first", {"msg": "second"}], "first; second"),
        ("just text", "just text"),
        (b"plain words", "plain words"),
        (
            b"<!DOCTYPE html><html><head><title>502 Bad\nGateway</title></head></html>",
            "502 Bad Gateway",
        ),
        (b"<html><body>no title</body></html>", "an HTML page"),
        (b"", "the service gave no reason"),
        (b"null", "the service gave no reason"),
        (b"{}", "the service gave no reason"),
        (b"[]", "the service gave no reason"),
        (b"\xff\xfe\x00", "\ufffd\ufffd"),
        (b"[" * 100_000, "[[["),
        (42, "42"),
        ({"msg": "One mistake.", "loc": ["body", 0, None, {}]}, "body.0: One mistake."),
        ({"detail": [{"loc": "query", "msg": "No list."}]}, "No list."),
        ({"message": "\x00\u200b"}, "the service gave no reason"),
        (b"\xef\xbb\xbf" + b'{"message": "Behind a mark."}', "Behind a mark."),
        (
            b"<html><title lang='en'><b>502</b> Bad</title>",
            "an HTML page instead of an answer: 502 Bad",
        ),
        (b"<html><title", "an HTML page"),
        (b'{"detail": 1' + b"0" * 6_000 + b"}", '{"detail": 1000'),
        ({"detail": [None, 3, {"x": 1}]}, "3"),
    ],
)
def test_the_services_own_reason_is_found_in_every_known_body(body: Any, reason: str) -> None:
    """Frameworks and gateways put their reason in different places, and each of them is read."""
    error = error_of(400, body)
    assert error.reason.startswith(reason) or reason in error.reason


@pytest.mark.parametrize("message", ["No job matches.", "body.jobs: No job matches."])
def test_what_a_detail_repeats_is_said_once(message: str) -> None:
    """Also where one of the two says more than the other."""
    mistake = {"loc": ["body", "jobs"], "msg": "No job matches.", "type": "value"}
    body = {"message": message, "data": {"description": [mistake]}, "error": "No job matches."}
    assert error_of(422, body).reason == "body.jobs: No job matches."


def test_the_code_of_an_object_store_is_a_field() -> None:
    """The service's own errors have none, whatever their text looks like."""
    xml = (
        b"<?xml version='1.0'?><Error><Code>ExpiredToken</Code><Message>Too late.</Message></Error>"
    )
    error = error_of(400, xml)
    assert (error.code, error.reason) == ("ExpiredToken", "ExpiredToken: Too late.")
    assert pickle.loads(pickle.dumps(error)).code == "ExpiredToken"  # noqa: S301
    for body in ({"detail": "ExpiredToken: x"}, b"<Error/>", b"see <code>ExpiredToken</code>"):
        assert error_of(400, body).code is None


def test_the_text_has_status_reason_request_and_id() -> None:
    """One line has everything that a bug report needs."""
    error = error_of(404, {"message": "No such batch."}, x_request_id="r-17")
    assert (
        str(error) == "404 Not Found: No such batch. (GET /core-fast/api/v2/jobs) [request id r-17]"
    )
    assert (error.status, error.method, error.path, error.request_id) == (
        404,
        "GET",
        "/core-fast/api/v2/jobs",
        "r-17",
    )


def test_a_status_without_a_name_is_shown_as_a_number() -> None:
    """Gateways invent statuses, and the error shows their number."""
    assert str(error_of(520, b"")).startswith("520: the service gave no reason")


def test_each_mistake_of_a_422_is_an_item() -> None:
    """Each mistake has loc, msg and type, whatever style the service answers in."""
    for body in (
        {"detail": [MISTAKE, 7]},
        {"message": "Invalid.", "data": {"description": [MISTAKE]}},
    ):
        error = error_of(422, body)
        assert isinstance(error, errors.UnprocessableError)
        (mistake,) = error.errors
        assert (mistake.loc, mistake.msg, mistake.type) == (
            ["query", "status", 0],
            "not a valid state",
            "enum",
        )


def test_a_422_in_words_lists_no_mistakes() -> None:
    """The details of a 422 may be plain text, which becomes the reason and leaves the list empty."""
    error = error_of(422, {"detail": "the filters exclude each other"})
    assert isinstance(error, errors.UnprocessableError)
    assert (error.reason, error.errors) == ("the filters exclude each other", ())


def test_a_write_with_a_departure_says_how_much_was_not_sent() -> None:
    """The text counts the rest of a split call, and leaves the count out if nothing is left."""
    departure = Departure("data", "an object", "7")
    texts = []
    for unsent in range(3):
        effect = CancelledJobs(UUID(int=1))
        write = Write("cancel_jobs", effect, unsent=({"id": ["x"]},) * unsent)
        texts.append(str(errors.WriteDepartureError(departure, write)))
    assert "not sent" not in texts[0]
    assert "1 more of the same call was not sent" in texts[1]
    assert "2 more of the same call were not sent" in texts[2]


@pytest.mark.parametrize(
    "body",
    [
        {"message": f"bad token {TOKEN}"},
        {"detail": [{"loc": [TOKEN], "msg": TOKEN, "type": TOKEN}]},
        f"<html><title>{TOKEN}</title></html>".encode(),
        f"{TOKEN[:12]}".encode(),
        ("x" * 590 + TOKEN).encode(),
        b"Authorization: Bearer other-token-value",
        b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def",
        {
            "message": f"{TOKEN[:7]}\x00{TOKEN[7:12]}\u200b{TOKEN[12:]}",
            "detail": [{"msg": f"a\n{TOKEN[:9]}\r\n{TOKEN[9:]}"}],
        },
    ],
)
def test_an_echoed_secret_is_not_shown(body: Any) -> None:
    """Text, repr, attributes and pickle show neither the known token, nor a part of it, nor what looks like a token."""
    error = error_of(422, body, x_request_id=TOKEN)
    shown = (
        str(error)
        + repr(error)
        + repr(vars(error))
        + repr(getattr(error, "errors", ()))
        + str(pickle.dumps(error))
    )
    for secret in (TOKEN, TOKEN[:7], TOKEN[-7:], "other-token-value", "eyJhbGci"):
        assert secret not in shown


def test_no_control_character_reaches_the_text() -> None:
    """A reason from the service cannot move the cursor, change colours or hide text."""
    error = error_of(
        400, {"message": "red \x1b[31m\u202e\u200b\r\nnext\x00 \ud800"}, x_request_id="a\nb"
    )
    assert str(error).isprintable()
    assert "red [31m next" in error.reason


def nested(depth: int, key: str = "error") -> bytes:
    return f'{{"{key}":'.encode() * depth + b'"deep"' + b"}" * depth


@pytest.mark.parametrize("depth", [1, 30, 300, 900, 100_000])
@pytest.mark.parametrize("key", ["error", "detail", "x"])
def test_a_deeply_nested_body_becomes_a_typed_error(depth: int, key: str) -> None:
    """A body that is nested deeper than Python can follow still becomes one of our errors."""
    assert error_of(500, nested(depth, key)).reason
    assert error_of(422, b'{"detail": [{"msg": "no", "ctx": ' + nested(depth) + b"}]}").reason


@pytest.mark.parametrize(
    "name", ["x-request-id", "x-correlation-id", "request-id", "apigw-requestid", "traceparent"]
)
def test_the_id_of_a_request_is_found_under_every_usual_name(name: str) -> None:
    """Services and gateways use different header names for the id of a request."""
    assert request_id({"date": "now", name: " r-17 "}, str) == "r-17"


@pytest.mark.parametrize("empty", ["", "  ", "\x00\x1b\x7f", "\u200b\u202e", "\ud800"])
def test_an_id_without_a_visible_character_counts_as_none(empty: str) -> None:
    """An id without a visible character is skipped in favour of the next header that has one."""
    assert request_id({"x-request-id": empty}, str) is None
    assert request_id({"x-request-id": empty, "cf-ray": "8f"}, str) == "8f"
    error = error_of(500, b"", x_request_id=empty)
    assert error.request_id is None
    assert "request id" not in str(error)


def test_an_id_has_no_control_characters_and_a_bounded_length() -> None:
    """Control characters are dropped before secrets are looked for, so that none can hide between them."""
    assert error_of(500, b"", x_request_id="r\x1b-\x001\u200b7").request_id == "r-17"
    assert error_of(500, b"", x_request_id=f"r-{TOKEN[:9]}\x00{TOKEN[9:]}").request_id == "r-***"
    assert error_of(500, b"", x_request_id="r" * 90_000).request_id == "r" * 197 + "..."


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://login.example/authorize", "a redirect to https://login.example/authorize; "),
        ("/core-fast/elsewhere?code=c0de#frag", "a redirect to /core-fast/elsewhere; "),
        (
            "https://ada:pa-ss@login.example:8443/?state=st4te",
            "a redirect to https://login.example:8443/; ",
        ),
        (f"https://login.example/{TOKEN}/x", "a redirect to https://login.example/***/x; "),
        (f"https://{TOKEN}.example/x", "a redirect to https://***.example/x; "),
        ("//[::1]/x", "a redirect to //[::1]/x; "),
        ("https://x.example/a\x1b[31m\u202eb\x00", "a redirect to https://x.example/a[31mb; "),
        (f"https://x.example/{'y' * 5_000}", f"a redirect to https://x.example/{'y' * 179}...; "),
        ("http://ada:pa-ss/w@login.example/", "a redirect to an address that cannot be read; "),
        ("http://[::1/x", "a redirect to an address that cannot be read; "),
        (f"https://x.example/{TOKEN[:9]}\x01{TOKEN[9:]}", "a redirect to https://x.example/***; "),
        ("?next=st4te", "a redirect to the same address; "),
        ("", "a redirect that does not say where to; "),
    ],
)
def test_the_error_of_a_redirect_says_where_it_led(location: str, shown: str) -> None:
    """The text has the target without its secret parts, and says that it was not followed and base_url may be wrong."""
    error = error_of(302, b"", location=location)
    assert error.reason == f"{shown}redirects are not followed, and base_url may be wrong"
    assert not [piece for piece in ("c0de", "pa-ss", "st4te", TOKEN) if piece in str(error)]


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://files.example:8443/a/b?sig=c0de", "https://files.example:8443/…"),
        ("https://ada:pa-ss@files.example", "https://files.example/…"),
        ("//files.example/c0de", "//files.example/…"),
        (f"https://{TOKEN}.example/x", "https://***.example/…"),
        ("http://ada:pa-ss/w@files.example/", "another address"),
        ("http:/c0de", "another address"),
        ("", "another address"),
    ],
)
def test_where_a_file_is_redirected_to_is_shown_up_to_its_host(location: str, shown: str) -> None:
    """Whatever follows the host may give access to the file."""
    assert host_of_destination(location, lambda text: text.replace(TOKEN, "***")) == shown


def test_the_error_of_a_redirect_has_the_services_reason_too() -> None:
    """The service's reason follows the target, and other 3xx statuses are not called redirects."""
    assert error_of(308, {"message": "Moved."}, location="/x").reason.endswith(
        "base_url may be wrong; Moved."
    )
    assert error_of(304, b"").reason == "the service gave no reason"


class Counting:
    """A redaction that takes secrets out of texts and counts what it was given."""

    def __init__(self) -> None:
        self.texts = self.characters = 0

    def __call__(self, text: str) -> str:
        self.texts += 1
        self.characters += len(text)
        return text


MANY: dict[str, Any] = {
    "mistakes": {"detail": [{"loc": ["query", "id"], "msg": "no", "type": "t"}] * 20_000},
    "a context": {
        "detail": [
            {"ctx": {f"k{i}": "v" for i in range(60_000)}, "msg": "no", "loc": [], "type": "t"}
        ]
    },
    "a context in each": {
        "detail": [{f"k{i}": {f"n{j}": "v" for j in range(30)} for i in range(100)}] * 50
    },
    "lists in lists": {"detail": [{"msg": "no", "ctx": [[["x"] * 50] * 50] * 50}] * 3},
    "long texts": {
        "detail": [{"msg": "m" * 9_000, "loc": ["l" * 9_000] * 10, "type": "t" * 9_000}] * 20
    },
    "texts": ["no"] * 200_000,
    "no JSON": b"no " * 3_000_000,
    "a page": b"<html>" + b"<title" * 500_000,
    "more JSON than is read": b'["' + b"x" * 9_000_000 + b'"]',
}


@pytest.mark.parametrize("body", MANY.values(), ids=MANY)
def test_what_an_error_reads_of_a_body_is_bounded(body: Any) -> None:
    """However many mistakes, texts or brackets a body has, cleaning it takes no longer than cleaning plain text."""
    context = ErrorContext("GET", "/x", counting := Counting(), changes=False)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = status_error(422, {}, content, context)
    assert counting.texts <= 25_000
    assert counting.characters <= 25_000 + len(content)
    assert error.reason


def test_a_bare_list_has_mistakes_only_where_it_says_so() -> None:
    """Of a list that is the whole body, what has a `msg` is a mistake; the rest may be about anything."""
    mistake = {"loc": ["query", "limit"], "msg": "too large", "type": "t"}
    error = error_of(422, [{"hint": "see the docs"}, "text", mistake])
    assert isinstance(error, errors.UnprocessableError)
    assert [each.msg for each in error.errors] == ["too large"]


def test_the_usual_fields_of_a_mistake_are_there_whatever_else_is() -> None:
    """loc, msg and type are read first, so a huge context cannot crowd them out."""
    mistake = {
        "ctx": {f"k{number}": "v" for number in range(9_000)},
        "type": "t",
        "msg": "no",
        "loc": ["query", 0],
    }
    error = error_of(422, {"detail": [mistake]})
    assert isinstance(error, errors.UnprocessableError)
    (read,) = error.errors
    assert (read.loc, read.msg, read.type) == (["query", 0], "no", "t")
    assert 0 < len(read.to_dict()["ctx"]) < 120


def test_a_mistake_of_any_size_is_read() -> None:
    """The parts of a mistake are cut to a length that somebody might still read."""
    error = error_of(
        422, {"detail": [{"msg": "m" * 9_000, "loc": list(range(500)), "type": "t"}] * 500}
    )
    assert isinstance(error, errors.UnprocessableError)
    assert (len(error.errors), len(error.errors[0].msg), len(error.errors[0].loc)) == (
        100,
        600,
        100,
    )


def test_cleaning_looks_only_at_the_beginning_of_a_body() -> None:
    """Redacting megabytes of a gateway's page would take seconds, and the text is cut anyway."""
    seen: list[int] = []

    def clean(text: str) -> str:
        seen.append(len(text))
        return text

    context = ErrorContext("GET", "/x", clean, changes=False)
    status_error(500, {"x-request-id": "r" * 50_000}, b"y" * 5_000_000, context)
    assert max(seen) == 10_000


def test_a_long_reason_is_cut() -> None:
    """A reason of any length is cut, so that the error stays readable."""
    assert len(error_of(500, b"word " * 10_000).reason) == 600


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("1", 1.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("-1", None),
        ("nan", None),
        ("1e3", None),
        ("soon", None),
        ("86400", 86_400.0),
        ("9" * 400, None),
        ("Sun, 22 Nov 20260000000000000000 10:00:30 GMT", None),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 10:00:30 -0000", 30.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("Sun, 99 Nov 2026 09:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_every_form(value: str | None, seconds: float | None) -> None:
    """Retry-After may be seconds, with a fraction too, or a date; what cannot be understood asks for no pause."""
    assert retry_after(value, datetime(2026, 11, 22, 10, 0, tzinfo=UTC)) == seconds


DATES = st.sampled_from(
    ["Sun, 22 Nov 2026 10:00:30 GMT", "22 Nov 0001 10:00", "Sun, 22 Nov 9999 23:59:59 -2359"]
)
SCRAPS = st.lists(
    st.sampled_from(["9", "0", ":", " ", "+", "-", ".", ",", "Nov", "Sun", "GMT", "("]), max_size=30
)


@given(
    st.one_of(
        st.text(),
        SCRAPS.map("".join),
        st.tuples(DATES, SCRAPS).map(lambda two: two[0] + "".join(two[1])),
    )
)
@example("Sun, 22 Nov 20260000000000000000 10:00:30 GMT")
@example("Sun, 22 Nov 2026 10:00:30 +99999999999999999999")
@example("1" + " " * 200)
@settings(derandomize=True, database=None, deadline=None)
def test_a_nonsensical_pause_does_no_harm(value: str) -> None:
    """Any text gives a finite number of seconds or none, whether it stands in Retry-After or in Date."""
    pause = retry_after(value)
    assert pause is None or 0 <= pause < float("inf")
    later = error_of(429, b"", retry_after="Sun, 22 Nov 2026 10:00:30 GMT", date=value).retry_after
    assert later is not None


def test_a_retry_date_counts_from_the_date_of_the_answer() -> None:
    """The two clocks may differ by hours, so the pause is the difference of the service's own dates."""
    asked = {"retry_after": "Sun, 22 Nov 1998 10:00:30 GMT"}
    assert error_of(503, b"", date="Sun, 22 Nov 1998 10:00:00 GMT", **asked).retry_after == 30.0
    assert error_of(503, b"", date="Sun, 22 Nov 1998 11:00:00 GMT", **asked).retry_after == 0.0
    assert error_of(503, b"", date="just now", **asked).retry_after == 0.0
    far = error_of(503, b"", retry_after="Sun, 22 Nov 2998 10:00:30 GMT").retry_after
    assert far is not None
    assert far > 86_400


def test_an_error_carries_the_pause_that_the_service_asks_for() -> None:
    """A caller who handles rate limits needs the number of seconds."""
    assert error_of(429, b"", retry_after="2").retry_after == 2.0
    assert error_of(503, b"").retry_after is None


JOB = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")


def about_a_write(error: APIError) -> APIError:
    """An error with everything that a write may leave in it."""
    job = Job.from_dict({"id": str(JOB), "status": "CANCELED", "x": None})
    filters: list[dict[str, Any]] = [
        {"status": [JobStatus.PENDING], "end_date": datetime(2026, 1, 1, tzinfo=UTC)},
        {},
    ]
    error.write = Write(
        "cancel_jobs",
        CancelledJobs(JOB, filters[0]),
        JOB,
        filters[0],
        CancelReceipt((job,), {JOB: "late", "x": "odd"}),
        (filters[1],),
    )
    error.add_note("This was request 2 of 3.")
    return error


@pytest.mark.parametrize(
    "error",
    [
        error_of(422, {"detail": [MISTAKE]}, x_request_id="r-1", retry_after="3"),
        errors.APIConnectionError("refused", method="GET", path="/x"),
        errors.DeadlineError("late"),
        errors.OutcomeUnknownError("who knows", status=500, method="PATCH", path="/x"),
        errors.ResponseError("nonsense"),
        errors.CancelRefusedError({JOB: "too late"}),
        errors.WaitTimeoutError(JOB, (JOB,), {JOB: JobStatus.PENDING}, 600.0),
        errors.WaitTimeoutError(None, (JOB,), {}, 1.0, "503 Service Unavailable: down"),
        about_a_write(errors.OutcomeUnknownError("reset", method="PATCH", path="/x")),
        about_a_write(errors.NotFoundError("gone", status=404)),
        errors.JobsFailedError((JOB,)),
        errors.UnknownStatusError({JOB: JobStatus("LEVITATING")}),
        errors.ConfigurationError("no token"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_pickle_and_copy(error: PasqalError) -> None:
    """An error that crosses a process boundary keeps its class, text and attributes."""
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error), copy.copy(error)):  # noqa: S301
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert vars(again) == vars(error)
        assert again.args == error.args


def test_errors_fit_into_pythons_own_hierarchy() -> None:
    """A handler for TimeoutError, ValueError or AttributeError catches ours too, and all have one base class."""
    assert issubclass(errors.DeadlineError, TimeoutError)
    assert issubclass(errors.WaitTimeoutError, TimeoutError)
    assert issubclass(errors.ConfigurationError, ValueError)
    assert issubclass(errors.DepartureError, AttributeError)
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), PasqalError)
        assert issubclass(PasqalError, Exception)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """The drawing in the docstring names every class once, under its real parent."""
    drawn = [
        line.split("─ ")[1].split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if "─ " in line
    ]
    assert sorted(drawn) == sorted(set(errors.__all__) - {"PasqalError"})


def test_a_refused_cancellation_names_some_jobs() -> None:
    """The text names a few of the refused jobs so that it stays short; the attribute has all of them."""
    error = errors.CancelRefusedError({UUID(int=i): "it is DONE" for i in range(5)})
    assert str(error).startswith(
        "5 jobs were not cancelled: 00000000-0000-0000-0000-000000000000: it is DONE; "
    )
    assert str(error).endswith("; and 2 more")
    assert len(error.errors) == 5
    assert str(errors.CancelRefusedError({JOB: "late"})) == f"1 job was not cancelled: {JOB}: late"
    hostile = errors.CancelRefusedError({"\x1b[2J": "\u202eright to left", JOB: "long " * 1_000})
    assert str(hostile).isprintable()
    assert len(str(hostile)) < 500


def test_a_wait_that_timed_out_says_what_is_left() -> None:
    """The text names the jobs that are left, or says that the service did not answer at all."""
    pending = {JOB: JobStatus.PENDING}
    assert (
        str(errors.WaitTimeoutError(None, (JOB,), pending, 600.4))
        == f"1 job had not ended after 600 s: {JOB}"
    )
    many = tuple(UUID(int=number) for number in range(7))
    assert "7 jobs of batch" in str(errors.WaitTimeoutError(JOB, many, pending, 1.0))
    assert str(errors.WaitTimeoutError(JOB, many, pending, 1.0)).endswith("-000000000004 …")
    assert str(errors.WaitTimeoutError(None, (JOB,), {}, 2.0, "down")) == (
        "the jobs could not be read in time; the last look failed: down"
    )


@pytest.mark.parametrize("text", ["", "plain", "é ü 量子"])
def test_printable_text_stays_as_it_is(text: str) -> None:
    """Only characters that could do harm are replaced."""
    assert printable(text) == text


def test_redaction_leaves_other_text_alone() -> None:
    """An empty secret masks nothing, and words that merely begin like a secret stay."""
    assert redacted("the lab's jobs", ["", "the lobster"]) == "the lab's jobs"
