"""A person's own sessions: seen, ended one by one or all but this one."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groupware.audit.actions import record
from groupware.organization.models import Staff
from groupware.organization.sessions import end_sessions, sessions_of


def name_of(row: UserSession) -> str:
    """A name of a session for forms: its key must not be seen, even by the person it belongs to."""
    return salted_hmac("organization.session", row.session_key, algorithm="sha256").hexdigest()[:32]


@login_required
@require_http_methods(["GET", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Own sessions. A POST ends the one named by `session`, or every other one."""
    person = request.user
    assert isinstance(person, Staff)
    if request.method == "POST":
        return _end(request, person)
    rows = sessions_of(person)
    for row in rows:
        row.name = name_of(row)
    context: dict[str, Any] = {
        "sessions": rows,
        "session_count": len(rows),
        "show_last_seen_at": True,
    }
    return render(request, "usersessions/usersession_list.html", context)


def _end(request: HttpRequest, person: Staff) -> HttpResponse:
    wanted = request.POST.get("session", "")
    current = request.session.session_key
    if not wanted:
        with transaction.atomic():
            ended = end_sessions(person, keep=current)
            record(person, "session.ended", person, detail={"ended": ended}, request=request)
        messages.success(request, _("ほかの端末からサインアウトしました。"))
        return redirect("usersessions_list")
    for row in sessions_of(person):
        if constant_time_compare(name_of(row), wanted):
            break
    else:
        raise Http404(_("その端末のサインインは、もう終わっています。"))
    if row.session_key == current:
        logout(request)
        return redirect("account_login")
    with transaction.atomic():
        end_sessions(person, only=row.session_key)
        record(person, "session.ended", person, detail={"ended": 1}, request=request)
    messages.success(request, _("その端末からサインアウトしました。"))
    return redirect("usersessions_list")
