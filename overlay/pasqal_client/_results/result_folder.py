"""A folder with the results of jobs: `<job id>.json` each, and what was begun of others.

A file is written beside its place and put there once it is whole, where nothing is. What is left of
an interrupted one is continued if it is the same file still: the name of such a part has a digest of
the ETag that its host gave. So two processes that write the same part write the same bytes to the
same places. A file without such an ETag cannot be continued, and is kept in memory until it is whole.

Somebody else may have put anything there: no link is written through, and only regular files are read.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self
from uuid import UUID, uuid4

from .._checks import UUID_PATTERN
from .._display import printable, quoted
from .._http.file_storage import RestartError, StorageError
from .job_result import decoded_file, is_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PARTIAL_CONTENT: Final = 206
_DIGEST_LENGTH: Final = 16
_LONGEST_PATH: Final = 300

_is_part = re.compile(rf"({UUID_PATTERN})\.json\.[0-9a-f]{{16}}\.part").fullmatch
# Where the system has them: not through a link, and not waiting for the other end of a pipe.
_WRITE_PART: Final = (
    os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)
_READ_FILE: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)

_is_strong_etag = re.compile(r'"[^"]+"').fullmatch
_read_content_range = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})").fullmatch


class ResultFolder:
    """The folder that results are saved to.

    Args:
        folder: its path, in which `~` stands for a home.

    Raises:
        ValueError: it is not a path, or is empty.
    """

    @classmethod
    def of(cls, save_to: object) -> Self | None:
        """The folder that a caller asks for; None if there is none."""
        if save_to is None:
            return None
        return cls(save_to)

    def __init__(self, folder: object) -> None:
        self._path = _path_of(folder)
        self._parts: dict[UUID, Path] = {}

    def open(self) -> None:
        """Look through it; it is made if it is not there.

        Raises:
            ValueError: there is a file.
            OSError: it cannot be made or read.
        """
        if self._path.exists() and not self._path.is_dir():
            raise ValueError(f"save_to: {quoted(str(self._path))} is a file; give a folder")
        self._path.mkdir(parents=True, exist_ok=True)
        # Once: for each of many files it would take far too long.
        for entry in self._path.iterdir():
            match = _is_part(entry.name)
            if match:
                self._parts[UUID(match[1])] = entry

    def file_of(self, job_id: UUID) -> SavedFile:
        """The file for the results of a job."""
        return SavedFile(self._path / f"{job_id}.json", self._parts.get(job_id))


def _path_of(folder: Any) -> Path:
    """The path that a caller gives.

    Raises:
        ValueError: it is not a path, or is empty.
    """
    if isinstance(folder, str) and not folder.strip():
        # It would be the current folder, which nobody means by a variable that is not set.
        raise ValueError("save_to: the path is empty; give that of a folder")
    try:
        return Path(folder).expanduser()
    except TypeError:
        raise ValueError(f"save_to: {quoted(folder)} is not the path of a folder") from None
    except RuntimeError:
        raise ValueError(f"save_to: {quoted(str(folder))} begins with an unknown user") from None


class SavedFile:
    """One file, while it arrives.

    Args:
        path: its place, once it is whole.
        part: what is there of it; None if nothing is.

    Attributes:
        path (Path): its place.
        is_taken (bool): whether something else was seen there.
    """

    def __init__(self, path: Path, part: Path | None) -> None:
        self.path = path
        self.is_taken = False
        # None for a file that is kept in memory until it is whole.
        self._part = part
        self._stream: IO[bytes] = BytesIO()
        self._start = 0
        self._total: int | None = None
        self._content = b""

    def kept(self) -> bytes | None:
        """What is there, if it can only be the file of a result; else None."""
        self.is_taken = False
        try:
            content = _read_regular(self.path)
            if is_result(decoded_file(content)):
                return content
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            pass
        self.is_taken = True
        return None

    def range_headers(self) -> dict[str, str]:
        """The headers that ask for what is still missing; none if that is everything."""
        self.close()
        self._start = 0
        if self._part is None:
            return {}
        try:
            size = self._part.stat().st_size
        except OSError:
            return {}
        # One byte more than is missing: nobody can send a part of nothing.
        self._start = max(0, size - 1)
        if not self._start:
            return {}
        return {"Range": f"bytes={self._start}-"}

    def begin(self, status: int, headers: Mapping[str, str]) -> Callable[[bytes], object]:
        """Take the head of an answer; returns what takes the pieces of its body.

        Raises:
            RestartError: the answer does not continue what is there.
            StorageError: the file cannot be written.
        """
        part = self._part_for(headers)
        if status == _PARTIAL_CONTENT:
            self._total = self._total_of(part, headers)
        else:
            self._start = 0
            self._total = _length(headers)
            if self._part != part:
                self.discard()
        self._part = part
        with self._files():
            self._stream = _opened(part)
            self._stream.seek(self._start)
        return self._write

    def _part_for(self, headers: Mapping[str, str]) -> Path | None:
        """Where the file of an answer is put while it arrives; None for memory."""
        etag = headers.get("etag", "")
        packed = headers.get("content-encoding", "identity") != "identity"
        # A weak ETag does not promise the same bytes.
        if packed or not _is_strong_etag(etag):
            return None
        digest = sha256(etag.encode()).hexdigest()[:_DIGEST_LENGTH]
        return self.path.with_name(f"{self.path.name}.{digest}.part")

    def _total_of(self, part: Path | None, headers: Mapping[str, str]) -> int:
        """How long the whole file is, of which an answer brings the rest.

        Raises:
            RestartError: it brings something else.
        """
        match = _read_content_range(headers.get("content-range", ""))
        is_continued = part is not None and part == self._part
        if match is not None and is_continued and int(match[1]) == self._start:
            return int(match[3])
        self.discard()
        raise RestartError("the answer does not continue the part of the file that is there")

    def _write(self, piece: bytes) -> None:
        with self._files():
            # Without a buffer, less than all may be written at once.
            view = memoryview(piece)
            while view:
                view = view[self._stream.write(view) :]

    def finish(self) -> bytes:
        """The whole content.

        Raises:
            RestartError: it is not as long as was announced.
            StorageError: it cannot be read.
        """
        with self._files():
            written = self._stream.tell()
            self._stream.truncate()
            self._stream.seek(0)
            content = self._stream.read()
            if self._part is not None:
                _sync(self._stream)
            self.close()
        self._content = content
        if self._total not in (None, written) or len(content) != written:
            raise RestartError(f"{written} bytes of the file came, and not {self._total}")
        return content

    def publish(self) -> None:
        """Put the whole file in its place.

        Raises:
            StorageError: something else is there, or it cannot be moved.
        """
        with self._files():
            # Another process that saves the same results may have moved the part already.
            if self._part is None or not _link(self._part, self.path):
                self._write_and_place()
            self.discard()
            if _read_if_there(self.path) == self._content:
                return
        raise StorageError(
            f"{self.shown_path} is there and holds something else; it was left as it is: delete it, "
            "or give another folder"
        )

    def _write_and_place(self) -> None:
        """Put the content there by way of a file of its own, if nothing is there."""
        beside = self.path.with_name(f"{self.path.name}.{uuid4()}.new")
        try:
            with beside.open("xb") as stream:
                stream.write(self._content)
                _sync(stream)
            if not _link(beside, self.path):
                _move(beside, self.path)
        finally:
            beside.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forget what is there: it is not what was wanted."""
        self.close()
        if self._part is not None:
            with self._files():
                self._part.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; what came so far stays there."""
        self._stream.close()

    @property
    def shown_path(self) -> str:
        """Its place, as an error shows it."""
        return printable(str(self.path), _LONGEST_PATH)

    @contextmanager
    def _files(self) -> Iterator[None]:
        """Say what is wrong with the disk in an error that ends the fetch."""
        try:
            yield
        except OSError as error:
            problem: Any = error.strerror or type(error).__name__
        else:
            return
        raise StorageError(f"{self.shown_path} cannot be written: {problem}")


def _opened(part: Path | None) -> IO[bytes]:
    """What the pieces of a file are written to.

    Raises:
        OSError: the part cannot be opened, or is not a regular file.
    """
    if part is None:
        return BytesIO()
    descriptor = os.open(part, _WRITE_PART, 0o666)
    stream = os.fdopen(descriptor, "r+b", buffering=0)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise OSError(f"{part.name} is not a regular file")
    return stream


def _sync(stream: IO[bytes]) -> None:
    """Write a file to its disk before it gets its place, where a power cut might else leave an empty one."""
    stream.flush()
    os.fsync(stream.fileno())


def _read_regular(path: Path) -> bytes:
    """What a regular file holds.

    Raises:
        OSError: it cannot be read, or is something else, such as a pipe that nobody writes to.
    """
    with os.fdopen(os.open(path, _READ_FILE), "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(f"{path.name} is not a regular file")
        return stream.read()


def _read_if_there(path: Path) -> bytes | None:
    with suppress(OSError):
        return _read_regular(path)
    return None


def _link(part: Path, path: Path) -> bool:
    """Give a file its place, unless something is there; returns whether something is there now."""
    try:
        os.link(part, path, follow_symlinks=False)
    except FileExistsError:
        return True
    except (NotImplementedError, OSError):
        # Not every disk has links, and another process may have taken the part away.
        return False
    return True


def _move(own: Path, path: Path) -> None:
    """Move a file to its place, unless something is there: an empty file reserves the place before.

    Args:
        own: a file that no other process knows; a part may be taken away at any time.
        path: its place.

    Raises:
        OSError: the folder cannot be written to.
    """
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        # Another process that has just reserved the place moves the same bytes there.
        if not _is_reserved(path):
            return
    try:
        own.replace(path)
    except OSError:
        if _is_reserved(path):
            path.unlink()
        raise


def _is_reserved(path: Path) -> bool:
    """Whether a place has nothing but the empty file that keeps it free."""
    there = path.lstat()
    return stat.S_ISREG(there.st_mode) and there.st_size == 0


def _length(headers: Mapping[str, str]) -> int | None:
    """How long the body of an answer is, if that says how long the file is."""
    length = headers.get("content-length", "")
    packed = headers.get("content-encoding", "identity") != "identity"
    if packed or not re.fullmatch(r"\d{1,18}", length, re.ASCII):
        return None
    return int(length)
