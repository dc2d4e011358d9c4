"""Staff groups: people across sections, for a project or a committee."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groupware.access.policies import Actor, person_or_none
from groupware.access.selectors import forget_principals
from groupware.audit.actions import record
from groupware.organization.actions.dated import DAY, end_rows
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.grantees import name_group, new_group
from groupware.organization.models import Staff, StaffGroup, StaffGroupMembership
from groupware.organization.policies import require_admin


@transaction.atomic
def create_group(*, actor: Actor, name: str) -> StaffGroup:
    """A new group with its `auth.Group` as guardian's grantee."""
    require_admin(actor)
    made = name_group(StaffGroup.objects.create(name=name, group=new_group()))
    record(person_or_none(actor), "group.created", made)
    return made


@transaction.atomic
def add_to_group(
    *, actor: Actor, group: StaffGroup, staff: Staff, valid_from: date | None = None
) -> StaffGroupMembership:
    """A person belongs to the group from a day on.

    Raises:
        ValidationError: when they do already, or the group has ended.
    """
    require_admin(actor)
    start = valid_from or business_date()
    if group.ended_on is not None:
        raise ValidationError(_("このグループは終わっています。"))
    if group.memberships.filter(holds_on(start), staff=staff).exists():
        raise ValidationError(_("もうグループに入っています。"))
    row = StaffGroupMembership.objects.create(staff_group=group, staff=staff, valid_from=start)
    forget_principals()
    detail = {"added": staff.staff_number, "from": start}
    record(person_or_none(actor), "group.changed", group, detail=detail)
    return row


@transaction.atomic
def remove_from_group(
    *, actor: Actor, group: StaffGroup, staff: Staff, last_day: date | None = None
) -> None:
    """The last day in the group (yesterday when None: it ends now)."""
    require_admin(actor)
    end = last_day or business_date() - DAY
    end_rows(StaffGroupMembership, end, staff_group=group, staff=staff)
    forget_principals()
    detail = {"removed": staff.staff_number, "last_day": end}
    record(person_or_none(actor), "group.changed", group, detail=detail)


@transaction.atomic
def end_group(*, actor: Actor, group: StaffGroup, last_day: date | None = None) -> None:
    """The group ends for everybody."""
    require_admin(actor)
    end = last_day or business_date() - DAY
    end_rows(StaffGroupMembership, end, staff_group=group)
    group.ended_on = end
    group.save(update_fields=["ended_on"])
    forget_principals()
    record(person_or_none(actor), "group.changed", group, detail={"last_day": end})
