"""What the state of the sandbox does not allow, by kind; the text says why."""


class RefusalError(ValueError):
    """An operation that the state of the sandbox does not allow."""


class UnknownBatchError(RefusalError):
    """There is no such batch."""


class ForeignBatchError(RefusalError):
    """The batch belongs to a project that the token has no access to."""


class CompleteBatchError(RefusalError):
    """The batch was declared complete before, or has ended."""
