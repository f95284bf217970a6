"""What a call returned, in a form that both clients share. It runs in the environment of either."""

import ast
import json
from typing import Any


def run(code: str, names: dict[str, Any]) -> Any:
    """The value of the last expression of some code."""
    *before, last = ast.parse(code).body
    exec(compile(ast.Module(before, []), code, "exec"), names)  # noqa: S102
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), code, "eval"), names)  # noqa: S307


def facts(value: Any) -> Any:
    """What can be compared: states, how many were refused, how many shots, the names in an object."""
    if isinstance(value, bytes):
        value = json.loads(value)
    if isinstance(value, dict):
        return _facts_of_object(value)
    if value is None or isinstance(value, str):
        return value and str(value)
    for name in ("batch", "status", "value"):
        if hasattr(value, name):
            return facts(getattr(value, name))
    for name in ("jobs", "batches"):
        if hasattr(value, name):
            return [facts(getattr(value, name)), len(value.errors)]
    return [facts(item) for item in getattr(value, "results", value)]


def _facts_of_object(value: dict[str, Any]) -> Any:
    for name in ("status", "counter"):
        if name in value:
            return facts(value[name])
    if all(isinstance(item, int) for item in value.values()):
        return sum(value.values())
    if all(hasattr(item, "status") for item in value.values()):
        return sorted(facts(item) for item in value.values())
    return sorted(value)
