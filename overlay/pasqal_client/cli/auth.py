"""`pasqal auth`: signing in. Secrets are typed without echo or read from a file, and never shown."""

from enum import StrEnum
from typing import Annotated

import typer

from .exit_codes import Code, UsageMistake
from .options import CONNECTING, Where, options
from .tree import group

app = group("auth", "Sign in, tell who is signed in, sign out.")


class Place(StrEnum):
    """Where to keep a secret."""

    AUTO = "auto"
    KEYRING = "keyring"
    FILE = "file"


def _text(*declarations: str, metavar: str, help: str) -> typer.models.OptionInfo:
    info: typer.models.OptionInfo = typer.Option(
        *declarations, metavar=metavar, show_default=False, help=help
    )
    return info


@app.command("login", epilog="Example: pasqal auth login --token-file token.txt")
@options(CONNECTING)
def login(
    where: Where,
    username: Annotated[
        str | None,
        _text(
            "--username", metavar="NAME", help="Sign in as this account; its password is asked for."
        ),
    ] = None,
    client_id: Annotated[
        str | None,
        _text(
            "--client-id",
            metavar="ID",
            help="Sign in as this service account; its secret is asked for.",
        ),
    ] = None,
    secret_file: Annotated[
        str | None,
        _text(
            "--secret-file", metavar="FILE", help="Read the password or secret there; - is stdin."
        ),
    ] = None,
    token_url: Annotated[
        str | None,
        _text(
            "--token-url", metavar="URL", help="The token endpoint, where --base-url has no region."
        ),
    ] = None,
    store: Annotated[
        Place,
        typer.Option(
            "--store", help="Where to keep it: the keyring if there is one (auto), or a file."
        ),
    ] = Place.AUTO,
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check", show_default=False, help="Ask the service first, or do not."
        ),
    ] = True,
) -> int:
    """Ask for a token or password and keep it.

    It is kept for one profile and one address. Without --username or --client-id a token is asked
    for. Variables and the secrets of the profile count before what is kept. Nothing is kept that
    the service does not accept.
    """
    from . import login

    if username and client_id:
        raise UsageMistake("give either --username or --client-id")
    if where.token_file and (username or client_id):
        raise UsageMistake(
            "--token-file holds a token; a password or client secret is read from --secret-file"
        )
    if secret_file and not (username or client_id):
        raise UsageMistake(
            "--secret-file holds a password or client secret; a token is read from --token-file"
        )
    return login.login(where, username, client_id, secret_file, token_url, store.value, check=check)


@app.command("status", epilog="Example: pasqal auth status --offline")
@options(CONNECTING)
def status(
    where: Where,
    offline: Annotated[
        bool, typer.Option("--offline", show_default=False, help="Do not ask the service.")
    ] = False,
) -> int:
    """Tell who is signed in, where and how.

    Shows no secret. One request finds out whether the service accepts it.
    """
    from . import account, login

    this = account.account(where)
    login.tell(this)
    if not this.origin or not offline:
        with account.connected(where, this) as client:
            client.jobs.page(limit=1)
        login.tell_accepted()
    return Code.DONE


@app.command("logout", epilog="Example: pasqal auth logout")
@options(CONNECTING)
def logout(where: Where) -> int:
    """Forget what is kept."""
    from . import login

    return login.logout(where)
