"""What a write was asked to do, what came of it, and what can be found out afterwards.

- `plan` is the form of every write: its steps, each a request, and what their answers mean.
  `creation`, `addition`, `rebatch`, `tag_change`, `completion`, `single_cancellation`,
  `jobs_cancellation` and `batches_cancellation` have the plans; they judge an answer with status
  200.
- `submission` has what a caller wants to submit, checked by `job_requests`, `json_copy` and `texts`;
  `canonical_json` has the one form in which two of them are compared. `own_tags` has the tags by
  which a batch is found again, `known_keys` what this process knows of a key, and `turns` lets its
  threads and tasks submit under one after the other. `own_additions` has the jobs that this
  process has added itself, and `own_rebatches` the batches that it has made from others.
  `job_filters` has what writes about jobs of one batch share, `cancel_batch_filters` the filters by
  which batches are cancelled.
- `answer` reads an answer without losing it to a strict client, and makes the error of one that
  does not say what became of the write. `batch_answers` and `cancelled_items` read what it holds.
- `receipt` is what a cancellation returns, `added_jobs` what adding jobs does. `write` is what an
  error knows of the write that failed, or that came before it; `rejection` adds which jobs a rejection is about.
- `effect` is the form of what a write is to bring about, and of how to see that it did. It stands
  beside the plan, or in `jobs_cancellation_effect` and `batches_cancellation_effect`. `resolution`
  looks until it is there.

What a status other than 200 or a broken connection means for a write is decided in `_http`: by
`may_have_happened` in `retry`, from which `outcomes` makes the `OutcomeUnknownError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_runtime.late_names import late_names

if TYPE_CHECKING:
    from .added_jobs import AddedJobs as AddedJobs
    from .addition import Addition as Addition
    from .answer import Answer as Answer
    from .batches_cancellation import BatchesCancellation as BatchesCancellation
    from .batches_cancellation import BatchesCancelRequest as BatchesCancelRequest
    from .completion import Completion as Completion
    from .creation import Creation as Creation
    from .effect import Reading as Reading
    from .jobs_cancellation import JobsCancellation as JobsCancellation
    from .jobs_cancellation import JobsCancelRequest as JobsCancelRequest
    from .known_keys import KNOWN_KEYS as KNOWN_KEYS
    from .known_keys import earlier_batch as earlier_batch
    from .known_keys import is_wanted as is_wanted
    from .known_keys import looking_up as looking_up
    from .known_keys import with_jobs as with_jobs
    from .own_additions import OWN_ADDITIONS as OWN_ADDITIONS
    from .own_rebatches import OWN_REBATCHES as OWN_REBATCHES
    from .rebatch import Rebatch as Rebatch
    from .rebatch import RebatchRequest as RebatchRequest
    from .receipt import CancelBatchesReceipt as CancelBatchesReceipt
    from .receipt import CancelReceipt as CancelReceipt
    from .resolution import Evidence as Evidence
    from .resolution import Inquiry as Inquiry
    from .single_cancellation import REFUSALS as REFUSALS
    from .single_cancellation import BatchCancellation as BatchCancellation
    from .single_cancellation import JobCancellation as JobCancellation
    from .tag_change import TagChange as TagChange
    from .write import Progress as Progress
else:
    __getattr__ = late_names(
        __name__,
        {
            "added_jobs": "AddedJobs",
            "addition": "Addition",
            "answer": "Answer",
            "batches_cancellation": "BatchesCancelRequest BatchesCancellation",
            "completion": "Completion",
            "creation": "Creation",
            "effect": "Reading",
            "jobs_cancellation": "JobsCancelRequest JobsCancellation",
            "known_keys": "KNOWN_KEYS earlier_batch is_wanted looking_up with_jobs",
            "own_additions": "OWN_ADDITIONS",
            "own_rebatches": "OWN_REBATCHES",
            "rebatch": "Rebatch RebatchRequest",
            "receipt": "CancelBatchesReceipt CancelReceipt",
            "resolution": "Evidence Inquiry",
            "single_cancellation": "BatchCancellation JobCancellation REFUSALS",
            "tag_change": "TagChange",
            "write": "Progress",
        },
    )
