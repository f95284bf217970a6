"""What `python -m pasqal_client.conformance` runs."""

from __future__ import annotations

import sys

from .program import main

sys.exit(main())
