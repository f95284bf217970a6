"""One token for everybody, renewed in time, whoever asks, fails or gives up meanwhile; with a clock that is set."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from pasqal_client import (
    APIConnectionError,
    ConfigurationError,
    Credentials,
    DeadlineError,
    PasswordCredentials,
)
from pasqal_client._auth import token_auth
from pasqal_client._auth.credentials import CallableToken, StaticToken
from pasqal_client._auth.token_auth import AGAIN, EARLY, REMEMBERED, TokenAuth
from pasqal_client._auth.token_grant import Grant
from pasqal_client._http.outcomes import OverdueError

CROWD = 16
PATIENCE = 60
"""Seconds within which a token is wanted; nothing here takes so long."""


class Clock:
    """The time as the module sees it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(token_auth, "time", SimpleNamespace(monotonic=clock.monotonic))
    return clock


class Numbered(Credentials):
    """Tokens token-1-of-many, token-2-of-many and so on; `lifetime` and `failure` say how the next one turns out."""

    def __init__(self, lifetime: float | None = None) -> None:
        self.count = 0
        self.lifetime = lifetime
        self.failure: BaseException | None = None

    def obtain(self, post: Any) -> Grant:
        self.count += 1
        if self.failure is not None:
            raise self.failure
        return Grant(f"token-{self.count}-of-many", self.lifetime)

    async def obtain_async(self, post: Any) -> Grant:
        await asyncio.sleep(0)
        return self.obtain(post)


