"""Links to files are secrets, answers of their hosts are judged as files, and folders keep what was begun."""

from __future__ import annotations

import asyncio
import errno
import json
import logging
import os
import pickle
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from pasqal_client import ConfigurationError, ResultNotSavedError
from pasqal_client._http.error_context import ErrorContext
from pasqal_client._http.file_download import FileDownload
from pasqal_client._http.file_link import FileLink, LinkError
from pasqal_client._http.file_storage import RestartError, StorageError
from pasqal_client._http.outcomes import AttemptFacts, FailedAttempt, judge_exception
from pasqal_client._http.retry import Failure, may_be_repeated
from pasqal_client._http.transport.library_logs import quiet_libraries
from pasqal_client._http.transport.pool import AsyncPool, Pool
from pasqal_client._results.result_folder import ResultFolder, SavedFile

ONE = UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
SIGNATURE = "c4f3b4b3e5f6a7b8c9d0e1f2a3b4c5d6"
SIGNED = f"https://files.example/bucket/{ONE}.json?X-Amz-Date=20261101&X-Amz-Signature={SIGNATURE}"
CONTENT = b'{"counter": {"01": 100}}'
ETAG = '"abc"'
DIGEST = sha256(ETAG.encode()).hexdigest()[:16]


# Links


def test_nothing_shows_a_link() -> None:
    """Its host is all that a log, a traceback or an error has of it; and it does not pickle."""
    link = FileLink(SIGNED)
    request = link.request({"Accept": "*/*"})
    assert str(request.url) == SIGNED
    assert repr(link) == "<FileLink to https://files.example>"
    assert repr(request) == "<FileRequest to https://files.example>"
    with pytest.raises(TypeError, match="secret"):
        pickle.dumps(link)


def test_an_echo_of_a_link_is_masked() -> None:
    """As a whole, or the signature alone; but not the id of the job, which errors show."""
    clean = FileLink(SIGNED).hide(str)
    assert clean(f"no {SIGNED}") == "no https://files.example***?***"
    assert SIGNATURE not in clean(f"signature was {SIGNATURE}")
    assert clean(f"job {ONE} of bucket") == f"job {ONE} of bucket"
    assert FileLink("https://files.example/").hide(str)("/a/b") == "/a/b"


SHORT = (
    "https://files.example/lab-7/runs%202026/x.json?X-Amz-Signature=c4+f%2Fb4&X-Amz-SignedHeaders=host"
    "&sp=1&method=GET&se=a1b2c3d4&sig=abc&token=wxyz&auth=yes"
)


@pytest.mark.parametrize(
    "echo",
    [
        "c4 f/b4",
        "c4+f%2Fb4",
        "c4%20f%2fb4",
        "abc",
        "wxyz",
        "a1b2c3d4",
        "/lab-7/runs%202026/x.json",
        "lab-7/runs 2026/x.json",
        r"c4 f\/b4",
    ],
)
def test_the_parts_of_a_link_are_masked_however_they_are_written(echo: str) -> None:
    """The values of its parameters, also short ones by which it is signed, and its path."""
    assert FileLink(SHORT).hide(str)(f"no '{echo}' here") == "no '***' here"


def test_ordinary_words_are_shown_although_they_are_in_a_link() -> None:
    """The method, the host, the id of the job and what else says nothing about the link."""
    text = f"GET 1 of host lab-7: no job {ONE}, yes, see runs and abcd"
    assert FileLink(SHORT).hide(str)(text) == text
    of_job = FileLink(f"https://files.example/{ONE}_result.json?sig={SIGNATURE}").hide(str)
    assert of_job(f"/home/{ONE}.json: {SIGNATURE}") == f"/home/{ONE}.json: ***"


