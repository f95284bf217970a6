"""Shows the options of a function one by one in `help()`, although it takes them as `**options`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F", bound="Callable[..., object]")


def show_options(kind: type, defaults: Mapping[str, object]) -> Callable[[F], F]:
    """Decorate a function so that `help()` and completion show each of its options.

    Type checkers see them anyway: the function takes `**options: Unpack[kind]`.

    Args:
        kind: the typed dictionary of the options.
        defaults: the default of each option, in the order in which to show them.
    """

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        parameters = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        annotations = inspect.get_annotations(kind)
        for name, default in defaults.items():
            # As text, like the annotations of a module that imports those of the future.
            annotation = getattr(annotations[name], "__forward_arg__", annotations[name])
            option = inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            parameters.append(option)
        vars(function)["__signature__"] = signature.replace(parameters=parameters)
        return function

    return decorate
