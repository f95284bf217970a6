"""What `pasqal auth` does: asks for secrets, tries them, stores them, removes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from .._auth.credential_store import Keeper, StoredCredentials
from .._auth.keyring_secrets import usable_keyring
from .._settings import config
from .._settings.sources import login_store, variables_in_use
from .account import arguments_for, find_account, find_place, open_client
from .display.output import emit
from .failures import ExitCode, UsageMistake, attach, guard_receipt
from .prompts import ask_secret, read_secret
from .streams import say

if TYPE_CHECKING:
    from .account import Account
    from .options import Where


@dataclass(frozen=True)
class LoginOptions:
    """What to sign in with, as the options say.

    Attributes:
        username: the account whose password is needed; None for others.
        client_id: the service account whose secret is needed; None for others.
        secret_file: the file with the password or secret; None to ask for it.
        token_url: the token endpoint, if it is not the region's.
    """

    username: str | None
    client_id: str | None
    secret_file: str | None
    token_url: str | None


def sign_in(where: Where, options: LoginOptions, store: str, *, check: bool) -> ExitCode:
    """Store credentials; see `pasqal auth login`.

    Args:
        where: for which profile and address.
        options: which credentials.
        store: where to store them: `auto`, `keyring` or `file`.
        check: whether to try them first.
    """
    # A token file holds what is to be stored here; it does not sign this command.
    account = find_account(replace(where, token_file=None), logins=False)
    if account.source == "profile":
        raise UsageMistake(
            f"{account.origin} has a secret, which would take precedence over a stored one",
            "remove it there first",
        )
    credentials = _read_credentials(where, options, account, _choose_keeper(store))
    # Made even if the service is not asked: the client rejects what cannot be a token.
    arguments = arguments_for(where, credentials, account.region)
    remedy = f"nothing was stored; check what was given, and the address: {account.address}"
    with attach(remedy=remedy), open_client(where, arguments) as client:
        if check:
            client.jobs.page(limit=1)
    is_clean = _store(account, credentials, checked=check)
    if not is_clean:
        say("note: the previous secret could not be deleted from the keyring")
    if account.source == "environment":
        say(f"note: credentials from {account.origin} take precedence over these")
    return ExitCode.DONE


def _choose_keeper(store: str) -> Keeper:
    if store == "file":
        return "file"
    if usable_keyring() is not None:
        return "keyring"
    if store == "keyring":
        raise UsageMistake(
            "no usable keyring on this machine", "--store file uses a file that only you can read"
        )
    return "file"


def _read_credentials(
    where: Where, options: LoginOptions, account: Account, keeper: Keeper
) -> StoredCredentials:
    if not options.username and not options.client_id:
        token = _read(where.token_file, "--token-file", "token")
        return StoredCredentials("token", "", token, None, keeper)
    if account.region == config.CUSTOM and options.token_url is None:
        raise UsageMistake(
            f"the token endpoint of {account.address} is unknown", "give --token-url or --region"
        )
    region = None if account.region == config.CUSTOM else account.region
    if options.username:
        secret = _read(options.secret_file, "--secret-file", "password")
        return StoredCredentials(
            "password", options.username, secret, options.token_url, keeper, region
        )
    secret = _read(options.secret_file, "--secret-file", "client secret")
    return StoredCredentials(
        "client credentials", str(options.client_id), secret, options.token_url, keeper, region
    )


def _read(file: str | None, option: str, what: str) -> str:
    secret = ask_secret(what, option) if file is None else read_secret(file, option)
    # Some editors begin every file with a byte order mark.
    secret = secret.removeprefix("\ufeff")
    if not secret:
        raise UsageMistake(f"the {what} is empty")
    return secret


def _store(account: Account, credentials: StoredCredentials, *, checked: bool) -> bool:
    """Store credentials and say so; returns False if the keyring still has the previous secret."""
    store = login_store()
    is_clean = store.put(account.profile, account.address, credentials)
    what = f"{credentials.kind} of {credentials.who}" if credentials.who else credentials.kind
    whose = f"{account.address} (profile {account.profile})"
    place = "the keyring"
    if credentials.keeper == "file":
        place = f"{store.path}, which only you can read"
    outcome = "The service accepts it." if checked else "The service was not asked."
    with guard_receipt():
        emit(f"Stored the {what} for {whose} in {place}. {outcome}\n")
    return is_clean


_WAYS: Final = {
    "": "no",
    "token": "with a token",
    "password": "with a password",
    "client credentials": "with a client secret",
}


def print_account(account: Account) -> None:
    """Print who is signed in, where and how."""
    rows = {
        "service": f"{account.address} (region {account.region})",
        "profile": account.profile,
        "signed in": _WAYS[account.kind],
        "as": account.who,
        "from": account.origin,
    }
    emit("".join(f"{name + ':':<11}{text}\n" for name, text in rows.items() if text))


def print_accepted() -> None:
    """Print that the service accepts the credentials."""
    emit("accepted:  yes\n")


def sign_out(where: Where) -> ExitCode:
    """Remove credentials; see `pasqal auth logout`."""
    profile, address = find_place(where)
    was_there = login_store().remove(profile, address)
    with guard_receipt():
        if was_there:
            emit(f"Removed the credentials for {address} (profile {profile}).\n")
        else:
            emit(f"No credentials were stored for {address} (profile {profile}).\n")
    # Who signs out on a shared machine wants to know that a variable still signs in.
    if variables_in_use():
        say(f"note: still set in the environment: {variables_in_use()}")
    return ExitCode.DONE
