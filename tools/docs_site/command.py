"""The command: builds the site, and fails where the generator or a look at what was built complains."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from .built_pages import complaints
from .navigation import gaps, read_menu
from .staging import CONFIGURATION, pages, places, stage

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "build/site"
HTML: Final = FOLDER / "html"


def main() -> int:
    """Build the site; returns the exit code."""
    wrong = gaps(read_menu(ROOT / CONFIGURATION), pages(ROOT))
    if wrong:
        return _fail(wrong)
    stage(ROOT, FOLDER / "pages")
    shutil.copyfile(ROOT / CONFIGURATION, FOLDER / "zensical.toml")
    shutil.rmtree(HTML, ignore_errors=True)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    built = subprocess.run(command, cwd=FOLDER, check=False)
    if built.returncode:
        return built.returncode
    # Its links begin at the root of a server, but the site may stand anywhere, or be a folder of files.
    (HTML / "404.html").unlink()
    # The links of llms.txt lead to texts, not to pages.
    for place in places(ROOT).values():
        if place.endswith(".md"):
            shutil.copyfile(FOLDER / "pages" / place, HTML / place)
    wrong = complaints(HTML)
    if wrong:
        return _fail(wrong)
    print(f"{HTML.relative_to(ROOT)}/index.html is built")
    return 0


def _fail(wrong: list[str]) -> int:
    print(*wrong, sep="\n", file=sys.stderr)
    return 1
