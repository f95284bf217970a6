"""The public names are pinned here, and so are the cost of importing the package and which module imports which."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path

import pytest

import pasqal_client

ROOT = Path(__file__).parents[2]
OVERLAY, GENERATED = ROOT / "overlay" / "pasqal_client", ROOT / "generated"

NAMES = """
APIConnectionError APIError APIStatusError AddedJobs AsyncBatchListing AsyncDeviceListing
AsyncDeviceQueue AsyncJobListing AsyncOpenBatch AsyncPasqalClient AuthenticationError
BadRequestError Batch BatchFilters BatchListing BatchStatus BatchStatusReport CancelBatchFilters
CancelBatchesReceipt CancelReceipt CancelRefusedError ClientCredentials ClientOptions ConfigurationError
ConflictError ContractReport CreateOptions Credentials DeadBatchError DeadlineError Departure
DepartureError Departures Device DeviceAvailability DeviceFilters DeviceListing DeviceQueue
DeviceTypeName Finding IncompleteListingWarning Job JobFilters JobListing JobOrigin JobOutcome
JobRequest JobResult JobStatus JobsFailedError KeyConflictError KeyUnsettledError NotFoundError
OpenBatch OpenOptions OrderDirection OutcomeUnknownError Page PasqalClient PasqalError
PasswordCredentials PermissionDeniedError PollOptions QueuePriority RateLimitError ReceivedResponse
Resolution ResponseError ResultCancelledError ResultError ResultFailedError ResultMissingError
ResultNotReadyError ResultNotSavedError RetryPolicy SeenDeparture SentRequest ServerError
SubmissionKeyError SupportsAbstractRepr UnknownStatusError UnprocessableError UntrustedError
WaitOptions WaitProgress WaitResult WaitTimeoutError Write WriteDepartureError __version__
"""


def test_the_exported_names_are_these() -> None:
    """Adding or removing a name is a decision that belongs into the change log."""
    assert sorted(pasqal_client.__all__) == sorted(NAMES.split())


def test_every_exported_name_is_there() -> None:
    """Each name is loaded on first use, and an unknown one raises an error that says so."""
    for name in pasqal_client.__all__:
        assert getattr(pasqal_client, name) is not None
        assert name in dir(pasqal_client)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        pasqal_client.Nonsense  # type: ignore[attr-defined]  # noqa: B018
    assert {"TYPE_CHECKING", "annotations", "import_module"}.isdisjoint(dir(pasqal_client))


def test_the_exported_names_are_written_out() -> None:
    """A type checker that reads `from pasqal_client import *` evaluates nothing; every name has a home besides."""
    tree = ast.parse((OVERLAY / "__init__.py").read_text())
    (names,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    assert names == pasqal_client.__all__
    assert set(names) == {*pasqal_client._HOME_OF, "__version__"}


def test_completion_offers_public_names_only() -> None:
    """What is internal, or used by the module itself, is not in the way of what somebody looks for."""
    others = set(dir(pasqal_client)) - set(pasqal_client.__all__)
    # pytest itself adds names that begin with an @.
    others = {name for name in others if name.isidentifier()}
    assert not [name for name in others if name.startswith("_")]
    assert [name for name in others if f"pasqal_client.{name}" not in sys.modules] == []


def test_type_checkers_see_the_same_names() -> None:
    """The names that are loaded lazily are imported under TYPE_CHECKING from the same modules."""
    tree = ast.parse((OVERLAY / "__init__.py").read_text())
    block, _ = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: ("pasqal_client." if node.level else "") + (node.module or "")
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module != "typing"
        for alias in node.names
    }
    assert seen == pasqal_client._HOME_OF


@pytest.mark.parametrize("room", ["_results", "_waits", "_writes"])
def test_type_checkers_see_the_names_of_a_room(room: str) -> None:
    """What is imported late from a room is what type checkers have from there."""
    tree = ast.parse((OVERLAY / room / "__init__.py").read_text())
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.name: node.module
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    homes = {}
    for node in ast.walk(block.orelse[0]):
        if isinstance(node, ast.Dict):
            for module, names in ast.literal_eval(node).items():
                homes.update(dict.fromkeys(names.split(), module))
    assert seen == homes
    package = import_module(f"pasqal_client.{room}")
    for name in seen:
        assert getattr(package, name) is getattr(
            import_module(f"{package.__name__}.{seen[name]}"), name
        )
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        package.Nonsense  # noqa: B018


def imported_by(statement: str) -> set[str]:
    """The modules that a statement imports, in a process of its own."""
    program = (
        f"import sys; before = set(sys.modules)\n{statement}\nprint(*set(sys.modules) - before)"
    )
    modules = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(modules.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import pasqal_client", "import pasqal_client; pasqal_client.__version__"]
)
def test_importing_the_package_imports_nothing_heavy(statement: str) -> None:
    """A command that only shows its help should not wait for an HTTP library."""
    heavy = {
        "httpx",
        "httpcore",
        "attr",
        "attrs",
        "pasqal_core_api",
        "pasqal_core_runtime",
        "pydantic",
        "fastapi",
        "asyncio",
        "ssl",
        "dateutil",
        "typing",
        "msgspec",
    }
    assert not heavy & {name.split(".")[0] for name in imported_by(statement)}


def test_a_first_client_imports_only_what_every_client_needs() -> None:
    """Resources and models come with the first resource, asyncio only with the async client."""
    heavy = {"asyncio", "anyio", "httpcore", "dateutil", "pasqal_core_api"}
    heavy |= {f"pasqal_client.{name}" for name in ("jobs", "batches", "devices")}
    made = imported_by("from pasqal_client import PasqalClient; client = PasqalClient(token='t')")
    assert not heavy & made
    used = imported_by("from pasqal_client import PasqalClient; PasqalClient(token='t').jobs")
    assert used & heavy == {"pasqal_core_api", "pasqal_client.jobs"}


def test_an_async_client_imports_what_its_requests_need() -> None:
    """With the first request, that would hold up all tasks of the event loop."""
    build = "from pasqal_client import AsyncPasqalClient; client = AsyncPasqalClient(token='t')"
    made = imported_by(build)
    assert {"httpcore", "anyio._backends._asyncio"} <= made


ANSWERED = """
import json
from contextlib import suppress
from httpx import Client, MockTransport, Response
from pasqal_client import NotFoundError, PasqalClient
ID = "11111111-1111-4111-8111-111111111111"
def answer(request):
    if request.method == "POST":
        return Response(200, json={"data": {"id": ID, **json.loads(request.content)}})
    return Response(404 if request.url.path.endswith("/status") else 200, json={"data": []})
