"""How results look.

- `output` writes them, as a table or as data; `progress` shows how far a command is.
- `tables` draws a table, with `column_widths` and `state_colours`, and knows what stdout can show.
  `columns` has those of jobs, batches and devices.
- `field_text` makes texts of a job's fields, `words` of numbers and lists; `safe_text` spells out
  control characters.
"""
