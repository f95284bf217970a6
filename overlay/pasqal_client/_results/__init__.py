"""The results of jobs: what a file says, and how the files of many jobs are fetched.

- `job_result` is what a file says, `contradictions` where it contradicts itself or its job,
  `outcome` what a caller gets for each job.
- `result_fetch` decides what to do next for one job, `lateness` how long a file that is late is
  waited for.
- `fetch_queue` decides which jobs come next, and in which order their outcomes are handed out;
  `flights` has those that are under way, in threads or tasks.
- `result_folder` keeps files in a folder, and goes on with those that were interrupted.
"""
