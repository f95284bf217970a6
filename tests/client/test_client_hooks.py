"""What hooks and the log report of real exchanges: every attempt, signing in included, and never a secret."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest

from client.scripted import Request, Reset, Scripted, Step, answer, page
from pasqal_client import (
    PasqalClient,
    PasswordCredentials,
    ReceivedResponse,
    RetryPolicy,
    SentRequest,
    errors,
)
from pasqal_client._log import logger
from pasqal_client.sandbox import Sandbox

PASSWORD = "p&ss/word of ada"
TOKENS = ("token-1-of-the-lab", "token-2-of-the-lab")


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    """Restore handlers and level of the logger afterwards."""
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


def lab(request: Request) -> list[Step]:
    """Issue two tokens, accept the second one, and echo whatever was sent wherever possible."""
    if request.path == "/core-fast/token":
        echo = {"X-Echo": request.body.decode(), "X-Request-Id": f"t-{request.number}"}
        return [answer(200, {"access_token": TOKENS[request.number // 2]}, echo)]
    token = request.headers["authorization"]
    headers = {
        "X-Echo": token,
        "Set-Cookie": token,
        "X-Request-Id": f"r-{request.number}-{token[7:]}",
    }
    if token.endswith(TOKENS[0]):
        return [answer(401, {"message": f"{token} has expired"}, headers)]
    return [answer(200, page([]), headers)]


def settings(server: Scripted) -> dict[str, Any]:
    credentials = PasswordCredentials("ada", PASSWORD, token_url=f"{server.base_url}/token")
    return {"base_url": server.base_url, "credentials": credentials}


def assert_secret(text: str) -> None:
    for secret in (PASSWORD, quote_plus(PASSWORD), *TOKENS):
        assert secret not in text


def test_hooks_see_every_attempt(connect: Callable[..., Any]) -> None:
    """Hooks see signing in, the refusal, the renewal and the repetition, with echoed secrets masked."""
    requests: list[SentRequest] = []
    responses: list[ReceivedResponse] = []
    with Scripted(lab) as server:
        connect(
            on_request=requests.append, on_response=responses.append, **settings(server)
        ).jobs.count()
    assert requests[1].url.startswith("http://127.0.0.1:")
    token, jobs = "/core-fast/token", "/core-fast/api/v2/jobs"
    assert [(seen.method, urlsplit(seen.url).path, seen.attempt) for seen in requests] == [
        ("POST", token, 1),
        ("GET", jobs, 1),
        ("POST", token, 1),
        ("GET", jobs, 2),
    ]
    assert [(seen.status, seen.request_id) for seen in responses] == [
        (200, "t-1"),
        (401, "r-2-***"),
        (200, "t-3"),
        (200, "r-4-***"),
    ]
    assert [seen.request for seen in responses] == requests
    assert all(0 <= seen.elapsed < 60 for seen in responses)
    assert [seen.error for seen in responses] == [
        None,
        "401 Unauthorized: Bearer *** has expired (GET /core-fast/api/v2/jobs) [request id r-2-***]",
        None,
        None,
    ]
    assert responses[3].headers["x-echo"] == "Bearer ***"
    assert responses[3].headers["set-cookie"] == requests[3].headers["authorization"] == "***"
    assert requests[1].headers["user-agent"].startswith("pasqal-client/")
    assert_secret(repr(requests) + repr(responses))


def test_the_log_has_every_attempt(
    connect: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our log nor that of httpx contains a secret."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "pasqal_client")
    with Scripted(lab) as server:
        connect(**settings(server)).jobs.count()
    ours = [record.getMessage() for record in caplog.records if record.name == "pasqal_client"]
    assert [line.split(",")[0].rpartition(" ")[2] for line in ours] == ["200", "401", "200", "200"]
    assert re.fullmatch(
        r"POST http://127\.0\.0\.1:\d+/core-fast/token -> 200, attempt 1, \d+\.\d{3} s, .*", ours[0]
    )
    assert "attempt 2, " in ours[3]
    assert ours[3].endswith(", request id r-4-***")
    facts = [vars(record) for record in caplog.records if record.name == "pasqal_client"]
    assert [fact["path"] for fact in facts[:2]] == ["/core-fast/token", "/core-fast/api/v2/jobs"]
    assert [fact["request_id"] for fact in facts] == ["t-1", "r-2-***", "t-3", "r-4-***"]
    assert_secret(repr(facts))
    assert_secret(caplog.text)


def test_an_attempt_without_an_answer_is_reported(connect: Callable[..., Any]) -> None:
    """Its status is None, and it has the reason."""
    responses: list[ReceivedResponse] = []
    with Scripted(lambda request: [Reset()]) as server:
        client = connect(
            token=TOKENS[1],
            base_url=server.base_url,
            retry=RetryPolicy(attempts=2, first_pause=0),
            on_response=responses.append,
        )
        with pytest.raises(errors.APIConnectionError):
            client.jobs.count()
    assert [
        (seen.status, seen.request.attempt, seen.headers, seen.request_id) for seen in responses
    ] == [
        (None, 1, {}, None),
        (None, 2, {}, None),
    ]
    assert all("Error" in (seen.error or "") for seen in responses)


def test_a_hook_that_fails_breaks_nothing(
    connect: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The call succeeds, and the log has the traceback."""

    def fail(event: object) -> None:
        raise ZeroDivisionError

    with Scripted(lab) as server:
        assert connect(on_request=fail, on_response=fail, **settings(server)).jobs.count() == 0
    assert "ZeroDivisionError" in caplog.text
    assert_secret(caplog.text)


