"""The sandbox as a program: `python -m pasqal_client.sandbox`."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .argument_parser import ArgumentParser, reader
from .checks import check_port, check_start, check_token
from .clock import FASTEST, check_speed, parse_duration
from .demo import LENGTH, add_demo
from .devices.specs import check_specs, dump_specs
from .execution import make_execution_rules
from .faults.fault import Fault, parse_faults
from .operations import PREFIX
from .quirks.quirk import ChosenQuirks, Quirk
from .request_log import LOGGER
from .results.settings import HOSTS
from .server import Sandbox
from .simulation.settings import MOST_ATOMS
from .simulation.settings import check_settings as check_simulation
from .simulation.worker import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from types import FrameType

_TOKEN_VARIABLE = "PASQAL_SANDBOX_TOKEN"  # noqa: S105 - a name, not a secret
"""The environment variable with the token to accept."""

_NEVER = "never"
_EPILOG = """\
Its address and a valid token are printed as shell commands. Requests are logged to stderr, without tokens.
Ctrl-C (or SIGTERM) stops it with exit code 0; an error is reported in one line, with exit code 2.
"""


def main(
    argv: Sequence[str] | None = None, *, prog: str = "python -m pasqal_client.sandbox"
) -> int:
    """Run a sandbox until it is interrupted.

    Args:
        argv: the arguments, without the name of the program; those of the process if None.
        prog: the name of the program in its own messages.

    Returns:
        The exit code: 0 after an interruption, 2 if the sandbox could not start or could not save
        its data.

    Raises:
        SystemExit: the arguments or the variable are wrong (exit code 2), or only help was asked
            for (0).
    """
    parser = _create_parser(prog)
    given = parser.parse_args(argv)
    token = given.token
    if token is None:
        token = _read_token(parser)
    try:
        check_simulation(given.simulate, given.max_simulated_atoms)
    except ImportError as error:
        parser.error(str(error))
    sandbox = Sandbox(
        token=token,
        db=given.db,
        port=given.port,
        start=given.start or _find_start(seeded=given.seed_data),
        speed=given.speed,
        faults=given.faults,
        quirks=given.quirks,
        strict_sequences=given.strict_sequences,
        idle_timeout=given.idle_timeout,
        cancel_running=given.cancel_running,
        emulator_runs=given.emulator_runs,
        specs=given.specs,
        result_lifetime=given.result_lifetime,
        results_host=given.results_host,
        reject_token_on_results=given.reject_token_on_results,
        simulate=given.simulate,
        max_simulated_atoms=given.max_simulated_atoms,
    )
    with _log_requests(), _interrupt_on_signals():
        try:
            _serve(sandbox, seeded=given.seed_data)
        except KeyboardInterrupt:
            print("The sandbox has stopped.", file=sys.stderr)  # noqa: T201
        except (OSError, ValueError, SimulatorError) as error:
            # Without the number that `str` puts before it.
            reason = getattr(error, "strerror", None) or error
            print(f"{prog}: error: {reason}", file=sys.stderr)  # noqa: T201
            return 2
    return 0


def _serve(sandbox: Sandbox, *, seeded: bool) -> None:
    with sandbox:
        if seeded:
            add_demo(sandbox)
        _announce(sandbox)
        _wait()


def _read_token(parser: argparse.ArgumentParser) -> str | None:
    text = os.environ.get(_TOKEN_VARIABLE, "").strip()
    if not text:
        return None
    try:
        return check_token(text)
    except ValueError as error:
        parser.error(f"{_TOKEN_VARIABLE}: {error}")


def _find_start(*, seeded: bool) -> datetime:
    now = datetime.now(UTC)
    if seeded:
        # The data moves the sandbox's time on, and it should arrive at the present.
        return now - LENGTH
    return now


def _create_parser(prog: str) -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog=prog,
        description="A stand-in for the service on this machine: real HTTP, real state, no account needed.",
        epilog=_EPILOG,
    )
    parser.add_argument(
        "--port", type=_parse_port, default=0, help="the port on 127.0.0.1 (default: a free one)"
    )
    parser.add_argument(
        "--token",
        type=_parse_token,
        help=f"the token to accept (default: a random one); {_TOKEN_VARIABLE} keeps it out of process lists",
    )
    parser.add_argument(
        "--db",
        type=_parse_file,
        metavar="FILE",
        help="keep all data in this file (default: in memory)",
    )
    parser.add_argument("--seed-data", action="store_true", help="add five example batches")
    parser.add_argument(
        "--start",
        type=_parse_start,
        metavar="TIME",
        help="the sandbox's time while it is empty, such as 2026-10-12T08:00:00Z (default: now)",
    )
    parser.add_argument(
        "--speed",
        type=_parse_speed,
        default=1.0,
        help="how many seconds pass in the sandbox for each real second; 0 stops its time (default: 1)",
    )
    parser.add_argument(
        "--faults",
        type=_parse_faults_file,
        default=(),
        metavar="FILE",
        help="a JSON file with a list of faults: what goes wrong, and when",
    )
    parser.add_argument(
        "--quirks",
        type=_parse_quirks,
        default=(),
        metavar="NAMES",
        help=f"ways to depart from the contract, separated by commas: {', '.join(Quirk)}",
    )
    _add_rule_options(parser)
    _add_result_options(parser)
    _add_simulation_options(parser)
    return parser


def _add_rule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strict-sequences",
        action="store_true",
        help="reject a sequence that is not a real one (default: any text passes)",
    )
    parser.add_argument(
        "--idle-timeout",
        type=_parse_idle_timeout,
        default="5m",
        metavar="TIME",
        help=f"how long an open batch may have nothing to run, or {_NEVER!r} to let it wait (default: 5m)",
    )
    parser.add_argument(
        "--no-cancel-running",
        dest="cancel_running",
        action="store_false",
        help="reject the cancellation of a job that runs (default: it is cancelled)",
    )
    parser.add_argument(
        "--emulator-runs",
        type=_parse_runs,
        default=1000,
        metavar="N",
        help="how often an emulator runs a job that does not say it (default: 1000)",
    )


def _add_result_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--specs",
        type=_parse_specs_file,
        metavar="FILE",
        help="a JSON file with an object: the specification of each device, by its type",
    )
    parser.add_argument(
        "--result-lifetime",
        type=_parse_span,
        default="1h",
        metavar="TIME",
        help="how long the address of a result file is valid, such as 90s or 5m (default: 1h)",
    )
    parser.add_argument(
        "--results-host",
        choices=HOSTS,
        help="the name of this machine in these addresses (default: the one that a request uses)",
    )
    parser.add_argument(
        "--reject-token-on-results",
        action="store_true",
        help="reject a request for a result file that carries a token or a cookie",
    )


def _add_simulation_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--simulate",
        action="store_true",
        help="compute results with Pulser, which needs the extra 'simulation' (default: they are made up)",
    )
    parser.add_argument(
        "--max-simulated-atoms",
        type=_parse_atoms,
        default=MOST_ATOMS,
        metavar="N",
        help=f"how many atoms are simulated; the time doubles or triples with each (default: {MOST_ATOMS})",
    )


def _parse_specs_file(name: str) -> Mapping[str, str]:
    try:
        given = json.loads(Path(name).read_bytes())
        return check_specs(dump_specs(given))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error.strerror}") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from error


def _parse_faults_file(name: str) -> list[Fault]:
    try:
        return parse_faults(json.loads(Path(name).read_bytes()))
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{name}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise argparse.ArgumentTypeError(f"{name}: {error}") from error


def _parse_file(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("the file name is empty")
    return text


def _read_span(text: str) -> str:
    parse_duration(text)
    return text


def _read_idle_timeout(text: str) -> str | None:
    return None if text == _NEVER else _read_span(text)


_SPAN = "a duration; give one such as 90s, 5m, 1.5h or 2d"
_parse_span = reader(_read_span, _SPAN)
_parse_idle_timeout = reader(_read_idle_timeout, _SPAN)
_parse_token = reader(check_token)
_parse_quirks = reader(lambda text: ChosenQuirks(name.strip() for name in text.split(",")).current)
_parse_start = reader(
    lambda text: check_start(datetime.fromisoformat(text)),
    "a time with a zone, such as 2026-10-12T08:00:00Z",
)
_parse_port = reader(lambda text: check_port(int(text)), "a port; give a number from 0 to 65535")
_parse_speed = reader(
    lambda text: check_speed(float(text)), f"a speed; give a number from 0 to {FASTEST:g}"
)
_parse_runs = reader(
    lambda text: make_execution_rules(int(text), None).emulator_runs,
    "a number of runs; give one from 1 on",
)
_parse_atoms = reader(
    lambda text: check_simulation(simulate=False, most_atoms=int(text)).most_atoms,
    "a number of atoms; give one from 1 on",
)


def _announce(sandbox: Sandbox) -> None:
    # Nothing else goes to stdout, so that a shell can evaluate it.
    print(f"export PASQAL_BASE_URL={sandbox.base_url}")  # noqa: T201
    print(f"export PASQAL_TOKEN={sandbox.token}")  # noqa: T201
    print(f"export PASQAL_PROJECT_ID={sandbox.project_id}", flush=True)  # noqa: T201
    page = f"{sandbox.base_url.removesuffix(PREFIX)}/"
    ready = f"The sandbox is ready; {page} shows what is in it, {page}docs its contract. Ctrl-C stops it."
    print(ready, file=sys.stderr, flush=True)  # noqa: T201


def _wait() -> None:
    threading.Event().wait()


@contextmanager
def _interrupt_on_signals() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on SIGTERM, too, and on SIGINT even in the background."""

    # A shell starts what runs in the background with SIGINT ignored.
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _log_requests() -> Iterator[None]:
    """Log the requests to stderr while the program runs."""
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
