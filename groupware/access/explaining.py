"""「誰が見られるか・なぜ」: every right in a scope with its reason, in words for people.

Read from guardian's rows, the facts and open break-glasses, never from the compiled tokens.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from groupware.access import providers
from groupware.access.models import (
    BreakGlass,
    Scope,
    ScopeFact,
    ScopeGroupGrant,
    ScopeUserGrant,
)
from groupware.access.providers import Party
from groupware.access.tokens import PERSON, VERB_LABELS, VERBS, VIEW, superiors_of

KIND_ICONS: Final = {
    "person": "user-round",
    "section": "building-2",
    "superiors": "user-round-check",
    "post": "badge-check",
    "group": "users-round",
    "all": "landmark",
    "unknown": "circle-help",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One right in a scope, and where it comes from."""

    party: Party
    verb: str
    source: str  # grant, fact, superiors, break_glass
    why: str
    by: str = ""
    at: datetime | None = None
    until: datetime | None = None
    note: str = ""  # what the person who granted it wrote
    people: tuple[int, ...] = field(default=())

    @property
    def token(self) -> str:
        """The principal that holds the right."""
        return self.party.token

    @property
    def verb_label(self) -> Promise:
        """The right in words."""
        return VERB_LABELS[self.verb]

    @property
    def icon(self) -> str:
        """Of what kind the principal is."""
        return KIND_ICONS[self.party.kind]

    @property
    def revocable(self) -> bool:
        """Whether it was given by hand and can be taken back by hand."""
        return self.source == "grant"


def who_can_see(scope: Scope) -> list[Reason]:
    """Every right in `scope`, the strongest first; each with the people who have it today."""
    reasons = [*_grants(scope), *_facts(scope), *_broken(scope)]
    if scope.with_superiors:
        reasons += [
            replace(
                reason,
                party=_bare(above),
                source="superiors",
                why=_("「上司を含める」ため、%s の上司にも届く") % reason.token,
            )
            for reason in reasons
            if reason.source != "break_glass" and (above := superiors_of(reason.token))
        ]
    tokens = {reason.token for reason in reasons}
    parties = providers.directory().describe(tokens)
    people = providers.directory().people(tokens)
    complete = [
        replace(
            reason,
            party=parties.get(reason.token, reason.party),
            people=tuple(people.get(reason.token, ())),
            why=_why_superiors(reason, parties) if reason.source == "superiors" else reason.why,
        )
        for reason in reasons
    ]
    return sorted(complete, key=_order)


def _order(reason: Reason) -> tuple[int, int, str]:
    kinds = list(KIND_ICONS)
    rank = kinds.index(reason.party.kind)
    return (-VERBS.index(reason.verb), rank, reason.party.sort_key or reason.party.name)


def _bare(token: str) -> Party:
    return Party(token, "unknown", token)


def _why_superiors(reason: Reason, parties: dict[str, Party]) -> str:
    party = parties.get(reason.token)
    place = party.place if party is not None else ""
    return _("この入れものが「上司を含める」ため（%s）") % place if place else reason.why


def _grants(scope: Scope) -> list[Reason]:
    rows: list[tuple[str, ScopeUserGrant | ScopeGroupGrant]] = [
        (f"{PERSON}{row.user_id}", row)
        for row in ScopeUserGrant.objects.filter(content_object=scope).select_related("permission")
    ]
    rows += [
        (row.group.name, row)
        for row in ScopeGroupGrant.objects.filter(content_object=scope).select_related(
            "permission", "group"
        )
    ]
    return [
        Reason(
            party=_bare(token),
            verb=row.permission.codename,
            source="grant",
            why=_("手で与えられた"),
            by=row.granted_by_name,
            at=row.granted_at,
            note=row.reason,
        )
        for token, row in rows
    ]


def _facts(scope: Scope) -> list[Reason]:
    return [
        Reason(
            party=_bare(row.token),
            verb=row.verb,
            source="fact",
            why=_(row.reason) if row.reason else _("この入れものの決まりによる"),
        )
        for row in ScopeFact.objects.filter(scope=scope)
    ]


def _broken(scope: Scope) -> list[Reason]:
    now = timezone.now()
    rows = BreakGlass.objects.filter(scope=scope, starts__lte=now, ends__gt=now)
    return [
        Reason(
            party=_bare(f"{PERSON}{row.staff_id}"),
            verb=VIEW,
            source="break_glass",
            why=_("緊急閲覧（60分で終わる）"),
            at=row.starts,
            until=row.ends,
            note=row.reason,
        )
        for row in rows
    ]


def why_person(scope: Scope, person_pk: int) -> list[Reason]:
    """The reasons for which one person sees `scope`; empty when they do not."""
    return [reason for reason in who_can_see(scope) if person_pk in reason.people]


def how_many(reasons: list[Reason]) -> int:
    """How many people see the scope, each counted once."""
    return len({person for reason in reasons for person in reason.people})


@dataclass(frozen=True, slots=True)
class Container:
    """What a scope belongs to, in words, with its address."""

    label: str
    url: str


Describe = Callable[[Any, UUID], Container | None]
_containers: dict[str, Describe] = {}


def register_container(kind: str, describe: Describe) -> None:
    """Let `describe(viewer, owner_uuid)` name the containers of a kind (folder, room, matter)."""
    _containers[kind] = describe


def container_of(viewer: Any, scope: Scope) -> Container:
    """The container in words; a plain word where its feature does not say."""
    describe = _containers.get(scope.kind)
    found = describe(viewer, scope.owner_uuid) if describe is not None else None
    return found or Container(_("この入れもの"), "")
