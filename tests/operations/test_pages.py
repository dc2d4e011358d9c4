"""Pages in threads: lasting connections, a clean environment, an orderly end."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.db.backends.signals import connection_created

from groupware.operations.serving.composition import Site
from groupware.operations.serving.pages import BUFFERED_BYTES, Pages, buffered, cleaned

THREADS = 6


async def nothing() -> None:
    """No end to put in order."""


def scope(path: str = "/healthz", **more: Any) -> dict[str, Any]:
    """An HTTP request as uvicorn describes it."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("192.0.2.1", 50000),
        "server": ("127.0.0.1", 80),
        **more,
    }


async def ask(application: Any, asked: dict[str, Any], body: bytes = b"") -> tuple[int, bytes]:
    """Status and body of the answer."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(asked, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def opened() -> Iterator[list[object]]:
    """The database connections that were opened during a test."""
    found: list[object] = []

    def note(sender: object, connection: object, **_rest: object) -> None:
        found.append(connection)

    connection_created.connect(note)
    yield found
    connection_created.disconnect(note)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_three_hundred_requests_open_no_more_connections_than_threads(
    opened: list[object],
) -> None:
    pages = Pages(WSGIHandler(), threads=THREADS)

    async def work() -> list[int]:
        gate = asyncio.Semaphore(20)

        async def one() -> int:
            async with gate:
                return (await ask(pages, scope()))[0]

        return await asyncio.gather(*(one() for _ in range(300)))

    statuses = asyncio.run(work())
    together = threading.Barrier(THREADS)

    def leave_together() -> None:
        together.wait()
        connections.close_all()

    for _ in range(THREADS):  # one in each thread: all wait for the last
        pages._inner.executor.submit(leave_together)
    pages._inner.executor.shutdown()
    assert set(statuses) == {200}
    assert 1 <= len(opened) <= THREADS


def test_a_header_with_an_underscore_cannot_forge_the_proxys() -> None:
    given = scope(
        headers=[
            (b"host", b"testserver"),
            (b"x_forwarded_for", b"203.0.113.9"),
            (b"x-forwarded-for", b"192.0.2.1"),
        ]
    )
    assert [name for name, _ in cleaned(given)["headers"]] == [b"host", b"x-forwarded-for"]


def test_raw_bytes_in_the_query_are_encoded_and_the_rest_is_kept() -> None:
    given = scope(query_string="q=課&r=%E8%AA%B2&x=a+b".encode())
    assert cleaned(given)["query_string"] == b"q=%E8%AA%B2&r=%E8%AA%B2&x=a+b"


@pytest.mark.parametrize("sizes", [[10], [BUFFERED_BYTES, 5, 5], [300_000] * 8, [0]])
def test_a_body_arrives_whole_whatever_its_pieces(sizes: list[int]) -> None:
    pieces = [bytes([number % 256]) * size for number, size in enumerate(sizes)]
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces) - 1}
        for number, piece in enumerate(pieces)
    ]
    asked = 0

    async def receive() -> dict[str, Any]:
        nonlocal asked
        asked += 1
        return waiting.pop(0)

    async def read() -> bytes:
        replay = await buffered(receive)
        ahead = asked
        got = b""
        while True:
            message = await replay()
            got += bytes(message["body"])
            if not message["more_body"]:
                break
        assert ahead <= len(pieces)
        return got

    assert asyncio.run(read()) == b"".join(pieces)


def test_a_body_goes_to_the_thread_only_when_it_is_there(client: object) -> None:
    """`buffered` returns after the small body was read: no thread waits for a slow sender."""
    order: list[str] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0.01)
        order.append("body")
        return {"type": "http.request", "body": b"x", "more_body": False}

    class Inner:
        async def __call__(self, *_: object) -> None:
            order.append("thread")

    pages = Pages(WSGIHandler(), threads=1)
    pages._inner = Inner()  # type: ignore[assignment]  # what stands for the pool here

    async def send(message: dict[str, Any]) -> None:
        order.append(message["type"])

    asyncio.run(pages(scope(), receive, send))
    assert order == ["body", "thread"]


def test_the_end_of_the_server_flushes_what_waits() -> None:
    ended: list[str] = []

    async def end() -> None:
        ended.append("flushed")

    site = Site(pages=None, sockets=None, at_end=end)
    sent: list[str] = []
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message["type"])

    asyncio.run(site({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert ended == ["flushed"]


def test_sockets_alone_say_that_they_live() -> None:
    site = Site(pages=None, sockets=None, at_end=nothing)
    assert asyncio.run(ask(site, scope("/healthz"))) == (200, b"ok\n")
    assert asyncio.run(ask(site, scope("/portal/")))[0] == 404


def test_pages_alone_close_a_socket_at_once() -> None:
    site = Site(pages=None, sockets=None, at_end=nothing)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(site({"type": "websocket", "path": "/ws/"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1001}]
