"""Results for people: histograms and sweeps, printed or drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..display.output import emit, remark
from ..display.tables import drawing_width
from ..display.words import many
from ..failures import CommandError
from ..pictures.file import write_file
from ..streams import say
from . import histogram_picture, sweep_picture
from .histogram import numbered, read_histogram
from .histogram_text import draw_text, painter
from .summary import Summary
from .sweep import Sweep
from .sweep_text import draw_table

if TYPE_CHECKING:
    from pathlib import Path

    from ... import JobOutcome
    from .histogram import Histogram


class HistogramView:
    """Prints a histogram for each job, as they come."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._width = drawing_width()
        self._paint = painter()
        self._gap = ""

    def take(self, outcome: JobOutcome) -> None:
        """Print what came of a job."""
        result = outcome.result
        if result is not None:
            histogram = read_histogram(outcome, result, self._top)
            emit(self._gap + draw_text(histogram, self._width, self._paint))
            self._gap = "\n"

    def close(self) -> None:
        """Say so if nothing was printed."""
        if not self._gap:
            say("there are no results to print")


class HistogramPicture:
    """Draws a histogram for each job into a file."""

    def __init__(self, top: int, path: Path) -> None:
        self._top = min(top, histogram_picture.MOST_BARS)
        self._path = path
        self._summary = Summary()
        self._drawn: list[Histogram] = []
        self._more = 0

    def take(self, outcome: JobOutcome) -> None:
        """Keep what will be drawn of a job."""
        result = outcome.result
        if result is None:
            self._summary.take(outcome, 0)
            return
        self._summary.take(outcome, result.shots)
        if len(self._drawn) < histogram_picture.MOST:
            self._drawn.append(read_histogram(outcome, result, self._top))
        else:
            self._more += 1

    def close(self) -> None:
        """Draw."""
        if not self._drawn:
            say("there are no results to draw")
            return
        what = (self._summary, self._drawn, self._more)
        write_file(
            self._path,
            lambda: histogram_picture.draw_svg(*what),
            lambda: histogram_picture.draw_page(*what),
        )
        say(f"{self._path}: {many(len(self._drawn), 'job')}")


class _SweepView:
    """Compares the jobs of a sweep once all of them are there."""

    def __init__(self, variable: str, top: int) -> None:
        self._sweep = Sweep.of(variable, top)
        self._summary = Summary()
        self._results = 0

    def take(self, outcome: JobOutcome) -> None:
        """Keep what is compared of a job."""
        result = outcome.result
        if result is None:
            self._summary.take(outcome, 0)
            return
        self._results += 1
        self._summary.take(outcome, result.shots)
        self._sweep.take(outcome, result)

    def close(self) -> None:
        """Show the comparison.

        Raises:
            CommandError: none of the jobs can be compared.
        """
        for line in self._sweep.remarks:
            say(line)
        if self._sweep.samples:
            self._show()
        elif self._results:
            raise CommandError(
                f"--by {self._sweep.variable}: no job can be compared", self._sweep.known_names
            )
        else:
            say("there are no results to compare")

    def _show(self) -> None:
        raise NotImplementedError


class SweepTable(_SweepView):
    """Prints a sweep as a table."""

    def _show(self) -> None:
        emit(draw_table(self._sweep))
        remark(self._sweep.rest, below_table=True)


class SweepPicture(_SweepView):
    """Draws a sweep into a file.

    Args:
        variable: what was swept.
        top: how many bitstrings to compare.
        path: the file.
    """

    def __init__(self, variable: str, top: int, path: Path) -> None:
        super().__init__(variable, min(top, sweep_picture.MOST_PANELS))
        self._path = path

    def _show(self) -> None:
        write_file(
            self._path,
            lambda: sweep_picture.draw_svg(self._summary, self._sweep),
            lambda: sweep_picture.draw_page(self._summary, self._sweep),
        )
        say(f"{self._path}: {numbered(len(self._sweep.samples), 'job')}")
