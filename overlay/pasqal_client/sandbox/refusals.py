"""What the state of the sandbox does not allow, by kind; the text says why."""

from __future__ import annotations


class RefusalError(ValueError):
    """An operation that the state of the sandbox does not allow."""


class UnknownBatchError(RefusalError):
    """The batch does not exist."""


class ForeignBatchError(RefusalError):
    """The batch belongs to a project that the token has no access to."""


class CompleteBatchError(RefusalError):
    """The batch was declared complete before, or has ended."""
