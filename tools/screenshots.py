"""Makes the pictures of docs/cli.md: real commands, in a terminal, against a sandbox whose ids and times stay.

    python tools/screenshots.py            write docs/images/cli-*.svg
    python tools/screenshots.py FOLDER     write them elsewhere

A command runs in a pseudo-terminal; a terminal emulator makes a screen of what it writes, and that
becomes an SVG file. Only the time of a look, which is that of the machine, is replaced. A few
pictures are files that commands make themselves.
"""

from __future__ import annotations

import fcntl
import math
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import count, groupby
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from unittest.mock import patch
from uuid import UUID

import pyte

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.database import submission

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"
sys.path.append(str(ROOT / "tests"))

from cli.lab import NIGHT, fill  # noqa: E402  # the same jobs as in the tests and in the page

SWEEP: Final = "9a1c0e52-5d0f-4f4e-8a55-0e6b2f6d3c11"
"""A batch of an evening, for the timeline."""
CROWD: Final = "e3b0c442-98fc-4c14-9afb-f4c8996fb924"
"""A batch with more jobs than a terminal has lines."""
SCAN: Final = "5be1e3d7-1c1a-4c1f-9d0e-6a3d6c7a8b21"
"""A batch whose jobs differ in a variable, with results of two atoms that block each other."""
EVENING: Final = datetime(
    2026,
    10,
    11,
    18,
    0,
    tzinfo=UTC,
)
LATE: Final = "2026-10-11 20:25"
MOST: Final = 60_000
"""Bytes of a picture."""

CELL: Final = (8.4, 18)
PALETTE: Final = {
    "default": "#e8eaed",
    "black": "#5b6470",
    "red": "#ff6b62",
    "green": "#66bb6a",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#ce93d8",
    "cyan": "#4fc3f7",
    "white": "#ffffff",
}
CLOCK: Final = re.compile(r"as of \d\d:\d\d:\d\d")


def sample(number: int) -> str:
    """The id of a job of the scan, counted from 1."""
    return f"0190f4a7-0000-4000-8000-{number:012x}"


class Shot(NamedTuple):
    """A picture of a terminal.

    Attributes:
        name: its file.
        command: what is run.
        until: what is visible then; empty for the end of the command.
        size: columns and lines.
        takes: how much time passes in the sandbox once the command has submitted a batch.
    """

    name: str
    command: str
    until: str
    size: tuple[int, int]
    takes: str = ""


SHOTS: Final = (
    Shot(
        "list",
        f"pasqal jobs list --batch {NIGHT} --limit 8",
        "",
        (112, 12),
    ),
    Shot(
        "wait",
        f"pasqal batches wait {NIGHT}",
        "-:--:--",
        (96, 2),
    ),
    Shot(
        "watch",
        f"pasqal jobs watch --batch {CROWD}",
        "more",
        (96, 18),
    ),
    Shot(
        "timeline-text",
        f"pasqal jobs timeline --batch {NIGHT} --now '2026-10-12 08:06'",
        "",
        (112, 17),
    ),
    Shot(
        "devices",
        "pasqal devices list",
        "",
        (96, 8),
    ),
    Shot(
        "run",
        "pasqal run sequence.json --runs 500 --set omega=3.1 --device EMU_FREE",
        "",
        (96, 17),
        "5m",
    ),
    Shot(
        "results",
        f"pasqal jobs results {sample(5)} {sample(9)}",
        "",
        (96, 16),
    ),
)

FILES: Final = {
    "timeline.svg": ["jobs", "timeline", "--batch", SWEEP, "--now", LATE],
    "results-by.svg": ["jobs", "results", "--batch", SCAN, "--by", "omega"],
}
"""The pictures that commands make themselves: the name, and the command without its -o."""

SEQUENCE: Final = '{"version": "1", "variables": {"omega": {"type": "float", "value": [0.0]}}}'
"""As much of a sequence as the sandbox looks at."""


