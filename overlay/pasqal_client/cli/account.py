"""Makes the client of a command: where the service is, which credentials it gets, and what is shown meanwhile.

Who signs in is decided by the function that decides it for the library; `--token-file` stands for
its arguments.
"""

from __future__ import annotations

import logging
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .. import IncompleteListingWarning, PasqalClient
from .._settings import config
from .._settings.sources import credentials_of_login, read_sources
from .display.safe_text import escape
from .failures import AGAIN, CommandError, ExitCode, UsageMistake, attach
from .prompts import read_secret
from .streams import say
from .times import parse_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .. import ReceivedResponse, SentRequest
    from .._auth.credential_store import StoredCredentials
    from .._settings.sources import SourceName, Sources
    from .options import Where


@dataclass(frozen=True)
class Account:
    """Where the service is, and what signs the requests.

    Attributes:
        profile: the name of the profile.
        address: the service's base URL.
        region: the region's name.
        source: the source of the credentials; None if there are none.
        origin: where they come from, in words; empty if there are none.
        kind: what they are.
        who: the username or client id, if there is one.
        arguments: the client's arguments for them; hidden, because they hold the secret.
        hint: how to come by credentials, if there are none.
    """

    profile: str
    address: str
    region: str
    source: SourceName | None = None
    origin: str = ""
    kind: str = ""
    who: str = ""
    arguments: dict[str, Any] = field(default_factory=dict, repr=False)
    hint: str = ""

    @property
    def remedy(self) -> str:
        """What to do where the service does not accept the credentials."""
        if self.source == "login":
            return (
                f"the credentials came from {self.origin}; `pasqal auth login{AGAIN}` stores others"
            )
        if self.source == "pasqal config":
            return (
                f"the credentials came from {self.origin}; change them there, or `pasqal auth login{AGAIN}` stores "
                "others, which take precedence"
            )
        return f"the credentials came from {self.origin}, which takes precedence over a login: change them there"


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
    sources = read_sources(_typed(where), logins=False)
    return sources.profile, sources.settings.base_url


def find_settings(where: Where) -> config.Settings:
    """The settings of the client that a command makes.

    Raises:
        ConfigurationError: they do not make a client.
    """
    return read_sources(_typed(where)).settings


def find_account(where: Where, *, logins: bool = True) -> Account:
    """The account that a command acts for.

    Args:
        where: what the options say.
        logins: whether to look for a login where nothing else has credentials.

    Raises:
        ConfigurationError: the settings do not make a client.
        UsageMistake: the token's file cannot be read.
    """
    sources = read_sources(_typed(where), logins=logins)
    signer = sources.signer
    place = (sources.profile, sources.settings.base_url, sources.settings.region)
    if signer is None:
        return Account(*place, hint=_how_to_sign_in(sources))
    origin = signer.origin
    arguments: dict[str, Any] = {}
    if where.token_file is not None:
        arguments = {"token": read_secret(where.token_file, "--token-file")}
        origin = _origin_of_token(where.token_file)
    elif signer.source in ("login", "pasqal config"):
        # The client would read the other sources in the same way, but a keyring might ask again.
        project_id = sources.settings.project_id
        arguments = {"credentials": sources.credentials(), "project_id": project_id}
    return Account(*place, signer.source, origin, signer.kind, signer.who, arguments)


def _origin_of_token(file: str) -> str:
    return "stdin" if file == "-" else f"the file {file}"


def _how_to_sign_in(sources: Sources) -> str:
    elsewhere = sources.other_logins()
    if elsewhere:
        return (
            f"profile {sources.profile} is signed in at {', '.join(elsewhere)} only: "
            "give --region or --base-url, or sign in here"
        )
    return f"run `pasqal auth login{AGAIN}`, set PASQAL_TOKEN, or give --token-file"


# ----------------------------------------------------------------------------------------------------------------------
# The client


def arguments_for(where: Where, stored: StoredCredentials, region: str) -> dict[str, Any]:
    """The client's arguments for credentials that are yet to be stored."""
    # As text, a token is checked where an error names the option that it came from.
    if stored.kind == "token":
        return {**_settings(where), "token": stored.secret}
    return {**_settings(where), "credentials": credentials_of_login(stored, region)}


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
    is_complete = account.kind == "token" or account.source in ("login", "pasqal config")
    if account.region == config.CUSTOM and not is_complete:
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
