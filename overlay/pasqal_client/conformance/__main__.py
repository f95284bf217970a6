"""What `python -m pasqal_client.conformance` runs."""

from __future__ import annotations

import sys

try:
    from .program import main
except ImportError as error:
    # Without the sandbox's extra; a traceback would bury the line that says so.
    sys.stderr.write(f"{error}\n")
    sys.exit(2)

sys.exit(main())
