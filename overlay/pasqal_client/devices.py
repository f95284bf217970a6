"""The devices resource: which devices there are, what they can do, and what waits for them.

An anonymous client asks the public addresses, which need no token; any other client asks those that
show its account's private devices, too. `_resource` says how the methods are written. What they
make of the answers is decided by the functions at the end, which both classes share.

A queue is a listing like others, but the service neither says nor lets anybody choose by what it is
sorted, and batches change places in it. So it is proven only if it came in one answer, which has up
to 100 batches; a longer one is read as it comes, and the listing says its doubts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Unpack, overload

from pasqal_core_api.api.devices import (
    get_device_spec,
    get_device_specs,
    get_devices,
    get_public_device_specs,
    get_public_devices,
    get_queue,
)
from pasqal_core_api.models import Batch, Device, DeviceTypeName

from ._checks import malformed, member, uuid_of
from ._http.error_context import ErrorContext
from ._listing.device_filters import DEVICE_FILTERS, DeviceFilters
from ._listing.filter_table import FilterTable
from ._listing.item_kind import ItemKind
from ._listing.list_request import ListRequest
from ._listing.listings import AsyncListing, Listing
from ._listing.pages import LARGEST_PAGE, Span
from ._listing.queue_search import QueueSearch
from ._listing.walk.order import Order
from ._resource import AsyncResource, Resource, read_page
from ._signatures import show_filters, show_twin
from .errors import NotFoundError, ResponseError

if TYPE_CHECKING:
    from types import ModuleType
    from uuid import UUID

    from pasqal_core_api.models import OrderDirection
    from pasqal_core_runtime.response import Response

    from ._settings.config import Settings

_DEVICES: Final = ItemKind[Device](
    one="a device",
    many="devices",
    filters=DEVICE_FILTERS,
    model=Device,
    # No device shows when it was created, so a list that takes several pages cannot be proven by
    # it; but nobody has more than a hundred devices.
    sort_key="created_at",
    fixed_keys=frozenset({"id"}),
)

_QUEUED: Final = ItemKind[Batch](
    one="a batch",
    many="batches",
    filters=FilterTable({}, {}),
    sort_key="place in the queue",
    fixed_keys=frozenset(),
    is_sortable=False,
)


class DeviceListing(Listing[Device]):
    """What `devices.list` returns: all devices that match; see `Listing`."""


class AsyncDeviceListing(AsyncListing[Device]):
    """What `devices.list` of the async client returns: all devices that match; see `Listing`."""


class DeviceQueue(Listing[Batch]):
    """What `devices.queue` returns: the batches that wait for a device, the next one first; see `Listing`.

    Batches change places while a queue is read. `proven` says that the whole queue came in one
    answer, as it does with up to 100 batches.
    """

    def position(self, batch_id: UUID | str) -> int | None:
        """Look up the place of a batch in the queue, as it is at the moment.

        Args:
            batch_id: the id of the batch.

        Returns:
            The place among the batches that this account may see, 1 for the next one to run; None
            if the batch does not wait there: it may run already, or have ended.

        Raises:
            ValueError: the id is not a UUID. Nothing was sent.
            APIError: a request failed.
        """
        search = QueueSearch(uuid_of("batch_id", batch_id))
        while (span := search.wanted) is not None:
            search.take(span, self._fetch_span(span))
        return search.place


@show_twin(DeviceQueue)
class AsyncDeviceQueue(AsyncListing[Batch]):
    """What `devices.queue` of the async client returns: the batches that wait for a device; see `DeviceQueue`."""

    async def position(self, batch_id: UUID | str) -> int | None:
        """Look up the place of a batch in the queue; see `DeviceQueue.position`."""
        search = QueueSearch(uuid_of("batch_id", batch_id))
        while (span := search.wanted) is not None:
            search.take(span, await self._fetch_span(span))
        return search.place


class Devices(Resource):
    """`client.devices`: looking at devices and their queues."""

    @show_filters(DeviceFilters)
    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[DeviceFilters],
    ) -> DeviceListing:
        """List all devices that this account may see; an anonymous client lists the public ones.

        The client's project plays no part.

        Args:
            order_by: the device field to sort by; `created_at` if None, by which the newest device
                comes first.
            order_by_direction: `ASC` or `DESC`; `DESC` if None.
            **filters: see `DeviceFilters`.

        Returns:
            The listing. Nothing is sent before it is iterated over.

        Raises:
            TypeError: unknown filter name. Nothing was sent.
            ValueError: an argument is malformed. Nothing was sent.
            APIError: a request failed (while iterating).
        """
        request = self._request(_DEVICES, filters, order_by, order_by_direction)
        operation = _list_operation(self._settings)
        return self._listing(DeviceListing, operation, request, self._options())

    def get(self, device_type: DeviceTypeName | str) -> Device:
        """Fetch the device of a type; an anonymous client finds the public ones.

        Args:
            device_type: the type, such as `FRESNEL`, in upper or lower case.

        Returns:
            The device; the newest one if there are several of the type.

        Raises:
            ValueError: the type is not text, or empty. Nothing was sent.
            NotFoundError: the device does not exist, or this account may not see it. Its `status` is
                None: it was a list that did not have it.
            UnprocessableError: the service knows no such type.
            APIError: the request failed.
        """
        wanted = _device_type(device_type)
        request = self._request(_DEVICES, {"device_type": wanted})
        operation = _list_operation(self._settings)
        response = self._read(operation, **request.keywords(Span(0, LARGEST_PAGE)))
        return _device_in(response, wanted)

    @overload
    def specs(self) -> dict[str, str]: ...
    @overload
    def specs(self, device_type: DeviceTypeName | str) -> str: ...
    def specs(self, device_type: DeviceTypeName | str | None = None) -> str | dict[str, str]:
        """Fetch what a device can do, as a text that Pulser reads, or what each device can do.

        The texts are JSON, for `deserialize_device` of Pulser. Emulators have none. The name of the
        device inside a text may differ from its type: `Fresnel` for `FRESNEL`. An anonymous client
        gets the texts of the public devices.

        Args:
            device_type: the type, in upper or lower case; None for all devices.

        Returns:
            The text; without a type, the texts by type.

        Raises:
            ValueError: the type is not text, or empty. Nothing was sent.
            NotFoundError: that type has no text.
            UnprocessableError: the service knows no such type.
            ResponseError: the answer holds no text, or that of another device.
            APIError: the request failed.
        """
        if device_type is None:
            return _all_specs_in(self._read(_specs_operation(self._settings)))
        wanted = _device_type(device_type)
        if self._settings.anonymous:
            # A single text has no public address.
            return _spec_among(self._read(get_public_device_specs), wanted)
        return _spec_in(self._read(get_device_spec, device_type=wanted), wanted)

    def queue(self, device_type: DeviceTypeName | str) -> DeviceQueue:
        """List the batches that wait for a device, the next one first.

        They come without their jobs and their sequences. `position` of the listing looks up the
        place of one batch.

        Args:
            device_type: the type of the device, in upper or lower case.

        Returns:
            The listing. Nothing is sent before it is iterated over or asked for a position.

        Raises:
            ValueError: the type is not text, or empty. Nothing was sent.
            UnprocessableError: the service knows no such type (while iterating).
            APIError: a request failed (while iterating).
        """
        request = _queue_request(device_type)
        return self._listing(DeviceQueue, get_queue, request, self._options())


@show_twin(Devices)
class AsyncDevices(AsyncResource):
    """`client.devices` of the async client; see `Devices`, whose arguments and errors it has."""

    @show_filters(DeviceFilters)
    def list(
        self,
        *,
        order_by: str | None = None,
        order_by_direction: OrderDirection | str | None = None,
        **filters: Unpack[DeviceFilters],
    ) -> AsyncDeviceListing:
        """List all devices that this account may see; see `Devices.list`."""
        request = self._request(_DEVICES, filters, order_by, order_by_direction)
        operation = _list_operation(self._settings)
        return self._listing(AsyncDeviceListing, operation, request, self._options())

    async def get(self, device_type: DeviceTypeName | str) -> Device:
        """Fetch the device of a type; see `Devices.get`."""
        wanted = _device_type(device_type)
        request = self._request(_DEVICES, {"device_type": wanted})
        operation = _list_operation(self._settings)
        response = await self._read(operation, **request.keywords(Span(0, LARGEST_PAGE)))
        return _device_in(response, wanted)

    @overload
    async def specs(self) -> dict[str, str]: ...
    @overload
    async def specs(self, device_type: DeviceTypeName | str) -> str: ...
    async def specs(self, device_type: DeviceTypeName | str | None = None) -> str | dict[str, str]:
        """Fetch what a device can do, or what each device can do; see `Devices.specs`."""
        if device_type is None:
            return _all_specs_in(await self._read(_specs_operation(self._settings)))
        wanted = _device_type(device_type)
        if self._settings.anonymous:
            return _spec_among(await self._read(get_public_device_specs), wanted)
        return _spec_in(await self._read(get_device_spec, device_type=wanted), wanted)

    def queue(self, device_type: DeviceTypeName | str) -> AsyncDeviceQueue:
        """List the batches that wait for a device; see `Devices.queue`."""
        request = _queue_request(device_type)
        return self._listing(AsyncDeviceQueue, get_queue, request, self._options())


# Shared by both clients.


def _device_type(value: object) -> DeviceTypeName:
    """The type of a device: a known one in any case, any other text as it is."""
    wanted = member(DeviceTypeName, "device_type", value)
    # As a step of a path these lead elsewhere.
    if wanted in (".", ".."):
        raise malformed("device_type", value, "is not a type of device such as FRESNEL")
    return wanted


def _is_same_type(one: object, other: DeviceTypeName) -> bool:
    return str(one).upper() == other.upper()


def _list_operation(settings: Settings) -> ModuleType:
    """The operation that lists the devices which a client may see."""
    if settings.anonymous:
        return get_public_devices
    return get_devices


def _specs_operation(settings: Settings) -> ModuleType:
    """The operation that answers with the texts of the devices which a client may see."""
    if settings.anonymous:
        return get_public_device_specs
    return get_device_specs


def _queue_request(device_type: object) -> ListRequest[Batch]:
    """The request for the queue of a device; its type is a part of the path."""
    order = Order(_QUEUED, _QUEUED.sort_key)
    return ListRequest(({"dt_name": _device_type(device_type)},), order)


def _device_in(response: Response[Any], wanted: DeviceTypeName) -> Device:
    """Return the device of that type from the answer of the generated operation.

    Raises:
        NotFoundError: it is not there.
        ResponseError: the answer holds no list of devices.
    """
    for device in read_page(response, _DEVICES):
        # A service that ignores the filter must not pass another device off as this one.
        if _is_same_type(getattr(device, "device_type", None), wanted):
            return device
    context = ErrorContext.of_answer(response)
    reason = f"device {wanted} does not exist, or this account may not see it"
    # Without a status: nobody sent a 404.
    raise context.error(NotFoundError, reason)


def _all_specs_in(response: Response[Any]) -> dict[str, str]:
    """Return the texts from an answer, by device type; the public ones come as a list.

    Raises:
        ResponseError: the answer holds none, which is not the same as no device.
    """
    data = getattr(response.parsed, "data", None)
    if isinstance(data, dict):
        return dict(data)
    if data is None:
        raise _without_specs(response, "the answer does not hold the specifications of devices")
    specs = {}
    for spec in data:
        # What departed from the contract is not there.
        if hasattr(spec, "device_type") and hasattr(spec, "specs"):
            specs[spec.device_type] = spec.specs
    return specs


def _spec_among(response: Response[Any], wanted: DeviceTypeName) -> str:
    """Return the text of one device from an answer with those of several.

    Raises:
        NotFoundError: it is not there.
        ResponseError: the answer holds none.
    """
    for device_type, text in _all_specs_in(response).items():
        if _is_same_type(device_type, wanted):
            return text
    context = ErrorContext.of_answer(response)
    reason = f"device {wanted} does not exist, is not public, or has no specification"
    raise context.error(NotFoundError, reason)


def _spec_in(response: Response[Any], wanted: DeviceTypeName) -> str:
    """Return the text of one device from an answer that is about that device alone.

    Raises:
        ResponseError: the answer holds no text, or that of another device.
    """
    spec = getattr(response.parsed, "data", None)
    text: str | None = getattr(spec, "specs", None)
    if text is None:
        raise _without_specs(response, "the answer does not hold the specification of a device")
    # One without a type is odd, but does not say that it is another.
    shown = getattr(spec, "device_type", wanted)
    if not _is_same_type(shown, wanted):
        raise _without_specs(response, f"the answer is about device {shown}")
    return text


def _without_specs(response: Response[Any], reason: str) -> ResponseError:
    context = ErrorContext.of_answer(response)
    return context.error(ResponseError, reason, status=int(response.status_code))
