"""Tells a person what changed: by operation and place, with the version, a CHANGELOG paragraph and where to look."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from textwrap import fill
from typing import TYPE_CHECKING, Any

from .parts import Bound, is_documentation
from .rules import Step, Verdict
from .versions import step_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .comparing import Finding
    from .lookup import Mentions
    from .versions import Version

MOST_FILES = 4
LINE = 120
NO_BREAK = "\N{NO-BREAK SPACE}"
SECTIONS = ("Added", "Changed", "Deprecated", "Removed")
LIMITS = {"minimum": ("at least", "more than"), "maximum": ("at most", "less than")}


def report(findings: list[Finding], version: Version, found: list[Mentions]) -> str:
    """The whole report on a contract that changed.

    Args:
        findings: what changed.
        version: the version of the package that goes with the contract before.
        found: where the changed names are mentioned.
    """
    sections = [
        *(
            _operation(name, [*group])
            for name, group in groupby(findings, key=lambda finding: finding.operation)
        ),
        ["Why", *_reasons(findings)],
        [f"Version: {version_line(findings, version)}"],
        ["For CHANGELOG.md, under Unreleased:", "", *changelog(findings)],
        *(
            [["Where to look:", *(line for mentions in found for line in _mentions(mentions))]]
            if found
            else []
        ),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections)


def summary(findings: list[Finding]) -> str:
    """How many changes of each kind, the worst first."""
    counts = Counter(finding.rule.verdict for finding in findings)
    return (
        ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict])
        or "no change"
    )


def version_line(findings: list[Finding], version: Version) -> str:
    """The version that follows, and why."""
    step = step_of(findings)
    early = (
        ", which before 1.0.0 raises the minor version"
        if step is Step.MAJOR and not version.major
        else ""
    )
    return f"{version} -> {version.after(step)} (the largest step is {step.name.lower()}{early})"


# ---------------------------------------------------------------------------------------------------------------------
# What changed


def _operation(name: str, findings: list[Finding]) -> list[str]:
    lines = [name]
    for place, group in groupby(findings, key=lambda finding: finding.place):
        lines += [f"  {place}"] if place else []
        lines += [
            f"    {finding.rule.verdict.value:<11} {finding.rule.id}{_told(finding)}"
            for finding in group
        ]
    return lines


def _told(finding: Finding) -> str:
    """The old and the new value, as far as the place and the rule do not tell them."""
    told = f": {values}" if (values := _values(finding)) else ""
    return f"{told} ({finding.hint})" if finding.hint else told


def _values(finding: Finding) -> str:
    old, new = finding.old, finding.new
    if is_documentation(finding.fact):
        return finding.fact
    if finding.fact == "presence" or (old is None and new is None):
        return ""
    if finding.rule.change.endswith((" added", " removed")):
        return shown(new if old is None else old, finding.fact)
    fact = "" if finding.fact.removesuffix("s") in finding.rule.change else f"{finding.fact} "
    return f"{fact}{shown(old, finding.fact)} -> {shown(new, finding.fact)}"


def shown(value: Any, fact: str = "", most: int = 72) -> str:
    """A value of a fact, in words where it is none of the contract's own."""
    if value is None:
        return "(none)"
    if isinstance(value, Bound):
        inclusive, exclusive = LIMITS[f"{fact[:3]}imum"]
        return f"{exclusive if value.exclusive else inclusive} {value.value}"
    if isinstance(value, frozenset | tuple):
        value = "|".join(sorted(value)) or "(nothing)"
    return value if len(value) <= most else f"{value[: most // 2]} … {value[-most // 2 :]}"


def _reasons(findings: list[Finding]) -> Iterator[str]:
    rules = dict.fromkeys(finding.rule for finding in findings)
    for rule in sorted(rules, key=lambda rule: [*Verdict].index(rule.verdict)):
        yield _filled(f"{rule.id}: {rule.why}", "  ", "    ")


def _filled(text: str, first: str, rest: str) -> str:
    wrapped = fill(
        text,
        LINE,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped.replace(NO_BREAK, " ")


# ---------------------------------------------------------------------------------------------------------------------
# What to write and where to look


def changelog(findings: list[Finding]) -> list[str]:
    """The lines for the CHANGELOG, ready to be pasted and then said better."""
    bullets: dict[str, dict[tuple[str, str], list[str]]] = {section: {} for section in SECTIONS}
    for finding in findings:
        operations = bullets[_section(finding)].setdefault(_bullet(finding), [])
        operations += [finding.operation] if finding.operation not in operations else []
    lines = []
    for section, entries in bullets.items():
        lines += ["", f"### {section}", ""] if entries else []
        lines += [
            _filled(f"- {_sentence(*entry, operations)}", "", "  ")
            for entry, operations in entries.items()
        ]
    return lines[1:]


def _section(finding: Finding) -> str:
    last = finding.rule.change.split()[-1].capitalize()
    is_lifted = finding.rule.change == "no longer deprecated"
    return last if last in SECTIONS and not is_lifted else "Changed"


def _bullet(finding: Finding) -> tuple[str, str]:
    """What is before and after the operations in the line on a finding; equal ones share a line."""
    rule = finding.rule
    if rule.verdict is Verdict.DOCS:
        return "The contract's texts or examples", ""
    breaking = "**Breaking:** " if rule.step is Step.MAJOR else ""
    subject = (
        f"`{finding.name or finding.place}` in the {finding.direction.value} of "
        if finding.place
        else ""
    )
    values = f", {values}" if (values := _values(finding)) else ""
    return f"{breaking}{subject}", f": {rule.change}{values}"


def _sentence(before: str, after: str, operations: list[str]) -> str:
    if not after:
        return f"{before}."
    named = [f"`{name.replace(' ', NO_BREAK)}`" if " /" in name else name for name in operations]
    return f"{before}{', '.join(named)}{after}."


def _mentions(mentions: Mentions) -> Iterator[str]:
    yield f"  {mentions.name}"
    for heading, places in {"keywords": mentions.keywords, **mentions.files}.items():
        if places:
            more = f", … {len(places) - MOST_FILES} more" if len(places) > MOST_FILES else ""
            yield _filled(f"{heading:<9} {', '.join(places[:MOST_FILES])}{more}", " " * 4, " " * 14)
    if not mentions.keywords and not any(mentions.files.values()):
        yield "    not mentioned yet"
