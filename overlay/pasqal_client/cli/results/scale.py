"""The axis of a variable: places from 0 to 1, and round numbers to mark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROUND: Final = (1, 2, 5, 10)
_TOLERANCE: Final = 1e-9


class _Tick(NamedTuple):
    """A mark of the axis: where it is, from 0 to 1, and its label."""

    place: float
    label: str


@frozen
class Scale:
    """An axis from one number to another."""

    begin: float
    end: float

    @classmethod
    def over(cls, numbers: Sequence[float]) -> Scale:
        """The axis on which these numbers are."""
        return cls(min(numbers), max(numbers))

    def place(self, number: float) -> float:
        """Where a number is on the axis, from 0 to 1."""
        # Halves: the difference of two huge numbers may be infinite.
        room = self.end / 2 - self.begin / 2
        if not room:
            return 0.5
        return (number / 2 - self.begin / 2) / room

    def ticks(self, most: int) -> list[_Tick]:
        """Marks at round numbers; at the ends if there are none, or if they cannot be told apart."""
        step = _round_up((self.end - self.begin) / most)
        numbers: list[float] = []
        if math.isfinite(step) and step > 0:
            first = math.ceil(self.begin / step)
            last = math.floor(self.end / step)
            numbers = [step * place for place in range(first, min(last, first + most) + 1)]
        labels = [f"{number:.6g}" for number in numbers]
        if len(set(labels)) < max(2, len(labels)):
            numbers = sorted({self.begin, self.end})
            labels = [f"{number:.6g}" for number in numbers]
        return [
            _Tick(self.place(number), label) for number, label in zip(numbers, labels, strict=True)
        ]


def _round_up(step: float) -> float:
    """The next number that is 1, 2 or 5 times a power of ten; 0 or infinity as it is."""
    if not step or not math.isfinite(step):
        return step
    power = 10.0 ** math.floor(math.log10(step))
    for factor in _ROUND:
        # What is larger by a rounding error is the same.
        if step <= power * factor * (1 + _TOLERANCE):
            return power * factor
    return power * _ROUND[-1]
