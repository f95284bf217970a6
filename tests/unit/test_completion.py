"""IPython completes the arguments of both clients, with and without jedi."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from jedi import Script  # type: ignore[import-untyped]

PROGRAM = """
import json, sys
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance(colors="nocolor")
shell.run_cell(
    "import pasqal_client\\n"
    "from pasqal_client import AsyncPasqalClient, PasqalClient\\n"
    "client, other = PasqalClient(token='t'), AsyncPasqalClient(token='t')"
)
found = []
for text, uses_jedi in json.loads(sys.argv[1]):
    shell.Completer.use_jedi = uses_jedi
    with provisionalcompleter():
        completions = shell.Completer.completions(text, len(text))
        found.append([text, [completion.text.lstrip(".") for completion in completions]])
inspected = shell.object_inspect_text("client.with_options")
print(json.dumps([found, inspected]))
"""

WANTED = {
    "client.jobs.list(sta": {"status=", "start_date="},
    "other.jobs.list(min_": {"min_runs="},
    "client.batches.create(dev": {"device_type="},
    "other.batches.wait(time": {"timeout="},
    "client.devices.list(pub": {"public="},
    "PasqalClient(tok": {"token="},
    "AsyncPasqalClient(http": {"http_client="},
    "client.with_options(dead": {"deadline="},
    "pasqal_client.JobF": {"JobFilters"},
    "client.bat": {"batches"},
}
"""What somebody types before the tab key, and what has to be offered."""
WITH_JEDI = ("PasqalClient(tok", "AsyncPasqalClient(http", "client.bat")
"""With jedi it is the same; but with an empty cache, the others take it up to five seconds."""


def test_the_tab_key_offers_arguments(tmp_path: Path) -> None:
    """What IPython and Jupyter offer is what can be given; Shift-Tab shows the meanings."""
    home = {name: str(tmp_path) for name in ("HOME", "IPYTHONDIR", "XDG_CACHE_HOME")}
    typed = [(text, False) for text in WANTED] + [(text, True) for text in WITH_JEDI]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(typed)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | home,
    )
    found, inspected = json.loads(done.stdout.splitlines()[-1])
    assert len(found) == len(typed)
    for text, completions in found:
        assert WANTED[text] <= set(completions), text
    assert "deadline: 'float | None' = None," in inspected
    assert "deadline: seconds that one request may take" in inspected


def test_an_editor_without_a_running_program_completes() -> None:
    """It reads the source alone."""
    lines = ["from pasqal_client import Pasq", "from pasqal_client import JobRes"]
    lines.append("from pasqal_client import PasqalClient as C; C().jobs.li")
    found = [[one.name for one in Script(line).complete()] for line in lines]
    assert found == [["PasqalClient", "PasqalError"], ["JobResult"], ["list"]]
