"""The HTTP library under the client, named here and nowhere else in the package.

Every other module takes it from here. To replace it by one with the same interface, change this
module and what depends on the internals of httpx and of httpcore, on which httpx stands:

- `network` imports httpcore, and puts network backends into the pools of httpx's transports;
- `pool` takes a Location out of responses before httpx trips over it, keeps it from collecting
  cookies, and knows which transports report when they send;
- `library_logs` knows the names of their loggers;
- `unusable_connections` and `stuck_connections` go through private attributes to a connection and a
  pool;
- `_http/attempts` knows the names of httpcore's trace events, and in which error the failure of a
  certificate is wrapped; `_http/outcomes` knows the text of a proxy's error.

The tests fail where one of these has changed.
"""

from __future__ import annotations

import httpx

__all__ = ["httpx"]
