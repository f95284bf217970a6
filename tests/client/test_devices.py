"""Devices over real sockets: what a client with an account sees, and what anybody sees without one."""

from __future__ import annotations

import inspect
import json
import pkgutil
import uuid
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pasqal_core_api.api
from client.scripted import Request, Scripted, Step, answer, page
from pasqal_client import (
    AuthenticationError,
    ConfigurationError,
    Device,
    DeviceAvailability,
    DeviceFilters,
    DeviceTypeName,
    IncompleteListingWarning,
    NotFoundError,
    PasqalClient,
    PasswordCredentials,
    ResponseError,
    UnprocessableError,
)
from pasqal_client._listing.device_filters import READERS
from pasqal_client.sandbox import Fault, Sandbox
from pasqal_core_api.api.devices import get_public_device_specs, get_public_devices

ID = uuid.UUID("7c9e6679-7425-40de-944b-e07fc1f90ae7")
PUBLIC = ["EMU_MPS", "EMU_SV", "FRESNEL", "EMU_FREE", "EMU_C"]

Connect = Callable[..., Any]
Call = Callable[[Any], Any]


@pytest.fixture
def nobody(sandbox: Sandbox, connect: Connect) -> Any:
    """An anonymous client of either kind, connected to the sandbox."""
    return connect(anonymous=True, base_url=sandbox.base_url)


def types(devices: Iterable[Device]) -> list[str]:
    return [device.device_type for device in devices]


def paths(sandbox: Sandbox) -> list[str]:
    return [request.path.removeprefix("/core-fast/api/") for request in sandbox.requests]


def device(number: int, device_type: str) -> dict[str, Any]:
    """A device as a service would send it."""
    return {
        "id": str(uuid.UUID(int=number)),
        "device_type": device_type,
        "status": "UP",
        "is_emulator": False,
        "availability": "ACTIVE",
    }


# ----------------------------------------------------------------------------------------------------------------------
# The list


def test_an_account_sees_its_private_devices(sandbox: Sandbox, client: Any) -> None:
    """The newest comes first, in one request that is signed, and the listing is proven."""
    listing = client.devices.list()
    assert sandbox.requests == []
    assert types(listing) == ["FRESNEL_CAN1", *PUBLIC]
    assert (listing.total, listing.proven) == (6, True)
    assert paths(sandbox) == ["v2/devices"]
    assert sandbox.requests[0].headers["authorization"].startswith("Bearer ")


def test_anybody_sees_the_public_devices(sandbox: Sandbox, nobody: Any) -> None:
    """The anonymous client asks the public address and sends no token."""
    assert types(nobody.devices.list()) == PUBLIC
    assert paths(sandbox) == ["v1/devices"]
    assert "authorization" not in sandbox.requests[0].headers


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"device_type": ["emu_sv", DeviceTypeName.FRESNEL]}, ["EMU_SV", "FRESNEL"]),
        ({"device_type": "fresnel_can1"}, ["FRESNEL_CAN1"]),
        ({"availability": "retired"}, ["EMU_C"]),
        ({"availability": DeviceAvailability.ACTIVE, "public": False}, ["FRESNEL_CAN1"]),
        ({"public": True, "order_by": "device_type", "order_by_direction": "asc"}, sorted(PUBLIC)),
        ({"device_type": []}, []),
    ],
)
def test_the_list_is_filtered(client: Any, filters: dict[str, Any], expected: list[str]) -> None:
    """Names of types and availabilities are taken in any case, and an empty list matches nothing."""
    listing = client.devices.list(**filters)
    assert types(listing) == expected
    assert listing.proven


@pytest.mark.parametrize(
    ("filters", "kind", "message"),
    [
        ({"public": "yes"}, ValueError, "public: 'yes' is neither True nor False"),
        ({"device_type": 5}, ValueError, "device_type: 5 is not text"),
        ({"status": "UP"}, TypeError, "unknown filter name 'status'; .*filtered by availability"),
        ({"project_id": ID}, TypeError, "unknown filter name 'project_id'"),
    ],
)
def test_a_malformed_filter_is_rejected(
    sandbox: Sandbox, client: Any, filters: dict[str, Any], kind: type[Exception], message: str
) -> None:
    """The error comes before anything is sent, and says what would be right."""
    with pytest.raises(kind, match=message):
        client.devices.list(**filters)
    assert sandbox.requests == []


