"""The outcome of an attempt is decided from the bytes or the exception alone."""

from __future__ import annotations

import json
import pickle
import ssl
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pasqal_client import errors
from pasqal_client._display import REASON_LENGTH
from pasqal_client._http import outcomes
from pasqal_client._http.compression import UnpackingError
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._http.outcomes import (
    AttemptFacts,
    FailedAttempt,
    OverdueError,
    TooLargeError,
    decode,
    judge_answer,
    judge_exception,
)
from pasqal_client._http.redaction import redacted, spellings

READ = ErrorContext("GET", "/api/v2/jobs", changes=False)
WRITE = ErrorContext("PATCH", "/api/v2/batches/b/complete", changes=True)
LATE = AttemptFacts(limit="the timeout of 10 s")


def failure(result: Any) -> FailedAttempt:
    assert isinstance(result, FailedAttempt)
    return result


def test_a_documented_success_is_its_decoded_body() -> None:
    """The body of a documented success is decoded, and integers of any size stay exact."""
    assert judge_answer(200, {}, b'{"data": [123456789012345678901234567890]}', READ) == {
        "data": [123456789012345678901234567890]
    }


@pytest.mark.parametrize("status", [201, 202, 204, 299, 302, 404, 520])
def test_any_other_status_is_an_error(status: int) -> None:
    """The contract documents 200 as the only success."""
    error = failure(judge_answer(status, {}, b"{}", READ)).error
    assert isinstance(error, errors.APIStatusError)
    assert error.status == status


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty body"),
        (b" \n", "an empty body"),
        (b"<html>Log in</html>", "a page of HTML: <html>Log in"),
        (b'{"data": [', 'this: {"data": ['),
        (b"[]", "this: []"),
        (b"null", "this: null"),
        (b'"text"', 'this: "text"'),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"\xff\xff", "this: "),
    ],
)
@pytest.mark.parametrize("context", [READ, WRITE])
def test_a_body_that_cannot_be_understood_is_a_response_error(
    body: bytes, reason: str, context: ErrorContext
) -> None:
    """The error shows how the body starts; a write that is answered like this has an unknown outcome."""
    failed = failure(judge_answer(200, {"x-request-id": "r-1"}, body, context))
    assert type(failed.error) is (
        errors.OutcomeUnknownError if context is WRITE else errors.ResponseError
    )
    assert reason in failed.error.reason
    assert (failed.error.status, failed.error.request_id, failed.failure.kind) == (
        200,
        "r-1",
        "broken",
    )
    assert ("it may or may not have taken effect" in failed.error.reason) is (context is WRITE)


def test_a_secret_at_the_start_of_a_body_is_masked_before_it_is_cut() -> None:
    """A cut could make a secret unrecognisable to the redaction."""
    shown = decode(
        b'["' + b"x" * 70 + b'secret-token-value"]',
        lambda text: text.replace("secret-token-value", "***"),
    )
    assert isinstance(shown, str)
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("envelope", "kind"),
    [
        ({"status": "fail", "code": "404", "message": "No such batch."}, errors.NotFoundError),
        ({"status": "error", "code": 503, "message": "Down."}, errors.ServerError),
        ({"status": "error", "message": "Oops."}, errors.ServerError),
        ({"status": "fail", "code": "200"}, errors.ServerError),
        ({"status": "fail", "code": "٤٠٤"}, errors.ServerError),
    ],
)
def test_an_error_envelope_inside_a_success_is_an_error(
    envelope: dict[str, Any], kind: type[Exception]
) -> None:
    """The code in the envelope counts more than the status line."""
    assert type(failure(judge_answer(200, {}, json.dumps(envelope).encode(), READ)).error) is kind


