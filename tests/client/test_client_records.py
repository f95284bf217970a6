"""Listings as rows of a table, with both clients."""

from __future__ import annotations

from typing import Any

from pasqal_client.sandbox import Sandbox


def test_a_listing_gives_a_row_for_each_item(client: Any, sandbox: Sandbox) -> None:
    """In the listing's order, over several pages, for jobs, batches and devices alike."""
    jobs = [{"variables": {"omega": number}} for number in range(5)]
    batch = sandbox.add_batch(jobs)
    listing = client.jobs.list(batch_id=batch.id, page_size=2, order_by_direction="ASC")
    records = list(listing.records(flatten=["variables.omega"]))
    assert [record["id"] for record in records] == list(map(str, batch.job_ids))
    assert [record["variables.omega"] for record in records] == list(range(5))
    assert listing.proven
    page = client.jobs.page(batch_id=batch.id)
    assert {record["batch_id"] for record in page.records()} == {str(batch.id)}
    assert [record["id"] for record in client.batches.list().records()] == [str(batch.id)]
    names = [record["device_type"] for record in client.devices.list().records()]
    assert names == [device.device_type for device in client.devices.list()]


def test_a_listing_without_items_has_no_rows(client: Any) -> None:
    """It is no error, and the listing is proven."""
    listing = client.jobs.list()
    assert list(listing.records()) == []
    assert listing.proven
