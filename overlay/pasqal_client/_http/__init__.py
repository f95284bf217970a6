"""The only way to the service: requests, retries, deadlines, throttling, hooks.

- `connection` has the two clients under the generated operations; everything goes through their
  `send()`. `attempts` is one request with all its attempts.
- `outcomes` judges what an attempt came to, `retry` decides whether and when it is sent again.
  `attempts` asks it, and `connection` waits.
- `answer_kind` says how an answer of the service is taken, `file_download` how a file is, which
  comes from a signed link (`file_link`) and goes to a `file_storage`; `disk_work` has the threads in
  which the async client writes files.
- `throttle` holds a client's listings back after a 429; `flights`, which makes requests side by side,
  obeys it. `workers` are the threads in which the sync client makes them.
- `received_answer` is the answer that goes up to the generated code. `error_context` is what errors
  say about a request; `error_bodies` finds the service's reason in a body.
- `compression` and `json_text` decode bodies, `redaction` removes secrets from texts, `urls` checks
  addresses, `time_headers` reads dates and pauses, `hooks` tells the log and the
  caller's hooks.
- `abandoned_tasks` keeps asyncio from logging the errors of tasks that nobody waits for.
- `transport` moves the bytes: the HTTP library, pools, TLS, proxies, time limits.
"""
