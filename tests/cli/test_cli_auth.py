"""`pasqal auth`, and how stored credentials reach the other commands, without ever showing a secret."""

from __future__ import annotations

import errno
import fcntl
import getpass
import json
import os
import re
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import keyring
import pytest

from cli.conftest import Ran, Run
from keyring_drawer import Drawer
from pasqal_client import PasqalClient
from pasqal_client._auth import credential_store
from pasqal_client._auth.credential_store import CredentialStore, StoredCredentials
from pasqal_client._auth.keyring_secrets import usable_keyring
from pasqal_client._settings import profiles
from pasqal_client._settings.sources import login_store
from pasqal_client.cli.account import Account, find_account
from pasqal_client.cli.failures import UsageMistake
from pasqal_client.cli.options import Where
from pasqal_client.cli.prompts import read_secret
from pasqal_client.errors import ConfigurationError
from pasqal_client.sandbox import Fault, Sandbox

HERE = Where(None, None, None, None, None, strict=False, debug=False)


@pytest.fixture
def drawer() -> Drawer:
    """The keyring of the system."""
    made = Drawer()
    keyring.set_keyring(made)
    return made


@pytest.fixture
def signed_out(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox, without a token in the environment."""
    monkeypatch.delenv("PASQAL_TOKEN")
    return sandbox


def test_without_credentials_the_command_says_how_to_sign_in(
    signed_out: Sandbox, pasqal: Run
) -> None:
    """It ends with exit code 3."""
    ran = pasqal("jobs list")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines() == [
        f"pasqal: not signed in at {signed_out.base_url}",
        "hint: run `pasqal auth login`, set PASQAL_TOKEN, or give --token-file",
    ]
    ran = pasqal("auth status")
    assert (ran.code, "signed in: no\n" in ran.out) == (3, True)
    assert pasqal("auth status --offline").code == 3
    assert signed_out.requests == []


def test_a_refused_token_ends_with_3(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that the service refuses is not shown."""
    monkeypatch.setenv("PASQAL_TOKEN", "a-wrong-token-that-is-secret")
    for line in ("jobs list", "ping", "auth status"):
        ran = pasqal(line)
        assert ran.code == 3
        assert "401 Unauthorized" in ran.err
        assert "a-wrong-token" not in ran.out + ran.err


def test_a_refused_token_is_changed_where_it_came_from(
    signed_out: Sandbox, pasqal: Run, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A login would not help where something takes precedence over it, so it is suggested only for what it stored."""
    wrong = "wrong-token-wrong-token"
    at_service = f"--base-url {signed_out.base_url}"
    monkeypatch.delenv("PASQAL_BASE_URL")
    ran = pasqal(f"auth login --token-file - {at_service}", stdin=wrong)
    assert ran.err.splitlines()[1] == (
        f"hint: nothing was stored; check what was given, and the address: {signed_out.base_url}"
    )
    pasqal(f"auth login --token-file - --no-check {at_service}", stdin=wrong)
    said = {"stored": pasqal(f"ping {at_service}").err}
    assert f"`pasqal auth login {at_service}` stores others" in said["stored"]
    monkeypatch.setenv("PASQAL_TOKEN", wrong)
    said["variable"] = pasqal(f"ping {at_service}").err
    assert "came from the environment (PASQAL_TOKEN), which takes precedence" in said["variable"]
    (tmp_path / "token").write_text(wrong)
    said["file"] = pasqal(f"ping {at_service} --token-file token").err
    assert "came from the file token, which takes precedence" in said["file"]
    monkeypatch.delenv("PASQAL_TOKEN")
    (home / "config.toml").write_text(f'[profiles.default]\ntoken = "{wrong}"\n')
    (home / "config.toml").chmod(0o600)
    said["profile"] = pasqal(f"ping {at_service}").err
    assert (
        f"came from the profile 'default' in {home / 'config.toml'}, which takes" in said["profile"]
    )
    for name in ("variable", "file", "profile"):
        assert "pasqal auth login" not in said[name]


def test_an_account_at_an_unknown_address_needs_a_token_endpoint(
    signed_out: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hint names options, not arguments of the library."""
    monkeypatch.setenv("PASQAL_USERNAME", "ada")
    monkeypatch.setenv("PASQAL_PASSWORD", "pw")
    ran = pasqal("ping")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        f"pasqal: the token endpoint of {signed_out.base_url} is unknown",
        "hint: give --region too, or use `pasqal auth login --token-url URL`",
    ]


def test_login_stores_a_token_in_a_private_file(
    signed_out: Sandbox, pasqal: Run, home: Path
) -> None:
    """Later commands use it until logout removes it."""
    ran = pasqal("auth login --token-file -", stdin=f"{signed_out.token}\n")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("credentials.json, which only you can read. The service accepts it.\n")
    file = home / "credentials.json"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert set(file.parent.iterdir()) == {file, file.with_name(".credentials.json.lock")}
    assert pasqal("jobs count").out == "36\n"
    ran = pasqal("auth status")
    assert (ran.code, ran.err) == (0, "")
    assert "signed in: with a token\n" in ran.out
    assert f"from:      the file {file}\naccepted:  yes\n" in ran.out
    assert signed_out.token not in ran.out
    assert pasqal("auth logout").out.startswith("Removed the credentials for ")
    assert json.loads(file.read_text()) == {}
    assert pasqal("auth logout").out.startswith("No credentials were stored for ")
    assert pasqal("jobs count").code == 3


def test_a_stored_password_signs_in_each_time(
    signed_out: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """No token is stored: each command gets a new one with the stored password or client secret."""
    secret = tmp_path / "password"
    secret.write_text(f"{signed_out.password}\n")
    line = f"auth login --username {signed_out.username} --token-url {signed_out.token_url}"
    assert pasqal(f"{line} --secret-file {secret}").code == 0
    ran = pasqal("auth status")
    assert f"signed in: with a password\nas:        {signed_out.username}\n" in ran.out
    assert pasqal("jobs count").out == "36\n"
    ran = pasqal(
        f"auth login --client-id {signed_out.client_id} --token-url {signed_out.token_url} --secret-file -",
        stdin=signed_out.client_secret,
    )
    assert ran.code == 0
    assert "signed in: with a client secret" in pasqal("auth status").out
    assert pasqal("jobs count").out == "36\n"


def test_a_login_at_another_address_keeps_its_region(pasqal: Run, tmp_path: Path) -> None:
    """The password of an account of that region would else be sent to the token endpoint of another."""
    (tmp_path / "password").write_text("pw")
    place = "--base-url http://127.0.0.1:1"
    line = f"auth login --username ada --secret-file password --no-check {place}"
    assert pasqal(f"{line} --region sa").code == 0
    with PasqalClient(base_url="http://127.0.0.1:1") as client:
        assert client._token_auth.credentials.url.startswith("https://auth.sa.pasqal.cloud/")
    assert pasqal(f"auth status --offline {place}").code == 0
    assert pasqal(f"{line} --token-url http://127.0.0.1:1/token").code == 0
    with PasqalClient(base_url="http://127.0.0.1:1") as client:
        assert client._token_auth.credentials.url == "http://127.0.0.1:1/token"


def test_refused_credentials_are_not_stored(signed_out: Sandbox, pasqal: Run, home: Path) -> None:
    """A login that the service refuses stores nothing, unless the check is turned off."""
    ran = pasqal("auth login --token-file -", stdin="wrong-token-wrong-token")
    assert ran.code == 3
    assert not (home / "credentials.json").exists()
    ran = pasqal("auth login --token-file - --no-check", stdin="wrong-token-wrong-token")
    assert (ran.code, ran.out.endswith("The service was not asked.\n")) == (0, True)
    assert "wrong-token" not in ran.out
    assert pasqal("jobs list").code == 3
    assert pasqal("auth status --offline").code == 0


def test_a_secret_is_typed_without_echo(
    signed_out: Sandbox, on_terminal: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal the secret is requested without echo, and an empty one is rejected."""
    prompts = []

    def typed(prompt: str, stream: object = None) -> str:
        prompts.append(prompt)
        return signed_out.token

    monkeypatch.setattr(getpass, "getpass", typed)
    assert on_terminal("auth login").code == 0
    assert prompts == ["Token (not shown): "]

    def gone(*_: object, **__: object) -> str:
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", gone)
    ran = on_terminal("auth login")
    assert (ran.code, ran.out) == (2, "pasqal: the token is empty\n")


def test_variables_precede_stored_credentials(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Login and logout say that the variables still take precedence."""
    ran = pasqal("auth login --token-file -", stdin=sandbox.token)
    assert (
        ran.err
        == "note: credentials from the environment (PASQAL_TOKEN) take precedence over these\n"
    )
    monkeypatch.setenv("PASQAL_TOKEN", "another-token-another-token")
    assert pasqal("jobs count").code == 3
    assert "from:      the environment (PASQAL_TOKEN)\n" in pasqal("auth status --offline").out
    assert pasqal("auth logout").err == "note: still set in the environment: PASQAL_TOKEN\n"
    monkeypatch.delenv("PASQAL_TOKEN")
    monkeypatch.setenv("PASQAL_USERNAME", "somebody")
    monkeypatch.setenv("PASQAL_PASSWORD", "something-secret")
    ran = pasqal("auth status --offline --region fr")
    assert "signed in: with a password\nas:        somebody\n" in ran.out
    assert "something" not in ran.out


def test_a_token_file_precedes_everything_else(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file may be stdin, so that no other process sees the token."""
    monkeypatch.setenv("PASQAL_TOKEN", "another-token-another-token")
    assert pasqal("jobs count --token-file -", stdin=sandbox.token).out == "36\n"
    assert pasqal("ping --token-file -", stdin=sandbox.token).code == 0
    assert "from:      stdin\n" in pasqal("auth status --token-file -", stdin=sandbox.token).out
    (tmp_path / "token").write_text(sandbox.token)
    assert "from:      the file token\n" in pasqal("auth status --token-file token").out
    for content, said in (
        ("", "pasqal: --token-file: it is empty"),
        ("a b", "characters that a bearer token cannot have"),
    ):
        ran = pasqal("jobs count --token-file -", stdin=content)
        assert (ran.code, said in ran.err) == (2, True)


def test_a_profile_precedes_stored_credentials(
    signed_out: Sandbox, pasqal: Run, home: Path
) -> None:
    """A profile with a secret takes precedence, so nothing is stored for it."""
    home.mkdir(parents=True)
    (home / "config.toml").write_text(
        f'[profiles.lab]\ntoken = "{signed_out.token}"\n[profiles.other]\n'
    )
    (home / "config.toml").chmod(0o600)
    assert pasqal("jobs count --profile lab").out == "36\n"
    ran = pasqal("auth status --profile lab")
    assert (
        f"profile:   lab\nsigned in: with a token\nfrom:      the profile 'lab' in {home / 'config.toml'}\n"
        in ran.out
    )
    ran = pasqal("auth login --profile lab --token-file -", stdin="x")
    assert (ran.code, ran.err.splitlines()[1]) == (2, "hint: remove it there first")
    assert pasqal("auth login --profile other --token-file -", stdin=signed_out.token).code == 0
    assert pasqal("jobs count --profile other").out == "36\n"
    assert pasqal("jobs count").code == 3
    (home / "config.toml").chmod(0o644)
    ran = pasqal("jobs count")
    assert ran.code == 3
    ran = pasqal("jobs count --profile lab")
    assert (ran.code, "can be read by others" in ran.err) == (2, True)


def test_stored_credentials_belong_to_one_address(signed_out: Sandbox, pasqal: Run) -> None:
    """A stored secret is not sent to any other address."""
    pasqal("auth login --token-file -", stdin=signed_out.token)
    with Sandbox() as other:
        ran = pasqal(f"jobs list --base-url {other.base_url}")
        assert ran.code == 3
        assert ran.err.splitlines()[1] == (
            f"hint: profile default is signed in at {signed_out.base_url} only: "
            "give --region or --base-url, or sign in here"
        )
        assert other.requests == []


def test_a_file_that_others_can_read_is_rejected(
    signed_out: Sandbox, pasqal: Run, home: Path
) -> None:
    """The error has the command that makes the file private."""
    pasqal("auth login --token-file -", stdin=signed_out.token)
    file = home / "credentials.json"
    file.chmod(0o640)
    ran = pasqal("jobs count")
    assert (ran.code, ran.err) == (
        2,
        f"pasqal: {file} holds a secret and can be read by others: run `chmod 600 {file}`\n",
    )


def test_a_file_of_another_user_is_rejected(
    signed_out: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Its owner could make us sign in with an account of theirs."""
    pasqal("auth login --token-file -", stdin=signed_out.token)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert (
        pasqal("jobs count").err
        == f"pasqal: {home / 'credentials.json'} belongs to another user: remove it and sign in again\n"
    )
    monkeypatch.setattr(credential_store, "_HAS_OWNERS", False)
    assert login_store().find("default", signed_out.base_url) is not None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"default": 1}', "\x00", "[" * 100_000])
def test_a_damaged_file_is_reported(
    signed_out: Sandbox, pasqal: Run, home: Path, content: str
) -> None:
    """The error does not quote the file, which may hold a secret."""
    home.mkdir(parents=True)
    (home / "credentials.json").write_text(content)
    (home / "credentials.json").chmod(0o600)
    assert pasqal("jobs count").err == (
        f"pasqal: {home / 'credentials.json'} is damaged: remove it and sign in again\n"
    )


WHOLE = {
    "kind": "token",
    "who": "",
    "secret": "a-secret-token",
    "token_url": None,
    "keeper": "file",
}


@pytest.mark.parametrize(
    "entry",
    [
        *(1, "token", {}, {"kind": "token", "who": ""}),
        *({**WHOLE, "secret": 5}, {**WHOLE, "kind": ["token"]}, {**WHOLE, "keeper": "somebody"}),
    ],
)
def test_a_damaged_entry_can_be_removed(
    signed_out: Sandbox, pasqal: Run, home: Path, entry: Any
) -> None:
    """The next login or logout removes a damaged entry."""
    home.mkdir(parents=True)
    file = home / "credentials.json"
    file.write_text(json.dumps({"default": {signed_out.base_url: entry}}))
    file.chmod(0o600)
    ran = pasqal("jobs count")
    assert (ran.code, "run `pasqal auth logout`" in ran.err) == (2, True)
    assert pasqal("auth logout").code == 0
    assert pasqal("jobs count").code == 3


def test_an_unusable_file_is_reported(signed_out: Sandbox, pasqal: Run, home: Path) -> None:
    """A folder or a pipe in its place is rejected without blocking, and so is a file in place of its folder."""
    home.mkdir(parents=True)
    for make, why in ((os.mkdir, "Is a directory"), (os.mkfifo, "it is not a regular file")):
        make(home / "credentials.json")
        for line in ("jobs count", "auth login --token-file -", "auth logout"):
            ran = pasqal(line, stdin=signed_out.token)
            assert (ran.code, ran.err) == (
                2,
                f"pasqal: {home / 'credentials.json'} cannot be read: {why}\n",
            )
        (home / "credentials.json").rename(home / why)
    for path in home.iterdir():
        path.rmdir() if path.is_dir() else path.unlink()
    home.rmdir()
    home.write_text("")
    assert pasqal("jobs count").code == 3
    ran = pasqal("auth login --token-file -", stdin=signed_out.token)
    assert (ran.code, "cannot be written to" in ran.err) == (2, True)


def test_a_file_is_written_completely_or_not_at_all(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that fails leaves no temporary file behind."""
    store = login_store()
    store.put("default", "here", StoredCredentials("token", "", "first", None, "file"))
    with pytest.raises(TypeError):
        store.put("default", "there", StoredCredentials("token", "", object(), None, "file"))  # type: ignore[arg-type]
    assert {file.name for file in home.iterdir()} == {"credentials.json", ".credentials.json.lock"}
    assert store.addresses("default") == ["here"]


# Links


def where(secret: str, folder: Path) -> list[Path]:
    """The files that contain a secret, whatever they are called."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return [file for file in files if secret in file.read_text()]


@pytest.mark.parametrize("linked", ["the file", "its folder"])
def test_no_secret_is_left_behind_a_link(
    signed_out: Sandbox, pasqal: Run, home: Path, tmp_path: Path, linked: str
) -> None:
    """The target of the link is replaced and emptied, and the link stays."""
    real = tmp_path / "dotfiles" / "credentials.json"
    real.parent.mkdir()
    old = {**WHOLE, "secret": "the-old-secret-token"}
    real.write_text(
        json.dumps(
            {"default": {signed_out.base_url: old, "elsewhere": {**WHOLE, "secret": "another"}}}
        )
    )
    real.chmod(0o600)
    home.parent.mkdir()
    if linked == "the file":
        home.mkdir()
        (home / "credentials.json").symlink_to(os.path.relpath(real, home))
    else:
        home.symlink_to(real.parent)
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    assert where("the-old-secret-token", tmp_path) == []
    assert where(signed_out.token, tmp_path) == [real]
    assert real.stat().st_mode & 0o777 == 0o600
    assert pasqal("jobs count").out == "36\n"
    assert pasqal("auth logout").code == 0
    assert where(signed_out.token, tmp_path) == []
    assert json.loads(real.read_text()).keys() == {"default"}
    assert (home if linked == "its folder" else home / "credentials.json").is_symlink()


def test_a_power_cut_loses_no_login(
    signed_out: Sandbox, pasqal: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file, never readable by others, is on its disk before it is moved; its folder follows, where it can."""
    CredentialStore(home / "credentials.json").put(
        "other",
        "https://elsewhere",
        StoredCredentials("token", "", "the-token-before", None, "file"),
    )
    file = home / "credentials.json"
    steps: list[tuple[str, int, bool]] = []
    sync, move = os.fsync, Path.replace

    def watch_sync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            steps.append(("folder", status.st_ino, signed_out.token in file.read_text()))
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)
        [beside] = home.glob(".credentials-*")
        steps.append(("file", status.st_mode & 0o777, signed_out.token in beside.read_text()))

    def watch_move(source: Path, target: Path) -> Path:
        steps.append(
            ("move", source.stat().st_mode & 0o777, "the-token-before" in file.read_text())
        )
        return move(source, target)

    monkeypatch.setattr(os, "fsync", watch_sync)
    monkeypatch.setattr(Path, "replace", watch_move)
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    folder = home.stat().st_ino
    assert steps == [("file", 0o600, True), ("move", 0o600, True), ("folder", folder, True)]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_opened_is_not_synced(
    signed_out: Sandbox, pasqal: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows opens no folder; the login is stored all the same."""
    opened = os.open

    def open_files(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path, flags, *rest, **options)

    monkeypatch.setattr(os, "open", open_files)
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    assert signed_out.token in (home / "credentials.json").read_text()


def test_a_dangling_link_is_filled(
    signed_out: Sandbox, pasqal: Run, home: Path, tmp_path: Path
) -> None:
    """Our own folder is created if it is missing; a missing folder of a link's target is named."""
    home.mkdir(parents=True)
    link, real = home / "credentials.json", tmp_path / "dotfiles" / "secrets"
    link.symlink_to(real)
    assert pasqal("jobs count").code == 3
    assert pasqal("auth logout").out.startswith("No credentials were stored for ")
    ran = pasqal("auth login --token-file -", stdin=signed_out.token)
    assert (ran.code, ran.err) == (
        2,
        f"pasqal: {real.parent} cannot be written to: No such file or directory\n",
    )
    real.parent.mkdir()
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    assert (real.stat().st_mode & 0o777, where(signed_out.token, tmp_path)) == (0o600, [real])
    home.rename(home.with_name("away"))
    home.symlink_to(tmp_path / "nowhere" / "yet")
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    assert (tmp_path / "nowhere" / "yet").stat().st_mode & 0o777 == 0o700


def test_a_cycle_of_links_is_reported(signed_out: Sandbox, pasqal: Run, home: Path) -> None:
    """A link that points to itself is named, and nothing is changed."""
    home.mkdir(parents=True)
    link = home / "credentials.json"
    link.symlink_to(link)
    for line in ("jobs count", "auth login --token-file -", "auth logout"):
        ran = pasqal(line, stdin=signed_out.token)
        assert (ran.code, ran.err) == (
            2,
            f"pasqal: {link} cannot be read: Too many levels of symbolic links\n",
        )


# Several processes at a time


def test_simultaneous_logins_are_all_stored(shell: Run, signed_out: Sandbox, home: Path) -> None:
    """Logins at the same time each leave their entry."""
    ports = range(1, 4)
    logins = "".join(
        f"echo a-token-that-is-kept | pasqal auth login --token-file - --no-check --base-url http://127.0.0.1:{port} & "
        for port in ports
    )
    assert shell(f"{logins} wait").err == ""
    assert login_store().addresses("default") == [f"http://127.0.0.1:{port}" for port in ports]


def test_one_writer_at_a_time_changes_the_file(home: Path) -> None:
    """Threads and processes take turns, so no entry of another writer is lost."""
    names = [[f"{thread}-{number}" for number in range(8)] for thread in range(4)]

    def keep(addresses: list[str]) -> None:
        for address in addresses:
            login_store().put(
                "default", address, StoredCredentials("token", "", "first", None, "file")
            )
        login_store().remove("default", addresses[0])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(keep, names))
    assert login_store().addresses("default") == sorted(
        address for addresses in names for address in addresses[1:]
    )


def test_waiting_for_a_lock_is_limited(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the limit is reached nothing is changed, and the error names the lock."""
    kept = StoredCredentials("token", "", "first", None, "file")
    login_store().put("default", "here", kept)
    lock = home / ".credentials.json.lock"
    monkeypatch.setattr(credential_store, "_LOCK_TIMEOUT", 0.05)
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(
            ConfigurationError, match=f"{lock} is locked by another `pasqal auth`; try again when"
        ):
            login_store().put("default", "there", kept)
        with pytest.raises(ConfigurationError, match="is locked"):
            login_store().remove("default", "here")
        assert login_store().addresses("default") == ["here"]
    login_store().put("default", "there", kept)
    assert login_store().addresses("default") == ["here", "there"]


def test_credentials_are_stored_without_locks_too(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems and file systems have no locks."""

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    login_store().put("default", "here", StoredCredentials("token", "", "first", None, "file"))
    monkeypatch.setattr(credential_store, "_HAS_LOCKS", False)
    login_store().put("default", "there", StoredCredentials("token", "", "first", None, "file"))
    assert login_store().addresses("default") == ["here", "there"]


# Keyrings


def test_a_secret_that_the_keyring_drops_is_not_reported_as_stored(
    signed_out: Sandbox, pasqal: Run, drawer: Drawer, home: Path
) -> None:
    """The command fails even if the keyring still has an earlier secret."""
    drawer.forgets = True
    ran = pasqal("auth login --token-file -", stdin=signed_out.token)
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err == "pasqal: the keyring accepted the secret but did not keep it; use --store file\n"
    )
    assert not home.exists()
    drawer.forgets = False
    assert pasqal("auth login --no-check --token-file -", stdin="the-old-token").code == 0
    drawer.forgets = True
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 2


def test_a_secret_that_the_keyring_keeps_is_not_reported_as_removed(
    signed_out: Sandbox, pasqal: Run, drawer: Drawer, home: Path
) -> None:
    """Logout can be repeated, and the message says what is left in the keyring."""
    login = "auth login --token-file -"
    assert pasqal(login, stdin=signed_out.token).code == 0
    drawer.clings = True
    ran = pasqal("auth logout")
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err
        == "pasqal: the keyring did not delete the secret; remove its entries for pasqal-client yourself\n"
    )
    drawer.clings, drawer.broken = False, True
    assert (
        pasqal("auth logout").err
        == "pasqal: the keyring did not return the secret (RuntimeError); is it locked?\n"
    )
    ran = pasqal(f"{login} --store file", stdin=signed_out.token)
    assert (ran.code, ran.err) == (
        0,
        "note: the previous secret could not be deleted from the keyring\n",
    )
    assert pasqal("jobs count").out == "36\n"
    drawer.broken = False
    for store in ("keyring", "file"):
        assert pasqal(f"{login} --store {store}", stdin=signed_out.token).err == ""
    assert drawer.kept == {}


def test_the_keyring_stores_the_secret_where_there_is_one(
    signed_out: Sandbox, pasqal: Run, drawer: Drawer, home: Path
) -> None:
    """The file only says that the secret is in the keyring."""
    ran = pasqal("auth login --token-file -", stdin=signed_out.token)
    assert " in the keyring. The service accepts it." in ran.out
    assert list(drawer.kept.values()) == [signed_out.token]
    assert signed_out.token not in (home / "credentials.json").read_text()
    assert "from:      the keyring\n" in pasqal("auth status").out
    drawer.broken = True
    ran = pasqal("jobs count")
    assert (ran.code, ran.err) == (
        2,
        "pasqal: the keyring did not return the secret (RuntimeError); is it locked?\n",
    )
    drawer.broken = False
    assert pasqal("auth login --store file --token-file -", stdin=signed_out.token).code == 0
    assert drawer.kept == {}
    assert pasqal("auth login --store keyring --token-file -", stdin=signed_out.token).code == 0
    drawer.kept.clear()
    assert (
        pasqal("jobs count").err
        == "pasqal: the keyring no longer has this secret; sign in again with `pasqal auth login`\n"
    )
    assert pasqal("auth logout").out.startswith("Removed the credentials for ")


def test_a_failing_keyring_is_reported(signed_out: Sandbox, pasqal: Run, drawer: Drawer) -> None:
    """The file can be used instead."""
    drawer.broken = True
    ran = pasqal("auth login --token-file -", stdin=signed_out.token)
    assert (ran.code, ran.err) == (
        2,
        "pasqal: the keyring did not accept the secret (RuntimeError); use --store file\n",
    )
    drawer.broken = False
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    drawer.priority = 0
    ran = pasqal("jobs count")
    assert ran.err == (
        "pasqal: no usable keyring is here, or the package keyring is not installed (it comes with the extra "
        "'keyring' (in a clone: pip install '.[keyring]')); `pasqal auth login --store file` does without\n"
    )
    ran = pasqal("auth login --store keyring --token-file -", stdin=signed_out.token)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "pasqal: no usable keyring on this machine")
    assert pasqal("auth logout").code == 0


def test_a_keyring_need_not_be_installed(
    signed_out: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """Without the package for keyrings the secret goes into a file."""
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert usable_keyring() is None
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    assert signed_out.token in (home / "credentials.json").read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("auth login", "no terminal to ask for the token"),
        ("auth login --username me", "the token endpoint of"),
        ("auth login --username me --region fr", "no terminal to ask for the password"),
        (
            "auth login --client-id me --region fr",
            "no terminal to ask for the client secret",
        ),
        (
            "auth login --username me --client-id me",
            "give either --username or --client-id, not both",
        ),
        (
            "auth login --username me --token-file t",
            "give the password or client secret with --secret-file",
        ),
        ("auth login --secret-file t", "give the token with --token-file"),
        ("auth login --token-file missing", "--token-file: No such file or directory"),
        ("jobs list --token-file hunter2-my-secret", "--token-file: No such file or directory"),
        ("auth login --token-file -", "the token is empty"),
        ("jobs list --token-file missing", "--token-file: No such file or directory"),
        ("auth login hunter2-my-secret", "unexpected argument"),
        ("auth login --password hunter2-my-secret", "no such option: --password"),
        ("auth login --token=hunter2-my-secret", "no such option: --token"),
    ],
)
def test_wrong_usage_repeats_no_secret(
    signed_out: Sandbox, pasqal: Run, line: str, said: str
) -> None:
    """The exit code is 2, and what was typed in the wrong place is not repeated."""
    ran = pasqal(line)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "hunter2" not in ran.err
    assert signed_out.requests == []


def test_a_secret_is_utf_8_text(tmp_path: Path) -> None:
    """A file that is not text in UTF-8 is rejected."""
    (tmp_path / "x").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageMistake, match="not text in UTF-8"):
        read_secret(str(tmp_path / "x"), "--token-file")


