"""The pages for a person: what `/` shows of batches and jobs, and how the contract is served under `/docs`."""

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import fastapi_offline
import httpx
import pytest

from pasqal_client.sandbox import Sandbox
from pasqal_client.sandbox.database.store import Store
from pasqal_client.sandbox.demo import add_demo
from pasqal_client.sandbox.devices.catalogue import Catalogue
from pasqal_client.sandbox.devices.specs import SPECS
from pasqal_client.sandbox.pages import overview
from pasqal_client.sandbox.pages.markup import Html, element
from pasqal_client.sandbox.results.made_up import NOTE
from pasqal_client.sandbox.sample_values import make_batch

PAGES = ["/", "/?paused", "/?batch=nothing", "/?job=nothing", "/docs"]
OTHERS = [
    "/openapi.json",
    "/docs/start.js",
    "/docs/swagger-ui.css",
    "/docs/swagger-ui-bundle.js",
    "/favicon.ico",
]
HOSTILE = """</td></table><script>alert("1")</script>&lt;'"><img src=x onerror=alert(1)>"""
VOID = ("meta", "link", "br")


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and its table rows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.rows: list[list[str]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self.open or "script" in self.open:
            return
        self.text += data
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += f"{data} " if data.strip() else ""

    def attributes(self, tag: str, name: str) -> list[str]:
        return [given[name] for found, given in self.elements if found == tag and name in given]

    def row(self, text: object) -> list[str]:
        """The cells of the first row that begins with a text."""
        (found, *_) = (row for row in self.rows if row[0].startswith(str(text)))
        return [cell.strip() for cell in found]


@pytest.fixture
def pages(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """A client of the pages, without a token."""
    with httpx.Client(
        base_url=sandbox.base_url.removesuffix("/core-fast"), trust_env=False
    ) as client:
        yield client


def shown(pages: httpx.Client, path: str = "/", status: int = 200) -> Page:
    answer = pages.get(path)
    assert answer.status_code == status
    return Page(answer.text)


# ---------------------------------------------------------------------------------------------------------------------
# Batches and jobs


def test_an_empty_sandbox_says_that_it_is_empty(pages: httpx.Client) -> None:
    """The page shows the time in it, too."""
    page = shown(pages)
    assert page.text.count("None yet.") == 2
    assert "2026-10-12 08:00:00 UTC" in page.text


def test_a_batch_is_a_row(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The row says what it is and how far its jobs have come."""
    batch = sandbox.add_batch(
        [{"status": "DONE"}, {}, {}],
        tags=["night", "run"],
        queue_priority="HIGH",
        device_type="EMU_MPS",
    )
    page = shown(pages)
    assert page.row(batch.id) == [
        f"{batch.id} night run", "RUNNING", "no", "EMU_MPS", "HIGH", "2026-10-12 08:00:01", "2 PENDING 1 DONE",
    ]  # fmt: skip
    assert f"/?batch={batch.id}" in page.attributes("a", "href")
    assert page.attributes("span", "style") == ["flex-grow: 2", "flex-grow: 1"]


def test_a_job_is_a_row(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The row has its ids in full, its times and its errors."""
    created = datetime(2026, 10, 12, 8, 0, tzinfo=UTC)
    batch = sandbox.add_batch(
        [
            {
                "runs": 1500,
                "status": "ERROR",
                "errors": ["Too few atoms.", "Again."],
                "created_at": created,
            }
        ],
        complete=True,
    )
    page = shown(pages)
    assert page.row(batch.job_ids[0]) == [
        f"{batch.job_ids[0]} {batch.id}", "ERROR", "22 %", "1,500",
        "2026-10-12 08:00:00", "2026-10-12 08:01:00", "2026-10-12 08:01:12", "Too few atoms.; Again.",
    ]  # fmt: skip
    assert page.attributes("progress", "value") == ["22"]
    assert page.row(batch.id)[2] == "yes"


def test_a_job_without_progress_has_none(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The field may be null, and the page shows no bar then."""
    batch = sandbox.add_batch([{"progress": None}])
    page = shown(pages)
    assert page.row(batch.job_ids[0])[2:] == ["", "100", "2026-10-12 08:00:02", "", "", ""]
    assert page.attributes("progress", "value") == []


def test_a_job_may_leave_the_runs_to_the_emulator(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The page shows none then."""
    batch = sandbox.add_batch([{"runs": None}], device_type="EMU_FREE")
    assert shown(pages).row(batch.job_ids[0])[3] == ""


def test_the_jobs_are_counted_by_status(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The counts are above the table, and follow as time passes."""
    add_demo(sandbox)
    assert "Jobs 39" in shown(pages).text
    assert "14 PENDING1 RUNNING22 DONE1 ERROR1 CANCELED" in shown(pages).text
    sandbox.advance("1h")
    page = shown(pages)
    assert "36 DONE2 ERROR1 CANCELED" in page.text
    assert f"{sandbox.now:%Y-%m-%d %H:%M:%S} UTC" in page.text


def test_what_runs_comes_first_then_the_newest(sandbox: Sandbox, pages: httpx.Client) -> None:
    """A running job is listed once."""
    first = sandbox.add_batch([{}, {"status": "RUNNING"}, {}])
    second = sandbox.add_batch([{"status": "DONE"}])
    (old, running, middle), (new,) = first.job_ids, second.job_ids
    assert job_rows(shown(pages)) == [str(job_id) for job_id in (running, new, middle, old)]
    assert job_rows(shown(pages, f"/?batch={first.id}")) == [
        str(job_id) for job_id in (running, middle, old)
    ]


def test_too_many_are_cut_and_counted(sandbox: Sandbox, pages: httpx.Client) -> None:
    """Fifty batches and a hundred jobs are listed."""
    big = sandbox.add_batch([{"status": "RUNNING"}, *({} for _ in range(101))])
    running, *others = map(str, big.job_ids)
    batches = [sandbox.add_batch([]) for _ in range(51)]
    page = shown(pages)
    assert "Batches 50 of 52, newest first" in page.text
    assert "Jobs 100 of 102, running ones first" in page.text
    listed = [
        cells[0].split()[0] for cells in page.rows if len(cells) == 7 and cells[0] != "Batch "
    ]
    assert listed == [str(batch.id) for batch in reversed(batches)][:50]
    assert job_rows(page) == [running, *others[:1:-1]]
    assert "Jobs 100 of 102, running ones first" in shown(pages, f"/?batch={big.id}").text


def test_a_batch_has_its_own_page(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The page has its jobs and no others, and a way back."""
    batch, other = sandbox.add_batch([{}, {"status": "DONE"}]), sandbox.add_batch([{}])
    page = shown(pages, f"/?batch={batch.id}")
    assert page.row(batch.id)[-1] == "1 PENDING 1 DONE"
    assert job_rows(page) == [str(job_id) for job_id in reversed(batch.job_ids)]
    assert "Jobs 2" in page.text
    assert str(other.id) not in page.text
    assert "/" in page.attributes("a", "href")
    assert shown(pages, f"/?batch={str(batch.id).upper()}").rows == page.rows


def test_a_batch_that_the_token_cannot_reach_says_so(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The person at the machine sees the batch all the same."""
    batch = sandbox.add_batch([{}], foreign=True)
    assert shown(pages).row(batch.id)[0].endswith("no access with the token")


@pytest.mark.parametrize(
    "asked", ["nothing", "", str(UUID(int=1)), "%00", "%ED%A0%80", "<b>", "9" * 1000]
)
def test_a_batch_that_is_not_there_is_said_to_be_missing(pages: httpx.Client, asked: str) -> None:
    """The answer is a page, which does not load itself again."""
    page = shown(pages, f"/?batch={asked}", 404)
    assert "This sandbox has no batch" in page.text
    assert "/" in page.attributes("a", "href")
    assert not page.attributes("meta", "http-equiv")
    assert len(page.text) < 500


def test_the_page_loads_itself_again_unless_it_is_paused(
    sandbox: Sandbox, pages: httpx.Client
) -> None:
    """Each page has a link to itself in the other way."""
    batch = sandbox.add_batch([{}])
    for path, paused in [("/", "/?paused"), (f"/?batch={batch.id}", f"/?batch={batch.id}&paused")]:
        page = shown(pages, path)
        assert page.attributes("meta", "http-equiv") == ["refresh"]
        assert "2" in page.attributes("meta", "content")
        assert paused in page.attributes("a", "href")
        assert not shown(pages, paused).attributes("meta", "http-equiv")
        assert path in shown(pages, paused).attributes("a", "href")


def test_hostile_text_stays_text(sandbox: Sandbox, pages: httpx.Client) -> None:
    """Wherever a text can be given, nothing of it becomes an element or an attribute."""

    def page_with(text: str) -> Page:
        batch = sandbox.add_batch(
            [{"status": "ERROR", "errors": [text]}], tags=[text], device_type=text
        )
        return shown(pages, f"/?batch={batch.id}")

    harmless, hostile = page_with("harmless"), page_with(HOSTILE)
    assert [(tag, list(given)) for tag, given in hostile.elements] == [
        (tag, list(g)) for tag, g in harmless.elements
    ]
    for page in (hostile, shown(pages)):
        assert page.text.count(HOSTILE) == 3
    answer = pages.get("/", params={"batch": HOSTILE})
    assert answer.status_code == 404
    assert HOSTILE in Page(answer.text).text


def test_long_texts_are_clipped(sandbox: Sandbox, pages: httpx.Client) -> None:
    """Long lists of tags are clipped, too; ids stay whole."""
    batch = sandbox.add_batch(
        [{"errors": ["y" * 10_000]}], tags=["z" * 10_000, *map(str, range(1000))]
    )
    page = shown(pages)
    assert page.row(batch.job_ids[0])[-1] == f"{'y' * 300}…"
    assert page.row(batch.id)[0].split() == [
        str(batch.id),
        f"{'z' * 300}…",
        *map(str, range(19)),
        "…",
    ]


def test_the_devices_are_shown_with_their_queues(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The row of one says what it runs, how many batches wait, and which of them are next."""
    running = sandbox.add_batch([{}])
    sandbox.advance("1s")
    sandbox.set_device("FRESNEL", status="DOWN", status_message="The laser is being repaired.")
    waiting = [sandbox.add_batch([{}]) for _ in range(4)]
    page = shown(pages)
    first = " ".join(str(batch.id) for batch in waiting[:3])
    assert page.row("FRESNEL ") == [
        "FRESNEL The laser is being repaired.", "DOWN", "ACTIVE", str(running.id), "4", first,
    ]  # fmt: skip
    assert page.row("EMU_FREE ")[1:] == ["UP", "ACTIVE", "", "0", ""]
    assert page.row("EMU_C ")[1:3] == ["DOWN", "RETIRED"]


def test_a_batch_shows_its_sequence(sandbox: Sandbox, pages: httpx.Client) -> None:
    """Nothing of it becomes an element, a long one is cut, and one that is not there is not shown."""
    batch = sandbox.add_batch([], sequence_builder=HOSTILE)
    page = shown(pages, f"/?batch={batch.id}")
    assert HOSTILE in page.text
    assert ("img", {"src": "x", "onerror": "alert(1)"}) not in page.elements
    long = sandbox.add_batch([], sequence_builder="a" * 10_000)
    page = shown(pages, f"/?batch={long.id}")
    assert "Sequence 10,000 characters" in page.text
    assert f"{'a' * 4000}…" in page.text
    assert "a" * 4001 not in page.text
    none = sandbox.add_batch([], sequence_builder=None)
    assert "Sequence" not in shown(pages, f"/?batch={none.id}").text


def test_a_job_shows_its_counts(sandbox: Sandbox, pages: httpx.Client) -> None:
    """The sixteen most frequent bitstrings are bars, the widest of them as wide as the table."""
    counter = {f"{number:05b}": number for number in range(20)}
    batch = sandbox.add_batch(
        [{"status": "DONE", "sequence": "its own", "result": {"counter": counter}}]
    )
    (job_id,) = batch.job_ids
    assert f"/?job={job_id}" in shown(pages).attributes("a", "href")
    page = shown(pages, f"/?job={job_id}")
    assert "Counts 16 of 20, the most frequent ones" in page.text
    assert [row[:2] for row in page.rows[-16:]][:2] == [["10011 ", "19 "], ["10010 ", "18 "]]
    assert page.attributes("span", "style")[:2] == ["width: 100%", "width: 94%"]
    assert "its own" in page.text
    assert NOTE not in page.text
    assert page.row(job_id)[0] == f"{job_id} {batch.id}"


def test_counts_that_are_made_up_are_called_so(sandbox: Sandbox, pages: httpx.Client) -> None:
    """Nobody takes them for a measurement."""
    (job_id,) = sandbox.add_batch([{"status": "DONE"}]).job_ids
    assert NOTE in shown(pages, f"/?job={job_id}").text


@pytest.mark.parametrize(
    "result", [None, [1], {}, {"counter": [1]}, {"counter": {}}, {"counter": {"0": "many"}}]
)
def test_a_job_without_counts_has_no_bars(
    sandbox: Sandbox, pages: httpx.Client, result: object
) -> None:
    """Whatever a test has given, the page is there."""
    done, waiting = sandbox.add_batch([{"status": "DONE", "result": result}, {}]).job_ids
    for job_id in (done, waiting):
        assert "No results." in shown(pages, f"/?job={job_id}").text


def test_odd_counts_are_shown(sandbox: Sandbox, pages: httpx.Client) -> None:
    """They may be negative, or larger than anything, and their bitstrings any text."""
    counter = {HOSTILE: -5, "x" * 1000: 10**400, "0": 0}
    (job_id,) = sandbox.add_batch([{"status": "DONE", "result": {"counter": counter}}]).job_ids
    page = shown(pages, f"/?job={job_id}")
    assert HOSTILE in page.text
    assert f"{'x' * 300}…" in page.text
    assert page.attributes("span", "style") == ["width: 100%", "width: 0%", "width: 0%"]
    (job_id,) = sandbox.add_batch([{"status": "DONE", "result": {"counter": {"0": -5}}}]).job_ids
    page = shown(pages, f"/?job={job_id}")
    assert page.attributes("span", "style") == ["width: 0%"]


@pytest.mark.parametrize("asked", ["nothing", str(UUID(int=1)), "<b>"])
def test_a_job_that_is_not_there_is_said_to_be_missing(pages: httpx.Client, asked: str) -> None:
    """The answer is a page, as for a batch."""
    assert "This sandbox has no job" in shown(pages, f"/?job={asked}", 404).text


def test_no_page_has_the_address_of_a_result(
    sandbox: Sandbox, http: httpx.Client, pages: httpx.Client
) -> None:
    """It is a secret, and the pages ask for no token."""
    batch = sandbox.add_batch([{"status": "DONE"}])
    (job_id,) = batch.job_ids
    http.get(f"/api/v1/jobs/{job_id}/results_link")
    for path in ("/", f"/?batch={batch.id}", f"/?job={job_id}"):
        assert "_results" not in pages.get(path).text


def test_what_is_made_here_is_not_escaped_again() -> None:
    """Only text is escaped."""
    assert (
        element("p", Html("<br>"), "<", class_='"', aria_label="&")
        == '<p class="&quot;" aria-label="&amp;"><br>&lt;</p>'
    )


def job_rows(page: Page) -> list[str]:
    """The ids of the jobs on a page."""
    return [
        cells[0].split()[0]
        for cells in page.rows
        if len(cells) == 8 and not cells[0].startswith("Job ")
    ]


# ---------------------------------------------------------------------------------------------------------------------
# However much there is


def test_every_question_is_answered_by_an_index(tmp_path: Path) -> None:
    """No table is searched from end to end, and nothing is sorted: a million jobs take as long as a few."""
    store = Store(tmp_path / "db")
    asked: list[str] = []
    batch = add(store, [{}, {"status": "RUNNING"}])

    def both(db: sqlite3.Connection, now: datetime) -> list[str]:
        (job_id,) = db.execute("SELECT id FROM jobs LIMIT 1").fetchone()
        db.set_trace_callback(asked.append)
        overview.read_everything(db, now)
        overview.read_batch(db, now, batch)
        overview.read_devices(db, now, Catalogue(SPECS).devices)
        overview.read_job(db, now, UUID(job_id), 1000, simulates=False)
        db.set_trace_callback(None)
        return [step[3] for sql in asked for step in db.execute(f"EXPLAIN QUERY PLAN {sql}")]

    plan = store.read(both)
    store.close()
    # What is bounded by LIMIT may run along a table or an index, in its order.
    assert {step for step in plan if re.match(r"\w+ (jobs|batches)", step)} == {
        "SCAN batches",
        "SEARCH batches",
        "SEARCH batches USING INDEX batches_by_turn (device_type=? AND status=?)",
        "SEARCH jobs USING INDEX sqlite_autoindex_jobs_1 (id=?)",
        "SEARCH batches USING INDEX sqlite_autoindex_batches_1 (id=?)",
        "SCAN jobs USING INDEX jobs_by_creation",
        "SEARCH jobs",
        "SEARCH jobs USING INDEX jobs_by_status (status=?)",
        "SEARCH jobs USING COVERING INDEX jobs_by_status (status=?)",
        "SEARCH jobs USING INDEX jobs_by_batch (batch_id=?)",
        "SEARCH jobs USING INDEX jobs_by_batch_and_status (batch_id=? AND status=?)",
        "SEARCH jobs USING COVERING INDEX jobs_by_batch_and_status (batch_id=? AND status=?)",
    }
    assert not [step for step in plan if "TEMP B-TREE" in step]
    bounded = r"LIMIT|max\(number\)|WHERE (jobs\.)?id = "
    assert not [sql for sql in asked if not re.search(bounded, sql)]


def test_nobody_counts_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a bound, the page only says that there are more."""
    monkeypatch.setattr(overview, "_COUNTED", 3)
    monkeypatch.setattr(overview, "_COUNTED_IN_LIST", 2)
    store = Store()
    batch = add(store, [{}] * 3 + [{"status": "DONE"}] * 4)
    whole = store.read(overview.read_everything)
    one = store.read(lambda db, now: overview.read_batch(db, now, batch))
    store.close()
    assert whole.jobs_in_all == overview.Count(7)
    assert {str(status): count for status, count in whole.statuses.items()} == {
        "PENDING": overview.Count(3),
        "DONE": overview.Count(3, more=True),
    }
    assert {str(s): count for s, count in whole.batches[0].jobs.items()} == {
        "PENDING": overview.Count(2, more=True),
        "DONE": overview.Count(2, more=True),
    }
    assert one.jobs_in_all == overview.Count(6, more=True)


def test_more_than_was_counted_is_shown_as_more(
    sandbox: Sandbox, pages: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plus follows the number."""
    monkeypatch.setattr(overview, "_COUNTED", 3)
    monkeypatch.setattr(overview, "_COUNTED_IN_LIST", 2)
    batch = sandbox.add_batch([{}] * 4)
    assert "3+ PENDING" in shown(pages).text
    assert shown(pages).row(batch.id)[-1] == "2+ PENDING"
    assert "Jobs 4 of 3+, running ones first" in shown(pages, f"/?batch={batch.id}").text


def add(store: Store, jobs: list[dict[str, Any]]) -> UUID:
    batch = make_batch(jobs, {}, now=store.now, project_id=uuid4(), user_id="somebody")
    store.add(batch, [None] * len(jobs))
    return batch.id


# ---------------------------------------------------------------------------------------------------------------------
# The contract


def test_the_contract_is_that_of_the_repository(
    sandbox: Sandbox, pages: httpx.Client, contract: dict[str, Any]
) -> None:
    """It is complete and in order; only the server is this sandbox."""
    served = pages.get("/openapi.json").json()
    (server,) = served["servers"]
    assert server["url"] == sandbox.base_url
    assert "stand-in" in server["description"]
    assert json.dumps({**served, "servers": 0}) == json.dumps({**contract, "servers": 0})


def test_the_server_of_the_contract_has_the_name_that_was_used(
    sandbox: Sandbox, pages: httpx.Client
) -> None:
    """A page that was loaded under one name may not ask under another."""
    port = pages.base_url.port
    served = pages.get("/openapi.json", headers={"Host": f"localhost:{port}"}).json()
    assert served["servers"][0]["url"] == f"http://localhost:{port}/core-fast"


def test_the_page_of_the_contract_says_where_it_is(pages: httpx.Client) -> None:
    """It has a link to the page of batches and jobs."""
    page = shown(pages, "/docs")
    assert "stand-in for the service on this machine" in page.text
    assert page.attributes("a", "href") == ["/"]


def test_swagger_ui_can_read_this_version_of_openapi(
    pages: httpx.Client, contract: dict[str, Any]
) -> None:
    """Version 5 is the first that reads OpenAPI 3.1."""
    assert contract["openapi"].startswith("3.1.")
    (version,) = set(
        re.findall(r'PACKAGE_VERSION:"(\d+)\.', pages.get("/docs/swagger-ui-bundle.js").text)
    )
    assert int(version) >= 5


def test_its_files_are_those_of_the_package(pages: httpx.Client) -> None:
    """They are served unchanged."""
    folder = Path(fastapi_offline.__file__).parent / "static"
    for name, kind in [("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")]:
        answer = pages.get(f"/docs/{name}")
        assert answer.content == (folder / name).read_bytes()
        assert answer.headers["Content-Type"].startswith(kind)


# ---------------------------------------------------------------------------------------------------------------------
# HTTP


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_name_no_other_address(sandbox: Sandbox, pages: httpx.Client, path: str) -> None:
    """Every link and file is on this machine, and the browser is told to enforce it."""
    add_demo(sandbox)
    answer = pages.get(path)
    assert "http:" not in answer.text
    assert "https:" not in answer.text
    page = Page(answer.text)
    addresses = [
        value
        for _, given in page.elements
        for name, value in given.items()
        if name in ("href", "src")
    ]
    assert addresses
    assert [address for address in addresses if not re.fullmatch(r"/([^/].*)?", address)] == []
    assert not {"img", "iframe", "form", "base", "object"} & {tag for tag, _ in page.elements}
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    sources = set(re.split(r"[; ]+", re.sub(r"[a-z-]+-(src|uri|action|ancestors)", "", policy))) - {
        ""
    }
    assert sources <= {"'none'", "'self'", "'unsafe-inline'", "data:"}
    assert "script-src 'unsafe" not in policy


def test_swagger_ui_is_started_without_other_addresses(pages: httpx.Client) -> None:
    """It is told to show no badge of a validator elsewhere."""
    start = pages.get("/docs/start.js").text
    assert re.findall(r'"(/.*?)"|//', start) == ["/openapi.json"]
    assert "validatorUrl: null" in start


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_nothing_of_it_is_recorded(sandbox: Sandbox, pages: httpx.Client, path: str) -> None:
    """The record has only requests to the service."""
    for method in ("GET", "HEAD", "POST"):
        pages.request(method, path)
    assert sandbox.requests == []


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_a_head_is_a_get_without_a_body(pages: httpx.Client, path: str) -> None:
    """The headers are the same."""
    get, head = pages.get(path), pages.head(path)
    varying = ("date", "etag", "last-modified")
    assert head.status_code == get.status_code
    assert head.content == b""
    assert [h for h in head.headers.items() if h[0] not in varying] == [
        h for h in get.headers.items() if h[0] not in varying
    ]


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_pages_can_only_be_read(pages: httpx.Client, path: str, method: str) -> None:
    """Other methods are rejected, and the answer lists the allowed ones."""
    answer = pages.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example"]
)
def test_a_foreign_name_is_rejected(pages: httpx.Client, path: str, host: str) -> None:
    """A page from elsewhere that points a name of its own at this address cannot read what is here."""
    answer = pages.get(path, headers={"Host": host})
    assert (answer.status_code, answer.text) == (400, "Invalid host header")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:80", "LOCALHOST", "127.8.9.1", "[::1]:80"]
)
def test_every_name_of_this_machine_is_answered(pages: httpx.Client, host: str) -> None:
    """The pages know the same names as the token endpoint and the control routes."""
    assert pages.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/?batch=nothing", "/docs", "/openapi.json", "/docs/start.js"]
)
def test_what_may_change_is_not_kept_by_the_browser(pages: httpx.Client, path: str) -> None:
    """The browser does not guess another type for it, either."""
    headers = pages.get(path).headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/?batch=nothing", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs/start.js", "text/javascript; charset=utf-8"),
        ("/openapi.json", "application/json"),
    ],
)
def test_each_says_what_it_is(pages: httpx.Client, path: str, kind: str) -> None:
    """The Content-Type is right."""
    assert pages.get(path).headers["Content-Type"] == kind