def test_help_shows_each_filter() -> None:
    """Each filter of the list is an option of its own, and has its reader."""
    assert READERS.keys() == DeviceFilters.__annotations__.keys()
    shown = inspect.signature(PasqalClient(anonymous=True).devices.list).parameters
    assert list(shown)[-3:] == ["device_type", "availability", "public"]


def test_the_project_of_the_client_plays_no_part(sandbox: Sandbox, connect: Connect) -> None:
    """Devices belong to no project, so the default filter is not sent."""
    client = connect(token=sandbox.token, base_url=sandbox.base_url, project_id=ID)
    assert len(list(client.devices.list())) == 6
    assert client.devices.get("FRESNEL").device_type == "FRESNEL"
    assert all("project_id" not in request.query for request in sandbox.requests)


# ----------------------------------------------------------------------------------------------------------------------
# One device


@pytest.mark.parametrize("device_type", ["FRESNEL", "fresnel", DeviceTypeName.FRESNEL])
def test_a_device_is_found_by_its_type(client: Any, device_type: str) -> None:
    """The type is taken in any case."""
    found = client.devices.get(device_type)
    assert isinstance(found, Device)
    assert (found.device_type, found.availability) == ("FRESNEL", DeviceAvailability.ACTIVE)


def test_a_device_that_is_not_visible_is_not_found(
    sandbox: Sandbox, client: Any, nobody: Any
) -> None:
    """The error says that a list did not have it; a private device is not there for everybody."""
    assert client.devices.get("FRESNEL_CAN1").device_type == "FRESNEL_CAN1"
    for one, device_type in ((client, "EMU_TN"), (nobody, "FRESNEL_CAN1")):
        with pytest.raises(NotFoundError, match="does not exist, or this account") as caught:
            one.devices.get(device_type)
        assert caught.value.status is None
    with pytest.raises(UnprocessableError, match=r"query\.device_type"):
        client.devices.get("FRESNEL9")


@pytest.mark.parametrize("ask", ["get", "specs", "queue"])
@pytest.mark.parametrize(
    ("device_type", "message"),
    [("", "is empty"), (5, "is not text"), ("..", "is not a type of device such as FRESNEL")],
)
def test_a_malformed_type_is_rejected(
    sandbox: Sandbox, client: Any, ask: str, device_type: Any, message: str
) -> None:
    """What stands in a path must not lead elsewhere."""
    with pytest.raises(ValueError, match=f"device_type: .*{message}"):
        getattr(client.devices, ask)(device_type)
    assert sandbox.requests == []


def test_another_device_is_never_taken_for_the_wanted_one(connect: Connect) -> None:
    """A service that ignores the filter shows all devices; one that shows none is told apart from that."""
    shown = [device(1, "EMU_FREE"), {"id": str(ID)}, device(2, "fresnel"), device(3, "FRESNEL")]
    with Scripted(lambda request: [answer(200, page(shown))]) as server:
        client = connect(token="t", base_url=server.base_url)
        assert client.devices.get("FRESNEL").id == uuid.UUID(int=2)
        with pytest.raises(NotFoundError):
            client.devices.get("EMU_SV")
    with Scripted(lambda request: [answer(200, {})]) as server:
        client = connect(token="t", base_url=server.base_url)
        with pytest.raises(ResponseError, match="does not hold a list of devices"):
            client.devices.get("FRESNEL")


# ----------------------------------------------------------------------------------------------------------------------
# Specifications


def test_specifications_are_texts(sandbox: Sandbox, client: Any) -> None:
    """One by type, in any case, or all; the name inside is not the type."""
    text = client.devices.specs("fresnel")
    assert json.loads(text)["name"] == "Fresnel"
    assert client.devices.specs()["FRESNEL"] == text
    assert list(client.devices.specs()) == ["FRESNEL", "FRESNEL_CAN1"]
    assert paths(sandbox) == ["v1/devices/specs/FRESNEL", "v1/devices/specs", "v1/devices/specs"]


