"""Reads named settings from the user's configuration file, the same that the command line uses.

    # ~/.config/pasqal-client/config.toml on Linux; `profiles.path()` tells where it is elsewhere
    [profiles.default]
    region = "fr"
    project_id = "…"

    [profiles.operations]
    region = "sa"
    client_id = "…"
    client_secret = "…"

A profile has the names of the constructor's arguments. A file that holds a secret must be readable by its owner only.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from platformdirs import user_config_path

from .errors import ConfigurationError

if TYPE_CHECKING:
    from .config import Level

DEFAULT: Final = "default"
SECRETS: Final = frozenset({"token", "password", "client_secret"})
NAMES: Final = SECRETS | {"username", "client_id", "project_id", "region", "base_url", "timeout", "deadline", "strict"}


def path() -> Path:
    """Where the file is; it need not exist."""
    return Path(user_config_path("pasqal-client", appauthor=False)) / "config.toml"


def load(name: object) -> Level:
    """The settings of a profile; without a name those of the profile `default`, if there is one.

    Raises:
        ConfigurationError: there is no such profile, or the file cannot be read, has other names, or shows a secret to
            others.
    """
    file = path()
    profiles = _read(file)
    if name is None:
        return _checked(file, DEFAULT, profiles.get(DEFAULT, {}))
    if name not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise ConfigurationError(f"profile: there is no {name!r} in {file}; there are: {known}")
    return _checked(file, str(name), profiles[str(name)])


def _read(file: Path) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read: {type(error).__name__}") from None
    profiles = content.get("profiles", {})
    if not isinstance(profiles, dict):
        raise ConfigurationError(f"{file}: expected tables such as [profiles.{DEFAULT}]")
    return profiles


def _checked(file: Path, name: str, profile: Any) -> Level:
    if not isinstance(profile, dict):
        raise ConfigurationError(f"{file}: expected a table [profiles.{name}]")
    unknown = sorted(profile.keys() - NAMES)
    if unknown:
        known = ", ".join(sorted(NAMES))
        raise ConfigurationError(f"{file}: [profiles.{name}] has {', '.join(unknown)}; a profile may have {known}")
    if profile.keys() & SECRETS and os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise ConfigurationError(f"{file} holds a secret and can be read by others: run `chmod 600 {file}`")
    return profile
