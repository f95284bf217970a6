"""Simulates pulse sequences with Pulser, as a program of its own that answers questions, one a line.

It stands alone, because it runs where Pulser is, and needs nothing of this package. The kinds of questions are
`start` (whether it runs), `judge` (which of some jobs cannot be simulated, and why) and `run` (the results of one job).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import contextmanager
from functools import lru_cache
from queue import SimpleQueue
from threading import Thread, Timer
from typing import TYPE_CHECKING, Any

# Ctrl-C in a terminal reaches every process there. This one ends when nobody asks any more, even if
# it comes while Pulser is being imported, which takes a second or two.
signal.signal(signal.SIGINT, signal.SIG_IGN)

import numpy as np  # noqa: E402
import pulser_simulation  # noqa: E402
from pulser import Sequence  # noqa: E402
from pulser.backend import BitStrings  # noqa: E402
from pulser.sampler import sample  # noqa: E402
from pulser_simulation import QutipBackendV2, QutipConfig  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

NOTE = (
    f"Simulated by a sandbox with pulser-simulation {pulser_simulation.__version__}, without noise."
)

_LONGEST_REASON = 400
# In seconds: enough to finish what is nearly done.
_FAREWELL = 1
# In nanoseconds; Pulser's simulation wants this many samples.
_SHORTEST = 4
_RYDBERG, _DIGITAL, _XY = "ground-rydberg", "digital", "XY"
# The level that is measured as 1.
_ONE = {_RYDBERG: "r", _DIGITAL: "h", _XY: "d"}
# What else an emulator is told concerns its own method, and not what it computes.
_PHYSICAL = frozenset(
    [
        "observables",
        "default_evaluation_times",
        "initial_state",
        "with_modulation",
        "interaction_matrix",
        "prefer_device_noise_model",
        "noise_model",
        "n_trajectories",
        "default_num_shots",
    ]
)


class _CannotSimulateError(Exception):
    """A job cannot be simulated; the text is the reason."""


def main() -> None:
    """Answer questions until there are none."""
    answers = _take_stdout()
    questions: SimpleQueue[str | None] = SimpleQueue()
    listening = Thread(target=_listen, args=[questions], daemon=True)
    listening.start()
    while (line := questions.get()) is not None:
        question = json.loads(line)
        try:
            answer = _ANSWERS[question["ask"]](question)
        except Exception as error:
            # It must not end here: the next question may be about another sequence.
            answer = {"failure": _describe(error)}
        print(json.dumps(answer), file=answers, flush=True)
    listening.join()


def _listen(questions: SimpleQueue[str | None]) -> None:
    """Pass questions on; end the process soon after the last one, whatever it is in the middle of."""
    for line in sys.stdin:
        questions.put(line)
    questions.put(None)
    # Nobody waits for what is being simulated, which may take minutes more.
    end = Timer(_FAREWELL, os._exit, [1])
    end.daemon = True
    end.start()


def _take_stdout() -> TextIO:
    """The way to whoever asks; what libraries print goes elsewhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    return answers


def _start(_: Mapping[str, Any]) -> dict[str, Any]:
    """Nothing: that there is an answer says that Pulser was imported."""
    return {}


def _judge(question: Mapping[str, Any]) -> dict[str, Any]:
    """For each job that shares a sequence and a configuration, why it cannot be simulated; null if it can."""
    reasons: list[str | None] = []
    is_tried = False
    for variables in question["variables"]:
        try:
            sequence = _build(question["sequence"], variables)
            backend = _Job(sequence, question["configuration"], question["most_atoms"])
            # Jobs differ in their values only. To prepare the simulation takes as long as all the
            # rest, and what it finds wrong is the same for all of them.
            if not is_tried:
                backend.prepare(1, 1)
                is_tried = True
        except _CannotSimulateError as error:
            reasons.append(str(error))
        else:
            reasons.append(None)
    return {"reasons": reasons}


