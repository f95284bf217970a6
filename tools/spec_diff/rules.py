"""The rules by which a change of the contract is judged: a table.

The direction says who is affected. In a *request* the service reads what users send: whatever it no
longer accepts breaks. In an *answer* users read what the service sends: whatever they may not
expect breaks. An *operation* is judged as a whole. Both the wire and Python count: a change is
breaking if a program that was right for the old contract can fail with the new one, or with the
package generated from it.

What no rule covers is `not judged`: it counts as breaking until somebody has looked and, if it can
come again, written a rule. Each rule has a pair of contracts in
`tests/contract/test_spec_diff_rules.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final


class Direction(Enum):
    """Who reads what the contract describes."""

    OPERATION = "operation"
    REQUEST = "request"
    ANSWER = "answer"
    ANY = "any"


class Verdict(Enum):
    """What a change means to a program that was right before, the worst first."""

    UNJUDGED = "not judged: look"
    BREAKING = "breaking"
    WARNING = "warning"
    COMPATIBLE = "compatible"
    DOCS = "docs only"


class Step(IntEnum):
    """The part of a version (major.minor.patch) that a change raises."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True)
class Rule:
    """What a change means.

    Attributes:
        direction: where it happens.
        change: what happens, in the words of `changes`.
        verdict: what it means to users.
        step: the part of the version that it raises.
        why: the reason, and what the maintainer has to do.
    """

    direction: Direction
    change: str
    verdict: Verdict
    step: Step
    why: str

    @property
    def id(self) -> str:
        """The name of the rule, such as `answer-enum-value-added`."""
        words = self.change.split()
        if self.direction is not Direction.ANY:
            words.insert(0, self.direction.value)
        return "-".join(words)


# The modules that the rules send the maintainer to, below overlay/pasqal_client.
MODULES: Final = {
    "addresses": "_settings/config.py",
    "auth": "_auth/token_auth.py",
    "errors": "errors.py",
    "filters": "_listing/filters.py",
    "options": "cli/filter_options.py",
    "paging": "_listing/pages.py",
    "sandbox_filters": "sandbox/database/queries.py",
    "sandbox_states": "sandbox/states.py",
    "waits": "_states.py",
}

_OPERATION, _REQUEST, _ANSWER, _ANY = Direction
_UNJUDGED, _BREAKING, _WARNING, _COMPATIBLE, _DOCS = Verdict
_NONE, _PATCH, _MINOR, _MAJOR = Step

