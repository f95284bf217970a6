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

from .calls import Caller, keywords_of
from .contract import operations, parameters
from .generated import generated_argument

if TYPE_CHECKING:
    from check_spec.places import Contract
    from operation_table import Reach

    from .items import Item

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

    if not hasattr(getattr(pasqal_client, client), resource):
        return None
    prefix = client.removesuffix("PasqalClient")
    name = prefix + resource.title().replace("_", "")
    return getattr(import_module(f"{pasqal_client.__name__}.{resource}"), name)


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
    return [f"{reach.call} does not exist; run `make generate`"]


def generated_function(operation_id: str) -> Any:
    """The generated module of an operation, whatever its tag, with `sync_detailed` and `asyncio_detailed`; or None."""
    from pasqal_core_api import api

    for found in pkgutil.iter_modules(api.__path__):
        name = f"{api.__name__}.{found.name}.{operation_id}"
        if name in sys.modules or find_spec(name) is not None:
            return import_module(name)
    return None


def method_of(reach: Reach) -> Any:
    """The method of the sync client, or the generated function, that makes the request of an operation."""
    if reach.is_generated:
        return generated_function(reach.method).sync_detailed
    return getattr(resource_class(CLIENTS[0], reach.resource), reach.method)


def filters_of(reach: Reach) -> Any:
    """The typed dictionary of the filters that a method takes as keywords; None if it takes none.

    It is what the method's `**filters` are annotated with: `Unpack[JobFilters]`.
    """
    method = method_of(reach)
    annotations = getattr(method, "__annotations__", {})
    annotation = str(annotations.get("filters", ""))
    named = re.search(r"Unpack\[(\w+)\]", annotation)
    if named is None:
        return None
    return _named(named[1], inspect.unwrap(method))


def _named(name: str, method: Any) -> Any:
    """What a name means in the module of a method, or, if only a type checker imports it there, in the package."""
    known = method.__globals__
    if name in known:
        return known[name]
    package = method.__module__.partition(".")[0]
    for path, module in [*sys.modules.items()]:
        if path.partition(".")[0] == package and hasattr(module, name):
            return getattr(module, name)
    return None


def sent_items(
    contract: Contract,
    root: Path,
    operation_id: str,
    reach: Reach,
) -> dict[Item, str]:
    """What the client sends of an operation, each with the keyword that changes it; empty where none does.

    An item is the place and the name of a parameter, the component and the field of a body, or the body.
    """
    if reach.is_generated:
        return _generated_arguments(contract, operation_id)
    method = method_of(reach)
    keywords = keywords_of(method, filters_of(reach))
    caller = Caller(
        contract,
        root,
        operation_id,
        reach,
        method,
    )
    return caller.sent_items(keywords)


def _generated_arguments(contract: Contract, operation_id: str) -> dict[Item, str]:
    """The parameters that a generated function sends, each with its argument."""
    _, _, operation = operations(contract)[operation_id]
    found: dict[Item, str] = {}
    for _, parameter in parameters(contract, operation):
        argument = generated_argument(contract, operation_id, parameter)
        if argument:
            found[parameter["in"], parameter["name"]] = argument
    return found


def shown_call(reach: Reach, word: str) -> str:
    """A call with one of its arguments; one that no argument changes is sent by itself."""
    if not word:
        return f"{reach.call}(…)"
    signature = inspect.signature(method_of(reach))
    argument = signature.parameters.get(word)
    if argument is not None and _is_first(argument):
        return f"{reach.call}({word})"
    return f"{reach.call}({word}=)"


def _is_first(argument: inspect.Parameter) -> bool:
    """Whether an argument is given without its name, as in our examples."""
    if argument.kind is argument.POSITIONAL_ONLY:
        return True
    is_needed = argument.default is argument.empty
    return is_needed and argument.kind is argument.POSITIONAL_OR_KEYWORD


def keyword_place(reach: Reach, wire: str) -> str:
    """Where a keyword for a parameter that the client does not reach belongs."""
    filters = filters_of(reach)
    if filters is None or wire in BESIDES:
        method = method_of(reach)
        return f"the arguments of {method.__qualname__} in {source_of(method)}"
    return f"the table of readers and {filters.__name__} in {source_of(filters)}"
