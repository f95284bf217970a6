# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from attrs import frozen
from pasqal_core_runtime import readers
from pasqal_core_runtime.departures import NotAsPromisedError
from pasqal_core_runtime.model import NONE_DEPARTED, Field, Model

if TYPE_CHECKING:
    from ..models.device_specs import DeviceSpecs


@frozen(init=False, eq=False, repr=False)
class DeviceSpecsAnswer(Model):
    """The envelope of the specifications of all devices.

    Attributes:
        data: The specifications, by type of device.
    """

    data: DeviceSpecs | None

    @staticmethod
    def _describe() -> tuple[Field, ...]:
        """How each field is read: its names here and on the wire, its reader, its default."""

        return (Field("data", "data", readers.nullable(readers.mapping(readers.text))),)

    @classmethod
    def _read_exactly(cls, payload: Any) -> Self:
        """The first pass: everything is as promised, or one of `NOT_AS_PROMISED`."""
        if type(payload) is not dict:
            raise NotAsPromisedError
        decoding = cls._decoding or cls._make_decoding()
        get, read = payload.get, decoding.read
        self = decoding.draft()
        self._payload = payload
        self._departed = NONE_DEPARTED
        value = get("data")
        self.data = None if value is None else read["data"](value)
        self.__class__ = cls
        done: Self = self
        return done
