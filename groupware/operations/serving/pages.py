"""Pages: Django's WSGI application in a pool of threads, behind an ASGI server.

Under Django's own ASGI handler every request opens a new database connection; threads keep
theirs (measured 1.7 ms a request against 3.4 ms). Requests are cleaned before they become a WSGI
environment, where they would be ambiguous.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import quote_from_bytes

from a2wsgi import WSGIMiddleware

Scope: TypeAlias = dict[str, Any]
Message: TypeAlias = dict[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

BUFFERED_BYTES = 1024 * 1024  # of a request's body, read before a thread is taken
SAFE_IN_QUERY = "".join(chr(code) for code in range(0x21, 0x7F))


class Pages:
    """An ASGI application that answers HTTP with the WSGI application `application`."""

    def __init__(self, application: Any, *, threads: int) -> None:
        self._inner = WSGIMiddleware(application, workers=threads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in a thread of the pool."""
        inner: Any = self._inner
        await inner(cleaned(scope), await buffered(receive), send)


def cleaned(scope: Scope) -> Scope:
    """The scope without what WSGI would confuse.

    `X_Forwarded_For` would become the same variable as `X-Forwarded-For`, so a header with an
    underscore could forge what the proxy says: such headers are dropped, as nginx does. A query
    string with raw non-ASCII bytes (RFC 3986 allows none) is percent-encoded.
    """
    return {
        **scope,
        "headers": [(name, value) for name, value in scope["headers"] if b"_" not in name],
        "query_string": quote_from_bytes(scope["query_string"], safe=SAFE_IN_QUERY).encode("ascii"),
    }


async def buffered(receive: Receive) -> Receive:
    """`receive` with up to 1 MiB of the body read ahead, so that a slow sender holds no thread."""
    messages: list[Message] = []
    size = 0
    while size < BUFFERED_BYTES:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            break

    async def replay() -> Message:
        return messages.pop(0) if messages else await receive()

    return replay
