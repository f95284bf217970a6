"""What an account does not see, it cannot call absent: the one that sent a write says whether it did not happen."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client import ClientCredentials, OutcomeUnknownError, PasswordCredentials
from pasqal_client._writes import resolution
from pasqal_client.sandbox import Fault, Sandbox

NOTHING = {"data": [], "pagination": {"total": 0, "start": 0, "end": 0}}
"""What a service shows of projects that an account has no access to."""


def lose(sandbox: Sandbox, operation: str, *, applied: bool = False) -> None:
    """Let the next answer of an operation be lost."""
    sandbox.add_fault(Fault(operation=operation, reset="before", applied=applied, times=1))


def lost_creation(sandbox: Sandbox, client: Any, *, applied: bool = False) -> OutcomeUnknownError:
    """The error of a batch that may or may not have been created, as it comes from another process."""
    lose(sandbox, "create_batch", applied=applied)
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.create("a sequence", runs=1, device_type="FRESNEL")
    error: OutcomeUnknownError = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    return error


@pytest.fixture
def other(sandbox: Sandbox, connect: Callable[..., Any]) -> Any:
    """A client with other credentials, and of another project."""
    return connect(
        credentials=person(sandbox),
        base_url=sandbox.base_url,
        project_id="11111111-1111-4111-8111-111111111111",
    )


def person(sandbox: Sandbox) -> PasswordCredentials:
    """The credentials of the account that the sandbox has."""
    return PasswordCredentials(sandbox.username, sandbox.password, token_url=sandbox.token_url)


def service(sandbox: Sandbox) -> ClientCredentials:
    """The credentials of its service account."""
    return ClientCredentials(sandbox.client_id, sandbox.client_secret, token_url=sandbox.token_url)


def outcome_of(client: Any, error: BaseException) -> str:
    """What a client finds out with one look."""
    return str(client.batches.resolve(error, settle=0).outcome)


def test_a_batch_that_another_account_does_not_see_is_not_called_absent(
    sandbox: Sandbox, own: Callable[..., Any], other: Any
) -> None:
    """It is there; and where the account sees it, it says so."""
    error = lost_creation(sandbox, own(), applied=True)
    sandbox.add_fault(Fault(operation="get_all_batches", status=200, body=NOTHING, times=1))
    told = other.batches.resolve(error, settle=0)
    assert (told.outcome, told.reason) == (
        "cannot tell",
        "no batch has its tag, as far as this client sees; the write was sent with other credentials, or "
        "with a token that does not say whose it is, and these may see more: resolve it with the same ones",
    )
    assert outcome_of(other, error) == "happened"


def test_the_account_that_sent_a_write_may_call_it_absent(
    sandbox: Sandbox, own: Callable[..., Any], other: Any
) -> None:
    """Also by another client with its credentials, and of another project."""
    client = own()
    error = lost_creation(sandbox, client)
    assert outcome_of(client, error) == "did not happen"
    assert outcome_of(client.with_options(timeout=9), error) == "did not happen"
    assert outcome_of(own(project_id=None), error) == "did not happen"
    assert outcome_of(other, error) == "cannot tell"


def test_credentials_of_one_account_are_alike(sandbox: Sandbox, own: Callable[..., Any]) -> None:
    """Those of a name and of a service account; what a function returns may be anybody's."""
    for make in (person, service):
        clients = [own(token=None, credentials=make(sandbox)) for _ in range(2)]
        error = lost_creation(sandbox, clients[0])
        assert outcome_of(clients[1], error) == "did not happen"
        assert outcome_of(own(), error) == "cannot tell"
    client = own(token=lambda: sandbox.token)
    error = lost_creation(sandbox, client)
    assert outcome_of(client, error) == "did not happen"
    assert outcome_of(own(token=lambda: sandbox.token), error) == "cannot tell"


def lost_addition(sandbox: Sandbox, client: Any) -> None:
    """Jobs are added to a batch that has none."""
    batch = sandbox.add_batch([], open=True)
    lose(sandbox, "add_jobs")
    client.batches.add_jobs(batch.id, [{"runs": 1}])


def lost_rebatch(sandbox: Sandbox, client: Any) -> None:
    """Jobs are run again."""
    batch = sandbox.add_batch([{"status": "DONE"}], open=False)
    lose(sandbox, "rebatch_jobs")
    client.batches.rebatch(batch.id, all=True)