@pytest.mark.parametrize("status", [500, 502, 503, 504, 505, 520, 524, 561])
def test_a_gateway_error_leaves_the_outcome_of_a_write_unknown(status: int) -> None:
    """The service may have carried out the write; for a read the same status is a plain failure."""
    error = failure(judge_answer(status, {"x-request-id": "r-2"}, b"Bad gateway", WRITE)).error
    assert type(error) is errors.OutcomeUnknownError
    assert (error.status, error.request_id) == (status, "r-2")
    assert "not repeated" in error.reason
    assert type(failure(judge_answer(status, {}, b"", READ)).error) is errors.ServerError


@pytest.mark.parametrize("status", [101, 201, 202, 204, 299, 999])
def test_an_undocumented_success_leaves_the_outcome_of_a_write_unknown(status: int) -> None:
    """The contract does not say what such an answer means, and the write may well have taken effect."""
    error = failure(judge_answer(status, {}, b"", WRITE)).error
    assert type(error) is errors.OutcomeUnknownError
    assert error.status == status


def test_the_text_of_an_unknown_outcome_reads_as_one_sentence() -> None:
    """The sentence says what is known, what is not, and what to do."""
    assert judge_exception(httpx.ReadTimeout("", request=None), WRITE, LATE).error.reason == (
        "there was no answer within the timeout of 10 s (attempt 1); the request was not repeated; "
        "it may or may not have taken effect"
    )
    error = failure(judge_answer(500, {}, b"No.", WRITE)).error
    assert error.reason.startswith("No; the request was not repeated; ")
    assert isinstance(error, errors.OutcomeUnknownError)
    assert error.problem == "No"


def test_the_cause_of_an_unknown_outcome_is_cleaned_before_it_is_cut() -> None:
    """A cut could make a secret in the cause unrecognisable to the redaction."""
    context = ErrorContext("PATCH", "/x", lambda text: redacted(text, ["hunter2"]), changes=True)
    cause = httpx.ReadError("e" * 283 + " hunter2", request=None)
    assert "hunt" not in judge_exception(cause, context, LATE).error.reason


@pytest.mark.parametrize("exception", [httpx.ReadError("e" * 5_000, request=None), TooLargeError()])
def test_what_is_not_known_is_never_cut(exception: Exception) -> None:
    """However long the cause is, the text ends with what is not known."""
    not_known = "; the request was not repeated; it may or may not have taken effect"
    assert judge_exception(exception, WRITE, LATE).error.reason.endswith(not_known)
    assert failure(judge_answer(500, {}, b"x" * 9_000, WRITE)).error.reason.endswith(not_known)


REQUEST = httpx.Request("GET", "http://x", headers={"Authorization": "Bearer hidden-token"})


@pytest.mark.parametrize(
    ("exception", "kind", "outcome"),
    [
        (httpx.ConnectError("refused", request=REQUEST), errors.APIConnectionError, "unsent"),
        (httpx.ConnectTimeout("", request=REQUEST), errors.APIConnectionError, "unsent"),
        (httpx.PoolTimeout("", request=REQUEST), errors.DeadlineError, "unsent"),
        (httpx.ReadTimeout("", request=REQUEST), errors.DeadlineError, "broken"),
        (httpx.WriteTimeout("", request=REQUEST), errors.DeadlineError, "broken"),
        (httpx.ReadError("reset", request=REQUEST), errors.APIConnectionError, "broken"),
        (httpx.RemoteProtocolError("cut", request=REQUEST), errors.APIConnectionError, "broken"),
        (ssl.SSLError("bad record"), errors.APIConnectionError, "broken"),
        (KeyError("what a caller's transport may raise"), errors.APIConnectionError, "broken"),
        (UnpackingError("no gzip"), errors.ResponseError, "broken"),
        (OverdueError(), errors.DeadlineError, "broken"),
        (TimeoutError(), errors.DeadlineError, "broken"),
        (TooLargeError(), errors.ResponseError, "broken"),
    ],
)
def test_an_interruption_becomes_a_typed_error(
    exception: Exception, kind: type[Exception], outcome: str
) -> None:
    """An interrupted read is an error of its kind; an interrupted write is one only if it was never sent."""
    read, write = judge_exception(exception, READ, LATE), judge_exception(exception, WRITE, LATE)
    assert (type(read.error), read.failure.kind) == (kind, outcome)
    assert type(write.error) is (kind if outcome == "unsent" else errors.OutcomeUnknownError)
    assert "hidden-token" not in repr(vars(read.error)) + str(read.error)
    assert read.error.__cause__ is None


