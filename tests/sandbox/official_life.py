"""The whole life of jobs with the official client, as a program for the environment in which that is installed.

It reads where the service is, how to sign in and the sequences as JSON, and prints what it got as JSON.
"""

import json
import sys
from typing import Any

from official_session import connect, error_text
from pasqal_cloud.batch import Batch
from pasqal_cloud.device.configuration import BaseConfig, EmuFreeConfig
from pasqal_cloud.device.device_types import DeviceTypeName
from pasqal_cloud.errors import BatchCancellingError, BatchCreationError, JobCreationError
from pasqal_cloud.pasqal_cloud_client import PasqalCloudClient
from pasqal_cloud.utils.filters import BatchFilters, CancelJobFilters, RebatchFilters


def batch_facts(batch: Batch) -> dict[str, Any]:
    """What a batch shows, the states of its jobs included."""
    return {
        "id": batch.id,
        "status": batch.status,
        "open": batch.open,
        "device_type": batch.device_type,
        "parent_id": batch.parent_id,
        "tags": batch.tags,
        "jobs": [[job.id, job.status, job.runs, job.variables] for job in batch.ordered_jobs],
    }


def create(client: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Create batches in each way, wait for one, and read what is rejected."""
    waited = client.create_batch(
        given["rabi"],
        jobs=[{"runs": 40}, {"runs": 60}],
        device_type=DeviceTypeName.FRESNEL,
        tags=["calibration"],
        wait=True,
    )
    parametrized = client.create_batch(
        given["parametrized"],
        jobs=[{"runs": 10, "variables": {"omega": 3.1, "t": 400}}],
        wait=True,
    )
    own = client.create_batch(
        None,
        jobs=[
            {"runs": 10, "serialized_sequence": given["rabi"]},
            {"serialized_sequence": given["rabi"]},
        ],
        device_type=DeviceTypeName.EMU_FREE,
        wait=True,
    )
    return {
        "waited": batch_facts(waited),
        "counters": [job.result for job in waited.ordered_jobs],
        "files": [sorted(job.full_result) for job in waited.ordered_jobs],
        "parametrized": batch_facts(parametrized),
        "own": batch_facts(own),
        "own_sequences": [job.sequence for job in own.ordered_jobs],
        "no_sequence_of_the_batch": client.get_batch(own.id).sequence_builder,
        "refused": error_text(
            BatchCreationError,
            lambda: client.create_batch(
                given["rabi"], jobs=[{"runs": 10, "variables": {"omega": 1}}]
            ),
        ),
    }


def change(client: Any, given: dict[str, Any]) -> dict[str, Any]:
    """An open batch: add, close, tags, rebatch, and the ways of cancelling."""
    batch = client.create_batch(
        given["rabi"], jobs=[], open=True, device_type=DeviceTypeName.FRESNEL
    )
    opened = batch_facts(batch)
    client.add_jobs(batch.id, [{"runs": 20}])
    batch.add_jobs([{"runs": 30}], wait=True)
    added = batch_facts(batch)
    closed = batch_facts(client.close_batch(batch.id))
    again = client.rebatch(batch.id, RebatchFilters(min_runs=30))
    return {
        "opened": opened,
        "added": added,
        "closed": closed,
        "closed_takes_no_jobs": error_text(
            JobCreationError, lambda: client.add_jobs(batch.id, [{"runs": 1}])
        ),
        "again": batch_facts(again),
        "tagged": client.set_batch_tags(batch.id, ["a", "b"]).tags,
        "tags": client.get_batch(batch.id).tags,
        "finished_is_not_cancelled": error_text(
            BatchCancellingError, lambda: client.cancel_batch(batch.id)
        ),
    }


def forms(client: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Submit jobs in every form that the client sends; null stands for what is left out."""
    named = {"runs": None, "variables": None, "serialized_sequence": None}
    free = {"device_type": DeviceTypeName.EMU_FREE}
    extra = EmuFreeConfig(with_noise=True, extra_config={"seed": None, "steps": [1, None]})
    batches = [
        client.create_batch(given["rabi"], jobs=[{}, named], **free),
        client.create_batch(given["rabi"], jobs=[named], configuration=BaseConfig(), **free),
        client.create_batch(given["rabi"], jobs=[named], configuration=extra, **free),
        client.create_batch(given["rabi"], jobs=[named], backend_configuration="{}", **free),
        client.create_batch(given["rabi"], jobs=[named], complete=True, emulator="EMU_FREE"),
        client.create_batch(
            None, jobs=[{"serialized_sequence": given["rabi"], "variables": None}], **free
        ),
    ]
    values = {"omega": 3.1, "t": 400}
    batch = client.create_batch(
        given["parametrized"], jobs=[{"variables": values}], open=True, **free
    )
    batch.add_jobs([{"runs": 20, "variables": values, "serialized_sequence": None}])
    for job in batch.ordered_jobs:
        batch.retry(job)
    own = client.create_batch(
        None, jobs=[{"serialized_sequence": given["rabi"]}], open=True, **free
    )
    own.retry(client.get_job(own.ordered_jobs[0].id))
    # Without gzip, as users of a proxy that cannot take it have it.
    client._client.allow_gzip_request_body = False
    own.add_jobs([{"serialized_sequence": given["rabi"]}])
    client._client.allow_gzip_request_body = True
    return {
        "jobs": [len(one.ordered_jobs) for one in batches],
        "retried": [[job.runs, job.variables] for job in batch.ordered_jobs],
        "own": [job.sequence for job in own.ordered_jobs],
        "no_sequence": error_text(
            BatchCreationError, lambda: client.create_batch(None, jobs=[], open=False, **free)
        ),
    }


def cancel(client: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Cancel a job, the jobs of a batch, a batch, and several, all of which wait behind an open batch."""

    def submit(jobs: int) -> Batch:
        return client.create_batch(
            given["rabi"], jobs=[{"runs": 10}] * jobs, device_type=DeviceTypeName.FRESNEL
        )

    holder = client.create_batch(
        given["rabi"], jobs=[{"runs": 1}], open=True, device_type="FRESNEL"
    )
    first, second, third, fourth = submit(2), submit(2), submit(1), submit(1)
    job = client.cancel_job(first.ordered_jobs[0].id)
    jobs = client.cancel_jobs(second.id, CancelJobFilters(max_runs=10))
    one = client.cancel_batch(first.id)
    several = client.cancel_batches([third.id, fourth.id, first.id])
    client.close_batch(holder.id)
    return {
        "job": [job.id == first.ordered_jobs[0].id, job.status],
        "jobs": [entry.status for entry in jobs.jobs],
        "one": [one.status, [entry.status for entry in one.ordered_jobs]],
        "several": [entry.status for entry in several.batches],
        "not_cancelled": [str(key) == first.id for key in several.errors],
    }


def read(client: Any, given: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """List and get batches and jobs, their states, and what devices can do."""
    batch_id = known["id"]
    job_id = known["jobs"][0][0]
    page = client.get_batches(BatchFilters(tag="calibration", device_type="FRESNEL", open=False))
    job = client.get_job(job_id)
    listed = page.results[0]
    anonymous = PasqalCloudClient(endpoints=client._client.endpoints)
    return {
        "listed": [entry.id for entry in page.results],
        "total": page.total,
        "lazy_sequence": listed.sequence_builder == given["rabi"],
        "batch_status": client.get_batch_status(batch_id).value,
        "job_status": client.get_job_status(job_id).value,
        "job": [job.id, job.status, job.sequence],
        "specs": client.get_device_specs_dict(),
        "public_specs": anonymous.get_device_specs_dict(),
    }


def life(given: dict[str, Any]) -> dict[str, Any]:
    """Everything, in the order in which jobs live."""
    client = connect(given)
    created = create(client, given)
    return {
        "created": created,
        "changed": change(client, given),
        "forms": forms(client, given),
        "cancelled": cancel(client, given),
        "read": read(client, given, created["waited"]),
    }


if __name__ == "__main__":
    json.dump(life(json.load(sys.stdin)), sys.stdout)
