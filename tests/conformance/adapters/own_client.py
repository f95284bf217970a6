"""The adapter of this project's own client: a line comes in, a call is made, a line goes out.

    PYTHONPATH=tests:tools python -m conformance.adapters.own_client [--async] [--native]

`--async` uses the async client. With `--native` ids, times and members of enumerations are given in
the types of Python, and lists as generators; without, as the text that they are in the cases.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest.mock import patch

from client.driver import Driver, call_generated
from conformance.adapters.own_arguments import generated_arguments, native_arguments
from conformance.adapters.own_results import error_fields, page_of, result_of
from conformance.adapters.own_views import read_view
from ledger.calls import call_with
from ledger.client import CLIENTS, resource_class
from pasqal_client import (
    AsyncPasqalClient,
    ClientCredentials,
    ConfigurationError,
    PasqalClient,
    PasqalError,
    PasswordCredentials,
    RetryPolicy,
)
from pasqal_client._listing.listings import Listing
from pasqal_client._results import lateness

Line = dict[str, Any]


class Promptly(RetryPolicy):
    """The default policy, in whose pauses nobody waits."""

    def pause(self, *args: Any, **keywords: Any) -> float | None:
        """No time, where there is another attempt."""
        if super().pause(*args, **keywords) is None:
            return None
        return 0.0


class OwnClient:
    """Makes calls with the sync or the async client.

    Args:
        loop: runs what the async client does; None for the sync one.
        native: whether arguments have the types of Python.
    """

    def __init__(self, loop: asyncio.Runner | None, *, native: bool) -> None:
        self._loop = loop
        self._native = native

    def answer(self, line: Line) -> Line:
        """What comes of the call of a line."""
        client = None
        try:
            # A client remembers what it has submitted, so each call gets one of its own.
            client = self._connect(line)
            with late_files(pauses=line["pauses"]):
                return {"ok": self._make(client, line)}
        except PasqalError as error:
            if isinstance(error, ConfigurationError):
                return {"refused": str(error)}
            return {"error": error_fields(error)}
        except (TypeError, ValueError) as error:
            return {"refused": str(error)}
        except Exception as error:
            # A mistake of the client in one case should not keep the others from being played.
            return {"error": {"class": type(error).__name__, "everything": repr(error)}}
        finally:
            if client is not None:
                client.close()

    def _connect(self, line: Line) -> Any:
        policy = RetryPolicy if line["pauses"] else Promptly
        settings = {
            "base_url": line["base_url"],
            "project_id": line["project_id"],
            "strict": line["strict"],
            "timeout": line["timeout"],
            "retry": policy(attempts=line["attempts"]),
            "submission_tag": line.get("submission_tag"),
        }
        settings |= signing_in(line)
        if self._loop is None:
            return PasqalClient(**settings)
        return Driver(AsyncPasqalClient(**settings), self._loop)

    def _make(self, client: Any, line: Line) -> Line:
        """What a call returns, as the protocol shows it."""
        call, arguments = line["call"], line["arguments"]
        if call == "read":
            return read_view(client, arguments, line["ask"], strict=line["strict"])
        resource, _, method = call.partition(".")
        if resource == "api":
            module, given = generated_arguments(method, arguments)
            call_generated(client, module, **given)
            return {}
        if self._native:
            arguments = native_arguments(call, arguments)
        signature = inspect.signature(getattr(resource_class(CLIENTS[0], resource), method))
        made = call_with(getattr(getattr(client, resource), method), arguments, signature)
        found: Line = {}
        if isinstance(made, Listing | Driver | Iterator):
            listing, made = made, list(made)
            found["doubted"] = bool(getattr(listing, "doubts", ()))
        return found | page_of(made) | {"result": result_of(call, made)}


def late_files(*, pauses: bool) -> AbstractContextManager[object]:
    """Whether it is waited between two looks for a file that is late."""
    if pauses:
        return nullcontext()
    return patch.object(lateness, "_FIRST_PAUSE", 0.0)


def signing_in(line: Line) -> Line:
    """The settings by which a client signs in, or does not."""
    if line["token"]:
        return {"token": line["token"]}
    if line["credentials"] is None:
        return {"anonymous": True}
    form, url = line["credentials"]["form"], line["credentials"]["token_url"]
    if "username" in form:
        return {
            "credentials": PasswordCredentials(form["username"], form["password"], token_url=url)
        }
    return {
        "credentials": ClientCredentials(form["client_id"], form["client_secret"], token_url=url)
    }


def main(arguments: list[str]) -> None:
    """Answer each line of stdin."""
    # Nobody reads what it says besides.
    logging.disable()
    warnings.simplefilter("ignore")
    with asyncio.Runner() as loop:
        own = OwnClient(loop if "--async" in arguments else None, native="--native" in arguments)
        for text in sys.stdin:
            line = json.loads(text)
            sys.stdout.write(json.dumps({"n": line["n"], **own.answer(line)}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
