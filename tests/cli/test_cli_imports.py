"""The command line uses the public names of the library, and a few listed internals."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import resolve_name
from pathlib import Path

import pasqal_client

OVERLAY = Path(pasqal_client.__file__).parent
CLI = OVERLAY / "cli"

SHARED = {
    "_auth.credential_store.Keeper": "`pasqal auth login` says where a secret is stored",
    "_auth.credential_store.StoredCredentials": "`pasqal auth login` stores credentials",
    "_auth.keyring_secrets.usable_keyring": "`pasqal auth login` stores a secret in the keyring if there is one",
    "_checks.uuid_of": "an id is read as everywhere, and before anybody has to sign in",
    "_display.quoted": "what was typed is quoted in errors as the library quotes it",
    "_extras.extra_hint": "a missing package is told in the same words everywhere",
    "_http.json_text.parse": "results are written as the service sent them, also what JobResult leaves out",
    "_http.retry.is_transient": "a watch goes on after the failures that a wait goes on after",
    "_listing.device_filters.DEVICE_FILTERS": "filters are checked before anybody has to sign in",
    "_listing.filters.BATCH_FILTERS": "likewise",
    "_http.urls.names_item": "a 404 of something that an address names is no mistake in the address",
    "_writes.receipt.joined": "receipts of several cancellations are shown as one",
    "_listing.filters.JOB_FILTERS": "filters are checked before anybody has to sign in, and counted as they are sent",
    "_listing.listings.Listing": "what jobs.list returns; it has a name for annotations only",
    "_settings.config": "`pasqal auth` says where each setting comes from, and the client does not",
    "_settings.sources.SourceName": "it says what to do where the service does not accept the credentials",
    "_settings.sources.Sources": "likewise; the type is named in annotations only",
    "_settings.sources.credentials_of_login": "`pasqal auth login` tries credentials before it stores them",
    "_settings.sources.login_store": "`pasqal auth` changes what signs the library in",
    "_settings.sources.read_sources": "the command and the library agree on who is signed in",
    "_settings.sources.variables_in_use": "`pasqal auth` says what takes precedence over a login",
    "_states.CANCELING": "a watch shows such jobs after those that run; the contract has no name for it",
    "_states.COUNTED_ACTIVE": "a watch asks for the active states that every version of the service knows",
    "_states.TERMINAL": "a timeline misses the end of jobs that must have one",
    "_states.ended_otherwise": "a job or batch that had ended was not cancelled, and the exit code says so",
    "_states.is_active": "a watch knows which states a job leaves, as a wait does",
    "_states.is_known": "likewise",
    "_states.state_of": "likewise",
    "_writes.cancel_batch_filters.CANCEL_BATCH_FILTERS": "filters are checked before anybody has to sign in",
    "_writes.job_requests.job_requests": "jobs are checked before anybody has to sign in, and a dry run shows them",
    "_writes.own_tags.without_own": "a table of batches does not show the tags that this client adds itself",
    "_writes.own_tags.callers_tags": "tags are checked before anybody has to sign in",
    "_writes.submission.CREATE_DEFAULTS": "likewise for a batch",
    "_writes.submission.Submission": "likewise for a batch",
    "_waits.snapshot.Snapshot": "a watch doubts a list as a wait does",
}
"""The internals of the library that the command line uses, and why the public names are not enough."""


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports from the package, by dotted name, those for type checkers included."""
    package = ".".join(path.relative_to(OVERLAY.parent).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("pasqal_client."):
                yield name.removeprefix("pasqal_client.")


def is_public(name: str) -> bool:
    """Whether a name is exported, or that of a module, and no part of it begins with an underscore."""
    parts = name.split(".")
    if any(part.startswith("_") and not part.startswith("__") for part in parts):
        return False
    if OVERLAY.joinpath(*parts).with_suffix(".py").is_file():
        return True
    home = import_module(".".join(["pasqal_client", *parts[:-1]]))
    return parts[-1] in getattr(home, "__all__", vars(home))


def taken_from_library() -> set[str]:
    """The names that the command line imports from outside its own folder."""
    names = {name for path in CLI.rglob("*.py") for name in imported(path)}
    return {name for name in names if name != "cli" and not name.startswith("cli.")}


def test_the_command_line_uses_public_names() -> None:
    """A program can do whatever the command can; each exception has its reason, and none is unused."""
    assert {name for name in taken_from_library() if not is_public(name)} == SHARED.keys()


def test_public_names_are_told_from_internal_ones() -> None:
    """A leading underscore at any place makes a name internal, and so does a module that does not export it."""
    for name in ("PasqalClient", "errors", "errors.APIError", "jobs.Jobs", "sandbox.program"):
        assert is_public(name), name
    for name in (
        "_checks",
        "_checks.uuid_of",
        "errors.quoted",
        "errors._jobs",
        "jobs._x",
        "nothing",
    ):
        assert not is_public(name), name


def test_nothing_else_imports_the_command_line() -> None:
    """The library works without its command."""
    for path in OVERLAY.rglob("*.py"):
        if CLI not in path.parents:
            found = [name for name in imported(path) if name.split(".")[0] == "cli"]
            assert not found, path
