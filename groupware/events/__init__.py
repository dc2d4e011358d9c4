"""Events: a name and a typed payload, handled synchronously inside the sender's transaction.

A handler only writes rows or enqueues tasks; a handler that fails rolls the sender back
(docs/architecture.md, "Who may import whom").
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import transaction

P = TypeVar("P")


class Event(Generic[P]):
    """A named event whose payload is a `payload_type` (a frozen dataclass)."""

    def __init__(self, name: str, payload_type: type[P]) -> None:
        self.name = name
        self.payload_type = payload_type
        self._handlers: list[Callable[[P], None]] = []

    @property
    def handlers(self) -> tuple[Callable[[P], None], ...]:
        """Handlers in the order of their subscription."""
        return tuple(self._handlers)

    def subscribe(self, handler: Callable[[P], None]) -> None:
        """Call `handler` for each event from now on; twice the same is once."""
        if handler not in self._handlers:
            self._handlers.append(handler)


def subscribe(event: Event[P], handler: Callable[[P], None]) -> None:
    """Subscribe `handler` to `event`; called from `AppConfig.ready`."""
    event.subscribe(handler)


def send(event: Event[P], payload: P) -> None:
    """Run every handler of `event` now.

    Raises:
        TypeError: when the payload is not of the event's type.
        TransactionManagementError: outside a transaction, where a failing handler could not
            undo what it belongs to.
    """
    if not isinstance(payload, event.payload_type):
        raise TypeError(f"{event.name} carries {event.payload_type.__name__}")
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{event.name} was sent outside a transaction")
    for handler in event.handlers:
        handler(payload)
