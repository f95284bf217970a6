"""What `python -m pasqal_client.sandbox` runs."""

from __future__ import annotations

import sys

from .program import main

sys.exit(main())