def test_a_link_is_masked_before_a_text_is_cut() -> None:
    """What is left of a secret at the end of a text that is cut would still give it away."""
    download = FileDownload(FileLink(SIGNED), "the results of a job")
    about = ErrorContext("GET", download.description, download.clean(str), changes=False)
    for reason in ("x" * 590 + SIGNATURE, f"<Error><Code>{SIGNATURE}</Code></Error>"):
        failed: Any = download.judge(403, {}, reason.encode(), about)
        assert SIGNATURE[:4] not in f"{failed.error} {failed.error.code}"


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("http://files.example/x", "plain http would send secrets unprotected to files.example"),
        ("https://user:s3cr3t@files.example/x", "must not have a user"),
        ("https://files.example/x#s3cr3t", "must not have a user or a fragment"),
        ("ftp://files.example/s3cr3t", "expected an address"),
        ("s3cr3t", "expected an address"),
        ("https://files.example/ s3cr3t", "expected an address"),
        ("https://files..example/s3cr3t", "host or port is not valid"),
    ],
)
def test_some_links_are_refused(link: str, problem: str) -> None:
    """The error does not show them, nor does an error that is chained to it."""
    with pytest.raises(LinkError, match=problem) as caught:
        FileLink(link)
    assert "s3cr3t" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:9"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    """There nothing leaves the machine."""
    assert FileLink(f"http://{host}/x").origin == f"http://{host}"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/other?sig=1", "https://files.example/other?sig=1"),
        ("https://files.example:443/other", "https://files.example/other"),
        ("https://elsewhere.example/other", None),
        ("http://files.example/other", None),
        ("https://files.example:444/other", None),
        ("https://user@files.example/other", None),
        ("http://[", None),
    ],
)
def test_a_redirect_stays_on_its_origin(location: str, target: str | None) -> None:
    """Another scheme, host or port is another origin."""
    link = FileLink(SIGNED).redirected(location)
    assert (str(link.request({}).url) if link else None) == target


# Answers


def context() -> ErrorContext:
    return ErrorContext("GET", "https://files.example/…", changes=False)


def judged(
    status: int,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    storage: Any = None,
) -> tuple[FileDownload, Any]:
    download = FileDownload(FileLink(SIGNED), "the results of a job", storage)
    return download, download.judge(status, headers or {}, body, context())


@pytest.mark.parametrize("file", [{"status": "error", "code": "500"}, {"data": None}, {}])
def test_a_file_is_not_read_as_an_envelope(file: dict[str, Any]) -> None:
    """Whatever its keys are called, it is a file; its bytes are kept as they came."""
    body = json.dumps(file, indent=3).encode()
    download, result = judged(200, body)
    assert result == file
    assert (download.content, download.decoded) == (body, file)


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (200, b"[1]", "broken", "expected a JSON object, got this: [1]"),
        (200, b"<html>", "broken", "expected a JSON object, got a page of HTML"),
        (206, CONTENT, "broken", "expected the whole file, got an answer with status 206"),
        (204, b"", "broken", "expected the whole file, got an answer with status 204"),
        (
            403,
            b'\xef\xbb\xbf<?xml version="1.0"?>\n'
            b"<Error><Code>AccessDenied</Code><Message>Too &lt;late&gt;</Message></Error>",
            "status",
            "AccessDenied: Too <late>",
        ),
        (400, b"<Error><Code>ExpiredToken</Code></Error>", "status", "ExpiredToken"),
        (404, b"<?xml?><Error/>", "status", "an XML page"),
        (404, b"<Error/>", "status", "<Error/>"),
        (503, b"busy", "status", "busy"),
    ],
)
def test_what_is_not_the_file_is_a_failure(
    status: int, body: bytes, kind: str, reason: str
) -> None:
    """The XML of object stores is read; a success without an object is tried again."""
    _, failed = judged(status, body)
    assert isinstance(failed, FailedAttempt)
    assert failed.failure.kind == kind
    assert failed.error.reason.startswith(reason)


def test_a_redirect_on_the_same_origin_is_followed_and_no_other() -> None:
    """Only a few of them."""
    download, result = judged(302, headers={"location": "/elsewhere"})
    assert result == {}
    assert download.is_redirected
    answers = [download.judge(302, {"location": "/elsewhere"}, b"", context()) for _ in range(3)]
    assert answers[:2] == [{}, {}]
    assert isinstance(answers[2], FailedAttempt)
    assert answers[2].error.reason == "more than 3 redirects"
    assert [download.is_redirected] == [False]
    _, failed = judged(307, headers={"location": "https://elsewhere.example/secret"})
    assert "secret" not in str(failed.error)
    assert failed.error.reason.startswith("a redirect to https://elsewhere.example/… is not ")


def test_what_cannot_be_stored_is_not_requested_again() -> None:
    """A full disk is not the service's fault."""
    facts = AttemptFacts(is_sent=True, is_answered=True)
    failed = judge_exception(StorageError("the disk is full"), context(), facts)
    assert isinstance(failed.error, ResultNotSavedError)
    assert failed.error.reason == "the disk is full"
    assert not may_be_repeated(failed.failure, changes=False)
    again = judge_exception(RestartError("another file"), context(), facts)
    assert again.failure == Failure("broken")


