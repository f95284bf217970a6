"""`pasqal jobs timeline`: when the jobs of a list were queued and ran, as a picture."""
