"""The notebook among the examples runs from its first cell to its last, in a real kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples/sweep.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after its cells were executed; what the kernel writes is in a folder of its own."""
    folder = tmp_path_factory.mktemp("jupyter")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    names = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    with pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setenv(name, str(folder / name.lower()))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute(
            cwd=str(folder), env=environment
        )
    return notebook


def outputs(notebook: Any) -> list[dict[str, Any]]:
    """What the cells show, by its type."""
    return [
        output.data
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type in ("display_data", "execute_result")
    ]


def test_the_notebook_shows_tables_and_a_plot(executed: Any) -> None:
    """The batch, how the wait ended, a page, a result, a frame; and one picture."""
    shown = outputs(executed)
    tables = [data["text/html"] for data in shown if "text/html" in data]
    assert [title in table for title, table in zip(TITLES, tables, strict=True)] == [True] * 5
    assert sum("image/png" in data for data in shown) == 1


TITLES = ("Batch", "10 jobs ended", "Page of 10 items", "200 shots", "variables.omega")


def test_the_progress_bar_reaches_its_end(executed: Any) -> None:
    """tqdm writes it to the standard error."""
    streams = [
        output.text
        for cell in executed.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "stream"
    ]
    assert "10/10" in "".join(streams)
    assert "Warning" not in "".join(streams)


def test_the_notebook_is_kept_without_outputs() -> None:
    """They would change with every run, and may show what is nobody's business."""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
