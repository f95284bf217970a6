"""Jobs that follow from the results of others, in a batch that stays open."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from pulser import Sequence
from pulser.backend import QPUBackend

from pasqal_client import ConflictError, PasqalError, WaitTimeoutError, WriteDepartureError
from pasqal_client.pulser import PasqalConnection, RemoteSVBackend
from pasqal_client.sandbox import Fate, Fault, Sandbox
from with_pulser.conftest import fast

Connect = Callable[..., PasqalConnection]

REFUSED = Fault(operation="complete_batch", status=409)


def shots(results: Any) -> list[int]:
    """How often each job was run."""
    return [sum(one.final_bitstrings.values()) for one in results]


def open_batches(connection: PasqalConnection) -> list[bool]:
    """Whether each batch is open, the oldest first."""
    return [batch.open for batch in connection.client.batches.list(order_by_direction="ASC")]


def test_results_are_those_of_the_jobs_that_were_added(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """Not those of earlier ones, nor of others that somebody else adds to the same batch."""
    backend = QPUBackend(rabi, connection)
    with backend.open_batch() as opened:
        first = backend.run([{"runs": 5}], wait=True)
        sandbox.add_jobs(first.batch_id, [{"runs": 5, "fate": Fate("1000d")}])
        second = backend.run([{"runs": 6}, {"runs": 7}])
        everything = connection.get_results(first.batch_id)
        assert opened.backend is backend
        assert len(everything) == 4
    assert (shots(first), first._is_whole) == ([5], False)
    assert first.batch_id == second.batch_id
    assert second.job_ids == everything.job_ids[2:]
    with pytest.raises(WaitTimeoutError):
        second.wait(timeout=0.01)
    assert first.wait().counts == {"DONE": 1}


def test_jobs_that_a_batch_is_opened_with_are_not_all_of_it(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """Those that are added later are not waited for."""
    results = connection.submit(rabi, open=True, job_params=[{"runs": 5}])
    sandbox.add_jobs(results.batch_id, [{"runs": 5, "fate": Fate("1000d")}])
    assert results.wait().counts == {"DONE": 1}
    assert shots(results) == [5]


def test_others_may_add_the_same_at_the_same_moment(
    still: Sandbox, connect: Connect, rabi: Sequence
) -> None:
    """The answer has the jobs of both, and ours are the last ones."""
    foreign = []

    def add_first(request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/jobs"):
            foreign.extend(still.add_jobs(request.url.split("/")[-2], [{"runs": 5}]))

    connection = connect(still, on_request=add_first)
    backend = QPUBackend(rabi, connection)
    with backend.open_batch():
        results = backend.run([{"runs": 5}])
    assert len(foreign) == 1
    assert len(results.job_ids) == 1
    assert results.job_ids != list(map(str, foreign))


def test_a_batch_of_somebody_else_can_be_added_to(
    sandbox: Sandbox, connect: Connect, connection: PasqalConnection, rabi: Sequence
) -> None:
    """Its sequence is read when it is needed."""
    opened = connect(sandbox).submit(rabi, open=True)
    assert (len(opened), opened.job_ids, opened._is_whole) == (0, [], True)
    results = connection.submit(rabi, batch_id=opened.batch_id, job_params=[{"runs": 5}], wait=True)
    assert shots(results) == shots(opened) == [5]


def test_another_sequence_does_not_run_as_the_first_one(
    connection: PasqalConnection, rabi: Sequence, parametrized: Sequence
) -> None:
    """Pulser adds jobs without saying which sequence they are for; one that has changed is rejected."""
    backend = RemoteSVBackend(rabi, connection)
    with backend.open_batch():
        batch_id = backend.run([{"runs": 5}]).batch_id
        with pytest.raises(ValueError, match="^job_params: there is nothing to run; give at least"):
            backend.run([])
        with pytest.raises(ValueError, match="was opened with another sequence; give each job"):
            connection.submit(parametrized, batch_id=batch_id, job_params=[{"runs": 5}])
        results = backend.run([{"runs": 6, "sequence": rabi}], wait=True)
    assert shots(results) == [6]


def test_a_backend_has_one_open_batch(connection: PasqalConnection, rabi: Sequence) -> None:
    """Pulser would forget the outer one, which would stay open; the inner one is rejected."""
    backend = QPUBackend(rabi, connection)
    with backend.open_batch():
        with pytest.raises(ValueError, match="is still open; close it"), backend.open_batch():
            pass
        results = backend.run([{"runs": 5}], wait=True)
    assert shots(results) == [5]
    assert open_batches(connection) == [False]
    with backend.open_batch():
        pass
    assert open_batches(connection) == [False, False]


def test_a_batch_that_cannot_be_closed_is_not_added_to(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """The error says so; the backend keeps the batch, but what it runs later is in batches of their own."""
    sandbox.add_fault(REFUSED)
    backend = QPUBackend(rabi, connection)
    with pytest.raises(ConflictError) as caught, backend.open_batch():
        stuck = backend.run([{"runs": 5}])
    (note,) = caught.value.__notes__
    assert note == (
        f"Batch {stuck.batch_id} may still be open; "
        "close it with connection.client.batches.complete."
    )
    sandbox.clear_faults()
    assert backend._batch_id == stuck.batch_id
    later = backend.run([{"runs": 6}])
    with backend.open_batch():
        last = backend.run([{"runs": 7}])
    assert len({stuck.batch_id, later.batch_id, last.batch_id}) == 3
    assert open_batches(connection) == [True, False, False]


def test_the_error_of_the_block_matters_more(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence
) -> None:
    """It comes out, with a note about the batch; a warning says the same."""
    sandbox.add_fault(REFUSED)
    backend = QPUBackend(rabi, connection)
    with (
        pytest.warns(UserWarning, match="may still be open"),
        pytest.raises(ZeroDivisionError) as caught,
        backend.open_batch(),
    ):
        1 / 0  # noqa: B018
    (note,) = caught.value.__notes__
    assert note.startswith("Closing the batch failed, too: 409 Conflict")
    assert open_batches(connection) == [True]


@pytest.mark.parametrize("is_gone", [False, True], ids=["read", "not even read"])
def test_what_became_of_the_batch_is_looked_at(
    sandbox: Sandbox, connection: PasqalConnection, rabi: Sequence, is_gone: bool
) -> None:
    """Closing may have worked although its answer was lost; if that cannot be read, it is an error."""
    sandbox.add_fault(Fault(operation="complete_batch", status=500, applied=True))
    if is_gone:
        sandbox.add_fault(Fault(operation="get_batch", status=404))
    backend = QPUBackend(rabi, connection)
    failure = None
    try:
        with warnings.catch_warnings(action="error"), backend.open_batch():
            backend.run([{"runs": 5}])
    except PasqalError as error:
        failure = error
    assert (failure is not None) is is_gone
    assert open_batches(connection) == [False]


def test_a_strict_client_says_that_closing_worked(connect: Connect, rabi: Sequence) -> None:
    """Only the form of the answer is rejected; later runs are not added all the same."""
    with fast() as sandbox:
        connection = connect(sandbox, strict=True)
        backend = RemoteSVBackend(rabi, connection)
        opened = backend.open_batch()
        with opened:
            first = backend.run([{"runs": 5}])
            sandbox.quirks = ["epoch-times"]
            with pytest.raises(WriteDepartureError) as caught:
                opened.__exit__(None, None, None)
            sandbox.quirks = []
            second = backend.run([{"runs": 6}])
        assert caught.value.__notes__ == [f"Batch {first.batch_id} is closed."]
        assert first.batch_id != second.batch_id
        assert open_batches(connection) == [False, False]
