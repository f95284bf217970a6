"""The tags that this client puts on batches, so that a submission can be found again.

- `pasqal-client:<uuid>` marks one submission: by it a lost answer is settled.
- `pasqal-client:key:<key>` is the name that a caller gave the submission.
- `pasqal-client:content:<digests>` says what was submitted under that name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from attrs import frozen

from .._checks import LONGEST_FILTER, malformed
from .._display import quoted
from .texts import sendable_text

if TYPE_CHECKING:
    from pasqal_core_api.models import Batch, CreateBatchRequest

OWN_PREFIX: Final = "pasqal-client:"
"""What the tags of this client begin with; those of callers must not."""
_KEY: Final = f"{OWN_PREFIX}key:"
_CONTENT: Final = f"{OWN_PREFIX}content:"

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

# A longer key, or one with other characters, might not come back as it was sent.
_is_plain_key = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch

# The parts of a submission that its key stands for, and the letter of each in the tag. Tags are left
# out, as they can be changed later; who is told of the progress is not what is run.
_PARTS: Final = {
    "sequence_builder": "s",
    "jobs": "j",
    "device_type": "d",
    "open": "o",
    "configuration": "c",
    "backend_configuration": "b",
}
# What callers call these parts, where that differs.
_NAMES: Final = {"s": "sequence"} | {
    letter: part for part, letter in _PARTS.items() if letter != "s"
}
_DIGITS: Final = 10


def new_submission_tag() -> str:
    """A tag that no other batch has."""
    return f"{OWN_PREFIX}{uuid4()}"


def callers_tags(tags: object, *, own: bool = False) -> list[str]:
    """The tags that a caller gives, checked.

    Args:
        tags: the tags.
        own: whether they may look like those of this client.

    Raises:
        ValueError: they are not a list of different texts, or one looks like those of this client.
    """
    if isinstance(tags, str | bytes | Mapping) or not isinstance(tags, Iterable):
        hint = ""
        if isinstance(tags, str):
            hint = f"; give [{quoted(tags)}]"
        raise ValueError(f"tags: expected a list of texts, got {quoted(tags)}{hint}")
    checked: list[str] = []
    for position, tag in enumerate(tags):
        name = f"tags[{position}]"
        text = sendable_text(name, tag)
        if text.startswith(OWN_PREFIX) and not own:
            raise malformed(
                name, text, f"begins with {OWN_PREFIX}, as only this client's own tags do"
            )
        if len(text) > LONGEST_FILTER:
            # The filter for tags takes no longer ones.
            raise malformed(name, text, f"is too long: at most {LONGEST_FILTER} characters")
        if text in checked:
            raise malformed(name, text, "is there twice")
        checked.append(text)
    return checked


@frozen
class SubmissionKey:
    """The name of a submission, and what was submitted under it.

    Attributes:
        name: the key as the caller gave it.
        tag: the tag that has it.
        content_tag: the tag that says what was submitted.
    """

    name: str
    tag: str
    content_tag: str

    @classmethod
    def of(cls, key: object, body: CreateBatchRequest) -> SubmissionKey:
        """The key of a submission.

        Args:
            key: the name that the caller gives it.
            body: what is submitted.

        Raises:
            ValueError: the name is not text, or empty.
        """
        name = sendable_text("key", key)
        label = name
        if not _is_plain_key(name):
            # A colon is not plain, so no other key looks like this.
            label = f"sha256:{_digest(name, 32)}"
        return cls(name, f"{_KEY}{label}", f"{_CONTENT}{'-'.join(_digests(body))}")

    def differences(self, batch: Batch) -> tuple[str, ...] | None:
        """The parts in which a batch with this key differs; None if it does not say what it has."""
        for tag in tags_of(batch):
            if tag.startswith(_CONTENT):
                found = _by_letter(tag)
                changed = {
                    letter for letter, _ in _by_letter(self.content_tag).items() ^ found.items()
                }
                # A later version may know more parts.
                return tuple(_NAMES.get(letter, letter) for letter in sorted(changed))
        return None


def tags_of(batch: Batch) -> list[str]:
    """The tags of a batch; none if it came without."""
    return getattr(batch, "tags", None) or []


def originals(batches: Iterable[Batch], tag: str) -> list[Batch]:
    """The batches with this tag, the oldest first, without those that a rebatch made.

    A service may copy the tags to such a repetition, that of the submission included.
    """
    tagged = [batch for batch in batches if tag in tags_of(batch)]
    first: dict[str, Batch] = {}
    for batch in sorted(tagged, key=_age):
        # Tags of ours that other tools have taken away cannot tell batches apart.
        mark = submission_tags(batch) or (str(id(batch)),)
        first.setdefault(mark[0], batch)
    return [*first.values()]


def submission_tags(batch: Batch) -> tuple[str, ...]:
    """The tags of ours that mark one submission: one, or none."""
    return tuple(
        tag
        for tag in tags_of(batch)
        if tag.startswith(OWN_PREFIX) and not tag.startswith((_KEY, _CONTENT))
    )


def has_tags(batch: Batch) -> bool:
    """Whether a batch came with its tags, even if it has none: then it can be told from another one."""
    return getattr(batch, "tags", None) is not None


def _age(batch: Batch) -> datetime:
    """When a batch was made; one that does not say is taken for the youngest."""
    created: datetime = getattr(batch, "created_at", _NEVER)
    return created


def _digests(body: Mapping[str, Any]) -> Iterable[str]:
    for part, letter in _PARTS.items():
        value = body.get(part)
        # A part without a value has no digest, so a new part changes nothing for those who do not use it.
        if part == "jobs":
            value = [_canonical_job(job) for job in body["jobs"]]
        if value:
            yield letter + _digest(_canonical(value), _DIGITS)


def _by_letter(content_tag: str) -> dict[str, str]:
    digests = content_tag.removeprefix(_CONTENT).split("-")
    return {digest[:1]: digest[1:] for digest in digests}


def _canonical_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job whose own sequence is canonical, too."""
    if "sequence" not in job:
        return {**job}
    return {**job, "sequence": _canonical(job["sequence"])}


def _canonical(value: object) -> str:
    """The value as text: without regard to the order of names, to 3 or 3.0, and to spaces in serialised text."""
    text = value
    if not isinstance(text, str):
        text = json.dumps(value)
    with suppress(ValueError, RecursionError):
        value = json.loads(text, parse_float=_number)
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> float:
    """A number as an integer, if it is one."""
    number = float(text)
    if number.is_integer():
        return int(number)
    return number


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
