"""Reads named settings from the user's configuration file, the same that the command line uses.

    # ~/.config/pasqal-client/config.toml on Linux; `profiles.path()` tells where it is elsewhere
    [profiles.default]
    region = "fr"
    project_id = "…"

    [profiles.operations]
    region = "sa"
    client_id = "…"
    client_secret = "…"

A profile has the names of the constructor's arguments. One that holds a secret is rejected while
others than the owner can read the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_config_path

from .._display import printable, quoted
from .._http.redaction import SecretDict
from .._private_file import OUT_OF_REACH, read_private
from ..errors import ConfigurationError
from .config import Source, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .._private_file import PrivateFile
    from .config import Level

DEFAULT: Final = "default"
_TABLES: Final = "profiles"
"""The name that every table of the file begins with."""
_LONGEST_LIST: Final = 200
SECRETS: Final = frozenset({"token", "password", "client_secret"})
_NAMES: Final = SECRETS | {
    "username",
    "client_id",
    "project_id",
    "region",
    "base_url",
    "timeout",
    "deadline",
    "strict",
}


def path() -> Path:
    """Where the file is; it need not exist.

    Raises:
        ConfigurationError: no home directory is known.
    """
    folder = _folder()
    if folder is None:
        raise ConfigurationError("no home directory for the configuration file: set HOME")
    return folder / "config.toml"


def _folder() -> Path | None:
    try:
        folder = user_config_path("pasqal-client", appauthor=False)
    except RuntimeError:
        return None
    # Older versions of platformdirs return a path that starts with a ~.
    if not folder.is_absolute():
        return None
    return folder


def load(name: object) -> Level:
    """The settings of a profile; without a name those of the profile `default`, if there is one.

    Raises:
        ConfigurationError: the profile does not exist, or the file cannot be read, has other names,
            or shows a secret to others.
    """
    try:
        file = path()
    except ConfigurationError:
        if name is not None:
            raise
        return {}
    if name is None:
        read = read_private(file, absent_if=OUT_OF_REACH)
        profiles = _parsed(read)
        return _checked(read, DEFAULT, profiles.get(DEFAULT, {}))
    read = read_private(file)
    profiles = _parsed(read)
    if not isinstance(name, str) or name not in profiles:
        if read.status is None:
            raise ConfigurationError(f"profile: {quoted(name)} is not known: {file} does not exist")
        known = _listed(profiles) or "none"
        raise ConfigurationError(f"profile: {quoted(name)} is not in {file}, which has: {known}")
    return _checked(read, name, profiles[name])


def _parsed(read: PrivateFile) -> dict[str, Any]:
    """The profiles by name. No variable shows what is in them: a traceback may show variables."""
    # Most programs have no such file.
    if read.status is None:
        return {}
    import tomllib

    file = read.path
    content: dict[str, Any] | None = None
    place = ""
    try:
        content = SecretDict(tomllib.loads(read.text()))
    except ConfigurationError:
        raise
    except (ValueError, RecursionError) as error:
        # The rest of the error's text may quote a secret.
        found = re.search(r"\(at (line \d+, column \d+|end of document)\)$", str(error))
        if found:
            place = f": look at {found[1]}"
    # Outside of the handlers, so that this error does not carry theirs.
    if content is None:
        raise ConfigurationError(f"{file} is not TOML{place}")
    if content.keys() - {_TABLES}:
        raise ConfigurationError(f"{file}: {_misplaced(content)}")
    profiles = content.get(_TABLES, {})
    if not isinstance(profiles, dict):
        raise ConfigurationError(f"{file}: expected tables such as [profiles.{DEFAULT}]")
    return SecretDict(profiles)


def _misplaced(content: dict[str, Any]) -> str:
    """What is wrong with a file that has more than profiles, and what would be right."""
    names = content.keys() - {_TABLES}
    right = f"[profiles.{DEFAULT}]"
    for name in sorted(names):
        # What looks like a profile elsewhere, `[default]` or `[profile.default]`.
        if isinstance(content[name], dict):
            return f"unknown table [{_bare(name)}]; expected tables such as {right}"
    return f"{_listed(names)} outside of a profile; expected a table such as {right} before it"


def _checked(read: PrivateFile, name: str, profile: Any) -> Level:
    file = read.path
    if not isinstance(profile, dict):
        raise ConfigurationError(f"{file}: expected a table [profiles.{_bare(name)}]")
    profile = SecretDict(profile)
    unknown = profile.keys() - _NAMES
    if unknown:
        known = ", ".join(sorted(_NAMES))
        raise ConfigurationError(
            f"{file}: [profiles.{_bare(name)}] has {_listed(unknown)}; a profile may have {known}"
        )
    if profile.keys() & SECRETS:
        read.check_privacy()
    level: dict[str, object] = {}
    for key, value in profile.items():
        level[key] = value
        if isinstance(value, str):
            level[key] = trimmed(key, value)
    return Source(level, lambda key: f"{file}: [profiles.{_bare(name)}] {key}")


def _listed(names: Iterable[str]) -> str:
    bare = map(_bare, sorted(names))
    return printable(", ".join(bare), _LONGEST_LIST)


def _bare(name: str) -> str:
    """A name without quotes; cut where it is long, and without anything that a terminal would obey."""
    return quoted(name).strip("'\"")
