"""Many callers share one token, renewed in time, whoever asks, fails or is cancelled meanwhile; the clock is fake."""

from __future__ import annotations

import asyncio
import base64
import contextvars
import copy
import json
import pickle
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from interruptions import is_interrupted
from pasqal_client import (
    APIConnectionError,
    ConfigurationError,
    Credentials,
    DeadlineError,
    PasswordCredentials,
)
from pasqal_client import _latch as latch
from pasqal_client._auth import token_auth
from pasqal_client._auth.credentials import CallableToken, StaticToken
from pasqal_client._auth.token_auth import (
    RENEWAL_MARGIN,
    RENEWAL_RETRY_PAUSE,
    TOKENS_MASKED,
    TokenAuth,
)
from pasqal_client._auth.token_grant import Grant
from pasqal_client._http.outcomes import OverdueError

CROWD = 16
PATIENCE = 60
"""A deadline for getting a token, in seconds, that no test here reaches."""


class Clock:
    """A clock that a test sets."""

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
    """Credentials that issue token-1-of-many and so on; `lifetime` and `failure` say how the next token turns out."""

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
    """Numbered credentials behind a gate that a test opens."""

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


def get(auth: TokenAuth) -> None:
    """Do what the sync client does before an attempt."""
    auth.prepare(post, time.monotonic() + PATIENCE)


async def get_async(auth: TokenAuth) -> None:
    """Do what the async client does before an attempt."""
    await auth.prepare_async(post, time.monotonic() + PATIENCE)


def signed(auth: TokenAuth, request: httpx.Request | None = None) -> httpx.Request:
    request = request or httpx.Request("GET", "https://lab.example")
    auth.sign(request)
    return request


def token_of(auth: TokenAuth) -> str:
    return signed(auth).headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture(params=["sync", "async"])
def prepare(request: pytest.FixtureRequest) -> Callable[[TokenAuth], None]:
    """A function that does what the client does before an attempt."""
    if request.param == "sync":
        return get
    return lambda auth: asyncio.run(get_async(auth))


Prepare = Callable[[TokenAuth], None]


# ----------------------------------------------------------------------------------------------------------------------
# Time


def test_a_token_is_kept_until_shortly_before_its_end(prepare: Prepare, clock: Clock) -> None:
    """A token is renewed half a minute early, so that it does not expire on its way to the service."""
    auth = TokenAuth(Numbered(3600))
    prepare(auth)
    clock.now += 3600 - RENEWAL_MARGIN - 0.1
    prepare(auth)
    assert token_of(auth) == "token-1-of-many"
    clock.now += 0.2
    prepare(auth)
    assert token_of(auth) == "token-2-of-many"


def test_a_short_lived_token_is_used_for_most_of_its_life(prepare: Prepare, clock: Clock) -> None:
    """A token of ten seconds is not renewed with every request."""
    auth = TokenAuth(Numbered(10))
    prepare(auth)
    clock.now += 8.9
    prepare(auth)
    assert token_of(auth) == "token-1-of-many"
    clock.now += 0.2
    prepare(auth)
    assert token_of(auth) == "token-2-of-many"


@pytest.mark.parametrize("lifetime", [None, float("inf")])
def test_a_token_without_an_end_is_used_until_it_is_refused(
    prepare: Prepare, clock: Clock, lifetime: float | None
) -> None:
    """A token without an expiry is still used after years."""
    auth = TokenAuth(Numbered(lifetime))
    prepare(auth)
    clock.now += 1e9
    prepare(auth)
    assert token_of(auth) == "token-1-of-many"


def test_an_already_expired_token_is_fetched_once_per_attempt(
    prepare: Prepare, clock: Clock
) -> None:
    """Fetching again at once would not give a better token."""
    credentials = Numbered(1e-9)
    auth = TokenAuth(credentials)
    for _ in range(3):
        prepare(auth)
        clock.now += 1
    assert credentials.count == 3


