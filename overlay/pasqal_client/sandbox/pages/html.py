"""The page that shows what is in the sandbox, as plain HTML: no script, no other file, no other address."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from .markup import Html, element, join
from .overview import Count
from .style import STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .overview import Counts, ListedBatch, ListedDevice, Overview, ShownJob

_REFRESH = 2
"""After how many seconds the page is loaded again."""

# A message may have any length and a batch any number of tags, and the page comes every two seconds.
_LONGEST = 300
_MOST_TAGS = 20
_LONGEST_SEQUENCE = 4000
_MOST_BARS = 16
_ORDER = "running ones first, then the newest"
_COMMON = "the most frequent ones"
_HOME = element("a", "All batches and jobs", href="/")
_DOCS = element("a", "The contract", href="/docs")


def whole_page(overview: Overview, devices: list[ListedDevice], *, paused: bool) -> Html:
    """The page of all devices, batches and jobs."""
    return _document(
        "Pasqal sandbox",
        _header(overview.now, "/", paused=paused),
        _heading("Devices", len(devices), Count(len(devices)), ""),
        _device_table(devices),
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
        *_sequence(batch.fields["sequence_builder"]),
        _heading("Jobs", len(overview.jobs), overview.jobs_in_all, _ORDER),
        _job_table(overview.jobs, with_batch=False),
        refreshed=not paused,
    )


def job_page(job: ShownJob, *, paused: bool) -> Html:
    """The page of one job, with its counts."""
    job_id = job.fields["id"]
    return _document(
        f"Job {job_id} - Pasqal sandbox",
        _header(job.now, f"/?job={job_id}", _HOME, paused=paused),
        element("h2", "Job"),
        _job_table([job.fields], with_batch=True),
        *_sequence(job.fields["sequence"]),
        _heading("Counts", min(len(job.counter), _MOST_BARS), Count(len(job.counter)), _COMMON),
        *_histogram(job),
        refreshed=not paused,
    )


def missing_page(kind: str, asked: str) -> Html:
    """The page for a batch or a job that does not exist."""
    return _document(
        f"No such {kind} - Pasqal sandbox",
        element("h1", f"No such {kind}"),
        element(
            "p",
            f"This sandbox has no {kind} ",
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
    style = element("style", Html(STYLE))
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


def _device_table(devices: list[ListedDevice]) -> Html:
    return _table(
        ["Device", "Status", "Availability", "Runs", "Waiting", "Next in the queue"],
        map(_device_row, devices),
    )


def _device_row(listed: ListedDevice) -> Html:
    device = listed.device
    about = element("div", device.status_message or device.description, class_="soft")
    return element(
        "tr",
        element("th", device.device_type, about, class_="main", scope="row"),
        _cell("Status", device.status),
        _cell("Availability", device.availability),
        _cell("Runs", *_batch_links(listed.running)),
        _cell("Waiting", _count(listed.waiting)),
        _cell("Next in the queue", *_batch_links(listed.first)),
    )


def _batch_links(batch_ids: list[str]) -> list[Html]:
    links = []
    for batch_id in batch_ids:
        link = element("a", batch_id, href=f"/?batch={batch_id}")
        links.append(element("div", link, class_="id"))
    return links


def _sequence(text: str | None) -> list[Html]:
    if not text:
        return []
    shown = text[:_LONGEST_SEQUENCE]
    if len(text) > len(shown):
        shown += "…"
    note = element("small", f"{len(text):,} characters")
    return [element("h2", "Sequence ", note), element("pre", shown, class_="sequence")]


def _histogram(job: ShownJob) -> list[Html]:
    """The most frequent bitstrings with their counts, each as a bar."""
    by_count = sorted(job.counter.items(), key=itemgetter(1), reverse=True)
    if not by_count:
        return [element("p", job.note or "No results.", class_="soft")]
    _, largest = by_count[0]
    rows = [_histogram_row(bits, count, largest) for bits, count in by_count[:_MOST_BARS]]
    heads = [element("th", name, scope="col") for name in ("Bitstring", "Count", "")]
    table = element(
        "table",
        element("thead", element("tr", *heads)),
        element("tbody", *rows),
        class_="counts",
    )
    if job.note is not None:
        return [element("p", job.note, class_="soft"), table]
    return [table]


def _histogram_row(bits: str, count: int, largest: int) -> Html:
    width = max(count, 0) * 100 // max(largest, 1)
    bar = element("span", style=f"width: {width}%")
    return element(
        "tr",
        element("th", _clip(bits), class_="bits main", scope="row"),
        element("td", f"{count:,}", class_="number", data_label="Count"),
        element("td", element("div", bar, class_="bar", aria_hidden="true"), class_="wide"),
    )


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
        _cell("Queue priority", fields["queue_priority"] or ""),
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
    own = element("a", job["id"], href=f"/?job={job['id']}")
    ids = [element("div", own, class_="id")]
    if with_batch:
        link = element("a", job["batch_id"], href=f"/?batch={job['batch_id']}")
        ids.append(element("div", link, class_="id"))
    runs = ""
    if job["runs"] is not None:
        runs = f"{job['runs']:,}"
    return element(
        "tr",
        element("th", *ids, class_="main", scope="row"),
        _cell("Status", _status(job["status"])),
        _cell("Progress", *_progress(job["progress"])),
        element("td", runs, class_="number", data_label="Runs"),
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
