"""The filters of the list of devices."""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  # the annotations of DeviceFilters are read at run time
from functools import partial
from typing import Final, TypedDict

from pasqal_core_api.models import DeviceAvailability, DeviceTypeName

from .._checks import boolean, member
from .filter_table import FilterTable, Reader, each


class DeviceFilters(TypedDict, total=False):
    """The filters of `devices.list`; a device has to match all that are given.

    A filter that takes several values matches a device that has any of them; it takes one value or
    any iterable of values, and an empty iterable matches nothing. None means that the filter is not
    given. (Contract: the query parameters of get_devices and get_public_devices.)

    Attributes:
        device_type: devices of these types, in upper or lower case.
        availability: devices with these availabilities, in upper or lower case.
        public: True for the devices that everybody may use, False for the others.
    """

    device_type: DeviceTypeName | str | Iterable[DeviceTypeName | str] | None
    availability: DeviceAvailability | str | Iterable[DeviceAvailability | str] | None
    public: bool | None


READERS: Final[dict[str, Reader]] = {
    "device_type": each(partial(member, DeviceTypeName)),
    "availability": each(partial(member, DeviceAvailability)),
    "public": boolean,
}

_HINTS: Final = {
    "status": "status is what a device does at the moment; the list is filtered by availability",
    "name": "name is called device_type here",
}
"""What somebody may have meant by a name that is not a filter."""

DEVICE_FILTERS: Final = FilterTable(READERS, _HINTS)
"""Checked by `DEVICE_FILTERS.query`; see `FilterTable.query`."""
