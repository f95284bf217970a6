"""Lists that are read page by page: filters, pages, the walk that misses nothing, and the lists to iterate over."""
