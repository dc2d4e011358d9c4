"""Whether the session behind a socket still stands; asked at the door and every minute.

`organization` adds its idle and absolute limits with `register_limit`.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare

Limit = Callable[[SessionBase, Any], bool]

_limits: list[Limit] = []


def register_limit(limit: Limit) -> None:
    """Add a rule: called with a session and its person, says whether the session stands."""
    if limit not in _limits:
        _limits.append(limit)


def staff_of(session_key: str) -> int | None:
    """The id of the person a session belongs to; None when it does not stand (any more).

    The same questions as a page asks: the row is there and not expired, the person may sign in,
    the password is the one the session began with, the limits hold. Never writes.
    """
    if not session_key:
        return None
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    staff_id = session.get(SESSION_KEY)
    if staff_id is None:
        return None
    model = get_user_model()
    staff: Any = model._default_manager.filter(
        pk=model._meta.pk.to_python(staff_id), is_active=True
    ).first()
    if staff is None:
        return None
    stored = session.get(HASH_SESSION_KEY, "")
    hashes = [staff.get_session_auth_hash(), *staff.get_session_auth_fallback_hash()]
    if not any(constant_time_compare(stored, known) for known in hashes):
        return None
    if not all(limit(session, staff) for limit in _limits):
        return None
    return int(staff.pk)