def test_a_library_error_about_a_token_answer_is_not_quoted() -> None:
    """Such an error may quote the body; one that kept the request from going out cannot, so it is shown."""
    grant = ErrorContext("POST", "/oauth/token", changes=False, asks_for_token=True)
    quoting = httpx.RemoteProtocolError(
        'illegal chunk header: bytearray(b\'{"access_token": "fr3sh\')'
    )
    assert (
        judge_exception(quoting, grant, AttemptFacts(1, True, limit="")).error.reason
        == "the connection to the service broke: RemoteProtocolError"
    )
    assert (
        judge_exception(quoting, grant, AttemptFacts(1, None, limit="")).error.reason
        == "the connection to the service broke: RemoteProtocolError"
    )
    assert (
        "refused"
        in judge_exception(
            httpx.ConnectError("refused"), grant, AttemptFacts(1, False, limit="")
        ).error.reason
    )


@pytest.mark.parametrize(
    ("exception", "reason"),
    [
        (
            httpx.ConnectError("[Errno 111] Connection refused"),
            "no connection to lab.example:443: Connection refused",
        ),
        (
            httpx.ConnectError("[Errno -2] Name or service not known"),
            "no connection to lab.example:443: Name or service not known",
        ),
        (
            httpx.ReadError("[Errno 104] Connection reset by peer"),
            "the connection to lab.example:443 broke: ReadError: Connection reset by peer",
        ),
        (httpx.ReadError(""), "the connection to lab.example:443 broke: ReadError"),
        (KeyError("odd"), "KeyError: 'odd'"),
    ],
)
def test_a_connection_error_says_where_the_connection_leads(
    exception: Exception, reason: str
) -> None:
    """Host and port are what one looks at first; the number of an error of the system helps nobody."""
    facts = AttemptFacts(1, None, peer="lab.example:443")
    assert judge_exception(exception, READ, facts).error.reason == reason


TIMEOUT, DEADLINE = "the timeout of 10 s", "the deadline of 1 s"


@pytest.mark.parametrize(
    ("exception", "attempt", "reason"),
    [
        (
            httpx.ConnectTimeout(""),
            AttemptFacts(2, None, limit=TIMEOUT, peer="lab.example:443"),
            "there was no connection to lab.example:443 within",
        ),
        (
            httpx.PoolTimeout(""),
            AttemptFacts(2, False, limit=TIMEOUT),
            "no connection of the pool became free within",
        ),
        (httpx.ReadTimeout(""), AttemptFacts(2, True, limit=TIMEOUT), "there was no answer within"),
        (
            httpx.ReadTimeout(""),
            AttemptFacts(2, True, True, limit=TIMEOUT),
            "the answer was not complete within",
        ),
        (
            httpx.ConnectTimeout(""),
            AttemptFacts(2, False, False, True, DEADLINE),
            "the request could not be sent within",
        ),
        (
            OverdueError(),
            AttemptFacts(2, False, False, True, DEADLINE),
            "the request could not be sent within",
        ),
        (
            TimeoutError(),
            AttemptFacts(2, True, False, True, DEADLINE),
            "there was no answer within",
        ),
        (
            OverdueError(),
            AttemptFacts(2, True, True, True, DEADLINE),
            "the answer was not complete within",
        ),
    ],
)
def test_a_timeout_names_the_limit_that_was_reached(
    exception: Exception, attempt: AttemptFacts, reason: str
) -> None:
    """The text says what did not come in time, whether timeout or deadline ended it, and which attempt it was."""
    assert (
        judge_exception(exception, READ, attempt).error.reason
        == f"{reason} {attempt.limit} (attempt 2)"
    )


