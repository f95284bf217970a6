"""What `python -m pasqal_client.cli` runs."""

import sys

from . import main

sys.exit(main())
