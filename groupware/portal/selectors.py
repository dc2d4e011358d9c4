"""What the portal shows a person; every row through `access.visible`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.utils import timezone

from groupware.access.policies import visible
from groupware.ingestion.models import Reading
from groupware.organization.calendar import holds_on
from groupware.organization.models import Membership, Staff
from groupware.organization.selectors import memberships_of, tree
from groupware.portal.models import Announcement
from groupware.web.memory import remember
from knowledge.documents.models import Document, View

UNDER_WAY = (Reading.State.WAITING, Reading.State.CHECKING, Reading.State.READING)
NEW_DAYS = 30
ROWS = 5
UNFINISHED_ROWS = 300  # more than these are counted by the database
NO_RANK = 999  # after everybody who has a post


def current_announcements(today: date | None = None) -> QuerySet[Announcement]:
    """Announcements of the day, newest first."""
    today = today or timezone.localdate()
    return Announcement.objects.filter(
        shown_from__lte=today, shown_until__gte=today, withdrawn_at=None
    ).order_by("-shown_from", "-pk")


def list_announcements(viewer: Staff) -> QuerySet[Announcement]:
    """Every announcement, the newest first, for those who post them."""
    return visible(viewer, Announcement.objects.all()).order_by("-pk")


STOPPED = Q(state__in=(Document.State.HELD, Document.State.REFUSED)) | Q(
    file__reading__state=Reading.State.FAILED
)


@dataclass(frozen=True)
class UnderWay:
    """Documents that are being read now, among those that the viewer may see."""

    documents: Sequence[Document]
    number: int  # of documents
    pages_left: int  # of those whose number of pages is known


def list_under_way(viewer: Staff, limit: int = ROWS) -> UnderWay:
    """What is being read; what a person sent before what came in bulk."""
    rows, whole = _unfinished(viewer)
    going = [row for row in rows if _reading_state(row) in UNDER_WAY]
    if whole:
        number = len(going)
        left = sum(_pages_left(row) for row in going)
    else:
        everything = visible(viewer, Document.objects.all()).filter(
            file__reading__state__in=UNDER_WAY
        )
        sums = everything.aggregate(
            number=Count("pk"),
            pages=Sum(F("file__reading__page_count") - F("file__reading__pages_done")),
        )
        number, left = sums["number"], sums["pages"] or 0
    return UnderWay(documents=going[:limit], number=number, pages_left=max(left, 0))


def list_stopped(viewer: Staff) -> list[Document]:
    """The viewer's own uploads that cannot go on without somebody, the newest first."""
    rows, _whole = _unfinished(viewer)
    stopped = [row for row in rows if _reading_state(row) not in UNDER_WAY]
    return sorted(stopped, key=lambda row: row.created_at, reverse=True)


def _reading(document: Document) -> Reading | None:
    return getattr(document.file, "reading", None) if document.file else None


def _reading_state(document: Document) -> str:
    reading = _reading(document)
    return reading.state if reading is not None else ""


def _pages_left(document: Document) -> int:
    reading = _reading(document)
    return reading.page_count - reading.pages_done if reading is not None else 0


def _unfinished(viewer: Staff) -> tuple[list[Document], bool]:
    """Own uploads that stopped and everything that is being read, and whether that is all of it
    (1 query besides the rights, once in a page)."""

    def read() -> tuple[list[Document], bool]:
        mine = STOPPED & Q(created_by=viewer, dismissed_at=None)
        rows = (
            visible(viewer, Document.objects.all())
            .filter(mine | Q(file__reading__state__in=UNDER_WAY))
            .select_related("file__reading")
            .annotate(going=Q(file__reading__state__in=UNDER_WAY))
            .order_by("going", "-file__reading__priority", "file__reading__queued_at")
        )
        found: list[Document] = list(rows[: UNFINISHED_ROWS + 1])
        return found[:UNFINISHED_ROWS], len(found) <= UNFINISHED_ROWS

    return remember(("portal.unfinished", viewer.pk), read)


@dataclass(frozen=True)
class Shelf:
    """Documents for the viewer: new ones, and those opened last."""

    new: Sequence[Document]
    recent: Sequence[Document]


def shelf(viewer: Staff, limit: int = ROWS) -> Shelf:
    """New: of the last 30 days, by others, not opened by the viewer, newest first. Recent: what
    the viewer opened last and may still see (1 query besides the rights, once in a page)."""

    def read() -> Shelf:
        seen = visible(viewer, Document.objects.all())
        since = timezone.now() - timedelta(days=NEW_DAYS)
        opened = View.objects.filter(staff=viewer)
        fresh = (
            seen.filter(state=Document.State.READY, created_at__gte=since)
            .exclude(created_by=viewer)
            .exclude(file__reading__state__in=UNDER_WAY)
            .exclude(pk__in=opened.values("document_id"))
            .order_by("-created_at", "-pk")
        )
        again = seen.filter(views__staff=viewer).order_by("-views__at", "-pk")
        rows = (
            Document.objects.filter(
                Q(pk__in=fresh.values("pk")[:limit]) | Q(pk__in=again.values("pk")[:limit])
            )
            .annotate(own=FilteredRelation("views", condition=Q(views__staff=viewer)))
            .annotate(opened_at=F("own__at"))
            .select_related("file")
            .order_by("-opened_at", "-created_at", "-pk")
        )
        found = [(row.opened_at is not None, row) for row in rows]
        return Shelf(
            new=[row for opened, row in found if not opened],
            recent=[row for opened, row in found if opened],
        )

    return remember(("portal.shelf", viewer.pk), read)


@dataclass(frozen=True)
class Colleague:
    """A person of the viewer's section today; away as `kind` until `ends`, or here."""

    staff: Staff
    post: str
    kind: str = ""
    ends: datetime | None = None


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
    """Who is in the viewer's section today and who is away; None without a section (1 query
    besides the viewer's own section)."""
    own = memberships_of(viewer)
    if not own:
        return None
    node = tree().get(own[0].section_id)
    return SectionToday(name=node.label if node else "", people=_colleagues(viewer, own[0]))


def _colleagues(viewer: Staff, own: Membership) -> list[Colleague]:
    """People of a membership's section, heads first, with the absence of today that ends last."""
    today = timezone.localdate()
    start = datetime.combine(today, time(), timezone.get_default_timezone())
    away = Q(
        staff__absences__cancelled_at=None,
        staff__absences__starts__lt=start + timedelta(days=1),
        staff__absences__ends__gt=start,
    )
    rows = (
        Membership.objects.filter(
            holds_on(today),
            section_id=own.section_id,
            staff__in=visible(viewer, Staff.objects.filter(is_active=True)),
        )
        .exclude(staff=viewer)
        .annotate(away=FilteredRelation("staff__absences", condition=away))
        .annotate(away_kind=F("away__kind"), away_until=F("away__ends"))
        .select_related("staff", "post")
        .order_by("away_until")
    )
    people = {
        row.staff_id: (
            row.post.rank if row.post else NO_RANK,
            row.staff.sort_key,
            Colleague(
                row.staff,
                row.post.title if row.post else "",
                row.away_kind or "",
                row.away_until,
            ),
        )
        for row in rows
    }
    return [person for _rank, _key, person in sorted(people.values(), key=lambda entry: entry[:2])]
