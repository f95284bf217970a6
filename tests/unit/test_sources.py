"""Who signs a client in where nothing is given: the login of `pasqal auth login`, else `~/.pasqal/config`."""

from __future__ import annotations

import codecs
import os
import pickle
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import keyring
import pytest

from keyring_drawer import Drawer
from pasqal_client import AsyncPasqalClient, ConfigurationError, PasqalClient, _private_file
from pasqal_client._auth.credential_store import Keeper, Kind, StoredCredentials
from pasqal_client._settings import pasqal_config, profiles
from pasqal_client._settings.config import REGIONS, variables
from pasqal_client._settings.sources import login_store, read_sources
from settings_elsewhere import forget_variables

SECRET = "s3cr3t-of-the-lab"
PROJECT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
FR = REGIONS["fr"]
LAB = "https://lab.example/core"
PRIVATE = pytest.mark.skipif(os.name != "posix", reason="permissions are of another kind")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home, and no variables."""
    forget_variables(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    return tmp_path


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    """The keyring of the system."""
    before = keyring.get_keyring()
    made = Drawer()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def log_in(
    profile: str = "default",
    address: str = FR,
    *,
    kind: Kind = "token",
    secret: str = SECRET,
    keeper: Keeper = "file",
) -> None:
    """Do what `pasqal auth login` does."""
    who = "" if kind == "token" else "ada"
    login_store().put(profile, address, StoredCredentials(kind, who, secret, None, keeper))


def write(file: Path, content: str | bytes, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(mode)


def write_config(home: Path, content: str | bytes, mode: int = 0o600) -> Path:
    """Do what the manuals of CUDA-Q and QRMI say."""
    file = home / ".pasqal" / "config"
    write(file, content, mode)
    return file


def signing(**given: Any) -> tuple[str, list[str]]:
    """How a client signs in."""
    credentials = PasqalClient(**given)._token_auth.credentials
    return credentials.kind, credentials.secrets()


def refusal(**given: Any) -> str:
    """Why there is no client; the error shows no secret."""
    with pytest.raises(ConfigurationError) as caught:
        PasqalClient(**given)
    carried = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert SECRET not in "".join(map(repr, carried))
    assert SECRET not in repr(locals_of_library(caught.value))
    return str(caught.value)


def locals_of_library(error: BaseException) -> list[dict[str, str] | None]:
    """What a traceback shows of the variables in each frame of the library."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    library = [frame.locals for frame in shown.stack if "pasqal_client" in frame.filename]
    assert library
    return library


# The login of `pasqal auth login`


