"""What a write was asked to do, what came of it, and what can be found out afterwards.

- `plan` is the form of every write: its steps, each a request, and what their answers mean.
  `cancellation` and `completion` are plans; they judge an answer with status 200.
- `answer` reads an answer without losing it to a strict client, and makes the error of one that
  does not say what became of the write.
- `receipt` is what a cancellation returns. `write` is what an error knows of the write that failed.
- `effect` is what a write is to bring about, and how to see that it did: `CompletedBatch`, and in
  `cancellation_effect` the jobs that are cancelled. `resolution` looks until it is there.

What a status other than 200 or a broken connection means for a write is decided in `_http`: by
`may_have_happened` in `retry`, from which `outcomes` makes the `OutcomeUnknownError`.
"""
