"""Quirks: how answers differ from the contract on purpose, as those of the real service do.

- `quirk` has their names and which of them a sandbox has, `effects` changes the answers.
"""

from __future__ import annotations