@pytest.mark.parametrize("client", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize("kind", ["token", "password", "client credentials"])
@pytest.mark.parametrize("keeper", ["file", "keyring"])
def test_a_login_signs_the_library_in(
    client: Any, kind: Kind, keeper: Keeper, drawer: Drawer
) -> None:
    """The keyring is asked for the secret once, and only where the secret is there."""
    log_in(kind=kind, keeper=keeper)
    drawer.reads = 0
    made = client()
    assert repr(made).endswith(f"auth=<{kind}>)")
    assert made._token_auth.credentials.secrets() == [SECRET]
    assert drawer.reads == (keeper == "keyring")


def test_a_login_belongs_to_its_profile_and_its_address(home: Path) -> None:
    """It is sent nowhere else, and the error says where the profile is signed in."""
    write(home / ".config" / "pasqal-client" / "config.toml", "[profiles.night]\n")
    log_in(secret="of-the-day")
    log_in("night", secret="of-the-night")
    assert signing() == ("token", ["of-the-day"])
    assert signing(profile="night") == ("token", ["of-the-night"])
    assert signing(base_url=f"{FR}/") == ("token", ["of-the-day"])
    for elsewhere in ({"region": "sa"}, {"base_url": LAB}, {"base_url": LAB, "region": "fr"}):
        assert refusal(**elsewhere).endswith(f"; this profile is signed in at {FR} only")


def test_a_login_at_a_custom_address_keeps_its_token_endpoint() -> None:
    """The password goes to the endpoint that was given with it, whatever the address."""
    endpoint = "https://lab.example/token"
    stored = StoredCredentials("password", "ada", SECRET, endpoint, "file")
    login_store().put("default", LAB, stored)
    assert PasqalClient(base_url=LAB)._token_auth.credentials.url == endpoint


def test_a_login_keeps_its_region() -> None:
    """A password of one region never goes to the token endpoint of another, whatever the address."""
    login_store().put(
        "default", LAB, StoredCredentials("password", "ada", SECRET, None, "file", "sa")
    )
    for region in (None, "fr", "sa"):
        client = PasqalClient(base_url=LAB, region=region)
        assert client._token_auth.credentials.url.startswith("https://auth.sa.pasqal.cloud/")
    text = login_store().path.read_text().replace('"sa"', '"mars"')
    login_store().path.write_text(text)
    assert refusal(base_url=LAB).startswith(
        f"{login_store().path}: region: no token endpoint is known for 'mars'"
    )


@pytest.mark.parametrize("source", ["argument", "variable", "profile", "anonymous"])
def test_a_login_is_not_looked_for_where_something_else_decides(
    home: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Then neither the store nor `~/.pasqal/config` is opened: these could not be read."""
    write(home / ".config" / "pasqal-client" / "credentials.json", "damaged")
    write_config(home, SECRET.encode("utf-16"))
    given: dict[str, Any] = {}
    if source == "argument":
        given = {"token": SECRET}
    if source == "anonymous":
        given = {"anonymous": True}
    if source == "variable":
        monkeypatch.setenv("PASQAL_TOKEN", SECRET)
    if source == "profile":
        write(profiles.path(), f'[profiles.default]\ntoken = "{SECRET}"\n')
    PasqalClient(**given)


def test_without_a_login_no_keyring_is_opened(home: Path) -> None:
    """A client that is signed in otherwise, or not at all, does not even import the package for keyrings."""
    program = (
        "import sys, pasqal_client as p\n"
        "p.PasqalClient(token='abc')\n"
        "try: p.PasqalClient()\n"
        "except p.ConfigurationError as error: print(error)\n"
        "print('keyring' in sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    error, imported = ran.stdout.splitlines()
    assert error.startswith("there is nothing to sign in with: run `pasqal auth login`, ")
    assert imported == "False"


def test_who_signs_in_is_known_before_the_keyring_is_opened(drawer: Drawer) -> None:
    """A keyring may ask for a password, so it is opened when a client is made, and not before."""
    log_in(kind="password", keeper="keyring")
    drawer.reads = 0
    signer = read_sources({}).signer
    assert signer is not None
    assert (signer.source, signer.origin, signer.kind, signer.who) == (
        "login",
        "the keyring",
        "password",
        "ada",
    )
    assert drawer.reads == 0


def test_a_keyring_that_cannot_be_used_is_an_error(
    drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing weaker signs in instead: that could be another account."""
    log_in(keeper="keyring")
    drawer.broken = True
    assert refusal() == "the keyring did not return the secret (RuntimeError); is it locked?"
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert refusal() == (
        "no usable keyring is here, or the package keyring is not installed (it comes with the extra 'keyring' "
        "(in a clone: pip install '.[keyring]')); `pasqal auth login --store file` does without"
    )


def test_a_login_that_cannot_sign_in_is_named() -> None:
    """The file may have been edited."""
    log_in(secret=f"{SECRET} {SECRET}")
    store = login_store().path
    assert refusal().startswith(f"{store}: token: it has characters that a bearer token cannot")


@PRIVATE
def test_a_login_that_others_can_read_is_rejected() -> None:
    """The library applies the rule that the command applies."""
    log_in()
    store = login_store().path
    store.chmod(0o640)
    assert refusal() == f"{store} holds a secret and can be read by others: run `chmod 600 {store}`"


def test_stored_credentials_do_not_pickle() -> None:
    """A pickle would carry the secret, and so would a copy into another process."""
    stored = StoredCredentials("token", "", SECRET, None, "file")
    with pytest.raises(TypeError, match="stored credentials do not pickle"):
        pickle.dumps(stored)


def test_sources_show_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tracebacks show variables, and levels and sources are among them."""
    monkeypatch.setenv("PASQAL_TOKEN", SECRET)
    sources = read_sources({})
    assert SECRET not in repr(sources) + repr(sources.levels)
    assert repr(variables({"PASQAL_TOKEN": SECRET})).startswith("<Source of token, username, ")
    monkeypatch.delenv("PASQAL_TOKEN")
    log_in()
    assert SECRET not in repr(read_sources({}))


# The order


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.toml", f'[profiles.default]\ntoken = "{SECRET}"\ntoken = 1'),
        ("config.toml", f'token = "{SECRET}"'),
        ("config.toml", f'[profiles.default]\ntoken = "{SECRET}"\nwho = 1'),
        ("config.toml", f'[profiles.default]\npassword = "{SECRET}"'),
        ("credentials.json", f'{{"default": {{"{FR}": {{"secret": "{SECRET}"}}'),
        ("credentials.json", f'{{"default": {{"{FR}": {{"secret": "{SECRET}"}}}}}}'),
    ],
)
def test_no_variable_shows_a_secret_of_a_damaged_file(home: Path, name: str, content: str) -> None:
    """What reports errors with the variables of each frame sends none."""
    write(home / ".config" / "pasqal-client" / name, content)
    assert refusal()


@pytest.mark.parametrize("client", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize(
    "given",
    [
        {"token": SECRET, "project_id": "x"},
        {"token": SECRET, "http_client": 1},
        {"password": SECRET},
        {"tokn": SECRET},
    ],
    ids=str,
)
def test_no_variable_shows_a_secret_among_arguments(client: Any, given: dict[str, Any]) -> None:
    """A mistake in another argument does not show it either."""
    with pytest.raises((ConfigurationError, TypeError)) as caught:
        client(**given)
    assert SECRET not in repr(locals_of_library(caught.value))


def test_the_strongest_source_signs_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments, PASQAL_TOKEN, PASQAL_AUTH_TOKEN, profile, login, `~/.pasqal/config`."""
    write_config(home, "token = pasqal-config\n")
    found = [signing()]
    log_in(secret="login")
    found.append(signing())
    write(profiles.path(), '[profiles.default]\ntoken = "profile"\n')
    found.append(signing())
    monkeypatch.setenv("PASQAL_AUTH_TOKEN", "auth-token\n")
    found.append(signing())
    monkeypatch.setenv("PASQAL_TOKEN", "variable")
    found.append(signing())
    found.append(signing(token="argument"))
    secrets = [secret for _, (secret,) in found]
    assert secrets == ["pasqal-config", "login", "profile", "auth-token", "variable", "argument"]


def test_a_malformed_token_of_cuda_q_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable that was set; an empty one counts as not set."""
    monkeypatch.setenv("PASQAL_AUTH_TOKEN", "a b")
    assert refusal().startswith("PASQAL_AUTH_TOKEN: it has characters that a bearer token cannot")
    monkeypatch.setenv("PASQAL_REGION", "mars")
    assert refusal().startswith("PASQAL_REGION: 'mars' is unknown")
    monkeypatch.delenv("PASQAL_REGION")
    monkeypatch.setenv("PASQAL_AUTH_TOKEN", " \n")
    assert refusal().startswith("there is nothing to sign in with")


def test_the_error_names_every_place_that_was_looked_at(home: Path) -> None:
    """The first step of a new user comes first."""
    folder = home / ".config" / "pasqal-client"
    assert refusal() == (
        "there is nothing to sign in with: run `pasqal auth login`, give token=…, username=… and password=…, or "
        "client_id=… and client_secret=…, or set the variable PASQAL_TOKEN; looked at the arguments, at the variables "
        "PASQAL_TOKEN, PASQAL_AUTH_TOKEN, PASQAL_USERNAME and PASQAL_PASSWORD, PASQAL_CLIENT_ID and "
        f"PASQAL_CLIENT_SECRET, at the profile 'default' in {folder / 'config.toml'}, at the login of that profile at "
        f"{FR} in {folder / 'credentials.json'}, and at {home / '.pasqal' / 'config'}"
    )
    assert refusal(region="sa").endswith(
        f" and at the login of that profile at {REGIONS['sa']} in {folder / 'credentials.json'} "
        f"(~/.pasqal/config is for {FR} only)"
    )


def test_without_a_home_there_is_no_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as a user without an entry; the error says what is missing."""

    def refuse(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr(profiles, "user_config_path", refuse)
    monkeypatch.setattr(Path, "home", refuse)
    assert pasqal_config.path() is None
    assert refusal().endswith(", and a profile or a login needs a home directory: set HOME")
    assert signing(token=SECRET) == ("token", [SECRET])


# ~/.pasqal/config

ACCOUNT = f"username=ada@lab.example\npassword={SECRET}\n"
SERVICE = f"client_id=robot\nclient_secret={SECRET}\n"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (f"token={SECRET}", "token"),
        (ACCOUNT, "password"),
        (SERVICE, "client credentials"),
        (f"  TOKEN = '{SECRET}'  \r\nproject_id=\r\n", "token"),
        (f'# comment = 1\n; other = 2\nno equals sign\ntoken="{SECRET}"\nmachine=FRESNEL', "token"),
        (f"token=older\ntoken={SECRET}", "token"),
        (f"FRESNEL.token=of-a-backend\ntoken={SECRET}", "token"),
        (codecs.BOM_UTF8 + f"token={SECRET}".encode(), "token"),
        # Several ways: the most direct one of those that are whole.
        (f"token={SECRET}\n{ACCOUNT}{SERVICE}", "token"),
        (f"username=ada\n{SERVICE}", "client credentials"),
    ],
)
def test_the_file_of_cuda_q_and_qrmi_signs_in(home: Path, content: str | bytes, kind: str) -> None:
    """It is read as those two read it; names of backends, which only old versions had, are passed over."""
    write_config(home, content)
    assert signing() == (kind, [SECRET])
    assert repr(AsyncPasqalClient()).endswith(f"auth=<{kind}>)")


@pytest.mark.parametrize("content", ["", "\n", "# token=x", "token=\n", "token=''\n", "region=fr"])
def test_a_file_without_credentials_is_passed_over(home: Path, content: str) -> None:
    """An empty value counts as missing, and nobody needs to protect such a file."""
    write_config(home, content, 0o644)
    assert refusal().startswith("there is nothing to sign in with")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("username=ada", "password is missing"),
        (f"password={SECRET}", "username is missing"),
        (f"client_secret={SECRET}", "client_id is missing"),
        (f"token={SECRET} {SECRET}", "token: it has characters that a bearer token cannot have"),
        (ACCOUNT + "auth_endpoint=ftp://x", "token_url: expected an address such as https://"),
        (ACCOUNT + "auth_endpoint=http://lab.example/t", "token_url: plain http would send"),
        (ACCOUNT + "project_id=mine", "project_id: 'mine' is not a UUID"),
    ],
)
def test_a_mistake_in_the_file_is_named(home: Path, content: str, hint: str) -> None:
    """The error begins with the name of the file."""
    file = write_config(home, content)
    assert refusal().startswith(f"{file}: {hint}")


