"""The emulators of the service as Pulser backends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pulser.backend import BitStrings, EmulationConfig, EmulatorBackend
from pulser.backend.remote import RemoteBackend

from pasqal_core_api.models import DeviceTypeName

if TYPE_CHECKING:
    from pulser import Sequence

    from .connection import PasqalConnection


class _RemoteEmulator(RemoteBackend, EmulatorBackend):  # type: ignore[misc]  # Pulser may be absent
    """A backend that submits to an emulator of the service; see `RemoteMPSBackend` for its arguments."""

    _device_type: ClassVar[DeviceTypeName]

    def __init__(
        self,
        sequence: Sequence,
        connection: PasqalConnection,
        *,
        config: EmulationConfig | None = None,
        mimic_qpu: bool = False,
    ) -> None:
        RemoteBackend.__init__(self, sequence, connection, mimic_qpu=mimic_qpu)
        # The second one counts: it completes the configuration, which the first one knows nothing of.
        EmulatorBackend.__init__(self, sequence, config=config, mimic_qpu=mimic_qpu)

    def _submit_kwargs(self) -> dict[str, Any]:
        return {
            **super()._submit_kwargs(),
            "device_type": self._device_type,
            "backend_configuration": self._config,
        }


class RemoteMPSBackend(_RemoteEmulator):
    """Runs sequences on EMU-MPS, which holds states as matrix products.

    Args:
        sequence: the sequence to run.
        connection: the connection to submit by.
        config: the configuration of the emulator; what it does not say is as in `default_config`.
        mimic_qpu: whether to check the sequence and the jobs as for a QPU.
    """

    default_config = EmulationConfig(
        observables=[BitStrings()],
        num_gpus_to_use=1,
        autosave_dt=float("inf"),
        optimize_qubit_ordering=True,
    )
    _device_type = DeviceTypeName.EMU_MPS


class RemoteSVBackend(_RemoteEmulator):
    """Runs sequences on EMU-SV, which holds state vectors; see `RemoteMPSBackend` for the arguments."""

    default_config = EmulationConfig(observables=[BitStrings()])
    _device_type = DeviceTypeName.EMU_SV


class RemoteEmuFreeBackend(_RemoteEmulator):
    """Runs sequences on EMU-FREE, Pulser's own simulation; see `RemoteMPSBackend` for the arguments."""

    default_config = EmulationConfig(observables=[BitStrings()])
    _device_type = DeviceTypeName.EMU_FREE
