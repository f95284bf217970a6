"""What `python -m pasqal_client.sandbox` runs."""

import sys

from .program import main

sys.exit(main())
