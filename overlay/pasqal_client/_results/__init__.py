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
