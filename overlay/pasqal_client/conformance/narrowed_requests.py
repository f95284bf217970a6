"""What the requests of a case are compared without, where a client decides otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..sandbox.operations import PREFIX, operation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .scripted_server import ArrivedRequest


@dataclass(frozen=True)
class Narrowing:
    """What is left out of both sides before they are compared.

    Attributes:
        keys: the keys of queries that do not count.
        only_own: whether requests for other operations than that of the case do not count.
    """

    keys: frozenset[str] = frozenset()
    only_own: bool = False

    def expected(self, case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The requests that a case expects, without what does not count."""
        requests: list[Mapping[str, Any]] = []
        for request in case["requests"]:
            place = {"method": request["method"], "path": PREFIX + request["path"]}
            if self._counts(operation_of(place), case):
                requests.append({**request, "query": self._query(request["query"])})
        return requests

    def arrived(
        self, case: Mapping[str, Any], requests: Sequence[ArrivedRequest]
    ) -> list[ArrivedRequest]:
        """The requests that arrived, without what does not count."""
        counted = [one for one in requests if self._counts(one.operation, case)]
        return [replace(request, query=self._query(request.query)) for request in counted]

    def _counts(self, operation: str | None, case: Mapping[str, Any]) -> bool:
        return not self.only_own or operation == case["operation"]

    def _query(self, query: str) -> str:
        """The pairs of a query that count, as they were sent."""
        kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in self.keys]
        return "&".join(kept)


def combine(entries: Iterable[Mapping[str, Any]]) -> Narrowing:
    """What several policies leave out; each says it in its entry `narrows`."""
    keys: set[str] = set()
    only_own = False
    for entry in entries:
        keys.update(entry.get("query", ()))
        only_own = only_own or "others" in entry
    return Narrowing(frozenset(keys), only_own)
