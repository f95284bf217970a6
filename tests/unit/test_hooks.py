"""What hooks and the log are told about requests, and what is left out."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from pasqal_client import ConfigurationError, ReceivedResponse, SentRequest
from pasqal_client._http.hooks import Observer, checked_hook, log_to_stderr
from pasqal_client._log import log, logger

SECRET = "s3cr3t-t0k3n"
REQUEST = httpx.Request(
    "GET",
    f"https://lab.example/jobs?echo={SECRET}&n=1",
    headers={
        "Authorization": f"Bearer {SECRET}",
        "Proxy-Authorization": "Basic eA==",
        "Cookie": "sid=1",
        "X-Echo": SECRET,
        "User-Agent": "us",
    },
)
ANSWER = httpx.Headers(
    {"X-Request-Id": f"r-1-{SECRET}", "Set-Cookie": "sid=2", "X-Echo": f"{SECRET}\x1b[31m"}
)


def clean(text: str) -> str:
    return text.replace(SECRET, "***")


@pytest.fixture(autouse=True)
def _logger_as_it_was() -> Iterator[None]:
    """Restore handlers and level of the logger afterwards."""
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


def told(
    observer: Observer, status: int | None = 200, error: str | None = None
) -> SentRequest | None:
    seen = observer.report_request(REQUEST, 2)
    observer.report_response(seen, status, ANSWER, 0.0123, error, observer.clean)
    return seen


def test_hooks_see_redacted_exchanges() -> None:
    """Hooks get addresses and headers with the secrets in them masked."""
    requests: list[SentRequest] = []
    responses: list[ReceivedResponse] = []
    told(Observer(clean, requests.append, responses.append))
    assert requests == [
        SentRequest(
            "GET",
            "https://lab.example/jobs?echo=***&n=1",
            {
                "host": "lab.example",
                "authorization": "***",
                "proxy-authorization": "***",
                "cookie": "***",
                "x-echo": "***",
                "user-agent": "us",
            },
            2,
        )
    ]
    headers = {"x-request-id": "r-1-***", "set-cookie": "***", "x-echo": "*** [31m"}
    assert responses == [ReceivedResponse(requests[0], 200, headers, 0.0123, "r-1-***", None)]
    assert SECRET not in repr(requests) + repr(responses)


def test_hooks_see_only_the_start_of_a_redirect_target() -> None:
    """User, path and query of the target may be secret, so hooks see scheme and host only."""
    responses: list[ReceivedResponse] = []
    observer = Observer(clean, on_response=responses.append)
    location = httpx.Headers({"Location": f"https://ada:pw@lab.example/{SECRET}?code=1#x"})
    observer.report_response(observer.report_request(REQUEST, 1), 302, location, 0.1, None, clean)
    assert responses[0].headers == {"location": "https://lab.example/***"}


def test_a_secret_of_the_answer_is_masked_too(caplog: pytest.LogCaptureFixture) -> None:
    """A token that this very answer grants is not yet in the client's own redaction."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    responses: list[ReceivedResponse] = []
    observer = Observer(clean, on_response=responses.append)
    echo = httpx.Headers(
        {"X-Request-Id": "r-fr3\x01sh", "X-Echo": f"fr3sh {SECRET}", f"X-{SECRET}": "1"}
    )
    seen = observer.report_request(REQUEST, 1)
    observer.report_response(
        seen, 200, echo, 0.1, None, lambda text: clean(text).replace("fr3sh", "***")
    )
    assert responses[0].headers == {"x-request-id": "r-***", "x-echo": "*** ***", "x-***": "1"}
    assert responses[0].request_id == "r-***"
    assert "fr3sh" not in caplog.text


