"""Waiting until jobs have ended.

- `wait` decides what to look at next, and when it is over. `look` names what there is to look at.
- `seen_jobs` is how the jobs were last seen, `snapshot` what a look that reads them has shown.
- `pace` is when the next look follows, and how many failed looks are tolerated.
- `options` checks the options, `result` is what the caller is told.

The resource `jobs` looks, and sleeps in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pasqal_core_runtime.late_names import late_names

if TYPE_CHECKING:
    from .look import Look as Look
    from .snapshot import AnsweredPages as AnsweredPages
    from .snapshot import Snapshot as Snapshot
    from .wait import Wait as Wait
else:
    __getattr__ = late_names(
        __name__,
        {
            "look": "Look",
            "snapshot": "AnsweredPages Snapshot",
            "wait": "Wait",
        },
    )
