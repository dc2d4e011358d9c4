"""A roster as plain rows, and how it becomes people, sections and posts of an empty database.

The demo city and the small city of the tests are both written as a `Roster`; `write_roster`
turns it into rows with a fixed number of statements, however many people there are.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from groupware.organization.grantees import name_all_groups
from groupware.organization.models import (
    Absence,
    Deputy,
    Membership,
    Post,
    Section,
    SectionName,
    SectionParent,
    SectionSuccession,
    Staff,
    StaffGroup,
    StaffGroupMembership,
    StaffName,
    StaffRole,
    TreeStamp,
)
from groupware.organization.sorting import sort_key

FOUNDED = date(2005, 4, 1)

# 職名: rank (smaller is higher), and whether the post is the head of its section (所属の長).
RANKS: dict[str, tuple[int, bool]] = {
    "市長": (10, True),
    "副市長": (20, False),
    "部長": (30, True),
    "局長": (40, True),
    "課長": (40, True),
    "課長補佐": (50, False),
    "係長": (60, False),
    "主任": (70, False),
    "主事": (80, False),
}


@dataclass(frozen=True)
class SectionRow:
    """A 所属: code, name, よみ, code of the section above it ("" for a root), 代表内線."""

    code: str
    name: str
    yomi: str
    parent: str = ""
    extension: str = ""
    since: date = FOUNDED
    until: date | None = None
    former: tuple[str, str, date] | None = None  # earlier name, its よみ, its last day
    merged_into: str = ""  # code of the successor, from the day after `until`


@dataclass(frozen=True)
class PersonRow:
    """A person; `login` is empty for those who do not sign in to the demo."""

    number: str
    login: str
    name: str
    yomi: str
    section: str
    title: str
    extension: str = ""
    since: date = date(2015, 4, 1)
    until: date | None = None
    also: tuple[tuple[str, str], ...] = ()  # 兼務: (section, 職名)
    before: tuple[str, str, date] | None = None  # earlier section, 職名, last day there
    former_name: tuple[str, str, date] | None = None  # earlier name, よみ, its last day
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class AbsenceRow:
    """An absence in days from the day of loading: 0 is that day. `hour` ends it on its last day."""

    number: str
    kind: str
    first: int
    last: int
    hour: int = 24
    place: str = ""


@dataclass(frozen=True)
class Roster:
    """Everything that makes a city's people; sections stand before those below them."""

    sections: tuple[SectionRow, ...]
    people: tuple[PersonRow, ...]
    deputies: tuple[tuple[str, str, int], ...] = ()  # principal, deputy (職員番号), rank
    absences: tuple[AbsenceRow, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)  # name: 職員番号 …


def write_roster(roster: Roster, *, password: str | None, today: date) -> dict[str, Staff]:
    """Write the roster in one transaction; return the people by 職員番号.

    People with a log-in name get `password`; everybody else has an unusable one and signs in
    with nothing. Absences are counted from `today` (Asia/Tokyo).
    """
    with transaction.atomic():
        sections = _write_sections(roster.sections)
        people = _write_people(roster.people, password)
        _write_memberships(roster.people, sections, people)
        _write_groups(roster, people)
        name_all_groups()
        TreeStamp.renew()
        Deputy.objects.bulk_create(
            Deputy(principal=people[head], deputy=people[other], rank=rank, valid_from=FOUNDED)
            for head, other, rank in roster.deputies
        )
        Absence.objects.bulk_create(_absence(row, people, today) for row in roster.absences)
    return people


def _grantees(count: int) -> list[Group]:
    """The `auth.Group` that each section, post and group owns; named when its owner has a key."""
    return Group.objects.bulk_create(Group(name=f"new:{uuid.uuid4()}") for _ in range(count))


