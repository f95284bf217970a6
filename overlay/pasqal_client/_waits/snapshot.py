"""What a look that reads the jobs has shown: the jobs, whether some may be missing, and the answers they came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import define, field, frozen

from .._http.error_context import ErrorContext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pasqal_core_api.models import Job

    from .._listing.pages import Page


class _Listed(Protocol):
    """What a listing says about itself after it was read."""

    proven: bool
    total: int | None
    doubts: tuple[str, ...]


@define
class AnsweredPages:
    """The pages of one look, each with what errors report about its request."""

    _pages: list[tuple[Page[Job], ErrorContext]] = field(factory=list)

    def keep(self, page: Page[Job], context: ErrorContext) -> Page[Job]:
        """Keep a page; returns it."""
        # Several threads may do this at once; appending is one step.
        self._pages.append((page, context))
        return page

    def of(self, job: Job) -> ErrorContext:
        """What errors report about the request that brought a job; the last request if none did."""
        for page, context in self._pages:
            # By identity: equal jobs may stand on pages that overlap.
            if any(each is job for each in page):
                return context
        return self.last

    @property
    def last(self) -> ErrorContext:
        """What errors report about the last request; nothing if there was none."""
        if not self._pages:
            return ErrorContext("", "", changes=False)
        return self._pages[-1][1]


@frozen
class Snapshot:
    """The jobs as they were read.

    Attributes:
        jobs: the jobs, none of them twice.
        doubt: why some of them may be missing; empty if none can be.
        total: how many there are, as the service last said; None if it did not say.
        pages: the answers that the jobs came in.
    """

    jobs: Sequence[Job]
    doubt: str = ""
    total: int | None = None
    pages: AnsweredPages = field(factory=AnsweredPages)

    @classmethod
    def of(
        cls, listing: _Listed, jobs: Sequence[Job], pages: AnsweredPages | None = None
    ) -> Snapshot:
        """Take the jobs of a listing.

        Args:
            listing: the listing, after it was read.
            jobs: all that it yielded.
            pages: the answers that they came in.
        """
        if pages is None:
            pages = AnsweredPages()
        doubt = ""
        if not listing.proven:
            doubt = "; ".join(listing.doubts)
        return cls(jobs, doubt, listing.total, pages)

    @property
    def is_full(self) -> bool:
        """Whether it has as many jobs as there are: all of them, unless jobs came or went meanwhile."""
        return self.total == len(self.jobs)

    @property
    def has_moved(self) -> bool:
        """Whether jobs came or went while they were read, as far as the number tells."""
        return self.total is not None and not self.is_full
