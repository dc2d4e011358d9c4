"""Writes: scopes, grants by hand, facts, break-glass. Each compiles in its own transaction."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.access import compiling, providers
from groupware.access.models import (
    BreakGlass,
    Scope,
    ScopeFact,
    ScopeGroupGrant,
    ScopeToken,
    ScopeUserGrant,
)
from groupware.access.policies import Actor, NotVisible, person_or_none, require
from groupware.access.selectors import forget_principals, holds, person_of, principals
from groupware.access.tokens import (
    ALL,
    MANAGE,
    PERSON,
    SCOPE,
    VIEW,
    Fact,
    check,
    facts_of,
    implied,
)
from groupware.audit.actions import record
from groupware.events import send
from groupware.events.catalogue import GLASS_BROKEN, GlassBroken

BREAK_GLASS_MINUTES: Final = 60
REASON_LENGTH: Final = 5  # a reason shorter than this says nothing


@transaction.atomic
def create_scope(
    *,
    kind: str,
    owner_uuid: UUID,
    principals: Iterable[str | Fact] = (),
    with_superiors: bool = False,
) -> Scope:
    """The one scope of a new container. A bare token may view; a `Fact` says more.

    Called by the action that makes the container, which has asked its own policy.
    """
    scope = Scope.objects.create(kind=kind, owner_uuid=owner_uuid, with_superiors=with_superiors)
    _write_facts(scope, facts_of(principals))
    compiling.compile_scope(scope)
    return scope


@transaction.atomic
def set_facts(scope: Scope, principals: Iterable[str | Fact]) -> bool:
    """Replace what follows from facts (members, participants); whether viewers changed."""
    _lock(scope)
    _write_facts(scope, facts_of(principals))
    return compiling.compile_scope(scope)


def _write_facts(scope: Scope, facts: set[Fact]) -> None:
    present = {(row.verb, row.token): row for row in ScopeFact.objects.filter(scope=scope)}
    wanted = {(fact.verb, fact.token): fact for fact in facts}
    for key, row in present.items():
        if key not in wanted:
            row.delete()
        elif row.reason != wanted[key].reason:
            row.reason = wanted[key].reason
            row.save(update_fields=["reason"])
    ScopeFact.objects.bulk_create(
        ScopeFact(scope=scope, verb=fact.verb, token=fact.token, reason=fact.reason)
        for key, fact in wanted.items()
        if key not in present
    )


@transaction.atomic
def set_superiors(*, actor: Actor, scope: Scope, with_superiors: bool) -> bool:
    """Say whether the 部長 above a 課 gets what the 課 gets; whether viewers changed."""
    require(actor, MANAGE, scope)
    _lock(scope)
    scope.with_superiors = with_superiors
    scope.save(update_fields=["with_superiors"])
    record(person_or_none(actor), "scope.changed", scope, detail={"with_superiors": with_superiors})
    return compiling.compile_scope(scope)


@transaction.atomic
def grant(
    *, actor: Actor, scope: Scope, grantee: Any, verb: str = VIEW, reason: str = ""
) -> ScopeUserGrant | ScopeGroupGrant:
    """Let a person, section, post, group or "all" do `verb` in `scope`; guardian's row.

    Only who may "manage" grants, and "manage" contains every verb: rights never grow along a
    share. Granting again what was granted changes nothing.

    Raises:
        NotVisible, Denied: when the actor may not decide the rights of the scope.
        ValidationError: when the grantee has ended.
        ValueError: for an unknown verb.
    """
    require(actor, MANAGE, scope)
    implied(verb)
    _lock(scope)
    owner = _owner_of(grantee)
    row: ScopeUserGrant | ScopeGroupGrant
    if isinstance(owner, Group):
        row = ScopeGroupGrant.objects.assign_perm(verb, owner, scope)
    else:
        row = ScopeUserGrant.objects.assign_perm(verb, owner, scope)
    person = person_or_none(actor)
    if not row.granted_by_name and not row.reason:
        row.granted_by, row.reason = person, reason[:200]
        row.granted_by_name = person.get_full_name() if person is not None else ""
        row.save()
    compiling.compile_scope(scope)
    detail = {"verb": verb, "to": token_of(grantee), "name": _name_of(grantee), "reason": reason}
    record(person, "scope.granted", scope, detail=detail)
    return row


@transaction.atomic
def revoke(*, actor: Actor, scope: Scope, grantee: Any, verb: str, reason: str = "") -> bool:
    """Take back a grant by hand from exactly this grantee; whether there was one.

    A right that follows from facts cannot be revoked. Other grants of the grantee stay.

    Raises:
        NotVisible, Denied: when the actor may not decide the rights of the scope.
        ValidationError: when nobody would be left to decide the rights.
    """
    require(actor, MANAGE, scope)
    implied(verb)
    _lock(scope)
    owner = _owner_of(grantee, ended=True)
    rows = ScopeGroupGrant if isinstance(owner, Group) else ScopeUserGrant
    removed, _by_model = rows.objects.remove_perm(verb, owner, scope)
    if not removed:
        return False
    compiling.compile_scope(scope)
    if verb == MANAGE and not ScopeToken.objects.filter(scope=scope, verb=MANAGE).exists():
        raise ValidationError(
            _(
                "権限を決める人がいなくなるため、外せません。何も変えていません。"
                "先に、ほかの人に「権限を決める」を与えてください。"
            )
        )
    detail = {"verb": verb, "from": token_of(grantee), "name": _name_of(grantee), "reason": reason}
    record(person_or_none(actor), "scope.revoked", scope, detail=detail)
    return True


@transaction.atomic
def break_glass(*, actor: AbstractBaseUser, scope: Scope, reason: str) -> BreakGlass:
    """Let `actor` view one scope for 60 minutes; those who decide its rights are told.

    It opens viewing alone and ends by itself: the right is computed from the times, so no task
    has to take it back. Who may ask is the caller's policy; here a reason is.

    Raises:
        NotVisible: for nobody or the inactive.
        ValidationError: without a reason.
    """
    person = person_of(actor)
    if person is None or not principals(person):
        raise NotVisible(_("見つかりません。"))
    if len(reason.strip()) < REASON_LENGTH:
        raise ValidationError(_("緊急閲覧には理由が要ります。何が起きたかを書いてください。"))
    now = timezone.now()
    glass = BreakGlass.objects.create(
        scope=scope,
        staff_id=person.pk,
        reason=reason.strip(),
        starts=now,
        ends=now + timedelta(minutes=BREAK_GLASS_MINUTES),
    )
    forget_principals()
    told = tuple(sorted(managers_of(scope) - {person.pk}))
    record(
        person,  # type: ignore[arg-type]  # the user model has uuid and name (organization.Staff)
        "break_glass.opened",
        scope,
        detail={"reason": glass.reason, "ends": glass.ends.isoformat(), "told": len(told)},
    )
    send(
        GLASS_BROKEN,
        GlassBroken(
            scope_uuid=scope.uuid,
            kind=scope.kind,
            owner_uuid=scope.owner_uuid,
            staff_id=person.pk,
            reason=glass.reason,
            ends=glass.ends,
            told=told,
        ),
    )
    return glass


@transaction.atomic
def end_break_glass(*, actor: AbstractBaseUser, glass: BreakGlass) -> None:
    """End one's own emergency view early, or any in a scope whose rights one decides."""
    if glass.staff_id != actor.pk and not holds(actor, MANAGE, glass.scope):
        raise NotVisible(_("見つかりません。"))
    now = timezone.now()
    if glass.ends > now:
        glass.ends = now
        glass.save(update_fields=["ends"])
        forget_principals()
        record(
            actor,  # type: ignore[arg-type]  # the user model has uuid and name (organization.Staff)
            "break_glass.ended",
            glass.scope,
        )