def lost_cancellation(sandbox: Sandbox, client: Any) -> None:
    """Batches are cancelled, of which one is not visible."""
    seen, unseen = sandbox.add_batch([{}]), sandbox.add_batch([{}], foreign=True)
    lose(sandbox, "cancel_batches")
    client.batches.cancel_many([seen.id, unseen.id])


@pytest.mark.parametrize("write", [lost_addition, lost_rebatch, lost_cancellation])
def test_other_writes_are_not_called_absent_either(
    sandbox: Sandbox, own: Callable[..., Any], other: Any, write: Callable[..., None]
) -> None:
    """Where what they bring about is not visible, or may not be."""
    client = own()
    with pytest.raises(OutcomeUnknownError) as caught:
        write(sandbox, client)
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert outcome_of(other, error) == "cannot tell"
    assert outcome_of(client, error) == "did not happen"


def lost_cancellation_of_more(sandbox: Sandbox, client: Any, *others: UUID | str) -> Any:
    """The error of a cancellation that was not carried out, of a batch that was cancelled before, and of others."""
    batch = sandbox.add_batch([{}])
    client.batches.cancel(batch.id)
    lose(sandbox, "cancel_batches")
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel_many([batch.id, *others])
    return pickle.loads(pickle.dumps(caught.value))  # noqa: S301


def test_batches_that_another_account_does_not_see_are_not_called_cancelled(
    sandbox: Sandbox, own: Callable[..., Any], other: Any
) -> None:
    """That those it sees are cancelled says nothing about the rest."""
    unseen = sandbox.add_batch([{}], foreign=True)
    error = lost_cancellation_of_more(sandbox, own(), unseen.id)
    told = other.batches.resolve(error, settle=0)
    assert (told.outcome, told.reason) == (
        "cannot tell",
        "cancelled: 1 of 1 batches that this write could affect; not visible: 1, as far as this client "
        "sees; the write was sent with other credentials, or with a token that does not say whose it is, "
        "and these may see more: resolve it with the same ones",
    )


def test_batches_that_another_account_sees_may_be_called_cancelled(
    sandbox: Sandbox, own: Callable[..., Any], other: Any
) -> None:
    """It sees all that the write was about."""
    batch = sandbox.add_batch([{}])
    lose(sandbox, "cancel_batches", applied=True)
    with pytest.raises(OutcomeUnknownError) as caught:
        own().batches.cancel_many([batch.id])
    assert outcome_of(other, caught.value) == "happened"


def test_a_batch_that_is_not_there_needs_no_cancelling(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """To the account that sent it, the batches that it sees are all that the write could affect."""
    client = own()
    error = lost_cancellation_of_more(sandbox, client, UUID(int=1))
    told = client.batches.resolve(error, settle=0)
    assert (told.outcome, told.reason) == (
        "happened",
        "cancelled: 1 of 1 batches that this write could affect; not visible: 1",
    )


def test_a_batch_that_the_list_shows_late_is_waited_for(
    sandbox: Sandbox, own: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it is cancelled is not known before: so the first look is not the last."""
    monkeypatch.setattr(resolution, "_FIRST_PAUSE", 0.0)
    client = own()
    early = sandbox.add_batch([{}])
    sandbox.advance("1m")
    sandbox.quirks = ["lagging-list"]
    late = sandbox.add_batch([{}])
    lose(sandbox, "cancel_batches", applied=True)
    with pytest.raises(OutcomeUnknownError) as caught:
        client.batches.cancel_many([early.id, late.id])
    sandbox.add_fault(Fault(operation="get_all_batches", nth=2, advance="11s"))
    told = client.batches.resolve(caught.value, settle=60)
    assert (told.outcome, told.reason) == (
        "happened",
        "cancelled: 2 of 2 batches that this write could affect",
    )


def test_a_token_function_that_changes_its_account_does_not_call_a_write_absent(
    sandbox: Sandbox, own: Callable[..., Any]
) -> None:
    """Whose its tokens are is not known, so only one and the same is taken for one account."""
    granted = httpx.post(sandbox.token_url, data=person(sandbox).form()).json()
    tokens = [sandbox.token, granted["access_token"]]
    client = own(token=tokens.pop)
    error = lost_creation(sandbox, client, applied=True)
    sandbox.expire_tokens()
    sandbox.add_fault(Fault(operation="get_all_batches", nth=2, status=200, body=NOTHING))
    assert outcome_of(client, error) == "cannot tell"
    assert outcome_of(client, error) == "happened"
