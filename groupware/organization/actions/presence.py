"""Absences and deputies: one's own, or set by an administrator."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groupware.access.policies import Actor, person_or_none, require
from groupware.audit.actions import record
from groupware.organization.actions.dated import DAY, end_rows
from groupware.organization.calendar import business_date
from groupware.organization.models import Absence, Deputy, Staff


@transaction.atomic
def set_absence(
    *,
    actor: Actor,
    staff: Staff,
    starts: datetime,
    ends: datetime,
    kind: str = Absence.Kind.LEAVE,
    place: str = "",
) -> Absence:
    """`staff` is away from one instant to another.

    Raises:
        ValidationError: when it ends before it starts, or the kind does not exist.
    """
    require(actor, "set_absence", staff)
    if ends <= starts or kind not in Absence.Kind.values:
        raise ValidationError(_("不在の終わりは、始まりより後にしてください。"))
    row = Absence.objects.create(staff=staff, kind=kind, starts=starts, ends=ends, place=place)
    detail = {"starts": starts, "ends": ends, "kind": str(kind)}
    record(person_or_none(actor), "absence.set", staff, detail=detail)
    return row


@transaction.atomic
def cancel_absence(*, actor: Actor, absence: Absence) -> None:
    """The person is not away after all."""
    require(actor, "edit", absence)
    absence.cancelled_at = timezone.now()
    absence.save(update_fields=["cancelled_at"])
    record(person_or_none(actor), "absence.set", absence.staff, detail={"cancelled": absence.pk})


@transaction.atomic
def set_deputies(
    *, actor: Actor, staff: Staff, deputies: Sequence[Staff], valid_from: date | None = None
) -> list[Deputy]:
    """Who stands in for `staff` from a day on, in this order; takes the place of those before.

    Raises:
        ValidationError: when somebody would stand in for themselves, or twice.
    """
    require(actor, "set_deputy", staff)
    start = valid_from or business_date()
    keys = [deputy.pk for deputy in deputies]
    if staff.pk in keys or len(set(keys)) != len(keys):
        raise ValidationError(_("代行者には、本人以外の人を一度ずつ選んでください。"))
    end_rows(Deputy, start - DAY, principal=staff)
    rows = [
        Deputy.objects.create(principal=staff, deputy=deputy, rank=rank, valid_from=start)
        for rank, deputy in enumerate(deputies, start=1)
    ]
    detail = {"deputies": [deputy.staff_number for deputy in deputies], "from": start}
    record(person_or_none(actor), "deputy.set", staff, detail=detail)
    return rows
