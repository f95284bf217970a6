"""The process with Pulser in it, and a thread that asks it one thing after the other."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from functools import cache
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROGRAM = Path(__file__).with_name("pulser_program.py")
# Without the folder of the program on its path: what is beside it is not for it. Without warnings,
# because nobody would read them.
_COMMAND = (sys.executable, "-P", "-W", "ignore", str(_PROGRAM))
# In seconds: enough for a process that has nothing more to do.
_FAREWELL = 5


class _Question(NamedTuple):
    """A question in the order of its turn: what is urgent first, then what came first."""

    is_patient: bool
    number: int
    content: Mapping[str, Any]
    future: Future[Any]


class SimulatorError(Exception):
    """The simulator has failed; the text says how."""


class Worker:
    """Asks a process, which is started when it is first asked; can be called from any thread.

    Args:
        command: what starts the process.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None
        self._questions: PriorityQueue[_Question] = PriorityQueue()
        self._numbers = count()
        # Nobody waits for it when the interpreter ends, whatever is being simulated then.
        threading.Thread(target=self._work, name="sandbox-simulation", daemon=True).start()

    def ask(self, question: Mapping[str, Any], *, is_urgent: bool = False) -> Future[Any]:
        """Ask something when what is being asked is answered.

        Args:
            question: a question of the program.
            is_urgent: it goes before those that are not.

        Returns:
            The answer, or a SimulatorError.
        """
        future: Future[Any] = Future()
        self._questions.put(_Question(not is_urgent, next(self._numbers), question, future))
        return future

    def interrupt(self) -> None:
        """Give up what is being simulated; what is asked next begins in a new process."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        # The program ends by itself at the end of its input, unless it is in the middle of something.
        _stream(process.stdin).close()
        try:
            process.wait(_FAREWELL)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _stream(process.stdout).close()

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            if not question.future.set_running_or_notify_cancel():
                continue
            try:
                question.future.set_result(self._exchange(question.content))
            except Exception as error:
                question.future.set_exception(error)

    def _exchange(self, question: Mapping[str, Any]) -> Any:
        process = self._process or self._start()
        try:
            print(json.dumps(question), file=process.stdin, flush=True)
            line = _stream(process.stdout).readline()
        except OSError:
            line = ""
        if not line:
            self._process = None
            raise SimulatorError(f"it ended with exit code {process.wait()}")
        answer = json.loads(line)
        if "failure" in answer:
            raise SimulatorError(answer["failure"])
        return answer

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="ascii",
        )
        return self._process


def find_worker() -> Worker:
    """The worker of this process, which all sandboxes in it share: it takes a second or two to start."""
    return _make_worker(os.getpid(), _COMMAND)


# A fork of this process inherits the worker, but not its thread, so it needs another.
@cache
def _make_worker(_: int, command: Sequence[str]) -> Worker:
    worker = Worker(command)
    atexit.register(worker.close)
    return worker


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None  # noqa: S101 - both are pipes
    return stream