class Gated(Numbered):
    """The same behind a gate that a test opens."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.async_gate = asyncio.Event()

    def obtain(self, post: Any) -> Grant:
        self.entered.set()
        assert self.gate.wait(10)
        return super().obtain(post)

    async def obtain_async(self, post: Any) -> Grant:
        self.entered.set()
        await self.async_gate.wait()
        return super().obtain(post)


def post(url: str, form: dict[str, str]) -> Any:
    raise AssertionError("nothing is posted here")


def get(bearer: TokenAuth) -> None:
    """What the sync client does before an attempt."""
    bearer.prepare(post, time.monotonic() + PATIENCE)


async def get_async(bearer: TokenAuth) -> None:
    """What the async client does before an attempt."""
    await bearer.prepare_async(post, time.monotonic() + PATIENCE)


def signed(bearer: TokenAuth, request: httpx.Request | None = None) -> httpx.Request:
    request = request or httpx.Request("GET", "https://lab.example")
    bearer.sign(request)
    return request


def token_of(bearer: TokenAuth) -> str:
    return signed(bearer).headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture(params=["sync", "async"])
def prepare(request: pytest.FixtureRequest) -> Callable[[TokenAuth], None]:
    """Does what either client does before an attempt."""
    if request.param == "sync":
        return get
    return lambda bearer: asyncio.run(get_async(bearer))


Prepare = Callable[[TokenAuth], None]


# ----------------------------------------------------------------------------------------------------------------------
# Time


def test_a_token_is_kept_until_shortly_before_its_end(prepare: Prepare, clock: Clock) -> None:
    """Half a minute before, so that none expires on its way."""
    bearer = TokenAuth(Numbered(3600))
    prepare(bearer)
    clock.now += 3600 - EARLY - 0.1
    prepare(bearer)
    assert token_of(bearer) == "token-1-of-many"
    clock.now += 0.2
    prepare(bearer)
    assert token_of(bearer) == "token-2-of-many"


def test_a_short_life_is_used_for_the_most_part(prepare: Prepare, clock: Clock) -> None:
    """A token of ten seconds is not renewed with every request."""
    bearer = TokenAuth(Numbered(10))
    prepare(bearer)
    clock.now += 8.9
    prepare(bearer)
    assert token_of(bearer) == "token-1-of-many"
    clock.now += 0.2
    prepare(bearer)
    assert token_of(bearer) == "token-2-of-many"


@pytest.mark.parametrize("lifetime", [None, float("inf")])
def test_a_token_without_an_end_is_used_until_it_is_refused(
    prepare: Prepare, clock: Clock, lifetime: float | None
) -> None:
    """A token without an expiry is still used after years."""
    bearer = TokenAuth(Numbered(lifetime))
    prepare(bearer)
    clock.now += 1e9
    prepare(bearer)
    assert token_of(bearer) == "token-1-of-many"


def test_a_token_that_ends_at_once_is_fetched_once_an_attempt(
    prepare: Prepare, clock: Clock
) -> None:
    """A token that is over at once is not fetched again and again in the hope of a better one."""
    credentials = Numbered(1e-9)
    bearer = TokenAuth(credentials)
    for _ in range(3):
        prepare(bearer)
        clock.now += 1
    assert credentials.count == 3


FAILURES = [APIConnectionError("no route"), OSError("no route"), ZeroDivisionError()]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_good_token_outlives_a_failed_renewal(
    prepare: Prepare, clock: Clock, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """What was tried early need not succeed; it is tried again some seconds later, not with every request."""
    credentials = Numbered(3600)
    bearer = TokenAuth(credentials)
    prepare(bearer)
    credentials.failure = failure
    clock.now += 3600 - EARLY + 1
    prepare(bearer)
    prepare(bearer)
    assert (token_of(bearer), credentials.count) == ("token-1-of-many", 2)
    clock.now += AGAIN
    prepare(bearer)
    assert (token_of(bearer), credentials.count) == ("token-1-of-many", 3)
    assert (
        caplog.messages
        == [
            f"the token could not be renewed, but is still good: {type(failure).__name__}: {failure}".strip()
        ]
        * 2
    )
    credentials.failure = None
    clock.now += AGAIN
    prepare(bearer)
    assert token_of(bearer) == "token-4-of-many"


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_an_expired_token_does_not_outlive_a_failed_renewal(
    prepare: Prepare, clock: Clock, failure: Exception
) -> None:
    """There is nothing to go on with; the next request tries again at once."""
    credentials = Numbered(3600)
    bearer = TokenAuth(credentials)
    prepare(bearer)
    credentials.failure = failure
    clock.now += 3600
    for _ in range(2):
        with pytest.raises(type(failure)):
            prepare(bearer)
    assert credentials.count == 3


def test_while_a_good_token_is_renewed_nobody_waits(clock: Clock) -> None:
    """One caller renews; the others use what they have."""
    credentials = Gated()
    credentials.lifetime = 3600
    credentials.gate.set()
    bearer = TokenAuth(credentials)
    get(bearer)
    clock.now += 3600 - EARLY + 1
    credentials.gate.clear()
    credentials.entered.clear()
    with ThreadPoolExecutor() as pool:
        leader = pool.submit(get, bearer)
        assert credentials.entered.wait(10)
        get(bearer)
        assert token_of(bearer) == "token-1-of-many"
        credentials.gate.set()
        leader.result(10)
    assert token_of(bearer) == "token-2-of-many"


# ----------------------------------------------------------------------------------------------------------------------
# A refusal


def test_a_refused_token_is_renewed_once_a_request(prepare: Prepare) -> None:
    """The second refusal of the same request is final."""
    bearer = TokenAuth(Numbered())
    prepare(bearer)
    request = signed(bearer)
    assert bearer.refused(request, 401)
    prepare(bearer)
    signed(bearer, request)
    assert request.headers["Authorization"] == "Bearer token-2-of-many"
    assert not bearer.refused(request, 401)
    prepare(bearer)
    assert token_of(bearer) == "token-2-of-many"


def test_a_late_refusal_of_an_old_token_does_not_cost_the_new_one(prepare: Prepare) -> None:
    """A burst of refusals is one: the requests of the old token go again with the new one."""
    credentials = Numbered()
    bearer = TokenAuth(credentials)
    prepare(bearer)
    burst = [signed(bearer) for _ in range(CROWD)]
    for request in burst:
        assert bearer.refused(request, 401)
        prepare(bearer)
    assert credentials.count == 2


def test_a_function_that_repeats_itself_is_called_once_a_burst(prepare: Prepare) -> None:
    """Tokens are told apart by when they came, not by their text."""
    calls: list[None] = []
    bearer = TokenAuth(CallableToken(lambda: calls.append(None) or "always-the-same"))  # type: ignore[func-returns-value]
    prepare(bearer)
    burst = [signed(bearer) for _ in range(CROWD)]
    for request in burst:
        assert bearer.refused(request, 401)
        prepare(bearer)
    assert len(calls) == 2


@pytest.mark.parametrize("status", [None, 200, 400, 403, 429, 500])
def test_only_a_401_refuses_a_token(status: int | None) -> None:
    """No other status makes the client get another token."""
    bearer = TokenAuth(Numbered())
    assert not bearer.refused(signed(bearer), status)


def test_a_static_token_cannot_be_renewed(prepare: Prepare) -> None:
    """The refusal of a token that the caller gave is final."""
    bearer = TokenAuth(StaticToken("s3cr3t-t0k3n"))
    prepare(bearer)
    assert not bearer.refused(signed(bearer), 401)


def test_a_refused_token_does_not_outlive_a_failed_renewal(prepare: Prepare, clock: Clock) -> None:
    """However long it would have been good for."""
    credentials = Numbered(3600)
    bearer = TokenAuth(credentials)
    prepare(bearer)
    bearer.refused(signed(bearer), 401)
    credentials.failure = APIConnectionError("no route")
    with pytest.raises(APIConnectionError):
        prepare(bearer)


def test_a_renewal_that_failed_early_does_not_bring_a_refused_token_back(clock: Clock) -> None:
    """The refusal came while it was under way."""
    credentials = Numbered(3600)
    bearer = TokenAuth(credentials)
    get(bearer)
    request = signed(bearer)
    clock.now += 3600 - EARLY + 1

    def refuse_and_fail(post: Any) -> Grant:
        assert bearer.refused(request, 401)
        raise APIConnectionError("no route")

    credentials.obtain = refuse_and_fail  # type: ignore[method-assign]
    with pytest.raises(APIConnectionError):
        get(bearer)


# ----------------------------------------------------------------------------------------------------------------------
# Many at once


def in_threads(
    task: Callable[[], object], before: Callable[[], object] | None = None
) -> list[BaseException | None]:
    """What the task raised in each of many threads that start together."""
    barrier = threading.Barrier(CROWD + 1)

    def run() -> BaseException | None:
        barrier.wait(10)
        try:
            task()
        except BaseException as error:
            return error
        return None

    with ThreadPoolExecutor(CROWD) as pool:
        futures = [pool.submit(run) for _ in range(CROWD)]
        barrier.wait(10)
        if before is not None:
            before()
        return [future.result(10) for future in futures]


def opens_when_all_wait(bearer: TokenAuth, credentials: Gated) -> Callable[[], None]:
    """Opens the gate once everybody has joined the fetching."""
    joined, join = threading.Semaphore(0), bearer._join

    def noted(old: Any) -> Any:
        result = join(old)
        joined.release()
        return result

    def open_gate() -> None:
        assert all(joined.acquire(timeout=10) for _ in range(CROWD))
        credentials.gate.set()

    bearer._join = noted  # type: ignore[method-assign]
    return open_gate


async def turns() -> None:
    """Let all tasks come to where they wait."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_many_threads_fetch_one_token() -> None:
    """One thread fetches the token, however many need it."""
    credentials = Gated()
    bearer = TokenAuth(credentials)
    assert (
        in_threads(lambda: get(bearer), opens_when_all_wait(bearer, credentials)) == [None] * CROWD
    )
    assert credentials.count == 1


