"""The page docs/reference/ledger.md in the making: its head, its tables, and what is missing in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from ruamel.yaml import YAML

from kit_layout import KIT
from operation_table import HERE, Reach

from .mentions import (
    REFERENCE_CLIENT,
    TRANSCRIPTION,
    WHOLE,
    naming,
)

if TYPE_CHECKING:
    from pathlib import Path

    from check_spec.places import Contract

    from .items import Item

MISSING: Final = "**missing**"
SHOWN: Final = 3
"""Cases and test modules in a cell; with all of them the page would change with every test."""
HEAD: Final = f"""\
<!-- Written by tools/ledger from openapi.yaml, the code and the tests. Do not edit: run `make generate`. -->

# The ledger

It says where each part of the contract is covered: what stands in this repository for each parameter, answer and field
of [`openapi.yaml`](../../openapi.yaml), and what covers it. `make check` fails where something is missing.
[`conformance/wire.md`](../../conformance/wire.md) has the types, and every case, for authors of ports.

- **source**: where an operation is known from. What is *documented* has a page that gives its path, its parameters and
  its answer; what is *observed* is known from clients and recorded answers only, and may change without notice.
- **generated argument**, **generated class**, **attribute**: in `pasqal_core_api`.
- **keyword**: of the method of the client that makes the request of the operation, whatever else it reads; or one of
  the filters that the method takes. It was called with and without the keyword, and what it sent differed there. `(…)`
  stands for what the method sends by itself, and for several keywords.
  [`{HERE}`](../../{HERE}) names the method, and the command. Where that is `api.…`, no
  method makes it yet: [operations](../operations.md) says how the generated function is called.
- **command line**: the option, or the argument, of `pasqal` that reaches a parameter, on the command that makes
  requests of the operation; for a field the commands that show it, or the option that sends it. `-o json` shows the
  jobs and batches of an answer whole. What only the client makes use of, or its method sends by itself, has no command.
- **sandbox**: a condition on its table of jobs or batches, the order, the page, or a column; without a table, the
  handler. Objects other than jobs and batches are made when they are asked for.
- **cases**: those in [`{KIT}`](../../{KIT}), by their ids. A request case covers a
  parameter if its arguments have the keyword and its query has the key, and a field that its body has; an answer case
  covers a field if it says what the field shows; an error case covers the fields that its mistakes have.
- **tests**: modules below `tests/` that have the name on the wire, or the keyword, as a text constant or as a keyword
  of a call, or the option in a command line.

Two files have the contract once more, written by hand, and change with it.
[`test_transcription.py`](../../{TRANSCRIPTION}) has what the documentation says,
[`reference_client/schemas.py`](../../{REFERENCE_CLIENT}) what the small client knows in which
the tests of the conformance kit plant mistakes.

A cell names at most {SHOWN}; … means that there are more. These tests go through the whole contract and cover every
row:

"""


@dataclass
class Ledger:
    """The page in the making, and what is missing.

    Attributes:
        contract: the contract.
        root: the folder of the repository.
        cases: the ids of the cases that cover each item.
        lines: the page so far.
        gaps: what is missing, and what to do about it.
        keywords: the call that reaches a field of a body, by the component and the field.
        senders: the method that sends an object in a body, by the component.
        flags: the option that reaches a field of a body, by the component and the field.
    """

    contract: Contract
    root: Path
    cases: dict[Item, list[str]]
    lines: list[str] = field(
        default_factory=lambda: [*HEAD.splitlines(), *(f"- `{name}`" for name in WHOLE)]
    )
    gaps: list[str] = field(default_factory=list)
    keywords: dict[Item, str] = field(default_factory=dict)
    senders: dict[str, Reach] = field(default_factory=dict)
    flags: dict[Item, str] = field(default_factory=dict)

    def table(self, *columns: str) -> None:
        """Begin a table."""
        self.lines += ["", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]

    def row(self, *cells: str) -> None:
        """Add a row to the table."""
        self.lines.append(f"| {' | '.join(cells)} |")

    def need(
        self,
        what: str,
        found: str,
        otherwise: str,
    ) -> str:
        """The cell for something that has to be there."""
        if found:
            return found
        self.gaps.append(f"{what}: {otherwise}")
        return MISSING

    def covering(self, what: str, item: Item, file: str, *names: str) -> tuple[str, str]:
        """The cells for the cases and the tests."""
        hint = f"no case covers it; add it to one of {KIT}/{file}.json, as conformance/README.md describes"
        cases = self.need(what, some(self.cases.get(item, [])), hint)
        return cases, some(naming(self.root, *names))

    def class_of(self, name: str) -> str:
        """The class that the generator makes of a component."""
        overrides = class_overrides(self.root)
        title = self.contract["components"]["schemas"][name].get("title", name)
        title = re.sub(r"[\[\]]", "", title)
        chosen: str = overrides.get(title, {"class_name": title})["class_name"]
        return chosen


@cache
def class_overrides(root: Path) -> dict[str, dict[str, str]]:
    """The classes that have another name than the contract gives them."""
    settings = YAML(typ="safe").load(root / "generator_config.yml")
    overrides: dict[str, dict[str, str]] = settings["class_overrides"]
    return overrides


def some(names: list[str], most: int = SHOWN) -> str:
    """The first few names, and a sign if there are more."""
    text = ", ".join(names[:most])
    if len(names) > most:
        text += " …"
    return text


def code(text: str) -> str:
    """A text as code; nothing stays nothing."""
    if not text:
        return ""
    return f"`{text}`"
