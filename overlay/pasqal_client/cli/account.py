"""Makes the client of a command: where the service is, which credentials it gets, and what is shown meanwhile.

Credentials come from `--token-file`, else from `PASQAL_*` variables, else from the profile, else
from what `pasqal auth login` has stored. The library itself decides everything else.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .. import ClientCredentials, IncompleteListingWarning, PasqalClient, PasswordCredentials
from .._settings import config, profiles
from .credential_store import CredentialStore, StoredCredentials
from .display.safe_text import escape
from .failures import AGAIN, CommandError, ExitCode, UsageMistake, attach
from .prompts import read_secret
from .streams import say
from .times import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .. import ReceivedResponse, SentRequest
    from .options import Where

_CREDENTIAL_NAMES: Final = ("token", "username", "password", "client_id", "client_secret")

_KINDS: Final = {
    "token": "token",
    "username": "password",
    "password": "password",
    "client_id": "client credentials",
    "client_secret": "client credentials",
}
"""What kind of credentials a setting belongs to."""


@dataclass(frozen=True)
class Account:
    """Where the service is, and what signs the requests.

    Attributes:
        profile: the name of the profile.
        address: the service's base URL.
        region: the region's name.
        origin: where the credentials come from; empty if there are none.
        kind: what they are.
        who: the username or client id, if there is one.
        arguments: the client's arguments for them; hidden, because they hold the secret.
        hint: how to come by credentials, if there are none.
        is_stored: whether `pasqal auth login` stored them.
    """

    profile: str
    address: str
    region: str
    origin: str = ""
    kind: str = ""
    who: str = ""
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    hint: str = ""
    is_stored: bool = False

    @property
    def remedy(self) -> str:
        """What to do where the service does not accept the credentials."""
        if self.is_stored:
            return (
                f"the credentials came from {self.origin}; `pasqal auth login{AGAIN}` stores others"
            )
        return f"the credentials came from {self.origin}, which takes precedence over a login: change them there"


@dataclass(frozen=True)
class _Levels:
    """The settings of a command, and where they come from."""

    profile: str
    settings: config.Settings
    variables: config.Level
    profile_level: config.Level

    def account(self, **found: Any) -> Account:
        """The account with these settings."""
        return Account(self.profile, self.settings.base_url, self.settings.region, **found)


def _read_levels(where: Where) -> _Levels:
    options = _typed(where)
    variables = config.variables(os.environ)
    levels = [options, variables]
    with config.name_sources(levels):
        # A variable may name the profile, so the variables are read before it.
        named = config.pick("profile", levels)
        profile_level = profiles.load(named)
        levels.append(profile_level)
        settings = config.settings_of(levels)
    return _Levels(str(named or profiles.DEFAULT), settings, variables, profile_level)


def _typed(where: Where) -> config.Level:
    """The settings that were typed; errors name their options."""
    settings = {
        "profile": where.profile,
        "region": where.region,
        "base_url": where.base_url,
        "token": where.token_file,
    }
    return config.Source(settings, _option_of)


def _option_of(setting: str) -> str:
    if setting == "token":
        return "--token-file"
    return f"--{setting.replace('_', '-')}"


def find_place(where: Where) -> tuple[str, str]:
    """The name of the profile, and the service's address."""
    levels = _read_levels(where)
    return levels.profile, levels.settings.base_url


def find_settings(where: Where) -> config.Settings:
    """The settings of the client that a command makes.

    Raises:
        ConfigurationError: they do not make a client.
    """
    return _read_levels(where).settings


def find_account(where: Where, *, stored: bool = True) -> Account:
    """The account that a command acts for.

    Args:
        where: what the options say.
        stored: whether to look for what `pasqal auth login` has stored.

    Raises:
        ConfigurationError: the settings do not make a client.
        UsageMistake: the token's file cannot be read.
    """
    levels = _read_levels(where)
    found = (
        _from_token_file(levels, where.token_file)
        or _from_variables(levels)
        or _from_profile(levels)
    )
    if found:
        return found
    return _from_store(levels) if stored else levels.account()


