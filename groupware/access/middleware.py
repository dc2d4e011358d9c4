"""Principals are asked for once in a request, and never remembered beyond it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from groupware.access.selectors import one_request


class PrincipalsMiddleware:
    """Opens and closes the memory of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside a fresh memory."""
        with one_request():
            return self.get_response(request)
