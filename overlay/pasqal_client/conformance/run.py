"""Which cases are played, and what comes of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from .adapter import AdapterError, AdapterLostError
from .answer_cases import answer_assertions, play_answer
from .calls import UnsupportedError
from .error_cases import error_assertions, play_error
from .findings import OUTCOME, Finding
from .narrowed_requests import combine
from .request_cases import play_request, request_assertions
from .scenarios import play_scenario, scenario_assertions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from .adapter import Adapter
    from .kit import Case, Kit
    from .scripted_server import ScriptedServer


_REQUESTS = "requests"
"""The kind of file, and the assertion, of which some policies leave only a part out."""


class Player(NamedTuple):
    """What knows the cases of a kind.

    Attributes:
        assertions: lists the assertions that a case makes.
        play: plays a case, and returns what did not hold.
    """

    assertions: Callable[[Mapping[str, Any], Kit], list[str]]
    play: Callable[[Mapping[str, Any], Kit, Adapter, ScriptedServer], list[Finding]]


PLAYERS: Mapping[str, Player] = {
    "requests": Player(request_assertions, play_request),
    "answers": Player(answer_assertions, play_answer),
    "errors": Player(error_assertions, play_error),
    # Each scenario has a sandbox of its own in the place of the scripted server.
    "scenarios": Player(
        scenario_assertions, lambda case, kit, adapter, _: play_scenario(case, kit, adapter)
    ),
}
"""What plays the cases of each kind of file."""


class Verdict(StrEnum):
    """What came of a case."""

    PASSED = "passed"
    FAILED = "failed"
    KNOWN = "known to fail"
    PASSES_NOW = "listed as known, but passing"
    UNSUPPORTED = "unsupported"
    OTHERWISE = "decided otherwise"
    OTHER_FEATURE = "of other features"


@dataclass(frozen=True)
class Played:
    """A case, and what came of it.

    Attributes:
        case: the case.
        verdict: what came of it.
        findings: what did not hold.
        reason: why the client does not support it.
        left_out: how many of its assertions were left out, as the client decides otherwise.
    """

    case: Case
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Options:
    """What a client has, and what it decides otherwise.

    Attributes:
        features: the features that it has.
        otherwise: the policies that it does not follow.
        known: the names of cases that are known to fail.
    """

    features: Collection[str]
    otherwise: Collection[str] = ()
    known: Collection[str] = ()


def choose(kit: Kit, only: str) -> list[Case]:
    """The cases whose name or call has a text."""
    return [case for case in kit.cases() if only in case.name or only in case.call]


def of_features(cases: Collection[Case], features: Collection[str]) -> list[Case]:
    """The cases for which a client needs nothing but these features."""
    return [case for case in cases if case.feature in features]


def play_cases(
    cases: Collection[Case],
    kit: Kit,
    options: Options,
    adapter: Adapter,
    server: ScriptedServer,
) -> Iterator[Played]:
    """Play cases, one after the other.

    Raises:
        AdapterError: the adapter answered nonsense, or was lost too often.
    """
    for case in cases:
        if case.feature not in options.features:
            yield Played(case, Verdict.OTHER_FEATURE)
            continue
        asserted = PLAYERS[case.kind].assertions(case.content, kit)
        left_out = [name for name in asserted if _is_left_out(name, case, kit, options)]
        if len(left_out) == len(asserted):
            yield Played(case, Verdict.OTHERWISE)
            continue
        yield _play(case, kit, options, adapter, server, left_out=len(left_out))


def _is_left_out(assertion: str, case: Case, kit: Kit, options: Options) -> bool:
    if assertion == _REQUESTS and _narrowings(case, kit, options):
        return False
    return not kit.policies_of(case, assertion).isdisjoint(options.otherwise)


def _narrowings(case: Case, kit: Kit, options: Options) -> list[Mapping[str, Any]]:
    """What the requests of a case are compared without; empty if all of them count, or none."""
    if case.kind != _REQUESTS:
        return []
    decided = kit.policies_of(case, _REQUESTS).intersection(options.otherwise)
    if decided <= kit.narrowings.keys():
        return [kit.narrowings[name] for name in decided]
    return []


def _play(
    case: Case,
    kit: Kit,
    options: Options,
    adapter: Adapter,
    server: ScriptedServer,
    *,
    left_out: int,
) -> Played:
    adapter.case = case.name
    try:
        found = _find(case, kit, options, adapter, server)
    except UnsupportedError as error:
        return Played(case, Verdict.UNSUPPORTED, reason=str(error))
    except AdapterLostError as error:
        adapter.restart(error)
        found = [Finding(OUTCOME, "an answer", str(error))]
    except RecursionError:
        raise AdapterError(
            f"the adapter talked nonsense in case {case.name}: its answer is nested too deep"
        ) from None
    findings = tuple(
        finding for finding in found if not _is_left_out(finding.assertion, case, kit, options)
    )
    return Played(case, _judge(case, options, bool(findings)), findings, left_out=left_out)


def _find(
    case: Case, kit: Kit, options: Options, adapter: Adapter, server: ScriptedServer
) -> list[Finding]:
    """Play a case as its kind is played; what did not hold."""
    narrowings = _narrowings(case, kit, options)
    if narrowings:
        return play_request(case.content, kit, adapter, server, combine(narrowings))
    return PLAYERS[case.kind].play(case.content, kit, adapter, server)


def _judge(case: Case, options: Options, has_findings: bool) -> Verdict:
    if case.name in options.known:
        return Verdict.KNOWN if has_findings else Verdict.PASSES_NOW
    return Verdict.FAILED if has_findings else Verdict.PASSED
