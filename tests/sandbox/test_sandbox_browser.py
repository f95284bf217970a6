"""The pages in a real browser: what a person sees, and that the browser asks nobody but the sandbox."""

from collections.abc import Iterator

import pytest

from contract.derived import CONTRACT
from ledger.contract import operations
from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.demo import add_demo
from sandbox import chromium

pytestmark = pytest.mark.skipif(chromium.PROGRAM is None, reason="no chromium is installed")

_TYPE = """
const field = document.querySelector(".auth-container input");
Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, "%s");
field.dispatchEvent(new Event("input", { bubbles: true }));
return true;
"""
_ANSWER = "const text = document.querySelector('.live-responses-table tbody').innerText;"
_CLICK = "document.querySelector('%s').click(); return true"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    """A sandbox that has run a part of the demonstration."""
    with Sandbox() as sandbox:
        add_demo(sandbox)
        sandbox.advance("40s")
        yield sandbox


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[chromium.Tab]:
    """One browser for all tests, because starting one takes a second."""
    with chromium.tab(tmp_path_factory.mktemp("chromium")) as tab:
        yield tab


@pytest.fixture
def tab(shared: chromium.Tab, running: Sandbox) -> Iterator[chromium.Tab]:
    """The browser; at the end it has sent requests only to the sandbox."""
    shared.asked.clear()
    yield shared
    address = running.base_url.removesuffix("core-fast")
    assert shared.asked
    assert [url for url in shared.asked if not url.startswith((address, "data:"))] == []


def root(sandbox: Sandbox) -> str:
    return sandbox.base_url.removesuffix("/core-fast")


def test_the_first_page_shows_batches_and_jobs(tab: chromium.Tab, running: Sandbox) -> None:
    """It shows each batch, and each job with its bar."""
    tab.open(f"{root(running)}/?paused")
    assert tab.when("return document.querySelectorAll('tbody tr').length") == 5 + 39
    assert tab.when("return document.querySelectorAll('progress').length") == 39
    text = tab.when("return document.body.innerText")
    assert "2 RUNNING" in text
    assert "The laser lock was lost and the run was stopped." in text


def test_the_first_page_loads_itself_again(tab: chromium.Tab, running: Sandbox) -> None:
    """A person sees what happens meanwhile without a click."""
    tab.open(root(running))
    before = tab.when("return document.querySelector('header time').innerText")
    now = running.advance("1s")
    assert tab.when(
        f"const now = document.querySelector('header time').innerText; return now != '{before}' && now"
    ) == (f"{now:%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize("width", [1280, 800, 400, 320])
def test_the_first_page_fits_its_window(tab: chromium.Tab, running: Sandbox, width: int) -> None:
    """Nobody has to scroll sideways."""
    tab.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=800,
        deviceScaleFactor=1,
        mobile=False,
    )
    tab.open(f"{root(running)}/?paused")
    assert (
        tab.when("return document.querySelector('table') && document.documentElement.scrollWidth")
        <= width
    )
    tab.call("Emulation.clearDeviceMetricsOverride")


@pytest.mark.parametrize(
    ("operation", "example"),
    [
        ("jobs/get_jobs", '"pagination"'),
        ("batches/cancel_jobs", '"errors"'),
        ("batches/complete_batch", '"jobs_count_per_status"'),
    ],
)
def test_the_contract_is_shown_with_its_examples(
    tab: chromium.Tab, running: Sandbox, operation: str, example: str
) -> None:
    """All operations are there, each with an example of its answer."""
    tab.open("about:blank")
    tab.open(f"{root(running)}/docs#/{operation}")
    assert tab.when("return document.querySelectorAll('.opblock').length") == len(
        operations(CONTRACT)
    )
    opened = f"#operations-{operation.replace('/', '-')}"
    assert example in tab.when(
        f"return document.querySelector('{opened} .responses-table .highlight-code').innerText"
    )
    assert tab.when("return !document.querySelector('.errors-wrapper')")


def test_an_operation_can_be_tried_out_with_the_token(tab: chromium.Tab, running: Sandbox) -> None:
    """The button sends it; without the token it is rejected."""
    running.clear_requests()
    tab.open("about:blank")
    tab.open(f"{root(running)}/docs#/jobs/get_jobs")
    tab.when(_CLICK % ".try-out__btn")
    tab.when(_CLICK % ".execute")
    tab.when(f"{_ANSWER} return text.includes('401') && text")
    tab.when(_CLICK % ".auth-wrapper .authorize")
    tab.when(_TYPE % running.token)
    tab.when(_CLICK % ".auth-btn-wrapper button[type=submit]")
    tab.when(_CLICK % ".btn-done")
    tab.when(_CLICK % ".execute")
    answer = tab.when(f"{_ANSWER} return text.includes('200') && text")
    assert '"status": "success"' in answer
    assert "content-range: 1-39/39" in answer
    assert [(request.path, request.status) for request in running.requests] == [
        ("/core-fast/api/v2/jobs", 401),
        ("/core-fast/api/v2/jobs", 200),
    ]
