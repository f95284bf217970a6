"""`pasqal jobs watch`: shows how jobs stand until they have ended.

- `loop` looks again and again, and `looks` reads the jobs for it; `state` holds what was seen.
- `report` shows it, as a line for each change or on a `screen`.
"""
