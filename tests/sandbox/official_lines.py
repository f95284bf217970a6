"""Runs some lines of a user of the official client, as a program for the environment in which that is installed.

It reads the lines, where the service is and how to sign in as JSON, and prints the counters as JSON; or, of single
calls, what they returned, and what there is to call.
"""

import inspect
import json
import sys
import warnings
from typing import Any

from call_facts import facts, run
from official_session import connect
from pasqal_cloud import errors
from pasqal_cloud.batch import Batch
from pasqal_cloud.device.device_types import DeviceTypeName
from pasqal_cloud.job import Job
from pasqal_cloud.pasqal_cloud_client import PasqalCloudClient
from pasqal_cloud.sdk import SDK
from pasqal_cloud.utils.filters import (
    BatchFilters,
    CancelJobFilters,
    JobFilters,
    PaginationParams,
    RebatchFilters,
)
from pydantic import BaseModel

FILTERS = (BatchFilters, CancelJobFilters, JobFilters, PaginationParams, RebatchFilters)


def result_of(client: Any, call: dict[str, Any]) -> Any:
    """What one call returned; the objects that it is made on are fetched when it names them."""
    names: dict[str, Any] = {"client": client, "DeviceTypeName": DeviceTypeName, **call["names"]}
    names.update({kind.__name__: kind for kind in FILTERS})
    for name in ("batch", "open_batch", "pending_batch", "job", "pending_job"):
        if call["code"].startswith(f"{name}."):
            fetch = client.get_job if name.endswith("job") else client.get_batch
            names[name] = fetch(names[f"{name.removesuffix('_batch')}_id"])
    return facts(run(call["code"], names))


def own_names(kind: type[BaseModel]) -> list[str]:
    """What a class of data has beside its fields."""
    return [name for name in dir(kind) if name not in dir(BaseModel) and name[0] != "_"]


def surface(client: Any) -> dict[str, Any]:
    """What there is to call, and to catch."""
    raised = [kind for kind in vars(errors).values() if inspect.isclass(kind)]
    own = [kind for kind in raised if kind.__module__ == errors.__name__]
    return {
        "calls": sorted(name for name in {*dir(client), *dir(SDK)} if name[0] != "_"),
        "arguments": list(inspect.signature(PasqalCloudClient).parameters),
        "batch": own_names(Batch),
        "job": own_names(Job),
        "fields": [*Batch.model_fields, *Job.model_fields],
        "errors": {kind.__name__: issubclass(kind, Exception) for kind in own},
    }


def main() -> None:
    """Run the lines or the calls, and print what they found."""
    given: dict[str, Any] = json.load(sys.stdin)
    client = connect(given)
    if "calls" in given:
        warnings.simplefilter("ignore", DeprecationWarning)
        results = [result_of(client, call) for call in given["calls"]]
        created = client.get_batch(given["calls"][0]["names"]["batch_id"]).created_at
        printed = {"results": results, "surface": surface(client), "time": created}
    else:
        names: dict[str, Any] = {
            "client": client,
            "sequence": given["sequence"],
            "DeviceTypeName": DeviceTypeName,
        }
        exec(given["lines"], names)  # noqa: S102
        printed = {"counters": names["counters"]}
    json.dump(printed, sys.stdout)


if __name__ == "__main__":
    main()
