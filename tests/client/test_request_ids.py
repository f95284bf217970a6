"""What a write returned knows the service's id of its request, for its support."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable
from typing import Any

from client.scripted import Request, Scripted, Step, forwarded
from pasqal_client import CancelBatchesReceipt, CancelReceipt
from pasqal_client.sandbox import SEQUENCE, Sandbox

Connect = Callable[..., Any]


class Numbered(Scripted):
    """A server before a sandbox that gives each request an id."""

    def __init__(self, sandbox: Sandbox) -> None:
        def script(request: Request) -> Iterable[Step]:
            answered = forwarded(sandbox.base_url, request)
            header = f"\r\nX-Request-Id: r-{request.number}\r\n".encode()
            yield answered.replace(b"\r\n", header, 1)

        super().__init__(script)


def test_what_a_write_returned_has_the_id_of_its_request(
    sandbox: Sandbox, connect: Connect
) -> None:
    """Batches, jobs and receipts do; copies and pickles keep it, and what was only read has none."""
    with Numbered(sandbox) as server:
        client = connect(
            token=sandbox.token, base_url=server.base_url, project_id=sandbox.project_id
        )
        ids = []

        def newest(returned: Any) -> Any:
            ids.append(returned.request_id)
            assert ids[-1] == f"r-{len(server.requests)}"
            return returned

        made = newest(client.batches.create(SEQUENCE, jobs=[{}, {}, {}], device_type="EMU_MPS"))
        pending = list(client.jobs.list(batch_id=made.id))
        newest(client.jobs.cancel(pending[0].id))
        newest(client.batches.cancel_jobs(made.id, id=pending[1].id))
        newest(client.batches.set_tags(made.id, ["scan"]))
        newest(client.batches.cancel(made.id))
        read = client.batches.get(made.id)
        dry = client.batches.cancel_jobs(made.id, all=True, dry_run=True)
    assert len(set(ids)) == len(ids)
    for duplicate in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):  # noqa: S301
        assert duplicate == made
        assert duplicate.request_id == made.request_id
    assert (read.request_id, dry.request_id) == (None, None)
    assert pending[0].request_id is None


def test_without_an_id_there_is_none(client: Any, sandbox: Sandbox) -> None:
    """The sandbox gives its requests none."""
    batch = sandbox.add_batch([{"status": "PENDING"}])
    assert client.batches.cancel(batch.id).request_id is None


def test_receipts_of_several_requests_have_the_last_id() -> None:
    """Equality is about what came of them, and does not ask for it."""
    first, second = CancelReceipt(request_id="one"), CancelReceipt(request_id="two")
    assert (first + second).request_id == "two"
    assert (first + CancelReceipt()).request_id == "one"
    assert first == second
    batches = CancelBatchesReceipt(request_id="one") + CancelBatchesReceipt()
    assert batches.request_id == "one"
