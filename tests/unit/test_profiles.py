"""Profiles are read from one file; an error about it helps and shows no secret."""

from __future__ import annotations

import codecs
import os
import re
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from pasqal_client import ConfigurationError, PasqalClient, _private_file
from pasqal_client._settings import profiles
from pasqal_client._settings.config import VARIABLES
from settings_elsewhere import forget_variables

SECRET = "s3cr3t-of-the-lab"

FILE = f"""
[profiles.default]
region = "sa"
timeout = 5

[profiles.operations]
client_id = "robot"
client_secret = "{SECRET}"
strict = true
"""


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_variables(monkeypatch)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of the configuration file."""
    monkeypatch.setattr(profiles, "path", lambda: tmp_path / "config.toml")
    return tmp_path / "config.toml"


def write(file: Path, content: str | bytes, mode: int = 0o600) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(mode)


def refusal(name: object = None) -> str:
    """The error's whole traceback with local variables, without the source lines of this test."""
    with pytest.raises(ConfigurationError) as caught:
        profiles.load(name)
    carried = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert SECRET not in "".join(map(repr, carried)) + "".join(
        traceback.format_exception(caught.value)
    )
    return str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="other platforms keep settings elsewhere")
def test_the_file_is_where_the_platform_keeps_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On Linux the file is below XDG_CONFIG_HOME."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profiles.path() == tmp_path / "pasqal-client" / "config.toml"


def test_without_a_file_there_are_no_settings(file: Path) -> None:
    """A client works without a configuration file."""
    assert profiles.load(None) == {}


def test_a_profile_is_chosen_by_name(file: Path) -> None:
    """Without a name the profile `default` is used."""
    write(file, FILE)
    assert profiles.load(None) == {"region": "sa", "timeout": 5}
    assert profiles.load("default") == {"region": "sa", "timeout": 5}
    assert profiles.load("operations") == {
        "client_id": "robot",
        "client_secret": SECRET,
        "strict": True,
    }


@pytest.mark.parametrize("content", ["", "# nothing\n", "[profiles]\n", "[profiles.other]\n"])
def test_there_need_not_be_a_default_profile(file: Path, content: str) -> None:
    """A file without the profile `default` gives no settings unless a profile is named."""
    write(file, content)
    assert profiles.load(None) == {}


def test_a_byte_order_mark_is_accepted(file: Path) -> None:
    """Some editors begin every file with one."""
    write(file, b"\xef\xbb\xbf" + FILE.encode())
    assert profiles.load(None) == {"region": "sa", "timeout": 5}


@pytest.mark.parametrize("name", ["staging", "", 5, ["default"], {"x": 1}])
def test_an_unknown_profile_is_rejected_with_the_known_ones(file: Path, name: Any) -> None:
    """The error lists the profiles that the file has."""
    write(file, FILE)
    assert f"{name!r} is not in {file}, which has: default, operations" in refusal(name)


def test_a_profile_that_is_asked_for_without_a_file_is_missing(file: Path) -> None:
    """The error says where the file would have to be."""
    assert f"'staging' is not known: {file} does not exist" in refusal("staging")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (f'[profiles.default]\ntoken = "{SECRET}', "is not TOML: look at end of document"),
        (f'[profiles.default]\ntoken = "{SECRET}\n', "is not TOML: look at line 2, column "),
        (f"[profiles.default]\ntoken = {SECRET}", "is not TOML: look at line 2, column "),
        (
            f'[profiles.default]\ntoken = "x"\ntoken = "{SECRET}"\n',
            "is not TOML: look at line 3, column ",
        ),
        (f'"{SECRET}"', "is not TOML"),
        (f'token = "{SECRET}\udce4"'.encode("utf-8", "surrogateescape"), "is not text in UTF-8"),
        (f'token = "{SECRET}"'.encode("utf-16"), "is in UTF-16: save it in UTF-8"),
        (codecs.BOM_UTF16_BE + f'token = "{SECRET}"'.encode("utf-16-be"), "is in UTF-16: save it"),
        ("x = " + "[" * 100_000, "is not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_located_without_quoting_it(
    file: Path, content: str | bytes, hint: str
) -> None:
    """The error has line and column but not the text, which may be a secret."""
    write(file, content)
    assert f"{file} {hint}" in refusal()


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("profiles = 5", r"expected tables such as [profiles.default]"),
        ("[profiles]\ndefault = 5", r"expected a table [profiles.default]"),
        ("[[profiles.default]]", r"expected a table [profiles.default]"),
        (
            f'[profiles.default]\ntokn = "{SECRET}"\nregoin = "fr"',
            "[profiles.default] has regoin, tokn; a profile may",
        ),
        (
            '[profiles.default]\nprofile = "other"',
            "[profiles.default] has profile; a profile may have base_url, ",
        ),
        (
            "[profiles.default]\nretry = 5",
            "[profiles.default] has retry; a profile may have base_url, client_id, ",
        ),
        (
            '[profile.default]\nregion = "fr"',
            "unknown table [profile]; expected tables such as [profiles.default]",
        ),
        (
            '[default]\nregion = "fr"\n[profiles.default]',
            "unknown table [default]; expected tables such as [profiles.default]",
        ),
        (
            'region = "fr"\nbase_url = "https://lab.example"',
            "base_url, region outside of a profile; expected a table such as [profiles.default] before it",
        ),
    ],
)
def test_a_malformed_profile_is_rejected(file: Path, content: str, hint: str) -> None:
    """A misspelt name would otherwise be a setting that silently does nothing."""
    write(file, content)
    assert f"{file}: {hint}" in refusal()


