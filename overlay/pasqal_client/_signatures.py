"""Shows the options and the filters of a function one by one in `help()`, although it takes them as `**options`."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

F = TypeVar("F", bound="Callable[..., object]")


class _ProjectOfClient:
    """What a signature shows as the default of `project_id`, because None would lift the client's project."""

    def __repr__(self) -> str:
        return "<that of the client>"


_PROJECT_OF_CLIENT: Final = _ProjectOfClient()


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


def show_filters(kind: type, *, by_project: bool = True) -> Callable[[F], F]:
    """Decorate a function so that `help()` and completion show each of its filters, `help()` with its meaning.

    Args:
        kind: the typed dictionary of the filters. Its docstring ends with a list of them.
        by_project: whether the client's project applies where no other is given.
    """
    filters = inspect.get_annotations(kind)
    defaults: dict[str, object] = dict.fromkeys(filters)
    if by_project and "project_id" in filters:
        defaults["project_id"] = _PROJECT_OF_CLIENT
    # There are no docstrings with -OO.
    _, _, meanings = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:")

    def decorate(function: F) -> F:
        text = inspect.cleandoc(function.__doc__ or "")
        function.__doc__ = f"{text}\n\nFilters:{meanings}"
        return show_options(kind, defaults)(function)

    return decorate
