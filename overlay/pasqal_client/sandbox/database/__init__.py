"""The database: how it is opened, its tables and columns, queries for its rows, and the state of the service in it."""

from __future__ import annotations
