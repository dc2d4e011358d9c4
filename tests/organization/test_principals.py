"""What a person is, by date: sections and all above, 兼務, posts, groups, heads, successors."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction

from groupware.access.policies import SYSTEM, Denied, NotVisible
from groupware.audit.models import Entry
from groupware.organization import actions, selectors
from groupware.organization.grantees import unnamed
from groupware.organization.models import Section, Staff, StaffRole
from groupware.organization.principals import principals
from groupware.organization.tree import tree_on

TODAY = date(2026, 11, 24)
pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def today(city: dict[str, Staff]) -> object:
    with time_machine.travel("2026-11-24T10:00:00+09:00", tick=False):
        yield None


def section(staff: Staff) -> Section:
    found = selectors.section_of(staff)
    assert found is not None
    return found


def test_a_clerk_is_the_person_the_sections_above_the_post_and_all(city: dict[str, Staff]) -> None:
    clerk = city["clerk"]
    path = [f"s{node.pk}" for node in selectors.path(section(clerk))]
    post = selectors.post_of(clerk)
    assert post is not None
    assert len(path) == 3
    assert principals(clerk) == {f"u{clerk.pk}", "all", f"p{post.pk}", *path}


def test_one_query(city: dict[str, Staff], django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        principals(city["mayor"])


def test_a_head_is_the_superior_of_what_stands_directly_below(city: dict[str, Staff]) -> None:
    ka = section(city["clerk"])
    bu = section(city["director"])
    assert f"h{ka.pk}" in principals(city["director"])
    assert f"h{ka.pk}" not in principals(city["head"])
    assert f"h{ka.pk}" not in principals(city["mayor"])
    assert f"h{bu.pk}" in principals(city["mayor"])
    assert f"h{bu.pk}" not in principals(city["deputymayor"])  # not the head of the city


def test_nobody_out_of_service_is_anything(city: dict[str, Staff]) -> None:
    clerk = city["clerk"]
    assert principals(city["disabled"]) == frozenset()
    assert principals(Staff()) == frozenset()
    assert principals(clerk, date(1990, 1, 1)) == frozenset()
    stale = Staff.objects.get(pk=clerk.pk)
    Staff.objects.filter(pk=clerk.pk).update(is_active=False)
    assert stale.is_active
    assert principals(stale) == frozenset()


def test_kenmu_adds_a_section_for_its_days(city: dict[str, Staff]) -> None:
    clerk, koumu = city["clerk"], section(city["outsider"])
    row = actions.appoint(actor=SYSTEM, staff=clerk, section=koumu, valid_from=TODAY)
    assert f"s{koumu.pk}" in principals(clerk)
    assert f"s{koumu.pk}" not in principals(clerk, TODAY - timedelta(days=1))
    assert selectors.section_of(clerk) != koumu  # the 本務 stays
    actions.end_membership(actor=SYSTEM, membership=row, last_day=TODAY)
    assert f"s{koumu.pk}" in principals(clerk)
    assert f"s{koumu.pk}" not in principals(clerk, TODAY + timedelta(days=1))


def test_a_transfer_takes_effect_on_its_day(city: dict[str, Staff]) -> None:
    clerk, old, new = city["clerk"], section(city["clerk"]), section(city["outsider"])
    day = date(2027, 4, 1)
    actions.transfer(actor=SYSTEM, staff=clerk, section=new, on=day)
    before, after = principals(clerk, day - timedelta(days=1)), principals(clerk, day)
    assert f"s{old.pk}" in before
    assert f"s{new.pk}" not in before
    assert f"s{new.pk}" in after
    assert f"s{old.pk}" not in after
    with pytest.raises(ValidationError):  # one is planned already
        actions.transfer(actor=SYSTEM, staff=clerk, section=old, on=date(2027, 1, 1))


def test_a_group_holds_for_its_days(city: dict[str, Staff]) -> None:
    group = actions.create_group(actor=SYSTEM, name="窓口改善チーム")
    actions.add_to_group(actor=SYSTEM, group=group, staff=city["clerk"])
    assert f"g{group.pk}" in principals(city["clerk"])
    assert group.group.name == f"g{group.pk}"
    actions.remove_from_group(actor=SYSTEM, group=group, staff=city["clerk"])
    assert f"g{group.pk}" not in principals(city["clerk"])


def test_a_merger_hands_the_records_over(city: dict[str, Staff]) -> None:
    old, into = section(city["clerk"]), section(city["outsider"])
    day = date(2027, 4, 1)
    actions.merge_sections(actor=SYSTEM, sections=[old], into=into, on=day)
    assert {f"s{old.pk}", f"s{into.pk}"} <= principals(city["outsider"], day)
    assert f"s{old.pk}" not in principals(city["outsider"], day - timedelta(days=1))
    assert f"s{into.pk}" in principals(city["clerk"], day)
    assert selectors.successors_of(old) == [into]
    names = [node.name for node in tree_on(day)]
    assert "市民課" not in names
    assert "市民課" in [node.name for node in tree_on(day - timedelta(days=1))]


def test_the_tree_follows_every_write_and_every_rollback(city: dict[str, Staff]) -> None:
    ka = section(city["clerk"])
    assert selectors.label_of(ka) == "市民部 市民課"
    actions.rename_section(
        actor=SYSTEM, section=ka, name="市民窓口課", yomi="しみんまどぐちか", valid_from=TODAY
    )
    assert selectors.label_of(ka) == "市民部 市民窓口課"
    assert selectors.label_of(ka, TODAY - timedelta(days=1)) == "市民部 市民課"
    with transaction.atomic():
        actions.move_section(actor=SYSTEM, section=ka, parent=None, valid_from=TODAY)
        assert selectors.label_of(ka) == "市民窓口課"
        transaction.set_rollback(True)
    assert selectors.label_of(ka) == "市民部 市民窓口課"


def test_the_tree_is_asked_in_few_queries(
    city: dict[str, Staff], django_assert_num_queries: object
) -> None:
    selectors.tree(date(2026, 10, 1))
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        selectors.tree(date(2026, 10, 1))
    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture
        selectors.tree(date(2026, 9, 1))


def test_no_section_stands_below_itself(city: dict[str, Staff]) -> None:
    bu, ka = section(city["director"]), section(city["clerk"])
    with pytest.raises(ValidationError):
        actions.move_section(actor=SYSTEM, section=bu, parent=ka, valid_from=TODAY)


def test_every_owner_names_its_group_by_its_token(city: dict[str, Staff]) -> None:
    made = actions.create_section(actor=SYSTEM, code="9999", name="新課", yomi="しんか")
    post = actions.create_post(actor=SYSTEM, title="課長", section=made, rank=40, is_head=True)
    assert (made.group.name, post.group.name) == (f"s{made.pk}", f"p{post.pk}")
    assert unnamed() == []
    assert not made.group.user_set.exists()


def test_only_administrators_change_the_organization(city: dict[str, Staff]) -> None:
    boss = city["head"]
    boss.is_superuser = True
    boss.save()
    for actor in (boss, city["mayor"], city["records"]):
        with pytest.raises(Denied):
            actions.create_section(actor=actor, code="9999", name="新課", yomi="しんか")
    with pytest.raises(NotVisible):
        actions.create_section(actor=None, code="9999", name="新課", yomi="しんか")
    actions.create_section(actor=city["admin"], code="9999", name="新課", yomi="しんか")
    assert Entry.objects.get(action="section.created").actor_uuid == city["admin"].uuid


def test_numbers_and_names_are_never_used_again(city: dict[str, Staff]) -> None:
    gone = city["disabled"]
    for number, name in (
        (gone.staff_number, "newname"),
        ("900001", gone.username),
        ("900001", city["clerk"].staff_number),  # a log-in name that is another's number
    ):
        with pytest.raises(ValidationError):
            actions.create_staff(
                actor=SYSTEM, staff_number=number, username=name, name="新 人", yomi="しん じん"
            )


def test_a_new_name_keeps_the_former(city: dict[str, Staff]) -> None:
    clerk = city["clerk"]
    actions.rename_staff(
        actor=SYSTEM, staff=clerk, name="鈴木 恵子", yomi="すずき けいこ", valid_from=TODAY
    )
    names = list(clerk.names.order_by("valid_from").values_list("name", flat=True))
    assert names[-2:] == ["佐藤 恵子", "鈴木 恵子"]
    clerk.refresh_from_db()
    assert clerk.sort_key.startswith("すすき")


def test_the_last_administrator_stays(city: dict[str, Staff]) -> None:
    with pytest.raises(ValidationError):
        actions.end_role(actor=city["admin"], staff=city["admin"], role=StaffRole.Role.ADMIN)
    assert selectors.has_role(city["admin"], "admin")


def test_people_are_found_by_yomi(city: dict[str, Staff]) -> None:
    def found(text: str) -> list[str]:
        return [staff.name for staff in selectors.find_people(city["clerk"], text)]

    assert city["clerk"].name in found("さと")
    assert city["clerk"].name in found("サトウ")
    assert city["clerk"].name in found("佐藤")
    assert found(city["clerk"].staff_number) == [city["clerk"].name]
    assert city["disabled"].name not in found(city["disabled"].yomi[:3])
    assert selectors.find_people(None, "さと") == []
    assert found("") == []


def test_deputies_and_absences_are_ones_own(city: dict[str, Staff]) -> None:
    head, vice, clerk = city["head"], city["vice"], city["clerk"]
    assert selectors.deputies_of(head) == [vice]
    with pytest.raises(Denied):
        actions.set_deputies(actor=clerk, staff=head, deputies=[clerk])
    actions.set_deputies(actor=head, staff=head, deputies=[clerk, vice])
    assert selectors.deputies_of(head) == [clerk, vice]
    with pytest.raises(ValidationError):
        actions.set_deputies(actor=head, staff=head, deputies=[head])