def test_browsers_get_no_icon_and_no_error(pages: httpx.Client) -> None:
    """They request an icon whatever the page says."""
    answer = pages.get("/favicon.ico")
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize(
    "path", ["/docs/", "/docs/redoc.standalone.js", "/index.html", "/openapi.yaml"]
)
def test_every_other_path_is_the_services(sandbox: Sandbox, pages: httpx.Client, path: str) -> None:
    """It is answered and recorded as without the pages."""
    assert pages.get(path).status_code == 404
    assert [(request.path, request.status) for request in sandbox.requests] == [(path, 404)]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_for_everybody(pages: httpx.Client, path: str) -> None:
    """They say their language, their title and that they fit small screens, and their tables have heads."""
    page = shown(pages, path, 404 if "nothing" in path else 200)
    assert page.attributes("html", "lang") == ["en"]
    assert "viewport" in page.attributes("meta", "name")
    assert [tag for tag, _ in page.elements].count("title") == 1
    assert "sandbox" in page.text


def test_the_pages_show_no_secret(sandbox: Sandbox, pages: httpx.Client) -> None:
    """They show neither the token nor the secrets of the accounts."""
    add_demo(sandbox)
    for path in [*PAGES, "/openapi.json", "/docs/start.js"]:
        text = pages.get(path).text
        assert not [
            s for s in (sandbox.token, sandbox.password, sandbox.client_secret) if s in text
        ]