def test_anybody_reads_the_public_specifications(sandbox: Sandbox, nobody: Any) -> None:
    """Both from the public address, which knows no single device."""
    text = nobody.devices.specs("fresnel")
    assert json.loads(text)["name"] == "Fresnel"
    assert nobody.devices.specs() == {"FRESNEL": text}
    assert set(paths(sandbox)) == {"v1/devices/public-specs"}
    with pytest.raises(NotFoundError, match="FRESNEL_CAN1 does not exist, is not public") as caught:
        nobody.devices.specs("FRESNEL_CAN1")
    assert caught.value.status is None


def test_an_emulator_has_no_specification(client: Any) -> None:
    """The service says so itself."""
    with pytest.raises(NotFoundError, match="EMU_FREE has no specifications") as caught:
        client.devices.specs("EMU_FREE")
    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "does not hold the specification of a device"),
        ({"device_type": "FRESNEL"}, "does not hold the specification of a device"),
        ({"device_type": "FRESNEL", "specs": {}}, "does not hold the specification of a device"),
        ({"device_type": "FRESNEL_CAN1", "specs": "{}"}, "is about device FRESNEL_CAN1"),
    ],
)
def test_an_answer_without_the_specification_is_an_error(
    connect: Connect, data: Any, message: str
) -> None:
    """Nobody gets the text of another device, or nothing where there should be a text."""
    with Scripted(lambda request: [answer(200, {"data": data})]) as server:
        client = connect(token="t", base_url=server.base_url)
        with pytest.raises(ResponseError, match=message) as caught:
            client.devices.specs("FRESNEL")
    assert caught.value.status == 200


def test_a_specification_without_its_type_is_used(connect: Connect) -> None:
    """It is odd, and does not say that it is about another device; a type in another case is the same."""
    answers = ({"specs": "{}"}, {"device_type": "Fresnel", "specs": "{}"})
    with Scripted(lambda request: [answer(200, {"data": answers[request.number - 1]})]) as server:
        client = connect(token="t", base_url=server.base_url)
        for _ in answers:
            assert client.devices.specs("FRESNEL") == "{}"


@pytest.mark.parametrize("settings", [{"token": "t"}, {"anonymous": True}])
def test_no_specifications_at_all_are_not_an_empty_answer(
    connect: Connect, settings: dict[str, Any]
) -> None:
    """An answer without data is an error."""
    with Scripted(lambda request: [answer(200, {"data": None})]) as server:
        client = connect(base_url=server.base_url, **settings)
        with pytest.raises(ResponseError, match="does not hold the specifications of devices"):
            client.devices.specs()


def test_a_public_specification_that_departs_costs_only_itself(connect: Connect) -> None:
    """The others are there, and the departures are collected."""
    good = {"device_type": "FRESNEL", "specs": "{}"}
    data = [{"device_type": "A"}, {"specs": "{}"}, {"device_type": "B", "specs": {}}, good]
    with Scripted(lambda request: [answer(200, {"data": data})]) as server:
        client = connect(anonymous=True, base_url=server.base_url)
        assert client.devices.specs() == {"FRESNEL": "{}"}
        assert len(client.departures) > 0


# ----------------------------------------------------------------------------------------------------------------------
# Queues


def test_a_queue_has_the_batches_that_wait(sandbox: Sandbox, client: Any) -> None:
    """The next one comes first; each knows its position, and a batch that runs has none."""
    running = sandbox.add_batch([{"fate": None}])
    sandbox.advance("1s")
    low = sandbox.add_batch([{}], queue_priority="LOW")
    high = sandbox.add_batch([{}], queue_priority="HIGH")
    queue = client.devices.queue("fresnel")
    assert [batch.id for batch in queue] == [high.id, low.id]
    assert (queue.total, queue.proven, queue.doubts) == (2, True, ())
    assert (queue.position(high.id), queue.position(str(low.id))) == (1, 2)
    assert queue.position(running.id) is None
    assert client.devices.queue("EMU_MPS").position(low.id) is None
    with pytest.raises(ValueError, match="batch_id: 'first' is not a UUID"):
        queue.position("first")
    assert set(paths(sandbox)) == {"v1/devices/FRESNEL/queue", "v1/devices/EMU_MPS/queue"}
    assert sandbox.requests[0].query == {"limit": ["100"], "offset": ["0"]}


