"""The page that shows what is in the sandbox, as plain HTML: no script, no other file, no other address."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import JobStatus

from .markup import Html, element, join
from .overview import Count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .overview import Counts, ListedBatch, Overview

_REFRESH = 2
"""After how many seconds the page is loaded again."""

# A message may have any length and a batch any number of tags, and the page comes every two seconds.
_LONGEST = 300
_MOST_TAGS = 20
_ORDER = "running ones first, then the newest"
_STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #57606a; --line: #d5dae0; --fill: #f3f5f7;
  --link: #0a58ca; --PENDING: #a1a9b3; --RUNNING: #1f6feb; --DONE: #2da44e; --ERROR: #cf222e; --CANCELED: #c58b12;
  --other: #8250df; --bad: #b3141f; }
@media (prefers-color-scheme: dark) {
  :root { --back: #12161b; --text: #e3e8ee; --soft: #9aa5b1; --line: #313943; --fill: #1b2129; --link: #6cb0ff;
    --PENDING: #7d8793; --RUNNING: #4c9aff; --DONE: #46b864; --ERROR: #f2555a; --CANCELED: #d9a33a; --other: #b08cf0;
    --bad: #ff8589; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem min(4vw, 1.25rem) 3rem; max-width: 90rem; background: var(--back);
  color: var(--text); font: 0.9rem/1.45 system-ui, sans-serif; }
a { color: var(--link); }
h1 { margin: 0; font-size: 1.3rem; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1.05rem; }
h2 small, .soft, header p { color: var(--soft); font-weight: normal; font-size: 0.85rem; }
header p { margin: 0.25rem 0; }
.id { font: 0.8rem ui-monospace, monospace; white-space: nowrap; }
.asked, .tag, .bad, .device { overflow-wrap: anywhere; }
.number, time { font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
td > time { font-size: 0.8rem; }
.bad { color: var(--bad); }
.tag { display: inline-block; margin: 0.2rem 0.3rem 0 0; padding: 0 0.4rem; border-radius: 0.6rem;
  background: var(--fill); border: 1px solid var(--line); font-size: 0.75rem; }
.status, .progress { white-space: nowrap; }
.status { margin-right: 0.75rem; }
td > .status:only-child { margin-right: 0; }
.status::before { content: ""; display: inline-block; width: 0.6rem; height: 0.6rem; margin-right: 0.35rem;
  border-radius: 50%; background: var(--other); }
.bar { display: flex; gap: 1px; height: 0.4rem; margin-top: 0.3rem; min-width: 7rem; border-radius: 0.2rem;
  overflow: hidden; background: var(--fill); }
.bar span { min-width: 3px; background: var(--other); }
progress { width: 4rem; height: 0.5rem; margin-right: 0.4rem; accent-color: var(--RUNNING); vertical-align: middle; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem 1.1rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { color: var(--soft); font-size: 0.8rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: normal; }
th.number, td.number { text-align: right; }
@media (max-width: 78rem) {
  table, tbody, th.main { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.4rem 1rem;
    padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td, td.number { border: 0; padding: 0; text-align: left; }
  th.main, td.wide { grid-column: 1 / -1; }
  td.jobs { grid-column: span 2; }
  td:empty { display: none; }
  .tag { margin-bottom: 0; }
  td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font-size: 0.75rem; }
}
"""
# A state that the contract gains has the colour of `other` until it has its own.
_COLOURS = "".join(
    f".{status}::before, .bar .{status} {{ background: var(--{status}, var(--other)); }}\n"
    for status in JobStatus
)
_HOME = element("a", "All batches and jobs", href="/")
_DOCS = element("a", "The contract", href="/docs")


def whole_page(overview: Overview, *, paused: bool) -> Html:
    """The page of all batches and jobs."""
    return _document(
        "Pasqal sandbox",
        _header(overview.now, "/", paused=paused),
        _heading("Batches", len(overview.batches), Count(overview.batches_in_all), "newest first"),
        _batch_table(overview.batches),
        _heading("Jobs", len(overview.jobs), overview.jobs_in_all, _ORDER),
        element("p", *_chips(overview.statuses)),
        _job_table(overview.jobs, with_batch=True),
        refreshed=not paused,
    )


def batch_page(overview: Overview, *, paused: bool) -> Html:
    """The page of one batch with its jobs."""
    (batch,) = overview.batches
    return _document(
        f"Batch {batch.fields['id']} - Pasqal sandbox",
        _header(overview.now, f"/?batch={batch.fields['id']}", _HOME, paused=paused),
        element("h2", "Batch"),
        _batch_table([batch]),
        _heading("Jobs", len(overview.jobs), overview.jobs_in_all, _ORDER),
        _job_table(overview.jobs, with_batch=False),
        refreshed=not paused,
    )


def missing_page(asked: str) -> Html:
    """The page for a batch that does not exist."""
    return _document(
        "No such batch - Pasqal sandbox",
        element("h1", "No such batch"),
        element(
            "p",
            "This sandbox has no batch ",
            element("strong", _clip(asked), class_="asked"),
            ".",
        ),
        element("p", _HOME),
        refreshed=False,
    )


def _document(title: str, *content: Html, refreshed: bool) -> Html:
    meta = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    if refreshed:
        # Not a script: the policy of the page allows none.
        meta += f'<meta http-equiv="refresh" content="{_REFRESH}">'
    style = element("style", Html(_STYLE + _COLOURS))
    head = join(Html(meta), element("title", title), style)
    body = element("body", element("main", *content))
    return Html(f'<!doctype html>\n<html lang="en"><head>{head}</head>\n{body}</html>\n')


