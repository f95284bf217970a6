"""What all resources share: how requests are made from arguments, and how a write is sent.

A method of a resource has a twin in the async client. What both do alike is decided by functions
and classes that do no I/O, so each twin is left with little more than sending. There are three
patterns; a new method follows one of them:

One read: check the arguments, send, read the answer.

    wanted = uuid_of("job_id", job_id)
    request = _jobs_by_id(wanted, self._api.base_url)
    response = self._ask(request, Span(0, 1))
    return _job_in(response, wanted)

One listing: a request, options, and what fetches a page. Nothing is sent before it is iterated over.

    request = self._request(JOBS, filters, order_by, order_by_direction)
    options = self._options(page_size, max_items, concurrency)
    return JobListing(request, options, self._fetch)

One write: the generated operation, and a plan (see `_writes/plan.py`) that decides what to send and
what the answers mean.

    return self._write(complete_batch, Completion(batch))

The async twin has `await`, and `asyncio_detailed` in place of `sync_detailed`; its docstring refers
to that of the sync one. `tests/unit/test_parity.py` compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pasqal_core_runtime.client import Client

from ._checks import number
from ._listing.list_request import CONCURRENCY, ListOptions, ListRequest
from ._listing.pages import LARGEST_PAGE
from ._writes.answer import Answer
from ._writes.write import noted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pasqal_core_runtime.departures import Report

    from ._http.throttle import Throttle
    from ._listing.item_kind import ItemKind
    from ._settings.config import Settings
    from ._writes.plan import Plan

R = TypeVar("R")
T = TypeVar("T")


class _Base:
    """What the resources of both clients share.

    Args:
        api: the generated client.
        settings: the settings of the client.
        throttle: what the listings of a client know together about a service that refuses requests.
    """

    def __init__(self, api: Client, settings: Settings, throttle: Throttle) -> None:
        self._api = api
        self._settings = settings
        self._throttle = throttle

    def _request(
        self,
        kind: ItemKind[T],
        filters: Mapping[str, object],
        order_by: object = None,
        order_by_direction: object = None,
    ) -> ListRequest[T]:
        """The request for a list; the client's project counts unless the filters say otherwise."""
        given: dict[str, Any] = dict(filters)
        # None in the filters lifts the client's project.
        if self._settings.project_id is not None:
            given.setdefault("project_id", self._settings.project_id)
        return ListRequest.of(kind, given, self._api.base_url, order_by, order_by_direction)

    def _options(
        self,
        page_size: object = LARGEST_PAGE,
        max_items: object = None,
        concurrency: object = CONCURRENCY,
    ) -> ListOptions:
        """How a list is read."""
        most = None
        if max_items is not None:
            most = number("max_items", max_items, 0)
        return ListOptions(
            page_size=number("page_size", page_size, 1, LARGEST_PAGE),
            max_items=most,
            concurrency=number("concurrency", concurrency, 1),
            strict=self._settings.strict,
            throttle=self._throttle,
            longest_pause=self._settings.deadline,
        )


class Resource(_Base):
    """A resource of the sync client."""

    def _reporting_to(self, report: Report) -> Client:
        """The generated client on the same connection, with departures reported to somebody else."""
        client = Client(self._api.base_url, on_departure=report)
        return client.set_httpx_client(self._api.get_httpx_client())

    def _write(self, operation: Any, plan: Plan[R]) -> R:
        """Send the requests of a write one after the other; nothing is sent twice.

        Args:
            operation: the module of the generated operation.
            plan: what to send, and what the answers mean.
        """
        for step in plan.steps():
            with noted(step.write, step.done):
                # One of its own for each step, as other threads read answers meanwhile.
                client = self._reporting_to(step.departures.append)
                response = operation.sync_detailed(client=client, **step.keywords)
                answer = Answer.of(response, step.departures, self._api.on_departure)
                carried_out = plan.take(step, answer)
            # Only now: what a strict client rejects was carried out all the same.
            answer.accept(carried_out)
        return plan.result()


class AsyncResource(_Base):
    """A resource of the async client."""

    def _reporting_to(self, report: Report) -> Client:
        """See `Resource`."""
        client = Client(self._api.base_url, on_departure=report)
        return client.set_async_httpx_client(self._api.get_async_httpx_client())

    async def _write(self, operation: Any, plan: Plan[R]) -> R:
        """Send the requests of a write one after the other; see `Resource`."""
        for step in plan.steps():
            with noted(step.write, step.done):
                client = self._reporting_to(step.departures.append)
                response = await operation.asyncio_detailed(client=client, **step.keywords)
                answer = Answer.of(response, step.departures, self._api.on_departure)
                carried_out = plan.take(step, answer)
            answer.accept(carried_out)
        return plan.result()
