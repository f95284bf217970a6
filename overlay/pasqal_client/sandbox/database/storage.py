"""The database as SQLite has it: a file is looked at before it is opened, and what goes wrong is one sentence."""

import sqlite3
import stat
import struct
from pathlib import Path

from .columns import BATCH, JOB
from .schema import SCHEMA

APPLICATION_ID = 0x50515342
"""What marks a file as one of a sandbox: "PQSB", where SQLite has a place for that."""

VERSION = 1
"""The version of the tables; a file of a later one is left alone."""

_MAGIC = b"SQLite format 3\0"
_HEADER = struct.Struct(">16s44xi4xi")  # the magic, the user_version, the application_id
_CACHE = 64 * 1024  # kB; ids are random, so a large table is read all over while it is filled
_CAUSES = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is damaged",
}


class StorageError(OSError):
    """What is kept cannot be read, or nothing more can be kept; the text says where and why."""


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the file of a sandbox, or make one; in memory if there is no path.

    Raises:
        StorageError: It is not a file of a sandbox, and was not touched; or it cannot be opened.
    """
    if path is not None:
        _look(path)
    try:
        return _opened(path)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise told(path, error) from error


def told(path: Path | None, error: Exception) -> StorageError:
    """The error in one sentence. SQLite does not say which file it means."""
    where = "the database in memory" if path is None else str(path)
    if isinstance(error, sqlite3.DatabaseError):
        cause = _CAUSES.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    else:
        cause = "it is damaged"  # what is in it is not what was ever put in
    return StorageError(f"{where}: {error}" if cause is None else f"{where}: {cause} ({error})")


def _look(path: Path) -> None:
    # To open a file with SQLite may change it, or put others beside it; so its first bytes are read
    # as they are.
    try:
        is_file = stat.S_ISREG(path.stat().st_mode)
        head = _head(path) if is_file else b""
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    reason = _strangeness(head) if is_file else "it is not a file"
    if reason is not None:
        raise StorageError(f"{path}: {reason}; it was not touched")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEADER.size)


def _strangeness(head: bytes) -> str | None:
    if not head:
        return None  # there is nothing in it to be lost
    if len(head) < _HEADER.size or not head.startswith(_MAGIC):
        return "it is not a file of a sandbox, and no SQLite database at all"
    _, version, application = _HEADER.unpack(head)
    if application != APPLICATION_ID:
        return "it is a database of something else, not of a sandbox"
    if version > VERSION:
        return f"it was made by a later version of the sandbox: its tables are version {version}, not {VERSION}"
    return None


def _opened(path: Path | None) -> sqlite3.Connection:
    place = ":memory:" if path is None else str(path)
    db = sqlite3.connect(place, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        # Two that let time pass in one file would do everything twice.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        # The marks come with the tables, and before the log that is written ahead, in which nobody
        # would look for them.
        marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
        db.executescript(f"BEGIN IMMEDIATE; {marks} {SCHEMA} COMMIT;")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA cache_size = {-_CACHE}")
        _check_columns(db)
    except BaseException:
        db.close()
        raise
    return db


def _check_columns(db: sqlite3.Connection) -> None:
    for table, columns in (("batches", BATCH), ("jobs", JOB)):
        known = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
        if missing := [name for name in columns.names if name not in known]:
            raise sqlite3.DatabaseError(
                f"it was made by another version: its {table} have no {', '.join(missing)}"
            )
