"""The jobs of `--jobs FILE`: a CSV file, or JSON lines."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from ..failures import UsageMistake
from .csv_jobs import WrittenJob, read_csv
from .job_places import JobPlaces
from .json_lines import read_json_lines
from .text_file import name_of, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_READERS: Final[dict[str, Callable[[str, str], Iterator[WrittenJob]]]] = {
    ".csv": read_csv,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}


def read_jobs(file: str) -> tuple[list[dict[str, Any]], JobPlaces]:
    """The jobs of a file, and where in it they are.

    Args:
        file: its name, or `-` for stdin.

    Raises:
        UsageMistake: it cannot be read, has no jobs, or something in it is malformed.
    """
    name = name_of(file)
    text = read_text(file)
    read = _READERS.get(PurePath(file).suffix.lower()) or _reader_for(text, name)
    written = list(read(text, name))
    if not written:
        raise UsageMistake(f"{name}: there are no jobs in it")
    lines = tuple(each.line for each in written)
    return [each.job for each in written], JobPlaces(name, lines)


def _reader_for(text: str, name: str) -> Callable[[str, str], Iterator[WrittenJob]]:
    """What reads a file whose name does not say what it is, such as stdin."""
    first = text.lstrip()[:1]
    if first == "[":
        raise UsageMistake(
            f"{name}: a JSON list; expected one job in each line",
            "`jq -c '.[]'` makes lines of a list",
        )
    if first == "{":
        return read_json_lines
    return read_csv
