"""Reads about people and sections. The directory of the city hall is open to everybody in service;
what a person may see of anything else is a question for `access`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from groupware.access.policies import Viewer, visible
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.models import (
    Absence,
    Deputy,
    Membership,
    Post,
    Section,
    SectionSuccession,
    Staff,
    StaffRole,
)
from groupware.organization.principals import principals
from groupware.organization.sorting import sort_key
from groupware.organization.tree import Node, Tree, tree_on
from groupware.web.memory import remember

When = date | datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person works on a date: their 本務."""

    section: Section | None
    post: Post | None
    section_label: str  # 市民部 市民課
    post_title: str


def tree(at: When = None) -> Tree:
    """The sections on a business date."""
    on = business_date(at)
    return remember(("sections", on), lambda: tree_on(on))


def path(section: Section, at: When = None) -> list[Node]:
    """The sections from the root down to `section`."""
    return tree(at).path(section.pk)


def label_of(section: Section, at: When = None) -> str:
    """部 and 課 of a section as one line."""
    return tree(at).label(section.pk)


def memberships_of(staff: Staff, at: When = None) -> list[Membership]:
    """Where `staff` works on a date: 本務 first, then 兼務 (1 query, once in a page)."""
    on = business_date(at)

    def read() -> list[Membership]:
        rows = Membership.objects.filter(holds_on(on), staff=staff)
        return list(rows.select_related("section", "post").order_by("-is_primary", "id"))

    return remember(("memberships", staff.pk, on), read)


def standing(staff: Staff, at: When = None) -> Standing:
    """Section and post of the 本務 of `staff`; the first 兼務 where there is no 本務."""
    for row in memberships_of(staff, at):
        title = row.post.title if row.post is not None else ""
        return Standing(row.section, row.post, label_of(row.section, at), title)
    return Standing(None, None, "", "")


def section_of(staff: Staff, at: When = None) -> Section | None:
    """The section in which `staff` has the 本務."""
    rows = memberships_of(staff, at)
    return rows[0].section if rows else None


def post_of(staff: Staff, at: When = None) -> Post | None:
    """The post of the 本務."""
    rows = memberships_of(staff, at)
    return rows[0].post if rows else None


def has_role(staff: Any, role: str, at: When = None) -> bool:
    """Whether `staff`, in service, holds a duty of the system ("records", "auditor", "admin",
    "release")."""
    return role in roles_of(staff, at)


def roles_of(staff: Any, at: When = None) -> frozenset[str]:
    """The duties of the system that `staff`, in service, holds (1 query, once in a page)."""
    if not isinstance(staff, Staff) or not staff.is_active:
        return frozenset()
    on = business_date(at)
    rows = StaffRole.objects.filter(
        holds_on(on) & holds_on(on, "staff__"), staff=staff, staff__is_active=True
    )
    return remember(("roles", staff.pk, on), lambda: frozenset(rows.values_list("role", flat=True)))


def staff_by_login(login: str) -> Staff | None:
    """The person of a ログイン名 or a 職員番号; disabled people, too."""
    text = login.strip()
    if not text:
        return None
    # the number first: no ログイン名 may look like somebody else's number (see actions.staff)
    found = Staff.objects.filter(Q(username=text) | Q(staff_number=text))
    return found.order_by("id").first()


def is_in_service(staff: Staff, at: When = None) -> bool:
    """Whether the person works here on that date and may sign in."""
    on = business_date(at)
    return (
        staff.is_active
        and staff.valid_from <= on
        and (staff.valid_until is None or staff.valid_until >= on)
    )


def in_service(at: When = None) -> QuerySet[Staff]:
    """Everybody who works here on that date."""
    return Staff.objects.filter(holds_on(business_date(at)), is_active=True)


def find_people(viewer: Viewer, text: str, *, limit: int = 20) -> list[Staff]:
    """People in service by よみ, 氏名, 職員番号 or 内線, in the order of よみ."""
    needle = "".join(text.split())
    if not needle:
        return []
    kana = sort_key(needle).partition(" ")[0]
    match = (
        Q(sort_key__startswith=kana)
        | Q(name__contains=text.strip())
        | Q(staff_number=needle)
        | Q(extension=needle)
    )
    spaced = sort_key(text).partition(" ")[0]
    return list(
        visible(viewer, in_service()).filter(match | Q(sort_key__startswith=spaced))[:limit]
    )


