"""The contract as a page: Swagger UI, with nothing but files of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fastapi_offline

from ..operations import CONTRACT

CONTRACT_PATH = "/openapi.json"
START_PATH = "/docs/start.js"

_FILES = Path(fastapi_offline.__file__).parent / "static"
ASSETS = {f"/docs/{name}": _FILES / name for name in ("swagger-ui.css", "swagger-ui-bundle.js")}
"""The files of Swagger UI, by the paths under which they are served."""

DOCS = """\
<!doctype html>
<html lang="en"><head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The contract - Pasqal sandbox</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>
body { margin: 0; font-family: system-ui, sans-serif; }
header { box-sizing: border-box; margin: 0 auto; padding: 1rem 20px 0; max-width: 1460px; line-height: 1.45;
  color: #3b4151; }
header a { color: #0a58ca; }
html.dark-mode body { background: #1c2022; }
html.dark-mode header { color: #e4e6e6; }
html.dark-mode header a { color: #6cb0ff; }
</style>
</head>
<body>
<header>
This is a sandbox, a stand-in for the service on this machine: requests from this page reach nothing else.
Enter its token under &ldquo;Authorize&rdquo;.<br>
<a href="/">Batches and jobs in it</a>
</header>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body></html>
"""

# A file of its own, because the policy of the page forbids scripts inside it.
START = f"""\
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
window.ui = SwaggerUIBundle({{
  url: "{CONTRACT_PATH}",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
}});
"""


def make_document(server: str) -> dict[str, Any]:
    """The contract, with this sandbox as its only server.

    Args:
        server: the address of the sandbox, with the service prefix.
    """
    description = "This sandbox, a stand-in for the service on this machine"
    return {**CONTRACT, "servers": [{"url": server, "description": description}]}
