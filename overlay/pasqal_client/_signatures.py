"""Completes what `help()`, completion and errors tell of a method's arguments.

That is what the source has elsewhere: options, filters, the text of the sync twin; and what a call
that Python itself rejects should have looked like.
"""

from __future__ import annotations

import inspect
import re
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from ._http.redaction import SecretDict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

C = TypeVar("C", bound=type)
F = TypeVar("F", bound="Callable[..., object]")


class _ProjectOfClient:
    """What a signature shows as the default of `project_id`, because None would lift the client's project."""

    def __repr__(self) -> str:
        return "<that of the client>"


_FILTERS: Final = re.compile(r"\n {4}\*\*filters: see `\w+`\.(.*(?:\n {8}.*)*)")
"""The entry of the filters among the arguments, and what stands there besides."""

_PROJECT_OF_CLIENT: Final = _ProjectOfClient()


def show_options(kind: type, defaults: Mapping[str, object]) -> Callable[[F], F]:
    """Decorate a function so that `help()` and completion show each of its options.

    Type checkers see them anyway: the function takes `**options: Unpack[kind]`.

    Args:
        kind: the typed dictionary of the options.
        defaults: the default of each option, in the order in which to show them. The name of an
            argument of the function's own says that it comes there, and not before the options.
    """

    def decorate(function: F) -> F:
        signature = inspect.signature(function)
        own = dict(signature.parameters)
        moved = {name: own.pop(name) for name in own.keys() & defaults.keys()}
        parameters = [
            parameter
            for parameter in own.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        annotations = inspect.get_annotations(kind)
        for name, default in defaults.items():
            if name in moved:
                parameters.append(moved[name])
                continue
            # As text, like the annotations of a module that imports those of the future.
            annotation = getattr(annotations[name], "__forward_arg__", annotations[name])
            option = inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            parameters.append(option)
        vars(function)["__signature__"] = signature.replace(parameters=parameters)
        return function

    return decorate


def expect_unnamed(count: int, advice: str) -> Callable[[F], F]:
    """Decorate a method so that a call with more or fewer unnamed arguments says what is right.

    It comes below the decorators that show something, which keep what they show on its result.

    Args:
        count: how many unnamed arguments there have to be.
        advice: how to call it.
    """

    def decorate(function: F) -> F:
        name = function.__qualname__.removesuffix(".__init__")
        # The first one is the object.
        expected = count + 1

        # An argument may be a secret, and a traceback may show variables.
        @wraps(function)
        def call(*given: Any, **named: Any) -> object:
            named = SecretDict(named)
            if len(given) != expected:
                del given
                raise TypeError(f"{name}: {advice}")
            return function(*given, **named)

        @wraps(function)
        async def call_async(*given: Any, **named: Any) -> object:
            named = SecretDict(named)
            if len(given) != expected:
                del given
                raise TypeError(f"{name}: {advice}")
            return await cast("Any", function(*given, **named))

        if inspect.iscoroutinefunction(function):
            return cast("F", call_async)
        return cast("F", call)

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
    _, _, meanings = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:")

    def decorate(function: F) -> F:
        # There are no docstrings with -OO.
        if meanings:
            text, remark = _without_filters(inspect.cleandoc(function.__doc__ or ""))
            function.__doc__ = f"{text}\n\nFilters:{meanings}{remark}"
        return show_options(kind, defaults)(function)

    return decorate


def _without_filters(text: str) -> tuple[str, str]:
    """A docstring without its `**filters`, which the signature shows one by one, and what it remarks on them."""
    found = _FILTERS.search(text)
    if found is None:
        return text, ""
    rest = text.replace(found[0], "").replace("\n\nArgs:\n\n", "\n\n")
    remark = " ".join(found[1].split())
    if remark:
        remark = f"\n\n{remark}"
    return rest, remark


def show_twin(twin: type) -> Callable[[C], C]:
    """Decorate a class so that `help()` shows of it, and of each method, what the sync twin's docstring says.

    A method gets all but the first sentence. The class gets its arguments and attributes, as the
    rest, such as how to close it, is what the two differ in.

    Args:
        twin: the class with the docstrings.
    """

    def decorate(kind: C) -> C:
        _, heading, sections = inspect.cleandoc(twin.__doc__ or "").partition("\n\nArgs:")
        if sections:
            kind.__doc__ = inspect.cleandoc(kind.__doc__ or "") + heading + sections
        for name, method in vars(kind).items():
            known = getattr(vars(twin).get(name), "__doc__", None)
            # IPython completes nothing where a docstring is there and empty.
            if known and inspect.isfunction(method):
                method.__doc__ = _with_rest(method.__doc__ or "", known)
        return kind

    return decorate


def _with_rest(own: str, other: str) -> str:
    """The first paragraph of one docstring, and all others of another one."""
    first, _, _ = inspect.cleandoc(own).partition("\n\n")
    _, gap, rest = inspect.cleandoc(other).partition("\n\n")
    return f"{first}{gap}{rest}"
