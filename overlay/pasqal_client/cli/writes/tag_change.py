"""Changes the tags of a batch; those that this client has put there itself stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ..._writes.own_tags import callers_tags, without_own
from ..display.columns import shown_tags
from ..display.field_text import value_text
from ..display.tables import Column
from ..failures import ExitCode, UsageMistake, guard_receipt
from ..streams import say
from .receipt import print_batch, print_batch_on_failure, print_field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from ... import Batch, PasqalClient
    from ..options import Shape


@frozen
class _TagWish:
    """What tags a batch is to have.

    Attributes:
        tags: all of them; None to change those that it has.
        added: what it is to have as well.
        removed: the tags to take away.
    """

    tags: tuple[str, ...] | None
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def apply(self, before: Sequence[str]) -> list[str]:
        """The tags that a batch is to have, each once.

        Args:
            before: those that it has.
        """
        if self.tags is not None:
            return [*self.tags]
        removed = frozenset(self.removed)
        kept = [tag for tag in before if tag not in removed]
        return [*dict.fromkeys([*kept, *self.added])]


def read_wish(
    tags: list[str] | None, added: list[str] | None, removed: list[str] | None, *, clear: bool
) -> _TagWish:
    """What was typed.

    Args:
        tags: the tags that the batch is to have.
        added: the tags of --add.
        removed: the tags of --remove.
        clear: whether it is to have none.

    Raises:
        UsageMistake: it makes no sense, or a tag is malformed.
    """
    ways = [bool(tags), bool(added or removed), clear]
    if not any(ways):
        raise UsageMistake(
            "which tags?", "name all that the batch is to have, or give --add, --remove or --clear"
        )
    if ways.count(True) > 1:
        raise UsageMistake("give either tags, or --add and --remove, or --clear")
    wished = None
    if tags or clear:
        wished = _check("TAG", tags)
    return _TagWish(wished, _check("--add", added), _check("--remove", removed))


def _check(name: str, tags: list[str] | None) -> tuple[str, ...]:
    try:
        return tuple(callers_tags(tags or []))
    except ValueError as error:
        # The library calls them by its own argument.
        raise UsageMistake(str(error).replace("tags", name, 1)) from None


def set_tags(
    client: PasqalClient, batch_id: UUID, wish: _TagWish, shape: Shape, *, dry_run: bool
) -> ExitCode:
    """Change the tags of a batch; see `pasqal batches tag`."""
    batch = client.batches.get(batch_id)
    before = without_own(batch.tags or [])
    after = wish.apply(before)
    # Said before they are gone, whatever becomes of the request.
    say(f"tags before: {value_text(before)}")
    there = frozenset(before)
    for tag in wish.removed:
        if tag not in there:
            say(f"the batch does not have the tag {value_text(tag)}")
    if dry_run:
        print_field(batch_id, after, shape, _column(value_text(after)))
        say("nothing was sent")
        return ExitCode.DONE
    if set(after) == set(before):
        say("the batch has these tags already; nothing was sent")
    else:
        with print_batch_on_failure(lambda tagged: _print(batch_id, tagged, shape)):
            batch = client.batches.set_tags(batch_id, after)
    _print(batch_id, batch, shape)
    return ExitCode.DONE


def _print(batch_id: UUID, batch: Batch, shape: Shape) -> None:
    with guard_receipt():
        print_batch(batch_id, batch, shape, _column(shown_tags(batch)))


def _column(text: str) -> Column:
    return Column("tags", [text], wraps=True)