@pytest.mark.parametrize(
    "exception",
    [
        OverdueError(),
        TimeoutError(),
        httpx.ReadError("reset"),
        ssl.SSLError("alert"),
        httpx.LocalProtocolError("h2"),
    ],
)
@pytest.mark.parametrize(
    ("is_sent", "outcome"), [(False, "unsent"), (True, "broken"), (None, "broken")]
)
def test_a_write_that_was_not_sent_has_no_unknown_outcome(
    exception: Exception, is_sent: bool | None, outcome: str
) -> None:
    """The transport says whether the request went out; if it does not say, the request may have been sent."""
    failed = judge_exception(exception, WRITE, AttemptFacts(1, is_sent, limit=TIMEOUT))
    assert failed.failure.kind == outcome
    assert isinstance(failed.error, errors.OutcomeUnknownError) is (outcome == "broken")


@pytest.mark.parametrize(
    ("failed", "timed_out"),
    [
        (lambda: judge_exception(httpx.ReadTimeout(""), WRITE, LATE), True),
        (lambda: judge_exception(OverdueError(), WRITE, LATE), True),
        (lambda: judge_exception(httpx.ReadError("reset"), WRITE, LATE), False),
        (lambda: judge_answer(504, {}, b"", WRITE), True),
        (lambda: judge_answer(500, {}, b"", WRITE), False),
    ],
)
def test_an_unknown_outcome_says_whether_the_service_may_still_be_working(
    failed: Any, timed_out: bool
) -> None:
    """After a timeout, ours or a gateway's, the write may still take effect later."""
    error = failure(failed()).error
    assert isinstance(error, errors.OutcomeUnknownError)
    assert error.timed_out is timed_out


@pytest.mark.parametrize(
    ("is_sent", "outcome"), [(False, "unsent"), (True, "broken"), (None, "unsent")]
)
def test_a_transports_own_word_counts_more_than_its_exception(
    is_sent: bool | None, outcome: str
) -> None:
    """A failure to connect may come from a second attempt inside the transport, after it has sent the request."""
    assert (
        judge_exception(httpx.ConnectError("refused"), WRITE, AttemptFacts(1, is_sent)).failure.kind
        == outcome
    )


def test_an_unexpected_error_while_reading_is_blamed_on_the_answer() -> None:
    """An exception of a foreign class is a bad answer, not a broken connection."""
    attempt = AttemptFacts(1, True, True, limit=TIMEOUT)
    assert type(judge_exception(ValueError("odd"), READ, attempt).error) is errors.ResponseError
    assert (
        type(judge_exception(httpx.ReadError("reset"), READ, attempt).error)
        is errors.APIConnectionError
    )
    assert (
        type(judge_exception(ValueError("odd"), WRITE, attempt).error) is errors.OutcomeUnknownError
    )


def test_a_failed_certificate_says_what_to_do() -> None:
    """Nothing was sent, and another attempt would fail in the same way."""
    failed = judge_exception(
        httpx.ConnectError("as ssl tells it"),
        WRITE,
        AttemptFacts(certificate_problem="self-signed certificate"),
    )
    assert (type(failed.error), failed.failure.kind) == (errors.UntrustedError, "untrusted")
    assert "self-signed certificate" in failed.error.reason
    assert "SSL_CERT_FILE" in failed.error.reason


def test_the_contract_documents_no_other_success() -> None:
    """The judge rejects undocumented successes, so this test fails when the contract gets a new one."""
    from pathlib import Path

    from ruamel.yaml import YAML

    contract = YAML(typ="safe").load(Path(__file__).parents[2] / "openapi.yaml")
    statuses = {
        status
        for path in contract["paths"].values()
        for operation in path.values()
        for status in operation["responses"]
    }
    assert {int(status) for status in statuses if status.startswith("2")} == outcomes.SUCCESSES


