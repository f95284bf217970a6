"""An unofficial Python client for the jobs and batches of Pasqal Cloud.

Submit, wait, read the results:

    from pasqal_client import PasqalClient

    with PasqalClient(token="…", project_id="…") as client:
        batch = client.batches.create(sequence, runs=100, device_type="FRESNEL")
        client.batches.wait(batch.id, timeout=3600)
        for outcome in client.jobs.results(batch_id=batch.id):
            print(outcome.job_id, outcome.result or outcome.reason)

`help(PasqalClient)` tells how to sign in and what the settings are; `help(client.batches)`,
`help(client.jobs)` and `help(client.devices)` tell what can be done, and `help(client.jobs.list)`
what jobs can be filtered by. `AsyncPasqalClient` has the same methods, with `await` and `async for`.
Every error is a `PasqalError`; `help(pasqal_client.errors)` lists them. With the logger
`pasqal_client`, or `PASQAL_LOG=debug`, one sees each request.

The map of the library, from top to bottom:

- `cli` is the command line, `pasqal`. `sandbox` is a stand-in for the service, for tests and
  demonstrations; `testing` has its pytest fixtures; `contract_check` compares the real service with
  the contract. `conformance` plays the conformance kit to clients in other languages. `pulser` is a
  connection for Pulser's remote backends.
- `client` has the two clients: it puts settings, credentials and connections together.
- `jobs`, `batches` and `devices` are the resources, sync and async side by side. Only they call the
  generated operations. `_resource` says how their methods are written. `open_batch` is a batch during
  a `with` block.
- `_listing` has the filters, the pages, the walk through them and the lists to iterate over;
  `_writes` what a write was about and what came of it; `_waits` waiting for jobs; `_results` the
  results of jobs.
- `_http` is the only way to the service: retries, deadlines, throttling, hooks. `_auth` signs what
  it sends, `_settings` says where to send it and who signs in. `_contract` collects departures: the
  places where an answer differs from the contract.
- `errors` has every error that is raised on purpose.
- `_checks` checks arguments, `_identity` whether an answer is about what was asked for; `_states`
  says what the states of jobs and batches mean, `_display` makes foreign text safe to show,
  `_extras` says where a missing package comes from, `_private_file` reads files that may hold
  secrets, `_short_repr` prints what has many others in it, `_item_tables` shows it in notebooks,
  `_signatures` completes what `help()` shows, `_log` is the logger, `_pickle_guard` keeps clients in
  their process, `_lock_owner` has locks that are open in a forked one, `_latch` is what many wait
  for, `_late_modules` has what only the async client needs.

Beside this package stand `pasqal_core_api` (models and operations, generated from `openapi.yaml`;
never edit it) and `pasqal_core_runtime`, which reads answers into those models and finds the
departures.

Folders and modules with an underscore are internal. Most of them are pure: they decide, and do no
I/O.

What is named here is public. Importing the package imports nothing heavy: each name is loaded when
it is first used.
"""

from __future__ import annotations

from importlib import import_module

from ._version import __version__

