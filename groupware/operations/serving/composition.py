"""One ASGI application out of pages and sockets, with an orderly end."""

from collections.abc import Awaitable, Callable
from typing import Any

from groupware.operations.serving.pages import Message, Receive, Scope, Send

Application = Callable[[Scope, Receive, Send], Any]


class Site:
    """Hands requests to pages, sockets to sockets; either may be missing.

    `at_end` runs when the server shuts down, after the last request.
    """

    def __init__(
        self,
        *,
        pages: Application | None,
        sockets: Application | None,
        at_end: Callable[[], Awaitable[None]],
    ) -> None:
        self._pages = pages
        self._sockets = sockets
        self._at_end = at_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Dispatch by the kind of connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await (self._pages or answer_alive)(scope, receive, send)
        elif self._sockets is not None:
            await self._sockets(scope, receive, send)
        else:
            await refuse_socket(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self._at_end()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Close a socket before it opened: nothing listens at this address, or not in this process."""
    await receive()
    await send({"type": "websocket.close", "code": 1001})


async def answer_alive(scope: Scope, receive: Receive, send: Send) -> None:
    """What a process for sockets alone says to HTTP: 200 for /healthz, else 404."""
    alive = scope["path"] == "/healthz"
    body = b"ok\n" if alive else b"not found\n"
    await send(
        {
            "type": "http.response.start",
            "status": 200 if alive else 404,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode("ascii")),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
