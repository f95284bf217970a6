"""What goes wrong, and when: rules that say which requests a fault meets. No I/O, no waiting, only counting.

A client shows its worth when the service fails, and the service does not fail on demand; here it
does, in the same way each time.
"""

import json
import random
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from functools import wraps
from typing import Annotated, Any, Literal, Self, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.dataclasses import dataclass
from pydantic_core import from_json

from ..checks import clipped, shown
from ..clock import Duration, duration
from ..operations import OPERATIONS, TOKEN

MOST_JOBS = 10_000
"""How many jobs come in at once when it is not Python code that puts them in."""

_MOST_RULES = 1_000
_TOO_MANY = f"faults: there can be {_MOST_RULES:,} of them at a time, and these would be more"
_Kind = TypeVar("_Kind")
_Style: TypeAlias = Literal["jsend", "fastapi", "message", "error", "html", "text", "empty"]


def _measured(given: Duration) -> Duration:
    duration(given)
    return given


_is_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII).fullmatch
_is_value = re.compile(r"[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?").fullmatch


def _header_name(name: str) -> str:
    if not _is_name(name) or name.lower() in ("content-length", "transfer-encoding"):
        raise ValueError(f"{shown(name)} cannot be the name of a header here")
    return name


def _header_value(value: str) -> str:
    if not _is_value(value):
        raise ValueError(
            f"{shown(value)} cannot be the value of a header: it is Latin-1 text without line breaks"
        )
    return value


def _sendable(body: Any) -> Any:
    # What cannot be sent would fail when the fault happens, and nobody would know why.
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False)
        text.encode()
        from_json(text)  # what is nested too deeply could be kept, and never be told
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"it cannot be sent: {error}") from error
    return body


_HeaderValue: TypeAlias = Annotated[str, AfterValidator(_header_value)]
_Span: TypeAlias = Annotated[Duration, AfterValidator(_measured)]
_Ordinal: TypeAlias = Annotated[int, Field(ge=1, lt=2**63)]
_Count: TypeAlias = Annotated[int, Field(ge=0, lt=2**63)]


def _known(operation: str) -> str:
    if operation not in OPERATIONS:
        raise ValueError(
            f"there is no operation {shown(operation)}; there are {', '.join(OPERATIONS)}"
        )
    return operation


def _told(error: ValidationError) -> ValueError:
    """The mistakes in one line, without what pydantic has to say of itself."""
    mistakes = (
        f"{'.'.join(map(str, one['loc']))}: {one['msg']}"
        for one in error.errors(include_input=False)
    )
    return ValueError(clipped("; ".join(mistakes).replace("Value error, ", "").lstrip(": ")))


def _refused_in_one_line(kind: type[_Kind]) -> type[_Kind]:
    made = kind.__init__

    @wraps(made)
    def make(self: _Kind, *args: Any, **given: Any) -> None:
        try:
            made(self, *args, **given)
        except ValidationError as error:
            raise _told(error) from None

    kind.__init__ = make  # type: ignore[method-assign, assignment]
    return kind


