"""What the auditor reads of the audit record: filtered, page by page, as CSV.

Pages go by the entry's number (keyset): page 1,000 costs what page 1 costs, and entries written
meanwhile move nothing.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from groupware.audit.catalogue import ACTS, Category, names_in
from groupware.audit.models import Entry
from groupware.operations.policies import AUDITOR, require_role
from groupware.organization.models import Staff

PER_PAGE = 50
CHUNK = 1000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the auditor asks for; empty fields ask for everything."""

    since: date | None = None
    until: date | None = None
    person: str = ""  # part of the name, post or section, or the person's UUID
    action: str = ""  # the name of an act
    category: str = ""
    target: str = ""  # part of the name, or the target's UUID

    def as_detail(self) -> dict[str, str]:
        """For the entry that records this search: the fields that were filled in."""
        values = {
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "person": self.person,
            "action": self.action,
            "category": self.category,
            "target": self.target,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Entries, newest first, and the numbers to go on from."""

    entries: list[Entry]
    older: int | None  # entries before this number
    newer: int | None  # entries after this number


def filtered(viewer: Staff, asked: TrailFilter) -> QuerySet[Entry]:
    """The entries that were asked for.

    Raises:
        NotVisible: when the viewer is no auditor.
    """
    require_role(viewer, AUDITOR)
    entries = Entry.objects.all()
    if asked.since:
        entries = entries.filter(at__gte=_midnight(asked.since))
    if asked.until:
        entries = entries.filter(at__lt=_midnight(asked.until + timedelta(days=1)))
    if asked.action in ACTS:
        entries = entries.filter(action=asked.action)
    elif asked.category in set(Category):
        entries = entries.filter(action__in=names_in(Category(asked.category)))
    if asked.person:
        entries = entries.filter(_names(asked.person, "actor_uuid", "actor_name", "actor_section"))
    if asked.target:
        entries = entries.filter(_names(asked.target, "target_uuid", "target_name"))
    return entries


def get_page(
    viewer: Staff, asked: TrailFilter, *, before: int | None = None, after: int | None = None
) -> TrailPage:
    """50 entries, newest first: those `before` a number, those next `after` one, or the newest.

    Raises:
        NotVisible: when the viewer is no auditor.
    """
    entries = filtered(viewer, asked).select_related("link")
    if after is not None:
        rows = list(entries.filter(pk__gt=after).order_by("pk")[: PER_PAGE + 1])
        more_newer, rows = len(rows) > PER_PAGE, rows[:PER_PAGE][::-1]
        return TrailPage(
            rows,
            older=rows[-1].pk if rows else after + 1,
            newer=rows[0].pk if more_newer else None,
        )
    if before is not None:
        entries = entries.filter(pk__lt=before)
    rows = list(entries.order_by("-pk")[: PER_PAGE + 1])
    more_older, rows = len(rows) > PER_PAGE, rows[:PER_PAGE]
    newer = None
    if before is not None:
        newer = rows[0].pk if rows else before - 1
    return TrailPage(rows, older=rows[-1].pk if more_older else None, newer=newer)


def latest_verification(viewer: Staff) -> Entry | None:
    """The result of the last nightly verification."""
    return filtered(viewer, TrailFilter(action="audit.verified")).order_by("-pk").first()


COLUMNS = (
    "番号",
    "日時",
    "業務日",
    "したこと",
    "したことの名前",
    "した人",
    "職名",
    "所属",
    "した人のUUID",
    "対象の種類",
    "対象",
    "対象のUUID",
    "アドレス",
    "詳細",
    "記録のUUID",
    "ハッシュ",
)


def csv_lines(viewer: Staff, asked: TrailFilter, *, until: int) -> Iterator[bytes]:
    """The entries up to the number `until` as CSV for Excel (UTF-8 with BOM), oldest first.

    A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, "CSV
    Injection"). Read 1,000 entries at a time.
    """
    yield b"\xef\xbb\xbf" + _line(COLUMNS)
    entries = filtered(viewer, asked).filter(pk__lte=until).select_related("link").order_by("pk")
    last = 0
    while True:
        rows = list(entries.filter(pk__gt=last)[:CHUNK])
        if not rows:
            return
        yield b"".join(_line(_cells(entry)) for entry in rows)
        last = rows[-1].pk


def _cells(entry: Entry) -> tuple[str, ...]:
    link = getattr(entry, "link", None)
    act = ACTS.get(entry.action)
    return (
        str(link.position) if link else "",
        timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M:%S"),
        entry.business_date.isoformat(),
        str(act.label) if act else entry.action,
        entry.action,
        entry.actor_name,
        entry.actor_post,
        entry.actor_section,
        str(entry.actor_uuid or ""),
        entry.target_kind,
        entry.target_name,
        str(entry.target_uuid or ""),
        entry.address or "",
        detail_text(entry),
        str(entry.uuid),
        link.hash if link else "",
    )


def detail_text(entry: Entry) -> str:
    """The detail on one line: `name: value` separated by 、."""
    return "、".join(f"{name}: {_plain(value)}" for name, value in entry.detail.items())


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(item)}" for key, item in value.items()) + "}"
    return "" if value is None else str(value)


def _line(cells: tuple[str, ...]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerow([safe_cell(cell) for cell in cells])
    return written.getvalue().encode("utf-8")


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _names(text: str, uuid_field: str, *fields: str) -> Q:
    try:
        return Q(**{uuid_field: UUID(text)})
    except ValueError:
        wanted = Q()
        for field in fields:
            wanted |= Q(**{f"{field}__icontains": text})
        return wanted