# ----------------------------------------------------------------------------------------------------------------------
# Answers of a token endpoint

KNOWN, FRESH = "s3cr3t-of-the-account", "fr3sh-t0ken/of+the-lab"


def asking() -> ErrorContext:
    return ErrorContext(
        "POST",
        "/token",
        lambda text: redacted(text, spellings(KNOWN)),
        changes=False,
        asks_for_token=True,
    )


def everything(error: errors.APIError) -> str:
    """Everything that an error shows: text, repr, attributes and pickle."""
    return f"{error} {error!r} {vars(error)} {getattr(error, 'errors', ())} {pickle.dumps(error)!r}"


UNUSABLE: dict[str, bytes] = {
    "a page": f"<html><title>{FRESH}</title></html>".encode(),
    "JSON that is cut": f'{{"access_token": "{FRESH}", "token_ty'.encode(),
    "a list": json.dumps([{"access_token": FRESH}]).encode(),
    "text": json.dumps(FRESH).encode(),
    "a form": f"access_token={FRESH}&token_type=bearer".encode(),
    "plain text": f"Your access_token: {FRESH}".encode(),
}

NAMING = {name: body for name, body in UNUSABLE.items() if b"access_token" in body}


@pytest.mark.parametrize("status", [200, 201, 302, 400, 401, 422, 500])
@pytest.mark.parametrize("body", UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_token_answer_is_not_shown(body: bytes, status: int) -> None:
    """The error shows status, type and length only, because the body may hold a token."""
    headers = {"content-type": "text/x-odd"}
    error = failure(judge_answer(status, headers, body, asking())).error
    assert (
        f"{len(body)} bytes of text/x-odd, which are not shown as there may be a token in them"
        in error.reason
    )
    assert error.status == status
    assert FRESH[:8] not in everything(error)
    assert "html" not in everything(error)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (
            {"error": "invalid_grant", "error_description": "Wrong.", "hint": "hidden"},
            "invalid_grant: Wrong.",
        ),
        ({"error": "access_denied", "message": "hidden"}, "access_denied"),
        ({"error_description": f"{KNOWN} {FRESH}", "access_token": FRESH}, "*** ***"),
        (
            {"error": {"message": "hidden"}},
            "the service gave no reason, only 32 bytes of an unknown type, which",
        ),
        (
            {"detail": [{"msg": "hidden", "loc": [], "type": "t"}]},
            "the service gave no reason, only ",
        ),
        ({"message": "hidden"}, "the service gave no reason, only "),
    ],
)
def test_a_refused_token_request_shows_the_oauth_reason_only(
    body: dict[str, Any], shown: str
) -> None:
    """OAuth has two fields for the reason; no other field is shown, and no list of mistakes is read."""
    error = failure(judge_answer(422, {}, json.dumps(body).encode(), asking())).error
    assert error.reason.startswith(shown)
    assert "hidden" not in everything(error)
    assert getattr(error, "errors", ()) == ()


def test_an_empty_answer_of_a_token_endpoint_is_called_so() -> None:
    """An empty body hides nothing, so the error says that it is empty."""
    assert (
        failure(judge_answer(200, {}, b"", asking())).error.reason
        == "expected a JSON object, got an empty body"
    )
    assert (
        failure(judge_answer(401, {}, b"", asking())).error.reason == "the service gave no reason"
    )


@pytest.mark.parametrize("body", NAMING.values(), ids=NAMING)
def test_a_fresh_token_is_masked_in_its_own_answer(body: bytes) -> None:
    """The endpoint may echo the token in any header, in any encoding."""
    for echo in (FRESH, FRESH.replace("/", "%2F").replace("+", "%2B")):
        headers = {
            "x-request-id": f"r-{echo}",
            "location": f"https://x.example/{echo}",
            "content-type": f"x/{echo}",
        }
        for status in (200, 302, 400):
            error = failure(judge_answer(status, headers, body, context := asking())).error
            assert "fr3sh" not in everything(error)
            assert error.request_id == "r-***"
            assert context.clean(f"later: {echo}") == "later: ***"


