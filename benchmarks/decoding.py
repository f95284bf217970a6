"""Decodes pages of jobs into typed objects, keeps jobs, and prints what each way takes in time and memory.

    python benchmarks/decoding.py [--rounds 40]

It judges nothing. Jobs have ids and times of their own; the jobs of a batch share its id, and all
share the project's. The ways take turns, page by page, and of each page's times the shortest
counts, so that other work on the machine matters little. What is not installed is not measured.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import json
import random
import time
import tracemalloc
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import GenericAlias
from typing import Any
from uuid import UUID

from pasqal_core_api.models import JobPage

PAGES, SIZE, BATCH = 20, 100, 25
TYPED = "msgspec, typed"
BEGIN = datetime.datetime(2026, 10, 12, 8, tzinfo=datetime.UTC)

Way = Callable[[bytes], object]


def job(chance: random.Random, number: int, shared: dict[str, str]) -> dict[str, Any]:
    """A job that has ended, well or not."""
    created = BEGIN + datetime.timedelta(microseconds=chance.randrange(10**11))
    times = [
        created + datetime.timedelta(microseconds=n * chance.randrange(1, 10**9)) for n in range(4)
    ]
    texts = [moment.isoformat(timespec="microseconds") for moment in times]
    well = chance.random() < 0.8
    return {
        "id": str(UUID(int=chance.getrandbits(128))),
        "parent_id": None,
        "status": "DONE" if well else "ERROR",
        "runs": chance.randrange(1, 1_000),
        **shared,
        "created_at": texts[0],
        "updated_at": texts[3],
        "start_timestamp": texts[1],
        "end_timestamp": texts[2],
        "variables": {"omega": chance.random(), "durations": [400, 1200]},
        "errors": None if well else ["The sequence is longer than the device allows."],
        "progress": 100 if well else 0,
        "sequence": None,
        "creation_order": number,
        "slurm_job_id": None,
    }


def pages(count: int) -> list[bytes]:
    """Pages as the service sends them, the same in every run."""
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
        answer = {
            "status": "success",
            "message": "OK.",
            "code": "200",
            "data": jobs,
            "pagination": place,
        }
        made.append(json.dumps(answer).encode())
    return made


def ours(parse: Way) -> Way:
    """Our models over a parser."""
    return lambda text: JobPage.read(parse(text))


def typed(msgspec: Any) -> Way:
    """Decode into a struct of msgspec: no unknown fields, no null apart from absent, an exception for what departs."""
    times = dict.fromkeys(("created_at", "updated_at"), datetime.datetime)
    required = {
        "id": UUID,
        "status": str,
        "runs": int,
        "batch_id": UUID,
        "project_id": UUID,
        **times,
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
    fields: list[Any] = [*required.items(), ("creation_order", int)]
    fields += [(name, kind | None, None) for name, kind in optional.items()]
    struct = msgspec.defstruct("Job", fields)
    decode: Way = msgspec.json.Decoder(
        msgspec.defstruct("JobPage", [("data", GenericAlias(list, (struct,)))])
    ).decode
    return decode


def ways() -> dict[str, Way | str]:
    """Each way of decoding, by its name; text says why one is not measured."""
    found: dict[str, Way | str] = {}
    if find_spec("msgspec"):
        msgspec = import_module("msgspec")
        found[TYPED] = typed(msgspec)
        found["msgspec, parsed only"] = msgspec.json.decode
        found["our models over msgspec"] = ours(msgspec.json.decode)
    else:
        found[TYPED] = "not measured: msgspec is not installed"
    if find_spec("orjson"):
        found["orjson, parsed only"] = import_module("orjson").loads
    else:
        found["orjson, parsed only"] = "not measured: orjson is not installed"
    return found | {"json, parsed only": json.loads, "our models over json": ours(json.loads)}


def shortest(measured: dict[str, Way], texts: list[bytes], rounds: int) -> dict[str, float]:
    """The microseconds that each way takes for a job."""
    best = {name: [float("inf")] * len(texts) for name in measured}
    for _ in range(rounds):
        for name, way in measured.items():
            for index, text in enumerate(texts):
                begin = time.perf_counter()
                kept = way(text)
                best[name][index] = min(best[name][index], time.perf_counter() - begin)
                del kept
    return {name: sum(times) / len(times) / SIZE * 1e6 for name, times in best.items()}


def kept_bytes(way: Way, texts: list[bytes]) -> float:
    """Bytes that a job takes for as long as it is kept."""
    way(texts[0])
    gc.collect()
    tracemalloc.start()
    kept = [way(text) for text in texts]
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return size / len(kept) / SIZE


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    texts = pages(PAGES)
    every = ways()
    took = shortest(
        {name: way for name, way in every.items() if not isinstance(way, str)}, texts, rounds
    )
    unit = took.get(TYPED)
    print(
        f"{PAGES} pages of {SIZE} jobs, {sum(map(len, texts)) / PAGES / SIZE:.0f} B of JSON a job"
    )
    for name, way in every.items():
        if isinstance(way, str):
            print(f"{name + ':':24} {way}")
        else:
            ratio = f"{took[name] / unit:.1f} x, " if unit else ""
            print(
                f"{name + ':':24} {took[name]:.2f} µs a job, {ratio}{kept_bytes(way, texts):,.0f} B a job kept"
            )


if __name__ == "__main__":
    main()