def test_many_threads_renew_a_refused_token_once() -> None:
    """Their refusals come in any order with the renewal."""
    credentials = Numbered()
    bearer = TokenAuth(credentials)
    get(bearer)

    def refused_and_again() -> None:
        request = burst.pop()
        assert bearer.refused(request, 401)
        get(bearer)
        assert token_of(bearer) == "token-2-of-many"

    burst = [signed(bearer) for _ in range(CROWD)]
    assert in_threads(refused_and_again) == [None] * CROWD
    assert credentials.count == 2


def test_many_tasks_fetch_one_token_and_renew_it_once() -> None:
    """The same on an event loop."""

    async def run() -> int:
        credentials = Gated()
        bearer = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(bearer)) for _ in range(CROWD)]
        await turns()
        credentials.async_gate.set()
        await asyncio.gather(*tasks)
        assert credentials.count == 1
        for request in [signed(bearer) for _ in range(CROWD)]:
            assert bearer.refused(request, 401)
        await asyncio.gather(*(get_async(bearer) for _ in range(CROWD)))
        return credentials.count

    assert asyncio.run(run()) == 2


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_reaches_every_thread(failure: Exception) -> None:
    """Nobody waits forever, and every thread gets an error object of its own."""
    credentials = Gated()
    credentials.failure = failure
    bearer = TokenAuth(credentials)
    raised = in_threads(lambda: get(bearer), opens_when_all_wait(bearer, credentials))
    assert {type(error) for error in raised} == {type(failure)}
    assert credentials.count == 1
    credentials.failure = None
    get(bearer)
    assert token_of(bearer).startswith("token-")


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_reaches_every_task(failure: Exception) -> None:
    """The same on an event loop; nothing is left that was never retrieved."""

    async def run() -> None:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        credentials = Gated()
        credentials.failure = failure
        bearer = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(bearer)) for _ in range(CROWD)]
        await turns()
        credentials.async_gate.set()
        raised = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(error) for error in raised} == {type(failure)}
        assert credentials.count == 1
        credentials.failure = None
        await get_async(bearer)
        assert complaints == []

    asyncio.run(run())