def managers_of(scope: Scope) -> set[int]:
    """Keys of the people who may decide the rights of `scope` now."""
    rights = compiling.wanted([scope])[scope.pk]
    tokens = [token for verb, token in rights if verb == MANAGE and token != ALL]
    return {pk for people in providers.directory().people(tokens).values() for pk in people}


def recompile(*, actor: Actor, scope_ids: Iterable[int]) -> int:
    """Make compiled rights equal to the truth, on purpose and recorded; how many scopes changed."""
    count = 0
    for pk in scope_ids:
        with transaction.atomic():
            scope = Scope.objects.select_for_update().get(pk=pk)
            if compiling.wanted([scope]) == compiling.compiled([scope]):
                continue
            compiling.compile_scope(scope)
            record(person_or_none(actor), "scope.changed", scope, detail={"recompiled": True})
            count += 1
    return count


def token_of(grantee: Any) -> str:
    """The principal token of somebody who may be granted something."""
    owner = _owner_of(grantee, ended=True)
    return check(owner.name) if isinstance(owner, Group) else f"{PERSON}{owner.pk}"


def everybody() -> Group:
    """The group that stands for everybody in service (the token "all")."""
    group, _created = Group.objects.get_or_create(name=ALL)
    return group


def _owner_of(grantee: Any, *, ended: bool = False) -> Any:
    """Guardian's grantee: the person, or the group that a section, post or staff group owns."""
    if grantee == ALL:
        return everybody()
    if isinstance(grantee, AbstractBaseUser):
        if not (ended or grantee.is_active):
            raise ValidationError(_("利用を止めた職員には権限を与えられません。"))
        return grantee
    group = getattr(grantee, "group", None)
    if not isinstance(group, Group):
        raise TypeError(f"{grantee!r} is no person, section, post or group")
    if not ended and grantee != ALL and check(group.name):
        party = providers.directory().describe([group.name]).get(group.name)
        if party is None or party.ended:
            raise ValidationError(_("終わった所属や職位には権限を与えられません。"))
    return group


def _name_of(grantee: Any) -> str:
    token = token_of(grantee)
    party = providers.directory().describe([token]).get(token)
    return party.name if party is not None else token


def _lock(scope: Scope) -> None:
    """Changes to one scope's rights wait for each other (SQLite has one writer anyway)."""
    fresh = Scope.objects.select_for_update().get(pk=scope.pk)
    scope.with_superiors = fresh.with_superiors


__all__ = [
    "SCOPE",
    "Fact",
    "break_glass",
    "create_scope",
    "end_break_glass",
    "everybody",
    "grant",
    "managers_of",
    "recompile",
    "revoke",
    "set_facts",
    "set_superiors",
    "token_of",
]
