"""Results of jobs: a link for each, and the file that it leads to, which sees nothing of ours."""

import http.client
from typing import Any, Final

from . import client as calls
from . import connection, errors, views, wire

MOST_LOOKS: Final = 5
LATE: Final = 404
EXPIRED: Final = 403
CLASSES: Final = {
    "ERROR": "ResultFailedError",
    "CANCELED": "ResultCancelledError",
    "DONE": "ResultMissingError",
}


def failed(kind: str, reason: str, status: int | None = None) -> errors.ServiceError:
    return errors.ServiceError(kind, reason, status)


def find_link(client: calls.Client, job_id: str) -> str | None:
    """The address of the results of a job; null and empty text are none."""
    data = client.read("get_job_results_link", {"job_id": job_id})
    link = data["results_link"]
    return link if isinstance(link, str) and link else None


def file_headers(client: calls.Client) -> dict[str, str]:
    """What the host of the files sees: it is not the service, so no token."""
    return {"Accept": "*/*", "User-Agent": connection.USER_AGENT}


def file_attempts() -> int:
    """How often a file is asked for, if the answers break or say that they may pass."""
    return MOST_LOOKS


def fetch_file(client: calls.Client, link: str) -> errors.Answer:
    """The file; an answer that did not come whole is asked for again."""
    for attempt in range(1, file_attempts() + 1):
        try:
            answer = connection.exchange(
                "GET", link, file_headers(client), None, client.settings.timeout
            )
        except (connection.NeverSent, OSError, http.client.HTTPException) as problem:
            if attempt >= min(client.settings.attempts, file_attempts()):
                raise connection.connection_error(type(problem).__name__, is_write=False) from None
            continue
        if answer.status not in connection.REPEATED or attempt >= min(
            client.settings.attempts, file_attempts()
        ):
            return answer
    raise failed("APIConnectionError", "the file cannot be fetched")


def read_result(client: calls.Client, job_id: str, job: dict[str, Any]) -> Any:
    """The counter of a job."""
    check_status(calls.text_of(job["status"]))
    renewed = False
    link = find_link(client, job_id)
    for _ in range(MOST_LOOKS):
        if link is None:
            raise failed(CLASSES["DONE"], "no results were kept")
        answer = fetch_file(client, link)
        if answer.status == 200:
            return counter_of(answer.body)
        if is_expired(answer) and may_renew(renewed=renewed):
            renewed = True
            link = find_link(client, job_id)
        elif not is_late(answer):
            raise failed(errors.kind_of(answer.status), "the file was refused", answer.status)
    raise failed(CLASSES["DONE"], "the file did not come")


def check_status(status: str | None) -> None:
    """Only a job that is DONE has results."""
    if status not in CLASSES:
        raise failed("ResultNotReadyError", "the job has not ended")
    if status != "DONE":
        raise failed(CLASSES[status], "the job has no results")


def may_renew(*, renewed: bool) -> bool:
    """Whether another link is asked for: once."""
    return not renewed


def is_late(answer: errors.Answer) -> bool:
    return answer.status == LATE


def is_expired(answer: errors.Answer) -> bool:
    """Whether the address is no longer valid, so that a new one helps."""
    return answer.status == EXPIRED or (answer.status == 400 and "xpired" in answer.body)


def counter_of(body: str) -> Any:
    """The counter in a file."""
    reader = views.Reader()
    try:
        view = reader.read("JobResult", views.parse_json(body), "")
    except ValueError:
        view = views.UNSET
    if not isinstance(view, dict):
        raise failed("ResponseError", "the file is not a result", 200)
    counter = view["counter"]
    return counter if isinstance(counter, dict) else None


def result(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    job_id = wire.sent_id(arguments["job_id"])
    return calls.Outcome(read_result(client, job_id, calls.read_job(client, job_id)))


def results(client: calls.Client, arguments: calls.Arguments) -> calls.Outcome:
    """An outcome for each job; none is lost for another's sake."""
    if "batch_id" in arguments:
        batch_id = wire.sent_id(arguments["batch_id"])
        jobs: list[Any] = calls.jobs_of_batch(client, batch_id)
    else:
        jobs = jobs_by_ids(client, arguments["ids"])
    return calls.Outcome([outcome_of(client, job) for job in jobs])


def jobs_by_ids(client: calls.Client, ids: Any) -> list[Any]:
    """The jobs with these ids, in their order; an id that nobody knows has no job."""
    asked = wire.many(wire.sent_id)(ids)
    if not asked:
        return []
    items, _ = calls.read_list(client, calls.JOBS, calls.filters_by_id(client, asked))
    known = {calls.shown_id(item["id"]): item for item in items}
    return [known.get(job_id, {"id": job_id, "status": None}) for job_id in in_order(asked, known)]


def in_order(asked: list[str], _known: Any) -> list[str]:
    """The ids in the order in which they were given."""
    return asked


def outcome_of(client: calls.Client, job: dict[str, Any]) -> list[Any]:
    """The id, the counter, and the class of the error in its place."""
    job_id = calls.shown_id(job["id"])
    if job["status"] is None:
        return [job_id, None, "NotFoundError"]
    try:
        return [job_id, read_result(client, str(job_id), job), None]
    except errors.ServiceError as problem:
        return [job_id, None, problem.kind]


calls.CALLS |= {
    "jobs.result": lambda *given: result(*given),
    "jobs.results": lambda *given: results(*given),
}
