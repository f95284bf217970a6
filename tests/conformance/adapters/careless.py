"""A client as one writes it in an afternoon, with its adapter: the kit has to find what is wrong with it.

It is deliberately wrong in the ways that are usual: it adds up offsets, sends whatever failed again,
writes included, signs in once, checks no argument, leaves empty filters out, takes whatever comes
for what was promised, and shows in its errors what it sent. It stands on the standard library, and
on nothing of this repository.
"""

# ruff: noqa: S310 - what it opens is on this machine

from __future__ import annotations

import http.client
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

JOBS = "/api/v2/jobs"
BATCHES = "/api/v1/batches"
DEVICES = "/api/v1/devices"
ENDED = ("DONE", "ERROR", "CANCELED")
PAGE = 100
WIRE_NAMES = {"id_starts_with": "id__starts_with"}
NAMES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    422: "UnprocessableError",
    429: "RateLimitError",
}


class RequestError(Exception):
    """A request failed."""

    def __init__(self, status: int | None, reason: str, name: str = "", **fields: Any) -> None:
        super().__init__(reason)
        self.fields: dict[str, Any] = {
            "class": name or NAMES.get(status or 0, "ServerError"),
            "status": status,
        }
        self.fields |= {"reason": reason, "retry_after": None, "request_id": None, "errors": []}
        self.fields |= fields


