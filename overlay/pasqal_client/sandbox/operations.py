"""What the service can be asked for, and how a request says which of it."""

from collections.abc import Mapping

from starlette.routing import compile_path
from starlette.types import Scope

PREFIX = "/core-fast"
"""What stands before the paths of the contract, as in production."""

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, no secret
TOKEN = "token"  # noqa: S105 - a name, no secret

PLACES: Mapping[str, tuple[str, str]] = {
    "get_jobs": ("GET", "/api/v2/jobs"),
    "cancel_jobs": ("PATCH", "/api/v2/batches/{batch__id}/cancel/jobs"),
    "complete_batch": ("PATCH", "/api/v2/batches/{batch__id}/complete"),
}
"""Method and path of each operation of the contract, by its operationId."""

OPERATIONS = (*PLACES, TOKEN)
"""What a request can be for: the operations of the contract, and the token endpoint."""

_PATTERNS = {
    operation: (method, compile_path(path)[0].fullmatch)
    for operation, method, path in (
        *((operation, method, PREFIX + path) for operation, (method, path) in PLACES.items()),
        (TOKEN, "POST", TOKEN_PATH),
    )
}


def operation_of(scope: Scope) -> str | None:
    """The operation that a request is for; None if for none."""
    method, path = scope["method"], scope["path"]
    return next(
        (name for name, (known, matches) in _PATTERNS.items() if known == method and matches(path)),
        None,
    )
