"""The ledger copes with what a contract may get next, and says for each new operation what is still to do.

The contract is made up, and so are the generated operations; the clients, the command line and the
sandbox are the real ones, which do not know it.
"""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypedDict, Unpack
from uuid import UUID

import pytest

from ledger import checks
from ledger.case_list import subject
from ledger.client import filters_of, missing_methods, sent_items
from ledger.command import make_page
from ledger.contract import case_files
from ledger.generated import generated_argument, required_arguments
from ledger.items import is_known, items
from operation_table import HERE, TABLE, Reach
from pasqal_client.batches import AsyncBatches, Batches
from pasqal_core_runtime.response import UNSET

Contract = dict[str, Any]


def parameter(name: str, where: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


BATCH = parameter("batch_id", "path", type="string", format="uuid")
JSON = "application/json"
ANYTHING = {"200": {"description": ".", "content": {JSON: {"schema": {}}}}}


def body(schema: dict[str, Any], *examples: Any) -> dict[str, Any]:
    listed = {str(number): {"value": example} for number, example in enumerate(examples)}
    return {"content": {JSON: {"schema": schema, "examples": listed}}}


MADE_UP: Contract = {
    "paths": {
        "/api/v1/batches": {
            "get": {
                "operationId": "get_batches",
                "tags": ["batches"],
                "parameters": [
                    parameter("open", "query", type="boolean"),
                    parameter("queue", "query", type="string"),
                ],
                "responses": ANYTHING,
            },
            "post": {
                "operationId": "create_batch",
                "tags": ["batches"],
                "requestBody": body({"$ref": "#/components/schemas/CreateBatchRequest"}),
                "responses": ANYTHING,
            },
        },
        "/api/v2/batches/{batch_id}/all_tags": {
            "put": {
                "operationId": "set_tags",
                "tags": ["batches"],
                "parameters": [BATCH],
                "requestBody": body({"type": "array", "items": {"type": "string"}}, ["night"]),
                "responses": ANYTHING,
            }
        },
        "/api/v1/devices/specs": {
            "get": {"operationId": "get_specs", "tags": ["devices"], "responses": ANYTHING}
        },
    },
    "components": {
        "schemas": {
            "CreateBatchRequest": {
                "title": "CreateBatchRequest",
                "required": ["jobs"],
                "properties": {
                    "jobs": {"type": "array", "items": {"$ref": "#/components/schemas/JobRequest"}},
                    "open": {"type": ["boolean", "null"]},
                },
            },
            "JobRequest": {
                "title": "JobRequest",
                "required": ["runs", "id", "when"],
                "properties": {
                    "runs": {"type": "integer"},
                    "id": {"type": "string", "format": "uuid"},
                    "when": {"type": "string", "format": "date-time"},
                },
            },
        }
    },
}


def get_batches(*, open_: Any = UNSET, queue: Any = UNSET) -> dict[str, Any]:
    sent = {"open": open_, "queue": queue}
    return {"params": {name: value for name, value in sent.items() if value is not UNSET}}


def create_batch(*, body: dict[str, Any]) -> dict[str, Any]:
    return {"url": "/api/v1/batches", "json": body}


def set_tags(batch_id: UUID, *, body: list[str]) -> dict[str, Any]:
    return {"url": f"/api/v2/batches/{batch_id}/all_tags", "json": body}


def get_specs() -> dict[str, Any]:
    return {"url": "/api/v1/devices/specs"}


@pytest.fixture(autouse=True)
def generated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The generated operations, as far as the ledger looks at them."""
    # The resources import the real ones, also where this is the first test.
    for resource in ("jobs", "batches", "devices"):
        import_module(f"pasqal_client.{resource}")
    for folder, build in (
        ("batches", get_batches),
        ("batches", create_batch),
        ("batches", set_tags),
        ("devices", get_specs),
    ):
        name = f"pasqal_core_api.api.{folder}.{build.__name__}"
        module = ModuleType(name)
        vars(module)["_get_kwargs"] = vars(module)["sync_detailed"] = build
        package = ModuleType(folder)
        vars(package)["__path__"] = []
        monkeypatch.setitem(sys.modules, f"pasqal_core_api.api.{folder}", package)
        monkeypatch.setitem(sys.modules, name, module)


def gaps(root: Path, operation_id: str) -> list[str]:
    """What is still to do for an operation."""
    found = make_page(MADE_UP, root).gaps
    return [
        gap.removeprefix(operation_id).lstrip(",: ")
        for gap in found
        if gap.startswith(operation_id)
    ]


REQUESTS = "conformance/requests.json"
SENT = (
    f"no case sends it; add one with its request to {REQUESTS}, as conformance/README.md describes"
)
ANSWER = (
    "a runner of the cases has no answer to it; "
    f"add one with nothing in it to `answers` of {REQUESTS}"
)
CALL = "a runner of the cases has no call of it; add one to `calls` of conformance/errors.json"
UNTRANSCRIBED = (
    "its page is not transcribed; add it to IDS, PARAMETERS, ANSWERS and, if it sends something, BODIES "
    "of tests/contract/test_transcription.py"
)
UNSERVED = (
    "the sandbox does not serve it; add a handler of that name, and the model of its answer in `successes`, "
    "to the handlers of its topic in overlay/pasqal_client/sandbox/handlers"
)


def covering(what: str, file: str) -> str:
    place = f"conformance/{file}.json"
    return (
        f"{what}: no case covers it; add it to one of {place}, as conformance/README.md describes"
    )


def test_a_new_operation_gets_all_its_lines_at_once(root: Path) -> None:
    """Method, command, handler, cases and page are reported together, so that one round of work is enough."""
    method = "the method of the client that does, and the command, or None"
    assert gaps(root, "get_specs") == [
        UNTRANSCRIBED,
        UNSERVED,
        f"nothing is known to send it; name {method}, in TABLE of {HERE}",
        SENT,
        ANSWER,
        CALL,
        covering("answer 200", "answers"),
    ]


def test_a_body_is_an_item_of_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a row, a case with a body covers it, and its fields are those of a request, not of an answer."""
    # The real cases cover some operations of the same name.
    monkeypatch.setattr("ledger.command.covered", lambda *_: {})
    page = make_page(MADE_UP, root)
    assert covering("request body", "requests") in gaps(root, "create_batch")
    assert covering("request body", "requests") in gaps(root, "set_tags")
    assert covering("CreateBatchRequest, field jobs", "requests") in page.gaps
    assert covering("JobRequest, field runs", "requests") in page.gaps
    assert [line.split(" | ")[2] for line in page.lines if line.startswith("| the body")] == [
        "`CreateBatchRequest`",
        "any JSON",
    ]
    assert set(case_files(MADE_UP).values()) == {"requests"}


def test_a_request_with_a_body_covers_its_fields() -> None:
    """The fields that the body has count, down to the entries of its lists; what is read before does not."""
    sent = {
        "method": "POST",
        "path": "/api/v1/batches",
        "query": "",
        "body": {"jobs": [{"runs": 1}], "open": None},
    }
    before = {**sent, "method": "GET", "query": "open=true"}
    case = {"operation": "create_batch", "arguments": {}, "requests": [before, sent]}
    assert set(items(MADE_UP, "requests", case)) == {
        ("request", "create_batch"),
        ("parameter", "create_batch", "", ""),
        ("body", "create_batch"),
        ("field", "CreateBatchRequest", "jobs"),
        ("field", "CreateBatchRequest", "open"),
        ("field", "CreateBatchRequest", ""),
        ("field", "JobRequest", "runs"),
    }


def test_a_case_may_be_about_a_schema() -> None:
    """A file that no operation answers with has its cases, too; one of a schema that is gone covers nothing."""
    case = {"schema": "JobRequest", "shows": {"/runs": {"value": 1}, "/id": {"null": True}}}
    assert is_known(MADE_UP, case)
    assert set(items(MADE_UP, "answers", case)) == {
        ("field", "JobRequest", "runs"),
        ("field", "JobRequest", "id"),
    }
    assert subject(case) == "JobRequest"
    assert not is_known(MADE_UP, {"schema": "Gone"})


def test_required_arguments_are_made_up() -> None:
    """They are ids for the path, and a body from an example of the contract or from its schema."""
    assert required_arguments(MADE_UP, "set_tags") == {
        "batch_id": UUID(int=0),
        "body": ["night"],
    }
    job = {"runs": 1, "id": str(UUID(int=0)), "when": "2026-01-01T00:00:00+00:00"}
    assert required_arguments(MADE_UP, "create_batch") == {"body": {"jobs": [job]}}
    assert required_arguments(MADE_UP, "get_specs") == {}


def test_renamed_arguments_are_found() -> None:
    """An argument gets an underscore where Python or the generator uses its name."""
    assert generated_argument(MADE_UP, "set_tags", BATCH) == "batch_id"
    asked = parameter("open", "query", type="boolean")
    assert generated_argument(MADE_UP, "get_batches", asked) == "open_"


# ---------------------------------------------------------------------------------------------------------------------
# Operations with a line in the table


def test_a_generated_function_can_be_all_that_sends_an_operation(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its arguments are the keywords, it needs no command, and a page names the operation."""
    reach = Reach("api", "set_tags", None)
    monkeypatch.setitem(TABLE, "set_tags", reach)
    assert missing_methods(reach) == []
    assert sent_items(MADE_UP, root, "set_tags", reach) == {("path", "batch_id"): "batch_id"}
    found = gaps(root, "set_tags")
    assert not [gap for gap in found if "keyword" in gap or "command" in gap]
    monkeypatch.setitem(TABLE, "get_specs", Reach("api", "get_specs", None))
    unexplained = "no page explains `get_specs`; add it to README.md or to a page of docs/"
    assert unexplained in gaps(root, "get_specs")


def test_a_generated_function_that_is_missing_is_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table names a function that nobody has generated."""
    monkeypatch.setitem(TABLE, "get_specs", Reach("api", "get_all_specs", None))
    assert "api.get_all_specs does not exist; run `make generate`" in gaps(root, "get_specs")


class BatchFilters(TypedDict, total=False):
    """Filters of a list of batches."""

    open: bool | None


def search(self: Any, /, **filters: Unpack[BatchFilters]) -> None:
    """Search batches."""
    url = f"{self._api.base_url}/api/v1/batches"
    self._api.get_httpx_client().request("GET", url, params=filters)


def test_a_missing_method_and_command_are_reported(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table promises them, so both clients, the command and the pages have to have them."""
    monkeypatch.setitem(TABLE, "get_batches", Reach("batches", "search", "batches search"))
    found = gaps(root, "get_batches")
    resources = "overlay/pasqal_client/batches.py"
    assert f"PasqalClient has no batches.search; add it to Batches in {resources}" in found
    assert (
        f"AsyncPasqalClient has no batches.search; add it to AsyncBatches in {resources}" in found
    )
    assert [gap.partition(";")[0] for gap in found if "command" in gap or "no page" in gap] == [
        "no command `pasqal batches search`",
        "no page explains `batches.search`",
    ]
    assert "docs/cli.md does not explain `pasqal batches search`; add it there" in found


def test_a_missing_resource_is_reported(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the client class that should have it."""
    monkeypatch.setitem(TABLE, "get_specs", Reach("telescopes", "specs", None))
    client = "overlay/pasqal_client/client.py"
    found = gaps(root, "get_specs")
    assert f"PasqalClient has no telescopes; add the resource to {client}" in found
    assert not [gap for gap in found if "command" in gap]


def test_filters_of_another_list_have_a_table_of_their_own(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The filters are those of the typed dictionary of that method, not of the jobs."""
    for kind in (Batches, AsyncBatches):
        monkeypatch.setattr(kind, "search", search, raising=False)
    monkeypatch.setitem(TABLE, "get_batches", Reach("batches", "search", None))
    assert filters_of(TABLE["get_batches"]) is BatchFilters
    found = [gap for gap in gaps(root, "get_batches") if "no keyword" in gap]
    assert len(found) == 1
    assert found[0].startswith(
        "parameter queue: no keyword of batches.search reaches it; add it to the table of readers and BatchFilters in "
    )
    assert found[0].endswith("test_ledger_growth.py")


def test_filters_that_only_a_type_checker_imports_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An annotation is text, so the ledger resolves what it names under TYPE_CHECKING."""

    def hidden(self: Any, /, **filters: Any) -> None:
        """List."""

    hidden.__annotations__["filters"] = "Unpack[JobFilters]"
    hidden.__module__ = Batches.__module__
    monkeypatch.setattr(Batches, "search", hidden, raising=False)
    found = filters_of(Reach("batches", "search", None))
    assert found.__name__ == "JobFilters"


def test_an_unexpected_error_is_a_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line names the operation, the error and its place, and the other operations keep their sections."""

    def failing(*_: Any) -> None:
        raise KeyError("of tomorrow")

    monkeypatch.setattr(checks, "check_cases", failing)
    page = make_page(MADE_UP, root)
    said = [gap for gap in page.gaps if "the ledger cannot look at it" in gap]
    assert len(said) == 4
    assert (
        "get_specs: the ledger cannot look at it (KeyError: 'of tomorrow', at test_ledger"
        in said[3]
    )
    assert "## JobRequest" in page.lines


# ---------------------------------------------------------------------------------------------------------------------
# What CONTRIBUTING says about these lines


def test_contributing_explains_each_line(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its table has the words of each line that may be left after generating, and no others."""
    chapter = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = chapter.partition("| still to do |")[2].partition("\n\n")[0]
    explained = re.findall(r"^ *\| `([^`]+)`", table, re.MULTILINE)
    tools = sorted((root / "tools" / "ledger").glob("*.py"))
    printed = "".join(path.read_text(encoding="utf-8") for path in tools)
    assert [words for words in explained if words not in printed] == []
    found = make_page(MADE_UP, root).gaps
    monkeypatch.setitem(TABLE, "get_batches", Reach("batches", "search", "batches search"))
    found += [gap for gap in make_page(MADE_UP, root).gaps if "Client has no" not in gap]
    unexplained = [gap for gap in found if not any(words in gap for words in explained)]
    assert [gap for gap in unexplained if "run `make generate`" not in gap] == []
