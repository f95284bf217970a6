"""Lists that are read page by page, whatever their items are.

- `filter_table` checks filters and knows how each is sent; `filters` is the table of the job
  filters; `query_parts` splits what does not fit a URL.
- `item_kind` is what has to be known of the items of a list; `list_request` a request for a list.
- `pages` is what a page is. `walk` decides which pages to read so that nothing is missed.
- `listings` are the lists to iterate over; `pages_in_flight` fetches their pages ahead.
"""
