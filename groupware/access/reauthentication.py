"""Asking once more who somebody is before chosen acts (`REAUTHENTICATE_BEFORE`).

    @reauthenticate_before("break_glass.opened")
    def open_glass(request): ...

The names are those of the audit catalogue, so that a city can choose any act.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def is_needed(request: HttpRequest, action: str) -> bool:
    """Whether `action` asks for it and it was not done in the last 5 minutes."""
    return action in settings.REAUTHENTICATE_BEFORE and not did_recently_reauthenticate(request)


def reauthenticate_before(action: str) -> Callable[[View[P]], View[P]]:
    """Lead to the confirmation page first; a POST is resumed afterwards with what it carried."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def asked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not is_needed(request, action):
                return view(request, *args, **kwargs)
            if request.headers.get("HX-Request") == "true":
                return _whole_page(request)
            raise ReauthenticationRequired

        return asked

    return decorate


def _whole_page(request: HttpRequest) -> HttpResponse:
    """htmx loads the confirmation as a page and comes back to where the person was."""
    methods: list[dict[str, Any]] = get_adapter().get_reauthentication_methods(request.user)
    response = HttpResponse(status=401)
    back = {REDIRECT_FIELD_NAME: request.headers.get("HX-Current-URL", "/")}
    response["HX-Redirect"] = f"{methods[0]['url']}?{urlencode(back)}" if methods else "/"
    return response
