"""Tries a built wheel as its users get it: installed into a bare environment, imported there, used for one call.

    python tools/check_wheel.py DIST

Two environments are made in a temporary folder. The first has the wheel and what it requires, and
imports what it can without extras; its command `pasqal` says what to install. The second has
the `sandbox` extra as well, and asks a sandbox for its jobs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"

IMPORTS = """
import importlib.resources, sys
import pasqal_client, pasqal_core_api.models
import pasqal_core_runtime
for package in (pasqal_client, pasqal_core_runtime):
    typed = importlib.resources.files(package) / "py.typed"
    assert typed.is_file(), f"{typed} is missing"
    assert "site-packages" in package.__file__, package.__file__
pasqal_client.PasqalClient(token="t").close()
try:
    import pasqal_client.sandbox as sandbox
    sandbox.Sandbox
except ImportError as error:
    assert "the extra 'sandbox'" in str(error), error
else:
    sys.exit("the sandbox imports without its extra")
print("imports:", pasqal_client.__version__)
"""

COMMAND = """
import pathlib, subprocess, sys
command = str(pathlib.Path(sys.executable).with_name("pasqal"))
for line in ([command, "jobs", "list"], [sys.executable, "-I", "-m", "pasqal_client.cli"]):
    ran = subprocess.run(line, capture_output=True, text=True)
    said = ran.stdout + ran.stderr
    assert ran.returncode == 2, (ran.returncode, said)
    assert said.count("\\n") == 1 and "the extra 'cli'" in said, said
print("command: ok")
"""

CALL = """
from urllib.request import urlopen
from pasqal_client import PasqalClient
from pasqal_client.sandbox import Sandbox
with Sandbox() as sandbox, PasqalClient(token=sandbox.token, base_url=sandbox.base_url) as client:
    batch = sandbox.add_batch(jobs=[{"status": "ERROR"}, {}])
    assert [job.status for job in client.jobs.list(status="ERROR")] == ["ERROR"]
    assert client.batches.complete(batch.id).complete is True
    for path in ("/", "/docs", "/docs/swagger-ui.css", "/openapi.json"):
        assert urlopen(sandbox.base_url.replace("/core-fast", path)).status == 200
print("calls: ok")
import subprocess, sys
listed = subprocess.check_output([sys.executable, "-m", "pasqal_client.conformance", "--list"])
assert b"requests/page-id-one" in listed, listed
print("conformance kit: ok")
"""


def try_out(folder: Path, requirement: str, program: str) -> None:
    """Install a requirement into a new environment and run a program there, away from the repository."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--constraint",
        str(CONSTRAINTS),
    ]
    subprocess.run([*pip, requirement], check=True)
    subprocess.run([python, "-I", "-W", "error", "-c", program], check=True, cwd=folder)


def main(dist: str) -> None:
    """Try the only wheel in a folder."""
    (wheel,) = Path(dist).resolve().glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        try_out(Path(folder) / "bare", str(wheel), IMPORTS + COMMAND)
        try_out(Path(folder) / "sandbox", f"{wheel}[sandbox]", CALL)


if __name__ == "__main__":
    main(*sys.argv[1:])
