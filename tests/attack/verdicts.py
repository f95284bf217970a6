"""What must not come of an exchange, whatever was answered: each rule says in one line what is wrong, if anything.

A rule knows what the server received and sent, and what the caller, the log and the hooks saw; it
does not know the client. No rule depends on how fast anything was. A *departure* is a place where
an answer differs from what the contract promises.
"""

from __future__ import annotations

import contextlib
import copy
import json
import pickle
import re
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import attrs
from attrs import define, field

from attack.answers import Call, batch_id, job_id, read
from client.scripted import Step
from pasqal_client import CancelReceipt, Resolution, errors
from pasqal_core_api.models import Batch
from pasqal_core_runtime.model import Model, fields_of

REFUSALS = frozenset({*range(300, 500), 503})
"""The statuses that prove that a write was not carried out. All others leave it unknown."""

SHOWN = 12
"""A text that has this many characters of a secret in a row shows it."""


@define
class Exchange:
    """A call, and the answers to its requests.

    Attributes:
        number: the number of the exchange; its ids and everything that is wrong with it follow from
            it.
        name: the name of the call.
        call: the call.
        answers: the steps for its first request, its second one, and so on; the last steps serve
            all later requests as well.
        body: the body of the first answer before it was encoded.
        attempts: how often the client may send a request.
        strict: whether the client is strict.
        secrets: what must not be shown.
        grants: the steps of the token endpoint, if the client has to sign in.
        spoilt: whether the damage keeps any client from sending anything.
        note: a text for the report, in place of the answer.
    """

    number: int
    name: str
    call: Call
    answers: list[list[Step]]
    body: bytes = b""
    attempts: int = 1
    strict: bool = False
    secrets: tuple[str, ...] = ()
    grants: list[Step] = field(factory=list)
    spoilt: bool = False
    note: str = ""

    @property
    def raw(self) -> bytes:
        """The bytes that are wrong: those of the token endpoint, or else of the first answer."""
        return sent(self.grants or self.answers[0])


@define
class Outcome:
    """What came of an exchange.

    Attributes:
        result: what the call returned.
        error: what it raised.
        received: how many of its requests arrived in full, and were not told to sign in first.
        signings: how often the token endpoint was asked.
        told: what the log, the hooks and the event loop were told meanwhile.
        departed: how many departures were reported meanwhile.
    """

    result: Any = None
    error: BaseException | None = None
    received: int = 0
    signings: int = 0
    told: list[str] = field(factory=list)
    departed: int = 0


Rule = Callable[[Exchange, Outcome], str | None]


def sent(steps: list[Step]) -> bytes:
    """The bytes that steps send."""
    return b"".join(step for step in steps if isinstance(step, bytes))


def verdicts(exchange: Exchange, outcome: Outcome) -> Iterator[str]:
    """Everything that is wrong with an outcome."""
    for rule in RULES:
        wrong = rule(exchange, outcome)
        if wrong is not None:
            yield wrong


def untyped(_: Exchange, outcome: Outcome) -> str | None:
    """Only errors of the tree are raised."""
    error = outcome.error
    if error is None or isinstance(error, errors.PasqalError):
        return None
    return f"untyped: {type(error).__name__} from {place_of(error)}"


def unsent(_: Exchange, outcome: Outcome) -> str | None:
    """A ValueError or TypeError means that nothing was sent."""
    error = outcome.error
    if (
        isinstance(error, errors.PasqalError)
        and isinstance(error, ValueError | TypeError)
        and outcome.received
    ):
        return f"{type(error).__name__}, a ValueError, after something was sent"
    return None


def departing(exchange: Exchange, outcome: Outcome) -> str | None:
    """Departures are only raised by a strict client."""
    if isinstance(outcome.error, errors.DepartureError) and not exchange.strict:
        return "DepartureError raised by a client that is not strict"
    return None


def failing(exchange: Exchange, outcome: Outcome) -> str | None:
    """A write that arrived is not reported as failed, unless the answer proves a refusal."""
    error = outcome.error
    if not exchange.call.changes or not outcome.received or not isinstance(error, errors.APIError):
        return None
    if isinstance(error, errors.OutcomeUnknownError):
        return None
    if not isinstance(error, errors.APIStatusError):
        return f"a write that arrived is reported as failed: {type(error).__name__}"
    if error.status not in REFUSALS:
        return f"a write that arrived is reported as refused: {type(error).__name__} of a status that proves nothing"
    if error.status not in said(exchange, outcome.received):
        return f"a write that arrived is reported as refused: {type(error).__name__} that no answer has"
    return None


