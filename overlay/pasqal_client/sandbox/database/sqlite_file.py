"""The database as SQLite has it: a file is examined before it is opened, and an error is one sentence."""

from __future__ import annotations

import sqlite3
import stat
import struct
from typing import TYPE_CHECKING

from .columns import BATCH, JOB
from .schema import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 3
"""The version of the tables; a file of another one is left alone."""

# "PQSB", where SQLite has a place for what marks a file as one of an application.
_APPLICATION_ID = 0x50515342
_MAGIC = b"SQLite format 3\0"
_HEADER = struct.Struct(">16s44xi4xi")  # the magic, the user_version, the application_id
_CACHE = 64 * 1024  # kB; ids are random, so filling a large table touches all of its index
_CAUSES = {
    sqlite3.SQLITE_BUSY: "another sandbox, or another program, is using it",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged",
}


class StorageError(OSError):
    """The database cannot be read or written; the text says where and why."""


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the file of a sandbox, or make one; in memory if the path is None.

    Raises:
        StorageError: it is not a file of a sandbox, and was not touched; or it cannot be opened.
    """
    if path is not None:
        _examine(path)
    try:
        return _open(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise make_error(path, error) from error


def make_error(path: Path | None, error: Exception) -> StorageError:
    """The error in one sentence, with the file, which SQLite does not name."""
    where = "the database in memory"
    if path is not None:
        where = str(path)
    cause = _find_cause(error)
    if cause is None:
        return StorageError(f"{where}: {error}")
    return StorageError(f"{where}: {cause} ({error})")


def _find_cause(error: Exception) -> str | None:
    if not isinstance(error, sqlite3.DatabaseError):
        # A value was read that no sandbox has ever written.
        return "it is damaged"
    # The upper bits say more than anybody wants to know.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _CAUSES.get(code)


def _examine(path: Path) -> None:
    # Opening a file with SQLite may change it, or put others beside it, so its first bytes are read
    # without SQLite.
    try:
        reason = _find_objection(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    if reason is not None:
        raise StorageError(f"{path}: {reason}; it was not touched")


def _find_objection(path: Path) -> str | None:
    # Opening a pipe or a device to look into it might wait forever.
    if not stat.S_ISREG(path.stat().st_mode):
        return "it is not a file"
    with path.open("rb") as file:
        head = file.read(_HEADER.size)
    if not head:
        return None  # an empty file has nothing to lose
    if len(head) < _HEADER.size or not head.startswith(_MAGIC):
        return "it is not a file of a sandbox, and not an SQLite database at all"
    _, version, application = _HEADER.unpack(head)
    if application != _APPLICATION_ID:
        return "it is a database of something else, not of a sandbox"
    if version == VERSION:
        return None
    age = "an earlier"
    if version > VERSION:
        age = "a later"
    return f"it was made by {age} version of the sandbox: its tables are version {version}, not {VERSION}"


def _open(path: Path | None) -> sqlite3.Connection:
    place = ":memory:"
    if path is not None:
        place = str(path)
    db = sqlite3.connect(place, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        _prepare(db)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    # Two sandboxes on one file would both let its time pass: every job would end twice, and each
    # would answer with totals that the other has made wrong. With this, SQLite rejects the second one at once.
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    # The marks come with the tables, and before the log that is written ahead: there, nobody who
    # examines the file would find them.
    marks = f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {VERSION};"
    db.executescript(f"BEGIN IMMEDIATE; {marks} {SCHEMA} COMMIT;")
    db.execute("PRAGMA journal_mode = WAL")
    # Safe against a crash of the program; only a power failure may lose the last changes.
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(f"PRAGMA cache_size = {-_CACHE}")
    _check_columns(db)


def _check_columns(db: sqlite3.Connection) -> None:
    for table, columns in (("batches", BATCH), ("jobs", JOB)):
        known = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        missing = [name for name in columns.names if name not in known]
        if missing:
            raise sqlite3.DatabaseError(
                f"it was made by another version: its {table} have no {', '.join(missing)}"
            )
