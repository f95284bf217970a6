"""Ctrl-C at a chosen moment."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def is_interrupted(action: Callable[[], object], concerns: Callable[[str], bool], at: int) -> bool:
    """Interrupt an action where Python looks whether there is an interruption.

    That is where a function begins or returns, or has called one that is written in C.

    Args:
        action: the action, in this thread.
        concerns: whether a module, by its name, is one of those in which an interruption comes.
        at: at which of these moments, counted from 0.

    Returns:
        Whether it came to that.
    """
    left = at

    def interrupt(frame: FrameType, event: str, _: Any) -> None:
        nonlocal left
        # Nothing comes between the decision to call a function in C and its work; and what a generator
        # yields counts as returned.
        is_yield = event == "return" and frame.f_code.co_flags & inspect.CO_GENERATOR
        if event == "c_call" or is_yield or not concerns(frame.f_globals.get("__name__", "")):
            return
        left -= 1
        if left < 0:
            sys.setprofile(None)
            raise KeyboardInterrupt

    sys.setprofile(interrupt)
    try:
        action()
    except KeyboardInterrupt:
        return True
    finally:
        sys.setprofile(None)
    return False
