"""What the portal shows a person; every row through `access.visible`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from groupware.access.policies import visible
from groupware.ingestion.models import Reading
from groupware.organization.calendar import holds_on
from groupware.organization.models import Absence, Membership, Staff
from groupware.organization.selectors import absences_today, memberships_of, tree
from groupware.portal.models import Announcement
from knowledge.documents.models import Document, View

UNDER_WAY = (Reading.State.WAITING, Reading.State.CHECKING, Reading.State.READING)
NEW_DAYS = 30
ROWS = 5


def current_announcements(today: date | None = None) -> QuerySet[Announcement]:
    """Announcements of the day, newest first."""
    today = today or timezone.localdate()
    return Announcement.objects.filter(
        shown_from__lte=today, shown_until__gte=today, withdrawn_at=None
    ).order_by("-shown_from", "-pk")


def list_announcements(viewer: Staff) -> QuerySet[Announcement]:
    """Every announcement, the newest first, for those who post them."""
    return visible(viewer, Announcement.objects.all()).order_by("-pk")


@dataclass(frozen=True)
class UnderWay:
    """Documents that are being read now, among those that the viewer may see."""

    documents: Sequence[Document]
    number: int  # of documents
    pages_left: int  # of those whose number of pages is known


def list_under_way(viewer: Staff, limit: int = ROWS) -> UnderWay:
    """What is being read, the viewer's own first (2 queries besides the rights)."""
    rows = visible(viewer, Document.objects.all()).filter(file__reading__state__in=UNDER_WAY)
    left = rows.aggregate(
        pages=Sum(F("file__reading__page_count") - F("file__reading__pages_done"))
    )["pages"]
    shown = list(
        rows.select_related("file__reading").order_by(
            "-file__reading__priority", "file__reading__queued_at"
        )[: limit + 1]
    )
    number = len(shown) if len(shown) <= limit else rows.count()
    return UnderWay(documents=shown[:limit], number=number, pages_left=max(left or 0, 0))


def list_new_documents(viewer: Staff, limit: int = ROWS) -> list[Document]:
    """Documents of the last 30 days by others that the viewer has not opened, newest first."""
    since = timezone.now() - timedelta(days=NEW_DAYS)
    rows = visible(viewer, Document.objects.all()).filter(
        state=Document.State.READY, created_at__gte=since
    )
    rows = rows.exclude(created_by=viewer).exclude(file__reading__state__in=UNDER_WAY)
    rows = rows.exclude(pk__in=View.objects.filter(staff=viewer).values("document_id"))
    return list(rows.select_related("section", "file").order_by("-created_at", "-pk")[:limit])


@dataclass(frozen=True)
class Colleague:
    """A person of the viewer's section today."""

    staff: Staff
    post: str
    absence: Absence | None


@dataclass(frozen=True)
class SectionToday:
    """The viewer's section on this day."""

    name: str
    people: Sequence[Colleague]

    @property
    def others(self) -> int:
        """How many are not among the first rows."""
        return max(len(self.people) - ROWS, 0)


def section_today(viewer: Staff) -> SectionToday | None:
    """Who is in the viewer's section today and who is away; None without a section."""
    own = memberships_of(viewer)
    if not own:
        return None
    section_id = own[0].section_id
    node = tree().get(section_id)
    away = {row.staff_id: row for row in absences_today(viewer, [section_id])}
    rows = (
        Membership.objects.filter(
            holds_on(timezone.localdate()),
            section_id=section_id,
            staff__in=visible(viewer, Staff.objects.filter(is_active=True)),
        )
        .exclude(staff=viewer)
        .select_related("staff", "post")
    )
    people = [
        Colleague(row.staff, row.post.title if row.post else "", away.get(row.staff_id))
        for row in sorted(
            rows, key=lambda row: (row.post.rank if row.post else 999, row.staff.sort_key)
        )
    ]
    return SectionToday(name=node.label if node else "", people=people)
