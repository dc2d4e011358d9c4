"""Sign-in, failure, lockout and sign-out go to the record; a sign-out closes its sockets."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.http import HttpRequest

from groupware.audit.actions import record
from groupware.events import send
from groupware.events.catalogue import SESSION_ENDED, SessionEnded
from groupware.organization.models import Staff
from groupware.organization.sessions import SIGNED_IN, end_sessions, mark_signed_in


def connect() -> None:
    """Listen to Django's and allauth's signals."""
    user_logged_in.connect(on_signed_in, dispatch_uid="organization.signed_in")
    user_logged_out.connect(on_signed_out, dispatch_uid="organization.signed_out")
    account.authentication_step_completed.connect(
        on_step_completed, dispatch_uid="organization.step"
    )
    account.password_changed.connect(on_password_changed, dispatch_uid="organization.password")
    mfa.authenticator_added.connect(on_mfa_added, dispatch_uid="organization.mfa_added")
    mfa.authenticator_removed.connect(on_mfa_removed, dispatch_uid="organization.mfa_removed")
    mfa.authentication_failed.connect(on_mfa_failed, dispatch_uid="organization.mfa_failed")


def on_signed_in(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """The clocks start, whichever way somebody signed in (password now, LDAP or OIDC later)."""
    if SIGNED_IN not in request.session:
        mark_signed_in(request)
    with transaction.atomic():
        record(user, "session.signed_in", user, request=request)


def on_signed_out(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """Only a person's own sign-out; a session that ran out is recorded where it ends."""
    key = request.session.session_key or ""
    if not isinstance(user, Staff) or getattr(request, "expired", False):
        return
    with transaction.atomic():
        UserSession.objects.filter(session_key=key).delete()
        record(user, "session.signed_out", user, request=request)
        send(SESSION_ENDED, SessionEnded(staff_id=user.pk, session_key=key))


def on_step_completed(
    sender: object, request: HttpRequest, user: Any, method: str, **more: object
) -> None:
    """Somebody proved again who they are."""
    if more.get("reauthenticated"):
        with transaction.atomic():
            detail = {"method": method}
            record(user, "session.reauthenticated", user, detail=detail, request=request)


def on_password_changed(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """Other sessions of the person end with the old password."""
    with transaction.atomic():
        ended = end_sessions(user, keep=request.session.session_key)
        detail = {"ended": ended}
        record(user, "password.changed", user, detail=detail, request=request)


def on_mfa_added(
    sender: object, request: HttpRequest, user: Any, authenticator: Any, **_: object
) -> None:
    """A second factor was added."""
    with transaction.atomic():
        detail = {"type": authenticator.type}
        record(user, "mfa.added", user, detail=detail, request=request)


def on_mfa_removed(
    sender: object, request: HttpRequest, user: Any, authenticator: Any, **_: object
) -> None:
    """A second factor was removed."""
    with transaction.atomic():
        detail = {"type": authenticator.type}
        record(user, "mfa.removed", user, detail=detail, request=request)


def on_mfa_failed(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """A wrong code at the second step."""
    with transaction.atomic():
        record(user, "session.failed", user, detail={"step": "mfa"}, request=request)
