"""The cases in conformance/ keep to the contract, and none contradicts itself."""

from __future__ import annotations

from urllib.parse import parse_qsl

from contract.cases import every
from contract.derived import CONTRACT
from ledger.contract import operation_of, operations, parameters_in
from ledger.items import Case, read_cases
from pasqal_client import errors


@every("requests")
def test_a_case_keeps_to_the_contract(case: Case) -> None:
    """Path, keys and body of each request are those of an operation, and none of the forbidden keys is in it."""
    named = []
    for request in case.get("requests", []):
        operation_id = operation_of(CONTRACT, request["method"], request["path"])
        assert operation_id, f"openapi.yaml has no {request['method']} {request['path']}"
        named.append(operation_id)
        _, _, operation = operations(CONTRACT)[operation_id]
        known = parameters_in(CONTRACT, operation_id, "query").keys()
        query = parse_qsl(request["query"], strict_parsing=bool(request["query"]))
        keys = {key for key, _ in query}
        assert "requestBody" in operation or "body" not in request
        assert keys <= known
        assert not keys & set(case.get("without", []))
    assert case["operation"] in named or not named


@every("answers")
def test_an_unset_place_is_a_departure(case: Case) -> None:
    """A field that a case calls unset has to be one of its departures."""
    for pointer, expected in case["shows"].items():
        assert "unset" not in expected or pointer in case["departures"]


def test_every_class_has_its_case() -> None:
    """Each class that an answer can become is shown, on a read or on a write."""
    shown = {case["expect"]["class"] for case in read_cases()["errors"]["cases"]}
    classes = [*errors.BY_STATUS.values(), *map(errors.class_for, (500, 418))]
    assert {kind.__name__ for kind in classes} | {"ResponseError", "OutcomeUnknownError"} <= shown
