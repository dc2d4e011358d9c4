"""The language of a signed-in person, whatever the browser says."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class PersonLanguageMiddleware:
    """Uses the language kept with the person; LocaleMiddleware has chosen one for everybody else.

    Stands after the authentication middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = dict(settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request in the person's language."""
        language = getattr(request.user, "language", "")
        if language in self.known and language != translation.get_language():
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)
