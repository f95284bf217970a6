"""Settings are checked before a client exists, and errors about them show no secret."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pasqal_client import (
    AsyncPasqalClient,
    ClientCredentials,
    ConfigurationError,
    PasqalClient,
    PasswordCredentials,
    RetryPolicy,
)
from pasqal_client._auth.credentials import CallableToken, StaticToken
from pasqal_client._auth.token_auth import TokenAuth
from pasqal_client._auth.token_grant import checked_token
from pasqal_client._checks import checked_setting, seconds, uuid_of
from pasqal_client._settings.config import (
    address_and_region,
    credentials_of,
    pick,
    variables,
)
from settings_elsewhere import look_in

TOKEN = "s3cr3t-t0k3n-of-the-lab"
PROJECT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment without variables, and a place for a configuration file."""
    look_in(tmp_path, monkeypatch)
    return tmp_path / "config.toml"


def write(file: Path, **profile: object) -> None:
    """Write the profile `default`; JSON is TOML for such values."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in profile.items()]
    file.write_text("\n".join(["[profiles.default]", *lines]))
    file.chmod(0o600)


def test_the_default_region_is_fr() -> None:
    """Without any setting the client uses the first region."""
    assert address_and_region(None, None) == ("https://apis.pasqal.cloud/core-fast", "fr")


@pytest.mark.parametrize("region", ["sa", "SA"])
def test_a_region_stands_for_its_address(region: str) -> None:
    """A region may be written in any case."""
    assert address_and_region(None, region) == ("https://apis.sa.pasqal.cloud/core-fast", "sa")


@pytest.mark.parametrize("region", ["mars", "", 0, False, 5])
def test_an_unknown_region_is_rejected_with_the_known_ones(region: object) -> None:
    """The error lists the regions."""
    with pytest.raises(ConfigurationError, match=f"{region!r} is unknown; known are fr, sa"):
        address_and_region(None, region)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://lab.example/core-fast/", ("https://lab.example/core-fast", "custom")),
        (
            "https://apis.sa.pasqal.cloud/core-fast",
            ("https://apis.sa.pasqal.cloud/core-fast", "sa"),
        ),
        ("http://127.0.0.1:8000/core-fast", ("http://127.0.0.1:8000/core-fast", "custom")),
        ("http://[::1]:1", ("http://[::1]:1", "custom")),
        ("http://localhost", ("http://localhost", "custom")),
        (f"https://{'a' * 63}.example", (f"https://{'a' * 63}.example", "custom")),
        ("https://[2001:db8::1]:8443", ("https://[2001:db8::1]:8443", "custom")),
    ],
)
def test_a_base_url_is_used_as_it_is(url: str, expected: tuple[str, str]) -> None:
    """Any https address is accepted, and plain http on loopback hosts."""
    assert address_and_region(url, None) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://APIS.pasqal.cloud/core-fast", ("https://apis.pasqal.cloud/core-fast", "fr")),
        ("https://apis.pasqal.cloud:443/core-fast/", ("https://apis.pasqal.cloud/core-fast", "fr")),
        ("HTTPS://apis.pasqal.cloud:443/core-fast", ("https://apis.pasqal.cloud/core-fast", "fr")),
        ("http://LOCALHOST:80", ("http://localhost", "custom")),
        ("https://bücher.example./core", ("https://xn--bcher-kva.example./core", "custom")),
    ],
)
def test_an_address_has_one_spelling(url: str, expected: tuple[str, str]) -> None:
    """A login is found, and a write resolved, whichever way the same address was written."""
    assert address_and_region(url, None) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://apis.pasqal.cloud/core-fast",
        "http://10.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "ftp://127.0.0.1",
        "apis.pasqal.cloud",
        "https://",
        "https://user:pw@host",
        "https://host/x?y=1",
        "https://host:99999",
        "https://ho st",
        "https://host\n.example",
        "https://host\\@evil.example",
        "https://user:pw",
        "https://[pw",
        "https://host/#pw",
        "https://pw\N{FULLWIDTH COLON}x@host",
        "http://evil.example\\.localhost",
        "http://127.1",
        "http://127.0.0.1%2eevil.example",
        "http://127.0.0.1@evil.example",
        f"https://{'a' * 64}.example",
        f"https://{'a.' * 127}example",
        "https://lab..example",
        "https://lab%2eexample",
        "https://xn--zz.example",
        "https://\N{SNOWMAN}.example",
        "https://999.1.1.1",
        "https://lab.example:0",
        "",
        7,
    ],
)
def test_a_malformed_or_unprotected_address_is_rejected(url: Any) -> None:
    """Plain http beyond this machine, other schemes, malformed text and impossible host names are rejected."""
    with pytest.raises(ConfigurationError, match=r"base_url: ") as caught:
        address_and_region(url, None)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("apis.pasqal.cloud/core", r"got 'apis\.pasqal\.cloud/core'"),
        ("", "got ''"),
        ("ftp://u:pw@x", "got ftp://…"),
        ("localhost:8080", "got localhost:…"),
        ("https://user:pw", "core-fast"),
    ],
)
def test_an_address_is_shown_where_no_password_can_be_in_it(url: str, seen: str) -> None:
    """The error says what was given: a host alone, or a scheme that is not http."""
    with pytest.raises(ConfigurationError, match=f"{seen}$"):
        address_and_region(url, None)


def test_arguments_precede_variables_and_variables_precede_profiles() -> None:
    """An empty variable counts as unset."""
    levels: list[Mapping[str, object]] = [
        {"region": "fr"},
        variables({"PASQAL_REGION": "sa", "PASQAL_TOKEN": ""}),
        {"token": "t", "region": "xx"},
    ]
    assert pick("region", levels) == "fr"
    assert pick("region", levels[1:]) == "sa"
    assert pick("token", levels) == "t"
    assert pick("base_url", levels) is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TOKEN", f"{TOKEN}\r\n", TOKEN),
        ("TOKEN", f"\ufeff{TOKEN}", TOKEN),
        ("USERNAME", " ada\t\n", "ada"),
        ("REGION", "\ufeffsa\n", "sa"),
        ("BASE_URL", " https://lab.example\n", "https://lab.example"),
        ("PROFILE", "operations ", "operations"),
        ("PASSWORD", " two words \n", " two words "),
        ("PASSWORD", "\ufeffpw\r\n", "pw"),
        ("CLIENT_SECRET", "secret \n\n", "secret "),
        ("PASSWORD", "\n", None),
        ("TOKEN", "\ufeff \n", None),
    ],
)
def test_what_shells_and_editors_leave_around_a_variable_is_dropped(
    name: str, value: str, expected: str | None
) -> None:
    """White space and a byte order mark are dropped; a password keeps its spaces, which may be meant."""
    assert variables({f"PASQAL_{name}": value})[name.lower()] == expected


def test_a_password_argument_is_left_unchanged() -> None:
    """Only the caller knows whether its spaces are meant."""
    client = PasqalClient(username="ada", password=" pw\n")
    assert client._token_auth.credentials.secrets() == [" pw\n"]


LONG = "x" * 2**20


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": LONG},
        {"timeout": LONG},
        {"deadline": [LONG]},
        {"strict": LONG},
        {"project_id": LONG},
        {"base_url": LONG},
        {"base_url": f"http://{LONG}"},
        {"base_url": f"https://{LONG}.example"},
        {"profile": LONG},
        {"token": LONG + "\n" + LONG},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_error_quotes_only_the_start_of_a_value(wrong: dict[str, Any]) -> None:
    """The value may be the content of a whole file, passed by mistake."""
    with pytest.raises(ConfigurationError, match=f"^{next(iter(wrong))}: ") as caught:
        PasqalClient(**{"token": TOKEN, **wrong})
    assert len(str(caught.value)) < 400


def test_a_made_up_region_has_no_token_endpoint() -> None:
    """The error quotes the beginning of what was passed."""
    with pytest.raises(
        ConfigurationError, match=r"region: no token endpoint is known for 'xxxx"
    ) as caught:
        PasswordCredentials("ada", SECRET, region=LONG)
    assert len(str(caught.value)) < 400
    with pytest.raises(ConfigurationError, match="no token endpoint is known for 7, only for fr"):
        PasswordCredentials("ada", SECRET, region=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0, -1, True, "10", float("nan"), float("inf"), 1e12])
def test_a_time_is_a_positive_number(value: Any) -> None:
    """Zero, text and infinite times are rejected."""
    with pytest.raises(ConfigurationError, match="timeout: .* is not a number of seconds above 0"):
        checked_setting(seconds, "timeout", value)


def test_a_project_is_a_uuid() -> None:
    """A malformed project id is rejected when the client is made."""
    assert checked_setting(uuid_of, "project_id", PROJECT) == UUID(PROJECT)
    with pytest.raises(ConfigurationError, match="project_id: 'x' is not a UUID"):
        checked_setting(uuid_of, "project_id", "x")


@pytest.mark.parametrize(
    "token", [TOKEN, f"{TOKEN}\n", f" {TOKEN}\r\n", f"\ufeff{TOKEN}\n", f"\ufeff {TOKEN}"]
)
def test_white_space_around_a_token_is_dropped(token: str) -> None:
    """Files end with a line break, and some begin with a byte order mark."""
    assert checked_token(token) == TOKEN


@pytest.mark.parametrize(
    "token",
    ["", "  \n", f"{TOKEN}\n{TOKEN}", f"{TOKEN} {TOKEN}", f"{TOKEN}é", f"{TOKEN}\x00", 7, b"x"],
)
def test_a_token_that_does_not_fit_a_header_is_rejected_without_showing_it(token: Any) -> None:
    """The error says what is wrong with the token."""
    with pytest.raises(ConfigurationError, match=r"token: ") as caught:
        checked_token(token)
    assert TOKEN not in str(caught.value)


def test_a_token_with_its_scheme_is_rejected() -> None:
    """The error mentions the word Bearer, for users who copied a whole header."""
    with pytest.raises(ConfigurationError, match="without the word Bearer") as caught:
        checked_token(f"Bearer {TOKEN}")
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (f'"{TOKEN}"', "without quotes"),
        (f"'{TOKEN}", "without quotes"),
        (f'{{"access_token":"{TOKEN}"}}', "not the JSON that it stands in"),
    ],
)
def test_a_token_with_what_stood_around_it_is_rejected(given: str, told: str) -> None:
    """It is what `jq` without `-r`, or a whole answer, leaves in a variable."""
    with pytest.raises(
        ConfigurationError, match=f"^token: give the token alone, {told}$"
    ) as caught:
        checked_token(given)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_client_without_credentials_says_how_to_give_them(kind: Any) -> None:
    """This is the first mistake of a new user, so the error lists the ways to give credentials."""
    with pytest.raises(
        ConfigurationError,
        match=r"run `pasqal auth login`, give token=…, .* or set the variable PASQAL_TOKEN",
    ):
        kind()


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_variables_make_a_client(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a script needs can come from the environment."""
    monkeypatch.setenv("PASQAL_TOKEN", TOKEN)
    monkeypatch.setenv("PASQAL_REGION", "sa")
    monkeypatch.setenv("PASQAL_PROJECT_ID", PROJECT)
    assert repr(kind()) == (
        f"{kind.__name__}(base_url='https://apis.sa.pasqal.cloud/core-fast', region='sa', project_id={PROJECT}, "
        "auth=<token>)"
    )


