"""Sections and posts: made, renamed, moved, merged, ended; nothing is deleted."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groupware.access.policies import Actor, person_or_none
from groupware.access.selectors import forget_principals
from groupware.audit.actions import record
from groupware.organization.actions.dated import DAY, end_rows, replace_from
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.grantees import name_group, new_group
from groupware.organization.models import (
    Membership,
    Post,
    Section,
    SectionName,
    SectionParent,
    SectionSuccession,
)
from groupware.organization.policies import require_admin
from groupware.organization.tree import tree_on


@transaction.atomic
def create_section(
    *,
    actor: Actor,
    code: str,
    name: str,
    yomi: str,
    parent: Section | None = None,
    valid_from: date | None = None,
    short_name: str = "",
    extension: str = "",
) -> Section:
    """A new 所属 from a business date (today when None), with its group as guardian's grantee.

    Raises:
        ValidationError: when the code is taken (codes are never used again).
    """
    require_admin(actor)
    start = valid_from or business_date()
    if Section.objects.filter(code=code).exists():
        raise ValidationError(_("所属コード %s はもう使われています。") % code)
    section = name_group(Section.objects.create(code=code, group=new_group(), extension=extension))
    SectionName.objects.create(
        section=section, name=name, short_name=short_name, yomi=yomi, valid_from=start
    )
    if parent is not None:
        SectionParent.objects.create(section=section, parent=parent, valid_from=start)
    detail = {"code": code, "from": start, "parent": parent.code if parent else ""}
    record(person_or_none(actor), "section.created", section, target_name=name, detail=detail)
    return section


@transaction.atomic
def rename_section(
    *, actor: Actor, section: Section, name: str, yomi: str, valid_from: date, short_name: str = ""
) -> SectionName:
    """Another name from `valid_from`; what it was called before stays known."""
    require_admin(actor)
    before = SectionName.objects.filter(holds_on(valid_from - DAY), section=section).first()
    row = replace_from(
        SectionName,
        valid_from,
        of={"section": section},
        values={"name": name, "yomi": yomi, "short_name": short_name},
    )
    detail = {"name": name, "before": before.name if before else "", "from": valid_from}
    record(person_or_none(actor), "section.changed", section, target_name=name, detail=detail)
    return row


@transaction.atomic
def move_section(
    *, actor: Actor, section: Section, parent: Section | None, valid_from: date
) -> None:
    """Another place in the tree from `valid_from` (None: a root).

    Raises:
        ValidationError: when the new parent stands below the section.
    """
    require_admin(actor)
    if parent is not None:
        below = {node.pk for node in tree_on(valid_from).below(section.pk)} | {section.pk}
        if parent.pk in below:
            raise ValidationError(_("所属を、それ自身の下には移せません。何も変えていません。"))
        replace_from(SectionParent, valid_from, of={"section": section}, values={"parent": parent})
    else:
        end_rows(SectionParent, valid_from - DAY, section=section)
    forget_principals()
    detail = {"parent": parent.code if parent else "", "from": valid_from}
    record(person_or_none(actor), "section.changed", section, detail=detail)


@transaction.atomic
def end_section(
    *, actor: Actor, section: Section, last_day: date, successors: Sequence[Section] = ()
) -> None:
    """The section's last day; its work goes to `successors` the day after.

    Members of a successor see what the section saw (引継ぎ): records are handed over with the work.

    Raises:
        ValidationError: when people or sections would be left in it.
    """
    require_admin(actor)
    after = last_day + DAY
    if tree_on(after).below(section.pk):
        raise ValidationError(_("下の所属が残っています。先に移すか、終わらせてください。"))
    if Membership.objects.filter(holds_on(after), section=section).exists():
        raise ValidationError(_("配属された職員が残っています。先に異動を登録してください。"))
    end_rows(SectionName, last_day, section=section)
    end_rows(SectionParent, last_day, section=section)
    for successor in successors:
        SectionSuccession.objects.create(predecessor=section, successor=successor, on=after)
    Post.objects.filter(section=section, ended_on=None).update(ended_on=last_day)
    forget_principals()
    detail = {"last_day": last_day, "successors": [each.code for each in successors]}
    record(person_or_none(actor), "section.ended", section, detail=detail)


@transaction.atomic
def merge_sections(*, actor: Actor, sections: Sequence[Section], into: Section, on: date) -> None:
    """From `on`, the work and the people of `sections` are in `into`; they keep no post there.

    `into` may be new or may have been there before.
    """
    require_admin(actor)
    for section in sections:
        if section.pk == into.pk:
            raise ValidationError(_("所属を、それ自身には統合できません。"))
        for child in tree_on(on).nodes[section.pk].children:
            move_section(
                actor=actor, section=Section.objects.get(pk=child), parent=into, valid_from=on
            )
        for row in Membership.objects.filter(holds_on(on), section=section).select_related("staff"):
            _move_membership(row, into, on)
        end_section(actor=actor, section=section, last_day=on - DAY, successors=[into])


def _move_membership(row: Membership, into: Section, on: date) -> None:
    until, row.valid_until = row.valid_until, on - DAY
    if row.valid_from >= on:
        row.delete()
    else:
        row.save()
    held = Membership.objects.filter(holds_on(on), staff=row.staff, section=into)
    if not held.exists():
        Membership.objects.create(
            staff=row.staff,
            section=into,
            is_primary=row.is_primary,
            valid_from=on,
            valid_until=until,
        )


@transaction.atomic
def create_post(
    *, actor: Actor, title: str, section: Section | None, rank: int = 90, is_head: bool = False
) -> Post:
    """A 職位 with its group as guardian's grantee; `rank` smaller is higher."""
    require_admin(actor)
    post = name_group(
        Post.objects.create(
            title=title, section=section, rank=rank, is_head=is_head, group=new_group()
        )
    )
    detail = {"section": section.code if section else "", "rank": rank, "is_head": is_head}
    record(person_or_none(actor), "post.created", post, detail=detail)
    return post


@transaction.atomic
def end_post(*, actor: Actor, post: Post, last_day: date) -> None:
    """Nobody holds the post after `last_day`.

    Raises:
        ValidationError: when somebody would still hold it.
    """
    require_admin(actor)
    if Membership.objects.filter(holds_on(last_day + DAY), post=post).exists():
        raise ValidationError(_("この職位の職員が残っています。先に異動を登録してください。"))
    post.ended_on = last_day
    post.save(update_fields=["ended_on"])
    record(person_or_none(actor), "post.changed", post, detail={"last_day": last_day})
