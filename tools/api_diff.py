"""Says what changed for users of the Python API since the last release, and whether the version is enough for it.

    PYTHONPATH=tools python tools/api_diff.py              compare with the last release, the newest tag such as v1.2.3
    PYTHONPATH=tools python tools/api_diff.py REF          compare with any git ref

What breaks a program that worked is printed: a name, a parameter or a default that is gone or another
one. It is an error only where the version is too low for it: before 1.0.0 a breaking change needs
another minor version, after that another major one.

The API is what `__all__` of the package and of its public modules names, and the classes and functions
of those public modules that have no `__all__`, such as jobs and batches.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

import griffe

from git_output import git_output
from spec_diff.rules import Step
from spec_diff.versions import VERSION_FILE, Version, package_version, version_in

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGE: Final = "pasqal_client"
SOURCES: Final = "overlay"
MADE_BY_CLIENT: Final = ("batches", "devices", "jobs", "open_batch")


class RefError(Exception):
    """The API cannot be read as it was; the text says why."""


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code."""
    if len(arguments) > 1 or any(text.startswith("-") for text in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    ref = arguments[0] if arguments else last_release()
    if ref is None:
        print(
            "no tag is that of a release, such as v1.2.3: nothing is released, so any API will do"
        )
        return 0
    try:
        before = version_at(ref)
        lines = breakages(ref)
    except RefError as error:
        print(error, file=sys.stderr)
        return 1
    return report(ref, before, lines)


def last_release() -> str | None:
    """The tag of the newest release; None if there is none."""
    tags = git_output(ROOT, "tag", "--list", "v*") or ""
    releases = {}
    for tag in tags.splitlines():
        found = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", tag)
        if found is not None:
            # By number: as text, v0.10.0 would come before v0.9.0.
            releases[Version(*map(int, found.groups()))] = tag
    if not releases:
        return None
    return releases[max(releases)]


def version_at(ref: str) -> Version:
    """The version that the package had under a git ref.

    Raises:
        RefError: git knows no such ref, or it has no version.
    """
    source = git_output(ROOT, "show", f"{ref}:./{VERSION_FILE}")
    if source is None:
        raise RefError(
            f"{ref!r} is not a git ref that has {VERSION_FILE}; v0.1.0 or HEAD~1 would be"
        )
    return version_in(source, f"{ref}:{VERSION_FILE}")


def breakages(ref: str) -> list[str]:
    """What breaks programs that worked with the API as it was under a git ref, a line for each."""
    before = public_objects(
        griffe.load_git(
            PACKAGE,
            ref=ref,
            repo=ROOT,
            search_paths=[SOURCES],
            allow_inspection=False,
        )
    )
    now = public_objects(
        griffe.load(
            PACKAGE,
            search_paths=[ROOT / SOURCES],
            allow_inspection=False,
        )
    )
    lines = []
    for path, kept in before.items():
        if path not in now:
            lines.append(f"{path}: was removed")
            continue
        changed = now[path]
        if kept is not None and changed is not None:
            lines += changes(kept, changed)
    return sorted(set(lines))


def changes(before: griffe.Object, now: griffe.Object) -> list[str]:
    """What breaks of one object."""
    lines = []
    for breakage in griffe.find_breaking_changes(before, now):
        # Only the client makes objects of these classes.
        if breakage.obj.name == "__init__" and breakage.obj.module.name in MADE_BY_CLIENT:
            continue
        text = breakage.explain(griffe.ExplanationStyle.ONE_LINE)
        # It is made for terminals, and begins with a place in a file.
        *_, said = re.sub(r"\x1b\[\d+m", "", text).split(":", 2)
        # Nobody passes it by name.
        if "(self)" not in said:
            lines.append(f"{breakage.obj.module.path}:{said}")
    return lines


def public_objects(
    package: griffe.Object | griffe.Alias,
) -> dict[str, griffe.Object | None]:
    """The classes and functions of the API, by the paths that users know them by; None for a model of the contract."""
    found: dict[str, griffe.Object | None] = {}
    modules = {PACKAGE: package}
    for name, inner in package.modules.items():
        if not name.startswith("_"):
            modules[inner.path] = inner
    for place, module in modules.items():
        for name in public_names(module):
            member = module.members.get(name)
            if isinstance(member, griffe.Alias):
                member = target_of(member)
            found[f"{place}.{name}"] = member
    return found


def public_names(module: griffe.Object | griffe.Alias) -> list[str]:
    """What `__all__` of a module names; without it, what the module defines and does not hide."""
    if module.exports is not None:
        # Text is a name; anything else is a list of further names, which only running it would tell.
        return [name for name in module.exports if isinstance(name, str)]
    names = []
    for name, member in module.members.items():
        if not (member.is_alias or name.startswith("_")):
            names.append(name)
    return names


def target_of(alias: griffe.Alias) -> griffe.Object | None:
    """What a name that is imported stands for; None if another package has it."""
    try:
        return alias.final_target
    except griffe.AliasResolutionError:
        return None


def report(ref: str, before: Version, lines: list[str]) -> int:
    """Print what breaks, and say whether the version is enough for it; returns the exit code."""
    print(*lines, sep="\n", end="\n" if lines else "")
    version = package_version(ROOT)
    wanted = before
    if lines:
        wanted = before.after(Step.MAJOR)
    changed = f"{len(lines)} breaking changes of the Python API since {ref}"
    if version >= wanted:
        print(f"version {version} is enough: {changed}")
        return 0
    print(
        f"version {version} is behind: {changed} ask for {wanted} or later.\n"
        f"Set __version__ in {VERSION_FILE} to {wanted}, or keep what worked.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
