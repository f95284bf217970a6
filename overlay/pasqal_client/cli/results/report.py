"""Prints the results of jobs, in whatever form was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from ..display.field_text import cell
from ..display.output import emit
from ..display.words import many
from ..failures import ExitCode, UsageMistake, explain
from ..options import Format
from ..streams import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ... import JobOutcome
    from ..result_options import ResultShape


@frozen
class Target:
    """Where results go, and in which form: what was typed, checked.

    Attributes:
        format: the format to print; None for a picture.
        picture: the file to draw into; None to print.
        quiet: print ids only.
        top: how many bitstrings to show.
        by: the variable to compare by.
        folder: the folder to save to, for `save_to` of `jobs.results`.
    """

    format: Format | None
    picture: Path | None
    quiet: bool
    top: int
    by: str | None
    folder: Path | None


def read_target(shape: ResultShape) -> Target:
    """Read how results are wanted; nothing is asked of the service, and nothing written.

    Raises:
        UsageMistake: that cannot be done.
        CommandError: a file is there, and the person wants to keep it.
    """
    try:
        chosen = Format(shape.output or Format.TABLE)
    except ValueError:
        raise UsageMistake(f"-o {shape.output}: unknown format") from None
    folder = None
    if shape.save is not None:
        folder = Path(shape.save)
    return Target(chosen, None, shape.quiet, shape.top, shape.by, folder)


def print_results(
    outcomes: Iterable[JobOutcome], target: Target, total: int | None = None
) -> ExitCode:
    """Print the results of jobs as they come; the exit code is 1 if one is missing.

    Args:
        outcomes: what `jobs.results` yields, called with `save_to=target.folder`.
        target: what `read_target` returned.
        total: how many outcomes there will be, if that is known.
    """
    missing = 0
    for outcome in outcomes:
        if outcome.error is not None:
            missing += 1
            say(f"pasqal: {explain(outcome.error).message}")
            continue
        if outcome.result is None:
            continue
        emit(f"{outcome.job_id}  {cell(outcome.job, 'status')}\n")
        for bits, count in outcome.result.top(target.top):
            emit(f"{bits}  {count}\n")
    if missing:
        say(f"pasqal: {many(missing, 'job')} without results")
        return ExitCode.FAILED
    return ExitCode.DONE