def _from_token_file(levels: _Levels, file: str | None) -> Account | None:
    if file is None:
        return None
    token = read_secret(file, "--token-file")
    origin = "stdin" if file == "-" else f"the file {file}"
    return levels.account(origin=origin, kind="token", arguments={"token": token})


def _from_variables(levels: _Levels) -> Account | None:
    held = [name for name in _CREDENTIAL_NAMES if levels.variables[name]]
    if not held:
        return None
    # The client reads the variables, and the profile, itself: it needs no arguments.
    return levels.account(
        origin=f"the environment ({_named_variables(held)})", **_signer(levels.variables)
    )


def _named_variables(names: list[str]) -> str:
    return " and ".join(f"PASQAL_{name.upper()}" for name in names)


def _from_profile(levels: _Levels) -> Account | None:
    if not any(levels.profile_level.get(name) for name in _CREDENTIAL_NAMES):
        return None
    return levels.account(
        origin=f"the profile in {profiles.path()}", **_signer(levels.profile_level)
    )


def _signer(level: config.Level) -> dict[str, str]:
    """The kind of credentials that a level has, and whose they are."""
    first = next(name for name in _CREDENTIAL_NAMES if level.get(name) is not None)
    who = level.get("username") or level.get("client_id") or ""
    return {"kind": _KINDS[first], "who": str(who)}


def _from_store(levels: _Levels) -> Account:
    store = CredentialStore()
    stored = store.get(levels.profile, levels.settings.base_url)
    if stored is None:
        return levels.account(hint=_how_to_sign_in(levels.profile, store))
    origin = "the keyring" if stored.keeper == "keyring" else f"the file {store.path}"
    arguments = _arguments(stored, levels.settings.region)
    return levels.account(
        origin=origin, kind=stored.kind, who=stored.who, arguments=arguments, is_stored=True
    )


def _how_to_sign_in(profile: str, store: CredentialStore) -> str:
    elsewhere = store.addresses(profile)
    if elsewhere:
        return (
            f"profile {profile} is signed in at {', '.join(elsewhere)} only: "
            "give --region or --base-url, or sign in here"
        )
    return f"run `pasqal auth login{AGAIN}`, set PASQAL_TOKEN, or give --token-file"


def variables_in_use() -> str:
    """The variables with credentials that are set, by name; empty if there are none."""
    variables = config.variables(os.environ)
    return _named_variables([name for name in _CREDENTIAL_NAMES if variables[name]])


# ----------------------------------------------------------------------------------------------------------------------
# The client


def arguments_for(where: Where, stored: StoredCredentials, region: str) -> dict[str, Any]:
    """The client's arguments for credentials that are yet to be stored."""
    return {**_settings(where), **_arguments(stored, region)}


def _arguments(stored: StoredCredentials, region: str) -> dict[str, Any]:
    if stored.kind == "token":
        return {"token": stored.secret}
    make = PasswordCredentials if stored.kind == "password" else ClientCredentials
    # A custom address has no region. Its token endpoint is stored; what else a region brings along
    # is that of the default one.
    known = region if region in config.REGIONS else config.DEFAULT_REGION
    credentials = make(stored.who, stored.secret, region=known, token_url=stored.token_url)
    return {"credentials": credentials}


def _settings(where: Where) -> dict[str, Any]:
    return {
        "profile": where.profile,
        "region": where.region,
        "base_url": where.base_url,
        "deadline": parse_seconds("--deadline", where.deadline),
        # None, unlike False, lets the profile decide.
        "strict": where.strict or None,
    }