@_refused_in_one_line
@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Fault:
    """Something that goes wrong with some requests. The first rule that meets a request counts.

    Attributes:
        operation: The operation of the contract that it concerns, by its operationId, or "token"
            for the token endpoint; every operation of the contract if None.
        nth: Which of these requests it meets, counted from 1 when the rule is set: a number or
            several; all if None.
        probability: With which probability it meets each of them, above 0 and at most 1.
        seed: What the draws follow from, so that they fall the same way each time.
        times: How often it happens at most.
        concurrency: It meets only what comes while so many others are being answered.
        rate: It meets only what comes after so many others within `per`.
        per: The length of time that `rate` is about, in real time; a second.
        latency: How much real time passes before anything is done.
        expire_tokens: Tokens of the token endpoint become invalid, before the request is looked at.
        advance: How much time passes in the sandbox before the request is looked at.
        add_jobs: How many jobs come in before that, in a batch of their own; at most 10,000.
        cancel_jobs: How many jobs, the newest PENDING ones, somebody else cancels before that.
        status: The status of the answer; 429 if a limit says nothing else. What was asked for is
            not done, unless `applied`.
        applied: It is done, although the answer does not say so.
        style: How the body says that: as JSend, as FastAPI does, as `{"message": …}`, as `{"error":
            …}`, as a gateway's HTML page, as plain text, or not at all.
        body: The body itself, as text or as what is sent as JSON, in the place of one in that
            style.
        headers: Headers of that answer.
        retry_after: Its Retry-After: a number of seconds, or text as it is.
        reset: The connection is reset, "before" the answer (then what was asked for is done only if
            `applied`), or "during" its body.
        truncate: The connection is closed after half of the body, as if that were all.
        drip: How much real time passes before each of the pieces, twenty at most, in which the body
            comes.

    Raises:
        ValueError: A value is not of that kind, or nothing would go wrong.
    """

    operation: Annotated[str, AfterValidator(_known)] | None = None
    nth: _Ordinal | Annotated[tuple[_Ordinal, ...], Field(min_length=1)] | None = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1
    seed: Annotated[int, Field(ge=-(2**63), lt=2**63)] = 0
    times: _Ordinal | None = None
    concurrency: _Count | None = None
    rate: _Count | None = None
    per: _Span = "1s"
    latency: _Span = 0
    expire_tokens: bool = False
    advance: _Span = 0
    add_jobs: Annotated[int, Field(ge=0, le=MOST_JOBS)] = 0
    cancel_jobs: _Count = 0
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    applied: bool = False
    style: _Style = "jsend"
    body: Annotated[str | dict[str, Any] | list[Any], AfterValidator(_sendable)] | None = None
    headers: Mapping[Annotated[str, AfterValidator(_header_name)], _HeaderValue] = field(
        default_factory=dict
    )
    retry_after: Annotated[float, Field(allow_inf_nan=False)] | _HeaderValue | None = None
    reset: Literal["before", "during"] | None = None
    truncate: bool = False
    drip: _Span = 0

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.made_status is None and (
            lost := [name for name, default in _OF_ANSWER.items() if getattr(self, name) != default]
        ):
            raise ValueError(
                f"{', '.join(lost)}: this is about an answer that `status` makes; give a status"
            )
        if not self.has_effect and not self.is_limit:
            raise ValueError(
                f"it says when, and not what goes wrong: give one of {', '.join(_EFFECTS)}"
            )
        if self.applied and self.made_status is None and self.reset != "before":
            raise ValueError(
                "applied: without a status or a reset before the answer it is done anyway"
            )
        if self.per != "1s" and self.rate is None:
            raise ValueError("per: it is about a rate; give one")
        return self

    @property
    def is_limit(self) -> bool:
        """Whether it meets what is too much."""
        return self.concurrency is not None or self.rate is not None

    @property
    def made_status(self) -> int | None:
        """The status of an answer that is made, not that of the service: 429 if nothing is said of what is too much."""
        return 429 if self.is_limit and not self.has_effect else self.status

    @property
    def has_effect(self) -> bool:
        """Whether it says what goes wrong."""
        return any(getattr(self, name) for name in _EFFECTS)


_EFFECTS = (
    "latency",
    "expire_tokens",
    "advance",
    "add_jobs",
    "cancel_jobs",
    "status",
    "reset",
    "truncate",
    "drip",
)
_OF_ANSWER: dict[str, object] = {"style": "jsend", "body": None, "headers": {}, "retry_after": None}


def checked_faults(given: object) -> list[Fault]:
    """The faults that a JSON object, or a list of them, speaks of.

    Raises:
        ValueError: They are none; the text says where and why.
    """
    faults = given if isinstance(given, list) else [given]
    if len(faults) > _MOST_RULES:
        raise ValueError(_TOO_MANY)
    try:
        return _FAULTS.validate_python(faults)
    except ValidationError as error:
        raise _told(error) from error


_FAULTS = TypeAdapter(list[Fault])
_FAULT = TypeAdapter(Fault)


