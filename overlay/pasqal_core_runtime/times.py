"""Reading times. Most fields of a job are ids and times, so what is here is written for speed."""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from .departures import NotAsPromisedError

_encode = str.encode
_from_iso = datetime.datetime.fromisoformat
_UTC: Final = datetime.UTC

# A time with each of its digits made a zero.
_DIGITS_TO_ZEROS: Final = bytes.maketrans(b"123456789", b"000000000")
_USUAL_SHAPE: Final = b"0000-00-00T00:00:00.000000+00:00"
_OTHER_SHAPES: Final = frozenset(
    b"0000-00-00T00:00:00" + fraction + zone
    for fraction in (b"", b".000", b".000000")
    for zone in (b"+00:00", b"Z")
)

_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|(?P<leap>60))(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d+)?", re.ASCII)
# Python's own parser believes that a text ends where its first NUL is.
_LENIENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):\d\d[^\0\n]*", re.ASCII)


def read_time(value: Any) -> datetime.datetime:
    """Read a time as RFC 3339 has it."""
    shape = _encode(value).translate(_DIGITS_TO_ZEROS)
    # Looking up the shape takes half the time of the regular expression below.
    if shape == _USUAL_SHAPE or shape in _OTHER_SHAPES:
        try:
            moment = _from_iso(value)
        except ValueError:  # a leap second, or not a time
            return _read_rfc_3339(value)
        # Python takes "+00:60" for an hour, and some versions of it take 24:00 for the next midnight.
        if moment.tzinfo is _UTC and (moment.hour or "T24" not in value):
            return moment
    return _read_rfc_3339(value)


def _read_rfc_3339(value: str) -> datetime.datetime:
    match = _RFC_3339.fullmatch(value)
    if match is None:
        raise NotAsPromisedError
    if match["leap"]:  # Python's datetime cannot hold a leap second
        second_before = value[:17] + "59" + value[19:]
        return _read_rfc_3339(second_before) + datetime.timedelta(seconds=1)
    if value[-1] == "z":  # which Python's parser does not know
        return _from_iso(value.upper())
    return _from_iso(value)


def read_lenient_time(value: Any) -> datetime.datetime:
    """Read another spelling that means only one moment: a time without zone, or seconds since 1970."""
    if type(value) is str:
        return _read_lenient_text(value)
    if type(value) in (int, float):
        return datetime.datetime.fromtimestamp(value, _UTC)
    raise NotAsPromisedError


def _read_lenient_text(value: str) -> datetime.datetime:
    if _RFC_3339.fullmatch(f"{value}Z"):
        return read_time(f"{value}Z")
    if _EPOCH.fullmatch(value):
        return datetime.datetime.fromtimestamp(float(value), _UTC)
    if not _LENIENT.fullmatch(value):
        raise NotAsPromisedError
    moment = _from_iso(value.upper())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=_UTC)
    return moment


__all__ = ["read_lenient_time", "read_time"]
