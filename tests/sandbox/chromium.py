"""A headless Chromium that a test drives through a pipe, and the record of every address that it asked."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from threading import Timer
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)

# What the browser itself would like to ask of its makers finds no address.
_OPTIONS = [
    *[
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
    ],
    *["--disable-background-networking", "--disable-component-update", "--disable-default-apps"],
    *[
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
    "--remote-debugging-pipe",
]
_PATIENCE = 20.0
"""How many seconds a page has to show what is waited for."""

_LIFETIME = 120.0
"""How many seconds a browser has for everything; one that hangs would hang the tests."""

_LOOK = "(() => { try { %s } catch { return null } })()"


class CommandError(Exception):
    """The browser rejected a command."""


class Tab:
    """One page of the browser."""

    def __init__(self, commands: IO[bytes], messages: IO[bytes]) -> None:
        self._commands = commands
        self._messages = messages
        self._number = 0
        self._session: str | None = None
        self.asked: list[str] = []
        """The addresses that the page asked, in order."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        self.call("Network.enable")
        self.call("Page.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of a command of the DevTools protocol."""
        self._number += 1
        command: dict[str, object] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            command["sessionId"] = self._session
        self._commands.write(json.dumps(command).encode() + b"\0")
        self._commands.flush()
        while True:
            message = self._message()
            if message.get("id") == self._number:
                if "error" in message:
                    raise CommandError(message["error"]["message"])
                result: dict[str, Any] = message["result"]
                return result

    def open(self, url: str) -> None:
        """Load a page, whatever page there is now."""
        assert "errorText" not in self.call("Page.navigate", url=url)

    def when(self, body: str) -> Any:
        """Wait until a function with this body returns a number or text; until then it may fail."""
        end = monotonic() + _PATIENCE
        while not (value := self._evaluated(_LOOK % body)):
            assert monotonic() < end, (
                f"It did not come; there is: {self._evaluated('document.body.innerText')}"
            )
            sleep(0.02)
        return value

    def _evaluated(self, expression: str) -> Any:
        try:
            return self.call("Runtime.evaluate", expression=expression, returnByValue=True)[
                "result"
            ].get("value")
        except CommandError:  # the page was just going
            return None

    def _message(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._messages.read(1)) != b"\0":
            assert byte, "The browser has gone."
            text += byte
        message: dict[str, Any] = json.loads(text)
        if message.get("method") == "Network.requestWillBeSent":
            self.asked.append(message["params"]["request"]["url"])
        return message


@contextmanager
def tab(folder: Path) -> Iterator[Tab]:
    """A page of a new browser, which keeps what it needs in an empty folder."""
    assert PROGRAM is not None
    (to_browser, commands), (messages, from_browser) = os.pipe(), os.pipe()
    # The browser reads from descriptor 3 and writes to 4, whatever these are here.
    starter = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
    program = subprocess.Popen(
        [
            "/bin/bash",
            "-c",
            starter,
            PROGRAM,
            *_OPTIONS,
            f"--user-data-dir={folder}",
            "about:blank",
        ],
        pass_fds=(to_browser, from_browser),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    with program, os.fdopen(commands, "wb") as commanding, os.fdopen(messages, "rb") as telling:
        end = Timer(_LIFETIME, program.kill)
        end.start()
        try:
            page = Tab(commanding, telling)
            yield page
            page._session = None
            page.call("Browser.close")
        finally:
            end.cancel()
            with suppress(subprocess.TimeoutExpired):
                program.wait(5)
            program.kill()