# Type checkers know the name; to import it from typing would double the time that importing this
# package takes. Editors that complete without a type checker skip what stands below a plain False.
TYPE_CHECKING = bool()  # noqa: UP018  # a literal is what must not stand here
if TYPE_CHECKING:
    from typing import Final

    from pasqal_core_api.models import Batch as Batch
    from pasqal_core_api.models import BatchStatus as BatchStatus
    from pasqal_core_api.models import BatchStatusReport as BatchStatusReport
    from pasqal_core_api.models import Device as Device
    from pasqal_core_api.models import DeviceAvailability as DeviceAvailability
    from pasqal_core_api.models import DeviceTypeName as DeviceTypeName
    from pasqal_core_api.models import Job as Job
    from pasqal_core_api.models import JobOrigin as JobOrigin
    from pasqal_core_api.models import JobRequest as JobRequest
    from pasqal_core_api.models import JobStatus as JobStatus
    from pasqal_core_api.models import OrderDirection as OrderDirection
    from pasqal_core_api.models import QueuePriority as QueuePriority
    from pasqal_core_runtime.departures import Departure as Departure

    from ._auth.credentials import ClientCredentials as ClientCredentials
    from ._auth.credentials import Credentials as Credentials
    from ._auth.credentials import PasswordCredentials as PasswordCredentials
    from ._contract.contract_report import ContractReport as ContractReport
    from ._contract.contract_report import Finding as Finding
    from ._contract.seen_departures import Departures as Departures
    from ._contract.seen_departures import SeenDeparture as SeenDeparture
    from ._http.hooks import ReceivedResponse as ReceivedResponse
    from ._http.hooks import SentRequest as SentRequest
    from ._http.retry import RetryPolicy as RetryPolicy
    from ._listing.device_filters import DeviceFilters as DeviceFilters
    from ._listing.filters import BatchFilters as BatchFilters
    from ._listing.filters import JobFilters as JobFilters
    from ._listing.pages import Page as Page
    from ._results.job_result import JobResult as JobResult
    from ._results.outcome import JobOutcome as JobOutcome
    from ._waits.options import PollOptions as PollOptions
    from ._waits.options import WaitOptions as WaitOptions
    from ._waits.result import WaitProgress as WaitProgress
    from ._waits.result import WaitResult as WaitResult
    from ._writes.added_jobs import AddedJobs as AddedJobs
    from ._writes.cancel_batch_filters import CancelBatchFilters as CancelBatchFilters
    from ._writes.receipt import CancelBatchesReceipt as CancelBatchesReceipt
    from ._writes.receipt import CancelReceipt as CancelReceipt
    from ._writes.resolution import Resolution as Resolution
    from ._writes.submission import CreateOptions as CreateOptions
    from ._writes.submission import OpenOptions as OpenOptions
    from ._writes.texts import SupportsAbstractRepr as SupportsAbstractRepr
    from ._writes.write import Write as Write
    from .batches import AsyncBatchListing as AsyncBatchListing
    from .batches import BatchListing as BatchListing
    from .client import AsyncPasqalClient as AsyncPasqalClient
    from .client import ClientOptions as ClientOptions
    from .client import PasqalClient as PasqalClient
    from .devices import AsyncDeviceListing as AsyncDeviceListing
    from .devices import AsyncDeviceQueue as AsyncDeviceQueue
    from .devices import DeviceListing as DeviceListing
    from .devices import DeviceQueue as DeviceQueue
    from .errors import APIConnectionError as APIConnectionError
    from .errors import APIError as APIError
    from .errors import APIStatusError as APIStatusError
    from .errors import AuthenticationError as AuthenticationError
    from .errors import BadRequestError as BadRequestError
    from .errors import CancelRefusedError as CancelRefusedError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import ConflictError as ConflictError
    from .errors import DeadBatchError as DeadBatchError
    from .errors import DeadlineError as DeadlineError
    from .errors import DepartureError as DepartureError
    from .errors import IncompleteListingWarning as IncompleteListingWarning
    from .errors import JobsFailedError as JobsFailedError
    from .errors import KeyConflictError as KeyConflictError
    from .errors import KeyUnsettledError as KeyUnsettledError
    from .errors import NotFoundError as NotFoundError
    from .errors import OutcomeUnknownError as OutcomeUnknownError
    from .errors import PasqalError as PasqalError
    from .errors import PermissionDeniedError as PermissionDeniedError
    from .errors import RateLimitError as RateLimitError
    from .errors import ResponseError as ResponseError
    from .errors import ResultCancelledError as ResultCancelledError
    from .errors import ResultError as ResultError
    from .errors import ResultFailedError as ResultFailedError
    from .errors import ResultMissingError as ResultMissingError
    from .errors import ResultNotReadyError as ResultNotReadyError
    from .errors import ResultNotSavedError as ResultNotSavedError
    from .errors import ServerError as ServerError
    from .errors import SubmissionKeyError as SubmissionKeyError
    from .errors import UnknownStatusError as UnknownStatusError
    from .errors import UnprocessableError as UnprocessableError
    from .errors import UntrustedError as UntrustedError
    from .errors import WaitTimeoutError as WaitTimeoutError
    from .errors import WriteDepartureError as WriteDepartureError
    from .jobs import AsyncJobListing as AsyncJobListing
    from .jobs import JobListing as JobListing
    from .open_batch import AsyncOpenBatch as AsyncOpenBatch
    from .open_batch import OpenBatch as OpenBatch

