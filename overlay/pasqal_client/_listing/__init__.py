"""Lists that are read page by page, whatever their items are.

- `filter_table` checks filters and knows how each is sent; `filters` has the tables of the filters of
  jobs and batches, `device_filters` that of devices; `query_parts` splits what does not fit a URL.
- `subject` is which jobs a wait, or a call for results, is about.
- `item_kind` is what has to be known of the items of a list; `list_request` says what to list, and
  how to read it.
- `pages` reads a page from an answer. `walk` decides which pages to read so that nothing is missed.
- `listings` are the lists to iterate over; `pages_in_flight` fetches their pages ahead.
- `queue_search` looks a batch up in a list that moves while it is read.
"""
