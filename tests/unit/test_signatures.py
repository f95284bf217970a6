"""Options that a function takes as `**options` are shown one by one."""

from __future__ import annotations

import inspect
import pydoc
import re
from typing import Any, TypedDict, Unpack

import pytest

from pasqal_client import (
    AsyncDeviceQueue,
    AsyncOpenBatch,
    AsyncPasqalClient,
    BatchFilters,
    CancelBatchFilters,
    ClientOptions,
    CreateOptions,
    DeviceFilters,
    DeviceQueue,
    JobFilters,
    OpenBatch,
    OpenOptions,
    PasqalClient,
    PollOptions,
    WaitOptions,
)
from pasqal_client._signatures import show_filters, show_options, show_twin
from pasqal_client._waits.options import POLL_DEFAULTS, WAIT_DEFAULTS
from pasqal_client.batches import AsyncBatches, Batches
from pasqal_client.client import ViewOptions
from pasqal_client.devices import AsyncDevices, Devices
from pasqal_client.jobs import AsyncJobs, Jobs

CLASSES = (Jobs, AsyncJobs, Batches, AsyncBatches, Devices, AsyncDevices)
CLIENTS = (PasqalClient, AsyncPasqalClient)
OTHERS = (DeviceQueue, AsyncDeviceQueue, OpenBatch, AsyncOpenBatch)
FILTERED = [
    method
    for kind in CLASSES
    for method in vars(kind).values()
    if "filters" in getattr(method, "__annotations__", {}) and not method.__name__.startswith("_")
]
KINDS = {
    kind.__name__: kind for kind in (JobFilters, BatchFilters, CancelBatchFilters, DeviceFilters)
}


def filters_of(method: Any) -> Any:
    """The typed dictionary of the filters that a method is annotated with."""
    (name,) = re.findall(r"\w+Filters", method.__annotations__["filters"])
    return KINDS[name]


def described_in(kind: Any) -> list[str]:
    """The names that the docstring of a typed dictionary describes, in their order."""
    return re.findall(r"^ {4}(\w+): ", inspect.cleandoc(kind.__doc__), re.MULTILINE)


class Options(TypedDict, total=False):
    """Some options."""

    colour: str | None
    size: int


@show_options(Options, {"size": 3, "colour": None})
def draw(shape: str, /, *, filled: bool = False, **options: Unpack[Options]) -> str:
    """Draw a shape."""
    return f"{shape} {filled} {options}"


def test_each_option_is_shown_with_its_type_and_default() -> None:
    """The options follow the function's own arguments, in the order of their defaults."""
    shown = str(inspect.signature(draw))
    assert shown == (
        "(shape: 'str', /, *, filled: 'bool' = False, size: 'int' = 3, colour: 'str | None' = None) -> 'str'"
    )


def test_an_argument_may_come_after_the_options() -> None:
    """The constructors show what few need where the text explains it: at the end."""

    @show_options(Options, {"size": 3, "pen": None, "colour": None})
    def write(text: str, *, pen: str = "quill", **options: Unpack[Options]) -> str:
        return f"{text} {pen} {options}"

    shown = inspect.signature(write).parameters
    assert list(shown) == ["text", "size", "pen", "colour"]
    assert shown["pen"].default == "quill"
    assert write("hello", size=2) == "hello quill {'size': 2}"


def test_the_function_is_called_as_before() -> None:
    """The signature that is shown does not change what the function receives."""
    assert draw("square", size=4) == "square False {'size': 4}"
    assert draw.__doc__ == "Draw a shape."


def test_the_waits_show_their_options() -> None:
    """Both clients show the options, on the class and on an object."""
    for kind in (Jobs, AsyncJobs, Batches, AsyncBatches):
        parameters = inspect.signature(kind.wait).parameters
        assert {name: parameters[name].default for name in WAIT_DEFAULTS} == WAIT_DEFAULTS
    for client in (PasqalClient(token="t"), AsyncPasqalClient(token="t")):
        parameters = inspect.signature(client.jobs.as_completed).parameters
        assert list(parameters) == ["batch_id", "ids", *POLL_DEFAULTS]


