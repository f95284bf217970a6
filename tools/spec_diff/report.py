"""Tells a person what changed: by operation and place, with the version, a CHANGELOG paragraph and where to look."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from textwrap import fill
from typing import TYPE_CHECKING, Any

from .finding import WHOLE
from .parts import Bound, is_documentation
from .rules import Rule, Step, Verdict
from .versions import largest_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .finding import Finding
    from .lookup import Mentions
    from .versions import Version

MOST_FILES = 4
MOST_CHARACTERS = 72
LINE = 120
NO_BREAK = "\N{NO-BREAK SPACE}"
SECTIONS = (
    "Added",
    "Changed",
    "Deprecated",
    "Removed",
)
LIMITS = {"min": ("at least", "more than"), "max": ("at most", "less than")}
TEXTS = "The contract's texts or examples."


@dataclass(frozen=True)
class Bullet:
    """A line of the changelog without what it is about, mostly operations; findings with the same one share it."""

    before: str
    after: str


def report(findings: list[Finding], version: Version, found: list[Mentions]) -> str:
    """The whole report on a contract that changed.

    Args:
        findings: what changed.
        version: the version of the package that goes with the contract before.
        found: where the changed names are mentioned.
    """
    sections: list[list[str]] = []
    for name, group in groupby(findings, key=attrgetter("operation")):
        sections.append(_operation(name, list(group)))
    sections.append(["Why", *_reasons(findings)])
    step = version_line(findings, version)
    sections.append([f"Version: {step}"])
    sections.append(["For CHANGELOG.md, under Unreleased:", "", *changelog(findings)])
    if found:
        places = ["Where to look:"]
        for mentions in found:
            places += _mentions(mentions)
        sections.append(places)
    return "\n\n".join("\n".join(lines) for lines in sections)


def summary(findings: list[Finding]) -> str:
    """How many changes of each kind, the worst first."""
    counts = Counter(finding.rule.verdict for finding in findings)
    occurring = [verdict for verdict in Verdict if counts[verdict]]
    said = [f"{counts[verdict]} {verdict.value}" for verdict in occurring]
    return ", ".join(said) or "no change"


def version_line(findings: list[Finding], version: Version) -> str:
    """The version that follows, and why."""
    step = largest_step(findings)
    following = version.after(step)
    why = f"the largest step is {step.name.lower()}"
    if step is Step.MAJOR and version.major == 0:
        why += ", which before 1.0.0 raises the minor version"
    return f"{version} -> {following} ({why})"


# ---------------------------------------------------------------------------------------------------------------------
# What changed


def _operation(name: str, findings: list[Finding]) -> list[str]:
    lines = [name]
    for place, group in groupby(findings, key=attrgetter("place")):
        # What is about the operation itself has no place in it.
        if place:
            lines.append(f"  {place}")
        for finding in group:
            verdict = finding.rule.verdict.value
            details = _details(finding)
            lines.append(f"    {verdict:<11} {finding.rule.id}{details}")
    return lines


def _details(finding: Finding) -> str:
    """The old and the new value, as far as the place and the rule do not show them, and the hint."""
    details = ""
    values = _values(finding)
    if values:
        details += f": {values}"
    if finding.hint:
        details += f" ({finding.hint})"
    return details


def _values(finding: Finding) -> str:
    old, new = finding.old, finding.new
    if is_documentation(finding.fact):
        return finding.fact
    # The place says what came or went, and a flag has no values.
    if finding.fact == "presence":
        return ""
    if old is None and new is None:
        return ""
    if finding.rule.change.endswith(" added"):
        return show(new, finding.fact)
    if finding.rule.change.endswith(" removed"):
        return show(old, finding.fact)
    before = show(old, finding.fact)
    after = show(new, finding.fact)
    values = f"{before} -> {after}"
    if finding.fact.removesuffix("s") in finding.rule.change:
        return values
    return f"{finding.fact} {values}"


def show(value: Any, fact: str) -> str:
    """A value of a fact as text, cut where it is long."""
    if value is None:
        return "(none)"
    if isinstance(value, Bound):
        inclusive, exclusive = LIMITS[fact[:3]]
        words = exclusive if value.exclusive else inclusive
        return f"{words} {value.value}"
    text = value
    if isinstance(value, frozenset | tuple):
        text = "|".join(sorted(value)) or "(nothing)"
    if len(text) <= MOST_CHARACTERS:
        return str(text)
    half = MOST_CHARACTERS // 2
    beginning = text[:half]
    end = text[-half:]
    return f"{beginning} … {end}"


def _reasons(findings: list[Finding]) -> Iterator[str]:
    rules = dict.fromkeys(finding.rule for finding in findings)
    for verdict in Verdict:
        for rule in rules:
            if rule.verdict is verdict:
                yield _wrap(f"{rule.id}: {rule.why}", "  ", "    ")


def _wrap(text: str, first: str, rest: str) -> str:
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
    """The lines for the CHANGELOG, ready to be pasted and then put in better words."""
    sections: dict[str, dict[Bullet, list[str]]] = {}
    for section in SECTIONS:
        sections[section] = {}
    for finding in findings:
        bullets = sections[_section(finding.rule)]
        subjects = bullets.setdefault(_bullet(finding), [])
        subject = _values(finding) if _is_of_the_whole(finding) else finding.operation
        if subject not in subjects:
            subjects.append(subject)
    lines = []
    for section, bullets in sections.items():
        if bullets:
            lines += ["", f"### {section}", ""]
        for bullet, subjects in bullets.items():
            sentence = _sentence(bullet, subjects)
            lines.append(_wrap(f"- {sentence}", "", "  "))
    return lines[1:]


def _section(rule: Rule) -> str:
    last = rule.change.split()[-1].capitalize()
    # What is taken back is not announced as deprecated once more.
    if last in SECTIONS and rule.change != "no longer deprecated":
        return last
    return "Changed"


def _is_of_the_whole(finding: Finding) -> bool:
    """Whether a value is all that tells a change from others of its kind, of which a contract that grows has many."""
    return finding.operation == WHOLE and not finding.place and bool(_values(finding))


def _bullet(finding: Finding) -> Bullet:
    rule = finding.rule
    if rule.verdict is Verdict.DOCS:
        return Bullet(TEXTS, "")
    before = ""
    if rule.step is Step.MAJOR:
        before += "**Breaking:** "
    if finding.place:
        subject = finding.name or finding.place
        before += f"`{subject}` in the {finding.direction.value} of "
    if _is_of_the_whole(finding):
        return Bullet(f"{before}{WHOLE}: {rule.change}, ", "")
    after = f": {rule.change}"
    values = _values(finding)
    if values:
        after += f", {values}"
    return Bullet(before, after)


def _sentence(bullet: Bullet, subjects: list[str]) -> str:
    if bullet.before == TEXTS:
        return TEXTS
    named = []
    for name in subjects:
        # `EVERY` and `WHOLE` are words, not code.
        if " /" in name:
            unbroken = name.replace(" ", NO_BREAK)
            named.append(f"`{unbroken}`")
        else:
            named.append(name)
    listed = ", ".join(named)
    return f"{bullet.before}{listed}{bullet.after}."


def _mentions(mentions: Mentions) -> Iterator[str]:
    yield f"  {mentions.name}"
    found = {"keywords": mentions.keywords, **mentions.files}
    if not any(found.values()):
        yield "    not mentioned yet"
    for heading, places in found.items():
        if not places:
            continue
        listed = ", ".join(places[:MOST_FILES])
        if len(places) > MOST_FILES:
            more = len(places) - MOST_FILES
            listed += f", … {more} more"
        yield _wrap(f"{heading:<9} {listed}", " " * 4, " " * 14)