def test_the_repr_of_a_grant_hides_its_token() -> None:
    """Tools that show tracebacks also show local variables."""
    granted = judge_answer(
        200, {}, json.dumps({"access_token": FRESH}).encode(), context := asking()
    )
    assert granted == {"access_token": FRESH}
    assert FRESH not in repr(granted)
    assert context.clean(f"r-{FRESH}") == "r-***"


def test_a_redirect_of_a_token_endpoint_does_not_blame_base_url() -> None:
    """The hint about base_url would mislead, because token_url is what is wrong."""
    error = failure(judge_answer(307, {"location": "/login?x=1"}, b"", asking())).error
    assert error.reason == (
        "a redirect to /login; redirects are not followed, and the address of the token endpoint may be wrong"
    )


# ----------------------------------------------------------------------------------------------------------------------
# Any answer at all

# Surrogates and unassigned characters, too.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=30),
    st.sampled_from([KNOWN, f"x{FRESH}"]),
)
KEYS = st.sampled_from(
    [
        *("detail", "message", "data", "description", "error", "error_description", "access_token"),
        *("msg", "loc", "type", "status", "code"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    TEXTS,
    st.sampled_from(["fail", "404", "٤٠٤"]),
)
CONTENTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | TEXTS, inner, max_size=5),
    max_leaves=20,
)
BODIES = st.one_of(
    st.binary(max_size=200), CONTENTS.map(lambda content: json.dumps(content).encode())
)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "date", "location", "x-request-id", "cf-ray", "content-type"]),
    st.one_of(
        TEXTS,
        st.sampled_from([f"https://a:{KNOWN}@x.example/{KNOWN}?{FRESH}", "http://[", "1" * 99]),
    ),
)


@given(
    st.sampled_from([200, 201, 302, 307, 400, 409, 422, 429, 500, 503, 520])
    | st.integers(0, 10_000),
    HEADERS,
    BODIES,
    st.sampled_from([(False, False), (True, False), (False, True)]),
)
@example(422, {}, b'{"detail": 1' + b"0" * 6_000 + b"}", (False, False))
@example(200, {}, b'{"status": "fail", "code": 1' + b"0" * 6_000 + b"}", (True, False))
@example(400, {}, b'{"detail": [{"msg": 1e999, "loc": [NaN, {}], "type": []}]}', (False, False))
@example(422, {}, b'{"detail": [{"ctx": ' + b"[" * 500 + b"]" * 500 + b"}]}", (False, False))
@settings(max_examples=150, derandomize=True, database=None, deadline=None)
def test_any_answer_is_a_success_or_a_typed_error(
    status: int, headers: dict[str, str], body: bytes, kind: tuple[bool, bool]
) -> None:
    """No byte of an answer raises anything else, reaches the text unescaped, or reveals a secret."""
    changes, grants = kind

    def clean(text: str) -> str:
        return redacted(text, [*spellings(KNOWN), *spellings(FRESH)])

    judged = judge_answer(
        status,
        headers,
        body,
        ErrorContext("POST", "/x", clean, changes=changes, asks_for_token=grants),
    )
    if not isinstance(judged, FailedAttempt):
        assert status == 200
        assert isinstance(judged, dict)
        return
    error = judged.error
    assert isinstance(error, errors.APIError)
    assert str(error).isprintable()
    assert 0 < len(error.reason) <= REASON_LENGTH
    assert error.request_id is None or 0 < len(error.request_id) <= 200
    pause = judged.failure.retry_after
    assert pause is None or 0 <= pause < float("inf")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301
    assert not [secret for secret in (KNOWN[:8], FRESH[:8]) if secret in everything(error)]
