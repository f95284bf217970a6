"""What cannot be sent to another process, or copied: a client, and what works only with its connections."""

from __future__ import annotations

from typing import NoReturn


class Unpicklable:
    """The base of what belongs to a client; its error says what to do instead."""

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} does not pickle: a client, with its connections and secrets, stays in its process; "
            "make a client in each process instead"
        )
