"""Makes the client of a command: where the service is, who vouches for the requests, and what is told meanwhile.

Credentials come from `--token-file`, else from `PASQAL_*` variables, else from the profile, else
from what `pasqal auth login` keeps. The library itself decides everything else.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from .. import ClientCredentials, IncompleteListingWarning, PasqalClient, PasswordCredentials
from .._settings import config, profiles
from .credential_store import Kept, Store
from .exit_codes import Code, CommandError
from .filter_values import say
from .prompts import read_secret
from .safe_text import clean
from .times import seconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .. import ReceivedResponse, SentRequest
    from .options import Where

SECRETS: Final = ("token", "username", "password", "client_id", "client_secret")


class Account(NamedTuple):
    """Where the service is, and who vouches for the requests.

    Attributes:
        profile: the name of the profile.
        address: the service's base URL.
        region: the region's name.
        origin: where the credentials come from; empty if there are none.
        kind: what they are.
        who: the username or client id, if there is one.
        arguments: what the client has to be given.
        hint: how to come by credentials, if there are none.
    """

    profile: str
    address: str
    region: str
    origin: str
    kind: str
    who: str
    arguments: dict[str, Any]
    hint: str = ""

    def __repr__(self) -> str:
        return f"<account: {self.kind} from {self.origin}>"


def _levels(where: Where) -> tuple[str, config.Settings, config.Level, config.Level]:
    """The name of the profile, the settings, and what variables and the profile say."""
    given = {name: getattr(where, name) for name in ("profile", "region", "base_url")}
    variables = config.variables(os.environ)
    named = config.pick("profile", [given, variables])
    profile = profiles.load(named)
    settings = config.settings_of([given, variables, profile])
    return str(named or profiles.DEFAULT), settings, variables, profile


def place(where: Where) -> tuple[str, str]:
    """The name of the profile, and the service's address."""
    name, settings, _, _ = _levels(where)
    return name, settings.base_url


def account(where: Where, *, kept: bool = True) -> Account:
    """The account that a command acts for.

    Args:
        where: what the options say.
        kept: whether to look for what `pasqal auth login` has kept.

    Raises:
        ConfigurationError: the settings do not make a client.
        UsageMistake: the token's file cannot be read.
    """
    profile, settings, variables, level = _levels(where)

    def found(origin: str, level: config.Level, **arguments: Any) -> Account:
        kind = next(name for name in SECRETS if level.get(name) is not None)
        kinds = {
            "username": "password",
            "client_id": "client credentials",
            "client_secret": "client credentials",
        }
        who = str(level.get("username") or level.get("client_id") or "")
        return Account(
            profile,
            settings.base_url,
            settings.region,
            origin,
            kinds.get(kind, kind),
            who,
            arguments,
        )

    if where.token_file is not None:
        token = read_secret(where.token_file, "--token-file")
        file = where.token_file
        origin = "stdin" if file == "-" else f"the file {file}"
        return found(origin, {"token": token}, token=token)
    if held := [name for name in SECRETS if variables[name]]:
        named_variables = " and ".join(f"PASQAL_{name.upper()}" for name in held)
        return found(f"the environment ({named_variables})", variables)
    if any(level.get(name) for name in SECRETS):
        return found(f"the profile in {profiles.path()}", level)
    store = Store()
    entry = store.get(profile, settings.base_url) if kept else None
    if entry is None:
        hint = _other_addresses(profile, store) if kept else ""
        return Account(profile, settings.base_url, settings.region, "", "", "", {}, hint)
    origin = "the keyring" if entry.keeper == "keyring" else f"the file {store.path}"
    arguments = _arguments(entry, settings.region)
    return Account(
        profile, settings.base_url, settings.region, origin, entry.kind, entry.who, arguments
    )


def _other_addresses(profile: str, store: Store) -> str:
    known = store.addresses(profile)
    if known:
        return f"profile {profile} is signed in at {', '.join(known)} only: say --region or --base-url, or sign in here"
    return "run `pasqal auth login`, or set PASQAL_TOKEN, or give --token-file"


def _arguments(kept: Kept, region: str) -> dict[str, Any]:
    if kept.kind == "token":
        return {"token": kept.secret}
    make = PasswordCredentials if kept.kind == "password" else ClientCredentials
    # An address of one's own has no region; then the token endpoint is given, and the region's
    # other settings do.
    known = region if region in config.REGIONS else config.DEFAULT_REGION
    return {"credentials": make(kept.who, kept.secret, region=known, token_url=kept.token_url)}


def arguments_for(where: Where, kept: Kept, region: str) -> dict[str, Any]:
    """What the client has to be given to sign in with credentials that are not kept yet."""
    return {**_settings(where), **_arguments(kept, region)}


def _settings(where: Where) -> dict[str, Any]:
    return {
        "profile": where.profile,
        "region": where.region,
        "base_url": where.base_url,
        "deadline": seconds("--deadline", where.deadline),
        "strict": where.strict or None,
    }


@contextmanager
def connected(where: Where, this: Account | None = None) -> Iterator[PasqalClient]:
    """A client for the account of the command.

    Args:
        where: what the options say.
        this: the account, if it is known already; a token can be read from stdin only once.

    Raises:
        CommandError: there is nothing to sign in with.
        ConfigurationError: the settings do not make a client.
    """
    this = this or account(where)
    if not this.origin:
        raise CommandError(f"not signed in at {this.address}", this.hint, Code.NOT_SIGNED_IN)
    with client_with(where, {**_settings(where), **this.arguments}) as client:
        yield client


@contextmanager
def client_with(where: Where, arguments: dict[str, Any]) -> Iterator[PasqalClient]:
    """A client with these arguments; what the library has to say meanwhile goes to stderr."""
    hooks: dict[str, Any] = (
        {"on_request": _show_request, "on_response": _show_response} if where.debug else {}
    )
    with _heard(debug=where.debug), PasqalClient(**arguments, **hooks) as client:
        yield client


def _show_request(request: SentRequest) -> None:
    headers = "".join(f"\n    {name}: {value}" for name, value in request.headers.items())
    sys.stderr.write(
        clean(f"> {request.method} {request.url} (attempt {request.attempt}){headers}\n", keep="\n")
    )


def _show_response(response: ReceivedResponse) -> None:
    what = "no answer" if response.status is None else str(response.status)
    why = f": {response.error}" if response.error else ""
    headers = "".join(f"\n    {name}: {value}" for name, value in response.headers.items())
    sys.stderr.write(clean(f"< {what} after {response.elapsed:.3f} s{why}{headers}\n", keep="\n"))


class _Notes(logging.Handler):
    """What the library logs: shown with --debug; PASQAL_LOG has a handler of its own."""

    def __init__(self, *, shown: bool) -> None:
        super().__init__(logging.WARNING)
        self._shown = shown

    def emit(self, record: logging.LogRecord) -> None:
        if self._shown:
            say(f"! {record.getMessage()}")


@contextmanager
def _heard(*, debug: bool) -> Iterator[None]:
    notes = _Notes(shown=debug)
    logging.getLogger("pasqal_client").addHandler(notes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", IncompleteListingWarning)
            warnings.showwarning = lambda message, *_, **__: say(f"warning: {message}")
            yield
    finally:
        logging.getLogger("pasqal_client").removeHandler(notes)