def test_a_queue_of_several_pages_cannot_be_proven(sandbox: Sandbox, client: Any) -> None:
    """All of it is read if it stands still; a strict client makes an error of the doubt."""
    sandbox.set_device("FRESNEL", status="DOWN")
    batches = [sandbox.add_batch([{}]).id for _ in range(230)]
    queue = client.devices.queue("FRESNEL")
    with pytest.warns(IncompleteListingWarning, match="sorted by place in the queue, and batches"):
        assert [batch.id for batch in queue] == batches
    assert not queue.proven
    with pytest.raises(IncompleteListingWarning):
        list(client.with_options(strict=True).devices.queue("FRESNEL"))
    places = [queue.position(batches[index]) for index in (0, 99, 100, 229)]
    assert places == [1, 100, 101, 230]


def test_a_batch_that_moves_up_is_found(connect: Connect) -> None:
    """Between any two requests fifty batches leave the queue, and the page after those still has it."""
    ids = [str(uuid.UUID(int=number)) for number in range(400)]

    def moving(request: Request) -> Iterable[Step]:
        waiting = ids[50 * (request.number - 1) :]
        offset = int(request.query["offset"][0])
        shown = [{"id": one} for one in waiting[offset : offset + 100]]
        return [answer(200, page(shown, len(waiting), offset))]

    for number in (99, 100, 150, 399):
        with Scripted(moving) as server:
            client = connect(token="t", base_url=server.base_url)
            place = client.devices.queue("FRESNEL").position(ids[number])
            left = 50 * (len(server.requests) - 1)
        assert place == number - left + 1


# ----------------------------------------------------------------------------------------------------------------------
# A client without an account

NEEDS_AN_ACCOUNT: list[Call] = [
    lambda client: client.jobs.count(),
    lambda client: list(client.jobs.list()),
    lambda client: client.jobs.wait(ids=[ID]),
    lambda client: client.batches.complete(ID),
    lambda client: client.batches.cancel_jobs(ID, all=True),
    lambda client: list(client.devices.queue("FRESNEL")),
    lambda client: client.devices.queue("FRESNEL").position(ID),
    lambda client: client.contract_check(),
]


@pytest.mark.parametrize("call", NEEDS_AN_ACCOUNT)
def test_what_needs_an_account_says_what_is_missing(
    sandbox: Sandbox, nobody: Any, call: Call
) -> None:
    """It fails before anything is sent."""
    with pytest.raises(ConfigurationError, match=r"anonymous.*token=….*PASQAL_TOKEN"):
        call(nobody)
    assert sandbox.requests == []


