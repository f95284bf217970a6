"""Settings are checked before a client exists, and secrets are not shown by what checks them."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from uuid import UUID

import pytest

from pasqal_client import AsyncPasqalClient, ConfigurationError, PasqalClient, RetryPolicy
from pasqal_client.auth import TokenAuth
from pasqal_client.config import VARIABLES, address, pick, positive, project, variables
from pasqal_client.credentials import StaticToken, checked_token

TOKEN = "s3cr3t-t0k3n-of-the-lab"
PROJECT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(f"PASQAL_{name.upper()}", raising=False)


def test_the_default_region_is_fr() -> None:
    """Nothing given means the first region."""
    assert address(None, None) == ("https://apis.pasqal.cloud/core-fast", "fr")


@pytest.mark.parametrize("region", ["sa", "SA"])
def test_a_region_stands_for_its_address(region: str) -> None:
    """Regions are named in any case."""
    assert address(None, region) == ("https://apis.sa.pasqal.cloud/core-fast", "sa")


def test_an_unknown_region_is_told_the_known_ones() -> None:
    """The error says what would be right."""
    with pytest.raises(ConfigurationError, match="'mars' is none of fr, sa"):
        address(None, "mars")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://lab.example/core-fast/", ("https://lab.example/core-fast", "custom")),
        ("https://apis.sa.pasqal.cloud/core-fast", ("https://apis.sa.pasqal.cloud/core-fast", "sa")),
        ("http://127.0.0.1:8000/core-fast", ("http://127.0.0.1:8000/core-fast", "custom")),
        ("http://[::1]:1", ("http://[::1]:1", "custom")),
        ("http://localhost", ("http://localhost", "custom")),
    ],
)
def test_a_base_url_stands_for_itself(url: str, expected: tuple[str, str]) -> None:
    """Any https address is taken, and plain http on loopback hosts."""
    assert address(url, None) == expected


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
        "",
        7,
    ],
)
def test_an_address_that_is_none_or_leaks_the_token_is_refused(url: Any) -> None:
    """Plain http beyond this machine, other schemes and malformed text are refused."""
    with pytest.raises(ConfigurationError, match=r"base_url: ") as caught:
        address(url, None)
    assert "pw" not in str(caught.value)


def test_an_argument_goes_before_a_variable_and_a_variable_before_a_profile() -> None:
    """Precedence: argument, variable, profile; an empty variable counts as none."""
    levels = [{"region": "fr"}, variables({"PASQAL_REGION": "sa", "PASQAL_TOKEN": ""}), {"token": "t", "region": "xx"}]
    assert pick("region", levels) == "fr"
    assert pick("region", levels[1:]) == "sa"
    assert pick("token", levels) == "t"
    assert pick("base_url", levels) is None


@pytest.mark.parametrize("value", [0, -1, True, "10", float("nan"), float("inf"), 1e12])
def test_a_time_is_a_positive_number(value: Any) -> None:
    """Zero, text and endless times are refused."""
    with pytest.raises(ConfigurationError, match="timeout: .* is not a number of seconds above 0"):
        positive("timeout", value, 10.0)


def test_a_project_is_a_uuid() -> None:
    """A project that is none is refused as a setting."""
    assert project(PROJECT) == UUID(PROJECT)
    with pytest.raises(ConfigurationError, match="project_id: 'x' is not a UUID"):
        project("x")


@pytest.mark.parametrize("token", [TOKEN, f"{TOKEN}\n", f" {TOKEN}\r\n"])
def test_white_space_around_a_token_is_dropped(token: str) -> None:
    """Files end with a line break."""
    assert checked_token(token) == TOKEN


@pytest.mark.parametrize(
    "token", ["", "  \n", f"{TOKEN}\n{TOKEN}", f"{TOKEN} {TOKEN}", f"{TOKEN}é", f"{TOKEN}\x00", 7, b"x"]
)
def test_a_token_that_does_not_fit_a_header_is_refused_unseen(token: Any) -> None:
    """The error says what is wrong with the token without showing it."""
    with pytest.raises(ConfigurationError, match=r"token: ") as caught:
        checked_token(token)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_client_without_credentials_says_how_to_give_them(kind: Any) -> None:
    """The first mistake of a new user gets a helpful answer."""
    with pytest.raises(ConfigurationError, match=r"give token=…, .* or set the variable PASQAL_TOKEN"):
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


def test_a_region_that_is_given_rules_an_address_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument is never overruled by a variable, not even by another one's."""
    monkeypatch.setenv("PASQAL_BASE_URL", "https://lab.example/core")
    assert "lab.example" in repr(PasqalClient(token=TOKEN))
    assert "apis.sa.pasqal.cloud" in repr(PasqalClient(token=TOKEN, region="sa"))
    assert "127.0.0.1" in repr(PasqalClient(token=TOKEN, base_url="http://127.0.0.1:1"))


@pytest.mark.parametrize("kind", [PasqalClient, AsyncPasqalClient])
def test_a_client_does_not_pickle(kind: Any) -> None:
    """A pickle would carry the token; the error says what to do instead."""
    client = kind(token=TOKEN)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="does not pickle"):
            attempt(client)
    with pytest.raises(TypeError, match="do not pickle"):
        pickle.dumps(StaticToken(TOKEN))
    with pytest.raises(TypeError, match="do not pickle"):
        pickle.dumps(TokenAuth(StaticToken(TOKEN)))
    assert TOKEN not in repr(client) + repr(client.api) + repr(vars(client))


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"deadline": "x"}, {"retry": RetryPolicy, "timeout": -1}])
def test_wrong_settings_are_refused_when_the_client_is_made(wrong: dict[str, Any]) -> None:
    """A mistake shows at once, not with the first request."""
    with pytest.raises(ConfigurationError):
        PasqalClient(token=TOKEN, **wrong)
