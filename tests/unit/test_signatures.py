"""Options that a function takes as `**options` are shown one by one."""

from __future__ import annotations

import inspect
from typing import TypedDict, Unpack

from pasqal_client import AsyncPasqalClient, PasqalClient
from pasqal_client._signatures import show_options
from pasqal_client._waits.options import POLL_DEFAULTS, WAIT_DEFAULTS
from pasqal_client.batches import AsyncBatches, Batches
from pasqal_client.jobs import AsyncJobs, Jobs


class Options(TypedDict, total=False):
    """Some options."""

    colour: str | None
    size: int


@show_options(Options, {"size": 3, "colour": None})
def draw(shape: str, /, *, filled: bool = False, **options: Unpack[Options]) -> str:
    """Draw a shape."""
    return f"{shape} {filled} {options}"


def test_each_option_is_shown_with_its_type_and_default() -> None:
    """In the order of the defaults, behind the function's own arguments."""
    shown = str(inspect.signature(draw))
    assert shown == (
        "(shape: 'str', /, *, filled: 'bool' = False, size: 'int' = 3, colour: 'str | None' = None) -> 'str'"
    )


def test_the_function_is_called_as_before() -> None:
    """What is shown does not change what it is given."""
    assert draw("square", size=4) == "square False {'size': 4}"
    assert draw.__doc__ == "Draw a shape."


def test_the_waits_show_their_options() -> None:
    """For both clients, on the class and on an object."""
    for kind in (Jobs, AsyncJobs, Batches, AsyncBatches):
        parameters = inspect.signature(kind.wait).parameters
        assert {name: parameters[name].default for name in WAIT_DEFAULTS} == WAIT_DEFAULTS
    for client in (PasqalClient(token="t"), AsyncPasqalClient(token="t")):
        parameters = inspect.signature(client.jobs.as_completed).parameters
        assert list(parameters) == ["batch_id", "ids", *POLL_DEFAULTS]