def test_the_log_has_a_line_per_attempt(caplog: pytest.LogCaptureFixture) -> None:
    """The line has request line, status, attempt, time and request id, or why the attempt failed."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    told(Observer(clean))
    told(Observer(clean), 503, "503 Service Unavailable: Down.")
    seen = Observer(clean).report_request(REQUEST, 1)
    Observer(clean).report_response(
        seen, None, httpx.Headers(), 1.0, "no connection within 10 s", clean
    )
    line = "GET https://lab.example/jobs?echo=***&n=1"
    assert caplog.messages == [
        f"{line} -> 200, attempt 2, 0.012 s, request id r-1-***",
        f"{line} -> 503, attempt 2, 0.012 s, request id r-1-***: 503 Service Unavailable: Down.",
        f"{line} -> no answer, attempt 1, 1.000 s: no connection within 10 s",
    ]
    assert {record.name for record in caplog.records} == {"pasqal_client"}


FIELDS = ("method", "path", "status", "attempt", "request_id", "seconds")


def test_a_record_has_the_facts_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    """A handler that writes JSON need not parse the line; a record about something else has None in each."""
    caplog.set_level(logging.DEBUG, "pasqal_client")
    told(Observer(clean))
    hidden = Observer(clean).report_request(REQUEST, 1, "https://files.example")
    Observer(clean).report_response(hidden, None, httpx.Headers(), 1.0, "no answer", clean)
    log(logging.WARNING, "something else")
    assert [tuple(vars(record)[name] for name in FIELDS) for record in caplog.records] == [
        ("GET", "/jobs", 200, 2, "r-1-***", 0.0123),
        ("GET", "/…", None, 1, None, 1.0),
        (None,) * 6,
    ]


def test_nothing_is_computed_when_nobody_listens() -> None:
    """Redaction takes time, so it is skipped when there is neither a hook nor a log."""

    def never(text: str) -> str:
        raise AssertionError("somebody listens")

    logger.setLevel(logging.INFO)
    assert told(Observer(never)) is None


def test_either_hook_alone_is_enough() -> None:
    """A caller may give either hook without the other."""
    seen: list[Any] = []
    told(Observer(clean, on_request=seen.append))
    told(Observer(clean, on_response=seen.append))
    assert [type(event) for event in seen] == [SentRequest, ReceivedResponse]


def test_a_failing_hook_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A hook must not break the call that it watches."""

    def fail(event: object) -> None:
        raise ZeroDivisionError

    assert told(Observer(clean, fail, fail)) is not None
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "a hook failed"
    ] * 2


async def awaited(event: object) -> None:
    """A hook that would have to be awaited."""


class AwaitedCall:
    async def __call__(self, event: object) -> None:
        """A hook that would have to be awaited."""


@pytest.mark.parametrize(
    "hook", [awaited, AwaitedCall(), "print", 5, []], ids=lambda hook: type(hook).__name__
)
def test_an_async_hook_is_rejected(hook: Any) -> None:
    """A hook is called in the middle of an attempt by both clients, so it cannot be awaited."""
    with pytest.raises(ConfigurationError, match="on_request: expected a plain function"):
        checked_hook(hook, "on_request")


@pytest.mark.parametrize("hook", [None, print, [].append])
def test_any_callable_is_a_hook(hook: Any) -> None:
    """Any callable is accepted, and None stands for no hook."""
    assert checked_hook(hook, "on_request") is hook


def test_the_repr_of_an_observer_leaves_out_its_hooks() -> None:
    """A hook may be a method of an object with a long repr."""
    seen: list[object] = []
    assert "append" not in repr(Observer(clean, seen.append, seen.append))


# ----------------------------------------------------------------------------------------------------------------------
# PASQAL_LOG


@pytest.mark.parametrize("level", ["debug", "DEBUG", " Debug\n"])
def test_the_log_is_shown_on_stderr_once(level: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A message appears once, however many clients are made."""
    log_to_stderr(level)
    log_to_stderr(level)
    told(Observer(clean))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("pasqal_client DEBUG GET https://lab.example/jobs") == 1


def test_the_log_follows_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks and tests replace stderr, and the log goes to the current one."""
    log_to_stderr("debug")
    old, new = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", old)
    told(Observer(clean))
    old_text = old.getvalue()
    old.close()
    monkeypatch.setattr("sys.stderr", new)
    told(Observer(clean))
    assert "-> 200" in old_text
    assert "-> 200" in new.getvalue()


def test_a_process_without_stderr_keeps_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows programs without a console have no stderr."""
    log_to_stderr("debug")
    monkeypatch.setattr("sys.stderr", None)
    told(Observer(clean))


def test_a_higher_level_shows_less(capsys: pytest.CaptureFixture[str]) -> None:
    """Messages below the chosen level are not shown."""
    log_to_stderr("error")
    told(Observer(clean))
    logger.error("this")
    assert capsys.readouterr().err.endswith("pasqal_client ERROR this\n")


@pytest.mark.parametrize("level", ["loud", "10", "1", "yes\x1b[31m"])
def test_an_unknown_level_is_a_warning(level: str, caplog: pytest.LogCaptureFixture) -> None:
    """A misspelt level in the variable does not stop a program."""
    log_to_stderr(level)
    assert "is not a level; use debug, info, warning or error" in caplog.text
    assert "\x1b" not in caplog.text
    assert logger.level == logging.NOTSET
