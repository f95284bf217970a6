"""What `python -m pasqal_client.conformance` runs."""

from __future__ import annotations

import sys

try:
    from .program import main
except ImportError as error:
    # The sandbox says which extra is missing. A part of ours that is missing has a name.
    if error.name:
        raise
    sys.stderr.write(f"{error}\n")
    sys.exit(2)

sys.exit(main())