def test_the_headers_that_are_shown_have_no_addresses() -> None:
    """A redirect leads to another secret."""
    download = FileDownload(FileLink(SIGNED), "the results of a job")
    headers = httpx.Headers({"Location": "https://files.example/s3cr3t", "Date": "today"})
    shown = download.shown_headers(headers)
    assert dict(shown) == {"location": "***", "date": "today"}
    assert "s3cr3t" in headers["location"]


# Logs and pools


def test_the_library_logs_nothing_while_a_file_is_fetched(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """httpx logs whole addresses, httpcore the headers of answers; before and after, they log as ever."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore.http11"):
        with quiet_libraries():
            logging.getLogger(name).info("secret")
        logging.getLogger(name).info("shown")
    assert [record.message for record in caplog.records] == ["shown", "shown"]


def test_a_pool_reaches_a_host_that_it_did_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """With certificates, beside a base URL of plain http; through the environment's proxy, but for this machine."""
    monkeypatch.setenv("https_proxy", "https://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    pool = Pool(None, urls=["http://127.0.0.1:1/core-fast"])
    own = pool.get_for(None)
    assert pool.get_for("http://127.0.0.1:1") is own
    local = pool.get_for("http://localhost:1")
    assert proxy_of(local) is None
    remote = pool.get_for("https://files.example")
    assert remote is pool.get_for("https://files.example:444")
    assert proxy_of(remote) == "proxy.example"
    assert trusted(remote) > 0
    monkeypatch.setenv("https_proxy", "http://plain.example:3128")
    later = Pool(None, urls=["http://127.0.0.1:1"])
    assert proxy_of(later.get_for("https://files.example")) == "plain.example"
    later.close()
    pool.close()
    assert {own.is_closed, local.is_closed, remote.is_closed} == {True}


def test_an_async_pool_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a proxy in the environment it goes there directly."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    asyncio.run(reach_files())


async def reach_files() -> None:
    pool = AsyncPool(None, urls=["http://127.0.0.1:1/core-fast"])
    own = pool.get_for("http://127.0.0.1:1")
    remote = pool.get_for("https://files.example")
    assert remote is pool.get_for("https://files.example")
    assert remote is not own
    assert trusted(remote) > 0
    await pool.close()
    assert remote.is_closed


def test_the_client_of_a_caller_reaches_everything() -> None:
    """Its transport, proxies and TLS count."""
    with httpx.Client() as given:
        pool = Pool(given, urls=["https://lab.example"])
        assert pool.get_for("https://files.example") is pool.get()


def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, not its value."""
    pool = Pool(None, urls=["http://127.0.0.1:1"])
    monkeypatch.setenv("https_proxy", "://s3cr3t")
    with pytest.raises(ConfigurationError, match="^https_proxy: expected") as caught:
        pool.get_for("https://files.example")
    assert "s3cr3t" not in str(caught.value)


def proxy_of(client: Any) -> str | None:
    """The host of the proxy that a client goes through."""
    for transport in client._mounts.values():
        host: bytes = transport._pool._proxy_url.host
        return host.decode()
    return None


def trusted(client: Any) -> int:
    """How many authorities a client trusts."""
    return len(client._transport._pool._ssl_context.get_ca_certs())


# Folders


def file_in(folder: Path) -> SavedFile:
    found = ResultFolder(folder)
    found.open()
    return found.file_of(ONE)


def arrive(file: SavedFile, content: bytes, **headers: str) -> None:
    """Let some bytes of a file arrive, as an answer brings them."""
    file.range_headers()
    keep = file.begin(200, {name.replace("_", "-"): value for name, value in headers.items()})
    keep(content[:3])
    keep(content[3:])
    file.close()


def come_whole(file: SavedFile, content: bytes, **headers: str) -> None:
    """Let a whole file arrive."""
    file.range_headers()
    keep = file.begin(200, headers)
    keep(content)
    assert file.finish() == content


def test_a_file_is_in_its_place_once_it_is_whole(tmp_path: Path) -> None:
    """Before that, it has another name; the folder is made, with those above it."""
    folder = tmp_path / "results" / "of today"
    file = file_in(folder)
    assert file.range_headers() == {}
    keep = file.begin(200, {"etag": ETAG, "content-length": str(len(CONTENT))})
    keep(CONTENT)
    assert file.finish() == CONTENT
    assert [one.name for one in folder.iterdir()] == [f"{ONE}.json.{DIGEST}.part"]
    assert not file.kept()
    file.publish()
    assert [one.name for one in folder.iterdir()] == [f"{ONE}.json"]
    assert file.path.read_bytes() == CONTENT
    assert file_in(folder).kept()


def test_an_interrupted_file_is_continued(tmp_path: Path) -> None:
    """From the last byte on: a part of nothing cannot be asked for."""
    arrive(file_in(tmp_path), CONTENT[:10], etag=ETAG)
    file = file_in(tmp_path)
    assert file.range_headers() == {"Range": "bytes=9-"}
    keep = file.begin(
        206, {"etag": ETAG, "content-range": f"bytes 9-{len(CONTENT) - 1}/{len(CONTENT)}"}
    )
    keep(CONTENT[9:])
    assert file.finish() == CONTENT


def test_an_answer_with_the_whole_file_replaces_what_is_there(tmp_path: Path) -> None:
    """A host that knows no ranges sends everything; a longer file of before leaves nothing behind."""
    arrive(file_in(tmp_path), CONTENT + b"rest of another", etag=ETAG)
    file = file_in(tmp_path)
    file.range_headers()
    file.begin(200, {"etag": ETAG})(CONTENT)
    assert file.finish() == CONTENT


@pytest.mark.parametrize(
    ("etag", "content_range"),
    [
        ('"other"', "bytes 9-23/24"),
        (ETAG, "bytes 8-23/24"),
        (ETAG, "bytes */24"),
        (ETAG, ""),
        ("", "bytes 9-23/24"),
    ],
)
def test_a_part_of_something_else_is_not_continued(
    tmp_path: Path, etag: str, content_range: str
) -> None:
    """Then the file is fetched from its beginning."""
    arrive(file_in(tmp_path), CONTENT[:10], etag=ETAG)
    file = file_in(tmp_path)
    file.range_headers()
    with pytest.raises(RestartError):
        file.begin(206, {"etag": etag, "content-range": content_range})
    assert list(tmp_path.iterdir()) == []
    assert file.range_headers() == {}


def test_another_file_replaces_the_part_of_one(tmp_path: Path) -> None:
    """What was begun of the old one is removed."""
    arrive(file_in(tmp_path), CONTENT[:10], etag=ETAG)
    file = file_in(tmp_path)
    file.range_headers()
    file.begin(200, {"etag": '"new"'})(CONTENT)
    assert file.finish() == CONTENT
    file.publish()
    assert [one.name for one in tmp_path.iterdir()] == [f"{ONE}.json"]


@pytest.mark.parametrize(
    "headers", [{}, {"etag": 'W/"weak"'}, {"etag": ETAG, "content_encoding": "gzip"}]
)
def test_without_a_strong_etag_nothing_is_continued(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    """Nobody could tell whether the rest belongs to the beginning."""
    arrive(file_in(tmp_path), CONTENT[:10], **headers)
    file = file_in(tmp_path)
    assert file.range_headers() == {}
    file.begin(200, {})(CONTENT)
    assert file.finish() == CONTENT


@pytest.mark.parametrize("size", [0, 1])
def test_almost_nothing_is_not_continued(tmp_path: Path, size: int) -> None:
    """It is fetched from its beginning."""
    (tmp_path / f"{ONE}.json.{DIGEST}.part").write_bytes(b"x" * size)
    assert file_in(tmp_path).range_headers() == {}


def test_a_part_that_is_removed_meanwhile_is_fetched_again(tmp_path: Path) -> None:
    """The folder is looked through only once."""
    arrive(file_in(tmp_path), CONTENT[:10], etag=ETAG)
    file = file_in(tmp_path)
    (tmp_path / f"{ONE}.json.{DIGEST}.part").unlink()
    assert file.range_headers() == {}


def test_a_file_that_is_too_short_is_not_whole(tmp_path: Path) -> None:
    """What came of it is kept, to go on with."""
    file = file_in(tmp_path)
    file.begin(200, {"etag": ETAG, "content-length": "24"})(CONTENT[:10])
    with pytest.raises(RestartError, match="10 bytes of the file came, and not 24"):
        file.finish()
    assert file.range_headers() == {"Range": "bytes=9-"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A file of that name with something else in it stays; with the same in it, it is kept."""
    place = tmp_path / f"{ONE}.json"
    place.write_text("my notes")
    file = file_in(tmp_path)
    assert not file.kept()
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match=r"\.json is there and holds something else"):
        file.publish()
    assert [one.name for one in tmp_path.iterdir()] == [place.name]
    assert place.read_text() == "my notes"
    place.write_bytes(b'{"unknown": 1}')
    assert not file.kept()
    come_whole(file, b'{"unknown": 1}')
    file.publish()
    assert [one.name for one in tmp_path.iterdir()] == [place.name]


@pytest.mark.parametrize("headers", [{}, {"etag": ETAG}])
def test_two_processes_may_save_the_same_results(tmp_path: Path, headers: dict[str, str]) -> None:
    """The one that is slower finds the file in its place, or puts it there if it is gone again."""
    slow, fast = file_in(tmp_path), file_in(tmp_path)
    for file in (slow, fast):
        come_whole(file, CONTENT, **headers)
    fast.publish()
    slow.publish()
    slow.path.unlink()
    slow.publish()
    assert slow.path.read_bytes() == CONTENT
    assert [one.name for one in tmp_path.iterdir()] == [slow.path.name]


def test_two_answers_of_one_name_are_not_mixed(tmp_path: Path) -> None:
    """Without an ETag nothing says that they are the same, so each is kept apart until it is whole."""
    slow, fast = file_in(tmp_path), file_in(tmp_path)
    slow.range_headers()
    keep = slow.begin(200, {})
    keep(b"another beginning")
    come_whole(fast, CONTENT)
    fast.publish()
    keep(b", which goes on")
    slow.close()
    assert fast.path.read_bytes() == CONTENT


@pytest.mark.parametrize("has_links", [False, True])
@pytest.mark.parametrize("headers", [{}, {"etag": ETAG}])
def test_a_power_cut_leaves_no_half_of_a_file_in_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], has_links: bool
) -> None:
    """Where the link is made, or the file moved, all of the file is on its disk."""
    file = file_in(tmp_path)
    synced: list[int] = []
    link, move = os.link if has_links else refuse_links, Path.replace
    placed: list[bool] = []

    def sync(descriptor: int) -> None:
        status = os.fstat(descriptor)
        assert status.st_size == len(CONTENT)
        synced.append(status.st_ino)

    def watch_link(source: Path, *rest: Any, **options: Any) -> None:
        placed.append(source.stat().st_ino in synced)
        link(source, *rest, **options)

    def watch_move(source: Path, target: Path) -> Path:
        placed.append(source.stat().st_ino in synced)
        return move(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "link", watch_link)
    monkeypatch.setattr(Path, "replace", watch_move)
    come_whole(file, CONTENT, **headers)
    file.publish()
    assert placed
    assert all(placed)
    assert file.path.read_bytes() == CONTENT


