"""The operations of the contract, by topic: a class each, with a method for each operation, called like it."""

from __future__ import annotations