def test_an_endless_file_is_not_read_completely() -> None:
    """A secret is never that long, and reading a device would go on until the memory is full."""
    with pytest.raises(UsageMistake, match="--token-file /dev/zero: too long for a secret"):
        read_secret("/dev/zero", "--token-file")


def test_a_token_is_not_read_from_a_terminal(
    on_terminal: Callable[..., Ran], sandbox: Sandbox
) -> None:
    """A terminal would show the token while it is typed."""
    ran = on_terminal("jobs count --token-file -")
    assert ran.code == 2
    assert "stdin is a terminal, which would show the secret" in ran.out


def test_stored_credentials_show_no_secret(sandbox: Sandbox) -> None:
    """A secret is neither in a repr nor in a log."""
    kept = StoredCredentials("token", "", "a-secret-token", None, "file")
    assert "secret" not in f"{kept!r} {kept}"
    this = Account("default", "here", "fr", arguments={"token": "a-secret-token"})
    assert "secret" not in f"{this!r} {this}"
    assert find_account(HERE).origin == "the environment (PASQAL_TOKEN)"


@pytest.mark.usefixtures("once")
def test_debug_shows_requests_without_secrets(
    sandbox: Sandbox, pasqal: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """--debug shows every request, token requests included, and the departures in the answers."""
    sandbox.quirks = ["naive-times"]
    ran = pasqal("jobs count --debug")
    assert ran.out == "36\n"
    assert ran.err.startswith(f"> GET {sandbox.base_url}/api/v2/jobs?")
    assert "\n< 200 after " in ran.err
    assert "\n! the service departs from the contract: " in ran.err
    assert sandbox.token not in ran.err
    assert pasqal("jobs count") == (0, "36\n", "")
    monkeypatch.delenv("PASQAL_TOKEN")
    line = f"auth login --username {sandbox.username} --token-url {sandbox.token_url} --secret-file - --debug"
    ran = pasqal(line, stdin=sandbox.password)
    assert ran.code == 0
    assert sandbox.password not in ran.err
    assert "Bearer ey" not in ran.err
    sandbox.add_fault(Fault(reset="before"))
    ran = pasqal("jobs count --debug")
    assert (ran.code, "< no answer after " in ran.err) == (1, True)


def test_credentials_lie_beside_the_profile_file(home: Path) -> None:
    """The command line uses the library's folder for configuration."""
    assert (profiles.path().parent, login_store().path.parent) == (home, home)
    with pytest.raises(ConfigurationError):
        find_account(replace(HERE, profile="none"))


def test_a_malformed_token_is_not_stored(signed_out: Sandbox, pasqal: Run, home: Path) -> None:
    """It is rejected without asking the service, and is not repeated."""
    ran = pasqal("auth login --token-file - --no-check", stdin="two words")
    assert (ran.code, "characters that a bearer token cannot have" in ran.err) == (2, True)
    assert "two words" not in ran.err
    assert not (home / "credentials.json").exists()


# The library


def test_a_login_signs_in_programs_too(
    signed_out: Sandbox, shell: Run, paste: Run, tmp_path: Path
) -> None:
    """The commands of docs/credentials.md run as they stand, but for the address of the sandbox."""
    page = (Path(__file__).parents[2] / "docs" / "credentials.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    (tmp_path / "password.txt").write_text(f"{signed_out.password}\n")
    name = f"{signed_out.username} --token-url {signed_out.token_url}"
    lines = block.replace("ada@lab.example", name).replace("$ ", "").splitlines()
    login, status, program, logout = lines
    assert paste(login).out.startswith(f"Stored the password of {signed_out.username} for ")
    assert f"as:        {signed_out.username}\n" in paste(status).out
    assert shell(program) == (0, "36\n", "")
    assert paste(logout).out.startswith("Removed the credentials for ")
    with pytest.raises(ConfigurationError, match="there is nothing to sign in with"):
        PasqalClient()


SITUATIONS = {
    "a variable": ("environment", "the environment (PASQAL_AUTH_TOKEN)"),
    "a profile": ("profile", "the profile 'default' in {home}/config.toml"),
    "a login": ("login", "the file {home}/credentials.json"),
    "a file of CUDA-Q": ("pasqal config", "the file {root}/.pasqal/config"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_command_and_the_library_agree_on_who_is_signed_in(
    situation: str, pasqal: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both take what the strongest source has, here each source in turn."""
    names = list(SITUATIONS)
    sources = names[names.index(situation) :]
    if "a variable" in sources:
        monkeypatch.setenv("PASQAL_AUTH_TOKEN", "of-a-variable")
    if "a login" in sources:
        login_store().put(
            "default",
            "https://apis.pasqal.cloud/core-fast",
            StoredCredentials("token", "", "of-a-login", None, "file"),
        )
    profiles_file, cuda_q = home / "config.toml", tmp_path / ".pasqal" / "config"
    for file, content in (
        (profiles_file, '[profiles.default]\ntoken = "of-a-profile"\n'),
        (cuda_q, "token=of-a-file-of-CUDA-Q"),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        file.chmod(0o600)
    if "a profile" not in sources:
        profiles_file.unlink()
    source, origin = SITUATIONS[situation]
    account = find_account(HERE)
    assert (account.source, account.origin) == (source, origin.format(home=home, root=tmp_path))
    assert f"from:      {account.origin}\n" in pasqal("auth status --offline").out
    secret = f"of-{situation.replace(' ', '-')}"
    for arguments in ({}, account.arguments):
        assert PasqalClient(**arguments)._token_auth.credentials.secrets() == [secret]
    takes_precedence = "pasqal auth login" not in account.remedy
    assert takes_precedence == (source in ("environment", "profile"))


def test_a_login_opens_the_keyring_once(signed_out: Sandbox, pasqal: Run, drawer: Drawer) -> None:
    """A keyring may ask for a password each time, and a command makes its client with what it has found."""
    assert pasqal("auth login --token-file -", stdin=signed_out.token).code == 0
    drawer.reads = 0
    assert pasqal("jobs count").out == "36\n"
    assert drawer.reads == 1


def test_the_project_of_a_login_elsewhere_is_the_default_project(
    pasqal: Run, tmp_path: Path
) -> None:
    """The file of CUDA-Q names the project of a batch, which a dry run shows."""
    file = tmp_path / ".pasqal" / "config"
    file.parent.mkdir()
    file.write_text("token=abc\nproject_id=f67a73f9-1da3-4124-974d-72e2bc80841b\n")
    file.chmod(0o600)
    (tmp_path / "sequence.json").write_text("{}")
    ran = pasqal("run sequence.json --runs 1 --device FRESNEL --dry-run -o json")
    assert (ran.code, "f67a73f9-1da3-4124-974d-72e2bc80841b" in ran.out) == (0, True), ran.err
    arguments = find_account(HERE).arguments
    assert PasqalClient(**arguments)._settings.project_id is not None


def test_a_byte_order_mark_is_no_part_of_a_secret(
    signed_out: Sandbox, pasqal: Run, tmp_path: Path
) -> None:
    """Some editors begin every file with one."""
    (tmp_path / "token").write_text(f"\ufeff{signed_out.token}\n", encoding="utf-8")
    assert pasqal("auth login --token-file token").code == 0
    assert json.loads(login_store().path.read_text())["default"][signed_out.base_url]["secret"] == (
        signed_out.token
    )
