"""Builds the documentation site into build/site/html: `make docs`. It needs no network, and neither do the pages.

- `staging` puts the pages together: those of docs/, some from beside it, and those of `python_reference`,
  which has every public name. Their links are moved along.
- `navigation` reads which pages docs/zensical.toml has, and which are missing there.
- `built_pages` reads what was built: links that lead nowhere, and what would be loaded from another host.
"""
