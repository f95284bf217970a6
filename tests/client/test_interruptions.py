"""Ctrl-C at every place after the answer to a write has come: what is raised has the write, and resolves."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType
from typing import Any

import pytest

from client.driver import Driver
from client.test_writes_once import CASES
from pasqal_client import PasqalClient
from pasqal_client._http.connection import Connection
from pasqal_client.sandbox import Sandbox

SUBMISSION: dict[str, Any] = {"runs": 5, "device_type": "FRESNEL"}
SENT: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    **{name: (case.prepare, case.send) for name, case in CASES.items()},
    "create": (
        lambda _: None,
        lambda client, _: client.batches.create("x", **SUBMISSION),
    ),
    "create with a key": (
        lambda _: None,
        lambda client, number: client.batches.create("x", key=f"k{number}", **SUBMISSION),
    ),
    "open": (
        lambda _: None,
        lambda client, _: client.batches.open("x", **SUBMISSION).__enter__(),
    ),
}

QUICK = ("create with a key", "jobs.cancel", "set_tags")
"""One of each kind: what is sent anew, what is read after its answer, and what is read before."""

KINDS = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in SENT]


class Interruption:
    """Raises a KeyboardInterrupt in the nth function that is called after the answer to a write has come.

    That is where Python looks whether there is one: where a function begins.
    """

    def __init__(self, number: int) -> None:
        self._left = number
        self._has_answer = False
        self.place = ""

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "return" and code is Connection.send.__code__:
            self._has_answer = frame.f_locals["request"].method != "GET"
        if not self._has_answer or event != "call" or code.co_filename == __file__:
            return
        if self._left:
            self._left -= 1
            return
        self.place = f"{code.co_filename}: {code.co_qualname}"
        raise KeyboardInterrupt

    def interrupts(self, act: Callable[[], Any]) -> KeyboardInterrupt | None:
        """Act; returns what was raised, if anything was."""
        sys.setprofile(self)
        try:
            act()
        except KeyboardInterrupt as error:
            return error
        finally:
            sys.setprofile(None)
        return None


@pytest.mark.parametrize("name", KINDS)
def test_an_interruption_after_the_answer_has_the_write(sandbox: Sandbox, name: str) -> None:
    """Wherever it comes, until the caller has what the method returns."""
    prepare, send = SENT[name]
    number = 0
    with PasqalClient(
        token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
    ) as client:
        while True:
            subject = prepare(sandbox)
            interruption = Interruption(number)
            error = interruption.interrupts(partial(send, client, subject or number))
            if error is None:
                break
            assert hasattr(error, "write"), (number, interruption.place)
            assert error.__notes__, (number, interruption.place)
            told = client.batches.resolve(error, settle=0)
            assert told.outcome == "happened", (number, interruption.place)
            number += 1
    assert number > 20


class EarlyInterruption(Interruption):
    """Raises a KeyboardInterrupt in the nth function that is called before the first request is sent."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._has_answer = True

    def __call__(self, frame: FrameType, event: str, other: object) -> None:
        if frame.f_code is Connection.send.__code__:
            sys.setprofile(None)
            return
        super().__call__(frame, event, other)


def test_an_interruption_before_anything_is_sent_does_not_block_the_key(sandbox: Sandbox) -> None:
    """Another thread submits under the same key at once, and there is one batch."""
    number = 0
    with (
        ThreadPoolExecutor() as pool,
        PasqalClient(
            token=sandbox.token, base_url=sandbox.base_url, project_id=sandbox.project_id
        ) as client,
    ):
        while True:
            submit = partial(client.batches.create, "x", key=f"k{number}", **SUBMISSION)
            interruption = EarlyInterruption(number)
            error = interruption.interrupts(submit)
            if error is None:
                break
            assert client.batches.count() == number, interruption.place
            assert pool.submit(submit).result(60), interruption.place
            number += 1
    assert number > 20


class SendingInterruption:
    """Raises an exception where the bytes of a request are about to be sent."""

    def __init__(self, kind: type[BaseException]) -> None:
        self._kind = kind

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == "write" and "buffer" in frame.f_locals:
            sys.setprofile(None)
            raise self._kind


def test_the_traceback_of_an_interruption_does_not_show_the_token(
    sandbox: Sandbox, client: Any
) -> None:
    """The HTTP library has it in variables of its functions while it sends; tools show these."""
    client.batches.count()
    kind = asyncio.CancelledError if isinstance(client, Driver) else KeyboardInterrupt
    sys.setprofile(SendingInterruption(kind))
    with pytest.raises(kind) as caught:
        client.batches.count()
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    assert any(frame.f_code.co_name == "_send" for frame in frames)
    for frame in frames:
        if frame.f_code.co_filename != __file__:
            assert sandbox.token not in repr(frame.f_locals), frame.f_code