def test_an_anonymous_client_reads_no_credentials(
    sandbox: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Those of variables and the profile stay unused, while the other settings count."""
    monkeypatch.setenv("PASQAL_TOKEN", sandbox.token)
    monkeypatch.setenv("PASQAL_BASE_URL", sandbox.base_url)
    profile = tmp_path / "config.toml"
    profile.write_text('[profiles.default]\nusername = "ada"\npassword = "s3cr3t"\ntimeout = 7\n')
    profile.chmod(0o600)
    client = connect(anonymous=True)
    assert types(client.devices.list()) == PUBLIC
    with pytest.raises(ConfigurationError, match="the client is anonymous"):
        client.jobs.count()
    assert "authorization" not in sandbox.requests[0].headers
    assert connect(anonymous=False).jobs.count() == 0


def test_a_view_of_an_anonymous_client_is_anonymous(sandbox: Sandbox, nobody: Any) -> None:
    """Both say so."""
    view = nobody.with_options(timeout=5)
    assert types(view.devices.list()) == PUBLIC
    assert paths(sandbox) == ["v1/devices"]
    for one in (nobody, view):
        assert "auth=<anonymous>)" in repr(getattr(one, "target", one))


@pytest.mark.parametrize(
    "given",
    [
        {"token": "t"},
        {"username": "ada", "password": "s3cr3t"},
        {"client_secret": "s3cr3t"},
        {"credentials": PasswordCredentials("ada", "s3cr3t")},
    ],
)
def test_an_anonymous_client_takes_no_credentials(connect: Connect, given: dict[str, Any]) -> None:
    """Whoever gives some expects them to be used."""
    name = next(iter(given))
    with pytest.raises(
        ConfigurationError, match=f"anonymous and {name} are given at once"
    ) as caught:
        connect(anonymous=True, **given)
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="anonymous: 'yes' is neither True nor False"):
        connect(anonymous="yes")


def test_an_anonymous_request_is_repeated_like_any_other(sandbox: Sandbox, nobody: Any) -> None:
    """Retries and errors are those of the connection."""
    sandbox.add_fault(Fault(status=503, times=2))
    assert types(nobody.devices.list()) == PUBLIC
    assert [request.status for request in sandbox.requests] == [503, 503, 200]


# ----------------------------------------------------------------------------------------------------------------------
# The seam


def operations() -> list[ModuleType]:
    """The modules of all generated operations."""
    prefix = f"{pasqal_core_api.api.__name__}."
    found = pkgutil.walk_packages(pasqal_core_api.api.__path__, prefix)
    return [import_module(module.name) for module in found if not module.ispkg]


def call(operation: ModuleType, client: Any) -> Any:
    """Call an operation without arguments, by the function for this kind of client."""
    if isinstance(client, PasqalClient):
        return operation.sync_detailed(client=client.api)
    return client.runner.run(operation.asyncio_detailed(client=client.api))


def call_with_anything(operation: ModuleType, client: PasqalClient) -> None:
    """Call an operation with as few arguments as it takes."""
    values: dict[str, Any] = {"device_type": "FRESNEL", "dt_name": "FRESNEL", "body": {}}
    arguments = {}
    for name, parameter in inspect.signature(operation.sync_detailed).parameters.items():
        if parameter.default is parameter.empty and name != "client":
            arguments[name] = values.get(name, ID)
    operation.sync_detailed(client=client.api, **arguments)


def test_only_what_needs_a_token_is_sent_with_one() -> None:
    """Of all generated operations two are public; the others are signed."""
    with (
        Scripted(lambda request: [answer(200, {"data": {}})]) as server,
        PasqalClient(token="good", base_url=server.base_url) as client,
    ):
        for operation in operations():
            call_with_anything(operation, client)
    unsigned = []
    for request in server.requests:
        if "authorization" not in request.headers:
            unsigned.append(request.path.removeprefix("/core-fast"))
        else:
            assert request.headers["authorization"] == "Bearer good"
    assert len(server.requests) == len(operations()) > 20
    assert sorted(unsigned) == ["/api/v1/devices", "/api/v1/devices/public-specs"]


def test_a_public_operation_does_not_sign_in(sandbox: Sandbox, connect: Connect) -> None:
    """A client with wrong credentials reads what is public, and finds out at the first other request."""
    credentials = PasswordCredentials("ada", "wrong", token_url=sandbox.token_url)
    client = connect(credentials=credentials, base_url=sandbox.base_url)
    for operation in (get_public_devices, get_public_device_specs):
        assert call(operation, client).parsed.data
    assert paths(sandbox) == ["v1/devices", "v1/devices/public-specs"]
    with pytest.raises(AuthenticationError, match="signing in failed"):
        client.devices.get("FRESNEL")


def test_a_rejected_public_request_renews_no_token(connect: Connect) -> None:
    """There was no token, so a newer one would not help."""
    tokens = iter("abc")

    def reject(request: Request) -> Iterable[Step]:
        return [answer(401, {"message": "no"})]

    with Scripted(reject) as server:
        client = connect(token=lambda: next(tokens), base_url=server.base_url)
        with pytest.raises(AuthenticationError):
            call(get_public_devices, client)
        assert len(server.requests) == 1
    assert next(tokens) == "a"
