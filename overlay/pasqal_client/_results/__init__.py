"""The results of jobs: what a file says, and how the files of many jobs are fetched.

- `job_result` is what a file says, `contradictions` where it contradicts itself or its job,
  `outcome` what a caller gets for each job.
- `result_fetch` decides what to do next for one job, `lateness` how long a file that is late is
  waited for.
- `asked_jobs` are the jobs of a call, `result_call` its arguments, checked.
- `fetch_queue` decides which jobs come next, and in which order their outcomes are handed out, with
  `repeats` for ids that are given again; `errands_under_way` has what is begun, in threads or tasks.
- `result_folder` keeps files in a folder, and goes on with those that were interrupted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_runtime.late_names import late_names

if TYPE_CHECKING:
    from .asked_jobs import groups_of as groups_of
    from .asked_jobs import in_order as in_order
    from .asked_jobs import with_ids as with_ids
    from .errands_under_way import AsyncErrandFlights as AsyncErrandFlights
    from .errands_under_way import ErrandFlights as ErrandFlights
    from .lateness import Allowance as Allowance
    from .lateness import Late as Late
    from .result_call import ResultCall as ResultCall
    from .result_fetch import ResultFetch as ResultFetch
    from .result_fetch import result_of as result_of
    from .result_folder import ResultFolder as ResultFolder
else:
    __getattr__ = late_names(
        __name__,
        {
            "asked_jobs": "groups_of in_order with_ids",
            "errands_under_way": "AsyncErrandFlights ErrandFlights",
            "lateness": "Allowance Late",
            "result_call": "ResultCall",
            "result_fetch": "ResultFetch result_of",
            "result_folder": "ResultFolder",
        },
    )
