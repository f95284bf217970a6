"""The results of jobs: printed, drawn and compared.

- `report` reads how results are wanted, and prints them: the place to start.
- `records` writes them as data; `views` shows them to people.
- `histogram` is what is shown of a job, `histogram_text` draws it with characters,
  `histogram_picture` as a picture or a page.
- `sweep` compares the jobs of a sweep, `sweep_text` is the table and `sweep_picture` the picture of
  that; `scale` is its axis.
- `summary` says which jobs they are, and `markup` has the pieces of the pictures.
"""
