"""Prints what is installed in this environment as constraints: exact versions, no index addresses, not the project."""

from __future__ import annotations

from importlib.metadata import distributions

# The project is installed from here, and the tool that installs comes with the environment.
LEFT_OUT = {"pasqal-client", "setuptools"}


def pins() -> list[str]:
    """The constraints, by name."""
    installed = {}
    for distribution in distributions():
        name = str(distribution.metadata["Name"])
        name = name.lower().replace("_", "-")
        installed[name] = distribution.version
    names = sorted(installed.keys() - LEFT_OUT)
    return [f"{name}=={installed[name]}" for name in names]


if __name__ == "__main__":
    made = "made by `make constraints`"
    print(f"# Exact versions of everything that a development environment installs; {made}.")
    print(*pins(), sep="\n")
