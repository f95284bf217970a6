"""The faults after which the sender of a write does not know what became of it, for all tests that need some."""

from __future__ import annotations

from typing import Any

LOST: dict[str, dict[str, Any]] = {
    "reset": {"reset": "before"},
    "500": {"status": 500},
    "502": {"status": 502, "style": "html"},
    "503": {"status": 503},
    "see other": {"status": 303, "headers": {"Location": "/there"}},
    "a redirect": {"status": 307, "headers": {"Location": "/there"}},
    "no data": {"status": 200, "body": {"data": None}},
    "not JSON": {"status": 200, "style": "html"},
}
"""Arguments of a `Fault`, which may come with `applied` or without."""
_LATE: dict[str, Any] = {"status": 504, "style": "html"}

LOST_ANSWERS: dict[str, tuple[str, dict[str, dict[str, Any]]]] = {
    "not carried out": (
        "did not happen",
        {name: {**fault, "applied": False} for name, fault in LOST.items()},
    ),
    "carried out": (
        "happened",
        {name: {**fault, "applied": True} for name, fault in LOST.items()},
    ),
    "broken off": ("happened", {"reset": {"reset": "during"}, "cut": {"truncate": True}}),
    # The service may still be working on it.
    "late": ("cannot tell", {"504": {**_LATE, "applied": False}}),
    "late, but carried out": ("happened", {"504": {**_LATE, "applied": True}}),
}
"""By what becomes of the write: what resolving says then, and the faults."""
