"""How bytes move: the HTTP library and everything that depends on its internals.

- `library` imports httpx, once for the whole package.
- `pool` makes the inner clients that send, with `tls` and `proxies`.
- `library_logs` keeps secret addresses out of the library's own logs.
- `deadline` is how time limits reach into the library, `network` the part of it inside httpcore.
- `unusable_connections` closes connections after their answer where bytes follow it, or the pool is
  closed; `stuck_connections` closes those that nobody would.
"""
