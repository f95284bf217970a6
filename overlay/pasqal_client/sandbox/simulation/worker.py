"""The process with Pulser in it, and a thread that asks it one thing after the other."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import cache
from itertools import count
from pathlib import Path
from queue import PriorityQueue
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

from ..checks import clip

if TYPE_CHECKING:
    from collections.abc import Mapping

_PROGRAM = Path(__file__).with_name("pulser_program.py")
# Without the folder of the program on its path: what is beside it is not for it. Without warnings,
# because nobody would read them.
_COMMAND = (sys.executable, "-P", "-W", "ignore", str(_PROGRAM))
# In seconds: enough for a process that has nothing more to do.
_FAREWELL = 10


class SimulatorError(RuntimeError):
    """The simulator has failed; the text says how."""


class _Question(NamedTuple):
    """A question in the order of its turn: what is urgent first, then what came first."""

    is_patient: bool
    number: int
    content: Mapping[str, Any]
    answer: Future[Any]


class Worker:
    """Asks a process, which is started when it is first asked; can be called from any thread.

    Args:
        command: what starts the process.
    """

    def __init__(self, command: tuple[str, ...]) -> None:
        self._command = command
        self._process: _Process | None = None
        self._questions: PriorityQueue[_Question] = PriorityQueue()
        self._numbers = count()
        self._lock = threading.Lock()
        self._asked: Future[Any] | None = None
        # Nobody waits for it when the interpreter ends, whatever is being simulated then.
        threading.Thread(target=self._work, name="pulser-worker", daemon=True).start()

    def ask(self, content: Mapping[str, Any], *, is_urgent: bool = False) -> Future[Any]:
        """Ask something when the question before it is answered.

        Args:
            content: a question of the program.
            is_urgent: it goes before those that are not.

        Returns:
            The answer, or a SimulatorError.
        """
        question = _Question(not is_urgent, next(self._numbers), content, Future())
        self._questions.put(question)
        return question.answer

    def drop(self, answer: Future[Any]) -> None:
        """Give up a question, also while it is being answered."""
        with self._lock:
            if answer is self._asked and self._process is not None:
                self._process.kill()
            elif not answer.done():
                answer.set_exception(SimulatorError("nobody waits for it any more"))

    def close(self, patience: float = _FAREWELL) -> None:
        """End the process.

        Args:
            patience: for how many seconds it may do what it does at its end.
        """
        process, self._process = self._process, None
        if process is not None:
            process.end(patience)

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            if self._begin(question.answer):
                self._answer(question)
                with self._lock:
                    self._asked = None

    def _begin(self, answer: Future[Any]) -> bool:
        """Whether somebody still wants an answer; if so, it is the one that is being worked on."""
        with self._lock:
            if answer.done() or not answer.set_running_or_notify_cancel():
                return False
            self._asked = answer
            return True

    def _answer(self, question: _Question) -> None:
        try:
            answer = self._find_process().exchange(question.content)
        except Exception as error:
            question.answer.set_exception(SimulatorError(str(error)))
        else:
            question.answer.set_result(answer)

    def _find_process(self) -> _Process:
        if self._process is not None and not self._process.is_alive:
            self.close()
        if self._process is None:
            self._process = _Process(self._command)
        return self._process


class _Process:
    """A process that reads a line and answers with a line, both JSON."""

    def __init__(self, command: tuple[str, ...]) -> None:
        with ExitStack() as stack:
            # A file, because nobody reads along.
            self._complaints = stack.enter_context(TemporaryFile())
            self._popen = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                text=True,
                encoding="ascii",
            )
            self._open = stack.pop_all()
        assert self._popen.stdin is not None  # noqa: S101 - they are pipes
        assert self._popen.stdout is not None  # noqa: S101
        self._questions = self._popen.stdin
        self._answers = self._popen.stdout

    @property
    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def exchange(self, question: Mapping[str, Any]) -> Any:
        """Ask, and wait for the answer.

        Raises:
            SimulatorError: there is none.
        """
        # Where nobody reads any more, nobody answers either.
        with suppress(OSError):
            print(json.dumps(question), file=self._questions, flush=True)
        line = self._answers.readline()
        if not line.endswith("\n"):
            last_words = self._read_last_words()
            self.end(_FAREWELL)
            raise SimulatorError(f"it ended with exit code {self._popen.returncode}{last_words}")
        answer = json.loads(line)
        if "failure" in answer:
            raise SimulatorError(answer["failure"])
        return answer

    def kill(self) -> None:
        """End it at once."""
        self._popen.kill()
        self._popen.wait()

    def end(self, patience: float) -> None:
        """Let it end, which it does at the end of its input unless it is in the middle of something."""
        with suppress(OSError):
            self._questions.close()
        try:
            self._popen.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
        self._answers.close()
        self._open.close()

    def _read_last_words(self) -> str:
        """The last line that the process has written about itself: of a traceback, the error."""
        self._popen.wait(_FAREWELL)
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").splitlines()
        if not lines:
            return ""
        return f": {clip(lines[-1])}"


def find_worker() -> Worker:
    """The worker of this process, which all sandboxes in it share: it takes a second or two to start."""
    return _make_worker(os.getpid(), _COMMAND)


# A fork of this process inherits the worker, but not its thread, so it needs another.
@cache
def _make_worker(_: int, command: tuple[str, ...]) -> Worker:
    worker = Worker(command)
    atexit.register(worker.close, 0)
    return worker
