"""Routes that all sandboxes of a process share: making them takes longer than many a test.

A request carries what it is for in its scope: the handlers of the sandbox that received it.
"""

from __future__ import annotations

from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.requests import Request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

T = TypeVar("T")

_KEY = "pasqal_client.sandbox"
_REQUEST = "received_request"


class Bound:
    """ASGI middleware: shared routes, bound to the objects of one sandbox.

    Args:
        app: the shared routes.
        objects: what the routes look for, one of each class.
    """

    def __init__(self, app: ASGIApp, *objects: object) -> None:
        self._app = app
        self._objects = {type(each): each for each in objects}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the objects in its scope."""
        scope[_KEY] = self._objects
        await self._app(scope, receive, send)


def find(request: Request, kind: type[T]) -> T:
    """The object of a class that the sandbox of a request has."""
    found: T = request.scope[_KEY][kind]
    return found


def forward(kind: type, name: str) -> Callable[..., Awaitable[Any]]:
    """An endpoint with the parameters of a method, which it calls on the object of the request's sandbox."""
    method = getattr(kind, name)
    _, *own = signature(method, eval_str=True).parameters.values()
    # FastAPI gives the request to one parameter only, which may be the method's own.
    taking = [each.name for each in own if each.annotation is Request]

    async def endpoint(**arguments: Any) -> Any:
        request = arguments[taking[0]] if taking else arguments.pop(_REQUEST)
        return await getattr(find(request, kind), name)(**arguments)

    if not taking:
        own.append(Parameter(_REQUEST, Parameter.KEYWORD_ONLY, annotation=Request))
    parameters = [each.replace(kind=Parameter.KEYWORD_ONLY) for each in own]
    # FastAPI reads the parameters here, and the description of an operation.
    endpoint.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    endpoint.__name__ = name
    endpoint.__doc__ = method.__doc__
    return endpoint


def forward_error(kind: type, name: str) -> Callable[[Request, Any], Awaitable[Any]]:
    """A handler of errors that calls a method on the object of the request's sandbox."""

    async def handle(request: Request, error: Any) -> Any:
        return await getattr(find(request, kind), name)(request, error)

    return handle
