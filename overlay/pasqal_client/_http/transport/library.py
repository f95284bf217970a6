"""The HTTP library under the client, named here and nowhere else in the package.

Every other module takes it from here, so to replace it by one with the same interface means to
change this module. `deadline` alone also knows httpcore, on which httpx stands.
"""

from __future__ import annotations

import httpx

__all__ = ["httpx"]
