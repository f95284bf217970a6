"""The site of the documentation has every page and every public name; what `make docs` checks is checked here, too."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pasqal_client
from docs_site import python_reference
from docs_site.built_pages import complaints
from docs_site.navigation import gaps, read_menu
from docs_site.staging import CONFIGURATION, move_links, pages, stage
from pasqal_client import DeviceQueue, JobListing, OpenBatch, PasqalClient, pulser, sandbox
from pasqal_client.batches import Batches
from pasqal_client.devices import Devices
from pasqal_client.jobs import Jobs

ROOT = Path(__file__).parents[2]
MENU = read_menu(ROOT / CONFIGURATION)
RESOURCES = {
    f"pasqal_client.{module}.{kind}{name}"
    for module, name in (("jobs", "Jobs"), ("batches", "Batches"), ("devices", "Devices"))
    for kind in ("", "Async")
}
FIXTURES = {
    f"pasqal_client.testing.{name}"
    for name in ("pasqal_sandbox", "pasqal_client", "async_pasqal_client")
}


def test_every_page_is_in_the_menu_once() -> None:
    """A page that is added, renamed or removed needs its line in docs/zensical.toml."""
    assert gaps(MENU, pages(ROOT)) == []


def test_gaps_of_a_menu_are_named() -> None:
    """A page that is not in it, one that is not there, and one that is in it twice."""
    found = gaps(["a.md", "b.md", "a.md"], {"a.md", "c.md"})
    assert [line.partition(":")[0] for line in found] == ["c.md", "b.md", "a.md"]


def test_the_reference_has_every_public_name() -> None:
    """What a package exports is on one page, and so are the resources and the fixtures."""
    listed = [name for page in python_reference.PAGES.values() for name in page.names]
    exported = {
        f"{package.__name__}.{name}"
        for package in (pasqal_client, sandbox, pulser)
        for name in package.__all__
    }
    assert sorted(listed) == sorted(exported | RESOURCES | FIXTURES | {"pasqal_client.errors"})


def test_links_move_with_their_pages() -> None:
    """One to another page leads there; one to a file that is no page loses its address; others stay."""
    standing = {"docs/a/b.md": "a/b.md", "docs/c.md": "c.md", "CONTRIBUTING.md": "contributing.md"}
    text = (
        "[one](../c.md#part) [two](../../CONTRIBUTING.md) [three](../../Makefile)"
        " [four](https://example.org/x) [five](#here) ![six](../../nowhere.svg)"
    )
    assert move_links(text, "docs/a/b.md", standing, ROOT) == (
        "[one](../c.md#part) [two](../contributing.md) three"
        " [four](https://example.org/x) [five](#here) ![six](../../nowhere.svg)"
    )


def test_every_page_is_staged(tmp_path: Path) -> None:
    """What the generator reads has the pages of the menu, in a folder that had something else before."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "old.md").write_text("old")
    stage(ROOT, folder)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} == set(MENU)
    assert "::: pasqal_client.PasqalClient\n" in (folder / "reference/python/client.md").read_text(
        encoding="utf-8"
    )


def test_built_pages_load_nothing_from_another_host_and_links_lead_somewhere(
    tmp_path: Path,
) -> None:
    """A font, a script, a picture in a style; a page, a file or a place in a page that is not there."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "style.css").write_text(
        "@import '//fonts.example/a.css'; b { background: url(data:x) }"
    )
    (tmp_path / "deep" / "two.html").write_text(
        '<a href="../one.html#here">good</a> <a href="#nowhere">bad</a>'
        '<b style="background: url(https://pictures.example/x.png)"></b>'
    )
    (tmp_path / "one.html").write_text(
        '<p id="here"></p> <a href="https://example.org">good</a> <a href="mailto:a@example.org">good</a>'
        '<a href="style.css">good</a> <a href="gone.html">bad</a> <a href="deep/two.html#gone">bad</a>'
        '<script src="https://scripts.example/x.js"></script> <script src="own.js"></script>'
    )
    assert complaints(tmp_path) == [
        "deep/two.html: loads https://pictures.example/x.png",
        "deep/two.html: a link leads to #nowhere, which is not there",
        "one.html: loads https://scripts.example/x.js",
        "one.html: a link leads to gone.html, which is not there",
        "one.html: a link leads to deep/two.html#gone, which is not there",
        "style.css: loads //fonts.example/a.css",
    ]


METHODS_OF = {
    "client": PasqalClient,
    "client.jobs": Jobs,
    "client.batches": Batches,
    "client.devices": Devices,
    "listing": JobListing,
    "queue": DeviceQueue,
    "run": OpenBatch,
}


def test_the_page_of_methods_has_each_once() -> None:
    """One line for each method that a user may call, and none for others."""
    text = (ROOT / "docs/methods.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `([\w.]+)\(", text, re.MULTILINE)
    there = [
        f"{place}.{name}"
        for place, kind in METHODS_OF.items()
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert sorted(found) == sorted(there)


def test_the_links_of_llms_txt_lead_to_pages() -> None:
    """They are of the repository as well as of the site."""
    text = (ROOT / "docs/llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\((.+?)\)", text)
    assert len(links) > 15
    assert [link for link in links if not (ROOT / "docs" / link).is_file()] == []


def test_every_page_with_examples_is_named_in_a_test() -> None:
    """Whether it runs all of them, it alone knows. What decisions show are shapes, and no examples."""
    tests = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
    )
    for path in (ROOT / "docs").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        has_examples = re.search(r"^```(python|sh|console)", text, re.MULTILINE)
        if has_examples and path.parent.name != "decisions":
            assert path.name in tests, path
