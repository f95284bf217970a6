"""An unofficial Python client for the jobs and batches of Pasqal Cloud.

The map of the library:

- `client` puts settings (`config`, `profiles`, `addresses`), credentials (`credentials`, `grants`,
  `auth`), hooks and log (`observing`) and connections (`_http`, `_pool`, `proxies`, `_deadline`,
  `_leftovers`) together.
- `jobs` and `batches` are the resources; only they call the generated operations of
  `pasqal_core_api`.
- `filters`, `paging`, `walking`, `window`, `writes`, `waiting`, `retry`, `answers`, `compression`,
  `parsing`, `reasons`, `errors`, `redaction` decide; they do no I/O.
- `examining` compares answers with the contract, `contract_check` asks for them.
- `listing` fetches the pages that a walk wants, ahead of the reader.
- `cli` is the command line, `pasqal`.
- `sandbox` is a stand-in for the service, for tests and demonstrations; `testing` has the fixtures
  that pytest finds.

What is named here is public. Importing the package imports nothing heavy: each name is loaded when
it is first used.
"""

from __future__ import annotations

from importlib import import_module

from ._version import __version__

# Type checkers know the name; to import it from typing would double the time that importing this
# package takes.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from pasqal_core_api.models import Batch as Batch
    from pasqal_core_api.models import BatchStatus as BatchStatus
    from pasqal_core_api.models import Job as Job
    from pasqal_core_api.models import JobOrigin as JobOrigin
    from pasqal_core_api.models import JobStatus as JobStatus
    from pasqal_core_api.models import OrderDirection as OrderDirection
    from pasqal_core_api.models import QueuePriority as QueuePriority
    from pasqal_core_api.types import Departure as Departure

    from .client import AsyncPasqalClient as AsyncPasqalClient
    from .client import PasqalClient as PasqalClient
    from .credentials import ClientCredentials as ClientCredentials
    from .credentials import Credentials as Credentials
    from .credentials import PasswordCredentials as PasswordCredentials
    from .departures import SeenDeparture as SeenDeparture
    from .errors import APIConnectionError as APIConnectionError
    from .errors import APIError as APIError
    from .errors import APIStatusError as APIStatusError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadRequestError as BadRequestError
    from .errors import CancelRefusedError as CancelRefusedError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import ConflictError as ConflictError
    from .errors import DeadlineError as DeadlineError
    from .errors import DepartureError as DepartureError
    from .errors import IncompleteListingWarning as IncompleteListingWarning
    from .errors import JobsFailedError as JobsFailedError
    from .errors import NotFoundError as NotFoundError
    from .errors import OutcomeUnknownError as OutcomeUnknownError
    from .errors import PasqalError as PasqalError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import RateLimitError as RateLimitError
    from .errors import ResponseError as ResponseError
    from .errors import ServerError as ServerError
    from .errors import UnknownStatusError as UnknownStatusError
    from .errors import UnprocessableError as UnprocessableError
    from .errors import UntrustedError as UntrustedError
    from .errors import WaitTimeoutError as WaitTimeoutError
    from .errors import WriteDepartureError as WriteDepartureError
    from .examining import ContractReport as ContractReport
    from .examining import Finding as Finding
    from .filters import JobFilters as JobFilters
    from .observing import ReceivedResponse as ReceivedResponse
    from .observing import SentRequest as SentRequest
    from .paging import Page as Page
    from .retry import RetryPolicy as RetryPolicy
    from .waiting import WaitProgress as WaitProgress
    from .waiting import WaitResult as WaitResult
    from .writes import CancelReceipt as CancelReceipt
    from .writes import Resolution as Resolution
    from .writes import Write as Write

_HOMES: Final = {
    "pasqal_core_api.models": "Batch BatchStatus Job JobOrigin JobStatus OrderDirection QueuePriority",
    "pasqal_core_api.types": "Departure",
    "pasqal_client.client": "AsyncPasqalClient PasqalClient",
    "pasqal_client.departures": "SeenDeparture",
    "pasqal_client.errors": (
        "APIConnectionError APIError APIStatusError AuthenticationError BadRequestError CancelRefusedError "
        "ConfigurationError ConflictError DeadlineError DepartureError IncompleteListingWarning JobsFailedError "
        "NotFoundError OutcomeUnknownError PasqalError PermissionDeniedError RateLimitError ResponseError ServerError "
        "UnknownStatusError UnprocessableError UntrustedError WaitTimeoutError WriteDepartureError"
    ),
    "pasqal_client.credentials": "ClientCredentials Credentials PasswordCredentials",
    "pasqal_client.examining": "ContractReport Finding",
    "pasqal_client.observing": "ReceivedResponse SentRequest",
    "pasqal_client.waiting": "WaitProgress WaitResult",
    "pasqal_client.filters": "JobFilters",
    "pasqal_client.paging": "Page",
    "pasqal_client.retry": "RetryPolicy",
    "pasqal_client.writes": "CancelReceipt Resolution Write",
}
_HOME_OF: Final = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = ["__version__", *_HOME_OF]  # the names are text


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
