"""The demo city's people: the counts the issue names, dated facts, personas."""

from datetime import date

import pytest

from groupware.operations.demo.city import CITY, PASSWORD, PERSONAS
from groupware.operations.demo.roster import write_roster
from groupware.organization.grantees import unnamed
from groupware.organization.models import (
    Membership,
    Post,
    Section,
    SectionName,
    SectionSuccession,
    Staff,
    StaffName,
    StaffRole,
)

LOADED = date(2026, 11, 24)


@pytest.fixture
def people(db: None) -> dict[str, Staff]:
    return write_roster(CITY, password=PASSWORD, today=LOADED)


def on(day: date) -> dict[str, object]:
    """Rows that hold on `day`, without an end."""
    return {"valid_from__lte": day, "valid_until__isnull": True}


def test_the_city_has_the_size_that_it_claims(people: dict[str, Staff]) -> None:
    assert len(people) == Staff.objects.count() == 60
    titles = Membership.objects.filter(**on(LOADED)).values_list("post__title", flat=True)
    assert [list(titles).count(t) for t in ("市長", "副市長", "部長")] == [1, 2, 8]
    names = SectionName.objects.filter(**on(LOADED)).values_list("name", flat=True)
    departments = [name for name in names if name.endswith("部")]
    assert len(departments) == 8
    assert len(names) - len(departments) - 1 == 24  # 1: the city itself


def test_every_persona_can_be_told_apart(people: dict[str, Staff]) -> None:
    with_login = Staff.objects.exclude(username__regex=r"^\d")
    assert set(with_login.values_list("username", flat=True)) == set(PERSONAS)
    assert all(person.check_password(PASSWORD) for person in with_login)
    assert not Staff.objects.get(username="disabled").is_active
    others = Staff.objects.filter(username__regex=r"^\d")
    assert not any(person.has_usable_password() for person in others)
    assert all(len(person.staff_number) == 5 for person in others)


def test_every_section_has_one_head(people: dict[str, Staff]) -> None:
    heads = Post.objects.filter(is_head=True, memberships__valid_until__isnull=True)
    sections = Section.objects.filter(names__valid_until__isnull=True)
    assert sorted(heads.values_list("section__code", flat=True)) == sorted(
        sections.values_list("code", flat=True)
    )


def test_history_is_dated(people: dict[str, Staff]) -> None:
    digital = SectionName.objects.filter(section__code="0104").order_by("valid_from")
    assert [(n.name, n.valid_until) for n in digital] == [
        ("情報政策課", date(2026, 4, 3)),
        ("DX推進課", None),
    ]
    merger = SectionSuccession.objects.get()
    assert (merger.predecessor.code, merger.successor.code) == ("0703", "0702")
    assert merger.on == date(2026, 4, 4)
    married = StaffName.objects.filter(staff=people["14162"]).order_by("valid_from")
    assert [n.name for n in married] == ["金子 彩", "井上 彩"]
    moved = Membership.objects.filter(staff=people["15344"]).order_by("valid_from")
    assert [(m.section.code, m.valid_from) for m in moved] == [
        ("0302", date(2021, 4, 1)),
        ("0301", date(2026, 4, 1)),
    ]
    both = Membership.objects.filter(staff=people["15255"], valid_until__isnull=True)
    assert {(m.section.code, m.is_primary) for m in both} == {("0104", True), ("0201", False)}


def test_roles_and_absences(people: dict[str, Staff]) -> None:
    assert set(StaffRole.objects.values_list("staff__username", "role")) == {
        ("records", "records"),
        ("records", "release"),
        ("auditor", "auditor"),
        ("admin", "admin"),
    }
    away = people["13052"].absences.get()
    assert away.kind == "leave"
    assert away.starts.isoformat() == "2026-11-22T15:00:00+00:00"
    assert away.ends.isoformat() == "2026-11-25T15:00:00+00:00"  # the whole of the 25th


def test_the_small_city_is_a_part_of_the_demo_city(city: dict[str, Staff]) -> None:
    assert set(city) == set(PERSONAS)
    assert Staff.objects.count() == 12
    assert city["head"].deputies.get().deputy == city["vice"]
    assert Section.objects.filter(code="0301").exists()


def test_every_grantee_is_named_by_its_token(people: dict[str, Staff]) -> None:
    assert unnamed() == []
    assert Section.objects.get(code="0301").group.name.startswith("s")
