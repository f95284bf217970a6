"""The program behind which a client stands: started, asked, read, and ended."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Self, TextIO

from .calls import OUTCOMES, Answer, UnsupportedError
from .json_values import dump
from .mask import Mask

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from .calls import Call

# Neither UTC nor C: a client that depends on them is found out.
_ABROAD = {"TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}
_LONGEST_QUOTE = 200
# A client that ends or hangs in more cases than these has a fault that the others would only repeat.
_MOST_LOST = 5
# Bytes of an answer. The longest of the kit are a thousand times shorter.
_LONGEST_LINE = 2**24
# Seconds that a program may take to end once there is nothing more to read.
_GRACE = 5
# The last thing that it says on stderr may be read a little later than its end.
_LAST_WORDS = 1


class AdapterError(Exception):
    """The adapter cannot be started, answers nonsense, or was lost too often."""


class AdapterLostError(AdapterError):
    """The adapter has ended, or gives no answer, in one case; another one can go on."""


class Adapter:
    """A running adapter; use it in a `with` block.

    Args:
        command: the program and its arguments.
        timeout: seconds that an answer may take.
        stderr: where its stderr goes.

    Attributes:
        case: the name of the case at hand, for errors.
        mask: knows the secrets of every call.
    """

    def __init__(
        self, command: Sequence[str], timeout: float, stderr: TextIO | None = None
    ) -> None:
        self.case = ""
        self.mask = Mask()
        self._command = command
        self._timeout = timeout
        self._stderr = stderr or sys.stderr
        self._number = 0
        self._lost = 0
        self._has_answered = False

    def __enter__(self) -> Self:
        self._start()
        return self

    def restart(self, lost: AdapterLostError) -> None:
        """Start the program again after it was lost.

        Raises:
            AdapterError: it has not answered once so far, or was lost too often.
        """
        self._lost += 1
        self._end()
        if not self._has_answered:
            raise lost
        if self._lost > _MOST_LOST:
            raise AdapterError(f"{lost}; it was lost in {self._lost} cases, so the run ends here")
        self._start()

    def _start(self) -> None:
        self._last_words = ""
        self._asked: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # What the account of this machine is set up with is not meant for a test.
        self._home = tempfile.TemporaryDirectory(
            prefix="conformance-",
            # What it has started may still write there.
            ignore_cleanup_errors=True,
        )
        try:
            self._process = subprocess.Popen(  # noqa: S603 - it is what the user asked for
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(self._home.name),
                # So that what it starts ends with it.
                start_new_session=True,
            )
        except OSError as error:
            self._home.cleanup()
            raise AdapterError(
                f"the adapter cannot be started: {self._command[0]}: {error.strerror}"
            ) from error
        # An adapter that does not read must not stop the runner, nor one that says a lot.
        self._threads = [
            _start_thread(self._send, self._process.stdin, self._asked),
            _start_thread(self._listen, self._process.stdout, self._said),
            _start_thread(self._report, self._process.stderr),
        ]
        listener = self._threads[1]
        _start_thread(_notice_end, self._process, listener, self._said)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._asked.put(b"")
        if error is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
        self._end()

    def _end(self) -> None:
        self._asked.put(b"")
        self._kill()
        self._home.cleanup()

    def ask(self, call: Call) -> Answer:
        """Have a call made.

        Raises:
            UnsupportedError: the client does not have it.
            AdapterLostError: it has ended, or does not answer.
            AdapterError: the answer makes no sense.
        """
        self._learn_secrets(call)
        self._number += 1
        line = json.dumps(call.to_line(self._number))
        self._asked.put(f"{line}\n".encode())
        try:
            said = self._said.get(timeout=self._timeout)
        except queue.Empty:
            raise AdapterLostError(
                f"the adapter gave no answer for {self._timeout:g} s to case {self.case}"
            ) from None
        if not said:
            raise self._explain_end()
        self._has_answered = True
        return self._understand(said)

    def _learn_secrets(self, call: Call) -> None:
        self.mask.add(call.token)
        for secret in call.secrets.values():
            self.mask.add(secret)

    def _understand(self, said: bytes) -> Answer:
        """An answer, or what is wrong with it."""
        if len(said) == _LONGEST_LINE:
            raise self._call_nonsense(said, f"it has {_LONGEST_LINE:,} bytes or more")
        try:
            line = json.loads(said)
        except (ValueError, RecursionError):
            raise self._call_nonsense(said, "it is not JSON") from None
        if not isinstance(line, dict) or line.get("n") != self._number:
            raise self._call_nonsense(said, f"its `n` is not {self._number}")
        outcomes = [name for name in OUTCOMES if name in line]
        if len(outcomes) != 1:
            raise self._call_nonsense(said, f"it has to have one of {', '.join(OUTCOMES)}")
        (outcome,) = outcomes
        content = line[outcome]
        if isinstance(content, dict) != (outcome in ("ok", "error")):
            raise self._call_nonsense(said, f"its `{outcome}` is of the wrong type")
        if outcome == "unsupported":
            raise UnsupportedError(dump(content))
        return Answer(outcome, content)

    def _call_nonsense(self, said: bytes, why: str) -> AdapterError:
        # A token is hidden while it is whole.
        text = self.mask.hide(said.decode(errors="replace").rstrip("\n"))
        quote = dump(text[:_LONGEST_QUOTE])
        return AdapterError(f"the adapter talked nonsense in case {self.case}: {why}: {quote}")

    def _explain_end(self) -> AdapterLostError:
        """What to say of an adapter that has closed its stdout."""
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            return AdapterLostError(f"the adapter closed its stdout in case {self.case}")
        self._threads[-1].join(_LAST_WORDS)
        how = f"exit code {code}"
        if code < 0:
            how = f"signal {-code} ({signal.strsignal(-code)})"
        last = ""
        if self._last_words:
            last = f": {self._last_words}"
        return AdapterLostError(f"the adapter ended with {how} in case {self.case}{last}")

    def _kill(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (AttributeError, OSError):
            # It has ended, or this system has no groups of processes.
            self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(_LAST_WORDS)

    def _send(self, stream: IO[bytes], asked: queue.SimpleQueue[bytes]) -> None:
        """Write what is asked, until an empty line."""
        # If it does not read any more, that it has ended is noticed where its answers are read.
        with suppress(OSError), stream:
            while line := asked.get():
                stream.write(line)
                stream.flush()

    def _listen(self, stream: IO[bytes], said: queue.SimpleQueue[bytes]) -> None:
        """Keep what it says; an empty line is its end."""
        with stream:
            while line := stream.readline(_LONGEST_LINE):
                said.put(line)
        said.put(b"")

    def _report(self, stream: IO[bytes]) -> None:
        """Pass on what it says on stderr, without secrets."""
        with stream:
            for line in stream:
                text = self.mask.hide(line.decode(errors="backslashreplace"))
                self._last_words = text.strip()[:_LONGEST_QUOTE] or self._last_words
                self._stderr.write(text)
                self._stderr.flush()


def _notice_end(
    process: subprocess.Popen[bytes], listener: threading.Thread, said: queue.SimpleQueue[bytes]
) -> None:
    """Wait for its end, which its stdout does not show while something that it has started keeps that open."""
    process.wait()
    # What it has said before comes first.
    listener.join(_LAST_WORDS)
    said.put(b"")


def _start_thread(target: Any, *arguments: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    thread.start()
    return thread


def _environment(home: str) -> dict[str, str]:
    """What the program finds in its environment: no settings of this account, and no proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PASQAL_", "XDG_")) and not name.lower().endswith("_proxy")
    }
    return {**kept, **_ABROAD, "HOME": home, "XDG_CONFIG_HOME": home}
