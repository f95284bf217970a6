"""No regular expression of the library goes over the same text again and again, whatever the text is."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pasqal_client
import pasqal_core_runtime

_LENGTH = 20_000
_FEW = " \t\n\x000aé_-.,:;/?&=%+\"'<>[]()~!@"
_METHODS = {"match", "fullmatch", "search", "split", "sub", "findall", "finditer"}
# These need packages that are not always there.
_OPTIONAL = ("pasqal_client.pulser", "pasqal_client.sandbox.simulation.pulser_program")


def _modules() -> Iterator[ModuleType]:
    for package in (pasqal_client, pasqal_core_runtime):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(_OPTIONAL) and not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def _uses() -> Iterator[Any]:
    """Each way in which a module uses one of its patterns."""
    for module in _modules():
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                called = set(re.findall(rf"\b{name}\.(\w+)\(", inspect.getsource(module)))
                for method in sorted(called & _METHODS):
                    yield getattr(value, method)
            elif isinstance(getattr(value, "__self__", None), re.Pattern):
                yield value


def _hostile(pattern: str) -> Iterator[str]:
    """What the pattern begins with, over and over, and a long rest that does not fit."""
    words = {word for word in re.findall(r"\w+", pattern) if len(word) < 20}
    for piece in {*_FEW, *words}:
        text = piece * (_LENGTH // len(piece))
        for end in ("", "\x00\n\x00"):
            yield text + end
        for word in words:
            yield word + text + word


def _do(method: Callable[..., Any], text: str) -> None:
    name = method.__name__
    if name == "sub":
        method("", text)
    elif name == "finditer":
        for _ in method(text):
            pass
    else:
        method(text)


def test_a_pattern_goes_through_a_hostile_text_once() -> None:
    """One that starts over at each character would take minutes; this test ends because none does."""
    seen = 0
    for method in _uses():
        pattern = method.__self__.pattern
        for text in _hostile(pattern):
            _do(method, text)
        seen += 1
    assert seen > 50