@pytest.mark.parametrize(
    ("variable", "value", "hint"),
    [
        ("PASQAL_REGION", "xx", "PASQAL_REGION: 'xx' is unknown; known are fr, sa; for another"),
        ("PASQAL_BASE_URL", "ftp://lab.example", "PASQAL_BASE_URL: expected an address"),
        ("PASQAL_PROJECT_ID", "x", "PASQAL_PROJECT_ID: 'x' is not a UUID"),
        ("PASQAL_PROFILE", "x", "PASQAL_PROFILE: 'x' is not known: "),
        ("PASQAL_TOKEN", "a b", "PASQAL_TOKEN: it has characters"),
    ],
)
def test_the_error_of_a_variable_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, value: str, hint: str
) -> None:
    """Who set no argument does not know its name."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PASQAL_TOKEN", TOKEN)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        PasqalClient()
    assert str(caught.value).startswith(hint)
    argument = variable.removeprefix("PASQAL_").lower()
    given: Any = {argument: value}
    with pytest.raises(ConfigurationError) as caught:
        PasqalClient(**given)
    assert str(caught.value).startswith(
        hint.removeprefix("PASQAL_").replace(argument.upper(), argument)
    )


def test_a_region_argument_overrules_an_address_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An argument is never overruled by a variable, even by one for another setting."""
    monkeypatch.setenv("PASQAL_BASE_URL", "https://lab.example/core")
    assert "lab.example" in repr(PasqalClient(token=TOKEN))
    assert "apis.sa.pasqal.cloud" in repr(PasqalClient(token=TOKEN, region="sa"))
    assert "127.0.0.1" in repr(PasqalClient(token=TOKEN, base_url="http://127.0.0.1:1"))


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_client_does_not_pickle(kind: Any) -> None:
    """A pickle would carry the token, so the error says what to do instead."""
    client = kind(token=TOKEN)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not pickle"):
            attempt(client)
    parts = (client.jobs, client.jobs.get, client.jobs.list(), client.batches)
    for part in (*parts, client.departures, client.api):
        with pytest.raises(
            TypeError, match=r"does not pickle: .*make a client in each process instead"
        ):
            pickle.dumps(part)
    with pytest.raises(TypeError, match="do not pickle"):
        pickle.dumps(StaticToken(TOKEN))
    with pytest.raises(TypeError, match="do not pickle"):
        pickle.dumps(TokenAuth(StaticToken(TOKEN)))
    assert TOKEN not in repr(client) + repr(client.api) + repr(vars(client))


