"""The threads in which sync clients make requests side by side."""

from __future__ import annotations

import threading


def own_threads() -> set[threading.Thread]:
    """Those of all clients."""
    return {thread for thread in threading.enumerate() if thread.name == "pasqal-client"}


def end_all(threads: set[threading.Thread]) -> None:
    """Wait until these threads have ended."""
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
