"""What to do next to get the results of one job: pure, while the resources send.

A fetch goes through these steps: `begin`, and `take_kept` if a saved file may be there; then, as long
as nothing is `found`, an answer with a
link goes to `take_link`, and the download that this returns, once it was fetched, to `take_file` or
`file_failed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from attrs import evolve

from pasqal_core_api.models import JobStatus
from pasqal_core_runtime.model import MISSING

from .._display import printable
from .._http.error_context import ErrorContext, extend_reason
from .._http.file_download import FileDownload
from .._http.file_link import FileLink, LinkError
from .._http.time_headers import moment_of
from .._states import NO_STATUS, is_active, is_known, state_of
from ..errors import (
    APIError,
    APIStatusError,
    DepartureError,
    NotFoundError,
    ResponseError,
    ResultCancelledError,
    ResultError,
    ResultFailedError,
    ResultMissingError,
    ResultNotReadyError,
    ResultNotSavedError,
)
from .job_result import decoded_file, read_result
from .lateness import Late, pause_before
from .outcome import JobOutcome

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from pasqal_core_api.models import Job
    from pasqal_core_runtime.departures import Departure, Report
    from pasqal_core_runtime.response import Response

    from ..errors import PasqalError
    from .job_result import JobResult
    from .lateness import Allowance
    from .result_folder import SavedFile

E = TypeVar("E", bound=ResultError)

_LONGEST_STATE: Final = 40
_MOST_REASONS: Final = 3
_EXPIRED: Final = frozenset({401, 403})
# What object stores call an expired link where they answer with 400.
_EXPIRED_CODES: Final = frozenset(
    {
        "AccessDenied",
        "AuthenticationFailed",
        "ExpiredToken",
        "InvalidToken",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "TokenRefreshRequired",
    }
)


class ResultFetch:
    """The results of one job, on their way.

    Args:
        job_id: the id of the job; None if the service did not send it.
        job: the job; None if there is none with this id.
        allowance: how long the call waits for late files.
        report: called with each departure; it may raise.
        saved: the file to save the results to; None to keep them in memory.

    Attributes:
        found (JobOutcome | Late | None): what came of it; None as long as that is not known.
    """

    def __init__(
        self,
        job_id: UUID | None,
        job: Job | None,
        allowance: Allowance,
        report: Report,
        saved: SavedFile | None = None,
    ) -> None:
        self._job_id = job_id
        self._job = job
        self._patience = allowance
        self._report = report
        self._saved = saved
        self._path: Path | None = None
        self._attempts = 0
        self._has_asked_anew = False
        self._date_and_time: tuple[Any, float] = (None, 0.0)
        self._departures: list[Departure] = []
        self.found: JobOutcome | Late | None = None

    @property
    def keywords(self) -> dict[str, Any]:
        """The keywords of the operation that gives the link."""
        return {"job_id": self._job_id}

    def keep_departure(self, departure: Departure) -> None:
        """Keep a departure in the answer that has the link: a text in it may be the link."""
        if "/" in departure.seen:
            departure = evolve(departure, seen="a text, which is not shown")
        self._departures.append(departure)

    def _report_kept(self) -> None:
        """Report the departures that were kept.

        Not where they are found: a traceback may show the variables of the places that it leads
        through, and there the link is one of them. For the same reason `take_link` raises nothing.
        """
        kept, self._departures = self._departures, []
        try:
            for departure in kept:
                self._report(departure)
        except DepartureError as error:
            self.fail(error)

    def begin(self) -> SavedFile | None:
        """Begin, or begin again with a file that was late.

        Returns:
            The place where the file of an earlier call may be; None if it is not to be looked for.

        Raises:
            DepartureError: what is known of the job departs from the contract, and the report
                raises that.
        """
        self.found = None
        self._attempts += 1
        self._has_asked_anew = False
        error = self._why_not()
        if error is None:
            return self._saved
        self.fail(error)
        return None

    def take_kept(self, content: bytes | None) -> None:
        """Take the file of an earlier call, if it is there: it is judged like one that is fetched.

        Raises:
            DepartureError: it contradicts itself, and the report raises that.
        """
        if content is not None:
            self._succeed(content, decoded_file(content))

    def _why_not(self) -> PasqalError | None:
        """Why the job has no results; None if it may have some."""
        if self._job is None:
            reason = f"job {self._job_id} does not exist, or this account may not see it"
            return NotFoundError(reason)
        if self._job_id is None:
            return self._error(
                ResultError, "a job came without its id, so its results cannot be found"
            )
        state = state_of(self._job)
        if state == JobStatus.ERROR:
            return self._failed_error()
        if state == JobStatus.CANCELED:
            return self._error(ResultCancelledError, f"job {self._job_id} was cancelled")
        # A job in an unknown state may have results: the service says so if it gives a link.
        if is_known(state) and is_active(state):
            return self._error(ResultNotReadyError, self._not_ended())
        return None

    def _not_ended(self) -> str:
        state = printable(state_of(self._job), _LONGEST_STATE) if self._job else NO_STATUS
        return f"job {self._job_id} has not ended: it is {state}"

    def _failed_error(self) -> ResultFailedError:
        errors = tuple(getattr(self._job, "errors", None) or ())
        told = "; ".join(errors[:_MOST_REASONS]) or "the service gave no reason"
        error = self._error(ResultFailedError, printable(f"job {self._job_id} failed: {told}"))
        error.errors = errors
        return error

    def take_link(self, response: Response[Any], now: float) -> FileDownload | None:
        """Take the answer that should have the link.

        Args:
            response: what the generated operation returned.
            now: when it came, by `time.monotonic`.

        Returns:
            What to fetch; None without a link that can be used (yet).
        """
        context = ErrorContext.of_answer(response)
        self._date_and_time = (moment_of(response.headers.get("date", "")), now)
        self._report_kept()
        if self.found is not None:
            return None
        data = getattr(response.parsed, "data", None)
        given = getattr(data, "results_link", MISSING)
        if given is MISSING:
            reason = f"the answer does not hold a link to the results of job {self._job_id}"
            self.fail(context.error(ResponseError, reason, status=int(response.status_code)))
        elif given:
            return self._download_from(str(given), context)
        else:
            self._miss(context, f"the service has no results of job {self._job_id}", now)
        return None

    def _download_from(self, given: str, context: ErrorContext) -> FileDownload | None:
        try:
            link = FileLink(given)
        except LinkError as error:
            self.fail(context.error(ResponseError, f"job {self._job_id}: {error}"))
            return None
        return FileDownload(link, f"the results of job {self._job_id}", self._saved)

    def link_not_found(self, error: NotFoundError, now: float) -> None:
        """Take note that the service answers as if there were no such job, which it has just shown.

        Args:
            error: its answer.
            now: when it came, by `time.monotonic`.
        """
        self._date_and_time = (None, now)
        self._late(error, now)

    def file_failed(self, error: APIStatusError, now: float) -> None:
        """Take note that the file could not be fetched.

        Args:
            error: what the host of the file answered.
            now: when it did.
        """
        if error.status == 404:
            self._late(error, now)
        elif _is_expired(error) and not self._has_asked_anew:
            self._has_asked_anew = True
        else:
            self.fail(error)

    def take_file(self, download: FileDownload) -> None:
        """Take the file.

        Raises:
            DepartureError: it contradicts itself, and the report raises that.
        """
        self._succeed(download.content, download.decoded)

    def fail(self, error: PasqalError) -> None:
        """The result is missing, and this is why."""
        if self._saved is not None and self._saved.is_taken:
            _explain_taken(self._saved, error)
        if isinstance(error, ResultError):
            error.job_id = self._job_id
            error.job = self._job
        self.found = JobOutcome(self._job_id, self._job, error=error, path=self._path)

    def _succeed(self, content: bytes, decoded: dict[str, Any]) -> None:
        """Judge the file, which is in its place if it is saved.

        Raises:
            DepartureError: it contradicts itself, and the report raises that.
        """
        if self._saved is not None:
            self._path = self._saved.path
        runs = getattr(self._job, "runs", None)
        result = read_result(content, decoded, self._report, runs)
        outcome = JobOutcome(self._job_id, self._job, result)
        if self._path is not None:
            # It reads the file when it is asked: many results would fill the memory.
            outcome = JobOutcome(self._job_id, self._job, path=self._path)
        self.found = outcome

    def _miss(self, context: ErrorContext, reason: str, now: float) -> None:
        """The link is missing."""
        if self._job is not None and is_known(state_of(self._job)):
            self._late(context.error(ResultMissingError, reason), now)
        else:
            self.fail(context.error(ResultNotReadyError, self._not_ended()))

    def _late(self, error: PasqalError, now: float) -> None:
        """The file is not there: it may be on its way, or missing for good."""
        date, when = self._date_and_time
        ends = self._patience.ends_for(self._job, date, when)
        pause = pause_before(self._attempts, now, ends)
        if pause is not None:
            self.found = Late(now + pause, error)
        elif isinstance(error, APIStatusError):
            self.fail(self._missing_file(error))
        else:
            self.fail(error)

    def _missing_file(self, error: APIStatusError) -> ResultMissingError:
        return ResultMissingError(
            f"the results of job {self._job_id} are not there: {error.reason}",
            status=error.status,
            method=error.method,
            path=error.path,
            request_id=error.request_id,
        )

    def _error(self, kind: type[E], reason: str) -> E:
        error = kind(reason)
        error.job_id = self._job_id
        error.job = self._job
        return error


def _explain_taken(saved: SavedFile, error: PasqalError) -> None:
    """Add that the file which is there was not taken for the result, if the error does not say so."""
    if isinstance(error, APIError) and not isinstance(error, ResultNotSavedError):
        extend_reason(error, f"{saved.shown_path} is there, but is not known to hold the results")


def result_of(outcome: JobOutcome) -> JobResult:
    """The result in an outcome.

    Raises:
        PasqalError: there is none.
    """
    if outcome.error is not None:
        raise outcome.error
    return cast("JobResult", outcome.result)


def _is_expired(error: APIStatusError) -> bool:
    """Whether the host of a file rejects a link that may have expired."""
    if error.status in _EXPIRED:
        return True
    return error.status == 400 and error.code in _EXPIRED_CODES
