"""Devices, their specifications and their queues; what is public needs no token."""

from collections.abc import Mapping
from typing import Any

from . import client as calls
from . import errors, wire


def list_devices(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    items, doubted = read_devices(client, arguments)
    return calls.Outcome([item["device_type"] for item in items], doubted=doubted)


def read_devices(client: calls.Client, arguments: calls.Arguments) -> tuple[list[Any], bool]:
    kind = calls.PUBLIC_DEVICES if client.way.is_anonymous else calls.DEVICES
    return calls.read_list(client, kind, arguments)


def sent_device(arguments: calls.Arguments) -> str:
    """The type of a device."""
    text: str = wire.sent_member("DeviceType")(arguments["device_type"])
    if text in (".", ".."):
        raise wire.Refused("not a type of a device")
    return text


def get_device(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    device = sent_device(arguments)
    items, _ = read_devices(client, {"device_type": device})
    found = [item["device_type"] for item in items if is_of_type(item, device)]
    if not found:
        raise errors.ServiceError("NotFoundError", "no such device", 404)
    return calls.Outcome(found[0])


def is_of_type(item: Mapping[str, Any], device: str) -> bool:
    """Whether a device is the one that was asked for; the filter of the list is not trusted."""
    return bool(item["device_type"] == device)


def specs(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    """The device types that have specifications, or the text of one."""
    if client.way.is_anonymous:
        return public_specs(client, arguments)
    if arguments.get("device_type") is None:
        view, _ = client.send("get_device_specs")
        return calls.Outcome(sorted(view["data"]))
    device = sent_device(arguments)
    spec = client.read("get_device_spec", {"device_type": device})
    return calls.Outcome(spec["specs"])


def public_specs(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    view, _ = client.send("get_public_device_specs")
    texts = {spec["device_type"]: spec["specs"] for spec in view["data"] or []}
    if arguments.get("device_type") is None:
        return calls.Outcome(sorted(texts))
    device = sent_device(arguments)
    if device not in texts:
        raise errors.ServiceError("NotFoundError", "no specification of such a device", 404)
    return calls.Outcome(texts[device])


def queue(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    rest = dict(arguments)
    device = sent_device(rest)
    del rest["device_type"]
    items, doubted = calls.read_list(client, calls.QUEUE, rest, dt_name=device)
    return calls.Outcome(calls.ids_of(items), doubted=doubted)


calls.CALLS |= {
    "devices.list": lambda *given: list_devices(*given),
    "devices.get": lambda *given: get_device(*given),
    "devices.specs": lambda *given: specs(*given),
    "devices.queue": lambda *given: queue(*given),
}
