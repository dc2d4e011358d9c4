"""The number that an error page shows and the log carries, so that both can be put together.

Three letters of chance, month and day, hour and minute in Asia/Tokyo: K7Q-1124-1031. Letters and
digits that are read alike on the telephone are left out.
"""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"
HEADER = "X-Reference"

_current: ContextVar[str] = ContextVar("reference", default="-")


def new_reference() -> str:
    """A fresh number for a request."""
    chance = "".join(secrets.choice(ALPHABET) for _ in range(3))
    return f"{chance}-{timezone.localtime():%m%d-%H%M}"


def reference_of(request: HttpRequest) -> str:
    """The number of this request."""
    known = getattr(request, "reference", None)
    if known is None:
        known = new_reference()
        request.reference = known  # type: ignore[attr-defined]  # set once per request, here
    return str(known)


class ReferenceFilter(logging.Filter):
    """Puts the number of the running request on log lines as `reference`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True."""
        record.reference = _current.get()
        return True


class ReferenceMiddleware:
    """Gives each request its number, and names it in the header of failed answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its number."""
        reference = reference_of(request)
        token = _current.set(reference)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        if response.status_code >= 400:
            response[HEADER] = reference
        return response