def test_errors_of_ours_are_not_shared_between_threads() -> None:
    """Who notes something on the error, as the writes do, notes it on an own one."""
    credentials = Gated()
    credentials.failure = APIConnectionError("no route")
    bearer = TokenAuth(credentials)
    raised = in_threads(lambda: get(bearer), opens_when_all_wait(bearer, credentials))
    assert len({id(error) for error in raised}) == CROWD
    assert {str(error) for error in raised} == {"no route"}


def out_of_time() -> DeadlineError:
    return DeadlineError("there was no answer within the deadline of 1 s")


@pytest.mark.parametrize(
    "end", [KeyboardInterrupt, SystemExit, GeneratorExit, OverdueError, out_of_time]
)
def test_a_leader_that_is_interrupted_leaves_the_lead_to_another(
    end: Callable[[], BaseException],
) -> None:
    """The others still want a token, and may have more time for it."""
    credentials = Gated()
    bearer = TokenAuth(credentials)
    bearer_obtain = credentials.obtain

    def once_interrupted(post: Any) -> Grant:
        credentials.obtain = bearer_obtain  # type: ignore[method-assign]
        assert credentials.gate.wait(10)
        raise end()

    credentials.obtain = once_interrupted  # type: ignore[method-assign]
    raised = in_threads(lambda: get(bearer), opens_when_all_wait(bearer, credentials))
    assert [type(error) for error in raised if error is not None] == [type(end())]
    assert (token_of(bearer), credentials.count) == ("token-1-of-many", 1)


def test_a_token_that_comes_at_the_last_moment_is_taken() -> None:
    """Whoever saw that there was none finds it when it is to fetch one."""
    bearer = TokenAuth(Numbered())
    before = bearer._held
    get(bearer)
    flight, leads = bearer._join(before)
    assert flight.done()
    assert not leads