def refuse_links(*_: Any, **__: Any) -> None:
    raise OSError(errno.EOPNOTSUPP, "Operation not supported")


@pytest.mark.parametrize("has_links", [False, True])
@pytest.mark.parametrize("headers", [{}, {"etag": ETAG}])
@pytest.mark.parametrize("is_link", [False, True])
def test_what_comes_at_the_last_moment_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    headers: dict[str, str],
    is_link: bool,
    has_links: bool,
) -> None:
    """Somebody puts a file, or a link that leads nowhere, there just before the result."""
    file = file_in(tmp_path)
    link = os.link if has_links else refuse_links

    def after_somebody_else(*args: Any, **options: Any) -> None:
        if is_link:
            file.path.symlink_to("nowhere")
        else:
            file.path.write_text("mine")
        link(*args, **options)

    come_whole(file, CONTENT, **headers)
    monkeypatch.setattr(os, "link", after_somebody_else)
    with pytest.raises(StorageError, match="holds something else"):
        file.publish()
    assert file.path.is_symlink() if is_link else file.path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == [file.path.name]


def test_no_link_is_written_through(tmp_path: Path) -> None:
    """Neither where the part of a file is kept, nor where the file belongs."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "results"
    file = file_in(folder)
    (folder / f"{ONE}.json.{DIGEST}.part").symlink_to(victim)
    with pytest.raises(StorageError, match="cannot be written"):
        come_whole(file, CONTENT, etag=ETAG)
    file.path.symlink_to(victim)
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match="holds something else"):
        file.publish()
    assert victim.read_text() == "mine"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """In the place of the file, or of a part of it."""
    file = file_in(tmp_path)
    os.mkfifo(file.path)
    assert not file.kept()
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match="holds something else"):
        file.publish()
    os.mkfifo(tmp_path / f"{ONE}.json.{DIGEST}.part")
    with pytest.raises(StorageError, match="cannot be written"):
        file_in(tmp_path).begin(200, {"etag": ETAG})


def test_a_disk_without_links_is_moved_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there stays there, too."""
    monkeypatch.setattr(os, "link", refuse_links)
    file = file_in(tmp_path)
    come_whole(file, CONTENT, etag=ETAG)
    file.publish()
    assert file.path.read_bytes() == CONTENT
    file.path.write_text("mine")
    come_whole(file, CONTENT, etag=ETAG)
    with pytest.raises(StorageError, match="holds something else"):
        file.publish()
    assert file.path.read_text() == "mine"


