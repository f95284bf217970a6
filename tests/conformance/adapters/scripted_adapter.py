"""An adapter without a client: for each call it does what the name of a behaviour says."""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


def ask(line: dict[str, Any]) -> None:
    """Send the request of the case."""
    address = urlsplit(line["base_url"])
    connection = http.client.HTTPConnection(address.netloc)
    connection.request("GET", f"{address.path}/api/v2/jobs")
    connection.getresponse().read()
    connection.close()


def environment(_: dict[str, Any]) -> str:
    """What an adapter finds around it."""
    home = Path(os.environ["HOME"])
    private = [name for name in os.environ if name.startswith("PASQAL_") or "proxy" in name.lower()]
    found = {
        "zone": os.environ["TZ"],
        "languages": [os.environ["LC_ALL"], os.environ["LANG"]],
        "home": [entry.name for entry in home.iterdir()],
        "configuration": os.environ["XDG_CONFIG_HOME"] == str(home),
        "private": private,
    }
    return answer({"ok": {"result": found}})(_)


def answer(content: dict[str, Any]) -> Callable[[dict[str, Any]], str]:
    """An answer that is always the same."""
    return lambda line: json.dumps({"n": line["n"], **content})


def leak(line: dict[str, Any]) -> str:
    """Show the token wherever that is possible."""
    token = line["token"]
    sys.stderr.write(f"signed in with {token}\n\n")
    sys.stderr.flush()
    return answer({"ok": {"result": token + "\x1b[1m" + "é" * 400}})(line)


def leave(code: int) -> Callable[[dict[str, Any]], str]:
    """End, with last words."""

    def end(line: dict[str, Any]) -> str:
        sys.stderr.write(f"a traceback\nit was {line['token']}\n")
        sys.stderr.flush()
        os._exit(code)

    return end


def abort(_: dict[str, Any]) -> str:
    """End by a signal."""
    os.abort()


def close(_: dict[str, Any]) -> str:
    """Say nothing more, and stay."""
    os.close(1)
    return stay(_)


def leave_a_child(_: dict[str, Any]) -> str:
    """End, while a process that was started keeps stdout open until stdin is closed."""
    if os.fork() == 0:
        os.setsid()
        stay(_)
        os._exit(0)
    os._exit(3)


def stay(_: dict[str, Any]) -> str:
    """Give no answer."""
    sys.stdin.read()
    return ""


def once(trouble: Callable[[dict[str, Any]], str], call: str) -> Callable[[dict[str, Any]], str]:
    """Get into trouble at one call only."""
    right = answer({"ok": {"result": 1}})
    return lambda line: trouble(line) if line["call"] == call else right(line)


BEHAVIOURS: dict[str, Callable[[dict[str, Any]], str]] = {
    "right": answer({"ok": {"result": 1}}),
    "wrong": answer({"ok": {"result": 2}}),
    "unsupported": answer({"unsupported": "no \x1b lists"}),
    "environment": environment,
    "leak": leak,
    "leave": leave(7),
    "abort": abort,
    "leave-at-lists": once(leave(7), "jobs.list"),
    "stay-at-lists": once(stay, "jobs.list"),
    "close": close,
    "orphan": leave_a_child,
    "stay": stay,
    "text": lambda line: f"Listening on {line['token']} …",
    "list": lambda _: "[]",
    "late": lambda line: json.dumps({"n": line["n"] - 1, "ok": {}}),
    "two": answer({"ok": {}, "error": {}}),
    "none": answer({}),
    "no-object": answer({"ok": []}),
    "long": answer({"ok": {"result": "a long text"}}),
    "no-text": answer({"refused": {}}),
}


def main(name: str) -> None:
    """Answer each line of stdin."""
    for text in sys.stdin:
        line = json.loads(text)
        if line["call"] == "jobs.list":
            ask(line)
        sys.stdout.write(BEHAVIOURS[name](line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
