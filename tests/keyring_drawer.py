"""A keyring for tests, which can be made to fail in the ways that keyrings fail."""

from __future__ import annotations

from keyring.backend import KeyringBackend


class Drawer(KeyringBackend):
    """A keyring that keeps its secrets in memory."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.reads = 0
        self.broken = False
        self.forgets = False
        self.clings = False

    def _check(self) -> None:
        if self.broken:
            raise RuntimeError("locked, and it says the secret")

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        self.reads += 1
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if not self.clings:
            del self.kept[service, username]