def as_json(fault: Fault) -> dict[str, Any]:
    """The JSON object of a fault: what it says, without what goes without saying."""
    told: dict[str, Any] = _FAULT.dump_python(fault, mode="json", exclude_defaults=True)
    return told


class FaultRule:
    """A fault that is set.

    Attributes:
        fault: What goes wrong, and when.
        seen: How many requests of its operation there were.
        fired: How often it happened.
    """

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        self.fired = 0
        self._numbers = frozenset((fault.nth,) if isinstance(fault.nth, int) else fault.nth or ())
        self._random = random.Random(fault.seed)  # noqa: S311 - not for secrets
        self._in_flight = 0
        self._arrivals: deque[float] = deque()

    def __repr__(self) -> str:
        return f"<FaultRule {self.fault!r}: {self.fired} of {self.seen}>"

    def concerns(self, operation: str) -> bool:
        """Whether the rule is about that operation at all."""
        wanted = self.fault.operation
        return wanted == operation or (wanted is None and operation != TOKEN)

    def meets(self, now: float) -> bool:
        """Count one more request; whether the fault is due for it. Now is in seconds."""
        fault = self.fault
        self.seen += 1
        drawn = fault.probability == 1 or self._random.random() < fault.probability
        exhausted = fault.times is not None and self.fired >= fault.times
        numbered = not self._numbers or self.seen in self._numbers
        return drawn and numbered and not exhausted and self._is_busy(now)

    def enter(self, now: float) -> None:
        """A request is admitted; it counts for the limits of the rule until `leave`."""
        self._in_flight += 1
        if self.fault.rate is not None:
            self._arrivals.append(now)
            self._forget(now)

    def leave(self) -> None:
        """That request has its answer."""
        self._in_flight -= 1

    def _is_busy(self, now: float) -> bool:
        self._forget(now)
        crowded = self.fault.concurrency is None or self._in_flight >= self.fault.concurrency
        return crowded and (self.fault.rate is None or len(self._arrivals) >= self.fault.rate)

    def _forget(self, now: float) -> None:
        since = now - duration(self.fault.per).total_seconds()
        while self._arrivals and self._arrivals[0] <= since:
            self._arrivals.popleft()


class Faults:
    """The rules of a sandbox, in the order in which they were set. Every method may be called from any thread.

    Args:
        monotonic: What tells real time, in seconds.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._rules: tuple[FaultRule, ...] = ()

    @property
    def rules(self) -> tuple[FaultRule, ...]:
        """What is set, with its counts."""
        return self._rules

    def add(self, faults: Iterable[Fault]) -> list[FaultRule]:
        """Set more rules, after those that are set.

        Raises:
            TypeError: One is not a Fault.
            ValueError: There would be more rules than every request can be held against.
        """
        if not isinstance(faults, Iterable):
            raise TypeError(f"faults is {shown(faults)}, not a list of Fault")
        rules = [FaultRule(_checked(fault)) for fault in faults]
        with self._lock:
            if len(self._rules) + len(rules) > _MOST_RULES:
                raise ValueError(_TOO_MANY)
            self._rules = (*self._rules, *rules)
        return rules

    def clear(self) -> None:
        """Let nothing go wrong any more, but what has begun."""
        with self._lock:
            self._rules = ()

    @contextmanager
    def admit(self, operation: str) -> Iterator[Fault | None]:
        """While a request is answered: what goes wrong with it."""
        with self._lock:
            now = self._monotonic()
            concerned = [rule for rule in self._rules if rule.concerns(operation)]
            due = [rule for rule in concerned if rule.meets(now)]
            chosen = due[0] if due else None
            admitted = [rule for rule in concerned if rule is not chosen]
            for rule in admitted:
                rule.enter(now)
            if chosen is not None:
                chosen.fired += 1
        try:
            yield None if chosen is None else chosen.fault
        finally:
            with self._lock:
                for rule in admitted:
                    rule.leave()


def _checked(fault: object) -> Fault:
    if not isinstance(fault, Fault):
        raise TypeError(f"{shown(fault)} is not a Fault")
    return fault
