"""What all pictures share: texts without scripts, and without anything from elsewhere.

- `style` has the colours, light and dark; `markup` the pieces of a picture, `page` those of a page
  around it.
- `file` is where a picture is drawn to, and what must not be lost there.
"""
