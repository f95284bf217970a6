"""The rules that a submission has to keep beyond its form: pure rules, no storage.

The service's documentation and its clients give the rules; the text of a refusal, and mostly its
status, are the sandbox's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pasqal_core_schemas import DeviceTypeName

from .devices.catalogue import is_emulator
from .sequence_text import SequenceText, read_sequence
from .states import RejectedBodyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MOST_JOBS = 1_000
"""The most jobs of a batch."""

_QPU_RUNS = 500
_DEFAULT_DEVICE = "EMU_FREE"
# Not a variable, but where the atoms of a mappable register are.
_QUBITS = "qubits"
_INVALID_SEQUENCE = "Invalid sequence builder."


@dataclass(frozen=True, slots=True)
class SubmissionRules:
    """How strict the sandbox is with what is submitted.

    Attributes:
        strict_sequences: whether a sequence must be a real one; else any text passes.
        find_device: the device type for the name of a device in a sequence, or the name itself.
        takes_batches: whether a device type takes batches.
        find_max_runs: how many runs a device admits, if its specification says so.
    """

    strict_sequences: bool = False
    find_device: Callable[[str], str] = str
    takes_batches: Callable[[str], bool] = bool
    find_max_runs: Callable[[str], int | None] = dict[str, int]().get

    def choose_device(self, given: str | None, texts: Iterable[str | None]) -> str:
        """The device type of a batch: as given, or that of its sequences.

        Raises:
            RejectedBodyError: there is none in the sequences, and they have to be real ones; or the
                device takes no batches.
        """
        device = given or self._find_device(texts)
        if device is None:
            if self.strict_sequences:
                raise RejectedBodyError(_INVALID_SEQUENCE)
            device = _DEFAULT_DEVICE
        self.check_device(device)
        return device

    def check_device(self, device: str) -> None:
        """Check that a device takes batches.

        Raises:
            RejectedBodyError: it does not.
        """
        if not self.takes_batches(device):
            raise RejectedBodyError(f"Device {device} is retired and takes no batches.")

    def _find_device(self, texts: Iterable[str | None]) -> str | None:
        for text in texts:
            sequence = read_sequence(text)
            if sequence is None or sequence.device is None:
                continue
            device = self.find_device(sequence.device)
            # The service has no device of another name, so an emulator takes its place.
            if device in set(DeviceTypeName):
                return device
        return None

    def check_jobs(
        self, jobs: Sequence[Mapping[str, Any]], shared: str | None, device: str, before: int = 0
    ) -> None:
        """Check the jobs of a submission.

        Args:
            jobs: the jobs, as they came.
            shared: the sequence of the batch.
            device: the type of the device.
            before: how many jobs the batch has already.

        Raises:
            RejectedBodyError: a rule is broken.
        """
        if before + len(jobs) > MOST_JOBS:
            raise reject_jobs(f"A batch has at most {MOST_JOBS:,} jobs.")
        missing = []
        for place, job in enumerate(jobs):
            if shared is None and job.get("sequence") is None:
                missing.append(place)
        if missing:
            places = ", ".join(map(str, missing))
            raise reject_jobs(f"Neither the batch nor these jobs have a sequence: {places}.")
        shared_sequence = self._read(shared)
        for place, job in enumerate(jobs):
            self._check_job(place, job, shared_sequence, device)

    def _check_job(
        self, place: int, job: Mapping[str, Any], shared: SequenceText | None, device: str
    ) -> None:
        own = job.get("sequence")
        variables = job.get("variables") or {}
        if own is not None and variables:
            raise reject_jobs(f"Job {place} has both variables and a sequence of its own.")
        sequence = shared
        if own is not None:
            sequence = self._read(own)
        if sequence is not None:
            _check_variables(place, variables, sequence)
        if not is_emulator(device):
            self._check_runs(place, job.get("runs"), sequence, device)

    def _check_runs(
        self, place: int, runs: int | None, sequence: SequenceText | None, device: str
    ) -> None:
        if runs is None:
            raise reject_jobs(f"Job {place} has no runs, which a QPU needs.")
        limits = [self.find_max_runs(device)]
        if sequence is not None:
            # A sequence may be made for a device that admits less, but not for one that admits more.
            limits.append(sequence.max_runs)
        most = min((limit for limit in limits if limit is not None), default=_QPU_RUNS)
        if runs > most:
            raise reject_jobs(f"Job {place} has {runs} runs; {device} admits at most {most}.")

    def _read(self, text: str | None) -> SequenceText | None:
        sequence = read_sequence(text)
        if text is not None and sequence is None and self.strict_sequences:
            raise RejectedBodyError(_INVALID_SEQUENCE)
        return sequence


def reject_jobs(reason: str) -> RejectedBodyError:
    """The error of jobs that cannot be taken, as the service words it."""
    mistake = {"loc": ["body", "jobs"], "msg": reason, "type": "value_error"}
    return RejectedBodyError(reason, [mistake])


def _check_variables(place: int, given: Mapping[str, Any], sequence: SequenceText) -> None:
    wanted = set(sequence.variables)
    if sequence.is_mappable:
        wanted.add(_QUBITS)
    if given and not wanted:
        raise reject_jobs(f"Job {place} has variables, but its sequence has none.")
    missing = sorted(wanted - given.keys())
    if missing:
        raise reject_jobs(f"Job {place} has no value for {', '.join(missing)}.")
