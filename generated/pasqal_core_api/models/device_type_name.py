# Generated from openapi.yaml. Do not edit: change the contract, then run `make generate`.

from __future__ import annotations

from typing import ClassVar

from pasqal_core_runtime.open_enum import OpenEnum


class DeviceTypeName(OpenEnum):
    """The type of a QPU or an emulator."""

    EMU_FREE: ClassVar[DeviceTypeName]
    EMU_SV: ClassVar[DeviceTypeName]
    EMU_MPS: ClassVar[DeviceTypeName]
    EMU_TN: ClassVar[DeviceTypeName]
    EMU_FRESNEL: ClassVar[DeviceTypeName]
    EMU_C: ClassVar[DeviceTypeName]
    FRESNEL: ClassVar[DeviceTypeName]
    FRESNEL_CAN1: ClassVar[DeviceTypeName]
    FRESNEL_SA1: ClassVar[DeviceTypeName]
    FRESNEL8: ClassVar[DeviceTypeName]
    FRESNEL_RD: ClassVar[DeviceTypeName]


DeviceTypeName.declare(
    {
        "EMU_FREE": "EMU_FREE",
        "EMU_SV": "EMU_SV",
        "EMU_MPS": "EMU_MPS",
        "EMU_TN": "EMU_TN",
        "EMU_FRESNEL": "EMU_FRESNEL",
        "EMU_C": "EMU_C",
        "FRESNEL": "FRESNEL",
        "FRESNEL_CAN1": "FRESNEL_CAN1",
        "FRESNEL_SA1": "FRESNEL_SA1",
        "FRESNEL8": "FRESNEL8",
        "FRESNEL_RD": "FRESNEL_RD",
    }
)