def test_a_leader_that_is_cancelled_leaves_the_lead_to_another() -> None:
    """Cancelling one task must not cost the others their token."""

    async def run() -> None:
        credentials = Gated()
        bearer = TokenAuth(credentials)
        leader = asyncio.create_task(get_async(bearer))
        await turns()
        assert credentials.entered.is_set()
        followers = [asyncio.create_task(get_async(bearer)) for _ in range(CROWD)]
        await turns()
        leader.cancel()
        await turns()
        credentials.async_gate.set()
        await asyncio.gather(*followers)
        with pytest.raises(asyncio.CancelledError):
            await leader
        assert (token_of(bearer), credentials.count) == ("token-1-of-many", 1)

    asyncio.run(run())


def test_a_follower_that_is_cancelled_disturbs_nobody() -> None:
    """Neither the leader nor the others notice, and an error that it no longer wants is not complained about."""

    async def run(failure: Exception | None) -> None:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        credentials = Gated()
        credentials.failure = failure
        bearer = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(bearer)) for _ in range(3)]
        await turns()
        tasks[1].cancel()
        await turns()
        credentials.async_gate.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        kind = type(failure)
        assert [type(end) for end in ended] == [kind, asyncio.CancelledError, kind]
        assert complaints == []

    for failure in (None, APIConnectionError("no route"), OSError()):
        asyncio.run(run(failure))


# Deadlines


def test_who_waits_for_a_token_of_anothers_waits_no_longer_than_allowed() -> None:
    """The one who fetches it has more time, and goes on."""
    credentials = Gated()
    bearer = TokenAuth(credentials)
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(get, bearer)
        assert credentials.entered.wait(10)
        with pytest.raises(OverdueError):
            bearer.prepare(post, time.monotonic() + 0.01)
        credentials.gate.set()
        leader.result()
    assert token_of(bearer) == "token-1-of-many"


def test_tasks_wait_for_a_token_no_longer_than_allowed() -> None:
    """Neither the one that waits for another's token nor the one that fetches it by a coroutine of the caller's."""
    credentials = Gated()
    bearer = TokenAuth(credentials)

    async def run() -> None:
        complaints: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        leader = asyncio.create_task(bearer.prepare_async(post, time.monotonic() + 0.05))
        await turns()
        with pytest.raises(OverdueError):
            await bearer.prepare_async(post, time.monotonic() + 0.01)
        with pytest.raises(OverdueError):
            await leader
        credentials.async_gate.set()
        await get_async(bearer)
        assert complaints == []

    asyncio.run(run())
    assert token_of(bearer) == "token-1-of-many"


def test_a_timeout_of_the_callers_own_function_stays_what_it_is(prepare: Prepare) -> None:
    """It is not taken for ours."""
    credentials = Numbered()
    credentials.failure = TimeoutError("the vault is slow")
    with pytest.raises(TimeoutError, match="the vault is slow"):
        prepare(TokenAuth(credentials))


def test_a_fetching_that_is_closed_from_elsewhere_ends() -> None:
    """A coroutine that nobody runs any more is closed wherever the collector happens to run."""
    bearer = TokenAuth(Numbered())

    async def abandon() -> None:
        leader = get_async(bearer)
        contextvars.copy_context().run(leader.send, None)
        leader.close()

    asyncio.run(abandon())
    get(bearer)
    assert token_of(bearer) == "token-1-of-many"


def test_a_loop_that_ends_amid_fetching_leaves_the_credentials_usable() -> None:
    """The next event loop fetches a token again."""
    credentials = Gated()
    bearer = TokenAuth(credentials)

    async def abandon() -> None:
        task = asyncio.create_task(get_async(bearer))
        await turns()
        assert not task.done()

    asyncio.run(abandon())

    async def use() -> None:
        credentials.async_gate = asyncio.Event()
        credentials.async_gate.set()
        await get_async(bearer)

    asyncio.run(use())
    assert token_of(bearer) == "token-1-of-many"


