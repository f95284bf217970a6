"""Decode jobs into typed objects in several ways, and print the time and memory that each takes.

    python benchmarks/decoding.py [--rounds 40] [--batches]

It judges nothing. The jobs come in pages, or embedded in batches of as many. Each job has its own id
and times; the jobs of a batch share the batch's id, and all jobs share the project's. The ways take
turns, page by page, and for each page the shortest time counts, so that other work on the machine
matters little. What is not installed is not measured.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import json
import random
import statistics
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import GenericAlias
from typing import Any
from uuid import UUID

from pasqal_core_api.models import BatchPage, JobPage
from pasqal_core_runtime.model import Model, read_model

PAGES, SIZE, BATCH = 20, 100, 25
TYPED = "msgspec, typed"
BEGIN = datetime.datetime(2026, 10, 12, 8, tzinfo=datetime.UTC)

Way = Callable[[bytes], object]


def job(chance: random.Random, number: int, shared: dict[str, str]) -> dict[str, Any]:
    """A job that has ended, as DONE or as ERROR."""
    created = BEGIN + datetime.timedelta(microseconds=chance.randrange(10**11))
    texts = []
    for n in range(4):
        later = datetime.timedelta(microseconds=n * chance.randrange(1, 10**9))
        texts.append((created + later).isoformat(timespec="microseconds"))
    status, progress, errors = "DONE", 100, None
    if chance.random() >= 0.8:
        status, progress = "ERROR", 0
        errors = ["The sequence is longer than the device allows."]
    return {
        "id": str(UUID(int=chance.getrandbits(128))),
        "parent_id": None,
        "status": status,
        "runs": chance.randrange(1, 1_000),
        **shared,
        "created_at": texts[0],
        "updated_at": texts[3],
        "start_timestamp": texts[1],
        "end_timestamp": texts[2],
        "variables": {"omega": chance.random(), "durations": [400, 1200]},
        "errors": errors,
        "progress": progress,
        "sequence": None,
        "creation_order": number,
        "slurm_job_id": None,
    }


def pages(count: int) -> list[bytes]:
    """Make pages as the service sends them, the same in every run."""
    chance = random.Random(1)  # noqa: S311  # the same jobs in every run
    shared = {"batch_id": "", "project_id": str(UUID(int=chance.getrandbits(128)))}
    made = []
    for page in range(count):
        jobs = []
        for number in range(page * SIZE, (page + 1) * SIZE):
            if number % BATCH == 0:
                shared["batch_id"] = str(UUID(int=chance.getrandbits(128)))
            jobs.append(job(chance, number, shared))
        place = {"total": count * SIZE, "start": page * SIZE, "end": (page + 1) * SIZE}
        made.append(_answer(jobs, place))
    return made


def _answer(data: list[dict[str, Any]], pagination: dict[str, int]) -> bytes:
    answer = {
        "status": "success",
        "message": "OK.",
        "code": "200",
        "data": data,
        "pagination": pagination,
    }
    return json.dumps(answer).encode()


def batches(count: int) -> list[bytes]:
    """Make pages with one batch each, which has as many jobs as a page of jobs, the same in every run."""
    made = []
    for number, text in enumerate(pages(count)):
        jobs = json.loads(text)["data"]
        batch_id = jobs[0]["batch_id"]
        for one in jobs:
            one["batch_id"] = batch_id
        batch = {
            "id": batch_id,
            "status": "DONE",
            "open": False,
            "device_type": "EMU_FREE",
            "user_id": "auth0|user",
            "project_id": jobs[0]["project_id"],
            "created_at": jobs[0]["created_at"],
            "updated_at": jobs[0]["updated_at"],
            "parent_id": None,
            "priority": 10,
            "sequence_builder": None,
            "jobs_count": SIZE,
            "tags": ["sweep"],
            "start_datetime": jobs[0]["start_timestamp"],
            "end_datetime": jobs[0]["end_timestamp"],
            "jobs": jobs,
        }
        place = {"total": count, "start": number, "end": number + 1}
        made.append(_answer([batch], place))
    return made


def our_models(parse: Way, kind: type[Model]) -> Way:
    """Decode into our models, with a given JSON parser."""

    def decode(text: bytes) -> object:
        return read_model(kind, parse(text))

    return decode


def typed(msgspec: Any, kind: type[Model]) -> Way:
    """Decode a page of jobs or of batches into a msgspec struct.

    It drops unknown fields, reads null like absent, and raises where an answer departs from the
    contract, that is, differs from what the contract promises.
    """
    required = {
        "id": UUID,
        "status": str,
        "runs": int,
        "batch_id": UUID,
        "project_id": UUID,
        "created_at": datetime.datetime,
        "updated_at": datetime.datetime,
        "creation_order": int,
    }
    optional = {
        "parent_id": UUID,
        "start_timestamp": datetime.datetime,
        "end_timestamp": datetime.datetime,
        "variables": dict[str, Any],
        "errors": list[str],
        "progress": int,
        "sequence": str,
        "slurm_job_id": str,
    }
    item = _struct(msgspec, "Job", required, optional)
    if kind is BatchPage:
        item = _batch_struct(msgspec, item)
    page = msgspec.defstruct("Page", [("data", GenericAlias(list, (item,)))])
    decode: Way = msgspec.json.Decoder(page).decode
    return decode


def _batch_struct(msgspec: Any, job_struct: Any) -> Any:
    required = {
        "id": UUID,
        "status": str,
        "open": bool,
        "device_type": str,
        "user_id": str,
        "project_id": UUID,
        "created_at": datetime.datetime,
        "updated_at": datetime.datetime,
        "jobs": GenericAlias(list, (job_struct,)),
    }
    optional = {
        "parent_id": UUID,
        "priority": int,
        "sequence_builder": str,
        "jobs_count": int,
        "tags": list[str],
        "start_datetime": datetime.datetime,
        "end_datetime": datetime.datetime,
    }
    return _struct(msgspec, "Batch", required, optional)


def _struct(msgspec: Any, name: str, required: dict[str, Any], optional: dict[str, Any]) -> Any:
    fields: list[Any] = list(required.items())
    fields += [(field, kind | None, None) for field, kind in optional.items()]
    return msgspec.defstruct(name, fields)


def ways(kind: type[Model] = JobPage) -> dict[str, Way | str]:
    """Each way of decoding a page of jobs or of batches, by its name.

    A text in the place of one says why it is not measured.
    """
    found: dict[str, Way | str] = {}
    if find_spec("msgspec"):
        msgspec = import_module("msgspec")
        found[TYPED] = typed(msgspec, kind)
        found["msgspec, parsed only"] = msgspec.json.decode
        found["our models over msgspec"] = our_models(msgspec.json.decode, kind)
    else:
        found[TYPED] = "not measured: msgspec is not installed"
    if find_spec("orjson"):
        found["orjson, parsed only"] = import_module("orjson").loads
    else:
        found["orjson, parsed only"] = "not measured: orjson is not installed"
    found["json, parsed only"] = json.loads
    found["our models over json"] = our_models(json.loads, kind)
    return found


def measure_shortest(measured: dict[str, Way], texts: list[bytes], rounds: int) -> dict[str, float]:
    """Measure the microseconds per job that each way takes."""
    best = {name: [float("inf")] * len(texts) for name in measured}
    for _ in range(rounds):
        for name, way in measured.items():
            for index, text in enumerate(texts):
                begin = time.perf_counter()
                kept = way(text)
                took = time.perf_counter() - begin
                # Freeing the objects is not part of decoding, so it comes after the clock was read.
                del kept
                best[name][index] = min(best[name][index], took)
    return {name: statistics.mean(times) / SIZE * 1e6 for name, times in best.items()}


def measure_memory(way: Way, texts: list[bytes]) -> float:
    """Measure the bytes that a job takes while it is kept."""
    # What a first call leaves in caches is not memory of the jobs.
    way(texts[0])
    gc.collect()
    tracemalloc.start()
    kept = [way(text) for text in texts]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept) / SIZE


def main() -> None:
    """Parse the arguments, measure, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--batches", action="store_true")
    given = parser.parse_args()
    rounds = given.rounds
    texts, every = pages(PAGES), ways()
    if given.batches:
        texts, every = batches(PAGES), ways(BatchPage)
    installed = {name: way for name, way in every.items() if not isinstance(way, str)}
    took = measure_shortest(installed, texts, rounds)
    length = sum(map(len, texts)) / PAGES / SIZE
    print(f"{PAGES} pages of {SIZE} jobs, {length:.0f} B of JSON per job")
    for name, way in every.items():
        label = f"{name}:".ljust(24)
        if isinstance(way, str):
            print(label, way)
            continue
        figures = [f"{took[name]:.2f} µs per job"]
        if TYPED in took:
            figures.append(f"{took[name] / took[TYPED]:.1f} x")
        figures.append(f"{measure_memory(way, texts):,.0f} B per job kept")
        print(label, ", ".join(figures))


if __name__ == "__main__":
    main()
