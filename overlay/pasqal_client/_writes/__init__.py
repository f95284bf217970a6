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
