"""`pasqal auth`: signing in. Secrets are typed without echo or read from a file, and never shown."""

from enum import StrEnum
from typing import Annotated

import typer

from ..failures import ExitCode, UsageMistake
from ..options import CONNECTING, Where, options
from ..typer_groups import group

app = group("auth", "Sign in, show who is signed in, sign out.")


class Place(StrEnum):
    """Where to store a secret."""

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
        _text("--username", metavar="NAME", help="Sign in as this account, with its password."),
    ] = None,
    client_id: Annotated[
        str | None,
        _text(
            "--client-id", metavar="ID", help="Sign in as this service account, with its secret."
        ),
    ] = None,
    secret_file: Annotated[
        str | None,
        _text(
            "--secret-file",
            metavar="FILE",
            help="Read the password or client secret from this file; - is stdin.",
        ),
    ] = None,
    token_url: Annotated[
        str | None,
        _text(
            "--token-url",
            metavar="URL",
            help="The token endpoint, if --base-url is not the address of a region.",
        ),
    ] = None,
    store: Annotated[
        Place,
        typer.Option(
            "--store",
            help="Where to store the secret; auto is the keyring if there is one, else a file.",
        ),
    ] = Place.AUTO,
    check: Annotated[
        bool,
        typer.Option(
            "--check/--no-check",
            show_default=False,
            help="Try the credentials before storing them (default), or do not.",
        ),
    ] = True,
) -> int:
    """Ask for a token or password and store it.

    Without --username or --client-id it asks for a token. What is stored is used for this profile
    and this address only; environment variables and secrets in the profile take precedence over it.
    Credentials that the service does not accept are not stored.
    """
    from ..login import Signer, sign_in

    is_account = bool(username or client_id)
    if username and client_id:
        raise UsageMistake("give either --username or --client-id, not both")
    if where.token_file and is_account:
        raise UsageMistake(
            "--token-file holds a token; give the password or client secret with --secret-file"
        )
    if secret_file and not is_account:
        raise UsageMistake(
            "--secret-file holds a password or client secret; give the token with --token-file"
        )
    signer = Signer(username, client_id, secret_file, token_url)
    return sign_in(where, signer, store.value, check=check)


@app.command("status", epilog="Example: pasqal auth status --offline")
@options(CONNECTING)
def status(
    where: Where,
    offline: Annotated[
        bool, typer.Option("--offline", show_default=False, help="Do not ask the service.")
    ] = False,
) -> int:
    """Show who is signed in, where and how.

    Shows no secret. Sends one request to check whether the service accepts the credentials.
    """
    from ..account import connect, find_account
    from ..login import print_accepted, print_account

    account = find_account(where)
    print_account(account)
    # Without credentials this fails with the exit code and the hint for that, also offline.
    if not account.origin or not offline:
        with connect(where, account) as client:
            client.jobs.page(limit=1)
        print_accepted()
    return ExitCode.DONE


@app.command("logout", epilog="Example: pasqal auth logout")
@options(CONNECTING)
def logout(where: Where) -> int:
    """Remove the stored credentials."""
    from ..login import sign_out

    return sign_out(where)