# Two lines or more to a rule: what it is, then why it is so and what to do.
# fmt: off
ROWS: Final = [
    # Operations as a whole
    (_OPERATION, "operation added", _COMPATIBLE, _MINOR,
     "Nobody called it before. Give it a method in the resources and a handler in the sandbox."),
    (_OPERATION, "operation removed", _BREAKING, _MAJOR,
     "Each call of it fails. Remove its method from the resources and its handler from the sandbox, "
     "and name what replaces it."),
    (_OPERATION, "operation moved", _BREAKING, _MAJOR,
     "An older package calls the old address. Look for the old path in the overlay and the sandbox."),
    (_OPERATION, "operation id changed", _BREAKING, _MAJOR,
     "The generated module is named after it, and users run it through client.api. "
     "Update the imports of the resources."),
    (_OPERATION, "tag changed", _BREAKING, _MAJOR,
     "The first tag is the package of the generated module, which users import for client.api. "
     "Update the imports of the resources."),
    (_OPERATION, "security added", _COMPATIBLE, _MINOR,
     "The known ways of signing in still work. Decide whether {auth} should offer the new one."),
    (_OPERATION, "security removed", _BREAKING, _MAJOR,
     "Programs that sign in this way are rejected. Update {auth} and the sandbox."),
    (_OPERATION, "server added", _COMPATIBLE, _MINOR,
     "The known addresses still work. Give the new region its name in {addresses}."),
    (_OPERATION, "server removed", _BREAKING, _MAJOR,
     "Programs that are set up for this address no longer reach the service. Update {addresses}."),
    (_OPERATION, "model added", _COMPATIBLE, _MINOR,
     "There is a new generated class. Give it a readable name in class_overrides "
     "(generator_config.yml)."),
    (_OPERATION, "model removed", _BREAKING, _MAJOR,
     "The wire does not show the name of a schema, but its class is imported by name. If a schema "
     "was only renamed, keep the public name with class_overrides (generator_config.yml)."),

    # What users send
    (_REQUEST, "optional parameter added", _COMPATIBLE, _MINOR,
     "Calls without it mean what they meant before. A filter needs its line in the tables of its "
     "list ({filters}, {sandbox_filters}, {options}) and a case; a field of a body needs its "
     "argument and a case."),
    (_REQUEST, "required parameter added", _BREAKING, _MAJOR,
     "Each call that was right lacks it. Give it a keyword, and a default if one is safe."),
    (_REQUEST, "parameter removed", _BREAKING, _MAJOR,
     "The service rejects or ignores it; an ignored filter makes a cancellation wider. "
     "Remove its keyword."),
    (_REQUEST, "became required", _BREAKING, _MAJOR,
     "Calls that leave it out are rejected. Make its keyword mandatory, or give it a default if "
     "one is safe."),
    (_REQUEST, "became optional", _COMPATIBLE, _MINOR,
     "Calls that give it still work. Make its keyword optional."),
    (_REQUEST, "content type added", _COMPATIBLE, _MINOR,
     "The known one still works."),
    (_REQUEST, "content type removed", _BREAKING, _MAJOR,
     "What an older package sends is rejected. Check that the generated code sends the other one."),
    (_REQUEST, "type narrowed", _BREAKING, _MAJOR,
     "Values that were right are rejected. Update the check of the keyword ({filters} for a "
     "filter)."),
    (_REQUEST, "type widened", _COMPATIBLE, _MINOR,
     "Values that were right still are. Decide whether the keyword should take the new ones."),
    (_REQUEST, "type changed", _BREAKING, _MAJOR,
     "Values that were right are rejected; this includes a list of values in place of one. Update "
     "the keyword ({filters} for a filter)."),
    (_REQUEST, "format changed", _BREAKING, _MAJOR,
     "Other text is expected, and the generated code takes another Python type. Update the check "
     "of the keyword ({filters} for a filter)."),
    (_REQUEST, "became nullable", _COMPATIBLE, _MINOR,
     "Calls that do not send null still work."),
    (_REQUEST, "no longer nullable", _BREAKING, _MAJOR,
     "Calls that send null are rejected."),
    (_REQUEST, "enum value added", _COMPATIBLE, _MINOR,
     "Unknown text was let through before; now it has a name."),
    (_REQUEST, "enum value removed", _BREAKING, _MAJOR,
     "The service rejects it, and the generated class loses the member. Look for it in the "
     "overlay, the docs and the tests."),
    (_REQUEST, "enum closed", _BREAKING, _MAJOR,
     "Any text was right, now only the listed values are."),
    (_REQUEST, "enum opened", _COMPATIBLE, _MINOR,
     "The listed values are still right."),
    (_REQUEST, "bound narrowed", _BREAKING, _MAJOR,
     "Values between the old and the new bound are rejected. Look for the number in {filters}, "
     "{paging} and the sandbox."),
    (_REQUEST, "bound widened", _COMPATIBLE, _MINOR,
     "Values that were right still are. Look for the old number in {filters}, {paging} and the "
     "sandbox."),
    (_REQUEST, "pattern changed", _BREAKING, _MAJOR,
     "Whether one pattern admits what another one did cannot be decided in general; values that "
     "were right may be rejected."),
    (_REQUEST, "pattern removed", _COMPATIBLE, _MINOR,
     "Values that were right still are."),
    (_REQUEST, "items became unique", _BREAKING, _MAJOR,
     "A list that repeats a value is rejected. Remove duplicates before sending, or refuse them."),
    (_REQUEST, "items no longer unique", _COMPATIBLE, _MINOR,
     "Lists that were right still are."),
    (_REQUEST, "default changed", _BREAKING, _MAJOR,
     "A call that leaves it out now silently means something else. Decide whether the client should "
     "send the old value itself."),
    (_REQUEST, "spelling changed", _BREAKING, _MAJOR,
     "The same value is written differently (style, explode), so the service does not understand "
     "what an older package sends."),
    (_REQUEST, "closed", _BREAKING, _MAJOR,
     "Additional fields were let through and are now rejected."),
    (_REQUEST, "opened", _COMPATIBLE, _MINOR,
     "Additional fields are now let through."),

    # What users read
    (_ANSWER, "optional field added", _COMPATIBLE, _MINOR,
     "Models keep what they do not know; now it has a name. Add it to an example; the sandbox shows "
     "it by itself."),
    (_ANSWER, "required field added", _COMPATIBLE, _MINOR,
     "Readers gain a field. Examples, cases and recorded answers without it now depart from the "
     "contract: add it there."),
    (_ANSWER, "field removed", _BREAKING, _MAJOR,
     "Programs read it. The attribute is gone; name what replaces it."),
    (_ANSWER, "became optional", _BREAKING, _MAJOR,
     "Programs rely on it; its type now includes None. Look for each place of the overlay that "
     "reads it."),
    (_ANSWER, "became required", _COMPATIBLE, _MINOR,
     "Readers may rely on it. Examples, cases and recorded answers without it now depart from the "
     "contract."),
    (_ANSWER, "success status added", _BREAKING, _MAJOR,
     "An older package takes a success that it does not know for an error. Let the resources read "
     "the new answer."),
    (_ANSWER, "success status removed", _BREAKING, _MAJOR,
     "The answer that programs read has gone."),
    (_ANSWER, "error status added", _COMPATIBLE, _MINOR,
     "An error of any status is raised as one. Decide whether {errors} should have a class for it."),
    (_ANSWER, "error status removed", _WARNING, _MINOR,
     "It may still be sent; its body has lost its description. Keep the class in {errors}."),
    (_ANSWER, "content type added", _WARNING, _MINOR,
     "It may be sent to a client that cannot read it. Check what the generated code does with it."),
    (_ANSWER, "content type removed", _BREAKING, _MAJOR,
     "Its readers get something that they cannot read."),
    (_ANSWER, "type narrowed", _COMPATIBLE, _MINOR,
     "The value still has a type that readers know."),
    (_ANSWER, "type widened", _BREAKING, _MAJOR,
     "Readers meet a type that they do not know; this includes a number in place of an integer."),
    (_ANSWER, "type changed", _BREAKING, _MAJOR,
     "Readers meet another type. An older package reports a departure from the contract."),
    (_ANSWER, "format changed", _BREAKING, _MAJOR,
     "The attribute gets another Python type (str, UUID, datetime)."),
    (_ANSWER, "became nullable", _BREAKING, _MAJOR,
     "Programs calculate with the value; its type now includes None. Add an example with null."),
    (_ANSWER, "no longer nullable", _COMPATIBLE, _MINOR,
     "Readers may rely on a value."),
    (_ANSWER, "enum value added", _WARNING, _MINOR,
     "Enumerations are open, so answers can still be read; but a program that handles the known "
     "values one by one, or waits for a final state, should know the new one. Look at {waits} and "
     "{sandbox_states}."),
    (_ANSWER, "enum value removed", _BREAKING, _MAJOR,
     "It has stopped coming, which is harmless, but the generated class loses the member that "
     "programs name."),
    (_ANSWER, "enum closed", _COMPATIBLE, _MINOR,
     "Whoever reads any text can read the listed values; generated enumerations are text."),
    (_ANSWER, "enum opened", _WARNING, _MINOR,
     "Enumerations are open, so answers can still be read; the attribute becomes plain text."),
    (_ANSWER, "bound narrowed", _COMPATIBLE, _MINOR,
     "Values are still within the bounds that readers know."),
    (_ANSWER, "bound widened", _WARNING, _MINOR,
     "Values may come that a reader has not planned for; the client checks no bounds. Look for the "
     "number in the overlay."),
    (_ANSWER, "pattern changed", _WARNING, _MINOR,
     "Text may come that a reader has not planned for; the client checks no patterns."),
    (_ANSWER, "pattern removed", _WARNING, _MINOR,
     "Text may come that a reader has not planned for; the client checks no patterns."),
    (_ANSWER, "items became unique", _COMPATIBLE, _MINOR,
     "Lists no longer repeat a value."),
    (_ANSWER, "items no longer unique", _WARNING, _MINOR,
     "A list may repeat a value; a reader that takes it for a set loses count."),
    (_ANSWER, "default changed", _WARNING, _MINOR,
     "Models report what was sent and fill in no default; a program that reads an absent field as "
     "its default has to learn the new one."),
    (_ANSWER, "closed", _COMPATIBLE, _MINOR,
     "Additional fields have stopped coming."),
    (_ANSWER, "opened", _COMPATIBLE, _MINOR,
     "Additional fields may be sent; models keep them."),

    # Everywhere
    (_ANY, "deprecated", _WARNING, _MINOR,
     "It works for now. Say in the docstring and the CHANGELOG what to use instead."),
    (_ANY, "no longer deprecated", _COMPATIBLE, _PATCH,
     "Remove the advice to avoid it from the docstring."),
    (_ANY, "documentation changed", _DOCS, _PATCH,
     "Texts and examples. Generate, and check whether docstrings of the overlay repeat the old "
     "text."),
    (_ANY, "not judged", _UNJUDGED, _MAJOR,
     "No rule covers this part of a contract, so it counts as breaking. Judge it; if it can come "
     "again, write a rule with its pair of tests."),
]
# fmt: on

TABLE: Final = [Rule(*row[:4], row[4].format_map(MODULES)) for row in ROWS]
RULES: Final = {rule.id: rule for rule in TABLE}


def rule_for(direction: Direction, change: str) -> Rule:
    """The rule on a change: the one of its direction, else the one for every direction, else `not judged`."""
    name = "-".join(change.split())
    for rule_id in (f"{direction.value}-{name}", name):
        if rule_id in RULES:
            return RULES[rule_id]
    return RULES["not-judged"]
