"""Sessions: idle and absolute limits, and how they end at once.

The marks stand in the session itself, so that a request costs no extra query: when it was signed
in, when it was last seen, and whether the terminal is shared. "Seen" is written at most once a
minute. allauth's `UserSession` rows are the list a person sees and may end.
"""

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlencode

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.audit.actions import record
from groupware.events import send
from groupware.events.catalogue import SESSION_ENDED, SessionEnded
from groupware.organization.models import Staff

SIGNED_IN: Final = "fuzukue_signed_in"  # seconds since the epoch
SEEN: Final = "fuzukue_seen"
SHARED: Final = "fuzukue_shared"
LISTED: Final = "fuzukue_listed"  # stands among the person's sessions
SEEN_EVERY: Final = 60  # seconds between two writes of SEEN
BACKGROUND_HEADER: Final = "X-Fuzukue-Background"  # a page asks by itself: nobody is there


def mark_signed_in(request: HttpRequest) -> None:
    """Start the clocks of a fresh session (SHARED, set by the sign-in form, stays as it is)."""
    now = int(time.time())
    request.session[SIGNED_IN] = now
    request.session[SEEN] = now


def idle_limit(session: Any) -> int:
    """Seconds without a request after which the session ends."""
    if session.get(SHARED):
        return int(settings.SESSION_IDLE_SHARED_SECONDS)
    return int(settings.SESSION_IDLE_SECONDS)


def expiry_of(session: Any, now: float | None = None) -> str | None:
    """Why a session has run out: "idle", "absolute", or None while it has not."""
    moment = time.time() if now is None else now
    signed_in, seen = session.get(SIGNED_IN), session.get(SEEN)
    if not isinstance(signed_in, int) or not isinstance(seen, int):
        return None
    if moment - signed_in >= settings.SESSION_ABSOLUTE_SECONDS:
        return "absolute"
    return "idle" if moment - seen >= idle_limit(session) else None


class SessionLimitsMiddleware:
    """Ends a session that ran out before its request is served, and notes that it is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, or answer with the way to sign in again."""
        if not request.user.is_authenticated:
            return self.get_response(request)
        if SIGNED_IN not in request.session:  # signed in by a way that keeps no clock yet
            mark_signed_in(request)
        why = expiry_of(request.session)
        if why is not None:
            return self._expired(request, why)
        self._note(request)
        return self.get_response(request)

    def _note(self, request: HttpRequest) -> None:
        now = int(time.time())
        if LISTED not in request.session:
            UserSession.objects.create_from_request(request)
            request.session[LISTED] = True
        every = min(SEEN_EVERY, idle_limit(request.session) // 10)
        if BACKGROUND_HEADER in request.headers or now - request.session[SEEN] < every:
            return
        request.session[SEEN] = now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=timezone.now()
        )

    def _expired(self, request: HttpRequest, why: str) -> HttpResponse:
        person, key = request.user, request.session.session_key or ""
        assert isinstance(person, Staff)
        with transaction.atomic():
            UserSession.objects.filter(session_key=key).delete()
            record(person, "session.expired", detail={"why": why}, request=request)
            send(SESSION_ENDED, SessionEnded(staff_id=person.pk, session_key=key))
            request.expired = True  # type: ignore[attr-defined]  # told to handlers.on_signed_out
            logout(request)
        messages.info(
            request,
            _("しばらく使われなかったので、サインアウトしました。もう一度サインインしてください。")
            if why == "idle"
            else _(
                "サインインから時間がたったので、サインアウトしました。もう一度サインインしてください。"
            ),
        )
        return to_sign_in(request)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back here; htmx is told to load the whole page."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    url = resolve_url(settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        back = request.headers.get("HX-Current-URL", "")
        response = HttpResponse(status=401)
        response["HX-Redirect"] = f"{url}?{urlencode({REDIRECT_FIELD_NAME: back})}" if back else url
        return response
    return HttpResponseRedirect(f"{url}?{urlencode({REDIRECT_FIELD_NAME: here})}")


def sessions_of(staff: Staff) -> list[UserSession]:
    """The open sessions of a person, newest use first; rows of dead sessions are cleared."""
    living: list[UserSession] = UserSession.objects.purge_and_list(staff)
    return sorted(living, key=lambda row: row.last_seen_at, reverse=True)


@transaction.atomic
def end_sessions(staff: Staff, *, keep: str | None = None, only: str | None = None) -> int:
    """End every session of `staff` (but `keep`; or `only` that one) and close its sockets.

    Returns how many ended. The session's row goes in this transaction: the next request of the
    browser, in whatever process, is nobody's.
    """
    rows = UserSession.objects.filter(user=staff)
    if only is not None:
        rows = rows.filter(session_key=only)
    if keep is not None:
        rows = rows.exclude(session_key=keep)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    count = 0
    for row in rows:
        store.delete(row.session_key)
        row.delete()
        send(SESSION_ENDED, SessionEnded(staff_id=staff.pk, session_key=row.session_key))
        count += 1
    return count
