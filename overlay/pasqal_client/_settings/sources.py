"""Finds out where the settings of a client come from and who signs in, for the library and the command alike.

The sources are arguments, variables, a profile, the login that `pasqal auth login` has stored, and
`~/.pasqal/config`. The last two are opened only where the others have nothing to sign in with.
They sign in as a whole: they lend no half of what signs in to another source.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from attrs import field, frozen

from .._auth.credential_store import CredentialStore
from .._display import quoted
from ..errors import ConfigurationError
from . import config, pasqal_config, profiles
from .config import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .._auth.credential_store import StoredCredentials
    from .._auth.credentials import Credentials
    from .config import Level, Settings

SourceName = Literal["arguments", "environment", "profile", "login", "pasqal config"]

_GIVEN: Final[tuple[SourceName, ...]] = ("arguments", "environment", "profile")

_PASQAL_CONFIG_ADDRESS: Final = config.REGIONS[pasqal_config.REGION]
"""The one address to which the secrets in `~/.pasqal/config` are sent."""

_KINDS: Final = {
    "credentials": "credentials",
    "token": "token",
    "username": "password",
    "client_id": "client credentials",
}
"""What kind of credentials a way to sign in is."""


class _Signer(NamedTuple):
    """What signs the requests of a client.

    Attributes:
        source: the source that it comes from.
        origin: where that is, in words.
        kind: what it is: `token`, `password`, `client credentials` or `credentials`.
        who: the username or client id, if it is known.
    """

    source: SourceName
    origin: str
    kind: str
    who: str


@frozen
class _Login:
    """A login that `pasqal auth login`, or another program, has stored.

    Attributes:
        signer: what signs in.
        level: the settings that come with it.
        credentials: gets the credentials. A keyring is opened only then, and may ask for a password.
    """

    signer: _Signer
    level: Level = field(repr=False)
    credentials: Callable[[], Credentials] = field(repr=False)


@frozen
class Sources:
    """The sources of a client's settings, and what they come to.

    Attributes:
        profile: the name of the profile.
        levels: the settings from each source, the strongest first; hidden, because they hold secrets.
        settings: the settings themselves.
        signer: what signs in, unless the client is anonymous; None if there is nothing.
    """

    profile: str
    levels: Sequence[Level] = field(repr=False)
    settings: Settings
    signer: _Signer | None
    _login: _Login | None

    def credentials(self) -> Credentials:
        """The credentials that sign in.

        Raises:
            ConfigurationError: there are none, too many at once, or they are incomplete.
        """
        if self._login is not None:
            return self._login.credentials()
        with config.name_sources(self.levels):
            credentials = config.credentials_of(self.levels, self.settings.region)
        if credentials is None:
            raise ConfigurationError(self._nothing_found())
        return credentials

    @property
    def origin(self) -> str:
        """Where what signs in comes from, in words; empty if nothing does."""
        if self.signer is None:
            return ""
        return self.signer.origin

    def other_logins(self) -> list[str]:
        """The addresses at which the profile is signed in by `pasqal auth login`, while it is not at this one."""
        try:
            return login_store().addresses(self.profile)
        except ConfigurationError:
            return []

    def _nothing_found(self) -> str:
        found = (
            "there is nothing to sign in with: run `pasqal auth login`, give token=…, username=… and password=…, or "
            "client_id=… and client_secret=…, or set the variable PASQAL_TOKEN; looked at the arguments, at the "
            "variables PASQAL_TOKEN, PASQAL_AUTH_TOKEN, PASQAL_USERNAME and PASQAL_PASSWORD, PASQAL_CLIENT_ID and "
            f"PASQAL_CLIENT_SECRET, {self._files()}"
        )
        elsewhere = self.other_logins()
        if elsewhere:
            return f"{found}; this profile is signed in at {', '.join(elsewhere)} only"
        return found

    def _files(self) -> str:
        """The files that were looked at."""
        profile, address = quoted(self.profile), self.settings.base_url
        try:
            file, store = profiles.path(), login_store().path
        except ConfigurationError:
            return "and a profile or a login needs a home directory: set HOME"
        profile_place = f"at the profile {profile} in {file}"
        login_place = f"at the login of that profile at {address} in {store}"
        if address != _PASQAL_CONFIG_ADDRESS:
            only = f"~/.pasqal/config is for {_PASQAL_CONFIG_ADDRESS} only"
            return f"{profile_place}, and {login_place} ({only})"
        return (
            f"{profile_place}, {login_place}, and at {pasqal_config.path() or '~/.pasqal/config'}"
        )


def read_sources(arguments: Level, *, logins: bool = True) -> Sources:
    """Read the sources of a client's settings.

    Args:
        arguments: the settings from the strongest source.
        logins: whether to look for a login where arguments, variables and profile have none.

    Raises:
        ConfigurationError: a setting is malformed, or a source cannot be used.
    """
    levels: list[Level] = [arguments, config.variables(os.environ)]
    with config.name_sources(levels):
        # Arguments and variables may name the profile, so they have to be there by then.
        named = config.pick("profile", levels)
        levels.append(profiles.load(named))
        settings = config.settings_of(levels)
        profile = str(named or profiles.DEFAULT)
        signer = _given_signer(levels, profile)
        if signer is not None or settings.anonymous or not logins:
            return Sources(profile, levels, settings, signer, None)
        login = _stored_login(profile, settings) or _pasqal_config(settings)
        if login is None:
            return Sources(profile, levels, settings, None, None)
        levels.append(login.level)
        return Sources(profile, levels, config.settings_of(levels), login.signer, login)


def login_store() -> CredentialStore:
    """Where `pasqal auth login` stores credentials: beside the configuration file.

    Raises:
        ConfigurationError: no home directory is known.
    """
    return CredentialStore(profiles.path().with_name("credentials.json"))


def variables_in_use() -> str:
    """The variables with credentials that are set, by name; empty if there are none."""
    variables = config.variables(os.environ)
    held = [name for name in config.SIGNING_IN if variables.get(name) is not None]
    return " and ".join(map(variables.place_of, held))


def _given_signer(levels: Sequence[Level], profile: str) -> _Signer | None:
    """What signs in of the first three sources; None if they have nothing."""
    found = config.way_in(levels)
    if found is None:
        return None
    number, way = found
    level, source = levels[number], _GIVEN[number]
    who = level.get("username") or level.get("client_id") or ""
    return _Signer(source, _origin(source, profile, way), _KINDS[way], str(who))


def _origin(source: SourceName, profile: str, way: str) -> str:
    if source == "environment":
        return f"the environment ({variables_in_use()})"
    if source == "profile":
        return f"the profile {quoted(profile)} in {profiles.path()}"
    return f"the arguments ({way}=…)"


def _stored_login(profile: str, settings: Settings) -> _Login | None:
    try:
        store = login_store()
    except ConfigurationError:
        return None
    address, region = settings.base_url, settings.region
    found = store.find(profile, address)
    if found is None:
        return None

    def credentials() -> Credentials:
        stored = store.unlock(found, profile, address)
        try:
            return credentials_of_login(stored, region)
        except ConfigurationError as error:
            raise ConfigurationError(f"{store.path}: {error}") from None

    origin = "the keyring" if found.keeper == "keyring" else f"the file {store.path}"
    return _Login(_Signer("login", origin, found.kind, found.who), {}, credentials)


def credentials_of_login(stored: StoredCredentials, region: str) -> Credentials:
    """What signs in with a login at an address of this region.

    Raises:
        ConfigurationError: it cannot be credentials.
    """
    # A custom address has no region. Its token endpoint is stored; what else a region brings along
    # is that of the default one.
    known = region if region in config.REGIONS else config.DEFAULT_REGION
    return stored.credentials(known)


def _pasqal_config(settings: Settings) -> _Login | None:
    if settings.base_url != _PASQAL_CONFIG_ADDRESS:
        return None
    found = pasqal_config.load()
    if found is None:
        return None
    level = Source({"project_id": found.project_id}, lambda name: f"{found.path}: {name}")
    signer = _Signer("pasqal config", f"the file {found.path}", found.credentials.kind, found.who)
    return _Login(signer, level, lambda: found.credentials)
