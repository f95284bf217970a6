"""The options that say how results are printed, drawn or saved, for each command that prints results."""

from dataclasses import dataclass
from typing import Final

from .options import Format, OptionSet, integer, option

_TOP: Final = 10
"""How many bitstrings of a job are shown by default."""


@dataclass(frozen=True)
class ResultShape:
    """How to print results, as it was typed.

    Attributes:
        output: a format or the name of a file; None if neither was given.
        quiet: print ids only.
        top: how many bitstrings to show.
        by: the variable to compare the jobs by.
        save: the folder to save the results to.
        force: overwrite any file.
    """

    output: str | None
    quiet: bool
    top: int
    by: str | None
    save: str | None
    force: bool


def _complete_formats(_incomplete: str) -> list[str]:
    return list(Format)


RESULT_SHAPING: Final = OptionSet(
    "shape",
    (
        option(
            "output",
            str | None,
            "--output",
            "-o",
            metavar="FORMAT|FILE",
            complete=_complete_formats,
            rich_help_panel="Output",
            help="Print a table (default: histograms), json, jsonl or csv, or draw a picture: FILE.svg or FILE.html.",
        ),
        option(
            "quiet",
            bool,
            "--quiet",
            "-q",
            default=False,
            rich_help_panel="Output",
            help="Print only the ids of the jobs that have results.",
        ),
        option(
            "top",
            int,
            "--top",
            metavar="N",
            default=_TOP,
            parser=integer(1),
            rich_help_panel="Output",
            help=f"Show the N most frequent bitstrings (default {_TOP}). Data have all of them.",
        ),
        option(
            "by",
            str | None,
            "--by",
            metavar="VARIABLE",
            rich_help_panel="Output",
            help="Compare the jobs: the share of each bitstring against this variable, such as omega, or 'ramp[0]' "
            "for a value of an array.",
        ),
        option(
            "save",
            str | None,
            "--save",
            metavar="DIR",
            rich_help_panel="Output",
            help="Save the results into this folder, a file for each job, and print the paths unless -o or --by is "
            "given. What is there already is not fetched again.",
        ),
        option(
            "force",
            bool,
            "--force",
            default=False,
            rich_help_panel="Output",
            help="Overwrite FILE even if it is not a picture of results.",
        ),
    ),
    lambda given: ResultShape(**given),
)
