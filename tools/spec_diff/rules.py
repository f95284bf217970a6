"""The rules by which a change of the contract is judged: one line each, read from top to bottom.

The direction says who has to cope. In a *request* the service reads what users send: whatever it no
longer takes breaks. In an *answer* users read what the service sends: whatever they may not expect
breaks. An *operation* is looked at as a whole. The judges are two, the wire and Python: a change is
breaking if a program that was right for the old contract can fail with the new one, or with the
package generated from it.

What no rule knows is `not judged`: it counts as breaking until somebody has looked and, if it can
come again, written a rule. Each rule has a pair of contracts in
`tests/contract/test_spec_diff_rules.py`.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Final, NamedTuple


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


class Rule(NamedTuple):
    """What a change means.

    Attributes:
        direction: where it happens.
        change: what happens, in the words of `changes`.
        verdict: what it means to users.
        step: the part of the version that it raises.
        why: why that is so, and what the maintainer has to do.
    """

    direction: Direction
    change: str
    verdict: Verdict
    step: Step
    why: str

    @property
    def id(self) -> str:
        """The name of the rule, such as `answer-enum-value-added`."""
        where = [] if self.direction is Direction.ANY else [self.direction.value]
        return "-".join([*where, *self.change.split()])


_OPERATION, _REQUEST, _ANSWER, _ANY = Direction
_UNJUDGED, _BREAKING, _WARNING, _COMPATIBLE, _DOCS = Verdict
_NONE, _PATCH, _MINOR, _MAJOR = Step

# ruff: noqa: E501  # a table is read by its columns
# fmt: off
TABLE: Final = [Rule(*line) for line in [
    # Operations as a whole
    (_OPERATION, "operation added",         _COMPATIBLE, _MINOR, "Nobody called it before. Give it a method in the resources and an answer in the sandbox."),
    (_OPERATION, "operation removed",       _BREAKING,   _MAJOR, "Each call of it fails. Take its method out of the resources and the sandbox, and name what replaces it."),
    (_OPERATION, "operation moved",         _BREAKING,   _MAJOR, "An older package asks the old address. Look for the old path in the overlay and the sandbox."),
    (_OPERATION, "operation id changed",    _BREAKING,   _MAJOR, "The generated module is named after it; users run it through client.api. Mend the imports of the resources."),
    (_OPERATION, "tag changed",             _BREAKING,   _MAJOR, "The first tag is the package of the generated module; users import it for client.api. Mend the imports of the resources."),
    (_OPERATION, "security added",          _COMPATIBLE, _MINOR, "The known ways of signing in still work. See whether auth.py should offer the new one."),
    (_OPERATION, "security removed",        _BREAKING,   _MAJOR, "Programs that sign in this way are refused. Mend auth.py and the sandbox."),
    (_OPERATION, "server added",            _COMPATIBLE, _MINOR, "The known addresses still work. Give the new region its name in addresses.py."),
    (_OPERATION, "server removed",          _BREAKING,   _MAJOR, "Programs that are set up for this address reach nothing. Mend addresses.py."),
    (_OPERATION, "model added",             _COMPATIBLE, _MINOR, "A generated class is new. Give it a readable name in class_overrides (generator_config.yml)."),
    (_OPERATION, "model removed",           _BREAKING,   _MAJOR, "The wire does not show the name of a schema, but its class is imported by name. Keep the public name with class_overrides (generator_config.yml) where a schema was only renamed."),

    # What users send
    (_REQUEST, "optional parameter added",  _COMPATIBLE, _MINOR, "Calls without it mean what they meant. A filter is one line in READERS, one in JobFilters (filters.py), one in sandbox/database/queries.py, one in cli/options.py, and a vector."),
    (_REQUEST, "required parameter added",  _BREAKING,   _MAJOR, "Each call that was right lacks it. Give it a keyword, and a default if one is safe."),
    (_REQUEST, "parameter removed",         _BREAKING,   _MAJOR, "The service refuses or ignores it; an ignored filter makes a cancellation wider. Take its keyword out."),
    (_REQUEST, "became required",           _BREAKING,   _MAJOR, "Calls that leave it out are refused. Make its keyword mandatory, or give a default if one is safe."),
    (_REQUEST, "became optional",           _COMPATIBLE, _MINOR, "Calls that give it still work. Let its keyword be left out."),
    (_REQUEST, "content type added",        _COMPATIBLE, _MINOR, "The known one still works."),
    (_REQUEST, "content type removed",      _BREAKING,   _MAJOR, "What an older package sends is refused. See that the generated code sends the other one."),
    (_REQUEST, "type narrowed",             _BREAKING,   _MAJOR, "Values that were right are refused. Mend the check of the keyword in filters.py."),
    (_REQUEST, "type widened",              _COMPATIBLE, _MINOR, "Values that were right still are. See whether the keyword should take the new ones."),
    (_REQUEST, "type changed",              _BREAKING,   _MAJOR, "Values that were right are refused; this includes one value against a list of values. Mend the keyword in filters.py."),
    (_REQUEST, "format changed",            _BREAKING,   _MAJOR, "Other text is expected, and the generated code takes another Python type. Mend the check of the keyword in filters.py."),
    (_REQUEST, "became nullable",           _COMPATIBLE, _MINOR, "Calls that do not send null still work."),
    (_REQUEST, "no longer nullable",        _BREAKING,   _MAJOR, "Calls that send null are refused."),
    (_REQUEST, "enum value added",          _COMPATIBLE, _MINOR, "The filters already let unknown text through; now it has a name."),
    (_REQUEST, "enum value removed",        _BREAKING,   _MAJOR, "The service refuses it, and the generated class loses the member. Look for it in the overlay, the docs and the tests."),
    (_REQUEST, "enum closed",               _BREAKING,   _MAJOR, "Any text was right, now only the listed values are."),
    (_REQUEST, "enum opened",               _COMPATIBLE, _MINOR, "The listed values still are right."),
    (_REQUEST, "bound narrowed",            _BREAKING,   _MAJOR, "Values between the old and the new bound are refused. Look for the number in filters.py, paging.py and the sandbox."),
    (_REQUEST, "bound widened",             _COMPATIBLE, _MINOR, "Values that were right still are. Look for the old number in filters.py, paging.py and the sandbox."),
    (_REQUEST, "pattern changed",           _BREAKING,   _MAJOR, "Nobody can tell in general whether one pattern admits what another did; values that were right may be refused."),
    (_REQUEST, "pattern removed",           _COMPATIBLE, _MINOR, "Values that were right still are."),
    (_REQUEST, "default changed",           _BREAKING,   _MAJOR, "A call that leaves it out now means something else, silently. See whether the client should send the old value itself."),
    (_REQUEST, "spelling changed",          _BREAKING,   _MAJOR, "The same value is written differently (style, explode), so the service does not read what an older package sends."),
    (_REQUEST, "closed",                    _BREAKING,   _MAJOR, "Additional fields were let through and are refused now."),
    (_REQUEST, "opened",                    _COMPATIBLE, _MINOR, "Additional fields are let through now."),

    # What users read
    (_ANSWER, "optional field added",       _COMPATIBLE, _MINOR, "Models keep what they do not know, now it has a name. Add it to an example; the sandbox shows it by itself."),
    (_ANSWER, "required field added",       _COMPATIBLE, _MINOR, "Readers gain a field. Examples, vectors and recorded answers without it now depart from the contract: add it there."),
    (_ANSWER, "field removed",              _BREAKING,   _MAJOR, "Programs read it. The attribute is gone; name what replaces it."),
    (_ANSWER, "became optional",            _BREAKING,   _MAJOR, "Programs count on it; its type now has None. Look for each place of the overlay that reads it."),
    (_ANSWER, "became required",            _COMPATIBLE, _MINOR, "Readers may count on it. Examples, vectors and recorded answers without it now depart from the contract."),
    (_ANSWER, "success status added",       _BREAKING,   _MAJOR, "An older package takes a success that it does not know for an error. Let the resources read the new answer."),
    (_ANSWER, "success status removed",     _BREAKING,   _MAJOR, "The answer that programs read does not come any more."),
    (_ANSWER, "error status added",         _COMPATIBLE, _MINOR, "An error of any status is raised as one. See whether errors.py should have a class for it."),
    (_ANSWER, "error status removed",       _WARNING,    _MINOR, "It may still come; its body is not described any more. Keep the class in errors.py."),
    (_ANSWER, "content type added",         _WARNING,    _MINOR, "It may be sent to a client that cannot read it. See what the generated code does with it."),
    (_ANSWER, "content type removed",       _BREAKING,   _MAJOR, "Readers of it get something that they cannot read."),
    (_ANSWER, "type narrowed",              _COMPATIBLE, _MINOR, "What comes is still of a type that readers know."),
    (_ANSWER, "type widened",               _BREAKING,   _MAJOR, "Readers meet a type that they do not know; this includes a number where an integer was."),
    (_ANSWER, "type changed",               _BREAKING,   _MAJOR, "Readers meet another type. An older package reports a departure from the contract."),
    (_ANSWER, "format changed",             _BREAKING,   _MAJOR, "The attribute gets another Python type (str, UUID, datetime)."),
    (_ANSWER, "became nullable",            _BREAKING,   _MAJOR, "Programs calculate with the value; its type now has None. Add an example with null."),
    (_ANSWER, "no longer nullable",         _COMPATIBLE, _MINOR, "Readers may count on a value."),
    (_ANSWER, "enum value added",           _WARNING,    _MINOR, "Enumerations are open, so nothing fails to be read; but a program that treats the known values one by one, or a wait for a final state, should know the new one. Look at waiting.py and sandbox/states.py."),
    (_ANSWER, "enum value removed",         _BREAKING,   _MAJOR, "It does not come any more, which is harmless, but the generated class loses the member that programs name."),
    (_ANSWER, "enum closed",                _COMPATIBLE, _MINOR, "Readers of any text can read the listed values; generated enumerations are text."),
    (_ANSWER, "enum opened",                _WARNING,    _MINOR, "Enumerations are open, so nothing fails to be read; the attribute becomes plain text."),
    (_ANSWER, "bound narrowed",             _COMPATIBLE, _MINOR, "What comes is still within the bounds that readers know."),
    (_ANSWER, "bound widened",              _WARNING,    _MINOR, "Values come that a reader may not have planned for; the client checks no bounds. Look for the number in the overlay."),
    (_ANSWER, "pattern changed",            _WARNING,    _MINOR, "Text comes that a reader may not have planned for; the client checks no patterns."),
    (_ANSWER, "pattern removed",            _WARNING,    _MINOR, "Text comes that a reader may not have planned for; the client checks no patterns."),
    (_ANSWER, "default changed",            _WARNING,    _MINOR, "Models report what was sent and fill in no default; who reads an absent field as its default has to learn the new one."),
    (_ANSWER, "closed",                     _COMPATIBLE, _MINOR, "Additional fields do not come any more."),
    (_ANSWER, "opened",                     _COMPATIBLE, _MINOR, "Additional fields may come; models keep them."),

    # Everywhere
    (_ANY, "deprecated",                    _WARNING,    _MINOR, "It works for now. Say in the docstring and the CHANGELOG what to use instead."),
    (_ANY, "no longer deprecated",          _COMPATIBLE, _PATCH, "Take the advice to avoid it out of the docstring."),
    (_ANY, "documentation changed",         _DOCS,       _PATCH, "Texts and examples. Generate; see whether docstrings of the overlay repeat the old text."),
    (_ANY, "not judged",                    _UNJUDGED,   _MAJOR, "No rule knows this part of a contract, so it counts as breaking. Judge it; if it can come again, write a rule with its pair of tests."),
]]
# fmt: on

RULES: Final = {rule.id: rule for rule in TABLE}


def rule_for(direction: Direction, change: str) -> Rule:
    """The rule on a change: the one of its direction, else the one for every direction, else `not judged`."""
    name = "-".join(change.split())
    return RULES.get(f"{direction.value}-{name}") or RULES.get(name) or RULES["not-judged"]