def test_several_savers_do_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has reserved the place when another comes, which takes the part away, too: both have the file."""
    monkeypatch.setattr(os, "link", refuse_links)
    first, second = file_in(tmp_path), file_in(tmp_path)
    for file in (first, second):
        come_whole(file, CONTENT, etag=ETAG)
    replace = Path.replace

    def replace_later(own: Path, place: Path) -> None:
        monkeypatch.setattr(Path, "replace", replace)
        second.publish()
        replace(own, place)

    monkeypatch.setattr(Path, "replace", replace_later)
    first.publish()
    assert first.path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [first.path]


def test_a_file_that_another_saver_has_moved_is_not_taken_for_a_reservation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays where this one's own move fails."""

    def fail_late(_: Path, place: Path) -> None:
        place.write_bytes(CONTENT)
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", refuse_links)
    monkeypatch.setattr(Path, "replace", fail_late)
    file = file_in(tmp_path)
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match="cannot be written: Input/output error"):
        file.publish()
    assert file.path.read_bytes() == CONTENT


def test_a_place_that_was_only_reserved_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk without links, whatever keeps the file from being moved there."""

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "link", refuse_links)
    monkeypatch.setattr(Path, "replace", refuse)
    file = file_in(tmp_path)
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match="cannot be written: Input/output error"):
        file.publish()
    assert list(tmp_path.iterdir()) == []


def test_a_saved_file_has_the_rights_of_every_new_file(tmp_path: Path) -> None:
    """Whether it was kept in memory before or not."""
    plain = tmp_path / "plain"
    plain.touch()
    for headers in ({}, {"etag": ETAG}):
        file = file_in(tmp_path)
        come_whole(file, CONTENT, **headers)
        file.publish()
        assert file.path.stat().st_mode == plain.stat().st_mode
        file.path.unlink()


def test_a_folder_that_cannot_be_used_is_an_error_at_once(tmp_path: Path) -> None:
    """Before anything is sent."""
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="save_to: .*file' is a file; give a folder"):
        ResultFolder(tmp_path / "file").open()
    with pytest.raises(ValueError, match="save_to: 7 is not the path of a folder"):
        ResultFolder(7)
    for nothing in ("", " "):
        with pytest.raises(ValueError, match="save_to: the path is empty"):
            ResultFolder(nothing)
    with pytest.raises(ValueError, match="save_to: '~nobody-at-all/x' begins with an unknown user"):
        ResultFolder("~nobody-at-all/x")
    assert ResultFolder.of(None) is None
    assert ResultFolder.of(str(tmp_path)) is not None


def test_a_tilde_is_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell reads it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert ResultFolder("~/results").file_of(ONE).path == tmp_path / "results" / f"{ONE}.json"


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The error has the place and the reason."""
    file = file_in(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(StorageError, match="cannot be written: No such file or directory"):
        file.begin(200, {"etag": ETAG})
    come_whole(file, CONTENT)
    with pytest.raises(StorageError, match="cannot be written: No such file or directory"):
        file.publish()


def test_a_range_that_is_refused_starts_anew(tmp_path: Path) -> None:
    """The file has become shorter than what is there of it."""
    arrive(file_in(tmp_path), CONTENT, etag=ETAG)
    file = file_in(tmp_path)
    with pytest.raises(RestartError):
        judged(416, storage=file)
    assert file.range_headers() == {}
    assert isinstance(judged(416)[1], FailedAttempt)


def test_a_file_that_is_no_object_is_not_kept(tmp_path: Path) -> None:
    """The next attempt must not continue a page of HTML."""
    file = file_in(tmp_path)
    file.begin(200, {"etag": ETAG})(b"<html>")
    _, failed = judged(200, storage=file)
    assert isinstance(failed, FailedAttempt)
    assert list(tmp_path.iterdir()) == []


def test_a_download_asks_for_what_is_missing(tmp_path: Path) -> None:
    """Into a folder it is not packed, since parts of packed files cannot be put together."""
    arrive(file_in(tmp_path), CONTENT[:10], etag=ETAG)
    download = FileDownload(FileLink(SIGNED), "the results of a job", file_in(tmp_path))
    request = download.request("me/1")
    download.prepare(request)
    assert dict(request.headers) == {
        "host": "files.example",
        "user-agent": "me/1",
        "accept": "*/*",
        "accept-encoding": "identity",
        "range": "bytes=9-",
    }
    download.close()
    in_memory = FileDownload(FileLink(SIGNED), "the results of a job")
    request = in_memory.request("me/1")
    in_memory.prepare(request)
    in_memory.close()
    assert "range" not in request.headers
    answer = httpx.Response(200, headers={"ETag": ETAG})
    reader = download.reader(answer, time.monotonic() + 10)
    reader.take(CONTENT)
    assert reader.finish() == b""
    assert download.judge(200, {}, b"", context()) == json.loads(CONTENT)
    assert (tmp_path / f"{ONE}.json").read_bytes() == CONTENT
