"""Grants by hand, facts, superiors, break-glass: who sees a scope, and that guardian agrees."""

import uuid
from collections.abc import Iterable

import pytest
import time_machine
from django.core.exceptions import ValidationError

from groupware.access import actions, compiling, policies
from groupware.access.models import ChangedScope, Scope, ScopeGroupGrant, ScopeToken
from groupware.access.policies import SYSTEM, Denied, NotVisible, require, visible
from groupware.access.selectors import holds, principals
from groupware.access.tokens import EDIT, MANAGE, VIEW, Fact
from groupware.audit.models import Entry
from groupware.organization.models import Section, Staff
from groupware.organization.selectors import head_of, post_of, section_of

City = dict[str, Staff]


def new_scope(*principals: str | Fact, with_superiors: bool = False) -> Scope:
    return actions.create_scope(
        kind="folder",
        owner_uuid=uuid.uuid4(),
        principals=principals,
        with_superiors=with_superiors,
    )


def who_sees(scope: Scope, city: City) -> set[str]:
    """By the list and by the detail page, which must agree."""
    listed = {
        login
        for login, staff in city.items()
        if visible(staff, Scope.objects.all()).filter(pk=scope.pk).exists()
    }
    opened = {login for login, staff in city.items() if policies.can(staff, VIEW, scope)}
    assert listed == opened
    return listed


def section(staff: Staff) -> Section:
    found = section_of(staff)
    assert found is not None
    return found


def parent_of(city: City) -> Section:
    return section(city["director"])


def test_a_new_scope_is_seen_by_nobody(city: City) -> None:
    assert who_sees(new_scope(), city) == set()


def test_a_grant_to_a_ka_reaches_the_ka_and_not_the_bucho(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee=section(city["clerk"]), reason="試験")
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice"}


def test_a_grant_to_a_bu_reaches_its_ka(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee=parent_of(city), reason="試験")
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice", "director"}


def test_and_superiors_adds_the_bucho_and_nobody_above(city: City) -> None:
    scope = new_scope(with_superiors=True)
    actions.grant(actor=SYSTEM, scope=scope, grantee=section(city["clerk"]), reason="試験")
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice", "director"}
    actions.set_superiors(actor=SYSTEM, scope=scope, with_superiors=False)
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice"}


def test_the_inbox_is_the_section_and_its_bucho_by_facts(city: City) -> None:
    ka = section(city["clerk"])
    scope = new_scope(Fact(f"s{ka.pk}", EDIT), Fact(f"h{ka.pk}", VIEW))
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice", "director"}
    assert not policies.can(city["director"], EDIT, scope)
    assert policies.can(city["clerk"], EDIT, scope)


def test_a_grant_to_all_reaches_everybody_in_service(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee="all", reason="試験")
    assert who_sees(scope, city) == set(city) - {"disabled"}


def test_a_grant_to_a_post_goes_with_the_post(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee=post_of(city["head"]), reason="試験")
    assert who_sees(scope, city) == {"head"}


def test_manage_contains_edit_contains_view(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee=city["clerk"], verb=MANAGE, reason="試験")
    assert [policies.can(city["clerk"], verb, scope) for verb in (VIEW, EDIT, MANAGE)] == [True] * 3
    assert not policies.can(city["clerk"], "destroy", scope)


def test_rights_never_grow_along_a_share(city: City) -> None:
    scope = new_scope(Fact(f"u{city['head'].pk}", MANAGE))
    head, clerk, colleague = city["head"], city["clerk"], city["colleague"]
    actions.grant(actor=head, scope=scope, grantee=clerk, verb=EDIT, reason="共有")
    for verb in (VIEW, EDIT, MANAGE):
        with pytest.raises(Denied):
            actions.grant(actor=clerk, scope=scope, grantee=colleague, verb=verb)
        with pytest.raises(NotVisible):
            actions.grant(actor=city["outsider"], scope=scope, grantee=colleague, verb=verb)
    with pytest.raises(Denied):
        actions.revoke(actor=clerk, scope=scope, grantee=clerk, verb=EDIT)
    assert who_sees(scope, city) == {"head", "clerk"}


def test_revoking_takes_back_from_exactly_one_grantee(city: City) -> None:
    scope = new_scope()
    for grantee in (city["clerk"], section(city["clerk"])):
        actions.grant(actor=SYSTEM, scope=scope, grantee=grantee, reason="試験")
    assert actions.revoke(actor=SYSTEM, scope=scope, grantee=city["clerk"], verb=VIEW)
    assert who_sees(scope, city) == {"clerk", "colleague", "head", "vice"}
    assert actions.revoke(actor=SYSTEM, scope=scope, grantee=section(city["clerk"]), verb=VIEW)
    assert who_sees(scope, city) == set()
    assert not actions.revoke(actor=SYSTEM, scope=scope, grantee=city["clerk"], verb=VIEW)


def test_the_last_who_decides_cannot_be_revoked(city: City) -> None:
    scope = new_scope()
    actions.grant(actor=SYSTEM, scope=scope, grantee=city["head"], verb=MANAGE, reason="試験")
    with pytest.raises(ValidationError):
        actions.revoke(actor=city["head"], scope=scope, grantee=city["head"], verb=MANAGE)
    assert policies.can(city["head"], MANAGE, scope)


def test_a_disabled_person_gets_nothing_and_is_granted_nothing(city: City) -> None:
    scope = new_scope(f"u{city['disabled'].pk}", "all")
    assert principals(city["disabled"]) == frozenset()
    assert who_sees(scope, city) == set(city) - {"disabled"}
    with pytest.raises(ValidationError):
        actions.grant(actor=SYSTEM, scope=scope, grantee=city["disabled"])


