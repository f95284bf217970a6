"""What `pasqal run`, `batches create` and `batches add-jobs` submit: read from files, checked, shown, sent.

- `text_file` reads a file or stdin, `sequence_file` what is in a sequence's. `job_file` reads the jobs
  of `--jobs`, from `csv_jobs` or `json_lines`; `variable_values` reads their values, and `--set`.
- `draft` is what is to be submitted, checked before anything is sent; `job_places` lets an error name
  a job by its line. `preview` shows it.
- `flow` does what the commands do; `stage` is how far that has come, for whatever goes wrong on the
  way.
"""