@contextmanager
def connect(
    where: Where,
    account: Account | None = None,
    on_request: Callable[[SentRequest], object] | None = None,
) -> Iterator[PasqalClient]:
    """A client for the account of the command.

    Args:
        where: what the options say.
        account: the account, if it is known already; a token can be read from stdin only once.
        on_request: called before each request.

    Raises:
        CommandError: there is nothing to sign in with.
        ConfigurationError: the settings do not make a client.
    """
    if account is None:
        account = find_account(where)
    if not account.origin:
        raise CommandError(
            f"not signed in at {account.address}", account.hint, ExitCode.NOT_SIGNED_IN
        )
    _check_endpoint(account)
    arguments = {**_settings(where), **account.arguments, "on_request": on_request}
    with attach(remedy=account.remedy), open_client(where, arguments) as client:
        yield client


@contextmanager
def connect_or_look_in(where: Where) -> Iterator[PasqalClient]:
    """A client for the account of the command, or without any for what everybody may see.

    Raises:
        ConfigurationError: the settings do not make a client.
    """
    account = find_account(where)
    if account.origin:
        with connect(where, account) as client:
            yield client
        return
    say("not signed in: only public devices are shown")
    with open_client(where, {**_settings(where), "anonymous": True}) as client:
        yield client


def _check_endpoint(account: Account) -> None:
    """Raise if the client could not find out where to sign in; its own error names its arguments.

    Raises:
        UsageMistake: the address is of no region, and what signs in is not a token.
    """
    is_token = account.kind == "token"
    if account.region == config.CUSTOM and not is_token and not account.is_stored:
        raise UsageMistake(
            f"the token endpoint of {account.address} is unknown",
            f"give --region too, or use `pasqal auth login --token-url URL{AGAIN}`",
        )


@contextmanager
def open_client(where: Where, arguments: dict[str, Any]) -> Iterator[PasqalClient]:
    """A client with these arguments; its warnings go to stderr, and with --debug its requests."""
    hooks: dict[str, Any] = {}
    if where.debug:
        show = _showing(arguments.get("on_request"))
        hooks = {"on_request": show, "on_response": _show_response}
    with _relay_notes(debug=where.debug), _make_client(where, {**arguments, **hooks}) as client:
        yield client


def _make_client(where: Where, arguments: dict[str, Any]) -> PasqalClient:
    with config.name_sources([_typed(where)]):
        return PasqalClient(**arguments)


def _showing(on_request: Callable[[SentRequest], object] | None) -> Callable[[SentRequest], None]:
    """What shows a request, and calls the hook that is there already."""

    def show(request: SentRequest) -> None:
        _show_request(request)
        if on_request is not None:
            on_request(request)

    return show


def _show_request(request: SentRequest) -> None:
    line = f"> {request.method} {request.url} (attempt {request.attempt})"
    _show(line, request.headers)


def _show_response(response: ReceivedResponse) -> None:
    what = "no answer" if response.status is None else str(response.status)
    why = f": {response.error}" if response.error else ""
    _show(f"< {what} after {response.elapsed:.3f} s{why}", response.headers)


def _show(line: str, headers: Any) -> None:
    lines = [line, *(f"    {name}: {value}" for name, value in headers.items())]
    # In one piece: requests are sent by several threads.
    sys.stderr.write(escape("\n".join(lines) + "\n", keep="\n"))


class _Notes(logging.Handler):
    """What the library logs: shown with --debug; PASQAL_LOG has a handler of its own."""

    def __init__(self, *, shown: bool) -> None:
        super().__init__(logging.WARNING)
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        if self._shown:
            say(f"! {record.getMessage()}")


@contextmanager
def _relay_notes(*, debug: bool) -> Iterator[None]:
    # Also where nothing is shown: without any handler Python would print warnings itself.
    notes = _Notes(shown=debug)
    logging.getLogger("pasqal_client").addHandler(notes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", IncompleteListingWarning)
            warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
            yield
    finally:
        logging.getLogger("pasqal_client").removeHandler(notes)
