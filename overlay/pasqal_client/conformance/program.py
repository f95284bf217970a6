"""The runner as a program: `python -m pasqal_client.conformance`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..sandbox.argument_parser import ArgumentParser
from .adapter import Adapter, AdapterError
from .kit import KitError, find_folder, read_kit
from .report import (
    describe_left_out,
    describe_played,
    describe_unknown,
    describe_unsupported,
    list_cases,
    summarise,
)
from .run import PLAYERS, Options, Verdict, choose, of_features, play_cases
from .scripted_server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from .kit import Case, Kit
    from .run import Played

_TIMEOUT = 30.0
_LONGEST_TIMEOUT = 86400
_INTERRUPTED = 130
_EPILOG = """\
The adapter is a program that reads a call from each line of its stdin, makes it, and writes a line about what came
of it; README.md of the kit says how. One that ends or hangs in a case is started again for the next one. Exit codes:
0 all passes that the client supports, 1 something failed or nothing passed, 2 wrong usage, or an adapter that cannot be
started, ended or hung at once or again and again, or talked nonsense, 130 interrupted.

Example: {prog} --features jobs,batches --known failures.txt -- node adapter.js
"""
_FAILURES = (Verdict.FAILED, Verdict.PASSES_NOW)


def main(
    argv: Sequence[str] | None = None, *, prog: str = "python -m pasqal_client.conformance"
) -> int:
    """Play the cases of the kit to a client.

    Args:
        argv: the arguments, without the name of the program; those of the process if None.
        prog: the name of the program in its own messages.

    Returns:
        The exit code.

    Raises:
        SystemExit: the arguments are wrong (exit code 2), or only help was asked for (0).
    """
    parser = _create_parser(prog)
    words = [*(sys.argv[1:] if argv is None else argv)]
    # With nothing after it, it would be taken for an argument.
    if words[-1:] == ["--"]:
        words.pop()
    given = parser.parse_args(words)
    try:
        kit = read_kit(given.kit, PLAYERS)
        known = _read_known(given.known)
    except KitError as error:
        parser.error(str(error))
    features = _check_names(parser, "feature", given.features, kit.features)
    otherwise = _check_names(parser, "policy", given.otherwise, kit.policies)
    options = Options(features or kit.features, otherwise, known)
    cases = choose(kit, given.only)
    if not cases:
        parser.error(f"no case has {given.only!r} in its name or call; --list shows all")
    if given.list:
        # Whoever reads it may have seen enough, as `head` has.
        with suppress(BrokenPipeError):
            _print_lines(list_cases(of_features(cases, options.features)))
        return 0
    adapter = Adapter(_find_command(parser, given.adapter), given.timeout)
    try:
        return _run(cases, kit, options, adapter, verbose=given.verbose)
    except AdapterError as error:
        parser.error(adapter.mask.hide(str(error)))
    except KeyboardInterrupt:
        parser.exit(_INTERRUPTED, "interrupted\n")


def _find_command(parser: argparse.ArgumentParser, given: Sequence[str]) -> list[str]:
    command = [*given]
    # What separates it from the options stays there.
    if command[:1] == ["--"]:
        command.pop(0)
    if not command:
        parser.error("the adapter is missing: give its command after --")
    return command


@dataclass
class _Tally:
    """What came of the cases so far."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    unsupported: Counter[str] = field(default_factory=Counter)
    left_out: int = 0

    def take(self, played: Played) -> None:
        self.verdicts[played.verdict] += 1
        self.left_out += played.left_out
        if played.verdict is Verdict.UNSUPPORTED:
            self.unsupported[played.case.call] += 1

    @property
    def has_failed(self) -> bool:
        return any(self.verdicts[verdict] for verdict in _FAILURES)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found out."""
        holds = self.verdicts[Verdict.PASSED] or self.verdicts[Verdict.KNOWN]
        return not (holds or self.has_failed)


def _run(
    cases: Sequence[Case], kit: Kit, options: Options, adapter: Adapter, *, verbose: bool
) -> int:
    tally = _Tally()
    unknown = {*options.known} - {case.name for case in kit.cases()}
    with ScriptedServer() as server, adapter:
        for played in play_cases(cases, kit, options, adapter, server):
            tally.take(played)
            _print_lines(describe_played(played, adapter.mask, verbose=verbose))
    _print_lines(describe_unknown(unknown))
    _print_lines(describe_unsupported(tally.unsupported))
    _print_lines(describe_left_out(tally.left_out))
    if tally.is_empty:
        _print_lines(["failed: no case passed, so the run shows nothing"])
    _print_lines([summarise(tally.verdicts)])
    return int(tally.has_failed or tally.is_empty or bool(unknown))


def _create_parser(prog: str) -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog=prog,
        usage=f"{prog} [options] -- ADAPTER [ARGUMENT ...]",
        description="Play the cases of the conformance kit to a client in any language.",
        epilog=_EPILOG.format(prog=prog),
    )
    parser.add_argument(
        "--features",
        type=_split,
        action="extend",
        default=[],
        metavar="NAMES",
        help="the features that the client has, separated by commas; may be given again (default: all)",
    )
    parser.add_argument(
        "--otherwise",
        type=_split,
        action="extend",
        default=[],
        metavar="POLICIES",
        help="the policies that it decides otherwise, separated by commas; may be given again",
    )
    parser.add_argument(
        "--known",
        type=Path,
        metavar="FILE",
        help="the cases that are known to fail: one FILE/ID a line, comments after #",
    )
    parser.add_argument(
        "--only",
        default="",
        metavar="TEXT",
        help="only the cases that have this in their name or call",
    )
    parser.add_argument(
        "--kit",
        type=Path,
        default=find_folder(),
        metavar="FOLDER",
        help="the folder with the cases (default: the one that came with this package)",
    )
    parser.add_argument(
        "--timeout",
        type=_parse_timeout,
        default=_TIMEOUT,
        metavar="SECONDS",
        help=f"how long an answer of the adapter may take (default: {_TIMEOUT:g})",
    )
    parser.add_argument("--list", action="store_true", help="print the cases, and play none")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="print a line for every case that passes, too"
    )
    # With this, options after the name of the adapter are its own, even where -- is missing.
    adapter = parser.add_argument(
        "adapter", nargs=argparse.PARSER, default=[], help=argparse.SUPPRESS
    )
    # --list does without.
    adapter.required = False
    return parser


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


def _parse_timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < _LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, such as 30")
    return seconds


def _check_names(
    parser: argparse.ArgumentParser, what: str, given: Sequence[str], known: Collection[str]
) -> list[str]:
    for name in given:
        if name not in known:
            parser.error(f"{name!r} is not a {what}; there are {', '.join(sorted(known))}")
    return [*given]


def _read_known(path: Path | None) -> set[str]:
    """The names in a list of known failures.

    Raises:
        KitError: the file cannot be read.
    """
    if path is None:
        return set()
    try:
        # Some editors put a byte order mark at the beginning.
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise KitError(f"{path} cannot be read: {error}") from error
    names = (line.partition("#")[0].strip() for line in text.splitlines())
    return {name for name in names if name}


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)  # noqa: T201
