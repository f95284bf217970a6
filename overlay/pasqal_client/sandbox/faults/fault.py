"""A fault: what goes wrong with which requests, as Python or JSON says it."""

# No `from __future__ import annotations` here: pydantic reads the annotations of the dataclass when
# the module runs, so what they name has to be imported for real.

import re
from collections.abc import Callable, Mapping
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

from ..checks import clip, dump_json, short_repr
from ..clock import Duration, parse_duration
from ..operations import OPERATIONS

MOST_JOBS = 10_000
"""The most jobs that a fault, or a request over HTTP, adds at once."""
MOST_FAULTS = 1_000
"""The most faults at a time: every request is compared with each of them."""
TOO_MANY = f"faults: at most {MOST_FAULTS:,} can be set at a time"

_TOO_MANY_REQUESTS = 429
_DEFAULT_PERIOD = "1s"
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
# They describe an answer that replaces the service's own, and mean nothing without one.
_ANSWER_FIELDS = ("style", "body", "headers", "retry_after")
# They follow from the body; any other value would break the framing of the connection.
_FRAMING_HEADERS = ("content-length", "transfer-encoding")

_is_header_name = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII).fullmatch
_is_header_value = re.compile(r"[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?").fullmatch

_Kind = TypeVar("_Kind")


def _check_operation(name: str) -> str:
    if name not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise ValueError(f"{short_repr(name)} is not an operation; use one of {known}")
    return name


def _check_span(given: Duration) -> Duration:
    parse_duration(given)
    return given


def _check_header_name(name: str) -> str:
    if not _is_header_name(name) or name.lower() in _FRAMING_HEADERS:
        raise ValueError(f"{short_repr(name)} cannot be used as the name of a header")
    return name


def _check_header_value(value: str) -> str:
    if not _is_header_value(value):
        raise ValueError(
            f"{short_repr(value)} cannot be used as the value of a header: use Latin-1 text without line breaks"
        )
    return value


def _check_body(body: Any) -> Any:
    # A body that cannot be sent would fail only when the fault happens, and nobody would know why.
    try:
        dump_json(body)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"cannot be sent: {error}") from error
    return body


_Operation: TypeAlias = Annotated[str, AfterValidator(_check_operation)]
_Ordinal: TypeAlias = Annotated[int, Field(ge=1, lt=2**63)]
_Ordinals: TypeAlias = Annotated[tuple[_Ordinal, ...], Field(min_length=1)]
_Count: TypeAlias = Annotated[int, Field(ge=0, lt=2**63)]
_Jobs: TypeAlias = Annotated[int, Field(ge=0, le=MOST_JOBS)]
_Probability: TypeAlias = Annotated[float, Field(gt=0, le=1)]
_Seed: TypeAlias = Annotated[int, Field(ge=-(2**63), lt=2**63)]
_Span: TypeAlias = Annotated[Duration, AfterValidator(_check_span)]
_Status: TypeAlias = Annotated[int, Field(ge=200, le=599)]
_Style: TypeAlias = Literal["jsend", "fastapi", "message", "error", "html", "text", "empty"]
_Body: TypeAlias = Annotated[str | dict[str, Any] | list[Any], AfterValidator(_check_body)]
_HeaderName: TypeAlias = Annotated[str, AfterValidator(_check_header_name)]
_HeaderValue: TypeAlias = Annotated[str, AfterValidator(_check_header_value)]
_Seconds: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]


def _one_line_error(error: ValidationError) -> ValueError:
    """The mistakes in one line, without pydantic's links and hints."""
    mistakes = []
    for mistake in error.errors(include_input=False):
        place = ".".join(map(str, mistake["loc"]))
        reason = mistake["msg"].removeprefix("Value error, ")
        mistakes.append(f"{place}: {reason}")
    # A mistake of the whole fault has no place.
    text = "; ".join(mistakes).lstrip(": ")
    return ValueError(clip(text))


def _errors_in_one_line(kind: type[_Kind]) -> type[_Kind]:
    """Make a class raise a plain `ValueError` in place of pydantic's error."""
    validate: Callable[..., None] = kind.__init__

    @wraps(validate)
    def init(self: _Kind, *args: Any, **fields: Any) -> None:
        try:
            validate(self, *args, **fields)
        except ValidationError as error:
            raise _one_line_error(error) from None

    kind.__init__ = init  # type: ignore[method-assign, assignment]
    return kind


