"""What a batch of many jobs costs before it is sent: to build, check, encode and compress it."""

from __future__ import annotations

import gzip
import time
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from pasqal_client import PasqalClient
from pasqal_client._http.request_body import compress_body
from pasqal_client._writes.submission import CREATE_DEFAULTS, Submission
from pasqal_core_api.api.batches import create_batch

if TYPE_CHECKING:
    from collections.abc import Callable

_PROJECT = UUID("11dd3d2e-4b88-4ac4-8a60-2bf9a3d1a3b6")
_SEQUENCE = '{"version": "1", "operations": []}'
# What gzip.compress takes where nobody says otherwise.
_LEVEL = 9


class Took(NamedTuple):
    """The fewest milliseconds of processor time that each took; None for what is not installed."""

    ours: float
    limit: float | None = None


def measure(jobs: int, rounds: int) -> Took:
    """Make a batch of that many jobs as often as that, in turn with the limit."""
    given = [_job(number) for number in range(jobs)]
    with PasqalClient(
        token="token",  # noqa: S106  # nobody checks the token
        base_url="http://127.0.0.1:1",
        project_id=_PROJECT,
    ) as client:
        settings = client.batches._settings
        connection = client.batches._api.get_httpx_client()

        def build() -> Submission:
            options = {"jobs": given, "device_type": "EMU_FREE"}
            return Submission.of(_SEQUENCE, options, CREATE_DEFAULTS, settings)

        def create() -> object:
            keywords = create_batch._get_kwargs(body=build().body)
            return compress_body(connection.build_request(**keywords)).content

        ways: list[Callable[[], object]] = [create]
        if find_spec("orjson"):
            dumps = import_module("orjson").dumps
            body = build().body
            ways.append(lambda: gzip.compress(dumps(body), _LEVEL, mtime=0))
        ours, *others = _shortest(ways, rounds)
    return Took(ours, *others)


def _job(number: int) -> dict[str, Any]:
    variables = {
        "omega_max": 6.28 + number % 97 / 100,
        "durations": [400 + number % 60, 1200.5, float(number)],
    }
    return {"runs": 100 + number % 50, "variables": variables}


def _shortest(ways: list[Callable[[], object]], rounds: int) -> list[float]:
    best = [float("inf")] * len(ways)
    for _ in range(rounds):
        for index, way in enumerate(ways):
            begin = time.process_time()
            way()
            took = time.process_time() - begin
            best[index] = min(best[index], took * 1e3)
    return best
