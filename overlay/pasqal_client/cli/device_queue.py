"""`pasqal devices queue`: the batches that wait for a device, and which of them are the account's own.

Own are the batches that the list of batches has, too. The service does not say whose a token is, so
nothing better is known.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import frozen

from .display import output
from .display.columns import field_column, shown_tags
from .display.field_text import NONE, cell, zone_name
from .display.progress import read_items
from .display.safe_text import one_line
from .display.tables import Column
from .display.words import many, name_some
from .failures import ExitCode
from .options import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .. import Batch, PasqalClient
    from .options import Shape


@frozen
class _Queued:
    """A batch that waits.

    Attributes:
        place: its place in the queue, 1 for the next one to run.
        own: whether it is one of the account's own.
        batch: the batch.
    """

    place: int
    own: bool
    batch: Batch

    def to_dict(self) -> dict[str, Any]:
        """The batch as it was received, with its place."""
        return {"place": self.place, "own": self.own, **self.batch.to_dict()}


def print_queue(client: PasqalClient, device: str, shape: Shape, *, everything: bool) -> ExitCode:
    """Print a queue; see `pasqal devices queue`."""
    # All of it is read in any case: an own batch may be at its end.
    batches = read_items(client.devices.queue(device), "batches")
    ids = _own_ids(client, batches)
    queued = []
    for place, batch in enumerate(batches, 1):
        queued.append(_Queued(place, getattr(batch, "id", None) in ids, batch))
    shown = queued if everything else _near(queued)
    writer = _queue_writer(shape)
    writer.write_all(shown)
    remark = _describe(device, queued)
    if len(shown) < len(queued):
        remark += f"; {len(shown)} of them are shown, --all for the rest"
    output.remark(remark, below_table=not writer.is_data)
    return ExitCode.DONE


def _near(queued: Sequence[_Queued]) -> list[_Queued]:
    """The first batches, and the first of the own ones."""
    own = [one.place for one in queued if one.own]
    chosen = {*range(1, LIMIT + 1), *own[:LIMIT]}
    return [one for one in queued if one.place in chosen]


def _own_ids(client: PasqalClient, batches: Iterable[Batch]) -> set[object]:
    ids = [batch.id for batch in batches if hasattr(batch, "id")]
    found = read_items(client.batches.list(id=ids), "your batches")
    return {batch.id for batch in found if hasattr(batch, "id")}


def _queue_writer(shape: Shape) -> output.Writer[_Queued]:
    from pasqal_core_runtime.model import fields_of

    from .. import Batch

    return output.Writer(
        shape,
        raw=_Queued.to_dict,
        name=lambda queued: cell(queued.batch, "id"),
        columns=_columns,
        fields=["place", "own", *(field.wire for field in fields_of(Batch))],
    )


def _columns(queued: Sequence[_Queued]) -> list[Column]:
    batches = [one.batch for one in queued]
    zone = zone_name(batches)
    column = partial(field_column, batches)
    return [
        Column("place", [str(one.place) for one in queued], right=True),
        column("id", "id", 0),
        Column("own", ["yes" if one.own else NONE for one in queued], rank=1),
        column("queue", "queue_priority", 2),
        column(f"created ({zone})", "created_at", 3),
        column("jobs", "jobs_count", 4, right=True),
        Column("tags", [shown_tags(batch) for batch in batches], rank=5, wraps=True),
    ]


def _describe(device: str, queued: Sequence[_Queued]) -> str:
    """How many batches wait, and where the own ones are among them."""
    name = one_line(device).upper()
    if not queued:
        return f"no batch waits for {name}"
    places = [one.place for one in queued if one.own]
    return f"{_waiting(len(queued))} for {name}; {_whose(places, len(queued))}"


def _waiting(number: int) -> str:
    if number == 1:
        return "1 batch waits"
    return f"{many(number, 'batch')} wait"


def _whose(places: Sequence[int], number: int) -> str:
    if not places:
        return "none is yours"
    if len(places) == number:
        return "all yours"
    if len(places) == 1:
        return f"yours is number {places[0]}"
    return f"yours are number {name_some(places)}"