def test_views_use_the_hooks_of_their_client(connect: Callable[..., Any]) -> None:
    """A view differs only in its settings."""
    requests: list[SentRequest] = []
    with Scripted(lab) as server:
        client = connect(token=TOKENS[1], base_url=server.base_url, on_request=requests.append)
        client.with_options(timeout=5).jobs.count()
    assert len(requests) == 1


def test_a_variable_shows_the_log_on_stderr(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line appears once, however many clients exist."""
    monkeypatch.setenv("PASQAL_LOG", "debug")
    with Scripted(lab) as server:
        connect(**settings(server))
        connect(**settings(server)).jobs.count()
    shown = capsys.readouterr().err
    assert shown.count("-> 200") == 3
    assert_secret(shown)


def test_an_unknown_level_in_the_variable_does_not_stop_the_client(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An unknown level becomes a warning."""
    monkeypatch.setenv("PASQAL_LOG", "loud")
    connect(token=TOKENS[1])
    assert "PASQAL_LOG: 'loud' is not a level" in caplog.text


@pytest.mark.parametrize("level", [logging.WARNING, logging.DEBUG])
def test_a_log_handler_that_fails_costs_no_answer(
    connect: Callable[..., Any], sandbox: Sandbox, level: int
) -> None:
    """A log on a full disk must not turn a cancellation that was carried out into an error."""

    class Full(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name == logger.name:  # the sandbox has a logger of its own
                raise OSError("the disk is full")

    logger.addHandler(Full())
    logger.setLevel(level)
    sandbox.quirks = ["naive-times"]
    batch = sandbox.add_batch(jobs=[{}, {}])
    client = connect(token=sandbox.token, base_url=sandbox.base_url)
    assert len(client.batches.cancel_jobs(batch.id, all=True).jobs) == 2
    assert len(client.departures) > 0


def test_the_recipe_for_a_log_formats_every_record(
    plain: PasqalClient, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """The format of docs/settings.md also fits the records of a sandbox, and of a program's own loggers."""
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    recipe = page.partition("```python\n")[2].partition("```")[0]
    exec(recipe, {})  # noqa: S102
    path = urlsplit(sandbox.base_url).path + "/api/v2/jobs"
    plain.jobs.count()
    logging.getLogger("pasqal_client.lab").warning("a record of somebody else")
    lines = capsys.readouterr().err.splitlines()
    # The sandbox logs it in a thread of its own, before the client has the answer.
    assert lines[0] == f"200 GET {path} None None"
    assert lines[1].startswith(f"200 GET {path} 0.")
    assert lines[2:] == ["None None None None None"]


def test_the_records_of_a_sandbox_have_the_attributes_of_the_clients(
    plain: PasqalClient, caplog: pytest.LogCaptureFixture
) -> None:
    """A formatter that names them without defaults fits both."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    plain.jobs.count()
    (theirs,) = [record for record in caplog.records if record.name == "pasqal_client.sandbox"]
    (ours,) = [record for record in caplog.records if record.name == "pasqal_client"]
    assert vars(theirs).keys() == vars(ours).keys()
    assert (vars(theirs)["method"], vars(theirs)["attempt"]) == ("GET", None)
