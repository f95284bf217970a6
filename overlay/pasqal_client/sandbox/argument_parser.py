"""How the sandbox, and the runner of the conformance kit, read their arguments as programs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, NoReturn, TypeVar

from .checks import short_repr

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class ArgumentParser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong.

    Args:
        prog: the name of the program.
        description: what it does.
        epilog: what its help ends with.
        usage: how it is called; made from the arguments if None.
    """

    def __init__(self, prog: str, description: str, epilog: str, usage: str | None = None) -> None:
        super().__init__(
            prog=prog,
            usage=usage,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            # A later option would make today's abbreviation ambiguous.
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """End the program with the exit code for wrong usage."""
        # Without the usage, which would bury the one line that matters.
        self.exit(2, f"{self.prog}: error: {message}\n")


def reader(read: Callable[[str], T], expected: str = "") -> Callable[[str], T]:
    """A function that reads an argument, and says what is wrong as a parser shows it.

    Args:
        read: reads the text; it raises a `ValueError` if that is wrong.
        expected: what the text should have been; what the error says if empty.
    """

    def parse(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            problem = f"{short_repr(text)} is not {expected}" if expected else str(error)
            raise argparse.ArgumentTypeError(problem) from error

    return parse
