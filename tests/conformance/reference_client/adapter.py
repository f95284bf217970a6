"""The adapter of the reference client: a line of the runner in, a line out.

`python -m conformance.reference_client.adapter [--mistake NAME]`
"""

import json
import sys
import uuid
from datetime import datetime
from typing import Any

from . import client as calls
from . import connection, devices, errors, results, schemas, submissions, views, wire

__all__ = ["answer", "devices", "results", "submissions"]

SETTINGS = ("attempts", "credentials", "project_id", "pauses", "strict", "submission_tag")
LEAST_PATH = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


class UnsupportedError(Exception):
    """A call that this client does not have."""


def settings_of(line: dict[str, Any]) -> connection.Settings:
    """The settings of the client for one line."""
    given = {
        name: line[name] for name in (*SETTINGS, "token", "timeout") if line.get(name) is not None
    }
    return connection.Settings(base_url=line["base_url"], **given)


def answer(line: dict[str, Any]) -> dict[str, Any]:
    """What came of one line."""
    try:
        return {"n": line["n"], "ok": perform(line)}
    except UnsupportedError as call:
        return {"n": line["n"], "unsupported": f"no call {call}"}
    except wire.Refused as refusal:
        return {"n": line["n"], "refused": str(refusal)}
    except errors.ServiceError as error:
        return {"n": line["n"], "error": shown_error(error)}
    except Exception as problem:
        return {"n": line["n"], "error": {"class": "Crash", "everything": repr(problem)}}


def perform(line: dict[str, Any]) -> dict[str, Any]:
    call, arguments = line["call"], line["arguments"]
    client = calls.Client(settings_of(line))
    if call == "read":
        return read(client, arguments, line.get("ask") or [])
    if call.startswith("api."):
        send_plain(client, call.removeprefix("api."), arguments)
        return {}
    if call not in calls.CALLS:
        raise UnsupportedError(call)
    outcome = calls.CALLS[call](client, arguments)
    shown: dict[str, Any] = {"result": outcome.result}
    if outcome.page is not None:
        page = outcome.page
        shown["page"] = {"total": page.total, "start": page.start, "end": page.end}
    if outcome.doubted is not None:
        shown["doubted"] = outcome.doubted
    return shown


def shown_error(error: errors.ServiceError) -> dict[str, Any]:
    return {
        "class": error.kind,
        "status": error.status,
        "reason": error.reason,
        "retry_after": error.retry_after,
        "request_id": error.request_id,
        "errors": error.errors,
        "everything": f"{error} {error!r}",
    }


def send_plain(client: calls.Client, name: str, arguments: dict[str, Any]) -> errors.Answer:
    """An operation with its parameters by their names on the wire."""
    operation = schemas.OPERATIONS[name]
    given = dict(arguments)
    body = given.pop("body", None)
    path = {key: given.pop(key) for key in list(given) if f"{{{key}}}" in operation.path}
    order = {"order_by": "created_at", "order_by_direction": "DESC", "limit": 100, "offset": 0}
    if "pagination" in operation.answer:
        given = {**order, **given} if name != "get_queue" else given
    return client.way.send(operation, path, wire.pairs_of(given), body)


def least_path(operation: schemas.Operation) -> dict[str, str]:
    """Something for each parameter of a path."""
    keys = ("batch__id", "batch_id", "job_id")
    return {**dict.fromkeys(keys, LEAST_PATH), "device_type": "FRESNEL", "dt_name": "FRESNEL"}


LEAST_BODIES: dict[str, Any] = {
    "create_batch": {"project_id": LEAST_PATH},
    "add_jobs": [],
    "cancel_batches": {},
    "set_batch_tags": [],
}


def read(client: calls.Client, arguments: dict[str, Any], ask: list[str]) -> dict[str, Any]:
    """The typed view of an answer, or of a file."""
    reader = views.Reader()
    if "schema" in arguments:
        body = arguments["body"]
        view = reader.read(arguments["schema"], views.parse_json(body), "")
    else:
        operation = schemas.OPERATIONS[arguments["operation"]]
        least = LEAST_BODIES.get(operation.name)
        body = client.way.send(operation, least_path(operation), None, least).body
        view = reader.read_fields(operation.answer, views.parse_json(body))
    if client.settings.strict and reader.departures:
        raise errors.ServiceError("DepartureError", ", ".join(reader.departures), 200)
    return {
        "departures": reader.departures,
        "given_back": give_back(body),
        "shows": {place: shown(found_at(view, place)) for place in ask},
    }


def give_back(body: str) -> str:
    """The answer, written out again."""
    return views.write_json(views.parse_json(body))


def found_at(view: Any, place: str) -> Any:
    """What the typed view has at a JSON pointer."""
    for step in place.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(view, list):
            view = view[int(key)]
        elif isinstance(view, dict):
            view = view.get(key, views.UNSET)
        else:
            return views.UNSET
    return view


def shown(value: Any) -> dict[str, Any]:
    """A value in the form of the kit."""
    if isinstance(value, views.Unset):
        return {"unset": True}
    if isinstance(value, views.Absent):
        return {"absent": value.default}
    if value is None:
        return {"null": True}
    if isinstance(value, views.Enumerated):
        return {"enum": value.text, "known": value.known}
    if isinstance(value, datetime):
        return {"time": value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    if isinstance(value, uuid.UUID):
        return {"uuid": str(value)}
    return {"value": value}


def main() -> None:
    """Answer line by line until there are no more."""
    if sys.argv[1:2] == ["--mistake"]:
        from conformance.mistakes import find_mistake, plant

        plant(find_mistake(sys.argv[2]))
    for text in sys.stdin:
        line = json.loads(text)
        sys.stdout.write(json.dumps(answer(line), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    # What is planted in this module has to be found there, and not in the program.
    from conformance.reference_client import adapter

    adapter.main()