def seed(sandbox: Sandbox) -> None:
    """The jobs of the tests, an evening's, and a crowd."""
    fill(sandbox)
    sandbox.add_batch(list(evening()), id=UUID(SWEEP), created_at=EVENING)
    states: list[dict[str, Any]] = [{"status": state} for state in ["DONE"] * 20 + ["ERROR"] * 2]
    states += [{"status": "RUNNING", "progress": progress} for progress in (92, 64, 37, 5)]
    jobs = [
        {**job, "id": UUID(f"0190f5b8-0000-4000-8000-{n:012x}"), "runs": 200}
        for n, job in enumerate([*states, *[{}] * 46], 1)
    ]
    sandbox.add_batch(jobs, id=UUID(CROWD))
    sandbox.add_batch(list(scan()), id=UUID(SCAN), complete=True)


def scan() -> Iterator[dict[str, Any]]:
    """Jobs for thirteen amplitudes, with as many counts as the theory has, and some noise."""
    drawn = Random(11)  # noqa: S311  # no secret
    runs = 500
    for number in range(1, 14):
        omega = number - 1
        excited = math.sin(omega * 0.354) ** 2
        weights = {
            "00": 0.97 - 0.95 * excited,
            "01": 0.015 + 0.46 * excited,
            "10": 0.01 + 0.47 * excited,
            "11": 0.005,
        }
        shots = drawn.choices(
            list(weights),
            list(weights.values()),
            k=runs,
        )
        yield {
            "id": UUID(sample(number)),
            "status": "DONE",
            "runs": runs,
            "variables": {"omega": omega},
            "result": {"counter": Counter(shots)},
        }


def evening() -> list[dict[str, Any]]:
    """Jobs that queued up and ran one after the other."""
    drawn, free = Random(7), EVENING + timedelta(minutes=6)  # noqa: S311  # no secret
    jobs: list[dict[str, Any]] = []
    for n in range(1, 17):
        created = EVENING + timedelta(minutes=4 * n)
        start = max(free, created + timedelta(minutes=1))
        free = start + timedelta(minutes=drawn.uniform(5, 16))
        job: dict[str, Any] = {
            "id": UUID(f"0190f2d1-0000-4000-8000-{n:012x}"),
            "created_at": created,
            "status": "DONE",
        }
        if n in (5, 11):
            job |= {"status": "ERROR", "errors": ["The laser lock was lost."]}
        if n == 8:
            jobs.append(
                {**job, "status": "CANCELED", "end_timestamp": created + timedelta(minutes=40)}
            )
            continue
        jobs.append({**job, "start_timestamp": start, "end_timestamp": free})
    waiting = [
        {
            "id": UUID(f"0190f2d1-0000-4000-8000-{n:012x}"),
            "created_at": EVENING + timedelta(minutes=4 * n),
        }
        for n in range(17, 20)
    ]
    jobs[-1] |= {"status": "RUNNING", "end_timestamp": None, "progress": 70}
    return [*jobs, *waiting]


# ---------------------------------------------------------------------------------------------------------------------
# A terminal


