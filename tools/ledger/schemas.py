"""Writes the sections of the objects and enumerations, and says what each of them lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from .cli import shown
from .client import keyword_place, source_of
from .contract import case_files
from .mentions import TRANSCRIPTION, is_transcribed
from .page import code
from .sandbox import column_place, in_a_column

if TYPE_CHECKING:
    from check_spec.places import Node

    from .page import Ledger

FIELD_COLUMNS: Final = (
    "field",
    "in the contract",
    "attribute",
    "keyword",
    "command line",
    "sandbox",
    "cases",
    "tests",
)
ENUMERATION_COLUMNS: Final = ("enumeration", "in the contract", "generated class", "values")
STATES: Final = ("JobStatus", "BatchStatus")
"""Classes of enumerations whose values are left or not, which a program that waits has to know."""

READABLE: Final = re.compile(r"(?!.*(Paginated|Produced|Partial)).{1,25}")
"""What the name of a class may be: short, and without the wrappings of the service's own code; a test says so too."""


def write_schemas(ledger: Ledger) -> None:
    """Write a section for each object of the contract."""
    files = case_files(ledger.contract)
    for name, schema in ledger.contract["components"]["schemas"].items():
        if "properties" in schema:
            write_schema(
                ledger,
                name,
                schema,
                files[name],
            )


def write_schema(
    ledger: Ledger,
    name: str,
    schema: Node,
    file: str,
) -> None:
    """Write the section of an object: its fields."""
    chosen = ledger.class_of(name)
    if not READABLE.fullmatch(chosen):
        hint = (
            "its class has no readable name; give it one in class_overrides of generator_config.yml"
        )
        ledger.gaps.append(f"{name}: {hint}")
    attributes = attributes_of(chosen)
    title = schema.get("title", name)
    if not is_transcribed(ledger.root, title):
        hint = f"its page is not transcribed; add its fields to FIELDS of {TRANSCRIPTION}"
        ledger.gaps.append(f"{name}: {hint}")
    ledger.lines += ["", f"## {chosen}", ""]
    ledger.lines.append(f"`#/components/schemas/{name}`, on the pages *{title}*")
    ledger.table(*FIELD_COLUMNS)
    for wire, field in schema["properties"].items():
        what = f"{chosen}, field {wire}"
        attribute = code(attributes.get(wire, ""))
        ledger.row(
            code(wire),
            code(f"…/properties/{wire}"),
            ledger.need(what, attribute, "the generated model lacks it; run `make generate`"),
            sending(ledger, what, name, wire, field),
            offering(ledger, chosen, name, wire),
            keeping(
                ledger,
                what,
                name,
                wire,
            ),
            *ledger.covering(
                what,
                ("field", name, wire),
                file,
                wire,
            ),
        )


def sending(
    ledger: Ledger,
    what: str,
    name: str,
    wire: str,
    field: Node,
) -> str:
    """The cell for the call that reaches a field of a request body; what is deprecated needs none."""
    call = ledger.keywords.get((name, wire), "")
    reach = ledger.senders.get(name)
    if reach is None or field.get("deprecated"):
        return call
    place = keyword_place(reach, wire)
    return ledger.need(what, call, f"no keyword of {reach.call} reaches it; add it to {place}")


def offering(ledger: Ledger, chosen: str, name: str, wire: str) -> str:
    """The cell for the commands that show a field, or the option that sends it."""
    flag = ledger.flags.get((name, wire), "")
    if flag:
        return flag
    commands = map(code, shown(chosen, wire))
    return ", ".join(commands)


def attributes_of(chosen: str) -> dict[str, str]:
    """The attributes of a generated class, or the keys of a typed dictionary, by the names on the wire."""
    from pasqal_core_api import models
    from pasqal_core_runtime.model import Model, fields_of

    kind: Any = getattr(models, chosen, None)
    if isinstance(kind, type) and issubclass(kind, Model):
        return {one.wire: f"{chosen}.{one.name}" for one in fields_of(kind)}
    return {wire: f'{chosen}["{wire}"]' for wire in getattr(kind, "__annotations__", ())}


def keeping(
    ledger: Ledger,
    what: str,
    name: str,
    wire: str,
) -> str:
    """The cell for the column in which the sandbox keeps a field."""
    column = in_a_column(name, wire)
    if column is None:
        return ""
    return ledger.need(what, column, f"the sandbox does not keep it; see {column_place()}")


def write_enumerations(ledger: Ledger) -> None:
    """Write the enumerations; they may grow, so nothing has to cover a value, but a state has to have a meaning."""
    ledger.lines += ["", "## Enumerations", ""]
    ledger.lines.append("They are open: a reader keeps a value that is not listed.")
    ledger.table(*ENUMERATION_COLUMNS)
    for name, schema in ledger.contract["components"]["schemas"].items():
        if "enum" in schema:
            chosen = ledger.class_of(name)
            place = code(f"#/components/schemas/{name}")
            values = ", ".join(schema["enum"])
            ledger.row(
                schema.get("title", name),
                place,
                code(chosen),
                values,
            )
            if chosen in STATES:
                check_states(ledger, chosen, schema["enum"])


def check_states(ledger: Ledger, chosen: str, values: list[str]) -> None:
    """Say of which states the client does not know whether they are left."""
    from pasqal_client import _states
    from pasqal_core_api import models

    kind = getattr(models, chosen)
    known: set[Any] = set()
    for group in vars(_states).values():
        if isinstance(group, frozenset):
            known.update(state for state in group if isinstance(state, kind))
    for value in values:
        if value not in known:
            hint = f"nothing says what it means; add it to a set of {source_of(_states)}"
            ledger.gaps.append(f"{chosen}, value {value}: {hint}")
