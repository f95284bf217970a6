"""The pages for a person with a browser."""

from __future__ import annotations
