"""Sign-in, sign-out and second factors go to the record; a sign-out closes its sockets.

Failures and lockouts are recorded where they are counted (`adapters`).
"""

from typing import Any

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from groupware.audit.actions import record
from groupware.events import send
from groupware.events.catalogue import SESSION_ENDED, SessionEnded
from groupware.organization.models import Staff
from groupware.organization.sessions import end_sessions, mark_signed_in


def connect() -> None:
    """Listen to Django's and allauth's signals."""
    user_logged_in.connect(on_signed_in, dispatch_uid="organization.signed_in")
    user_logged_out.connect(on_signed_out, dispatch_uid="organization.signed_out")
    account.authentication_step_completed.connect(
        on_step_completed, dispatch_uid="organization.step"
    )
    account.password_changed.connect(on_password_changed, dispatch_uid="organization.password")
    post_save.connect(on_mfa_added, sender=Authenticator, dispatch_uid="organization.mfa_added")
    post_delete.connect(
        on_mfa_removed, sender=Authenticator, dispatch_uid="organization.mfa_removed"
    )
    mfa.authentication_failed.connect(on_mfa_failed, dispatch_uid="organization.mfa_failed")


def on_signed_in(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """The clocks start, whichever way somebody signed in (password now, LDAP or OIDC later)."""
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


def on_mfa_added(sender: object, instance: Authenticator, created: bool, **_: object) -> None:
    """A second factor was added; within its transaction (allauth's own signal comes after)."""
    if created:
        _record_factor("mfa.added", instance)


def on_mfa_removed(sender: object, instance: Authenticator, **_: object) -> None:
    """A second factor was removed."""
    _record_factor("mfa.removed", instance)


def _record_factor(action: str, factor: Authenticator) -> None:
    request = getattr(context, "request", None)
    actor = getattr(request, "user", None)
    with transaction.atomic():
        record(
            actor if isinstance(actor, Staff) else None,
            action,
            factor.user,
            detail={"type": str(factor.type)},
            request=request,
        )


def on_mfa_failed(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """A wrong code at the second step."""
    with transaction.atomic():
        record(user, "session.failed", user, detail={"step": "mfa"}, request=request)


def make_cache_table(sender: object, using: str, **_: object) -> None:
    """After every migrate: the table in which rate limits are counted (nothing if it is there)."""
    call_command("createcachetable", database=using, verbosity=0)
