"""The files that rehearsals edit; whoever moves one of them corrects its line here."""

from __future__ import annotations

from typing import Final

PATHS: Final = {
    "contract": "openapi.yaml",
    "generator settings": "generator_config.yml",
    # The client
    "filters": "overlay/pasqal_client/_listing/filters.py",
    "states": "overlay/pasqal_client/_states.py",
    "jobs": "overlay/pasqal_client/jobs.py",
    # The command line
    "options": "overlay/pasqal_client/cli/filter_options.py",
    "cli page": "docs/cli.md",
    "operations page": "docs/operations.md",
    # The sandbox
    "sandbox": "overlay/pasqal_client/sandbox/handlers/jobs.py",
    "sandbox filters": "overlay/pasqal_client/sandbox/database/queries.py",
    # Tests and tools
    "transcription": "tests/contract/test_transcription.py",
    "requests": "conformance/requests.json",
    "answers": "conformance/answers.json",
    "errors": "conformance/errors.json",
    "operation table": "tools/operation_table.py",
}