@pytest.mark.parametrize("method", FILTERED, ids=lambda method: method.__qualname__)
def test_help_shows_each_filter_with_its_meaning(method: Any) -> None:
    """A filter is in the signature, for completion, and in the text, for people."""
    filters = filters_of(method).__annotations__
    shown = pydoc.plain(pydoc.render_doc(method))
    _, _, meanings = shown.partition("Filters:")
    parameters = inspect.signature(method).parameters
    assert re.findall(r"^ {8}(\w+): ", meanings, re.MULTILINE) == list(filters)
    assert filters.keys() <= parameters.keys()
    assert all(parameters[name].default is None for name in filters.keys() - {"project_id"})


def test_every_method_with_filters_is_meant() -> None:
    """The tests of filters are about ten methods of each client."""
    names = [method.__qualname__ for method in FILTERED]
    assert len(names) == 20
    assert {"Batches.cancel_jobs", "AsyncBatches.rebatch", "Devices.list"} <= set(names)


@pytest.mark.parametrize("method", FILTERED, ids=lambda method: method.__qualname__)
def test_the_default_of_a_project_tells_whether_the_client_has_a_say(method: Any) -> None:
    """None would lift the client's project, so it is shown only where that plays no part."""
    parameters = inspect.signature(method).parameters
    if "project_id" in parameters:
        plays_no_part = method.__name__ in ("cancel_jobs", "rebatch")
        shown = "None" if plays_no_part else "<that of the client>"
        assert repr(parameters["project_id"].default) == shown


@pytest.mark.parametrize(
    "kind",
    [*KINDS.values(), OpenOptions, PollOptions, ClientOptions, ViewOptions],
    ids=lambda kind: kind.__name__,
)
def test_a_typed_dictionary_describes_what_it_has(kind: Any) -> None:
    """What `help(JobFilters)` shows is each filter or option, once, in the order of the declarations."""
    assert described_in(kind) == list(kind.__annotations__)


def test_a_longer_typed_dictionary_describes_what_it_adds() -> None:
    """The options that it shares are described once."""
    for longer, shorter in ((CreateOptions, OpenOptions), (WaitOptions, PollOptions)):
        assert set(described_in(longer)) == set(
            longer.__annotations__.keys() - shorter.__annotations__.keys()
        )


def entries_of(text: str | None, section: str) -> dict[str, str]:
    """The entries of a section of a docstring, each with its meaning."""
    _, _, rest = inspect.cleandoc(text or "").partition(f"{section}:\n")
    body, _, _ = rest.partition("\n\n")
    found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", body, re.MULTILINE)
    return {name: " ".join(meaning.split()) for name, meaning in found}


METHODS = [
    method
    for kind in (*CLASSES, *CLIENTS, *OTHERS)
    for name, method in inspect.getmembers(kind, inspect.isfunction)
    if not name.startswith("_")
]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__qualname__)
def test_help_explains_each_argument_of_each_method(method: Any) -> None:
    """Whatever completion offers has its meaning in the text, in both clients; and no more than that."""
    shown = entries_of(method.__doc__, "Args") | entries_of(method.__doc__, "Filters")
    parameters = inspect.signature(method).parameters
    assert shown.keys() == parameters.keys() - {"self"}


@pytest.mark.parametrize("kind", CLIENTS)
def test_help_explains_each_argument_of_a_client(kind: Any) -> None:
    """Both constructors show every setting, in the words of `ClientOptions`."""
    settings = list(ClientOptions.__annotations__)
    parameters = inspect.signature(kind).parameters
    assert list(parameters) == [*settings, "http_client"]
    assert {parameter.default for parameter in parameters.values()} == {None}
    shown = entries_of(kind.__doc__, "Args")
    assert list(shown) == [*settings, "http_client"]
    del shown["http_client"]
    assert shown == entries_of(ClientOptions.__doc__, "Attributes")
    assert entries_of(kind.__doc__, "Raises").keys() == {"ConfigurationError", "TypeError"}


def test_help_explains_the_settings_of_a_view() -> None:
    """A view of either client shows what it can have of its own."""
    for kind in CLIENTS:
        assert list(inspect.signature(kind.with_options).parameters) == [
            "self",
            *ViewOptions.__annotations__,
        ]


