"""What a case says about the headers of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .findings import Finding
from .json_values import dump

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .scripted_server import ArrivedRequest

HEADER_ASSERTIONS = ("headers", "has_headers", "without_headers")
"""Those with an exact value, those that are there, and those that are not."""

_TOKEN = "{token}"  # noqa: S105 - what stands for it
_NOT_THERE = "no such header"


def demands_of(file: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What is demanded of each header, by assertion: a request's own words replace those of the file."""
    own = {name.lower() for part in HEADER_ASSERTIONS for name in request.get(part, ())}
    found: dict[str, dict[str, str]] = {}
    for assertion in HEADER_ASSERTIONS:
        of_file = _with_values(file.get(assertion, ()))
        demanded = {name: value for name, value in of_file.items() if name.lower() not in own}
        demanded.update(_with_values(request.get(assertion, ())))
        if demanded:
            found[assertion] = demanded
    return found


def _with_values(names: Any) -> dict[str, str]:
    if isinstance(names, dict):
        return names
    return dict.fromkeys(names, "")


def check_headers(
    file: Mapping[str, Any], expected: Mapping[str, Any], arrived: ArrivedRequest, token: str
) -> list[Finding]:
    """What does not hold of the headers of a request."""
    found = []
    for assertion, demanded in demands_of(file, expected).items():
        for name, value in demanded.items():
            got = arrived.headers.get(name.lower())
            text = value.replace(_TOKEN, token)
            if not _holds(assertion, text, got):
                found.append(_report(assertion, name, text, got))
    return found


def _holds(assertion: str, text: str, got: str | None) -> bool:
    if assertion == "without_headers":
        return got is None
    if assertion == "has_headers":
        return bool(got)
    return got == text


def _report(assertion: str, name: str, text: str, got: str | None) -> Finding:
    shown = _NOT_THERE
    if got is not None:
        shown = dump(got)
    wanted = {
        "headers": dump(text),
        "has_headers": "some value",
        "without_headers": _NOT_THERE,
    }
    return Finding(assertion, f"{name}: {wanted[assertion]}", f"{name}: {shown}")
