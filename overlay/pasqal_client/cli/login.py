"""What `pasqal auth` does: asks for secrets, tries them, keeps them, forgets them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from .._auth.token_grant import checked_token
from .._settings import config
from . import account, prompts
from .credential_store import Keeper, Kept, Store, usable_keyring
from .exit_codes import Code, UsageMistake, receipt
from .filter_values import say
from .output import emit

if TYPE_CHECKING:
    from .account import Account
    from .options import Where


def login(
    where: Where,
    username: str | None,
    client_id: str | None,
    secret_file: str | None,
    token_url: str | None,
    place: str,
    *,
    check: bool,
) -> Code:
    """Keep credentials; see `pasqal auth login`."""
    this = account.account(where._replace(token_file=None), kept=False)
    if this.origin.startswith("the profile"):
        raise UsageMistake(
            f"{this.origin} has a secret, which counts before what would be kept",
            "remove it there first",
        )
    keeper = _keeper(place)
    if username or client_id:
        if this.region == config.CUSTOM and token_url is None:
            raise UsageMistake(
                f"the token endpoint of {this.address} is not known",
                "give --token-url, or --region",
            )
        what, name = ("password", username) if username else ("client secret", client_id)
        secret = _read(secret_file, "--secret-file", what)
        kept = Kept(
            "password" if username else "client credentials", str(name), secret, token_url, keeper
        )
    else:
        kept = Kept(
            "token",
            "",
            checked_token(_read(where.token_file, "--token-file", "token")),
            None,
            keeper,
        )
    if check:
        arguments = account.arguments_for(where, kept, this.region)
        with account.client_with(where, arguments) as client:
            client.jobs.page(limit=1)
    store = Store()
    is_all = store.put(this.profile, this.address, kept)
    whose = f" of {kept.who}" if kept.who else ""
    where_to = "the keyring" if keeper == "keyring" else f"{store.path}, which only you can read"
    accepted = "The service accepts it." if check else "The service was not asked."
    with receipt():
        emit(
            f"The {kept.kind}{whose} for {this.address} (profile {this.profile}) is kept in {where_to}. {accepted}\n"
        )
    if not is_all:
        say("note: the keyring still has what was kept there before")
    if this.origin.startswith("the environment"):
        say(
            f"note: {this.origin.removeprefix('the environment ').strip('()')} is set, and counts before it"
        )
    return Code.DONE


def _keeper(place: str) -> Keeper:
    usable = usable_keyring() is not None if place != "file" else False
    if place == "keyring" and not usable:
        raise UsageMistake(
            "there is no keyring to be used here",
            "--store file keeps it in a file that only you can read",
        )
    return "keyring" if usable else "file"


def _read(file: str | None, option: str, what: str) -> str:
    secret = prompts.secret(what, option) if file is None else prompts.read_secret(file, option)
    if not secret:
        raise UsageMistake(f"the {what} is empty")
    return secret


_WAYS: Final = {
    "": "no",
    "token": "with a token",
    "password": "with a password",
    "client credentials": "with a client secret",
}


def tell(this: Account) -> None:
    """Print who is signed in, where and how."""
    rows = {
        "service": f"{this.address} (region {this.region})",
        "profile": this.profile,
        "signed in": _WAYS[this.kind],
        "as": this.who,
        "from": this.origin,
    }
    emit("".join(f"{name + ':':<11}{text}\n" for name, text in rows.items() if text))


def tell_accepted() -> None:
    """Print that the service accepts the credentials."""
    emit("accepted:  yes\n")


def logout(where: Where) -> Code:
    """Forget credentials; see `pasqal auth logout`."""
    profile, address = account.place(where)
    removed = Store().remove(profile, address)
    what = "is forgotten" if removed else "was not kept"
    with receipt():
        emit(f"What signs in at {address} (profile {profile}) {what}.\n")
    left = [name for name in account.SECRETS if os.environ.get(f"PASQAL_{name.upper()}")]
    if left:
        say(f"note: {' and '.join(f'PASQAL_{name.upper()}' for name in left)} is still set")
    return Code.DONE
