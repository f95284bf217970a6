"""The results of jobs: files at addresses of their own, which whoever has the address can fetch without a token.

- `made_up` has the content where nothing was given, `kept` what a test gave, `files` the file of a
  job. `links` signs the addresses, `downloads` answers at them.
"""

from __future__ import annotations
