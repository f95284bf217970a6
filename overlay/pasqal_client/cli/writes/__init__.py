"""The writes: what one is about is shown, the person is asked, and what came of it is printed.

- `preview` shows what matches, and asks; `receipt` prints what was done, also by a write that failed
  half-way.
- `jobs_cancellation`, `batches_cancellation`, `completion`, `repetition` and `tag_change` have what
  the commands do.
"""