def losing(exchange: Exchange, outcome: Outcome) -> str | None:
    """An error that is raised after a write arrived carries what is known about the write."""
    if (
        not exchange.call.changes
        or not outcome.received
        or not isinstance(outcome.error, errors.PasqalError)
    ):
        return None
    if vars(outcome.error).get("write") is None:
        return f"{type(outcome.error).__name__} of a write, without `write`"
    return None


def guessing(exchange: Exchange, outcome: Outcome) -> str | None:
    """A write that was not sent, for want of a token or a handshake, is not called unknown."""
    certain = exchange.spoilt or exchange.grants
    if certain and not outcome.received and isinstance(outcome.error, errors.OutcomeUnknownError):
        return "a write that was not sent is called unknown"
    return None


def repeating(exchange: Exchange, outcome: Outcome) -> str | None:
    """A write arrives once, and again only after a refusal that invites a retry."""
    if not exchange.call.changes or outcome.received <= 1:
        return None
    statuses = [read(sent(steps), "PATCH").status for steps in exchange.answers]
    if outcome.received <= exchange.attempts and statuses[0] in (429, 503):
        return None
    return f"a write arrived {outcome.received} times"


def running_away(_: Exchange, outcome: Outcome) -> str | None:
    """A call ends after a bounded number of requests."""
    if max(outcome.received, outcome.signings) > 200:
        return "requests without end"
    return None


def believing(exchange: Exchange, outcome: Outcome) -> str | None:
    """Only a 200 is a success, or tells what became of a write."""
    if outcome.error is not None or not outcome.received:
        return None
    if isinstance(outcome.result, Resolution) and outcome.result.outcome == "cannot tell":
        return None
    if 200 in said(exchange, outcome.received):
        return None
    return "a success, but no answer was a 200"


def confusing(exchange: Exchange, outcome: Outcome) -> str | None:
    """The receipt of a write is about what was asked for, or the difference is reported."""
    if outcome.error is not None or outcome.departed or not exchange.call.changes:
        return None
    asked = {job_id(exchange.number), job_id(exchange.number, 1)}
    if isinstance(outcome.result, Batch):
        if _is_other(outcome.result, "id", exchange):
            return "a success that is about another batch"
        return None
    for job in outcome.result.jobs:
        if _is_other(job, "batch_id", exchange):
            return "a receipt with jobs of another batch"
        if exchange.name == "cancel some" and getattr(job, "id", None) not in asked:
            return "a receipt with jobs that were not asked for"
    return None


def _is_other(value: Any, name: str, exchange: Exchange) -> bool:
    own = batch_id(exchange.number)
    # An unset field is a departure, which is reported elsewhere.
    return getattr(value, name, own) != own


def omitting(exchange: Exchange, outcome: Outcome) -> str | None:
    """An empty receipt comes from an answer that lists no jobs; where the list is missing, that is reported."""
    receipt = outcome.result
    if not isinstance(receipt, CancelReceipt) or receipt.jobs or receipt.errors or outcome.departed:
        return None
    try:
        jobs = json.loads(exchange.body)["data"].get("jobs")
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None
    if jobs == []:
        return None
    return "an empty receipt, though the answer does not say which jobs were cancelled"


def leaking(exchange: Exchange, outcome: Outcome) -> str | None:
    """No secret is shown: not in an error or what it carries, not in the log, not to a hook."""
    shown: list[tuple[str, str]] = []
    if outcome.error is not None:
        shown += _texts_of(outcome.error)
    shown += [(told.partition(":")[0], told) for told in outcome.told]
    for where, text in shown:
        for secret in exchange.secrets:
            if secret[:SHOWN] in text or secret[-SHOWN:] in text:
                return f"a secret is shown in {where}"
    return None


