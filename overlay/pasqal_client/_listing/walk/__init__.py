"""The walk through the pages of a list that proves that it missed nothing; `page_walk` says how.

- `page_walk` joins the others: which pages it wants, and what it takes from each.
- `known_ground` is what was read and proven, `route` where to look next, `list_end` whether the list
  ends here, `patience` when to give up.
- `order` is how a list is sorted; `merged_walk` walks through several lists as one, `count_walk` only
  counts what they have.
"""