@_errors_in_one_line
@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Fault:
    """Something that goes wrong with some requests. Of the faults that meet a request, only the first happens.

    Attributes:
        operation: the operation of the contract that it concerns, by its operationId, "token" for the
            token endpoint, or "result_file" for the files with results; every operation of the
            contract if None.
        nth: which of these requests it meets, counted from 1 when the fault is set: a number or
            several; all if None.
        probability: the probability with which it meets each of them, above 0 and at most 1.
        seed: the seed of these draws, so that they come out the same each time.
        times: how often it happens at most.
        concurrency: it meets only requests that come while this many others are being answered.
        rate: it meets only requests that come after this many others within `per`.
        per: the period of `rate`, in real time; a second.
        latency: how much real time passes before anything is done.
        expire_tokens: tokens of the token endpoint become invalid before the request is handled.
        advance: how much time passes in the sandbox before the request is handled.
        add_jobs: how many jobs are added before that, in a batch of their own; at most 10,000.
        cancel_jobs: how many jobs, the newest PENDING ones, somebody else cancels before that.
        status: the status of an answer that replaces the service's own; 429 for a limit that says
            nothing else. The request is not carried out, unless `applied`.
        applied: the request is carried out, although the answer does not say so.
        style: the form of that answer's body: JSend, FastAPI's, `{"message": …}`, `{"error": …}`, a
            gateway's HTML page, plain text, or empty.
        body: the body itself, as text or as a value to send as JSON, instead of one in that style.
        headers: headers of that answer.
        retry_after: its Retry-After: a number of seconds, or any text.
        reset: the connection is reset, "before" the answer (the request is then carried out only if
            `applied`), or "during" its body.
        truncate: the connection is closed after half of the body, as if that were all.
        drip: how much real time passes before each piece of the body, which comes in at most twenty.

    Raises:
        ValueError: a value is not allowed, or nothing would go wrong.
    """

    operation: _Operation | None = None
    nth: _Ordinal | _Ordinals | None = None
    probability: _Probability = 1
    seed: _Seed = 0
    times: _Ordinal | None = None
    concurrency: _Count | None = None
    rate: _Count | None = None
    per: _Span = _DEFAULT_PERIOD
    latency: _Span = 0
    expire_tokens: bool = False
    advance: _Span = 0
    add_jobs: _Jobs = 0
    cancel_jobs: _Count = 0
    status: _Status | None = None
    applied: bool = False
    style: _Style = "jsend"
    body: _Body | None = None
    headers: Mapping[_HeaderName, _HeaderValue] = field(default_factory=dict)
    retry_after: _Seconds | _HeaderValue | None = None
    reset: Literal["before", "during"] | None = None
    truncate: bool = False
    drip: _Span = 0

    @model_validator(mode="after")
    def _check_combination(self) -> Self:
        if self.replacement_status is None:
            self._reject_answer_fields()
        if not self.has_effect and not self.is_limit:
            effects = ", ".join(_EFFECTS)
            raise ValueError(f"says when, but not what goes wrong: give one of {effects}")
        if self.applied and not self._hides_answer():
            raise ValueError("applied: has no effect without a status or a reset before the answer")
        if self.per != _DEFAULT_PERIOD and self.rate is None:
            raise ValueError("per: has no effect without a rate")
        return self

    def _reject_answer_fields(self) -> None:
        given = [name for name in dump_fault(self) if name in _ANSWER_FIELDS]
        if given:
            raise ValueError(f"{', '.join(given)}: has no effect without a status")

    def _hides_answer(self) -> bool:
        """Whether the service's own answer does not arrive."""
        if self.reset == "before":
            return True
        return self.replacement_status is not None

    def __repr__(self) -> str:
        # A traceback that shows variables sees a fault whose fields were not allowed.
        given = [f"{name}={value!r}" for name, value in vars(self).items()]
        return f"Fault({', '.join(given)})"

    @property
    def is_limit(self) -> bool:
        """Whether it meets only what exceeds a limit."""
        return self.concurrency is not None or self.rate is not None

    @property
    def replacement_status(self) -> int | None:
        """The status of the answer that replaces the service's own; None if nothing replaces it."""
        if self.is_limit and not self.has_effect:
            return _TOO_MANY_REQUESTS
        return self.status

    @property
    def has_effect(self) -> bool:
        """Whether it says what goes wrong."""
        return any(getattr(self, name) for name in _EFFECTS)


_FAULT = TypeAdapter(Fault)
_FAULTS = TypeAdapter(list[Fault])


def parse_faults(given: object) -> list[Fault]:
    """Read faults from a decoded JSON object, or from a list of them.

    Raises:
        ValueError: they are not faults; the text says where and why.
    """
    if not isinstance(given, list):
        given = [given]
    if len(given) > MOST_FAULTS:
        raise ValueError(TOO_MANY)
    try:
        return _FAULTS.validate_python(given)
    except ValidationError as error:
        raise _one_line_error(error) from error


def dump_fault(fault: Fault) -> dict[str, Any]:
    """The JSON object of a fault, without the fields that have their default."""
    fields: dict[str, Any] = _FAULT.dump_python(fault, mode="json", exclude_defaults=True)
    return fields
