"""Makes the pictures of docs/cli.md: real commands, in a terminal, against a sandbox whose ids and times stay.

    python tools/screenshots.py            write docs/images/cli-*.svg
    python tools/screenshots.py FOLDER     write them elsewhere

A command runs in a pseudo-terminal; a terminal emulator makes a screen of what it writes, and that
becomes an SVG file. Only the time of a look, which is that of the machine, is replaced. The
timeline is the file that the command makes.
"""

from __future__ import annotations

import fcntl
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
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple
from uuid import UUID

import pyte

from pasqal_client.sandbox import Sandbox

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"
sys.path.append(str(ROOT / "tests"))

from cli.lab import NIGHT, fill  # noqa: E402  # the same jobs as in the tests and in the page

SWEEP: Final = "9a1c0e52-5d0f-4f4e-8a55-0e6b2f6d3c11"
"""A batch of an evening, for the timeline."""
CROWD: Final = "e3b0c442-98fc-4c14-9afb-f4c8996fb924"
"""A batch with more jobs than a terminal has lines."""
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


class Shot(NamedTuple):
    """A picture of a terminal.

    Attributes:
        name: its file.
        command: what is run.
        until: what is visible then; empty for the end of the command.
        size: columns and lines.
    """

    name: str
    command: str
    until: str
    size: tuple[int, int]


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
)


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
    }


def screen_of(shot: Shot, env: dict[str, str]) -> Any:
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
        start_new_session=True,
    )
    os.close(other)
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
            f'viewBox="0 0 {width:g} {height:g}" role="img">',
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


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    folder = Path(arguments[0]) if arguments else IMAGES
    with Sandbox() as sandbox, tempfile.TemporaryDirectory() as home:
        seed(sandbox)
        env = environment(sandbox, home)
        for shot in SHOTS:
            (folder / f"cli-{shot.name}.svg").write_text(
                picture(shot, screen_of(shot, env)), encoding="utf-8"
            )
        timeline = [
            "pasqal",
            "jobs",
            "timeline",
            "--batch",
            SWEEP,
            "--now",
            LATE,
            "-o",
            f"{home}/timeline.svg",
        ]
        subprocess.run(
            timeline,
            env=env,
            check=True,
            stderr=subprocess.DEVNULL,
        )
        made = Path(home, "timeline.svg").read_text(encoding="utf-8")
        (folder / "cli-timeline.svg").write_text(made, encoding="utf-8")
    large = [path.name for path in folder.glob("cli-*.svg") if path.stat().st_size > MOST]
    print(f"too large: {', '.join(large)}" if large else f"{folder}: {len(SHOTS) + 1} pictures")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
