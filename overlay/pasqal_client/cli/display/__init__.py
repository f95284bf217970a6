"""How results look: tables, texts, colours, widths, progress."""