def _header(now: datetime, address: str, *links: Html, paused: bool) -> Html:
    about = join(
        "A stand-in for the service on this machine. ", *(join(link, " · ") for link in links)
    )
    time = element("strong", _time(now))
    return element(
        "header",
        element("h1", "Pasqal sandbox"),
        element("p", about, _DOCS),
        element("p", "Sandbox time: ", time, " UTC. ", _refreshing(address, paused=paused)),
    )


def _refreshing(address: str, *, paused: bool) -> Html:
    """Whether the page refreshes, and a link to the same page in the other way."""
    if paused:
        return join("Refreshing is paused; ", element("a", "resume", href=address))
    separator = "&" if "?" in address else "?"
    pause = element("a", "pause", href=f"{address}{separator}paused")
    return join(f"Refreshes every {_REFRESH} s; ", pause)


def _heading(name: str, listed: int, total: Count, order: str) -> Html:
    text = _count(total)
    if total.more or listed < total.number:
        text = f"{listed} of {text}, {order}"
    return element("h2", f"{name} ", element("small", text))


def _batch_table(batches: list[ListedBatch]) -> Html:
    return _table(
        ["Batch", "Status", "Complete", "Device", "Queue priority", "Created", "Jobs"],
        map(_batch_row, batches),
    )


def _batch_row(batch: ListedBatch) -> Html:
    fields = batch.fields
    batch_id = element("a", fields["id"], class_="id", href=f"/?batch={fields['id']}")
    return element(
        "tr",
        element("th", batch_id, _tags(batch), class_="main", scope="row"),
        _cell("Status", _status(fields["status"])),
        _cell("Complete", "yes" if fields["complete"] else "no"),
        element("td", _clip(fields["device_type"]), class_="device", data_label="Device"),
        _cell("Queue priority", fields["queue_priority"]),
        _cell("Created", _moment(fields["created_at"])),
        element("td", *_chips(batch.jobs), _bar(batch.jobs), class_="jobs", data_label="Jobs"),
    )


def _tags(batch: ListedBatch) -> Html:
    texts = batch.fields["tags"][:_MOST_TAGS]
    if len(batch.fields["tags"]) > _MOST_TAGS:
        texts.append("…")
    if batch.foreign:
        texts.append("no access with the token")
    tags = [element("span", _clip(text), class_="tag") for text in texts]
    return element("div", *tags)


def _job_table(jobs: list[dict[str, Any]], *, with_batch: bool) -> Html:
    first = "Job and its batch" if with_batch else "Job"
    columns = [first, "Status", "Progress", "Runs", "Created", "Started", "Ended", "Errors"]
    return _table(columns, (_job_row(job, with_batch=with_batch) for job in jobs))


def _job_row(job: dict[str, Any], *, with_batch: bool) -> Html:
    ids = [element("div", job["id"], class_="id")]
    if with_batch:
        link = element("a", job["batch_id"], href=f"/?batch={job['batch_id']}")
        ids.append(element("div", link, class_="id"))
    return element(
        "tr",
        element("th", *ids, class_="main", scope="row"),
        _cell("Status", _status(job["status"])),
        _cell("Progress", *_progress(job["progress"])),
        element("td", f"{job['runs']:,}", class_="number", data_label="Runs"),
        _cell("Created", _moment(job["created_at"])),
        _cell("Started", _moment(job["start_timestamp"])),
        _cell("Ended", _moment(job["end_timestamp"])),
        element("td", _clip("; ".join(job["errors"] or [])), class_="bad wide"),
    )


def _table(columns: list[str], rows: Iterable[Html]) -> Html:
    found = list(rows)
    if not found:
        return element("p", "None yet.", class_="soft")
    heads = element("tr", *(_column_head(name) for name in columns))
    return element("table", element("thead", heads), element("tbody", *found))


def _column_head(name: str) -> Html:
    if name == "Runs":
        return element("th", name, scope="col", class_="number")
    return element("th", name, scope="col")


def _cell(label: str, *content: str) -> Html:
    inner = join(*content)
    if not inner:
        # Narrow screens leave out a cell that is empty, label included.
        return element("td")
    return element("td", inner, data_label=label)


def _chips(counts: Counts) -> list[Html]:
    return [
        element("span", f"{_count(count)} {status}", class_=f"status {status}")
        for status, count in counts.items()
    ]


def _bar(counts: Counts) -> Html:
    parts = (
        element("span", class_=status, style=f"flex-grow: {count.number}")
        for status, count in counts.items()
    )
    # Hidden from screen readers, because the counts beside it say the same.
    return element("div", *parts, class_="bar", aria_hidden="true")


def _status(status: str) -> Html:
    return element("span", status, class_=f"status {status}")


def _progress(progress: int | None) -> list[Html]:
    if progress is None:
        return []
    bar = element("progress", value=progress, max=100, aria_label="progress")
    return [element("span", bar, f"{progress} %", class_="progress")]


def _count(count: Count) -> str:
    number = f"{count.number:,}"
    if count.more:
        number += "+"
    return number


def _moment(text: str | None) -> Html:
    if text is None:
        return Html()
    return _time(datetime.fromisoformat(text))


def _time(moment: datetime) -> Html:
    # The zone is left out of the text, because the head of the page says that it is UTC.
    text = moment.replace(tzinfo=None).isoformat(" ", "seconds")
    return element("time", text, datetime=moment.isoformat())


def _clip(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}…"
