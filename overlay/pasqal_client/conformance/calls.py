"""What an adapter is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TOKEN = "conformance-token-5c1f9e0d7b3a2864"  # noqa: S105 - it opens nothing
"""What clients sign in with, unless a file says another one."""

_SECRET_FIELDS = ("password", "client_secret")
"""Fields of the form of a token endpoint."""

OUTCOMES = ("ok", "error", "refused", "unsupported")
"""What an answer may say, of which it says one."""


@dataclass(frozen=True)
class Call:
    """A call, and the client that makes it.

    Attributes:
        call: its name.
        arguments: by name.
        base_url: where the client finds the service.
        token: what it signs in with, unless it has credentials or is anonymous.
        credentials: the address of the token endpoint, and the fields of the form.
        settings: further settings of the case, such as `project_id`.
        attempts: how often a request is sent at most.
        strict: whether a departure is an error.
        pauses: whether the client waits between attempts.
        timeout: seconds that a read may take.
        ask: the places of the answer that are to be shown.
    """

    call: str
    arguments: Mapping[str, Any]
    base_url: str
    token: str | None
    credentials: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 1
    strict: bool = False
    pauses: bool = False
    timeout: float = 10
    ask: Sequence[str] = ()

    @property
    def secrets(self) -> dict[str, str]:
        """What the client signs in with and nobody else may see, by what it is."""
        form = (self.credentials or {}).get("form", {})
        return {name: form[name] for name in _SECRET_FIELDS if name in form}

    def to_line(self, number: int) -> dict[str, Any]:
        """The line of the protocol."""
        further = {name: value for name, value in self.settings.items() if name != "anonymous"}
        is_anonymous = self.settings.get("anonymous", False)
        return {
            "n": number,
            "base_url": self.base_url,
            "token": None if is_anonymous else self.token,
            "project_id": None,
            "attempts": self.attempts,
            "strict": self.strict,
            "pauses": self.pauses,
            "timeout": self.timeout,
            "credentials": None if is_anonymous else self.credentials,
            **further,
            "call": self.call,
            "arguments": self.arguments,
            "ask": list(self.ask),
        }


@dataclass(frozen=True)
class Answer:
    """What came of a call.

    Attributes:
        outcome: `ok`, `error` or `refused`.
        content: what is said about it: an object, or the reason of a refusal.
    """

    outcome: str
    content: Any

    def get(self, name: str) -> Any:
        """A part of the content; None if it is not there."""
        if isinstance(self.content, dict):
            return self.content.get(name)
        return None

    def texts(self) -> Iterator[tuple[str, str]]:
        """Each text in it, with its place; the keys of objects are texts, too."""
        yield from _texts(self.outcome, self.content)


def _texts(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _texts(f"{place}[{number}]", entry)
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield f"a key of {place}", name
            yield from _texts(f"{place}.{name}", entry)


class UnsupportedError(Exception):
    """The client does not have the call; the text says why."""
