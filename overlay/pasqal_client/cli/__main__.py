"""What `python -m pasqal_client.cli` runs."""

import sys

from pasqal_client.cli import main

sys.exit(main())