@pytest.mark.parametrize("viewer", [None, "anonymous"])
def test_no_user_is_never_allowed(city: City, viewer: object) -> None:
    from django.contrib.auth.models import AnonymousUser

    nobody = AnonymousUser() if viewer else None
    scope = new_scope("all")
    assert not visible(nobody, Scope.objects.all()).exists()
    assert not policies.can(nobody, VIEW, scope)
    with pytest.raises(NotVisible):
        require(nobody, VIEW, scope)


def test_being_superuser_opens_nothing(city: City) -> None:
    admin = city["admin"]
    admin.is_superuser = True
    admin.save()
    scope = new_scope()
    assert "admin" not in who_sees(scope, city)
    assert not holds(admin, VIEW, scope)


def test_a_compile_error_hides_but_never_opens(city: City) -> None:
    """A token that nothing justifies lists the row and opens nothing; a lost one only hides."""
    scope = new_scope()
    ScopeToken.objects.create(scope=scope, verb=VIEW, token=f"u{city['outsider'].pk}")
    assert visible(city["outsider"], Scope.objects.all()).filter(pk=scope.pk).exists()
    assert not policies.can(city["outsider"], VIEW, scope)
    actions.grant(actor=SYSTEM, scope=scope, grantee=city["clerk"], reason="試験")
    ScopeToken.objects.filter(scope=scope).delete()
    assert not visible(city["clerk"], Scope.objects.all()).filter(pk=scope.pk).exists()


def test_every_change_of_viewers_stands_on_the_short_list(city: City) -> None:
    scope = new_scope("all")
    assert not ChangedScope.objects.filter(scope=scope).exists()
    actions.set_facts(scope, ["all"])
    assert not ChangedScope.objects.filter(scope=scope).exists()
    actions.set_facts(scope, [f"u{city['clerk'].pk}"])
    first = ChangedScope.objects.get(scope=scope).turn
    actions.set_facts(scope, [])
    assert ChangedScope.objects.get(scope=scope).turn == first + 1


def test_break_glass_opens_one_scope_for_an_hour(city: City) -> None:
    scope, other = new_scope(Fact(f"u{city['head'].pk}", MANAGE)), new_scope()
    outsider = city["outsider"]
    with time_machine.travel("2026-11-24T10:00:00+09:00", tick=False) as clock:
        with pytest.raises(ValidationError):
            actions.break_glass(actor=outsider, scope=scope, reason="   ")
        actions.break_glass(actor=outsider, scope=scope, reason="夜間の断水、図面が要る")
        assert who_sees(scope, city) == {"head", "outsider"}
        assert not policies.can(outsider, EDIT, scope)
        assert not policies.can(outsider, VIEW, other)
        with pytest.raises(Denied):
            actions.grant(actor=outsider, scope=scope, grantee=outsider)
        clock.shift(59 * 60)
        assert policies.can(outsider, VIEW, scope)
        clock.shift(61)
        assert who_sees(scope, city) == {"head"}
    entry = Entry.objects.get(action="break_glass.opened")
    assert entry.detail["reason"] == "夜間の断水、図面が要る"
    assert entry.detail["told"] == 1


def test_break_glass_tells_those_who_decide(city: City) -> None:
    from groupware.events.catalogue import GLASS_BROKEN, GlassBroken

    heard: list[GlassBroken] = []
    GLASS_BROKEN.subscribe(heard.append)
    try:
        scope = new_scope(Fact(f"s{section(city['clerk']).pk}", MANAGE))
        actions.break_glass(actor=city["outsider"], scope=scope, reason="夜間の断水のため")
    finally:
        GLASS_BROKEN._handlers.remove(heard.append)
    people = ["clerk", "colleague", "head", "vice"]
    assert heard[0].told == tuple(sorted(city[login].pk for login in people))


def test_grants_are_recorded_with_who_and_why(city: City) -> None:
    scope = new_scope(Fact(f"u{city['head'].pk}", MANAGE))
    actions.grant(
        actor=city["head"], scope=scope, grantee=section(city["outsider"]), reason="工事の協議"
    )
    row = ScopeGroupGrant.objects.get(content_object=scope)
    assert (row.granted_by, row.reason) == (city["head"], "工事の協議")
    entry = Entry.objects.get(action="scope.granted")
    assert entry.actor_uuid == city["head"].uuid
    assert entry.detail["verb"] == VIEW


def test_comparison_finds_what_was_tampered_with(city: City) -> None:
    scope = new_scope("all")
    assert list(compiling.differences()) == []
    ScopeToken.objects.create(scope=scope, verb=EDIT, token="u1")
    ScopeToken.objects.filter(scope=scope, token="all").delete()
    found = {(each.token, each.kind) for each in compiling.differences()}
    assert found == {("u1", "extra"), ("all", "missing")}
    assert len(list(compiling.differences())) == 2  # nothing was repaired
    assert actions.recompile(actor=SYSTEM, scope_ids=[scope.pk]) == 1
    assert list(compiling.differences()) == []


def test_many_scopes_are_asked_in_few_queries(
    city: City, django_assert_max_num_queries: "pytest.FixtureRequest"
) -> None:
    from groupware.access.selectors import held_scopes

    scopes: Iterable[Scope] = [new_scope("all") for _ in range(20)]
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # pytest-django's fixture
        assert len(held_scopes(city["clerk"], VIEW, scopes)) == 20


def test_head_of_the_section(city: City) -> None:
    assert head_of(section(city["clerk"])) == city["head"]