def _run(question: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of a job, and the text of its results; or the reason why there are none."""
    try:
        sequence = _build(question["sequence"], question["variables"])
        job = _Job(sequence, question["configuration"], question["most_atoms"])
        backend, bits = job.prepare(question["runs"], question["default_runs"])
    except _CannotSimulateError as error:
        return {"reason": str(error)}
    # Pulser draws from this source.
    np.random.seed(question["seed"])
    results = backend.run()
    counts = results.get_result(bits, 1.0)
    counter = {outcome: int(counts[outcome]) for outcome in sorted(counts)}
    return {"note": NOTE, "counter": counter, "serialised": results.to_abstract_repr()}


_ANSWERS = {"start": _start, "judge": _judge, "run": _run}


@contextmanager
def _explain(what: str) -> Iterator[None]:
    """Raise every error as the reason why something cannot be simulated."""
    try:
        yield
    except _CannotSimulateError:
        raise
    except Exception as error:
        raise _CannotSimulateError(f"{what}: {_describe(error)}.") from error


class _Job:
    """A sequence with its values, and how it is to be emulated.

    Args:
        sequence: the sequence, which is built.
        configuration: the text of Pulser's configuration of an emulator, if there is one.
        most_atoms: how many atoms are admitted.

    Raises:
        _CannotSimulateError: it cannot be simulated.
    """

    def __init__(self, sequence: Any, configuration: str | None, most_atoms: int) -> None:
        self._sequence = sequence
        self._bases = _find_bases(sequence)
        self._measured = _find_measured_basis(sequence, self._bases)
        self._configuration = configuration
        _check_duration(sequence)
        _check_size(len(sequence.register.qubit_ids), self._bases, most_atoms)

    def prepare(self, runs: int | None, default_runs: int) -> tuple[Any, Any]:
        """The backend, and the observable that has the counts.

        Args:
            runs: how many shots there are; if None, as many as the configuration says.
            default_runs: how many, if the configuration does not say it either.

        Raises:
            _CannotSimulateError: it cannot be simulated.
        """
        with _explain("Pulser cannot simulate it"):
            config, bits = self._configure(runs, default_runs)
            return QutipBackendV2(self._sequence, config=config), bits

    def _configure(self, runs: int | None, default_runs: int) -> tuple[Any, Any]:
        one = _ONE[self._measured]
        if self._configuration is None:
            if runs is None:
                runs = default_runs
            bits = _make_final_bits(runs, one)
            return QutipConfig(observables=[bits]), bits
        config = _read_configuration(self._configuration)
        _check_noise(config, self._sequence.device)
        if runs is not None:
            config = config.with_changes(default_num_shots=runs)
        given = [bits for bits in config.observables if isinstance(bits, BitStrings)]
        for bits in given:
            bits.one_state = bits.one_state or one
            bits.num_shots = runs or bits.num_shots
        return _ensure_counts(config, given, one)


@lru_cache(maxsize=8)
def _read(text: str) -> Any:
    return Sequence.from_abstract_repr(text)


def _build(text: str | None, variables: Mapping[str, Any]) -> Any:
    """The sequence with the values of a job."""
    with _explain("The sequence is not one that Pulser reads"):
        sequence = _read(text or "")
    with _explain("The sequence cannot be built with these variables"):
        if not sequence.is_parametrized() and not sequence.is_register_mappable():
            return sequence
        # Whatever has another name is ignored, as the service does.
        known = {name: variables[name] for name in sequence.declared_variables if name in variables}
        qubits = None
        if sequence.is_register_mappable():
            qubits = variables.get("qubits")
        return sequence.build(qubits=qubits, **known)


def _find_bases(sequence: Any) -> frozenset[str]:
    """The bases in which something happens."""
    return frozenset(sample(sequence).used_bases)


def _find_measured_basis(sequence: Any, bases: frozenset[str]) -> str:
    if not sequence.is_measured():
        return next((basis for basis in (_DIGITAL, _RYDBERG) if basis in bases), _XY)
    measured = str(sequence.get_measurement_basis())
    if bases and measured not in bases:
        raise _CannotSimulateError(
            f"The sequence is measured in the basis {measured}, in which nothing happens;"
            " pulser-simulation does not support that."
        )
    return measured


def _check_duration(sequence: Any) -> None:
    duration = sequence.get_duration()
    if duration < _SHORTEST:
        raise _CannotSimulateError(
            f"The sequence takes {duration} ns; at least {_SHORTEST} ns can be simulated."
        )


def _check_size(atoms: int, bases: frozenset[str], most_atoms: int) -> None:
    levels = 2
    if {_RYDBERG, _DIGITAL} <= bases:
        levels = 3
    if levels**atoms <= 2**most_atoms:
        return
    each = ""
    if levels > 2:
        each = f", each with {levels} levels"
    raise _CannotSimulateError(
        f"The sequence has {atoms} atoms{each}; this sandbox simulates at most {most_atoms} with two levels."
    )


def _read_configuration(text: str) -> Any:
    with _explain("The backend configuration is not one that Pulser reads"):
        content = json.loads(text)
        kept = {name: value for name, value in content.items() if name in _PHYSICAL}
        return QutipConfig.from_abstract_repr(json.dumps(kept))


def _check_noise(config: Any, device: Any) -> None:
    noise = config.noise_model
    if config.prefer_device_noise_model and device.noise_model is not None:
        noise = device.noise_model
    if noise.noise_types:
        kinds = ", ".join(noise.noise_types)
        raise _CannotSimulateError(
            f"The backend configuration asks for noise ({kinds}); this sandbox simulates without any."
        )


def _ensure_counts(config: Any, given: list[Any], one: str) -> tuple[Any, Any]:
    """A configuration with an observable that has the counts, whatever else is asked for, and that one."""
    for bits in given:
        if _is_final(bits, config):
            return config, bits
    tag_suffix = None
    if given:
        tag_suffix = "final"
    bits = _make_final_bits(config.default_num_shots, one, tag_suffix)
    return config.with_changes(observables=[*config.observables, bits]), bits


def _make_final_bits(runs: int, one: str, tag_suffix: str | None = None) -> Any:
    return BitStrings(evaluation_times=[1.0], num_shots=runs, one_state=one, tag_suffix=tag_suffix)


def _is_final(observable: Any, config: Any) -> bool:
    """Whether an observable is also computed at the end."""
    times = observable.evaluation_times
    if times is None:
        times = config.default_evaluation_times
    return isinstance(times, str) or 1.0 in times


def _describe(error: Exception) -> str:
    """What an error says, in one line and not too long."""
    # What follows in another paragraph is the schema that was violated.
    said, _, _ = str(error).partition("\n\n")
    text = " ".join(said.split()) or type(error).__name__
    if len(text) > _LONGEST_REASON:
        text = f"{text[:_LONGEST_REASON]}…"
    return text.removesuffix(".")


if __name__ == "__main__":
    main()
