"""The tags that this client puts on batches, so that a submission can be found again.

- `pasqal-client:<uuid>` marks one submission: by it a lost answer is settled.
- `pasqal-client:key:<key>` is the name that a caller gave the submission.
- `pasqal-client:content:<digests>` says what was submitted under that name.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

from .._checks import LONGEST_FILTER, entries, malformed
from .canonical_json import canonical_job, canonical_text, canonical_value
from .texts import sendable_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pasqal_core_api.models import Batch, CreateBatchRequest

OWN_PREFIX: Final = "pasqal-client:"
"""What the tags of this client begin with; those of callers must not."""
_KEY: Final = f"{OWN_PREFIX}key:"
_CONTENT: Final = f"{OWN_PREFIX}content:"

_NEVER: Final = datetime.max.replace(tzinfo=UTC)

# A longer key, or one with other characters, might not come back as it was sent.
_is_plain_key = re.compile(r"[A-Za-z0-9._-]{1,64}").fullmatch


class _Part(NamedTuple):
    """A part of a submission: its field in the body, its letter in the tag, and what callers call it."""

    field: str
    letter: str
    name: str


# What a key stands for. Tags are left out, as they can be changed later; who is told of the progress
# is not what is run.
_PARTS: Final = (
    _Part("sequence_builder", "s", "sequence"),
    _Part("jobs", "j", "jobs"),
    _Part("device_type", "d", "device_type"),
    _Part("open", "o", "open"),
    _Part("configuration", "c", "configuration"),
    _Part("backend_configuration", "b", "backend_configuration"),
)
_NAMES: Final = {part.letter: part.name for part in _PARTS}
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
    # In order, and searched for each of them.
    checked: dict[str, None] = {}
    for position, tag in enumerate(entries("tags", tags, "a list of texts", one=str)):
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
        checked[text] = None
    return list(checked)


class SubmissionKey(NamedTuple):
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
        own = _by_letter(self.content_tag)
        for tag in tags_of(batch):
            if tag.startswith(_CONTENT):
                return _differences(own, _by_letter(tag))
        return None


def tags_of(batch: Batch) -> list[str]:
    """The tags of a batch; none if it came without."""
    return getattr(batch, "tags", None) or []


def without_own(tags: Iterable[str]) -> list[str]:
    """The tags but for this client's own."""
    return [tag for tag in tags if not tag.startswith(OWN_PREFIX)]


def originals(batches: Iterable[Batch], tag: str) -> list[Batch]:
    """The batches with this tag, the oldest first, without those that a rebatch made.

    A service may copy the tags to such a repetition, that of the submission included.
    """
    found = []
    seen: set[str] = set()
    tagged = [batch for batch in batches if tag in tags_of(batch)]
    for batch in sorted(tagged, key=_age):
        marks = submission_tags(batch)
        # Where other tools have taken our mark away, nothing shows that a batch repeats another.
        if seen.isdisjoint(marks[:1]):
            found.append(batch)
        seen.update(marks[:1])
    return found


def submission_tags(batch: Batch) -> tuple[str, ...]:
    """The tags of ours that mark one submission: one, or none."""
    return tuple(
        tag
        for tag in tags_of(batch)
        if tag.startswith(OWN_PREFIX) and not tag.startswith((_KEY, _CONTENT))
    )


def has_tags(batch: Batch) -> bool:
    """Whether a batch came with its tags, even if it has none: then it can be told from another one.

    What is null in place of a list says nothing: taken for none, it would let a batch be made twice.
    """
    return getattr(batch, "tags", None) is not None


def _age(batch: Batch) -> datetime:
    """When a batch was made; one that does not say is taken for the youngest."""
    created: datetime = getattr(batch, "created_at", _NEVER)
    return created


def _digests(body: CreateBatchRequest) -> Iterator[str]:
    for part in _PARTS:
        text = _content(part.field, body.get(part.field))
        # A part without a value has no digest, so a new part changes nothing for those who do not use it.
        if text:
            yield part.letter + _digest(text, _DIGITS)


def _content(field: str, value: Any) -> str:
    """A part of a submission as text; empty if it has no value."""
    if not value:
        return ""
    if field == "jobs":
        return canonical_value([canonical_job(job) for job in value])
    if isinstance(value, str):
        return canonical_text(value)
    return canonical_value(value)


def _differences(own: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the parts whose digests differ, or that only one of the two has."""
    letters = [one for one in sorted(own.keys() | found.keys()) if own.get(one) != found.get(one)]
    # A later version may know more parts.
    return tuple(_NAMES.get(letter, letter) for letter in letters)


def _by_letter(content_tag: str) -> dict[str, str]:
    digests = content_tag.removeprefix(_CONTENT).split("-")
    return {digest[:1]: digest[1:] for digest in digests}


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
