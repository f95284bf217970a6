"""`pasqal jobs timeline`: when the jobs of a list queued and ran, as a picture.

- `layout` makes rows and bars of jobs, `axis` ticks and texts of times: no drawing.
- `text` draws with characters, `svg` a picture, `page` a page around it; `markup` has their pieces
  beside those of all `pictures`.
- `report` says up to when and under which title, and draws it on stdout or into a file.
"""
