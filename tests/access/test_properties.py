"""Random histories of grants, facts and transfers: compiled rights equal the truth, and an
independent reading of the rules says who sees what."""

import random
import uuid
from collections.abc import Callable
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from groupware.access import actions, compiling, policies
from groupware.access.models import Scope, ScopeFact, ScopeGroupGrant, ScopeUserGrant
from groupware.access.policies import SYSTEM, visible
from groupware.access.tokens import EDIT, MANAGE, VERBS, VIEW, Fact
from groupware.organization import actions as people
from groupware.organization.models import Membership, Post, Section, SectionParent, Staff
from tests.conftest import count

TODAY = date(2026, 11, 24)
SEEDS = range(count(3, 200))
STEPS = 14


class Oracle:
    """Who may do what by the words of the architecture, read from the plainest tables."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def may(self, staff: Staff, verb: str) -> bool:
        if not staff.is_active or staff.valid_until is not None:
            return False
        enough = VERBS[VERBS.index(verb) :]
        return any(each in enough and self.reaches(token, staff) for each, token in self.given())

    def given(self) -> list[tuple[str, str]]:
        rows = [
            (row.permission.codename, f"u{row.user_id}")
            for row in ScopeUserGrant.objects.filter(content_object=self.scope)
        ]
        rows += [
            (row.permission.codename, row.group.name)
            for row in ScopeGroupGrant.objects.filter(content_object=self.scope)
        ]
        rows += [(row.verb, row.token) for row in ScopeFact.objects.filter(scope=self.scope)]
        return rows

    def reaches(self, token: str, staff: Staff) -> bool:
        kind, key = token[0], int(token[1:]) if token != "all" else 0
        if token == "all" or (kind == "u" and key == staff.pk):
            return True
        rows = [row for row in Membership.objects.filter(staff=staff) if self.now(row)]
        if kind == "p":
            return any(row.post_id == key for row in rows)
        if kind == "s":
            if any(key in self.upwards(row.section_id) for row in rows):
                return True
            return self.scope.with_superiors and self.heads(key, rows)
        return kind == "h" and self.heads(key, rows)

    def heads(self, section: int, rows: list[Membership]) -> bool:
        parent = self.parent(section)
        return any(
            row.post is not None and row.post.is_head and row.post.section_id == parent
            for row in rows
            if parent is not None
        )

    def upwards(self, section: int | None) -> list[int]:
        found: list[int] = []
        while section is not None:
            found.append(section)
            section = self.parent(section)
        return found

    def parent(self, section: int) -> int | None:
        for row in SectionParent.objects.filter(section=section):
            if self.now(row):
                return row.parent_id
        return None

    @staticmethod
    def now(row: Membership | SectionParent) -> bool:
        return row.valid_from <= TODAY and (row.valid_until is None or row.valid_until >= TODAY)


def step(chance: random.Random, scope: Scope, city: dict[str, Staff]) -> None:
    """One change by somebody who may."""
    staff = list(city.values())
    sections, posts = list(Section.objects.all()), list(Post.objects.all())
    grantees = [*(each for each in staff if each.is_active), *sections, *posts, "all"]

    def fact() -> Fact:
        token = chance.choice(
            [f"u{chance.choice(staff).pk}", f"{chance.choice('sh')}{chance.choice(sections).pk}"]
        )
        return Fact(token, chance.choice((VIEW, EDIT)))

    def transfer() -> None:
        person = chance.choice([each for each in staff if each.is_active])
        if not Membership.objects.filter(staff=person, valid_from__gt=TODAY).exists():
            people.transfer(actor=SYSTEM, staff=person, section=chance.choice(sections), on=TODAY)

    acts: list[Callable[[], object]] = [
        lambda: actions.grant(
            actor=SYSTEM, scope=scope, grantee=chance.choice(grantees), verb=chance.choice(VERBS)
        ),
        lambda: actions.revoke(
            actor=SYSTEM,
            scope=scope,
            grantee=chance.choice(grantees),
            verb=chance.choice((VIEW, EDIT)),
        ),
        lambda: actions.set_facts(scope, [fact() for _ in range(chance.randrange(4))]),
        lambda: actions.set_superiors(
            actor=SYSTEM, scope=scope, with_superiors=chance.random() < 0.5
        ),
        transfer,
    ]
    try:
        with transaction.atomic():
            chance.choice(acts)()
    except ValidationError as refused:  # an ended section or person: nothing happened
        assert refused.messages


@pytest.mark.postgres
@pytest.mark.parametrize("seed", SEEDS)
def test_compiled_rights_equal_the_truth(city: dict[str, Staff], seed: int) -> None:
    chance = random.Random(seed)
    scope = actions.create_scope(
        kind="folder",
        owner_uuid=uuid.uuid4(),
        principals=[Fact(f"u{city['head'].pk}", MANAGE)],
    )
    oracle = Oracle(scope)
    for number in range(STEPS):
        step(chance, scope, city)
        scope.refresh_from_db()
        assert list(compiling.differences()) == [], f"seed {seed}, step {number}"
        for login, person in city.items():
            listed = visible(person, Scope.objects.all()).filter(pk=scope.pk).exists()
            where = f"seed {seed}, step {number}, {login}"
            assert listed == oracle.may(person, VIEW), where
            for verb in VERBS:
                assert policies.can(person, verb, scope) == oracle.may(person, verb), where
