"""The Date of an answer is the time in the sandbox."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import NoReturn

import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.database.sqlite_file import StorageError
from pasqal_client.sandbox.database.store import Store


def date_of(sandbox: Sandbox) -> str | None:
    """The Date of an answer of the service."""
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    answer = httpx.get(f"{sandbox.base_url}/api/v2/jobs", headers=headers)
    dates = answer.headers.get_list("date")
    assert len(dates) <= 1
    return dates[0] if dates else None


def test_answers_have_the_time_of_the_sandbox() -> None:
    """A client compares it with the times of jobs, which are of the same clock."""
    with Sandbox() as sandbox:
        for _ in range(2):
            date = date_of(sandbox)
            assert date is not None
            assert parsedate_to_datetime(date) == sandbox.now
            sandbox.advance("2h")


def test_an_answer_without_a_clock_has_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with the data costs the Date, and not the answer that says so."""

    def fail(_: Store) -> NoReturn:
        raise StorageError("the disk is gone")

    with Sandbox() as sandbox:
        monkeypatch.setattr(Store, "now", property(fail))
        assert date_of(sandbox) is None
