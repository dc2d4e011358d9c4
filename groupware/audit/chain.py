"""The one chain of the city: each committed entry gets a position and a hash over all before it.

hash = SHA-256 over the RFC 8785 canonical JSON of
`{"digest", "entry", "position", "previous", "schema"}`; `previous` of position 1 is 64 zeros.
Writers never wait for the chain: entries are chained after their commit, in the order of their
numbers as far as they are visible (on PostgreSQL a long transaction may come later than its
number). Only one chainer works at a time: the write gate (SQLite) or an advisory lock (PostgreSQL).
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785
from django.db import connection, transaction
from django.db.models import QuerySet

from groupware.audit.models import Entry, Link

SCHEMA = 1
GENESIS = "0" * 64
ADVISORY_LOCK = 0x46_75_7A_75_6B_75_65  # "Fuzukue"
BATCH = 1000
LOOK_BACK = 10_000  # entry numbers; `extend(everything=True)` looks at all of them

FIELDS = (
    "uuid",
    "at",
    "business_date",
    "city_code",
    "action",
    "actor_uuid",
    "actor_name",
    "actor_post",
    "actor_section",
    "target_kind",
    "target_uuid",
    "target_name",
    "address",
    "detail",
)


def instant(at: datetime) -> str:
    """An instant in the record's form: UTC, always six decimals, `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry (the values of `FIELDS` as the database gives them) in JSON's own types."""
    return {
        **{name: entry[name] for name in FIELDS},
        "uuid": str(entry["uuid"]),
        "at": instant(entry["at"]),
        "business_date": entry["business_date"].isoformat(),
        "actor_uuid": str(entry["actor_uuid"]) if entry["actor_uuid"] else None,
        "target_uuid": str(entry["target_uuid"]) if entry["target_uuid"] else None,
    }


def digest(position: int, previous: str, entry: Mapping[str, Any], schema: int = SCHEMA) -> str:
    """The hash (64 hex digits) of `entry` at `position` after `previous`.

    Raises:
        ValueError: for an unknown schema, or an entry that has no canonical JSON.
    """
    if schema != SCHEMA:
        raise ValueError(f"unknown schema {schema}")
    body: dict[str, Any] = {
        "schema": schema,
        "digest": "sha256",
        "position": position,
        "previous": previous,
        "entry": plain(entry),
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def unchained(*, everything: bool = False) -> QuerySet[Entry]:
    """Committed entries without a place in the chain, oldest number first.

    Looks at the last 10,000 numbers before the newest link and all after it; with `everything`
    at the whole table.
    """
    waiting = Entry.objects.filter(link__isnull=True).order_by("pk")
    newest = Link.objects.order_by("-position").values_list("entry_id", flat=True).first()
    if newest is None or everything:
        return waiting
    return waiting.filter(pk__gt=newest - LOOK_BACK)


def head() -> tuple[int, str]:
    """Position and hash of the newest link; (0, zeros) before the first."""
    newest = Link.objects.order_by("-position").values_list("position", "hash").first()
    return newest or (0, GENESIS)


def extend(*, everything: bool = False) -> int:
    """Chain what is committed and not chained yet; returns how many entries that were.

    Looks before it locks, so that an idle chainer never asks for the write gate.
    """
    total = 0
    while unchained(everything=everything).exists():
        added = _extend_once(everything)
        if not added:
            break
        total += added
    return total


def _extend_once(everything: bool) -> int:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        entries = unchained(everything=everything).values("pk", *FIELDS)[:BATCH]
        links = _links(*head(), entries)
        Link.objects.bulk_create(links)
    return len(links)


def _links(position: int, previous: str, entries: Iterable[Mapping[str, Any]]) -> list[Link]:
    links = []
    for entry in entries:
        position += 1
        own = digest(position, previous, entry)
        links.append(
            Link(
                position=position,
                entry_id=entry["pk"],
                previous_hash=previous,
                hash=own,
                schema=SCHEMA,
            )
        )
        previous = own
    return links