FAILURES = [APIConnectionError("no route"), OSError("no route"), ZeroDivisionError()]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_good_token_outlives_a_failed_renewal(
    prepare: Prepare, clock: Clock, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """A failed early renewal is tried again some seconds later, not with every request."""
    credentials = Numbered(3600)
    auth = TokenAuth(credentials)
    prepare(auth)
    credentials.failure = failure
    clock.now += 3600 - RENEWAL_MARGIN + 1
    prepare(auth)
    prepare(auth)
    assert (token_of(auth), credentials.count) == ("token-1-of-many", 2)
    clock.now += RENEWAL_RETRY_PAUSE
    prepare(auth)
    assert (token_of(auth), credentials.count) == ("token-1-of-many", 3)
    assert (
        caplog.messages
        == [
            f"the token could not be renewed, but is still good: {type(failure).__name__}: {failure}".strip()
        ]
        * 2
    )
    credentials.failure = None
    clock.now += RENEWAL_RETRY_PAUSE
    prepare(auth)
    assert token_of(auth) == "token-4-of-many"


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_an_expired_token_does_not_outlive_a_failed_renewal(
    prepare: Prepare, clock: Clock, failure: Exception
) -> None:
    """Without a valid token there is nothing to send, and the next request tries again at once."""
    credentials = Numbered(3600)
    auth = TokenAuth(credentials)
    prepare(auth)
    credentials.failure = failure
    clock.now += 3600
    for _ in range(2):
        with pytest.raises(type(failure)):
            prepare(auth)
    assert credentials.count == 3


def test_while_a_good_token_is_renewed_nobody_waits(clock: Clock) -> None:
    """One caller renews while the others use the token that is still valid."""
    credentials = Gated()
    credentials.lifetime = 3600
    credentials.gate.set()
    auth = TokenAuth(credentials)
    get(auth)
    clock.now += 3600 - RENEWAL_MARGIN + 1
    credentials.gate.clear()
    credentials.entered.clear()
    with ThreadPoolExecutor() as pool:
        leader = pool.submit(get, auth)
        assert credentials.entered.wait(10)
        get(auth)
        assert token_of(auth) == "token-1-of-many"
        credentials.gate.set()
        leader.result(10)
    assert token_of(auth) == "token-2-of-many"


# ----------------------------------------------------------------------------------------------------------------------
# A refusal


def test_a_refused_token_is_renewed_once_per_request(prepare: Prepare) -> None:
    """A second refusal of the same request is final."""
    auth = TokenAuth(Numbered())
    prepare(auth)
    request = signed(auth)
    assert auth.expire_if_rejected(request, 401)
    prepare(auth)
    signed(auth, request)
    assert request.headers["Authorization"] == "Bearer token-2-of-many"
    assert not auth.expire_if_rejected(request, 401)
    prepare(auth)
    assert token_of(auth) == "token-2-of-many"


def test_a_late_refusal_of_an_old_token_does_not_cost_the_new_one(prepare: Prepare) -> None:
    """In a burst of refusals, requests with the old token go out again with the new one and renew nothing."""
    credentials = Numbered()
    auth = TokenAuth(credentials)
    prepare(auth)
    burst = [signed(auth) for _ in range(CROWD)]
    for request in burst:
        assert auth.expire_if_rejected(request, 401)
        prepare(auth)
    assert credentials.count == 2


def test_a_function_that_repeats_itself_is_called_once_per_burst(prepare: Prepare) -> None:
    """Tokens are told apart by when they were fetched, not by their text."""
    calls: list[None] = []
    auth = TokenAuth(CallableToken(lambda: calls.append(None) or "always-the-same"))  # type: ignore[func-returns-value]
    prepare(auth)
    burst = [signed(auth) for _ in range(CROWD)]
    for request in burst:
        assert auth.expire_if_rejected(request, 401)
        prepare(auth)
    assert len(calls) == 2


@pytest.mark.parametrize("status", [None, 200, 400, 403, 429, 500])
def test_only_a_401_refuses_a_token(status: int | None) -> None:
    """No other status makes the client get another token."""
    auth = TokenAuth(Numbered())
    assert not auth.expire_if_rejected(signed(auth), status)


def test_a_static_token_cannot_be_renewed(prepare: Prepare) -> None:
    """The refusal of a token that the caller gave is final."""
    auth = TokenAuth(StaticToken("s3cr3t-t0k3n"))
    prepare(auth)
    assert not auth.expire_if_rejected(signed(auth), 401)


def test_a_refused_token_does_not_outlive_a_failed_renewal(prepare: Prepare, clock: Clock) -> None:
    """A refused token is not used again, even if it would not expire for a long time."""
    credentials = Numbered(3600)
    auth = TokenAuth(credentials)
    prepare(auth)
    auth.expire_if_rejected(signed(auth), 401)
    credentials.failure = APIConnectionError("no route")
    with pytest.raises(APIConnectionError):
        prepare(auth)


def test_a_renewal_that_failed_early_does_not_bring_a_refused_token_back(clock: Clock) -> None:
    """The refusal arrived while an early renewal was running, so its failure does not restore the token."""
    credentials = Numbered(3600)
    auth = TokenAuth(credentials)
    get(auth)
    request = signed(auth)
    clock.now += 3600 - RENEWAL_MARGIN + 1

    def refuse_and_fail(post: Any) -> Grant:
        assert auth.expire_if_rejected(request, 401)
        raise APIConnectionError("no route")

    credentials.obtain = refuse_and_fail  # type: ignore[method-assign]
    with pytest.raises(APIConnectionError):
        get(auth)


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


def opens_when_all_wait(auth: TokenAuth, credentials: Gated) -> Callable[[], None]:
    """Open the gate once all callers have joined the fetching."""
    joined, join = threading.Semaphore(0), auth._join

    def noted(old: Any, own: Any) -> Any:
        result = join(old, own)
        joined.release()
        return result

    def open_gate() -> None:
        assert all(joined.acquire(timeout=10) for _ in range(CROWD))
        credentials.gate.set()

    auth._join = noted  # type: ignore[method-assign]
    return open_gate


async def turns() -> None:
    """Let every task run until it waits."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_many_threads_fetch_one_token() -> None:
    """However many threads need a token, one of them fetches it."""
    credentials = Gated()
    auth = TokenAuth(credentials)
    assert in_threads(lambda: get(auth), opens_when_all_wait(auth, credentials)) == [None] * CROWD
    assert credentials.count == 1


def test_many_threads_renew_a_refused_token_once() -> None:
    """The refusals may arrive in any order relative to the renewal."""
    credentials = Numbered()
    auth = TokenAuth(credentials)
    get(auth)

    def refused_and_again() -> None:
        request = burst.pop()
        assert auth.expire_if_rejected(request, 401)
        get(auth)
        assert token_of(auth) == "token-2-of-many"

    burst = [signed(auth) for _ in range(CROWD)]
    assert in_threads(refused_and_again) == [None] * CROWD
    assert credentials.count == 2


def test_many_tasks_fetch_one_token_and_renew_it_once() -> None:
    """Tasks on an event loop share the fetching and the renewal as threads do."""

    async def run() -> int:
        credentials = Gated()
        auth = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(auth)) for _ in range(CROWD)]
        await turns()
        credentials.async_gate.set()
        await asyncio.gather(*tasks)
        assert credentials.count == 1
        for request in [signed(auth) for _ in range(CROWD)]:
            assert auth.expire_if_rejected(request, 401)
        await asyncio.gather(*(get_async(auth) for _ in range(CROWD)))
        return credentials.count

    assert asyncio.run(run()) == 2


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_reaches_every_thread(failure: Exception) -> None:
    """No thread waits forever, and each gets an error object of its own."""
    credentials = Gated()
    credentials.failure = failure
    auth = TokenAuth(credentials)
    raised = in_threads(lambda: get(auth), opens_when_all_wait(auth, credentials))
    assert {type(error) for error in raised} == {type(failure)}
    assert credentials.count == 1
    credentials.failure = None
    get(auth)
    assert token_of(auth).startswith("token-")


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_a_failure_reaches_every_task(failure: Exception) -> None:
    """Every task gets the error, and none is left that was never retrieved."""

    async def run() -> None:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        credentials = Gated()
        credentials.failure = failure
        auth = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(auth)) for _ in range(CROWD)]
        await turns()
        credentials.async_gate.set()
        raised = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(error) for error in raised} == {type(failure)}
        assert credentials.count == 1
        credentials.failure = None
        await get_async(auth)
        assert complaints == []

    asyncio.run(run())


def test_each_thread_gets_its_own_error_object() -> None:
    """Code that attaches something to the error, as the writes do, attaches it to its own."""
    credentials = Gated()
    credentials.failure = APIConnectionError("no route")
    auth = TokenAuth(credentials)
    raised = in_threads(lambda: get(auth), opens_when_all_wait(auth, credentials))
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
    """The other threads still want a token, and may have more time for it."""
    credentials = Gated()
    auth = TokenAuth(credentials)
    bearer_obtain = credentials.obtain

    def once_interrupted(post: Any) -> Grant:
        credentials.obtain = bearer_obtain  # type: ignore[method-assign]
        assert credentials.gate.wait(10)
        raise end()

    credentials.obtain = once_interrupted  # type: ignore[method-assign]
    raised = in_threads(lambda: get(auth), opens_when_all_wait(auth, credentials))
    assert [type(error) for error in raised if error is not None] == [type(end())]
    assert (token_of(auth), credentials.count) == ("token-1-of-many", 1)


class Followed(Numbered):
    """Credentials whose first token comes once another thread waits for it."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__()
        self.pool = pool
        self.auth = TokenAuth(self)
        self.follower: Future[None] | None = None

    def obtain(self, post: Any) -> Grant:
        if self.follower is None:
            joined, join = threading.Event(), self.auth._join

            def noted(old: Any, own: Any) -> Any:
                result = join(old, own)
                joined.set()
                return result

            self.auth._join = noted  # type: ignore[method-assign]
            self.follower = self.pool.submit(get, self.auth)
            assert joined.wait(10)
        return super().obtain(post)


FETCHING = frozenset((token_auth.__name__, latch.__name__))


def test_an_interruption_of_the_leader_leaves_the_lead_to_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At any moment: nobody waits for a fetch that Ctrl-C has ended, or that it kept from beginning."""
    monkeypatch.setattr(token_auth, "_LOOK", 0.01)
    moment = 0
    with ThreadPoolExecutor(2) as pool:
        while True:
            credentials = Followed(pool)
            auth = credentials.auth
            if not is_interrupted(partial(get, auth), FETCHING.__contains__, moment):
                break
            follower = credentials.follower or pool.submit(get, auth)
            follower.result(10)
            assert token_of(auth).endswith("-of-many")
            moment += 1
    assert moment > 20


def test_an_interruption_of_one_who_waits_does_not_hold_up_the_leader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At any moment, nor those who come later."""
    monkeypatch.setattr(token_auth, "_LOOK", 0.01)
    with ThreadPoolExecutor(1) as pool:
        for moment in range(40):
            credentials = Gated()
            auth = TokenAuth(credentials)
            leader = pool.submit(get, auth)
            assert credentials.entered.wait(10)
            assert is_interrupted(partial(get, auth), FETCHING.__contains__, moment)
            credentials.gate.set()
            leader.result(10)
            get(auth)
            assert token_of(auth) == "token-1-of-many"


def test_a_token_that_comes_at_the_last_moment_is_taken() -> None:
    """A thread that found no token looks again just before it fetches one."""
    auth = TokenAuth(Numbered())
    before = auth._held
    get(auth)
    own = token_auth._Fetch()
    fetch = auth._join(before, own)
    assert fetch.done()
    assert fetch is not own


def test_a_leader_that_is_cancelled_leaves_the_lead_to_another() -> None:
    """Cancelling one task must not cost the others their token."""

    async def run() -> None:
        credentials = Gated()
        auth = TokenAuth(credentials)
        leader = asyncio.create_task(get_async(auth))
        await turns()
        assert credentials.entered.is_set()
        followers = [asyncio.create_task(get_async(auth)) for _ in range(CROWD)]
        await turns()
        leader.cancel()
        await turns()
        credentials.async_gate.set()
        await asyncio.gather(*followers)
        with pytest.raises(asyncio.CancelledError):
            await leader
        assert (token_of(auth), credentials.count) == ("token-1-of-many", 1)

    asyncio.run(run())


def test_a_follower_that_is_cancelled_disturbs_nobody() -> None:
    """Leader and other followers carry on, and no warning appears about an error that was never retrieved."""

    async def run(failure: Exception | None) -> None:
        complaints: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        credentials = Gated()
        credentials.failure = failure
        auth = TokenAuth(credentials)
        tasks = [asyncio.create_task(get_async(auth)) for _ in range(3)]
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


def test_a_thread_waits_for_anothers_token_until_its_deadline() -> None:
    """The thread that fetches the token has more time, and goes on."""
    credentials = Gated()
    auth = TokenAuth(credentials)
    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(get, auth)
        assert credentials.entered.wait(10)
        with pytest.raises(OverdueError):
            auth.prepare(post, time.monotonic() + 0.01)
        credentials.gate.set()
        leader.result()
    assert token_of(auth) == "token-1-of-many"


def test_a_task_waits_for_a_token_until_its_deadline() -> None:
    """The limit holds for a task that waits for another's token and for one that runs the caller's coroutine."""
    credentials = Gated()
    auth = TokenAuth(credentials)

    async def run() -> None:
        complaints: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(
            lambda _, context: complaints.append(context)
        )
        leader = asyncio.create_task(auth.prepare_async(post, time.monotonic() + 0.05))
        await turns()
        with pytest.raises(OverdueError):
            await auth.prepare_async(post, time.monotonic() + 0.01)
        with pytest.raises(OverdueError):
            await leader
        credentials.async_gate.set()
        await get_async(auth)
        assert complaints == []

    asyncio.run(run())
    assert token_of(auth) == "token-1-of-many"


def test_a_timeout_in_the_callers_function_is_passed_on(prepare: Prepare) -> None:
    """It is not mistaken for the client's own timeout."""
    credentials = Numbered()
    credentials.failure = TimeoutError("the vault is slow")
    with pytest.raises(TimeoutError, match="the vault is slow"):
        prepare(TokenAuth(credentials))


def test_an_abandoned_fetch_can_be_closed_from_elsewhere() -> None:
    """The garbage collector closes a coroutine in whatever context it happens to run."""
    auth = TokenAuth(Numbered())

    async def abandon() -> None:
        leader = get_async(auth)
        contextvars.copy_context().run(leader.send, None)
        leader.close()

    asyncio.run(abandon())
    get(auth)
    assert token_of(auth) == "token-1-of-many"


def test_a_loop_that_ends_while_fetching_leaves_the_credentials_usable() -> None:
    """The next event loop fetches a token again."""
    credentials = Gated()
    auth = TokenAuth(credentials)

    async def abandon() -> None:
        task = asyncio.create_task(get_async(auth))
        await turns()
        assert not task.done()

    asyncio.run(abandon())

    async def use() -> None:
        credentials.async_gate = asyncio.Event()
        credentials.async_gate.set()
        await get_async(auth)

    asyncio.run(use())
    assert token_of(auth) == "token-1-of-many"


def test_a_forked_process_does_not_wait_for_a_thread_of_its_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fetch that was running at the fork belongs to the parent."""
    credentials = Gated()
    auth = TokenAuth(credentials)
    with ThreadPoolExecutor() as pool:
        leader = pool.submit(get, auth)
        assert credentials.entered.wait(10)
        credentials.obtain = lambda post: Grant("token-of-the-child")  # type: ignore[method-assign]
        monkeypatch.setattr(token_auth, "os", SimpleNamespace(getpid=lambda: -1))
        child = pool.submit(get, auth)
        try:
            child.result(10)
            assert token_of(auth) == "token-of-the-child"
        finally:
            credentials.gate.set()
        leader.result(10)


# ----------------------------------------------------------------------------------------------------------------------
# Misuse


def test_a_function_that_uses_its_own_client_gets_an_error() -> None:
    """It would wait for itself forever."""

    def ask() -> str:
        get(auth)
        return ""

    auth = TokenAuth(CallableToken(ask))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        get(auth)

    async def ask_itself() -> str:
        await asyncio.create_task(get_async(auth))
        return ""

    auth = TokenAuth(CallableToken(ask_itself))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        asyncio.run(get_async(auth))


def test_functions_that_wait_for_each_other_get_an_error() -> None:
    """A cycle of any length raises instead of waiting forever."""
    one: TokenAuth = TokenAuth(CallableToken(lambda: token_by_way_of(other)))
    other: TokenAuth = TokenAuth(CallableToken(lambda: token_by_way_of(one)))
    with pytest.raises(ConfigurationError, match="must not use the client that waits for it"):
        get(one)


def token_by_way_of(auth: TokenAuth) -> str:
    get(auth)
    return token_of(auth)


def test_a_function_may_use_another_client(prepare: Prepare) -> None:
    """A token may come from a service that itself needs one."""
    other = TokenAuth(Numbered())

    auth = TokenAuth(CallableToken(lambda: token_by_way_of(other)))
    prepare(auth)
    assert token_of(auth) == "token-1-of-many"


@pytest.mark.parametrize("wrong", [None, "token", ("token", 60)])
def test_credentials_that_return_no_grant_raise_in_every_thread(wrong: Any) -> None:
    """Every waiting thread gets the error instead of waiting forever."""
    credentials = Gated()

    def obtain(post: Any) -> Any:
        assert credentials.gate.wait(10)
        return wrong

    credentials.obtain = obtain  # type: ignore[method-assign]
    auth = TokenAuth(credentials)
    raised = in_threads(lambda: get(auth), credentials.gate.set)
    assert {str(error) for error in raised} == {
        f"credentials: expected a Grant, got {type(wrong).__name__}"
    }


# ----------------------------------------------------------------------------------------------------------------------
# Secrecy


def test_recent_tokens_are_masked_in_texts(prepare: Prepare) -> None:
    """A service may echo a token that has been renewed meanwhile."""
    auth = TokenAuth(Numbered())
    for _ in range(TOKENS_MASKED):
        prepare(auth)
        auth.expire_if_rejected(signed(auth), 401)
    text = ", ".join(f"token-{number}-of-many" for number in range(1, TOKENS_MASKED + 1))
    assert auth.clean(text) == ", ".join(["***"] * TOKENS_MASKED)


def test_the_password_is_masked_in_every_encoding() -> None:
    """It is masked before any token was fetched, too."""
    auth = TokenAuth(PasswordCredentials("ada", "c&t+d g"))
    assert auth.clean("username=ada&password=c%26t%2Bd+g") == "username=ada&password=***"


def test_objects_that_hold_tokens_do_not_show_them(prepare: Prepare) -> None:
    """Neither their repr nor their pickle has a token."""
    auth = TokenAuth(Numbered(60))
    prepare(auth)
    assert repr(auth) == "<credentials>"
    assert "token-1" not in repr(auth._held)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="do not pickle"):
            attempt(auth)


def test_the_account_of_a_function_is_that_of_its_tokens() -> None:
    """Where these do not say it, only the same object is known to sign for the same account."""
    claims = base64.urlsafe_b64encode(b'{"sub": "me"}').decode().rstrip("=")
    telling = [TokenAuth(CallableToken(lambda: f"a.{claims}.c")) for _ in range(2)]
    silent = [TokenAuth(CallableToken(lambda: "opaque")) for _ in range(2)]
    for auth in (*telling, *silent):
        get(auth)
    accounts = [auth.watch_account()() for auth in (*telling, *silent)]
    assert accounts[0] == accounts[1]
    assert len(set(accounts)) == 3
    assert silent[0].watch_account()() == accounts[2]


def jwt_of(subject: str, number: int = 0) -> str:
    """A token that says whose it is."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": subject}).encode()).decode().rstrip("=")
    return f"a.{claims}.{number}"


