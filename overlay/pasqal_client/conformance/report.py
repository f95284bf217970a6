"""What the runner prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .run import Played, Verdict

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator

    from .findings import Finding
    from .kit import Case
    from .mask import Mask

_LONGEST = 160
# What is shown before the first difference.
_LEAD = 40
_CUT = "…"


def list_cases(cases: Collection[Case]) -> Iterator[str]:
    """A line for each case."""
    for case in cases:
        yield f"{case.name}  [{case.feature}]  {case.call}  {case.content['why']}"


def describe_played(played: Played, mask: Mask, *, verbose: bool) -> Iterator[str]:
    """The lines about a case: all of a failure, and nothing of the others unless they are asked for."""
    name = played.case.name
    if played.verdict is Verdict.FAILED:
        yield f"failed {name} ({played.case.call})"
        yield f"  why: {played.case.content['why']}"
        for finding in played.findings:
            yield from _describe_finding(finding, mask)
    elif played.verdict is Verdict.PASSES_NOW:
        yield f"failed {name}: it is listed as known to fail, and passes now: remove it from the list"
    elif verbose:
        reason = f": {_safe(mask.hide(played.reason))}" if played.reason else ""
        yield f"{played.verdict} {name}{reason}"


def _describe_finding(finding: Finding, mask: Mask) -> Iterator[str]:
    # A token is hidden while it is whole.
    expected, got = _shorten(
        _safe(mask.hide(finding.expected)),
        _safe(mask.hide(finding.got)),
    )
    yield f"  {finding.assertion}"
    yield f"    expected: {expected}"
    yield f"    got:      {got}"


def _shorten(expected: str, got: str) -> tuple[str, str]:
    """Two texts, each cut to what stands around their first difference."""
    start = 0
    if max(len(expected), len(got)) > _LONGEST:
        start = max(0, _common_length(expected, got) - _LEAD)
    return _cut(expected, start), _cut(got, start)


def _common_length(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    for number, (char, another) in enumerate(zip(one, other, strict=False)):
        if char != another:
            return number
    return min(len(one), len(other))


def _cut(text: str, start: int) -> str:
    end = start + _LONGEST
    before = _CUT if start else ""
    after = _CUT if len(text) > end else ""
    return f"{before}{text[start:end]}{after}"


def _safe(text: str) -> str:
    """A text without characters that do something to a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def describe_unknown(names: Collection[str]) -> Iterator[str]:
    """A line for each name of the list of known failures that no case has."""
    for name in sorted(names):
        yield f"failed {_safe(name)}: it is listed as known to fail, and no case has that name"


def describe_unsupported(calls: Counter[str]) -> Iterator[str]:
    """A line with the calls that the client does not have, and how many cases each of them has."""
    if calls:
        named = ", ".join(f"{_safe(call)} ({number})" for call, number in sorted(calls.items()))
        yield f"unsupported: {named}"


def describe_left_out(number: int) -> Iterator[str]:
    """A line that says of how much a pass says nothing."""
    if number:
        yield f"assertions left out, as the client decides otherwise: {number}"


def summarise(verdicts: Counter[Verdict]) -> str:
    """How many cases there were of each verdict that there was; the first two always."""
    always = (Verdict.PASSED, Verdict.FAILED)
    shown = [verdict for verdict in Verdict if verdicts[verdict] or verdict in always]
    parts = [f"{verdicts[verdict]} {verdict}" for verdict in shown]
    total = verdicts.total()
    noun = "case" if total == 1 else "cases"
    return f"{total} {noun}: {', '.join(parts)}"