lender = Client(transport=MockTransport(answer))
client = PasqalClient(token="t", project_id=ID, http_client=lender)
"""
"""A client whose service has no jobs, creates a batch, and forgets it."""
SUBMITTED = """
client.batches.create(jobs=[{"sequence": "{}", "runs": 1}])
with suppress(NotFoundError):
    client.batches.wait(ID)
"""


def rooms_and_models(statement: str) -> set[str]:
    """The modules of some rooms, and the generated ones, that a statement imports with such a client."""
    rooms = ("pasqal_client._results", "pasqal_client._waits", "pasqal_client._writes")
    made = imported_by(ANSWERED + statement)
    assert not made & {"asyncio", "msgspec", "pasqal_client.open_batch"}
    return {
        name.partition("pasqal_")[2]
        for name in made
        if name.startswith((*rooms, "pasqal_core_api.models"))
    }


def test_a_first_list_imports_only_what_a_list_needs() -> None:
    """A program that lists jobs does not wait for what belongs to results, waits and writes."""
    found = rooms_and_models("assert list(client.jobs.list()) == []")
    assert {name for name in found if name.startswith("client")} == {
        "client._results",
        "client._waits",
        "client._waits.options",
        "client._writes",
    }
    unused = {"device", "device_spec", "create_batch_request", "batch_page", "job_result"}
    assert not {f"core_api.models.{name}" for name in unused} & found


def test_a_first_submission_imports_only_what_it_needs() -> None:
    """A program that creates a batch and waits for it needs neither the other writes nor any results."""
    found = rooms_and_models(SUBMITTED)
    assert not {name for name in found if name.startswith("client._results.")}
    others = {"addition", "rebatch", "tag_change", "completion", "resolution", "known_keys"}
    others |= {"single_cancellation", "jobs_cancellation", "batches_cancellation"}
    assert not {f"client._writes.{name}" for name in others} & found
    assert {"client._writes.creation", "client._waits.wait"} <= found


# Who imports whom


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports at run time, as dotted names; imports for type checkers alone are left out."""
    package = path.relative_to(
        OVERLAY.parent if OVERLAY in path.parents else GENERATED
    ).parent.parts
    skipped: set[ast.AST] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            skipped |= {inner for statement in node.body for inner in ast.walk(statement)}
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def reaches(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


SHELLS = {
    "_auth/credential_store.py",
    "_auth/keyring_secrets.py",
    "_auth/token_auth.py",
    "_http/attempts.py",
    "_http/connection.py",
    "_http/disk_work.py",
    "_http/flights.py",
    "_http/transport/deadline.py",
    "_http/hooks.py",
    "_http/transport/unusable_connections.py",
    "_http/transport/network.py",
    "_http/transport/stuck_connections.py",
    "_http/transport/pool.py",
    "_http/transport/tls.py",
    "_http/workers.py",
    "_listing/pages_in_flight.py",
    "_listing/listings.py",
    "_private_file.py",
    "_resource.py",
    "_results/errands_under_way.py",
    "_results/result_folder.py",
    "_settings/pasqal_config.py",
    "_settings/profiles.py",
    "_settings/sources.py",
    "batches.py",
    "client.py",
    "contract_check.py",
    "devices.py",
    "jobs.py",
    "open_batch.py",
    "pulser/connection.py",
    "pulser/job_reader.py",
    "testing.py",
}
"""The modules that send, wait, read files or share state between threads: all others are pure."""
IO = (
    "socket",
    "ssl",
    "subprocess",
    "selectors",
    "urllib.request",
    "http.client",
    "httpcore",
    "requests",
    "time.sleep",
    "pasqal_core_api.api",
    "pasqal_core_api.client",
    "pasqal_core_runtime.client",
    "httpx.Client",
    "httpx.AsyncClient",
)
ROOMS = ("_auth", "_contract", "_http", "_listing", "_results", "_settings", "_waits", "_writes")


def library() -> Iterator[Path]:
    """The modules of the library, without the command line, the sandbox and the runner of the kit."""
    for path in OVERLAY.rglob("*.py"):
        if path.relative_to(OVERLAY).parts[0] not in ("cli", "conformance", "sandbox"):
            yield path


def dotted(path: Path) -> str:
    """The dotted name by which a module is imported."""
    name = ".".join(path.relative_to(OVERLAY.parent).with_suffix("").parts)
    return name.removesuffix(".__init__")


def room(name: str) -> str:
    """The folder of the library that a module is in; empty if it is at the top."""
    parts = name.split(".")
    return parts[1] if parts[0] == "pasqal_client" and parts[1:2] and parts[1] in ROOMS else ""


def test_generated_code_does_not_import_the_overlay() -> None:
    """The generated code can be used, and generated anew, without the overlay."""
    for path in GENERATED.rglob("*.py"):
        assert not [name for name in imports(path) if reaches(name, "pasqal_client")], path


def test_the_listed_shells_exist() -> None:
    """A module that is deleted or renamed does not stay on the list of modules that may do I/O."""
    assert {path for path in SHELLS if (OVERLAY / path).is_file()} == SHELLS


PURE = sorted(
    name for path in library() if (name := path.relative_to(OVERLAY).as_posix()) not in SHELLS
)


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_do_no_io(name: str) -> None:
    """Modules that decide neither send nor wait, and import nothing that does."""
    found = list(imports(OVERLAY / name))
    shells = [dotted(OVERLAY / shell) for shell in SHELLS]
    assert not [one for one in found for module in (*IO, *shells) if reaches(one, module)]
    source = (OVERLAY / name).read_text()
    assert "httpx.Client(" not in source
    assert "httpx.AsyncClient(" not in source
    assert "sleep(" not in source


HTTP_LIBRARY = {"_http/transport/library.py": "httpx", "_http/transport/network.py": "httpcore"}
"""The modules that may name the HTTP library and what it is built on."""


def test_the_http_library_is_named_in_one_folder() -> None:
    """Replacing it changes one folder, so even an import for type checkers alone counts."""
    named = {}
    for path in OVERLAY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names.append(node.module or "")
            for name in names:
                if name.split(".")[0] in ("httpx", "httpcore"):
                    named[path.relative_to(OVERLAY).as_posix()] = name
    assert named == HTTP_LIBRARY


def test_only_the_resources_call_operations() -> None:
    """Each generated operation is called in exactly one place."""
    callers = {
        path.stem
        for path in OVERLAY.rglob("*.py")
        if any(reaches(name, "pasqal_core_api.api") for name in imports(path))
    }
    assert callers == {"jobs", "batches", "devices"}


def test_rooms_import_neither_resources_nor_clients() -> None:
    """Imports run one way: client, resources, rooms, generated code."""
    above = [
        f"pasqal_client.{name}"
        for name in ("batches", "cli", "client", "conformance", "devices", "jobs", "sandbox")
    ]
    for path in library():
        if room(dotted(path)):
            found = [name for name in imports(path) for one in above if reaches(name, one)]
            assert not found, path


def test_rooms_have_no_import_cycle() -> None:
    """Each room can be read after those that it imports."""
    arrows = {
        name: {room(one) for path in (OVERLAY / name).rglob("*.py") for one in imports(path)}
        for name in ROOMS
    }
    TopologicalSorter({name: found - {name, ""} for name, found in arrows.items()}).prepare()


def test_resources_do_not_import_the_client() -> None:
    """Resources receive what they need as arguments."""
    for name in ("batches", "devices", "jobs"):
        found = imports(OVERLAY / f"{name}.py")
        assert not [one for one in found if reaches(one, "pasqal_client.client")]


def test_modules_are_named_by_nouns() -> None:
    """A folder reads as an index; only the pytest plug-in has the name that pytest plug-ins usually have."""
    gerunds = {path.stem for path in OVERLAY.rglob("*ing.py")}
    assert gerunds == {"testing"}


def test_the_sandbox_does_not_import_the_client() -> None:
    """The sandbox can therefore test any client; it shares only what is said of a missing extra."""
    for path in (OVERLAY / "sandbox").rglob("*.py"):
        own = {name for name in imports(path) if reaches(name, "pasqal_client")}
        own.discard("pasqal_client._extras.extra_hint")
        assert all(reaches(name, "pasqal_client.sandbox") for name in own), path
        assert not [name for name in imports(path) if reaches(name, "pasqal_core_api")], path


def test_the_runner_of_the_kit_imports_the_sandbox_only() -> None:
    """It judges this client as it judges any other."""
    for path in (OVERLAY / "conformance").rglob("*.py"):
        own = {name for name in imports(path) if reaches(name, "pasqal_client")}
        places = ("pasqal_client.conformance", "pasqal_client.sandbox")
        assert [name for name in own if not any(reaches(name, place) for place in places)] == []
        assert not [name for name in imports(path) if reaches(name, "pasqal_core_api")], path


def test_no_path_of_the_service_is_written_by_hand() -> None:
    """The contract and the generated code have them all; a second place would have to be kept in step."""
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "overlay").rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(r"/api/v\d", line)
    ]
    assert found == []


