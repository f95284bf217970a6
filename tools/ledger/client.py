"""What of the client stands for an item of a contract: found out by running the code, not by reading it.

Where no hand-written method sends an operation, that is the generated function, called with the
client's `api`.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .contract import parameters_in

if TYPE_CHECKING:
    from check_spec.places import Contract, Node
    from operation_table import Reach

CLIENTS: Final = ("PasqalClient", "AsyncPasqalClient")

BESIDES: Final = frozenset({"order_by", "order_by_direction", "limit", "offset"})
"""Query parameters that are not filters: how a list is sorted and cut into pages."""


def source_of(thing: Any) -> str:
    """The file of this repository in which something is written, wherever that has moved to."""
    module = inspect.getmodule(thing)
    path = inspect.getsourcefile(module) if module is not None else None
    if module is None or path is None:
        return "overlay/"
    package = import_module(module.__name__.partition(".")[0])
    folder = Path(next(iter(getattr(package, "__path__", [path])))).parents[1]
    return Path(path).relative_to(folder).as_posix()


def resource_class(client: str, resource: str) -> Any:
    """The class of a resource of one of the clients; None if there is none."""
    import pasqal_client

    whole = getattr(pasqal_client, client)
    prefix = client.removesuffix("PasqalClient")
    name = prefix + resource.title().replace("_", "")
    return getattr(sys.modules[whole.__module__], name, None)


def missing_methods(reach: Reach) -> list[str]:
    """What the two clients lack to have the method of an operation, with the place where it belongs."""
    import pasqal_client

    if reach.is_generated:
        return missing_function(reach)
    found = []
    for client in CLIENTS:
        kind = resource_class(client, reach.resource)
        if kind is None:
            file = source_of(getattr(pasqal_client, client))
            found.append(f"{client} has no {reach.resource}; add the resource to {file}")
        elif not hasattr(kind, reach.method):
            found.append(
                f"{client} has no {reach.call}; add it to {kind.__name__} in {source_of(kind)}"
            )
    return found


def missing_function(reach: Reach) -> list[str]:
    """What the generated code lacks to have the function of an operation."""
    if generated_function(reach.method) is not None:
        return []
    return [f"there is no {reach.call}; run `make generate`"]


def generated_function(operation_id: str) -> Any:
    """The generated module of an operation, whatever its tag, with `sync_detailed` and `asyncio_detailed`; or None."""
    from pasqal_core_api import api

    for found in pkgutil.iter_modules(api.__path__):
        name = f"{api.__name__}.{found.name}.{operation_id}"
        if name in sys.modules or find_spec(name) is not None:
            return import_module(name)
    return None


def method_of(reach: Reach) -> Any:
    """The method of the sync client, or the generated function, that makes one request of an operation."""
    if reach.is_generated:
        return generated_function(reach.method).sync_detailed
    return getattr(resource_class(CLIENTS[0], reach.resource), reach.method)


def filters_of(reach: Reach) -> Any:
    """The typed dictionary of the filters that a method takes as keywords; None if it takes none.

    It is what the method's `**filters` are annotated with: `Unpack[JobFilters]`.
    """
    method = inspect.unwrap(method_of(reach))
    for argument in inspect.signature(method).parameters.values():
        if argument.kind is argument.VAR_KEYWORD:
            named = re.search(r"Unpack\[(\w+)\]", str(argument.annotation))
            return _named(named[1], method) if named else None
    return None


def _named(name: str, method: Any) -> Any:
    """What a name means in the module of a method, or, if only a type checker imports it there, in the package."""
    if name in method.__globals__:
        return method.__globals__[name]
    package = method.__module__.partition(".")[0]
    for module in [*sys.modules]:
        if module.partition(".")[0] == package and hasattr(sys.modules[module], name):
            return getattr(sys.modules[module], name)
    return None


def keyword(
    contract: Contract,
    operation_id: str,
    reach: Reach,
    parameter: Node,
    argument: str,
) -> str:
    """The keyword, or the positional argument, by which the client reaches a generated argument; empty if none."""
    if reach.is_generated:
        return argument
    if parameter["in"] == "path":
        place = [*parameters_in(contract, operation_id, "path")].index(parameter["name"])
        return _positional(reach, place)
    named = _keywords(reach)
    # The generator changes a name that a path parameter nearly has, and one that Python has.
    for name in (argument, argument.removesuffix("_query"), argument.removesuffix("_")):
        if name and name in named:
            return name
    return ""


def _positional(reach: Reach, place: int) -> str:
    """The positional argument of a method at a place; empty if it has fewer."""
    arguments = inspect.signature(method_of(reach)).parameters.values()
    names = [one.name for one in arguments if one.kind is one.POSITIONAL_ONLY]
    # The first one is the resource itself, as the method is taken from its class.
    return next(iter(names[1 + place :]), "")


def _keywords(reach: Reach) -> set[str]:
    """The keywords of a method, and its filters."""
    found = set(getattr(filters_of(reach), "__annotations__", ()))
    for argument in inspect.signature(method_of(reach)).parameters.values():
        if argument.kind is not argument.POSITIONAL_ONLY:
            found.add(argument.name)
    return found


def keyword_place(reach: Reach, wire: str) -> str:
    """Where a keyword for a parameter that the client does not reach belongs."""
    filters = filters_of(reach)
    if filters is None or wire in BESIDES:
        method = method_of(reach)
        return f"the arguments of {method.__qualname__} in {source_of(method)}"
    return f"READERS and {filters.__name__} in {source_of(filters)}"
