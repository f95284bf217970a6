"""Signed addresses of result files: whoever has one can fetch the file, until it expires.

The name in the address holds the job, the end of its validity and a signature of both, so nothing
has to be remembered about the addresses that were given away.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from ..admission import is_for_this_machine
from ..clock import microseconds
from ..database.columns import to_microseconds
from ..database.queries import fit

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from starlette.datastructures import Headers
    from starlette.requests import Request

_SIGNATURE = 18
_TIME = 8
_JOB = 16
# A multiple of three bytes needs no padding, which would look odd in an address.
_LENGTH = _SIGNATURE + _TIME + _JOB
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Link:
    """What the name of a result file says.

    Attributes:
        job_id: the job.
        end: when the name stops being valid, in microseconds since 1970.
    """

    job_id: UUID
    end: int

    def is_valid(self, now: datetime) -> bool:
        """Whether it is still valid at that time."""
        return to_microseconds(now) < self.end


class LinkSigner:
    """Signs the names of result files, with a key that nobody else has.

    Args:
        lifetime: how long a name is valid, on the sandbox's clock.
    """

    def __init__(self, lifetime: timedelta) -> None:
        self._key = secrets.token_bytes(32)
        self._lifetime = microseconds(lifetime)

    def sign(self, job_id: UUID, now: datetime) -> str:
        """The name of the file of a job, valid from now on."""
        end = fit(to_microseconds(now) + self._lifetime)
        return self._write(_Link(job_id, end))

    def read(self, name: str) -> _Link | None:
        """What a name says; None if it was not signed here."""
        try:
            content = urlsafe_b64decode(name)
        except ValueError:
            return None
        if len(content) != _LENGTH:
            return None
        end = int.from_bytes(content[_SIGNATURE:-_JOB], signed=True)
        link = _Link(UUID(bytes=content[-_JOB:]), end)
        # Written again and compared as a whole: base64 has several spellings of the same bytes.
        expected = self._write(link)
        if not hmac.compare_digest(expected.encode(), name.encode()):
            return None
        return link

    def _write(self, link: _Link) -> str:
        content = link.end.to_bytes(_TIME, signed=True) + link.job_id.bytes
        signature = hmac.digest(self._key, content, sha256)[:_SIGNATURE]
        return urlsafe_b64encode(signature + content).decode()


def find_origin(request: Request, host: str | None) -> str:
    """What stands before the paths of result files.

    Args:
        request: the request that asks for an address.
        host: the name of this machine to use; the one that the request has used if None.
    """
    name, port = request.scope["server"]
    if host is not None:
        return f"http://{host}:{port}"
    # Whoever reaches the sandbox through a forwarded port would not reach the port that it has here.
    if is_for_this_machine(request.headers):
        return f"http://{request.headers['host']}"
    return f"http://{name}:{port}"


def mask(path: str, start: str) -> str:
    """The path of a result file for the log: most of the name is cut, because it is a secret."""
    name = path.removeprefix(start)
    return f"{start}{quote(name[:_SHOWN])}…"


def carries_token(headers: Headers) -> bool:
    """Whether a request has what is not for the eyes of whoever serves the files: a token or a cookie."""
    return "authorization" in headers or "cookie" in headers