def defined(tree: ast.Module) -> Iterator[str]:
    """The names that a module defines at its top for others to use."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        # What is decorated is called by its decorator: a command, a fixture, a route.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
            yield node.name
        if isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def used(source: str) -> set[str]:
    """The names that a module takes from others: imported, or read from an object."""
    # To parse a thousand modules takes seconds.
    names = set(re.findall(r"\.(\w+)", source))
    for clause in re.findall(r"\bimport\s+(\([^)]*\)|.*)", source):
        names.update(re.findall(r"\w+", clause))
    return names


def test_what_only_its_own_module_uses_has_an_underscore() -> None:
    """A name without one is a promise to other modules, so one of them has to need it."""
    users: dict[str, set[Path]] = {}
    for folder in ("benchmarks", "generated", "overlay", "tests", "tools"):
        for path in (ROOT / folder).rglob("*.py"):
            for name in used(path.read_text()):
                users.setdefault(name, set()).add(path)
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "overlay").rglob("*.py")}
    # Entry points, and the type of arguments that programs may want to name.
    called = {"main", "ViewOptions"}
    unused = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in sorted(trees.items())
        for name in defined(tree)
        if not name.startswith("_") and name not in called | set(pasqal_client.__all__)
        # A type variable has no meaning of its own.
        if len(name) > 1 and not name.endswith("_co")
        if not users.get(name, set()) - {path}
    ]
    assert unused == []
