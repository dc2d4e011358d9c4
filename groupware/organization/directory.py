"""What `access` asks about tokens: words for people, who holds them, and type-ahead."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from groupware.access.providers import Party
from groupware.access.tokens import ALL
from groupware.organization import selectors
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.grantees import token_of
from groupware.organization.models import (
    Membership,
    Post,
    Section,
    Staff,
    StaffGroup,
    StaffGroupMembership,
)
from groupware.organization.sorting import sort_key
from groupware.organization.tree import Node, Tree


def _keys(tokens: Iterable[str], kind: str) -> list[int]:
    return [int(token[1:]) for token in tokens if token[:1] == kind and token[1:].isdigit()]


class OrganizationDirectory:
    """The `access.providers.Directory` of the city hall, as of today."""

    def describe(self, tokens: Iterable[str]) -> dict[str, Party]:
        """Each known token in words (at most 8 queries, however many tokens)."""
        wanted = set(tokens)
        tree = selectors.tree()
        parties = {party.token: party for party in self._people(_keys(wanted, "u"), tree)}
        for pk in _keys(wanted, "s"):
            node = tree.get(pk)
            if node is not None:
                parties[f"s{pk}"] = _section(node, tree)
        for party in self._posts(_keys(wanted, "p"), tree):
            parties[party.token] = party
        for group in StaffGroup.objects.filter(pk__in=_keys(wanted, "g")):
            parties[f"g{group.pk}"] = Party(
                f"g{group.pk}", "group", group.name, ended=group.ended_on is not None
            )
        for pk, party in self._superiors(_keys(wanted, "h"), tree).items():
            parties[f"h{pk}"] = party
        if "all" in wanted:
            parties["all"] = Party("all", "all", _("全職員"))
        return parties

    def _people(self, keys: list[int], tree: Tree) -> list[Party]:
        if not keys:
            return []
        places = _places(keys)
        return [
            Party(
                f"u{person.pk}",
                "person",
                person.name,
                place=_place(places.get(person.pk), tree),
                sort_key=person.sort_key,
                ended=not selectors.is_in_service(person),
            )
            for person in Staff.objects.filter(pk__in=keys)
        ]

    def _posts(self, keys: list[int], tree: Tree) -> list[Party]:
        posts = Post.objects.filter(pk__in=keys)
        holders = selectors.holders_of(keys) if keys else {}
        return [
            Party(
                f"p{post.pk}",
                "post",
                post.title,
                place=tree.label(post.section_id) if post.section_id else "",
                holders=tuple(person.name for person in holders[post.pk]),
                ended=post.ended_on is not None and post.ended_on < tree.on,
            )
            for post in posts
        ]

    def _superiors(self, keys: list[int], tree: Tree) -> dict[int, Party]:
        result: dict[int, Party] = {}
        for pk in keys:
            node = tree.get(pk)
            above = tree.get(node.parent) if node is not None and node.parent is not None else None
            if node is None:
                continue
            name = _("%s の長") % above.label if above is not None else _("上の所属の長")
            result[pk] = Party(
                f"h{pk}", "superiors", name, place=_("%s の上司") % node.label, sort_key=node.code
            )
        return result

    def people(self, tokens: Iterable[str]) -> dict[str, list[int]]:
        """Keys of the people in service who hold each token today (at most 7 queries)."""
        wanted = set(tokens)
        today = business_date()
        tree = selectors.tree(today)
        result: dict[str, list[int]] = {token: [] for token in wanted}
        living = set(selectors.in_service(today).values_list("pk", flat=True))
        for pk in _keys(wanted, "u"):
            result[f"u{pk}"] = [pk] if pk in living else []
        if "all" in wanted:
            result["all"] = sorted(living)
        work = [
            row
            for row in Membership.objects.filter(holds_on(today)).values_list(
                "staff_id", "section_id", "post_id", "post__section_id", "post__is_head"
            )
            if row[0] in living
        ]
        reach = {pk: _reach(pk, tree) for pk in _keys(wanted, "s")}
        parents = {pk: node.parent for pk in _keys(wanted, "h") if (node := tree.get(pk))}
        for staff_id, section_id, post_id, post_section, is_head in work:
            for pk, sections in reach.items():
                if section_id in sections:
                    result[f"s{pk}"].append(staff_id)
            if f"p{post_id}" in wanted:
                result[f"p{post_id}"].append(staff_id)
            for pk, parent in parents.items():
                if is_head and parent is not None and post_section == parent:
                    result[f"h{pk}"].append(staff_id)
        teams = StaffGroupMembership.objects.filter(
            holds_on(today), staff_group__in=_keys(wanted, "g")
        )
        for group_id, staff_id in teams.values_list("staff_group_id", "staff_id"):
            if staff_id in living:
                result[f"g{group_id}"].append(staff_id)
        return {token: sorted(set(keys)) for token, keys in result.items()}

    def find(self, text: str, limit: int) -> list[Party]:
        """Sections, posts, groups and people by よみ or name."""
        needle = "".join(text.split())
        if not needle:
            return []
        tree = selectors.tree()
        found = [_section(node, tree) for node in selectors.find_sections(needle, limit=limit)]
        posts = Post.objects.filter(
            Q(title__contains=needle) | Q(section__in=[int(each.token[1:]) for each in found]),
            ended_on=None,
        )
        found += self._posts(list(posts.values_list("pk", flat=True)[:limit]), tree)
        groups = StaffGroup.objects.filter(name__contains=needle, ended_on=None)[:limit]
        found += [Party(f"g{group.pk}", "group", group.name) for group in groups]
        kana = sort_key(needle).partition(" ")[0]
        people = selectors.in_service().filter(
            Q(sort_key__startswith=kana) | Q(name__contains=text.strip()) | Q(staff_number=needle)
        )
        found += self._people(list(people.values_list("pk", flat=True)[:limit]), tree)
        return found[:limit]

    def grantee(self, token: str) -> Any:
        """The person, section, post or group of a token; "all"; None when there is none."""
        if token == ALL:
            return token
        models: dict[str, type[Staff | Section | Post | StaffGroup]] = {
            "u": Staff,
            "s": Section,
            "p": Post,
            "g": StaffGroup,
        }
        model = models.get(token[:1])
        if model is None or not token[1:].isdigit():
            return None
        return model._default_manager.filter(pk=int(token[1:])).first()


def _section(node: Node, tree: Tree) -> Party:
    steps = tree.path(node.pk)[:-1]
    return Party(
        node.token,
        "section",
        node.label,
        place=" ".join(step.label for step in (steps[1:] or steps)),
        reaches=tuple(below.label for below in tree.below(node.pk)),
        sort_key=node.code,
        ended=not node.exists,
    )


def _reach(pk: int, tree: Tree) -> set[int]:
    """Sections whose people hold the token: itself, below, and where its work went."""
    reached = {pk} | {node.pk for node in tree.below(pk)}
    if tree.nodes.get(pk) is not None and not tree.nodes[pk].exists:
        for successor in selectors.successors_of(Section.objects.get(pk=pk)):
            reached |= {successor.pk} | {node.pk for node in tree.below(successor.pk)}
    return reached


def _places(keys: list[int]) -> dict[int, tuple[int, str]]:
    rows = Membership.objects.filter(holds_on(business_date()), staff__in=keys)
    rows = rows.order_by("is_primary", "-id")  # the 本務 last: it stays
    return {
        staff: (section, title or "")
        for staff, section, title in rows.values_list("staff_id", "section_id", "post__title")
    }


def _place(found: tuple[int, str] | None, tree: Tree) -> str:
    if found is None:
        return ""
    section, title = found
    return f"{tree.label(section)} {title}".strip()


__all__ = ["OrganizationDirectory", "token_of"]
