"""Says what an operation as a whole lacks: a page, a handler, a method, a command, cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit_layout import KIT
from operation_table import HERE, TABLE, Reach

from .cli import missing_command
from .client import missing_methods
from .mentions import (
    COMMANDS_PAGE,
    TRANSCRIPTION,
    explains_call,
    explains_command,
    is_transcribed,
)
from .page import some
from .sandbox import missing_handler

if TYPE_CHECKING:
    from .page import Ledger


def check_operation(ledger: Ledger, operation_id: str) -> Reach | None:
    """Say what an operation lacks; returns how it is reached, as far as its method and command are there."""
    if not is_transcribed(ledger.root, operation_id):
        tables = "IDS, PARAMETERS, ANSWERS and, if it sends something, BODIES"
        hint = f"its page is not transcribed; add it to {tables} of {TRANSCRIPTION}"
        ledger.gaps.append(f"{operation_id}: {hint}")
    unserved = missing_handler(operation_id)
    if unserved:
        ledger.gaps.append(f"{operation_id}: {unserved}")
    reach = check_reach(ledger, operation_id)
    check_cases(ledger, operation_id)
    return reach


def check_reach(ledger: Ledger, operation_id: str) -> Reach | None:
    """Say what an operation lacks to be reached; returns how it is, as far as its method and command are there."""
    reach = TABLE.get(operation_id)
    if reach is None:
        needed = "the method of the client that does, and the command, or None"
        hint = f"nothing is known to send it; name {needed}, in TABLE of {HERE}"
        ledger.gaps.append(f"{operation_id}: {hint}")
        return None
    unmade = missing_methods(reach)
    uncommanded = ""
    if reach.command is not None:
        uncommanded = missing_command(reach.command)
    for gap in [*unmade, uncommanded, *unexplained(ledger, reach)]:
        if gap:
            ledger.gaps.append(f"{operation_id}: {gap}")
    # A keyword is looked for on the method, and an option on the command.
    if unmade:
        return None
    if uncommanded:
        return Reach(reach.resource, reach.method, None)
    return reach


def unexplained(ledger: Ledger, reach: Reach) -> list[str]:
    """What the pages for users do not explain."""
    found = []
    if not explains_call(ledger.root, reach.explained_as):
        found.append(
            f"no page explains `{reach.explained_as}`; add it to README.md or to a page of docs/"
        )
    if reach.command is not None and not explains_command(ledger.root, reach.command):
        found.append(f"{COMMANDS_PAGE} does not explain `pasqal {reach.command}`; add it there")
    return found


def check_cases(ledger: Ledger, operation_id: str) -> None:
    """Say which cases an operation lacks as a whole."""
    requests = f"{KIT}/requests.json"
    ledger.need(
        operation_id,
        some(ledger.cases.get(("request", operation_id), [])),
        f"no case sends it; add one with its request to {requests}, as conformance/README.md describes",
    )
    ledger.need(
        operation_id,
        some(ledger.cases.get(("empty answer", operation_id), [])),
        f"a runner of the cases has no answer to it; add one with nothing in it to `answers` of {requests}",
    )
    ledger.need(
        operation_id,
        some(ledger.cases.get(("call", operation_id), [])),
        f"a runner of the cases has no call of it; add one to `calls` of {KIT}/errors.json",
    )
