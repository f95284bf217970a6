"""`pasqal jobs watch`: a view of the jobs that follows them."""