@pytest.mark.skipif(os.name != "posix", reason="permissions are of another kind")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o777])
def test_a_secret_that_others_can_read_is_rejected(file: Path, mode: int) -> None:
    """The error says how to fix the permissions; a profile without a secret may be readable."""
    write(file, FILE, mode)
    assert f"run `chmod 600 {file}`" in refusal("operations")
    assert profiles.load("default") == {"region": "sa", "timeout": 5}


@pytest.mark.skipif(os.name != "posix", reason="permissions are of another kind")
@pytest.mark.parametrize("name", sorted(profiles.SECRETS))
def test_every_secret_is_protected(file: Path, name: str) -> None:
    """Tokens, passwords and client secrets are all protected by the permissions check."""
    write(file, f'[profiles.default]\n{name} = "{SECRET}"', 0o644)
    assert "chmod 600" in refusal()
    file.chmod(0o400)
    assert profiles.load(None) == {name: SECRET}


def test_a_home_that_is_not_a_folder_is_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    """Services run with a home such as /dev/null, so the file is only needed when a profile is named."""
    (tmp_path / "null").touch()
    monkeypatch.setattr(
        profiles, "path", lambda: tmp_path / "null" / "pasqal-client" / "config.toml"
    )
    assert profiles.load(None) == {}
    assert "cannot be read: Not a directory" in refusal("operations")


def test_a_file_out_of_reach_matters_only_if_it_is_asked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may lack the permission to enter its home, which is an error only if a profile is named."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(_private_file, "_open_at_once", refuse)
    # The folder is there, so it is not the home that cannot be entered.
    assert f"{file} cannot be read: Permission denied" in refusal(None)
    monkeypatch.setattr(Path, "lstat", refuse)
    assert profiles.load(None) == {}
    assert f"{file} cannot be read: Permission denied" in refusal("operations")


@pytest.mark.skipif(os.name != "posix", reason="files are of other kinds")
@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("directory", "Is a directory"),
        ("fifo", "it is not a regular file"),
        ("device", "it is not a regular file"),
    ],
)
@pytest.mark.parametrize("name", [None, "operations"])
def test_only_a_regular_file_is_read(file: Path, kind: str, hint: str, name: str | None) -> None:
    """A FIFO would block and a device never ends, so both are rejected."""
    if kind == "directory":
        file.mkdir()
    elif kind == "fifo":
        os.mkfifo(file)
    else:
        file.symlink_to("/dev/zero")
    assert refusal(name) == f"{file} cannot be read: {hint}"