@pytest.mark.parametrize(
    ("line", "url"),
    [
        ("", "https://authenticate.pasqal.cloud/oauth/token"),
        ("auth_endpoint=lab.example/oauth/token", "https://lab.example/oauth/token"),
        ("auth_endpoint=http://127.0.0.1:1/token", "http://127.0.0.1:1/token"),
    ],
)
def test_the_file_may_name_a_token_endpoint(home: Path, line: str, url: str) -> None:
    """A password goes where the file says, with or without a scheme."""
    for content in (ACCOUNT, SERVICE):
        write_config(home, content + line)
        assert PasqalClient()._token_auth.credentials.url == url


def test_the_file_is_for_one_address_only(home: Path) -> None:
    """Its secrets are sent where CUDA-Q and QRMI send them, and nowhere else."""
    write_config(home, f"token={SECRET}")
    assert signing(base_url=FR) == ("token", [SECRET])
    for elsewhere in ({"region": "sa"}, {"base_url": LAB}, {"base_url": LAB, "region": "fr"}):
        assert refusal(**elsewhere).endswith(f"(~/.pasqal/config is for {FR} only)")


def test_the_project_of_the_file_counts_where_the_file_signs_in(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project belongs to its account; a stronger source may name another one."""
    write_config(home, f"token={SECRET}\nproject_id={PROJECT}")
    assert PasqalClient()._settings.project_id == UUID(PROJECT)
    assert PasqalClient(token="of-another-account")._settings.project_id is None
    other = PROJECT.replace("7", "8")
    monkeypatch.setenv("PASQAL_PROJECT_ID", other)
    assert PasqalClient()._settings.project_id == UUID(other)


@PRIVATE
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o620])
def test_the_file_is_as_private_as_our_own(home: Path, mode: int) -> None:
    """The rule is that of `config.toml`; where the file is a link, it is about the target."""
    file = write_config(home, f"token={SECRET}", mode)
    said = f"{file} holds a secret and can be read by others: run `chmod 600 {file}`"
    assert refusal() == said
    target = file.rename(home / "dotfile")
    file.symlink_to(target)
    assert refusal() == said
    target.chmod(0o600)
    assert signing() == ("token", [SECRET])


@PRIVATE
def test_the_file_is_not_waited_for(home: Path) -> None:
    """A pipe in its place would block; a folder out of reach is as good as none."""
    file = home / ".pasqal" / "config"
    file.parent.mkdir()
    os.mkfifo(file)
    assert refusal() == f"{file} cannot be read: it is not a regular file"
    file.unlink()
    file.parent.rmdir()
    file.parent.touch()
    assert refusal().startswith("there is nothing to sign in with")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "latin-1"])
def test_the_file_is_text_in_utf_8(home: Path, encoding: str) -> None:
    """Some shells write UTF-16 unasked, so that is named."""
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    file = write_config(home, mark + f"token={SECRET}é".encode(encoding))
    said = "is not text in UTF-8" if encoding == "latin-1" else "is in UTF-16: save it in UTF-8"
    assert refusal() == f"{file} {said}"


def test_a_file_in_utf_16_without_its_mark_is_not_skipped(home: Path) -> None:
    """As text in UTF-8 it would have no names that are known."""
    file = write_config(home, f"token={SECRET}".encode("utf-16-le"))
    assert refusal() == f"{file} has zero bytes, as text in UTF-16 does: save it in UTF-8"


def test_a_file_that_is_there_and_cannot_be_read_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip with `chmod` would otherwise look like a file that is not there."""
    file = write_config(home, f"token={SECRET}".encode())

    def refuse(path: str, _: int) -> int:
        if path == str(file):
            raise PermissionError(13, "Permission denied")
        raise FileNotFoundError

    monkeypatch.setattr(_private_file, "_open_at_once", refuse)
    assert refusal() == f"{file} cannot be read: Permission denied"


def test_the_page_shows_what_is_read_of_the_file(home: Path) -> None:
    """docs/settings.md has every name, in the order in which they count, and its file can be read."""
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
    section = page.partition("## ~/.pasqal/config\n")[2]
    rows = re.findall(r"^\| (`.*`) \|", section, re.MULTILINE)
    names = [tuple(re.findall(r"`(\w+)`", row)) for row in rows]
    assert names == [*pasqal_config._WAYS, ("auth_endpoint",), ("project_id",)]
    (content,) = re.findall(r"```ini\n(.*?)```", section, re.DOTALL)
    write_config(home, content)
    assert signing() == ("password", ["not-a-real-password"])
    assert str(PasqalClient()._settings.project_id) in content
