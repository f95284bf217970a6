"""Which jobs a call is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from .._checks import uuid_of
from .filter_table import every

if TYPE_CHECKING:
    from uuid import UUID

_read_ids: Final = every(uuid_of)


class Subject:
    """Which jobs a call is about, to wait for them or to fetch their results: those of a batch, or some by their ids.

    Args:
        batch_id: the batch, or None.
        ids: the ids, one or any iterable of them; or None.

    Attributes:
        batch_id (UUID | None): the batch, if it is given.
        ids (tuple[UUID, ...] | None): the ids, if they are given, each once.
        given_ids (tuple[UUID, ...]): the ids as they were given, with those that were repeated.

    Raises:
        ValueError: both are given, or neither; or an id is not a UUID.
    """

    def __init__(self, batch_id: object, ids: object) -> None:
        is_batch = batch_id is not None
        is_list = ids is not None
        if is_batch is is_list:
            raise ValueError("give either batch_id or ids: one of them says which jobs are meant")
        self.batch_id: UUID | None = None
        self.ids: tuple[UUID, ...] | None = None
        self.given_ids: tuple[UUID, ...] = ()
        if is_batch:
            self.batch_id = uuid_of("batch_id", batch_id)
        else:
            # There may be a million, so they are not turned into text and back.
            self.given_ids = tuple(_read_ids("ids", ids))
            self.ids = tuple(dict.fromkeys(self.given_ids))

    @property
    def is_batch(self) -> bool:
        """Whether the jobs of a batch are meant, however many these are."""
        return self.ids is None

    @property
    def filters(self) -> dict[str, Any]:
        """The filters that list the jobs, of whichever project."""
        if self.ids is None:
            return {"batch_id": self.batch_id, "project_id": None}
        return {"id": list(self.ids), "project_id": None}
