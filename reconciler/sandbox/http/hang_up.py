"""Closing a connection without an answer, which no ASGI message can say.

uvicorn hands over a bound method to send with; the object that it belongs to holds the transport. (uvicorn 0.54)
"""

from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_KEY = "reconciler.hang_up"


def able_to_hang_up(app: ASGIApp) -> ASGIApp:
    """Return the application such that ``HangUp`` works in it. It has to be what the server calls."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        transport: Any = getattr(getattr(send, "__self__", None), "transport", None)
        await app({**scope, _KEY: transport.abort if transport else None}, receive, send)

    return wrapped


class HangUp(Response):
    """The connection closed, instead of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the connection and wait until the server knows."""
        scope[_KEY]()
        while (await receive())["type"] != "http.disconnect":
            pass
