"""What `python -m pasqal_client.sandbox` runs."""

import sys

from pasqal_client.sandbox.program import main

sys.exit(main())