@pytest.fixture(params=["new", "old"])
def _no_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has no home, as newer and older versions of platformdirs report it."""

    def refuse(*_: object, **__: object) -> Path:
        if request.param == "new":
            raise RuntimeError("could not determine the home directory")
        return Path("~/.config/pasqal-client")

    monkeypatch.setattr(profiles, "user_config_path", refuse)


@pytest.mark.usefixtures("_no_home")
def test_without_a_home_there_are_no_profiles() -> None:
    """A container may run as a user without an entry; only a named profile needs a home directory."""
    assert profiles.load(None) == {}
    assert PasqalClient(token=SECRET)._settings.region == "fr"
    for fail in (profiles.path, lambda: profiles.load("operations")):
        with pytest.raises(
            ConfigurationError,
            match="no home directory for the configuration file: set HOME",
        ):
            fail()


@pytest.mark.skipif(os.name != "posix", reason="other platforms know homes in other ways")
def test_an_unknown_user_has_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a variable nor the user database names a home, so there are no profiles."""
    import pwd

    def unknown(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert profiles.load(None) == {}


def test_white_space_around_the_values_of_a_profile_is_dropped(file: Path) -> None:
    """Values of variables are stripped in the same way; a password keeps its spaces."""
    write(
        file,
        '[profiles.default]\nregion = " sa\\n"\ntoken = "\\uFEFFabc"\npassword = " pw \\n"\ntimeout = 5\n',
    )
    assert profiles.load(None) == {"region": "sa", "token": "abc", "password": " pw ", "timeout": 5}


def test_long_and_odd_names_are_cut_in_the_error(file: Path) -> None:
    """An error stays readable, whatever the file holds."""
    long, odd = "x" * 2**20, "\\u001B"
    write(file, f'[profiles.{long}]\nregion = "sa"\n[profiles.default]\n"{odd}" = 1\n{long} = 1\n')
    for told in (refusal(), refusal("staging")):
        assert len(told) < 600
        assert "\x1b" not in told
    write(file, f'profiles.default."{odd}" = 1')
    assert "[profiles.default] has \\x1b; a profile may have" in refusal()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("token = 5", "token: expected text, got int"),
        ("token = ''", "token: it is empty"),
        (f"token = ['{SECRET}']", "token: expected text, got list"),
        (f"token = {{ a = '{SECRET}' }}", "token: expected text, got dict"),
        (f"username = 'ada'\npassword = ['{SECRET}']", "password: expected text"),
        (f"username = 5\npassword = '{SECRET}'", "username: expected text"),
        (f"client_id = true\nclient_secret = '{SECRET}'", "client_id: expected text"),
        ("timeout = 'x'", "timeout: 'x' is not a number of seconds above 0"),
        ("timeout = true", "timeout: True is not a number of seconds above 0"),
        ("deadline = nan", "deadline: nan is not a number of seconds above 0"),
        ("deadline = 1979-05-27", "deadline: datetime.date(1979, 5, 27) is not a number"),
        ("strict = 'yes'", "strict: 'yes' is neither True nor False"),
        ("strict = 1", "strict: 1 is neither True nor False"),
        ("region = 5", "region: 5 is unknown; known are fr, sa"),
        ("region = ['fr']", "region: ['fr'] is unknown; known are fr, sa"),
        ("base_url = 5", "base_url: expected an address"),
        ("base_url = 'http://lab.example'", "base_url: plain http would send secrets unprotected"),
        ("project_id = 5", "project_id: 5 is not a UUID"),
    ],
)
def test_values_of_another_type_are_rejected_when_the_client_is_made(
    file: Path, line: str, hint: str
) -> None:
    """Any type of TOML ends in an error that names the file and the setting."""
    write(file, f"[profiles.default]\n{line}\n")
    token = None if line.startswith(("token", "username", "client_id")) else SECRET
    with pytest.raises(ConfigurationError) as caught:
        PasqalClient(token=token)
    assert str(caught.value).startswith(f"{file}: [profiles.default] {hint}")
    assert SECRET not in str(caught.value)


def test_an_argument_or_a_variable_names_the_profile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The argument takes precedence over the variable, as for every other setting."""
    write(file, FILE + '[profiles.lab]\ntoken = "abc"\nregion = "fr"\n')
    monkeypatch.setenv("PASQAL_PROFILE", "operations")
    assert repr(PasqalClient()).endswith("region='fr', auth=<client credentials>)")
    assert repr(PasqalClient(profile="lab")).endswith("region='fr', auth=<token>)")
    monkeypatch.setenv("PASQAL_PROFILE", "staging")
    with pytest.raises(ConfigurationError, match="'staging' is not in"):
        PasqalClient()


def test_a_client_takes_its_settings_from_the_profile(file: Path) -> None:
    """A profile may hold every setting, secrets included."""
    write(file, FILE)
    client = PasqalClient(profile="operations")
    assert client._settings.strict
    assert SECRET not in repr(client)


def test_the_page_shows_what_there_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/settings.md has every variable and every name that a profile may have, and its file can be read."""
    page = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
    table = re.findall(r"^\| `PASQAL_(\w+)` ", page, re.MULTILINE)
    assert sorted(table) == sorted(name.upper() for name in VARIABLES)
    (content,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    write(file, content)
    used = set(re.findall(r"`(username|password)`", page))
    for name in ("default", "operations", "lab"):
        used |= profiles.load(name).keys()
    assert used == profiles._NAMES
    monkeypatch.setenv("PASQAL_TOKEN", SECRET)
    assert PasqalClient()._settings.deadline == 120