def find_sections(text: str, *, limit: int = 20, at: When = None) -> list[Node]:
    """Sections by よみ or name on a date, in the order of their codes."""
    needle = "".join(text.split())
    if not needle:
        return []
    kana = sort_key(needle).partition(" ")[0]
    found = [
        node
        for node in tree(at)
        if needle in node.name or sort_key(node.yomi).partition(" ")[0].startswith(kana)
    ]
    return found[:limit]


def people_in(section: Section, at: When = None, *, below: bool = False) -> list[Staff]:
    """People of a section (and of what stands below it), heads first."""
    on = business_date(at)
    wanted = [section.pk]
    if below:
        wanted += [node.pk for node in tree(on).below(section.pk)]
    rows = Membership.objects.filter(
        holds_on(on) & holds_on(on, "staff__"), section__in=wanted, staff__is_active=True
    )
    rows = rows.select_related("staff").order_by(
        F("post__rank").asc(nulls_last=True), "staff__sort_key"
    )
    return list({row.staff_id: row.staff for row in rows}.values())


def holders_of(posts: Iterable[int], at: When = None) -> dict[int, list[Staff]]:
    """Who holds each post on a date."""
    on = business_date(at)
    result: dict[int, list[Staff]] = {pk: [] for pk in posts}
    rows = Membership.objects.filter(
        holds_on(on) & holds_on(on, "staff__"), post__in=result.keys(), staff__is_active=True
    )
    for row in rows.select_related("staff").order_by("staff__sort_key"):
        if row.post_id is not None:
            result[row.post_id].append(row.staff)
    return result


def head_of(section: Section, at: When = None) -> Staff | None:
    """Who heads the section on a date (所属の長)."""
    heads = [post.pk for post in Post.objects.filter(section=section, is_head=True)]
    held = holders_of(heads, at)
    return next((people[0] for people in held.values() if people), None)


def deputies_of(staff: Staff, at: When = None) -> list[Staff]:
    """Who stands in for `staff`, first deputy first."""
    rows = Deputy.objects.filter(holds_on(business_date(at)), principal=staff)
    return [row.deputy for row in rows.select_related("deputy").order_by("rank")]


def absences_today(viewer: Viewer, sections: Iterable[int], at: When = None) -> list[Absence]:
    """Who of these sections is away today, in the order of よみ (1 query besides the rights)."""
    on = business_date(at)
    start = datetime.combine(on, datetime.min.time(), timezone.get_default_timezone())
    people = visible(viewer, in_service(on)).filter(
        pk__in=Membership.objects.filter(holds_on(on), section__in=list(sections)).values("staff")
    )
    rows = Absence.objects.filter(
        staff__in=people, starts__lt=start + timedelta(days=1), ends__gt=start, cancelled_at=None
    )
    return list(rows.select_related("staff").order_by("staff__sort_key", "starts"))


def is_absent(staff: Staff, at: datetime | None = None) -> bool:
    """Whether `staff` is away at an instant."""
    now = at or timezone.now()
    rows = Absence.objects.filter(staff=staff, starts__lte=now, ends__gt=now, cancelled_at=None)
    return rows.exists()


def successors_of(section: Section) -> list[Section]:
    """The living sections that a merged or split section's work went to, through every step."""
    links: dict[int, list[int]] = {}
    for old, new in SectionSuccession.objects.values_list("predecessor_id", "successor_id"):
        links.setdefault(old, []).append(new)
    found: list[int] = []
    waiting, seen = [section.pk], {section.pk}
    while waiting:
        for pk in links.get(waiting.pop(0), []):
            if pk in seen:
                continue
            seen.add(pk)
            (waiting if pk in links else found).append(pk)
    by_pk = Section.objects.in_bulk(found)
    return [by_pk[pk] for pk in found]


__all__ = [
    "Standing",
    "absences_today",
    "deputies_of",
    "find_people",
    "find_sections",
    "has_role",
    "head_of",
    "holders_of",
    "in_service",
    "is_absent",
    "is_in_service",
    "label_of",
    "memberships_of",
    "path",
    "people_in",
    "post_of",
    "principals",
    "section_of",
    "staff_by_login",
    "standing",
    "successors_of",
    "tree",
]