@pytest.mark.parametrize(
    "wrong", [{"timeout": 0}, {"deadline": "x"}, {"retry": RetryPolicy, "timeout": -1}]
)
def test_wrong_settings_are_rejected_when_the_client_is_made(wrong: dict[str, Any]) -> None:
    """A mistake shows at once, not with the first request."""
    with pytest.raises(ConfigurationError):
        PasqalClient(token=TOKEN, **wrong)


SECRET = "s3cr3t-of-another"
OTHER = "11111111-2222-4333-8444-555555555555"
THIRD = "99999999-2222-4333-8444-555555555555"

# Each setting: its value as an argument, as a variable and in a profile, and how each shows.
SETTINGS: list[tuple[str, Any, str | None, Any, list[Any]]] = [
    ("region", "fr", "sa", "fr", ["fr", "sa", "fr", "fr"]),
    (
        "base_url",
        "http://127.0.0.1:1",
        "http://127.0.0.1:2",
        "http://127.0.0.1:3",
        [
            *(f"http://127.0.0.1:{port}" for port in (1, 2, 3)),
            "https://apis.pasqal.cloud/core-fast",
        ],
    ),
    ("project_id", PROJECT, OTHER, THIRD, [UUID(PROJECT), UUID(OTHER), UUID(THIRD), None]),
    ("timeout", 1, None, 3, [1, 3, 3, 10]),
    ("deadline", 1.5, None, 3, [1.5, 3, 3, 60]),
    ("strict", False, None, True, [False, True, True, False]),
]


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize(
    ("name", "argument", "variable", "in_profile", "shown"), SETTINGS, ids=lambda value: str(value)
)
def test_each_setting_comes_from_the_strongest_source(
    kind: Any,
    name: str,
    argument: Any,
    variable: str | None,
    in_profile: Any,
    shown: list[Any],
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The order is argument, variable, profile, default; None as an argument counts as not given."""

    def value(**given: Any) -> Any:
        return getattr(kind(token=TOKEN, **given)._settings, name)

    found = [value()]
    write(file, **{name: in_profile})
    found.insert(0, value())
    if variable is not None:
        monkeypatch.setenv(f"PASQAL_{name.upper()}", variable)
    found.insert(0, value(**{name: None}))
    found.insert(0, value(**{name: argument}))
    assert found == shown


def test_the_token_comes_from_the_strongest_source(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order of the sources is that of every other setting."""

    def secrets(**given: Any) -> list[str]:
        return PasqalClient(**given)._token_auth.credentials.secrets()

    write(file, token="in-the-profile")
    assert secrets() == ["in-the-profile"]
    monkeypatch.setenv("PASQAL_TOKEN", "in-the-variable")
    assert secrets() == ["in-the-variable"]
    assert secrets(token="in-the-argument") == ["in-the-argument"]
    monkeypatch.setenv("PASQAL_TOKEN", "")
    assert secrets() == ["in-the-profile"]


PASSWORD = {"username": "ada", "password": SECRET}
SERVICE = {"client_id": "robot", "client_secret": SECRET}


@pytest.mark.parametrize(
    ("levels", "kind"),
    [
        ([{"token": TOKEN}], StaticToken),
        ([{"token": lambda: TOKEN}], CallableToken),
        ([{"credentials": ClientCredentials("robot", SECRET)}], ClientCredentials),
        ([PASSWORD], PasswordCredentials),
        ([SERVICE], ClientCredentials),
        ([{}, {}, SERVICE], ClientCredentials),
        ([{"token": TOKEN}, PASSWORD, SERVICE], StaticToken),
        ([PASSWORD, {"token": TOKEN}], PasswordCredentials),
        ([SERVICE, {"token": TOKEN, **PASSWORD}], ClientCredentials),
        # One half in one source and one in another, as with a password in a variable.
        ([{"username": "ada"}, {"password": SECRET}], PasswordCredentials),
        ([{"password": SECRET}, {"token": TOKEN}, {"username": "ada"}], PasswordCredentials),
        ([{"client_secret": SECRET}, {}, {"client_id": "robot"}], ClientCredentials),
        # Several kinds in a weaker source: the most direct one counts.
        ([{}, {"token": TOKEN, **PASSWORD, **SERVICE}], StaticToken),
        ([{}, {**SERVICE, **PASSWORD}], PasswordCredentials),
    ],
)
def test_the_first_source_with_credentials_decides_their_kind(levels: Any, kind: type) -> None:
    """What that source lacks is taken from the weaker ones."""
    assert type(credentials_of(levels, "fr")) is kind


@pytest.mark.parametrize(
    ("levels", "hint"),
    [
        ([{"token": TOKEN, **PASSWORD}], "token and username are given at once"),
        (
            [{"token": TOKEN, "credentials": StaticToken(TOKEN)}],
            "credentials and token are given at once",
        ),
        ([{"username": "ada", **SERVICE}], "username and client_id are given at once"),
        ([{"username": "ada"}, {"token": TOKEN}], "password is missing: .* PASQAL_PASSWORD"),
        ([{"password": SECRET}], "username is missing: .* PASQAL_USERNAME"),
        ([{"client_secret": SECRET}], "client_id is missing: .* PASQAL_CLIENT_ID"),
        ([{"client_id": "robot"}, PASSWORD], "client_secret is missing: .* PASQAL_CLIENT_SECRET"),
        ([{"credentials": TOKEN}], "credentials: expected Credentials, got str"),
        ([{"token": 5}], "token: expected text, got int"),
        ([{"username": "ada", "password": ""}], "password: expected text that is not empty"),
    ],
)
def test_inconsistent_credentials_are_rejected_without_showing_them(levels: Any, hint: str) -> None:
    """The error says what is missing or superfluous."""
    with pytest.raises(ConfigurationError, match=hint) as caught:
        credentials_of(levels, "fr")
    assert SECRET not in str(caught.value)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("given", [PASSWORD, SERVICE])
def test_a_custom_address_has_no_token_endpoint(given: Any) -> None:
    """The password must not go to a guessed address, so token_url has to be given."""
    address = "https://lab.example/core"
    with pytest.raises(ConfigurationError, match="no token endpoint is known for this base_url"):
        PasqalClient(base_url=address, **given)
    assert PasqalClient(
        base_url=address, region="sa", **given
    )._token_auth.credentials.url.startswith("https://auth.sa.")
    sa = PasqalClient(base_url="https://apis.sa.pasqal.cloud/core-fast/", **given)
    assert sa._token_auth.credentials.url.startswith("https://auth.sa.")


def test_credentials_come_with_their_own_endpoint() -> None:
    """Credentials objects name their own endpoint, so they work with any address of the service."""
    credentials = PasswordCredentials("ada", SECRET, token_url="https://lab.example/token")
    client = PasqalClient(base_url="https://lab.example/core", credentials=credentials)
    assert repr(client).endswith(
        "(base_url='https://lab.example/core', region='custom', auth=<password>)"
    )


REPRS: list[tuple[dict[str, Any], str]] = [
    ({"token": TOKEN}, "<token>"),
    ({"token": lambda: TOKEN}, "<token function>"),
    (PASSWORD, "<password>"),
    (SERVICE, "<client credentials>"),
]


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize(("given", "shown"), REPRS, ids=[shown for _, shown in REPRS])
def test_a_client_shows_where_it_goes_and_how_it_signs_in(
    kind: Any, given: Any, shown: str
) -> None:
    """The repr of a client has its address and kind of credentials; none of its attributes shows a secret."""
    client = kind(project_id=PROJECT, region="sa", on_request=print, **given)
    assert repr(client) == (
        f"{kind.__name__}(base_url='https://apis.sa.pasqal.cloud/core-fast', region='sa', project_id={PROJECT}, "
        f"auth={shown})"
    )
    assert SECRET not in repr(vars(client)) + repr(client.api) + repr(client.departures)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_an_unknown_argument_is_rejected(kind: Any) -> None:
    """A misspelt argument would be a setting without effect, so the error lists the right ones."""
    with pytest.raises(
        TypeError, match=r"base_ulr, tokn: no such argument; .* base_url, .* http_client"
    ):
        kind(tokn=TOKEN, base_ulr="x")
    with pytest.raises(
        TypeError,
        match="token: no such argument; a view can only change timeout, deadline, retry, strict",
    ):
        kind(token=TOKEN).with_options(token="other")


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize(
    "wrong", [{"timeout": -1}, {"deadline": "x"}, {"retry": 3}, {"strict": "no"}]
)
def test_wrong_settings_of_a_view_are_rejected(kind: Any, wrong: dict[str, Any]) -> None:
    """The settings of a view are checked like those of a client."""
    with pytest.raises(ConfigurationError, match=f"{next(iter(wrong))}: "):
        kind(token=TOKEN).with_options(**wrong)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_view_changes_only_what_it_was_given(kind: Any) -> None:
    """The original client stays as it is, and the changes of a view of a view add up."""
    client = kind(token=TOKEN, timeout=5, project_id=PROJECT)
    before = client.jobs
    view = client.with_options(timeout=1, strict=True).with_options(deadline=2, timeout=None)
    assert (client.jobs is before, view.jobs is before, view.jobs is view.jobs) == (1, 0, 1)
    shown = view._settings
    assert (shown.timeout, shown.deadline, shown.strict, shown.project_id) == (
        1,
        2,
        True,
        UUID(PROJECT),
    )
    assert (client._settings.timeout, client._settings.deadline, client._settings.strict) == (
        5,
        60,
        False,
    )
    assert view.departures is client.departures
    assert view._token_auth is client._token_auth
    assert repr(view) == repr(client)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
@pytest.mark.parametrize("name", ["on_request", "on_response"])
def test_a_hook_is_checked_when_the_client_is_made(kind: Any, name: str) -> None:
    """A wrong hook raises at once, not in the middle of the first request."""
    with pytest.raises(ConfigurationError, match=f"{name}: expected a plain function"):
        kind(token=TOKEN, **{name: "print"})


def test_a_client_that_could_not_be_made_has_a_repr() -> None:
    """A traceback that shows local variables asks for it."""
    with pytest.raises(ConfigurationError) as caught:
        PasqalClient(token="t0ken-of-the-lab", region="mars")
    frames = [entry.frame.f_locals for entry in caught.traceback]
    made = next(found["self"] for found in frames if "self" in found)
    assert repr(made) == "<PasqalClient, not made>"
