"""The sandbox as a program: `python -m pasqal_client.sandbox`."""

import argparse
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn

from .checks import checked_port, checked_start, checked_token, shown
from .clock import FASTEST, checked_speed
from .demo import LENGTH, add_demo
from .faults.quirks import ChosenDepartures, Departure
from .faults.rules import Fault, checked_faults
from .operations import PREFIX
from .request_log import LOGGER
from .server import Sandbox

TOKEN_VARIABLE = "PASQAL_SANDBOX_TOKEN"  # noqa: S105 - a name, no secret
"""The environment variable with the token that the program asks for."""

_EPILOG = """\
The address and a valid token are printed as shell commands. Requests are logged to stderr, without their tokens.
Ctrl-C (or SIGTERM) stops it with exit code 0; what cannot be done is said in one line, with exit code 2.
"""


class _Parser(argparse.ArgumentParser):
    # The usage would bury the one line that matters.
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(
    argv: Sequence[str] | None = None, *, prog: str = "python -m pasqal_client.sandbox"
) -> int:
    """Run a sandbox until it is interrupted.

    Args:
        argv: The arguments, without the name of the program; those of the process if None.
        prog: The name of the program in its own messages.

    Returns:
        The exit code: 0 after an interruption, 2 if the sandbox could not start, or could not keep
        what it has.

    Raises:
        SystemExit: The arguments or the variable are wrong (exit code 2), or only help was asked
            for (0).
    """
    parser = _parser(prog)
    given = parser.parse_args(argv)
    sandbox = Sandbox(
        token=_given_token(parser) if given.token is None else given.token,
        db=given.db,
        port=given.port,
        start=given.start or _present(seeded=given.seed_data),
        speed=given.speed,
        faults=given.faults,
        departures=given.departures,
    )
    with _logging(), _interruptible():
        try:
            _serve(sandbox, seeded=given.seed_data)
        except KeyboardInterrupt:
            print("The sandbox has stopped.", file=sys.stderr)  # noqa: T201
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            print(f"{prog}: error: {what}", file=sys.stderr)  # noqa: T201
            return 2
    return 0


def _serve(sandbox: Sandbox, *, seeded: bool) -> None:
    with sandbox:
        if seeded:
            add_demo(sandbox)
        _announce(sandbox)
        _wait()


def _given_token(parser: argparse.ArgumentParser) -> str | None:
    text = os.environ.get(TOKEN_VARIABLE, "").strip()
    try:
        return checked_token(text) if text else None
    except ValueError as error:
        parser.error(f"{TOKEN_VARIABLE}: {error}")


def _present(*, seeded: bool) -> datetime:
    # What is put in moves the time on, and it is the present that it is to come to.
    now = datetime.now(UTC)
    return now - LENGTH if seeded else now


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=prog,
        description="A stand-in for the service on this machine: real HTTP, real state, no account.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port", type=_port, default=0, help="the port on 127.0.0.1 (default: any that is free)"
    )
    parser.add_argument(
        "--token",
        type=_token,
        help=f"the token that it asks for (default: a random one); in {TOKEN_VARIABLE} no list of processes shows it",
    )
    parser.add_argument(
        "--db", type=_file, metavar="FILE", help="keep everything in this file (default: in memory)"
    )
    parser.add_argument("--seed-data", action="store_true", help="put in some batches to look at")
    parser.add_argument(
        "--start",
        type=_start,
        metavar="TIME",
        help="the time in it while it is empty, such as 2026-10-12T08:00:00Z (default: the present)",
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        default=1.0,
        help="how many seconds pass in it in a real one; 0 makes time stand still (default: 1)",
    )
    parser.add_argument(
        "--faults",
        type=_faults,
        default=(),
        metavar="FILE",
        help="what goes wrong: a JSON file with a list of faults",
    )
    parser.add_argument(
        "--departures",
        type=_departures,
        default=(),
        metavar="NAMES",
        help=f"how it departs from the contract, separated by commas: {', '.join(Departure)}",
    )
    return parser


def _departures(text: str) -> frozenset[Departure]:
    try:
        return ChosenDepartures(text.split(",")).current
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _faults(name: str) -> list[Fault]:
    try:
        return checked_faults(json.loads(Path(name).read_bytes()))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from error


def _token(text: str) -> str:
    try:
        return checked_token(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _start(text: str) -> datetime:
    try:
        return checked_start(datetime.fromisoformat(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a time with a time zone, such as 2026-10-12T08:00:00Z"
        ) from error


def _port(text: str) -> int:
    try:
        return checked_port(int(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a port, which is a number from 0 to 65535"
        ) from error


def _speed(text: str) -> float:
    try:
        return checked_speed(float(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a speed, which is a number from 0 to {FASTEST:g}"
        ) from error


def _file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the name of the file is empty")
    return text


def _announce(sandbox: Sandbox) -> None:
    # On stdout and nothing else is, so that a shell can evaluate it.
    print(f"export PASQAL_BASE_URL={sandbox.base_url}")  # noqa: T201
    print(f"export PASQAL_TOKEN={sandbox.token}", flush=True)  # noqa: T201
    page = f"{sandbox.base_url.removesuffix(PREFIX)}/"
    ready = f"The sandbox is ready; {page} shows it, {page}docs its contract. Ctrl-C stops it."
    print(ready, file=sys.stderr, flush=True)  # noqa: T201


def _wait() -> None:
    threading.Event().wait()


@contextmanager
def _interruptible() -> Iterator[None]:
    """SIGTERM ends the program as Ctrl-C does; and so does Ctrl-C where a shell has started it in the background."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, interrupt) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _logging() -> Iterator[None]:
    """The requests on stderr while the program runs."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    before = LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(before)