def _texts_of(error: BaseException) -> Iterator[tuple[str, str]]:
    yield "the traceback of an error", "".join(traceback.format_exception(error))
    if isinstance(error, errors.PasqalError):
        bare = copy.copy(error)
        # The answer to a write may be shown: see below.
        vars(bare)["write"] = None
        yield "the pickle of an error", pickle.dumps(bare).decode("latin-1")
    seen: list[BaseException] = []
    behind: BaseException | None = error
    while behind is not None and behind not in seen:
        seen.append(behind)
        # `write` carries what could be read of the answer, which is the caller's, like a result.
        carried = {name: value for name, value in vars(behind).items() if name != "write"}
        yield f"a {type(behind).__name__}, or what it carries", f"{behind!r} {behind} {carried}"
        behind = behind.__cause__ or behind.__context__


def sticking(_: Exchange, outcome: Outcome) -> str | None:
    """An error can be pickled, and says the same afterwards."""
    if not isinstance(outcome.error, errors.PasqalError):
        return None
    again = pickle.loads(pickle.dumps(outcome.error))  # noqa: S301  # our own
    if type(again) is not type(outcome.error) or str(again) != str(outcome.error):
        return f"{type(outcome.error).__name__} changes when it is pickled"
    if "\n" in str(again) or any(ord(character) < 32 for character in str(again)):
        return f"{type(outcome.error).__name__} has control characters in its text"
    return None


def noisy(_: Exchange, outcome: Outcome) -> str | None:
    """Nothing is left behind that the event loop complains about, and no hook or log record fails."""
    for told in outcome.told:
        if told.startswith("noise"):
            return f"noise: {told[:160]}"
    return None


def unreadable(exchange: Exchange, outcome: Outcome) -> str | None:
    """A result can be read in every way, and at most raises departures."""
    if outcome.error is not None:
        return None
    try:
        look_at(outcome.result)
    except Exception as error:
        return f"looking at the result of {exchange.name}: {type(error).__name__} from {place_of(error)}"
    return None


RULES: tuple[Rule, ...] = (
    untyped,
    unsent,
    departing,
    failing,
    losing,
    guessing,
    repeating,
    running_away,
    believing,
    confusing,
    omitting,
    leaking,
    sticking,
    noisy,
    unreadable,
)


def said(exchange: Exchange, received: int) -> set[int | None]:
    """The statuses of the answers, and those that the body of a success mentions."""
    method = "PATCH" if exchange.call.changes else "GET"
    statuses: set[int | None] = set()
    for steps in exchange.answers[:received]:
        statuses.add(read(sent(steps), method).status)
    if 200 in statuses:
        content = exchange.body or exchange.raw
        statuses.update(map(int, re.findall(rb"\b\d{3}\b", content)))
    return statuses


def place_of(error: BaseException) -> str:
    """The function that raised an error, and the innermost of our functions in the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "nowhere"
    ours = [frame for frame in frames if "pasqal_c" in frame.filename]
    places = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.name}"
        for frame in (frames[-1], (ours or frames)[-1])
    ]
    return " via ".join(dict.fromkeys(places))


def look_at(value: Any, depth: int = 0) -> None:
    """Read everything that a caller can read: attributes, text, copies, pickles."""
    repr(value), str(value)
    if isinstance(value, CancelReceipt):
        with contextlib.suppress(errors.CancelRefusedError):
            value.raise_for_errors()
    if isinstance(value, Model):
        _look_at_model(value, depth)
    elif isinstance(value, dict):
        for key, entry in value.items():
            look_at(key, depth + 1)
            look_at(entry, depth + 1)
    elif isinstance(value, list | tuple):
        for entry in value:
            look_at(entry, depth + 1)
    elif attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            look_at(getattr(value, attribute.name), depth + 1)
    elif not isinstance(value, UUID):
        again = pickle.loads(pickle.dumps(value))  # noqa: S301  # our own
        assert again is not None or value is None


def _look_at_model(value: Model, depth: int) -> None:
    value.to_dict()
    hash(value)
    assert value == copy.copy(value)
    assert repr(pickle.loads(pickle.dumps(value))) == repr(copy.deepcopy(value)) == repr(value)  # noqa: S301
    assert repr(type(value).from_dict(value.to_dict())) == repr(value)
    value.departures  # noqa: B018
    for known in fields_of(value):
        seen = getattr(value, known.name, None)
        if depth < 8:
            look_at(seen, depth + 1)
