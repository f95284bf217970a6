"""A folder with the results of jobs: `<job id>.json` each, and what was begun of others.

A file is written beside its place and moved there once it is whole. What is left of an interrupted
one is continued if it is the same file still: the name of such a part has a digest of the ETag that
its host gave. So two processes that write the same part write the same bytes to the same places.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, NamedTuple, Self
from uuid import UUID

from .._display import printable, quoted
from .._http.file_storage import RestartError, StorageError
from .job_result import decoded_file, is_result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PARTIAL_CONTENT: Final = 206
_DIGEST_LENGTH: Final = 16
_LONGEST_PATH: Final = 300

_is_part = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json\.[0-9a-f]{16}\.part"
).fullmatch
_is_strong_etag = re.compile(r'"[^"]+"').fullmatch
_read_content_range = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})").fullmatch


class KeptFile(NamedTuple):
    """A file that is there already.

    Attributes:
        content: its content.
        decoded: the JSON object in it.
    """

    content: bytes
    decoded: dict[str, Any]


class ResultFolder:
    """The folder that results are saved to.

    Args:
        folder: its path, in which a `~` at the beginning is the home of the user; it is made if it
            is not there.

    Raises:
        ValueError: it is not a path, is empty, or is not that of a folder.
        OSError: it cannot be made or read.
    """

    @classmethod
    def of(cls, save_to: object) -> Self | None:
        """The folder that a caller gives; None without one."""
        if save_to is None:
            return None
        return cls(save_to)

    def __init__(self, folder: object) -> None:
        path = _path_of(folder)
        if path.exists() and not path.is_dir():
            raise ValueError(f"save_to: {quoted(str(folder))} is a file; give a folder")
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        # Looked through once: for each of many files it would take far too long.
        self._parts: dict[UUID, Path] = {}
        for entry in path.iterdir():
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
    if folder == "":
        # What an unset variable gives would be the current directory.
        raise ValueError("save_to: the path is empty; for the current directory, give '.'")
    try:
        return Path(folder).expanduser()
    except TypeError:
        raise ValueError(f"save_to: {quoted(folder)} is not the path of a folder") from None
    except RuntimeError:
        raise ValueError(f"save_to: {quoted(folder)} names a user without a home") from None


class SavedFile:
    """One file, while it arrives.

    Args:
        path: its place, once it is whole.
        part: what is there of it; None if nothing is.

    Attributes:
        path (Path): its place.
    """

    def __init__(self, path: Path, part: Path | None) -> None:
        self.path = path
        self._part = part or self._part_for({})
        self._stream: IO[bytes] = BytesIO()
        self._start = 0
        self._total: int | None = None

    def kept(self) -> KeptFile | None:
        """The file if it is there, and is that of a result; else None."""
        try:
            content = self.path.read_bytes()
            decoded = decoded_file(content)
        except (OSError, ValueError):
            return None
        if is_result(decoded):
            return KeptFile(content, decoded)
        return None

    def range_headers(self) -> dict[str, str]:
        """The headers that ask for what is still missing; none if that is everything."""
        self.close()
        self._start = 0
        if not _is_part(self._part.name):
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
            part.touch()
            self._stream = part.open("r+b", buffering=0)
            self._stream.seek(self._start)
        return self._write

    def _part_for(self, headers: Mapping[str, str]) -> Path:
        """Where the file of an answer is put while it arrives."""
        etag = headers.get("etag", "")
        packed = headers.get("content-encoding", "identity") != "identity"
        # A weak ETag does not promise the same bytes.
        if packed or not _is_strong_etag(etag):
            return self.path.with_name(f"{self.path.name}.part")
        digest = sha256(etag.encode()).hexdigest()[:_DIGEST_LENGTH]
        return self.path.with_name(f"{self.path.name}.{digest}.part")

    def _total_of(self, part: Path, headers: Mapping[str, str]) -> int:
        """How long the whole file is, of which an answer brings the rest.

        Raises:
            RestartError: it brings something else.
        """
        match = _read_content_range(headers.get("content-range", ""))
        if match is not None and part == self._part and int(match[1]) == self._start:
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
            self.close()
            content = self._part.read_bytes()
        if self._total not in (None, written) or len(content) != written:
            raise RestartError(f"{written} bytes of the file came, and not {self._total}")
        return content

    def publish(self) -> None:
        """Put the whole file in its place.

        Raises:
            StorageError: something else is there, or it cannot be moved.
        """
        with self._files():
            try:
                if not _move(self._part, self.path):
                    self._compare()
            except FileNotFoundError:
                # Another process that saves the same results was faster.
                if self.kept() is None:
                    raise

    def _compare(self) -> None:
        """Compare with what has the name of the file already."""
        is_same = self.path.read_bytes() == self._part.read_bytes()
        self.discard()
        if not is_same:
            raise StorageError(
                f"{self._shown} is there and holds something else; it was left as it is"
            )

    def discard(self) -> None:
        """Forget what is there: it is not what was wanted."""
        self.close()
        with self._files():
            self._part.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file; what came so far stays there."""
        self._stream.close()

    @property
    def _shown(self) -> str:
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
        raise StorageError(f"{self._shown} cannot be written: {problem}")


def _move(part: Path, place: Path) -> bool:
    """Move a file to a place where nothing is; returns False if something is there.

    A look and a renaming would replace what another program puts there in between.
    """
    try:
        place.hardlink_to(part)
    except FileExistsError:
        return False
    except FileNotFoundError:
        raise
    except OSError:
        return _move_without_links(part, place)
    part.unlink(missing_ok=True)
    return True


def _move_without_links(part: Path, place: Path) -> bool:
    """The same on a file system that has no links: first an empty file reserves the place."""
    try:
        place.touch(exist_ok=False)
    except FileExistsError:
        return False
    try:
        part.replace(place)
    except OSError:
        place.unlink()
        raise
    return True


def _length(headers: Mapping[str, str]) -> int | None:
    """How long the body of an answer is, if that says how long the file is."""
    length = headers.get("content-length", "")
    packed = headers.get("content-encoding", "identity") != "identity"
    if packed or not re.fullmatch(r"\d{1,18}", length, re.ASCII):
        return None
    return int(length)
