"""Writes the sections of the operations, and says what each of them lacks."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from check_spec.checks import SOURCE
from check_spec.places import followed
from operation_table import TABLE

from .checks import check_operation
from .cli import option_place, options
from .client import keyword_place, sent_items, shown_call
from .contract import (
    JSON,
    SUCCESS,
    LedgerError,
    body_of,
    component,
    operations,
    parameters,
    reachable,
    resolved,
)
from .generated import generated_argument, generated_operation
from .page import MISSING, code
from .sandbox import (
    handler,
    in_a_query,
    query_place,
    served,
)

if TYPE_CHECKING:
    from check_spec.places import Node, Schema
    from operation_table import Reach

    from .items import Item
    from .page import Ledger

    Sent = dict[Item, str]

PARAMETER_COLUMNS: Final = (
    "parameter",
    "in the contract",
    "generated argument",
    "keyword",
    "command line",
    "sandbox",
    "cases",
    "tests",
)
OPERATION_COLUMNS: Final = ("operation", "request", "source", "reached by", "command line")
ANSWER_COLUMNS: Final = ("answer", "in the contract", "generated class", "cases", "tests")
LONGEST: Final = 200
"""Characters of an error in a complaint."""


def write_overview(ledger: Ledger) -> None:
    """Write the table of all operations; what one of them lacks is said in its section."""
    ledger.lines += ["", "## Operations"]
    ledger.table(*OPERATION_COLUMNS)
    for operation_id, (method, path, operation) in operations(ledger.contract).items():
        reach = TABLE.get(operation_id)
        call = command = ""
        if reach is not None:
            call = code(reach.call)
            command = code(f"pasqal {reach.command}") if reach.command else ""
        ledger.row(
            f"[{operation_id}](#{operation_id})",
            code(f"{method} {path}"),
            operation.get(SOURCE, MISSING),
            call,
            command,
        )


def write_operation(ledger: Ledger, operation_id: str) -> None:
    """Write the section of an operation; what cannot be looked at is said, and the others still have theirs."""
    try:
        _write_operation(ledger, operation_id)
    except (LedgerError, ImportError):  # what they need is not there, and they say what to do
        raise
    except Exception as error:  # an operation of a kind that no operation had so far
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        said = " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]
        ledger.gaps.append(
            f"{operation_id}: the ledger cannot look at it ({said}, at {where}); adapt tools/ledger"
        )


def _write_operation(ledger: Ledger, operation_id: str) -> None:
    method, path, operation = operations(ledger.contract)[operation_id]
    ledger.lines += ["", f"## {operation_id}", "", f"`{method} {path}`"]
    generated_operation(ledger.contract, operation_id)
    reach = check_operation(ledger, operation_id)
    sent: Sent = {}
    if reach is not None:
        sent = sent_items(ledger.contract, ledger.root, operation_id, reach)
    rows = [*parameters(ledger.contract, operation)]
    has_body = "requestBody" in operation
    if rows or has_body:
        ledger.table(*PARAMETER_COLUMNS)
    for where, parameter in rows:
        write_parameter(ledger, operation_id, reach, sent, where, parameter)
    if has_body:
        write_body(ledger, operation_id, reach, sent)
    ledger.table(*ANSWER_COLUMNS)
    for status, listed in operation["responses"].items():
        write_answer(ledger, operation_id, status, listed)


def write_parameter(
    ledger: Ledger,
    operation_id: str,
    reach: Reach | None,
    sent: Sent,
    where: str,
    parameter: Node,
) -> None:
    """Write the row of a parameter."""
    wire = parameter["name"]
    in_path = parameter["in"] == "path"
    what = f"{operation_id}, parameter {wire}"
    argument = generated_argument(ledger.contract, operation_id, parameter)
    ungenerated = "no generated argument sends it; run `make generate`"
    generated = ledger.need(what, code(argument), ungenerated)
    word = sent.get((parameter["in"], wire))
    called, offered, flags = reaching(ledger, what, reach, wire, word)
    label = code(wire)
    key = wire
    if in_path:
        label += " (path)"
        # The cases have no keys of the path, only the path as a whole.
        key = ""
    asked = word or ""
    if reach is not None and reach.is_generated:
        # Each language generates names of its own, so the cases use those of the wire.
        asked = wire
    ledger.row(
        label,
        code(where),
        generated,
        called,
        offered,
        serving(ledger, what, operation_id, parameter),
        *ledger.covering(
            what,
            ("parameter", operation_id, key, asked),
            "requests",
            wire,
            word or wire,
            *flags,
        ),
    )


def reaching(
    ledger: Ledger,
    what: str,
    reach: Reach | None,
    wire: str,
    word: str | None,
) -> tuple[str, str, tuple[str, ...]]:
    """The cells for the keyword and the option that reach a parameter, and the option itself.

    The keyword is empty where the method sends the parameter by itself, and None where it does not.
    """
    if reach is None:
        return MISSING, MISSING, ()
    call = ""
    if word is not None:
        call = shown_call(reach, word)
    place = keyword_place(reach, wire)
    unreached = f"no keyword of {reach.call} reaches it; add it to {place}"
    called = ledger.need(what, code(call), unreached)
    if reach.command is None or word == "":
        return called, "", ()
    flags = options(reach.command, word or "")
    place = option_place(reach.command, wire)
    unoffered = f"no option of `pasqal {reach.command}` reaches it; add it to {place}"
    offered = ledger.need(what, code("/".join(flags)), unoffered)
    return called, offered, flags


def serving(
    ledger: Ledger,
    what: str,
    operation_id: str,
    parameter: Node,
) -> str:
    """The cell for what the sandbox makes of a parameter."""
    # That it does not serve the operation at all has been said.
    if handler(operation_id) is None:
        return MISSING
    if parameter["in"] == "path":
        return "the path"
    if parameter["in"] != "query":
        return ""
    made = in_a_query(ledger.contract, operation_id, parameter)
    unserved = f"the sandbox does nothing with it; add it to {query_place(operation_id)}"
    return ledger.need(what, made, unserved)


def write_body(
    ledger: Ledger,
    operation_id: str,
    reach: Reach | None,
    sent: Sent,
) -> None:
    """Write the row of a request body; its fields are those of a schema, and have rows there."""
    what = f"{operation_id}, request body"
    schema = body_of(ledger.contract, operation_id).get("schema", {})
    kind = component(schema) or component(schema.get("items", {}))
    label = "any JSON"
    if kind:
        label = code(ledger.class_of(kind))
    called = MISSING
    offered = ""
    if reach is not None:
        word = ""
        # An object comes of several keywords, and its fields say of which.
        if "items" in resolved(ledger.contract, schema):
            word = sent.get(("body",), "")
        called = code(shown_call(reach, word))
        offered = flag_of(reach, word)
        note_fields(ledger, reach, sent, schema)
    ledger.row(
        "the body",
        code(f"requestBody/content/{JSON}"),
        label,
        called,
        offered,
        reading(ledger, what, operation_id),
        *ledger.covering(what, ("body", operation_id), "requests", operation_id),
    )


def note_fields(
    ledger: Ledger,
    reach: Reach,
    sent: Sent,
    schema: Schema,
) -> None:
    """Keep which keywords reach the fields of a body, for the sections of its objects."""
    # A generated function takes the body as it is.
    if reach.is_generated:
        return
    for item, word in sent.items():
        if item[0] == "field":
            ledger.keywords.setdefault(item[1:], code(shown_call(reach, word)))
            ledger.flags.setdefault(item[1:], flag_of(reach, word))
    for name in reachable(ledger.contract, [schema]):
        ledger.senders.setdefault(name, reach)


def flag_of(reach: Reach, word: str) -> str:
    """The cell for the option, or the argument, that reaches what a keyword sends in a body."""
    if reach.command is None:
        return ""
    flags = options(reach.command, word)
    return code("/".join(flags))


def reading(
    ledger: Ledger,
    what: str,
    operation_id: str,
) -> str:
    """The cell for whether the sandbox reads the body of a request."""
    if handler(operation_id) is None:
        return MISSING
    taken = ""
    if "requestBody" in served().get(operation_id, {}):
        taken = "the body"
    return ledger.need(
        what, taken, f"the sandbox does not read it; add it to {query_place(operation_id)}"
    )


def write_answer(
    ledger: Ledger,
    operation_id: str,
    status: str,
    listed: Node,
) -> None:
    """Write the rows of an answer and its headers."""
    where, response = followed(ledger.contract, f"responses/{status}", listed)
    what = f"{operation_id}, answer {status}"
    file = "errors"
    if status == SUCCESS:
        file = "answers"
    name = component(response.get("content", {}).get(JSON, {}).get("schema", {}))
    kind = "any JSON"
    if name:
        kind = code(ledger.class_of(name))
    cells = ledger.covering(
        what,
        ("answer", operation_id, status),
        file,
        operation_id,
    )
    ledger.row(
        status,
        code(where),
        kind,
        *cells,
    )
    for header in response.get("headers", {}):
        item = "header", operation_id, status, header.lower()
        cells = ledger.covering(
            f"{what}, header {header}",
            item,
            file,
            header,
            header.lower(),
        )
        label = f"{status}, header {code(header)}"
        ledger.row(
            label,
            code(f"{where}/headers/{header}"),
            "",
            *cells,
        )
