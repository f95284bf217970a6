"""Faults: requests that go wrong on purpose.

- `fault` says what goes wrong with which requests, `rules` finds the fault of a request, and
  `middleware` carries it out.
"""

from __future__ import annotations
