"""The names that `generator_config.yml` chooses for classes, and which of them match none."""

from __future__ import annotations

import difflib
from typing import Any

from openapi_python_client.config import ClassOverride


class Overrides(dict[str, ClassOverride]):
    """The overrides of class names, which note what the generator looks up.

    The generator passes over an override that matches nothing. One is left when an inline object moves,
    because its class is named after its place.
    """

    def __init__(self, overrides: dict[str, ClassOverride]) -> None:
        super().__init__(overrides)
        self.looked_up: dict[str, None] = {}

    def get(self, key: str, default: Any = None) -> Any:
        """The override of a name that the generator would choose."""
        self.looked_up[key] = None
        return super().get(key, default)

    def unmatched(self) -> list[str]:
        """A line for each override that matches no class, with the name that may have been meant."""
        free = [name for name in self.looked_up if name not in self]
        found = []
        for name in self:
            if name in self.looked_up:
                continue
            near = difflib.get_close_matches(name, free, n=1)
            right = " or ".join([*near, "no such line"])
            found.append(f"class_overrides: {name} matches no class; {right} would be right")
        return found
