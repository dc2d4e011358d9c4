"""Writes: taking bytes in, and ending a file."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware import events
from groupware.access import policies
from groupware.access.models import Scope
from groupware.audit.actions import record
from groupware.events import catalogue
from groupware.files import storage
from groupware.files.errors import OnHold, Refusal
from groupware.files.models import Blob, BlobHold, Disposal, File
from groupware.files.names import clean_name
from groupware.files.policies import DISPOSE
from groupware.files.sniffing import HEAD, sniff
from groupware.organization.models import Staff

Source = storage.Staged | storage.Readable | Blob


def store_blob(stream: storage.Readable, *, limit: int | None = None) -> Blob:
    """Keep the bytes of `stream`; the same bytes are kept once.

    Raises:
        TooLarge, StorageFull: nothing is left behind.
    """
    with storage.staged(stream, limit=limit) as source, transaction.atomic():
        return _keep(source)


def _keep(source: storage.Staged) -> Blob:
    """The blob of staged bytes, in the caller's transaction."""
    storage.lock_digest(source.sha256)
    storage.place(source)
    blob, _created = Blob.objects.get_or_create(
        sha256=source.sha256, defaults={"size": source.size}
    )
    return blob


def create_file(
    *,
    actor: policies.Actor,
    source: Source,
    name: str,
    scope: Scope,
    owner_kind: str,
    owner_uuid: UUID,
    uploader: Staff | None = None,
) -> File:
    """A new file in quarantine, belonging to a container's thing (`owner_kind`, `owner_uuid`).

    `source` is a stream, bytes already staged (a finished upload), or a blob of ours. `uploader`
    is given when `actor` is `SYSTEM` (the demo). The caller enqueues what follows.

    Raises:
        NotVisible, Denied: `actor` may not add to `scope`.
        Refusal: the name or an empty file.
        TooLarge, StorageFull: nothing is left behind.
    """
    policies.require(actor, "edit", scope)
    make = partial(
        _create,
        actor=actor,
        name=clean_name(name),
        scope=scope,
        owner_kind=owner_kind,
        owner_uuid=owner_uuid,
        uploader=uploader,
    )
    if isinstance(source, Blob):
        with storage.open_blob(source) as stream:
            head = stream.read(HEAD)
        return make(source, head)
    if isinstance(source, storage.Staged):
        return make(source, source.head)
    with storage.staged(source) as fresh:
        return make(fresh, fresh.head)


def _create(
    source: storage.Staged | Blob,
    head: bytes,
    *,
    actor: policies.Actor,
    name: str,
    scope: Scope,
    owner_kind: str,
    owner_uuid: UUID,
    uploader: Staff | None,
) -> File:
    if source.size == 0:
        raise Refusal(
            _("中身が空（0 バイト）です。元のファイルを確かめて、もう一度入れてください。")
        )
    person = policies.person_or_none(actor)
    with transaction.atomic():
        blob = source if isinstance(source, Blob) else _keep(source)
        file = File.objects.create(
            blob=blob,
            name=name,
            media_type=sniff(head),
            size=blob.size,
            uploader=uploader or person,
            owner_kind=owner_kind,
            owner_uuid=owner_uuid,
            scope=scope,
        )
        record(
            person,
            "file.created",
            file,
            detail={"size": blob.size, "owner_kind": owner_kind, "owner": str(owner_uuid)},
        )
    return file


def dispose_file(
    *, actor: policies.Actor, file: File, reason: str, person: Staff | None = None
) -> Disposal:
    """End a file: its bytes, text, boxes, images and index rows go, a tombstone row stays.

    The blob goes with its last file, unless a hold stands. Twice is once. An action of the owning
    feature that has asked its own policy calls as `SYSTEM` and names the `person` who acts.

    Raises:
        NotVisible, Denied: `actor` may not dispose of it.
    """
    with transaction.atomic():
        file = File.objects.select_for_update().select_related("blob", "scope").get(pk=file.pk)
        if file.state == File.State.DISPOSED:
            return Disposal.objects.filter(file_uuid=file.uuid).latest("at")
        policies.require(actor, DISPOSE, file)
        person = policies.person_or_none(actor) or person
        blob = file.blob
        file.blob = None
        file.state = File.State.DISPOSED
        file.reason = reason
        file.save(update_fields=["blob", "state", "reason"])
        tombstone = _remember(person, reason, file=file, blob=blob)
        record(person, "file.disposed", file, detail={"reason": reason})
        events.send(catalogue.FILE_DISPOSED, catalogue.FileDisposed(file.uuid))
        transaction.on_commit(lambda: storage.remove_derived(file))
        if blob is not None:
            _destroy_if_last(person, blob, reason)
    return tombstone


def drop_bytes(*, file: File) -> None:
    """Let go of the bytes of a file that a guard refused; the row keeps name and reason.

    Called by the guards' side with the file in state REFUSED, inside its transaction.
    """
    if file.state != File.State.REFUSED or file.blob is None:
        return
    blob = file.blob
    file.blob = None
    file.save(update_fields=["blob"])
    _remember(None, file.reason, file=file, blob=blob)
    transaction.on_commit(lambda: storage.remove_derived(file))
    _destroy_if_last(None, blob, file.reason)


def place_hold(*, actor: Staff, file: File, reason: str) -> BlobHold:
    """Stop the destruction of the bytes of `file` until `lift_hold`.

    Raises:
        NotVisible, Denied: `actor` may not manage the file.
    """
    policies.require(actor, "manage", file)
    with transaction.atomic():
        if file.blob is None:
            raise OnHold(_("中身がもうないので、廃棄を止められません。"))
        hold = BlobHold.objects.create(blob=file.blob, reason=reason, placed_by=actor)
        record(actor, "file.held", file, detail={"reason": reason, "hold": "disposal"})
    return hold


def lift_hold(*, actor: policies.Actor, hold: BlobHold) -> None:
    """End a hold; bytes that no file needs any more are destroyed now."""
    with transaction.atomic():
        hold = BlobHold.objects.select_for_update().select_related("blob").get(pk=hold.pk)
        if hold.lifted_at is not None:
            return
        person = policies.person_or_none(actor)
        if person is not None and person.pk != hold.placed_by_id:
            raise policies.Denied(_("この停止は、置いた人だけが外せます。"))
        hold.lifted_at = timezone.now()
        hold.save(update_fields=["lifted_at"])
        record(person, "file.released", target_kind="hold", detail={"reason": hold.reason})
        _destroy_if_last(person, hold.blob, _("停止が外れたため"))


def _destroy_if_last(person: Staff | None, blob: Blob, reason: str) -> None:
    storage.lock_digest(blob.sha256)
    if blob.files.exists() or blob.holds.filter(lifted_at=None).exists():
        return
    _remember(person, reason, file=None, blob=blob)
    digest = blob.sha256
    blob.holds.all().delete()
    blob.delete()
    transaction.on_commit(lambda: _remove_now([digest]))


def _remove_now(digests: Iterable[str]) -> None:
    for digest in digests:
        storage.remove_if_unowned(digest)


def _remember(
    person: Staff | None, reason: str, *, file: File | None, blob: Blob | None
) -> Disposal:
    return Disposal.objects.create(
        file_uuid=file.uuid if file else None,
        name=file.name if file else "",
        sha256=blob.sha256 if blob else "",
        size=blob.size if blob else 0,
        by_uuid=person.uuid if person else None,
        by_name=person.name if person else "",
        reason=reason[:300],
        at=timezone.now(),
    )
