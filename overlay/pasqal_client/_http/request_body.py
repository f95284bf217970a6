"""Compresses the bodies of requests: a batch may be a megabyte of JSON, which shrinks to a tenth."""

from __future__ import annotations

import gzip
from typing import Any, Final

from .transport.library import httpx

# Below, the answer arrives no sooner.
_LARGEST_PLAIN: Final = 1024
_ENCODING: Final = "Content-Encoding"


def compress_body(request: httpx.Request) -> httpx.Request:
    """The request with its body in gzip, if that is above 1 KiB; else the request as it is.

    The same body always becomes the same bytes, so that a request which is repeated does not
    change. Whoever sends a request of their own, with an encoding or as a stream, keeps it.
    """
    is_whole = isinstance(request.stream, httpx.ByteStream)
    if not is_whole or _ENCODING in request.headers:
        return request
    if len(request.content) <= _LARGEST_PLAIN:
        return request
    headers = request.headers.copy()
    # httpx counts the bytes again.
    del headers["Content-Length"]
    headers[_ENCODING] = "gzip"
    return httpx.Request(
        request.method,
        request.url,
        headers=headers,
        # Without the time of compression, which gzip would note.
        content=gzip.compress(request.content, mtime=0),
        extensions=request.extensions,
    )


def size_in_words(content: Any) -> str:
    """How large the body is in which a JSON value is sent, with and without compression."""
    request = httpx.Request("POST", "http://localhost", json=content)
    plain = f"{len(request.content):,} bytes"
    compressed = compress_body(request)
    if compressed is request:
        return plain
    return f"{plain}, {len(compressed.content):,} in gzip"
