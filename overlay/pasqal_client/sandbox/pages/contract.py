"""The contract as a page: Swagger UI, with nothing but files of this machine."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import fastapi_offline

import pasqal_core_schemas

CONTRACT_PATH = "/openapi.json"
START_PATH = "/docs/start.js"

_FILES = Path(fastapi_offline.__file__).parent / "static"
ASSETS = {f"/docs/{name}": _FILES / name for name in ("swagger-ui.css", "swagger-ui-bundle.js")}
"""The files of Swagger UI, by the paths under which they are served."""

_KEPT = files(pasqal_core_schemas) / "contract.json"

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
This is a sandbox, a stand-in for the service on this machine: what is tried out here happens in it alone.
Its token goes into &ldquo;Authorize&rdquo;.<br>
<a href="/">Its batches and jobs</a>
</header>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body></html>
"""

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


def contract(server: str) -> dict[str, Any]:
    """The contract, with this sandbox as its only server.

    Args:
        server: The address of the sandbox, with the service prefix.
    """
    document: dict[str, Any] = json.loads(_KEPT.read_text(encoding="utf-8"))
    document["servers"] = [
        {"url": server, "description": "This sandbox, a stand-in for the service on this machine"}
    ]
    return document
