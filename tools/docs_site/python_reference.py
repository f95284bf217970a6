"""The pages about the Python names, as lists for mkdocstrings, which reads signatures and docstrings."""

from __future__ import annotations

from typing import Final, NamedTuple


class ReferencePage(NamedTuple):
    """A page about some public names.

    Attributes:
        title: its title.
        about: a sentence or two before the names.
        names: the names, each as it is imported.
    """

    title: str
    about: str
    names: tuple[str, ...]


def _of(module: str, names: str) -> tuple[str, ...]:
    return tuple(f"{module}.{name}" for name in names.split())


_PACKAGE: Final = "pasqal_client"

PAGES: Final = {
    "client": ReferencePage(
        "Clients",
        "What a program begins with. Methods of the async client have the same names and arguments.",
        _of(
            _PACKAGE,
            "PasqalClient AsyncPasqalClient ClientOptions Credentials PasswordCredentials"
            " ClientCredentials RetryPolicy SentRequest ReceivedResponse __version__",
        ),
    ),
    "jobs": ReferencePage(
        "Jobs",
        "`client.jobs`, what it takes and what it returns.",
        (
            *_of("pasqal_client.jobs", "Jobs AsyncJobs"),
            *_of(
                _PACKAGE,
                "JobListing AsyncJobListing Page WaitOptions PollOptions WaitResult WaitProgress"
                " JobOutcome JobResult",
            ),
        ),
    ),
    "batches": ReferencePage(
        "Batches",
        "`client.batches`, what it takes and what it returns.",
        (
            *_of("pasqal_client.batches", "Batches AsyncBatches"),
            *_of(
                _PACKAGE,
                "BatchListing AsyncBatchListing CreateOptions OpenOptions OpenBatch AsyncOpenBatch"
                " AddedJobs CancelReceipt CancelBatchesReceipt Resolution Write SupportsAbstractRepr",
            ),
        ),
    ),
    "devices": ReferencePage(
        "Devices",
        "`client.devices`, what it takes and what it returns.",
        (
            *_of("pasqal_client.devices", "Devices AsyncDevices"),
            *_of(_PACKAGE, "DeviceListing AsyncDeviceListing DeviceQueue AsyncDeviceQueue"),
        ),
    ),
    "filters": ReferencePage(
        "Filters",
        "The keywords of `list`, `page`, `count` and of what is cancelled or run again.",
        _of(_PACKAGE, "JobFilters BatchFilters DeviceFilters CancelBatchFilters OrderDirection"),
    ),
    "models": ReferencePage(
        "Models",
        "What the service sends, generated from the contract. Reading a field that departs from it"
        " raises `DepartureError`.",
        _of(
            _PACKAGE,
            "Batch BatchStatus BatchStatusReport Job JobRequest JobStatus JobOrigin Device"
            " DeviceAvailability DeviceTypeName QueuePriority",
        ),
    ),
    "departures": ReferencePage(
        "Departures",
        "Where answers differ from the contract.",
        _of(_PACKAGE, "Departure Departures SeenDeparture ContractReport Finding"),
    ),
    "errors": ReferencePage(
        "Errors",
        "The tree of errors, and then each of them.",
        (
            "pasqal_client.errors",
            *_of(
                _PACKAGE,
                "PasqalError DepartureError WriteDepartureError IncompleteListingWarning"
                " ConfigurationError SubmissionKeyError KeyConflictError DeadBatchError"
                " KeyUnsettledError APIError APIStatusError BadRequestError AuthenticationError"
                " PermissionDeniedError NotFoundError ConflictError UnprocessableError RateLimitError"
                " ServerError APIConnectionError UntrustedError DeadlineError OutcomeUnknownError"
                " ResponseError CancelRefusedError JobsFailedError ResultError ResultNotReadyError"
                " ResultFailedError ResultCancelledError ResultMissingError ResultNotSavedError"
                " UnknownStatusError WaitTimeoutError",
            ),
        ),
    ),
    "sandbox": ReferencePage(
        "Sandbox and pytest fixtures",
        "A stand-in for the service, for tests and demonstrations.",
        (
            *_of(
                "pasqal_client.sandbox",
                "Sandbox AddedBatch Fate Fault FaultRule Quirk RecordedRequest SEQUENCE OMEGA_SCAN"
                " can_simulate",
            ),
            *_of("pasqal_client.testing", "pasqal_sandbox pasqal_client async_pasqal_client"),
        ),
    ),
    "pulser": ReferencePage(
        "Pulser",
        "A connection for Pulser's remote backends.",
        _of(
            "pasqal_client.pulser",
            "PasqalConnection JobResults RemoteEmuFreeBackend RemoteMPSBackend RemoteSVBackend",
        ),
    ),
}
"""The pages, by the names of their files. A test compares them with what each package exports."""

# Of the errors module only its docstring: it has the tree, and each error follows by its public name.
_WITHOUT_MEMBERS: Final = {"pasqal_client.errors"}


def reference_pages() -> dict[str, str]:
    """The text of each page, by its place in the site."""
    return {f"reference/python/{name}.md": _text_of(page) for name, page in PAGES.items()}


def _text_of(page: ReferencePage) -> str:
    lines = [f"# {page.title}", "", page.about]
    for name in page.names:
        lines += ["", f"::: {name}"]
        if name in _WITHOUT_MEMBERS:
            lines += ["    options:", "      members: false", "      show_root_heading: false"]
    return "\n".join(lines) + "\n"
