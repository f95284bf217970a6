"""Prints what is installed in this environment as constraints: exact versions, no index addresses, not the project."""

from importlib.metadata import distributions

print(
    "# Exact versions of everything that a development environment installs; made by `make constraints`."
)
installed = {str(d.metadata["Name"]).lower().replace("_", "-"): d.version for d in distributions()}
for name in sorted(installed.keys() - {"pasqal-client", "setuptools"}):
    print(f"{name}=={installed[name]}")
