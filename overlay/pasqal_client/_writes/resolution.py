"""Finding out whether a write took effect: which looks to take, and what they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from pasqal_core_runtime.html_tables import html_block

from .._checks import seconds
from .._item_tables import item_table
from .._short_repr import short_repr

if TYPE_CHECKING:
    from pasqal_core_api.models import Batch, Job

    from .effect import Outcome, Verdict
    from .write import Write

_FIRST_PAUSE: Final = 0.5
_OTHERS_SENT_IT: Final = (
    "the write was sent with other credentials, or with a token that does not say whose it is, and "
    "these may see more: resolve it with the same ones"
)


@frozen
class Resolution:
    """What reading back says about a write whose outcome was unknown.

    It holds for the moment of reading. It does not say who made the change, only that it is there.

    Attributes:
        outcome: `happened`: the change is there, or the service had said that it made it, and a
            strict client rejected the form of its answer. `did not happen`: the service rejected
            the write, or it was not sent; or the change is not there after the time to settle, in a
            list that lacks nothing, and the request was not given up while the service may have
            been working on it, as after a timeout or an interruption. Otherwise `cannot tell`.
        reason: the facts.
        jobs: the jobs that were read back: those that the write could affect, or that it added.
        batch: the batch that the write made or changed, where it was read back.
    """

    outcome: Outcome
    reason: str
    jobs: tuple[Job, ...] = ()
    batch: Batch | None = None

    __repr__ = short_repr

    def _repr_html_(self) -> str:
        about = ""
        if self.batch is not None:
            about = f"Batch {getattr(self.batch, 'id', '?')}"
        return html_block(self.outcome, self.reason, about, item_table(self.jobs))


@frozen
class Evidence:
    """What one look has shown.

    Attributes:
        items: the items that were read.
        proven: whether none of them is missing.
        trouble: why the list could not be read; empty if it was.
    """

    items: tuple[Any, ...] = ()
    proven: bool = False
    trouble: str = ""


class Inquiry:
    """The looks at what a write changed, until it is there or should be.

    Args:
        write: the write.
        settle: for how many seconds to look.
        now: the time.
        base_url: the address of the service that is read; empty if it is that of the write.

    Raises:
        ValueError: `settle` is not a number of seconds.

    Attributes:
        effect (Effect): what is looked for; whoever reads may replace it by one that knows more.
        reading (Reading): what to read.
        resolution (Resolution): what is known.
        is_over (bool): whether there is nothing more to look for.
    """

    def __init__(self, write: Write, settle: object, now: float, *, base_url: str = "") -> None:
        self._write = write
        self._ends = now + seconds("settle", settle, zero=True)
        self._pause = 0.0
        self.effect = write.effect
        self.reading = write.effect.reading
        self.resolution = _known_without_reading(write)
        self.is_over = self.resolution.outcome != "cannot tell"
        # What another service does not have says nothing about the one that was sent the write.
        if not self.is_over and base_url and write.base_url not in ("", base_url):
            reason = f"the write was sent to {write.base_url}, and this client reads {base_url}"
            self.resolution = Resolution("cannot tell", reason)
            self.is_over = True

    def pause(self, now: float) -> float:
        """Seconds until the next look; the last one begins when the time to settle is over."""
        return max(0.0, min(self._pause, self._ends - now))

    def take(self, evidence: Evidence, now: float, *, account: str) -> None:
        """Take what a look has shown.

        Args:
            evidence: what it has shown.
            now: the time at which it began.
            account: a digest of the account that looked.
        """
        self._pause = max(_FIRST_PAUSE, 2 * self._pause)
        if evidence.trouble:
            reason = f"reading the {self.reading.items} back failed: {evidence.trouble}"
            self.resolution = Resolution("cannot tell", reason)
            self.is_over = now >= self._ends
            return
        verdict = self.effect.judge(evidence.items)
        outcome, reason = self._weigh(verdict, evidence, account)
        self.resolution = Resolution(outcome, reason, verdict.jobs, verdict.batch)
        # What is not there may only be late.
        has_happened = outcome == "happened" and not verdict.is_absence
        self.is_over = has_happened or verdict.is_final or now >= self._ends

    def _weigh(self, verdict: Verdict, evidence: Evidence, account: str) -> tuple[Outcome, str]:
        """What a look shows, in the light of what it may not have shown."""
        outcome, reason, *_ = verdict
        if verdict.is_final:
            return outcome, reason
        if not evidence.proven:
            return "cannot tell", f"{reason}; and the list may lack {self.reading.items}"
        if verdict.is_absence and account != self._write.account:
            return "cannot tell", f"{reason}, as far as this client sees; {_OTHERS_SENT_IT}"
        if outcome == "did not happen" and self._write.may_still_happen:
            doubt = "the answer was not waited for, so the service may still carry it out"
            return "cannot tell", f"{reason} so far; {doubt}"
        return outcome, reason


def _known_without_reading(write: Write) -> Resolution:
    if write.carried_out:
        reason = "the service answered that it did this; the error's `write` has what is known"
        return Resolution("happened", reason, write.receipt.jobs, write.batch)
    if write.did_not_happen:
        reason = "the service rejected the request, or it was never sent"
        return Resolution("did not happen", reason)
    return Resolution("cannot tell", "nothing was read yet")