def test_a_forked_process_does_not_wait_for_a_thread_that_it_does_not_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fetching that was under way is the other process's."""
    credentials = Gated()
    bearer = TokenAuth(credentials)
    with ThreadPoolExecutor() as pool:
        leader = pool.submit(get, bearer)
        assert credentials.entered.wait(10)
        credentials.obtain = lambda post: Grant("token-of-the-child")  # type: ignore[method-assign]
        monkeypatch.setattr(token_auth, "os", SimpleNamespace(getpid=lambda: -1))
        child = pool.submit(get, bearer)
        try:
            child.result(10)
            assert token_of(bearer) == "token-of-the-child"
        finally:
            credentials.gate.set()
        leader.result(10)


# ----------------------------------------------------------------------------------------------------------------------
# Misuse


def test_a_function_that_uses_its_own_client_is_told_so() -> None:
    """It would wait for itself forever, so it gets an error."""

    def ask() -> str:
        get(bearer)
        return ""

    bearer = TokenAuth(CallableToken(ask))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        get(bearer)

    async def ask_itself() -> str:
        await asyncio.create_task(get_async(bearer))
        return ""

    bearer = TokenAuth(CallableToken(ask_itself))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        asyncio.run(get_async(bearer))


def test_two_functions_that_wait_for_each_other_are_told_so() -> None:
    """A circle of any length gets an error instead of waiting."""
    one: TokenAuth = TokenAuth(CallableToken(lambda: token_by_way_of(other)))
    other: TokenAuth = TokenAuth(CallableToken(lambda: token_by_way_of(one)))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        get(one)


def token_by_way_of(bearer: TokenAuth) -> str:
    get(bearer)
    return token_of(bearer)


def test_a_function_may_use_another_client(prepare: Prepare) -> None:
    """A token may be kept by a service that itself needs one."""
    other = TokenAuth(Numbered())

    bearer = TokenAuth(CallableToken(lambda: token_by_way_of(other)))
    prepare(bearer)
    assert token_of(bearer) == "token-1-of-many"


@pytest.mark.parametrize("wrong", [None, "token", ("token", 60)])
def test_credentials_that_return_no_grant_are_told_so(wrong: Any) -> None:
    """Every thread that waits gets the error, instead of waiting forever."""
    credentials = Gated()

    def obtain(post: Any) -> Any:
        assert credentials.gate.wait(10)
        return wrong

    credentials.obtain = obtain  # type: ignore[method-assign]
    bearer = TokenAuth(credentials)
    raised = in_threads(lambda: get(bearer), credentials.gate.set)
    assert {str(error) for error in raised} == {
        f"credentials: expected a Grant, got {type(wrong).__name__}"
    }


# ----------------------------------------------------------------------------------------------------------------------
# Secrecy


def test_the_latest_tokens_are_kept_out_of_texts(prepare: Prepare) -> None:
    """A service may echo a token that was renewed meanwhile."""
    bearer = TokenAuth(Numbered())
    for _ in range(REMEMBERED):
        prepare(bearer)
        bearer.refused(signed(bearer), 401)
    text = ", ".join(f"token-{number}-of-many" for number in range(1, REMEMBERED + 1))
    assert bearer.clean(text) == ", ".join(["***"] * REMEMBERED)


def test_the_password_is_kept_out_of_texts_however_it_is_written() -> None:
    """Before any token was fetched, too."""
    bearer = TokenAuth(PasswordCredentials("ada", "c&t+d g"))
    assert bearer.clean("username=ada&password=c%26t%2Bd+g") == "username=ada&password=***"


def test_what_holds_tokens_shows_none(prepare: Prepare) -> None:
    """Neither by accident nor in a pickle."""
    bearer = TokenAuth(Numbered(60))
    prepare(bearer)
    assert repr(bearer) == "<credentials>"
    assert "token-1" not in repr(bearer._held)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="do not pickle"):
            attempt(bearer)
