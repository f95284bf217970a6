from __future__ import annotations

from typing import Any, TypeAlias

BatchConfiguration: TypeAlias = dict[str, Any]
"""Settings of the emulator, where one is used."""
