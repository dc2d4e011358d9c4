"""Writing the audit record: `record` with a change, `enqueue_read` for what was only looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from groupware.audit import catalogue, reads
from groupware.audit.actors import Actor, complete
from groupware.audit.details import clean, clean_address, clean_text
from groupware.audit.models import Entry

EMPTY: Mapping[str, Any] = {}


def record(
    actor: Actor | None,
    action: str,
    target: object = None,
    *,
    target_kind: str = "",
    target_uuid: UUID | None = None,
    target_name: str = "",
    detail: Mapping[str, Any] = EMPTY,
    request: HttpRequest | None = None,
) -> Entry:
    """Write one entry inside the caller's transaction; it gets its place in the chain later.

    `actor` is None for the system. `target` may be any object with a `uuid`; its kind, uuid and
    name are read from it unless given. `detail` is JSON (see `details.clean`).

    Raises:
        KeyError: when `action` is not in the catalogue.
        TransactionManagementError: outside a transaction.
    """
    catalogue.act(action)
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{action} was recorded outside a transaction")
    draft = _draft(
        actor,
        action,
        target,
        target_kind=target_kind,
        target_uuid=target_uuid,
        target_name=target_name,
        detail=detail,
        request=request,
    )
    entry = complete(draft, actor)
    entry.save(force_insert=True)
    return entry


def enqueue_read(
    actor: Actor | None,
    action: str,
    target: object = None,
    *,
    target_kind: str = "",
    target_uuid: UUID | None = None,
    target_name: str = "",
    detail: Mapping[str, Any] = EMPTY,
    request: HttpRequest | None = None,
) -> None:
    """Record something that was only looked at, without a write inside the request.

    The entry is written by a thread of this process within a second, at the latest when the
    process ends; a process killed within that second loses it (docs/audit.md).

    Raises:
        KeyError: when `action` is not in the catalogue.
    """
    catalogue.act(action)
    draft = _draft(
        actor,
        action,
        target,
        target_kind=target_kind,
        target_uuid=target_uuid,
        target_name=target_name,
        detail=detail,
        request=request,
    )
    if getattr(settings, "AUDIT_READS_QUEUED", True):
        reads.queue.put(draft, actor)
        return
    with transaction.atomic():
        complete(draft, actor).save(force_insert=True)


def _draft(
    actor: Actor | None,
    action: str,
    target: object,
    *,
    target_kind: str,
    target_uuid: UUID | None,
    target_name: str,
    detail: Mapping[str, Any],
    request: HttpRequest | None,
) -> Entry:
    if not getattr(actor, "is_authenticated", True):
        actor = None  # AnonymousUser has neither uuid nor name
    at: datetime = timezone.now()
    return Entry(
        at=at,
        business_date=timezone.localtime(at).date(),
        city_code=settings.CITY_CODE,
        action=action,
        actor_uuid=actor.uuid if actor is not None else None,
        actor_name=clean_text(actor.name, 100) if actor is not None else "",
        target_kind=clean_text(target_kind or _kind_of(target), 32),
        target_uuid=target_uuid or getattr(target, "uuid", None),
        target_name=clean_text(target_name or _name_of(target), 300),
        address=clean_address(request.META.get("REMOTE_ADDR", "")) if request is not None else None,
        detail=clean(dict(detail)),
    )


def _kind_of(target: object) -> str:
    return target._meta.model_name or "" if isinstance(target, models.Model) else ""


def _name_of(target: object) -> str:
    if target is None:
        return ""
    for attribute in ("title", "name"):
        value = getattr(target, attribute, "")
        if isinstance(value, str) and value:
            return value
    return str(target)