def account_over(*tokens: str, before: int = 0) -> str:
    """The account that is known of a time in which a function returned tokens.

    Args:
        tokens: the tokens.
        before: how many of them it had returned when the time began.
    """
    waiting = iter(tokens)
    auth = TokenAuth(CallableToken(lambda: next(waiting)))
    account = auth.watch_account()
    for number in range(1, len(tokens) + 1):
        get(auth)
        if number == before:
            account = auth.watch_account()
        auth.expire_if_rejected(signed(auth), 401)
    return account()


def test_the_account_of_a_request_is_that_whose_tokens_may_have_signed_it() -> None:
    """A function may return tokens of others while a request is under way: then it is not known whose it was."""
    mine, newer, others = jwt_of("me"), jwt_of("me", 1), jwt_of("others")
    mine_alone = account_over(mine)
    assert account_over(mine, newer) == mine_alone
    assert account_over(others, mine, newer, before=2) == mine_alone
    unknown = [
        account_over(mine, others),
        account_over(mine, others),
        account_over(mine, others, mine),
        account_over(mine, others, before=1),
        account_over("opaque-1", "opaque-2"),
        account_over(*[mine] * TOKENS_MASKED),
        account_over(),
    ]
    assert len({mine_alone, account_over(others), *unknown}) == 2 + len(unknown)


def test_a_token_that_had_expired_before_is_nobodys_of_that_time() -> None:
    """It signs nothing any more, so the next one is the only one."""
    tokens = iter(["opaque-1", "opaque-2"])
    auth = TokenAuth(CallableToken(lambda: next(tokens)))
    get(auth)
    auth.expire_if_rejected(signed(auth), 401)
    account = auth.watch_account()
    get(auth)
    assert account() == auth.watch_account()()