def _write_sections(rows: tuple[SectionRow, ...]) -> dict[str, Section]:
    groups = _grantees(len(rows))
    sections = {
        section.code: section
        for section in Section.objects.bulk_create(
            Section(code=row.code, group=group, extension=row.extension)
            for row, group in zip(rows, groups, strict=True)
        )
    }
    names: list[SectionName] = []
    for row in rows:
        since = row.since
        if row.former:
            name, yomi, last = row.former
            names.append(
                SectionName(
                    section=sections[row.code],
                    name=name,
                    yomi=yomi,
                    valid_from=since,
                    valid_until=last,
                )
            )
            since = last + timedelta(days=1)
        names.append(
            SectionName(
                section=sections[row.code],
                name=row.name,
                yomi=row.yomi,
                valid_from=since,
                valid_until=row.until,
            )
        )
    SectionName.objects.bulk_create(names)
    SectionParent.objects.bulk_create(
        SectionParent(
            section=sections[row.code],
            parent=sections[row.parent],
            valid_from=row.since,
            valid_until=row.until,
        )
        for row in rows
        if row.parent
    )
    SectionSuccession.objects.bulk_create(
        SectionSuccession(
            predecessor=sections[row.code],
            successor=sections[row.merged_into],
            on=row.until + timedelta(days=1),
        )
        for row in rows
        if row.until and row.merged_into
    )
    return sections


def _write_people(rows: tuple[PersonRow, ...], password: str | None) -> dict[str, Staff]:
    shared = make_password(password)  # one slow hash for the demo's one password
    people = {
        person.staff_number: person
        for person in Staff.objects.bulk_create(
            Staff(
                username=row.login or row.number,
                password=shared if row.login else make_password(None),
                staff_number=row.number,
                name=row.name,
                yomi=row.yomi,
                sort_key=sort_key(row.yomi),
                extension=row.extension,
                valid_from=row.since,
                valid_until=row.until,
                is_active=row.until is None,
            )
            for row in rows
        )
    }
    names: list[StaffName] = []
    for row in rows:
        since, person = row.since, people[row.number]
        if row.former_name:
            name, yomi, last = row.former_name
            names.append(
                StaffName(staff=person, name=name, yomi=yomi, valid_from=since, valid_until=last)
            )
            since = last + timedelta(days=1)
        names.append(
            StaffName(
                staff=person, name=row.name, yomi=row.yomi, valid_from=since, valid_until=row.until
            )
        )
    StaffName.objects.bulk_create(names)
    StaffRole.objects.bulk_create(
        StaffRole(staff=people[row.number], role=role, valid_from=row.since, valid_until=row.until)
        for row in rows
        for role in row.roles
    )
    return people


def _write_memberships(
    rows: tuple[PersonRow, ...], sections: dict[str, Section], people: dict[str, Staff]
) -> None:
    wanted: dict[tuple[str, str], None] = {}
    for row in rows:
        before = [(row.before[0], row.before[1])] if row.before else []
        for place in ((row.section, row.title), *row.also, *before):
            wanted.setdefault(place)
    groups = _grantees(len(wanted))
    posts = dict(
        zip(
            wanted,
            Post.objects.bulk_create(
                Post(
                    title=title,
                    section=sections[code],
                    rank=RANKS[title][0],
                    is_head=RANKS[title][1],
                    group=group,
                )
                for (code, title), group in zip(wanted, groups, strict=True)
            ),
            strict=True,
        )
    )
    memberships: list[Membership] = []
    for row in rows:
        since, person = row.since, people[row.number]
        if row.before:
            code, title, last = row.before
            memberships.append(
                Membership(
                    staff=person,
                    section=sections[code],
                    post=posts[code, title],
                    valid_from=since,
                    valid_until=last,
                )
            )
            since = last + timedelta(days=1)
        for place in ((row.section, row.title), *row.also):
            code, title = place
            memberships.append(
                Membership(
                    staff=person,
                    section=sections[code],
                    post=posts[code, title],
                    is_primary=place == (row.section, row.title),
                    valid_from=since,
                    valid_until=row.until,
                )
            )
    Membership.objects.bulk_create(memberships)


def _write_groups(roster: Roster, people: dict[str, Staff]) -> None:
    names = list(roster.groups)
    groups = _grantees(len(names))
    staff_groups = StaffGroup.objects.bulk_create(
        StaffGroup(name=name, group=group) for name, group in zip(names, groups, strict=True)
    )
    StaffGroupMembership.objects.bulk_create(
        StaffGroupMembership(staff_group=made, staff=people[number], valid_from=date(2026, 4, 4))
        for made in staff_groups
        for number in roster.groups[made.name]
    )


def _absence(row: AbsenceRow, people: dict[str, Staff], today: date) -> Absence:
    midnight = datetime.combine(today, time(), timezone.get_default_timezone())
    return Absence(
        staff=people[row.number],
        kind=row.kind,
        starts=midnight + timedelta(days=row.first),
        ends=midnight + timedelta(days=row.last, hours=row.hour),
        place=row.place,
    )
