"""A malformed secret is in no variable of ours when its error is raised: tools like rich show variables."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pasqal_client import AsyncPasqalClient, ClientCredentials, PasqalClient, PasswordCredentials
from settings_elsewhere import look_in

SECRET = "a-secret-of-somebody"
BASE_URL = "http://127.0.0.1:1/core-fast"
WITH_PASSWORD = f"https://me:{SECRET}@localhost/"


class Odd:
    """An object whose text is a secret."""

    def __repr__(self) -> str:
        return SECRET


MALFORMED: tuple[Any, ...] = (
    *(f"{SECRET}\n{SECRET}", f"Bearer {SECRET}", f'{{"token": "{SECRET}"}}', f'"{SECRET}"'),
    *(f"{SECRET}\ud800", (SECRET,), [SECRET], SECRET.encode(), {"a": SECRET}, Odd()),
)
"""What cannot be a token; the latter half is no text either, so it cannot be a password."""
NO_PASSWORDS = MALFORMED[4:]


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where settings are read from."""
    look_in(tmp_path, monkeypatch)
    return tmp_path


def leading_to(error: BaseException | None) -> Iterator[BaseException]:
    """An error, its cause, and what was being handled."""
    if error is not None:
        yield error
        yield from leading_to(error.__cause__)
        yield from leading_to(error.__context__)


def is_ours(frame: FrameType) -> bool:
    """Whether it is not that of a caller."""
    return "/overlay/" in frame.f_code.co_filename


def leaks_of(call: Callable[..., object], *given: Any, **named: Any) -> list[str]:
    """The variables of ours that show the secret when a call fails, or the error if that does."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call(*given, **named)
    found = ["the error"] if SECRET in f"{caught.value} {caught.value!r}" else []
    for error in leading_to(caught.value):
        for frame in filter(is_ours, (one for one, _ in traceback.walk_tb(error.__traceback__))):
            for name, value in frame.f_locals.items():
                if SECRET in repr(value):
                    found.append(f"{frame.f_code.co_name}: {name}")
    return found


def use(**settings: Any) -> None:
    """Make a client, and ask it something."""
    with PasqalClient(base_url=BASE_URL, **settings) as client:
        client.jobs.count()


def use_async(**settings: Any) -> None:
    """The same with the async client."""

    async def count() -> None:
        async with AsyncPasqalClient(base_url=BASE_URL, **settings) as client:
            await client.jobs.count()

    asyncio.run(count())


@pytest.mark.parametrize("wrong", MALFORMED, ids=repr)
def test_a_malformed_token_stays_nowhere(wrong: Any) -> None:
    """As an argument, or as what a function returns."""

    async def returned() -> Any:
        return wrong

    assert leaks_of(PasqalClient, token=wrong) == []
    assert leaks_of(AsyncPasqalClient, token=wrong) == []
    assert leaks_of(PasqalClient, credentials=wrong) == []
    assert leaks_of(PasqalClient, tokn=wrong) == []
    assert leaks_of(use, token=lambda: wrong) == []
    for function in (lambda: wrong, returned, lambda: returned()):
        assert leaks_of(use_async, token=function) == []


@pytest.mark.parametrize("wrong", NO_PASSWORDS, ids=repr)
def test_a_malformed_password_stays_nowhere(wrong: Any) -> None:
    """Of an account, or of a service account."""
    assert leaks_of(PasqalClient, username="me", password=wrong) == []
    assert leaks_of(PasqalClient, client_id="me", client_secret=wrong) == []
    assert leaks_of(PasswordCredentials, "me", wrong) == []
    assert leaks_of(ClientCredentials, "me", wrong) == []


def test_a_password_stays_nowhere_although_something_else_is_wrong() -> None:
    """Its name, its region, its endpoint, or what stands beside it."""
    assert leaks_of(PasqalClient, password=SECRET) == []
    assert leaks_of(PasqalClient, token=SECRET, username="me", password=SECRET) == []
    assert leaks_of(PasqalClient, token=SECRET, timeout=-1) == []
    for make in (PasswordCredentials, ClientCredentials):
        assert leaks_of(make, "", SECRET) == []
        assert leaks_of(make, "me", SECRET, region="mars") == []
        assert leaks_of(make, "me", SECRET, token_url="ftp://x") == []


def test_a_password_in_an_address_stays_nowhere() -> None:
    """Neither that of the service nor that of the token endpoint may have one."""
    for address in (WITH_PASSWORD, f"https://localhost/?token={SECRET}"):
        assert leaks_of(PasqalClient, token="t", base_url=address) == []
    for make in (PasswordCredentials, ClientCredentials):
        assert leaks_of(make, "me", "p", token_url=WITH_PASSWORD) == []


@pytest.mark.parametrize("wrong", MALFORMED[:4])
def test_a_malformed_token_of_a_variable_or_a_file_stays_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Also where the file itself is damaged."""
    stored = {
        "kind": "token",
        "who": "",
        "secret": wrong,
        "token_url": None,
        "keeper": "file",
    }
    damaged: list[Any] = [stored, [wrong], wrong]
    file = folder / "credentials.json"
    file.touch(0o600)
    for entry in damaged:
        file.write_text(json.dumps({"default": {BASE_URL: entry}}))
        assert leaks_of(PasqalClient, base_url=BASE_URL) == []
    monkeypatch.setenv("PASQAL_TOKEN", wrong)
    assert leaks_of(PasqalClient) == []
    monkeypatch.delenv("PASQAL_TOKEN")
    profile = folder / "config.toml"
    profile.touch(0o600)
    for text in (f"token = {json.dumps(wrong)}", f"password = [{json.dumps(wrong)}]"):
        profile.write_text(f"[profiles.default]\n{text}\n")
        assert leaks_of(PasqalClient) == []


@pytest.mark.parametrize(
    "lines",
    [
        f"token=Bearer {SECRET}",
        f"username=me\npassword={SECRET}\nauth_endpoint={WITH_PASSWORD}",
        f"client_id=me\nclient_secret={SECRET}\nauth_endpoint={WITH_PASSWORD}",
    ],
)
def test_a_malformed_secret_of_the_official_settings_stays_nowhere(
    folder: Path, lines: str
) -> None:
    """Its error is made anew, with the name of the file; the first one has no variable with it, either."""
    file = folder / ".pasqal" / "config"
    file.parent.mkdir()
    file.touch(0o600)
    file.write_text(lines)
    assert leaks_of(PasqalClient) == []
