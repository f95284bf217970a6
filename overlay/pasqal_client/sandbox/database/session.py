"""What the modules that change the state of the service work with, within one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .columns import to_microseconds

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pasqal_core_schemas import ProducedBatchWithPartialJobsResponse

    from ..fate import Fate
    from .columns import StoredJob

    TakeIn = Callable[
        [ProducedBatchWithPartialJobsResponse, Sequence[StoredJob], Sequence[Fate | None]], None
    ]


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction.

    Attributes:
        db: the database.
        now: the time in the sandbox.
        take_in: inserts jobs of a batch, and lets the devices know what becomes of each.
        mark_cancelled: cancels jobs by their ids, wherever they are.
    """

    db: sqlite3.Connection
    now: datetime
    take_in: TakeIn
    mark_cancelled: Callable[[Sequence[str]], None]

    @property
    def moment(self) -> int:
        """The time as it is kept."""
        return to_microseconds(self.now)