def environment(sandbox: Sandbox, home: str) -> dict[str, str]:
    """Nothing of the machine's settings."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": home,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "TZ": "UTC",
        "PASQAL_BASE_URL": sandbox.base_url,
        "PASQAL_TOKEN": sandbox.token,
        "PASQAL_PROJECT_ID": str(sandbox.project_id),
    }


def advance_after_submission(sandbox: Sandbox, duration: str) -> None:
    """Let time pass in the sandbox once a batch has been submitted."""
    while not any(one.method == "POST" and one.status for one in sandbox.requests):
        sleep(0.01)
    sandbox.advance(duration)


def screen_of(shot: Shot, env: dict[str, str], sandbox: Sandbox) -> Any:
    """The screen of a terminal in which a command runs, or has run."""
    columns, lines = shot.size
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    own, other = pty.openpty()
    fcntl.ioctl(
        other,
        termios.TIOCSWINSZ,
        struct.pack(
            "HHHH",
            lines,
            columns,
            0,
            0,
        ),
    )
    ran = subprocess.Popen(
        shlex.split(shot.command),
        stdin=other,
        stdout=other,
        stderr=other,
        env=env,
        cwd=env["HOME"],
        start_new_session=True,
    )
    os.close(other)
    if shot.takes:
        Thread(target=advance_after_submission, args=(sandbox, shot.takes), daemon=True).start()
    while some := _read(own):
        stream.feed(some)
        if shot.until and any(shot.until in line for line in screen.display):
            ran.send_signal(signal.SIGINT)
            break
    while _read(own):
        pass
    ran.wait(30)
    os.close(own)
    return screen


def _read(fd: int) -> bytes:
    try:
        return os.read(fd, 4096)
    except OSError:  # everybody has closed the terminal
        return b""


# ---------------------------------------------------------------------------------------------------------------------
# A picture


def picture(shot: Shot, screen: Any) -> str:
    """The screen of a terminal as SVG, below the command."""
    wide, high = CELL
    columns, lines = shot.size
    width, height = 2 * 16 + columns * wide, 2 * 14 + (lines + 1) * high
    body = [
        _text(
            0,
            0,
            f"$ {shot.command}",
            "#9aa4b1",
            bold=False,
        )
    ]
    for number in range(lines):
        cells = [screen.buffer[number][column] for column in range(columns)]
        body += _line(cells, number + 1)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
            f'viewBox="0 0 {width:g} {height:g}" role="img" xml:space="preserve">',
            f"<title>{escape(shot.command)}</title>",
            "<style>text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; "
            "white-space: pre }</style>",
            f'<rect width="{width:g}" height="{height:g}" rx="8" fill="#14171c"/>',
            *body,
            "</svg>",
            "",
        ]
    )


def _line(cells: list[Any], number: int) -> list[str]:
    texts, column = [], 0
    shown = CLOCK.sub("as of 08:05:48", "".join(cell.data for cell in cells))
    for style, run in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
        length = len(list(run))
        text = shown[column : column + length]
        colour = PALETTE.get(style[0], f"#{style[0]}")
        if text.strip():
            texts.append(
                _text(
                    column + len(text) - len(text.lstrip()),
                    number,
                    text.strip(),
                    colour,
                    bold=style[1],
                )
            )
        column += length
    return texts


def _text(
    column: int,
    line: int,
    text: str,
    colour: str,
    *,
    bold: bool,
) -> str:
    wide, high = CELL
    x, y = 16 + column * wide, 14 + line * high + 13
    weight = ' font-weight="bold"' if bold else ""
    # The length makes columns stand in line whatever font there is.
    fit = f'textLength="{len(text) * wide:.1f}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{x:.1f}" y="{y}" fill="{colour}"{weight} {fit}>{escape(text)}</text>'


# ---------------------------------------------------------------------------------------------------------------------
# The command


def draw_file(file: Path, command: list[str], env: dict[str, str]) -> None:
    """Let a command draw a picture into a file."""
    words = ["pasqal", *command, "-o", str(file), "--force"]
    subprocess.run(words, env=env, check=True, stderr=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    folder = Path(arguments[0]) if arguments else IMAGES
    numbers = count(1)
    # Results that are made up follow from the id of their job.
    counted = patch.object(
        submission, "uuid4", lambda: UUID(f"0190f6c0-0000-4000-8000-{next(numbers):012x}")
    )
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as home, counted:
        seed(sandbox)
        Path(home, "sequence.json").write_text(SEQUENCE, encoding="utf-8")
        env = environment(sandbox, home)
        for name, command in FILES.items():
            draw_file(folder / f"cli-{name}", command, env)
        for shot in SHOTS:
            (folder / f"cli-{shot.name}.svg").write_text(
                picture(shot, screen_of(shot, env, sandbox)), encoding="utf-8"
            )
    large = [path.name for path in folder.glob("cli-*.svg") if path.stat().st_size > MOST]
    print(
        f"too large: {', '.join(large)}"
        if large
        else f"{folder}: {len(SHOTS) + len(FILES)} pictures"
    )
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
