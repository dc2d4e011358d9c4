"""What was looked up once in a page is not looked up again.

Open only while a GET or HEAD is answered, where nothing is written: inside a change every question
goes to the database. Nothing is remembered beyond the request.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")
READS = {"GET", "HEAD"}

_memory: ContextVar[dict[Hashable, object] | None] = ContextVar("memory", default=None)


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """The value of `key` in this request, made once; outside a reading request made each time."""
    memory = _memory.get()
    if memory is None:
        return make()
    if key not in memory:
        memory[key] = make()
    return cast(T, memory[key])


@contextmanager
def one_reading() -> Iterator[None]:
    """A fresh memory for what is done inside."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


class MemoryMiddleware:
    """Opens a memory for each reading request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.method not in READS:
            return self.get_response(request)
        with one_reading():
            return self.get_response(request)
