"""Prints the results of jobs, in whatever form was asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from attrs import frozen

from ..display.output import on_terminal
from ..display.progress import progress
from ..display.words import many
from ..failures import ExitCode, UsageMistake, explain
from ..options import Format
from ..pictures.file import check_file, is_picture
from ..streams import say
from . import records
from .markup import KIND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ... import JobOutcome, PasqalError
    from ..result_options import ResultShape

_NAMED: Final = 10
"""How many jobs without results are named."""
_FORMATS: Final = "use table, json, jsonl or csv, or a file that ends in .svg or .html"


@frozen
class Target:
    """Where results go, and in which form: what was typed, checked.

    Attributes:
        format: the format to print.
        picture: the file to draw into; None to print.
        quiet: print ids only.
        paths: print the paths of the files that are saved.
        top: how many bitstrings to show.
        by: the variable to compare by; None to show each job by itself.
        folder: the folder to save to, for `save_to` of `jobs.results`; None to save nothing.
    """

    format: Format
    picture: Path | None
    quiet: bool
    paths: bool
    top: int
    by: str | None
    folder: Path | None

    @property
    def streams(self) -> bool:
        """Whether results are printed as they come."""
        if self.picture is not None:
            return False
        return self.by is None or self.quiet or self.format is not Format.TABLE


def read_target(shape: ResultShape) -> Target:
    """Read how results are wanted; nothing is asked of the service, and nothing written.

    Raises:
        UsageMistake: that cannot be done.
        CommandError: a file is there, and the person wants to keep it.
    """
    picture = None
    chosen = Format.TABLE
    if shape.output is not None and is_picture(shape.output):
        if shape.quiet:
            raise UsageMistake("give either -q or a picture, not both")
        picture = check_file(shape.output, KIND, force=shape.force)
    elif shape.output is not None:
        chosen = _read_format(shape.output)
    return Target(
        format=chosen,
        picture=picture,
        quiet=shape.quiet,
        paths=shape.save is not None and shape.output is None and shape.by is None,
        top=shape.top,
        by=shape.by,
        folder=_read_folder(shape.save),
    )


def _read_format(output: str) -> Format:
    try:
        return Format(output)
    except ValueError:
        pass
    if Path(output).suffix.lower() in (".png", ".jpg", ".jpeg", ".pdf"):
        raise UsageMistake(
            f"-o {output}: pictures are drawn as .svg or .html",
            "a browser opens both, and can print or convert them",
        )
    raise UsageMistake(f"-o {output}: neither a format nor a picture", _FORMATS)


def _read_folder(save: str | None) -> Path | None:
    """The folder to save to; it is made only when there is something to fetch."""
    if save is None:
        return None
    if not save.strip():
        raise UsageMistake("--save: the path is empty", "give that of a folder")
    folder = Path(save)
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not nearest.is_dir():
        raise UsageMistake(f"--save {save}: {nearest} is not a folder")
    if not os.access(nearest, os.W_OK):
        raise UsageMistake(f"--save {save}: {nearest} cannot be written to")
    return folder


class _View(Protocol):
    """What results are shown by: it takes what came of each job, then it is closed."""

    def take(self, outcome: JobOutcome, /) -> None:
        """Show what came of a job, or keep it."""

    def close(self) -> None:
        """Show what was kept."""


def _choose_view(target: Target) -> _View:
    if target.quiet:
        return records.IdRecords()
    if target.format is Format.JSON:
        return records.ArrayRecords()
    if target.format is Format.JSONL:
        return records.LineRecords()
    if target.format is Format.CSV:
        return records.TableRecords(target.by)
    if target.paths:
        return records.PathRecords()
    return _choose_look(target)


def _choose_look(target: Target) -> _View:
    """What shows results to people."""
    from . import views

    if target.by is not None and target.picture is not None:
        return views.SweepPicture(target.by, target.top, target.picture)
    if target.by is not None:
        return views.SweepTable(target.by, target.top)
    if target.picture is not None:
        return views.HistogramPicture(target.top, target.picture)
    return views.HistogramView(target.top)


def print_results(
    outcomes: Iterable[JobOutcome], target: Target, total: int | None = None
) -> ExitCode:
    """Print the results of jobs as they come.

    Args:
        outcomes: what `jobs.results` yields, called with `save_to=target.folder`.
        target: what `read_target` returned.
        total: how many outcomes there will be, if that is known.

    Returns:
        The exit code: 1 if a result is missing, 3 if that is because of the credentials.
    """
    view = _choose_view(target)
    errors: list[PasqalError] = []
    # What is printed job by job and a bar on the same terminal would overwrite each other.
    hidden = target.streams and on_terminal()
    with progress("fetching results", hidden=hidden) as update:
        for number, outcome in enumerate(outcomes, 1):
            update(number, total)
            view.take(outcome)
            if outcome.error is not None:
                errors.append(outcome.error)
    try:
        view.close()
    finally:
        code = _report_missing(errors)
    return code


def _report_missing(errors: list[PasqalError]) -> ExitCode:
    """Say which results are missing and why, if any are; the exit code."""
    codes = set()
    for number, error in enumerate(errors):
        explanation = explain(error)
        codes.add(explanation.code)
        if number < _NAMED:
            say(explanation.lines[0])
    more = len(errors) - _NAMED
    if more > 0:
        say(f"pasqal: {many(more, 'more job')} without results; {len(errors)} in all")
    if ExitCode.NOT_SIGNED_IN in codes:
        return ExitCode.NOT_SIGNED_IN
    if errors:
        return ExitCode.FAILED
    return ExitCode.DONE