_HOMES: Final = {
    "pasqal_core_api.models": (
        "Batch BatchStatus BatchStatusReport Device DeviceAvailability DeviceTypeName Job JobOrigin "
        "JobRequest JobStatus OrderDirection QueuePriority"
    ),
    "pasqal_core_runtime.departures": "Departure",
    "pasqal_client.client": "AsyncPasqalClient ClientOptions PasqalClient",
    "pasqal_client._contract.seen_departures": "Departures SeenDeparture",
    "pasqal_client.errors": (
        "APIConnectionError APIError APIStatusError AuthenticationError BadRequestError CancelRefusedError "
        "ConfigurationError ConflictError DeadBatchError DeadlineError DepartureError "
        "IncompleteListingWarning JobsFailedError KeyConflictError KeyUnsettledError NotFoundError "
        "OutcomeUnknownError PasqalError PermissionDeniedError RateLimitError ResponseError "
        "ResultCancelledError ResultError ResultFailedError ResultMissingError ResultNotReadyError "
        "ResultNotSavedError ServerError SubmissionKeyError UnknownStatusError UnprocessableError "
        "UntrustedError WaitTimeoutError WriteDepartureError"
    ),
    "pasqal_client.batches": "AsyncBatchListing BatchListing",
    "pasqal_client.devices": "AsyncDeviceListing AsyncDeviceQueue DeviceListing DeviceQueue",
    "pasqal_client.jobs": "AsyncJobListing JobListing",
    "pasqal_client.open_batch": "AsyncOpenBatch OpenBatch",
    "pasqal_client._auth.credentials": "ClientCredentials Credentials PasswordCredentials",
    "pasqal_client._contract.contract_report": "ContractReport Finding",
    "pasqal_client._http.hooks": "ReceivedResponse SentRequest",
    "pasqal_client._waits.options": "PollOptions WaitOptions",
    "pasqal_client._waits.result": "WaitProgress WaitResult",
    "pasqal_client._listing.filters": "BatchFilters JobFilters",
    "pasqal_client._listing.device_filters": "DeviceFilters",
    "pasqal_client._listing.pages": "Page",
    "pasqal_client._results.job_result": "JobResult",
    "pasqal_client._results.outcome": "JobOutcome",
    "pasqal_client._http.retry": "RetryPolicy",
    "pasqal_client._writes.added_jobs": "AddedJobs",
    "pasqal_client._writes.cancel_batch_filters": "CancelBatchFilters",
    "pasqal_client._writes.receipt": "CancelBatchesReceipt CancelReceipt",
    "pasqal_client._writes.resolution": "Resolution",
    "pasqal_client._writes.submission": "CreateOptions OpenOptions",
    "pasqal_client._writes.texts": "SupportsAbstractRepr",
    "pasqal_client._writes.write": "Write",
}
_HOME_OF: Final = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIStatusError",
    "AddedJobs",
    "AsyncBatchListing",
    "AsyncDeviceListing",
    "AsyncDeviceQueue",
    "AsyncJobListing",
    "AsyncOpenBatch",
    "AsyncPasqalClient",
    "AuthenticationError",
    "BadRequestError",
    "Batch",
    "BatchFilters",
    "BatchListing",
    "BatchStatus",
    "BatchStatusReport",
    "CancelBatchFilters",
    "CancelBatchesReceipt",
    "CancelReceipt",
    "CancelRefusedError",
    "ClientCredentials",
    "ClientOptions",
    "ConfigurationError",
    "ConflictError",
    "ContractReport",
    "CreateOptions",
    "Credentials",
    "DeadBatchError",
    "DeadlineError",
    "Departure",
    "DepartureError",
    "Departures",
    "Device",
    "DeviceAvailability",
    "DeviceFilters",
    "DeviceListing",
    "DeviceQueue",
    "DeviceTypeName",
    "Finding",
    "IncompleteListingWarning",
    "Job",
    "JobFilters",
    "JobListing",
    "JobOrigin",
    "JobOutcome",
    "JobRequest",
    "JobResult",
    "JobStatus",
    "JobsFailedError",
    "KeyConflictError",
    "KeyUnsettledError",
    "NotFoundError",
    "OpenBatch",
    "OpenOptions",
    "OrderDirection",
    "OutcomeUnknownError",
    "Page",
    "PasqalClient",
    "PasqalError",
    "PasswordCredentials",
    "PermissionDeniedError",
    "PollOptions",
    "QueuePriority",
    "RateLimitError",
    "ReceivedResponse",
    "Resolution",
    "ResponseError",
    "ResultCancelledError",
    "ResultError",
    "ResultFailedError",
    "ResultMissingError",
    "ResultNotReadyError",
    "ResultNotSavedError",
    "RetryPolicy",
    "SeenDeparture",
    "SentRequest",
    "ServerError",
    "SubmissionKeyError",
    "SupportsAbstractRepr",
    "UnknownStatusError",
    "UnprocessableError",
    "UntrustedError",
    "WaitOptions",
    "WaitProgress",
    "WaitResult",
    "WaitTimeoutError",
    "Write",
    "WriteDepartureError",
    "__version__",
]

# What this module uses itself; nobody looks for it here.
_NOT_OURS: Final = {"TYPE_CHECKING", "annotations", "import_module"}


# Type checkers know the names from above; with this, they would accept every other name, too.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    # The modules of the package that are imported so far are there, too.
    public = {name for name in globals() if not name.startswith("_")}
    return sorted({*__all__, *public} - _NOT_OURS)