def test_a_twin_keeps_its_first_paragraph() -> None:
    """What follows it comes from the sync class; what has no counterpart there, or no text, stays as it is."""

    class Sync:
        """A door.

        It is heavy.

        Args:
            colour: what it looks like.
        """

        def close(self) -> None:
            """Close it.

            It creaks.
            """

        def bare(self) -> None: ...

    @show_twin(Sync)
    class Async:
        """An async door; see `Sync`."""

        async def close(self) -> None:
            """Close it; see `Sync.close`.

            It is silent.
            """

        async def bare(self) -> None: ...

        async def own(self) -> None:
            """Open it."""

    assert Async.__doc__ == "An async door; see `Sync`.\n\nArgs:\n    colour: what it looks like."
    bare = show_twin(type("Bare", (), {}))(type("AsyncBare", (), {}))
    assert bare.__doc__ is None
    texts = [Async.close.__doc__, Async.bare.__doc__, Async.own.__doc__]
    assert texts == ["Close it; see `Sync.close`.\n\nIt creaks.", None, "Open it."]


def test_filters_are_shown_without_docstrings() -> None:
    """With -OO there are none, and the package is imported all the same."""

    class Bare(TypedDict, total=False):
        colour: str

    @show_filters(Bare)
    def pick(**filters: Unpack[Bare]) -> str:
        return str(filters)

    assert list(inspect.signature(pick).parameters) == ["colour"]
    assert pick.__doc__ is None
    assert pick(colour="red") == "{'colour': 'red'}"


ID = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
NAMED = "say which jobs are meant by batch_id=… or by ids=…"
FIRST = "give the id of the batch first, without a name; batch_id=… is a filter"


def run(method: Any, *given: Any, **named: Any) -> None:
    """Call a method up to where it would send something; what an async one rejects shows when it is awaited."""
    method(*given, **named).send(None)


@pytest.mark.parametrize(
    ("kind", "name", "given", "named", "advice"),
    [
        (Jobs, "wait", (ID,), {}, NAMED),
        (Jobs, "as_completed", (ID,), {}, NAMED),
        (Jobs, "results", (ID,), {}, NAMED),
        (Batches, "cancel_jobs", (), {"batch_id": ID}, FIRST),
        (Batches, "rebatch", (), {"batch_id": ID}, FIRST),
        (PasqalClient, "__init__", ("token",), {}, "every argument has a name, such as token=…"),
    ],
)
def test_a_call_without_the_right_names_says_which_are_right(
    kind: Any, name: str, given: tuple[str, ...], named: dict[str, str], advice: str
) -> None:
    """Python alone would count the arguments; nothing is sent."""
    twins = {Jobs: AsyncJobs, Batches: AsyncBatches, PasqalClient: AsyncPasqalClient}
    for one in (kind, twins[kind]):
        place = f"{one.__name__}.{name}".removesuffix(".__init__")
        method = getattr(one, name)
        with pytest.raises(TypeError, match=f"^{re.escape(place)}: {advice}$"):
            run(method, object.__new__(one), *given, **named)


@pytest.mark.parametrize("kind", CLASSES)
def test_an_id_may_have_its_name(kind: type) -> None:
    """Where no filter has the same name, `get(id)` and `get(job_id=id)` are the same."""
    for name in ("get", "status", "statuses", "cancel", "result", "complete"):
        if method := vars(kind).get(name):
            _, first = inspect.signature(method).parameters.values()
            assert first.kind is first.POSITIONAL_OR_KEYWORD, method


@pytest.mark.parametrize("kind", [Batches, AsyncBatches])
def test_the_jobs_to_add_may_have_their_name(kind: type) -> None:
    """As they have it in `create`."""
    bound = inspect.signature(kind.add_jobs).bind(object(), batch=1, jobs=2, runs=3)  # type: ignore[attr-defined]
    assert bound.kwargs == {"runs": 3}


@pytest.mark.parametrize("method", FILTERED, ids=lambda method: method.__qualname__)
def test_help_has_no_argument_that_the_signature_does_not_show(method: Any) -> None:
    """What the source says of all filters at once stands below them."""
    assert "**filters" not in method.__doc__
    if "= <that of the client>" in str(inspect.signature(method)):
        assert "lifts that." in method.__doc__.partition("Filters:")[2]