class Client:
    """A client of one line of the protocol."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.base_url = line["base_url"]
        self.project_id = line["project_id"]
        self.attempts = line["attempts"]
        self.timeout = line["timeout"]
        self.pauses = line["pauses"]
        self.token = line["token"]
        if line["credentials"]:
            self.token = self.sign_in(**line["credentials"])

    def sign_in(self, token_url: str, form: dict[str, str]) -> str:
        """Get a token."""
        body = urllib.parse.urlencode(form).encode()
        answer = self.open(urllib.request.Request(token_url, body), form)
        return str(json.loads(answer)["access_token"])

    def open(self, request: urllib.request.Request, sent: object) -> bytes:
        """Send a request until it succeeds, or too often."""
        for attempt in range(self.attempts):
            last = attempt + 1 == self.attempts
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                    return bytes(answer.read())
            except urllib.error.HTTPError as error:
                if last or error.code < 429:
                    raise self.understand(error, sent) from error
            except (OSError, http.client.HTTPException) as error:
                if last:
                    raise RequestError(
                        None, f"{error!r} for {sent}", "APIConnectionError"
                    ) from error
            if self.pauses:
                time.sleep(2**attempt)
        raise AssertionError

    def understand(self, error: urllib.error.HTTPError, sent: object) -> RequestError:
        """What an answer means."""
        try:
            reason = json.loads(error.read())["message"]
        except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
            reason = error.reason
        pause = error.headers["Retry-After"]
        return RequestError(
            error.code,
            str(reason),
            retry_after=float(pause) if pause and pause.isdigit() else None,
            request_id=error.headers["X-Request-Id"],
            everything=f"{error.code} {reason} for {sent}",
        )

    def send(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        """Send a request; returns the whole answer."""
        url = self.base_url + path
        if query:
            url += "?" + urllib.parse.urlencode(spell(query), doseq=True)
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(url, data, headers, method=method)
        return json.loads(self.open(request, (method, url, headers, body)))

    def data(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        """The data of an answer."""
        return self.send(method, path, query, body)["data"]

    def walk(self, path: str, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """All items of a list."""
        size = query.pop("page_size", PAGE)
        query.pop("concurrency", None)
        most = query.pop("max_items", None)
        offset, total = 0, 1
        while offset < total and (most is None or offset < most):
            answer = self.send("GET", path, {**query, "limit": size, "offset": offset})
            total = answer.get("pagination", {}).get("total", 0)
            # The last page may bring more than was asked for.
            yield from answer["data"]
            offset += size

    def ids(self, path: str, query: dict[str, Any]) -> Any:
        """The ids of all items of a list."""
        most = query.get("max_items")
        return {"result": [one["id"] for one in self.walk(path, query)][:most], "doubted": False}

    def filtered(self, query: dict[str, Any]) -> dict[str, Any]:
        """The filters of a list."""
        return {"project_id": self.project_id, **query}

    def result(self, job_id: str) -> Any:
        """The result of a job."""
        job = self.data("GET", f"{JOBS}/{job_id}")
        if job["status"] != "DONE":
            raise RequestError(None, f"the job is {job['status']}", "ResultFailedError")
        link = self.data("GET", f"/api/v1/jobs/{job_id}/results_link")["results_link"]
        headers = {"Authorization": f"Bearer {self.token}"}
        file = self.open(urllib.request.Request(link, headers=headers), (link, headers))
        return json.loads(file)["counter"]

    def wait(self, query: dict[str, Any]) -> Any:
        """Wait until jobs have ended."""
        query = {{"ids": "id"}.get(name, name): query[name] for name in query if "id" in name}
        while True:
            jobs = list(self.walk(JOBS, dict(query)))
            if all(job["status"] not in ("PENDING", "RUNNING") for job in jobs):
                break
        counts: dict[str, int] = {}
        for job in jobs:
            counts[job["status"]] = counts.get(job["status"], 0) + 1
        failed = [job["id"] for job in jobs if job["status"] == "ERROR"]
        return {"result": {"counts": counts, "failed": failed}}


def spell(query: dict[str, Any]) -> dict[str, Any]:
    """A query by its names on the wire, without what is not given."""
    return {WIRE_NAMES.get(name, name): value for name, value in query.items() if value is not None}


def batch(answer: dict[str, Any]) -> dict[str, Any]:
    """What is told of a batch."""
    return {"result": {"batch": answer["id"], "jobs": [job["id"] for job in answer["jobs"]]}}


def create(client: Client, given: dict[str, Any]) -> Any:
    """Submit a batch."""
    body = {name: given[name] for name in given if name not in ("sequence", "key", "runs")}
    body["sequence_builder"] = given.get("sequence")
    body.setdefault("project_id", client.project_id)
    return batch(client.data("POST", BATCHES, body=body))


def cancel(client: Client, given: dict[str, Any]) -> Any:
    """Cancel jobs of a batch."""
    path = f"/api/v2/batches/{given.pop('batch')}/cancel/jobs"
    given.pop("all", None)
    data = client.data("PATCH", path, given)
    return {"result": {"jobs": len(data["jobs"]), "errors": data["errors"]}}


def cancel_many(client: Client, given: dict[str, Any]) -> Any:
    """Cancel batches."""
    given["batch_ids"] = given.pop("ids", None)
    given["cancel_all"] = given.pop("all", None)
    data = client.data("PATCH", f"{BATCHES}/cancel", body=given)
    return {"result": {"batches": len(data["batches"]), "errors": data["errors"]}}


def results(client: Client, given: dict[str, Any]) -> Any:
    """The results of several jobs."""
    ids = given.get("ids") or [job["id"] for job in client.walk(JOBS, given)]
    return {"result": [[one, client.result(one), None] for one in ids]}


def page(client: Client, path: str, given: dict[str, Any]) -> Any:
    """A page of a list."""
    answer = client.send("GET", path, {"limit": PAGE, "offset": 0, **client.filtered(given)})
    return {"result": [one["id"] for one in answer["data"]], "page": answer.get("pagination")}


def count(client: Client, path: str, given: dict[str, Any]) -> Any:
    """How many items a list has."""
    answer = client.send("GET", path, {"limit": 1, **client.filtered(given)})
    return {"result": answer.get("pagination", {}).get("total", 0)}


def statuses(client: Client, given: dict[str, Any]) -> Any:
    """The states of several jobs."""
    jobs = client.walk(JOBS, {"id": given["ids"]})
    return {"result": sorted([job["id"], job["status"]] for job in jobs)}


def devices(client: Client, given: dict[str, Any]) -> Any:
    """The types of the devices."""
    return {"result": [one["device_type"] for one in client.walk(DEVICES, given)]}


CALLS: dict[str, Callable[[Client, dict[str, Any]], Any]] = {
    "jobs.list": lambda client, given: client.ids(JOBS, client.filtered(given)),
    "jobs.page": lambda client, given: page(client, JOBS, given),
    "jobs.count": lambda client, given: count(client, JOBS, given),
    "jobs.get": lambda client, given: {
        "result": client.data("GET", f"{JOBS}/{given['job_id']}")["id"]
    },
    "jobs.status": lambda client, given: {
        "result": client.data("GET", f"/api/v1/jobs/{given['job_id']}/status")["status"]
    },
    "jobs.statuses": statuses,
    "jobs.cancel": lambda client, given: {
        "result": client.data("PATCH", f"{JOBS}/{given['job_id']}/cancel")["id"]
    },
    "jobs.result": lambda client, given: {"result": client.result(given["job_id"])},
    "jobs.results": results,
    "jobs.wait": lambda client, given: client.wait(given),
    "batches.wait": lambda client, given: client.wait(given),
    "batches.list": lambda client, given: client.ids(BATCHES, client.filtered(given)),
    "batches.page": lambda client, given: page(client, BATCHES, given),
    "batches.count": lambda client, given: count(client, BATCHES, given),
    "batches.get": lambda client, given: {
        "result": client.data("GET", f"/api/v2/batches/{given['batch_id']}")["id"]
    },
    "batches.status": lambda client, given: {
        "result": client.data("GET", f"{BATCHES}/{given['batch_id']}/status")["status"]
    },
    "batches.complete": lambda client, given: batch(
        client.data("PATCH", f"/api/v2/batches/{given['batch_id']}/complete")
    ),
    "batches.cancel": lambda client, given: batch(
        client.data("PATCH", f"/api/v2/batches/{given['batch_id']}/cancel")
    ),
    "batches.cancel_jobs": cancel,
    "batches.cancel_many": cancel_many,
    "batches.create": create,
    "batches.add_jobs": lambda client, given: batch(
        client.data("POST", f"/api/v2/batches/{given['batch']}/jobs", body=given["jobs"])
    ),
    "batches.rebatch": lambda client, given: batch(
        client.data("POST", f"{BATCHES}/{given.pop('batch')}/rebatch", given)
    ),
    "batches.set_tags": lambda client, given: batch(
        client.data("PATCH", f"{BATCHES}/{given['batch_id']}/tags", body=given["tags"])
    ),
    "devices.list": devices,
    "devices.specs": lambda client, given: {
        "result": sorted(client.data("GET", f"{DEVICES}/specs", given))
    },
    "devices.queue": lambda client, given: client.ids(
        f"{DEVICES}/{given['device_type']}/queue", {}
    ),
}


def answer(line: dict[str, Any]) -> dict[str, Any]:
    """What the client makes of a line."""
    if line["call"] not in CALLS:
        return {"unsupported": f"there is no {line['call']}"}
    try:
        return {"ok": CALLS[line["call"]](Client(line), dict(line["arguments"]))}
    except RequestError as failure:
        return {"error": {"everything": str(failure), **failure.fields}}
    except Exception as error:
        # What an answer did not have.
        return {
            "error": RequestError(200, repr(error), "ResponseError", everything=repr(error)).fields
        }


def main() -> None:
    """Answer line after line."""
    for text in sys.stdin:
        line = json.loads(text)
        sys.stdout.write(json.dumps({"n": line["n"], **answer(line)}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
