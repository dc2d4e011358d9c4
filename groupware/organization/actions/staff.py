"""People: registered, renamed, appointed, transferred, disabled, ended; nobody is deleted."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from groupware.access.policies import Actor, person_or_none
from groupware.access.selectors import forget_principals
from groupware.audit.actions import record
from groupware.events import send
from groupware.events.catalogue import STAFF_DISABLED, StaffDisabled
from groupware.organization.actions.dated import DAY, end_rows, replace_from
from groupware.organization.calendar import business_date, holds_on
from groupware.organization.models import Membership, Post, Section, Staff, StaffName, StaffRole
from groupware.organization.policies import require_admin
from groupware.organization.sessions import end_sessions


@transaction.atomic
def create_staff(
    *,
    actor: Actor,
    staff_number: str,
    username: str,
    name: str,
    yomi: str,
    valid_from: date | None = None,
    password: str | None = None,
    email: str = "",
    extension: str = "",
) -> Staff:
    """A new person. Without a password nobody can sign in as them yet.

    Raises:
        ValidationError: when number or log-in name is, or looks like, somebody else's.
    """
    require_admin(actor)
    taken = Q(staff_number__in=[staff_number, username]) | Q(username__in=[staff_number, username])
    if Staff.objects.filter(taken).exists():
        raise ValidationError(
            _("この職員番号かログイン名はもう使われています（退職した人の番号も使えません）。")
        )
    start = valid_from or business_date()
    staff = Staff.objects.create_user(
        username,
        password,
        staff_number=staff_number,
        name=name,
        yomi=yomi,
        email=email,
        extension=extension,
        valid_from=start,
    )
    StaffName.objects.create(staff=staff, name=name, yomi=yomi, valid_from=start)
    detail = {"staff_number": staff_number, "from": start}
    record(person_or_none(actor), "staff.created", staff, detail=detail)
    return staff


@transaction.atomic
def rename_staff(*, actor: Actor, staff: Staff, name: str, yomi: str, valid_from: date) -> None:
    """Another name from `valid_from` (not later than today); the history keeps the former."""
    require_admin(actor)
    if valid_from > business_date():
        raise ValidationError(_("氏名の変更は、その日が来てから登録してください。"))
    before = staff.name
    replace_from(StaffName, valid_from, of={"staff": staff}, values={"name": name, "yomi": yomi})
    staff.name, staff.yomi = name, yomi
    staff.save(update_fields=["name", "yomi", "sort_key"])
    detail = {"name": name, "before": before, "from": valid_from}
    record(person_or_none(actor), "staff.changed", staff, detail=detail)


@transaction.atomic
def appoint(
    *,
    actor: Actor,
    staff: Staff,
    section: Section,
    post: Post | None = None,
    valid_from: date | None = None,
    is_primary: bool = False,
) -> Membership:
    """Give work in a section from a day on, beside other work (兼務), or as the
    first 本務.

    Raises:
        ValidationError: when there already is a 本務 then (see `transfer`), or the post is
            of another section.
    """
    require_admin(actor)
    start = valid_from or business_date()
    _check_post(section, post)
    present = Membership.objects.filter(holds_on(start), staff=staff)
    if is_primary and present.filter(is_primary=True).exists():
        raise ValidationError(_("本務はもうあります。異動として登録してください。"))
    if present.filter(section=section, post=post).exists():
        raise ValidationError(_("もう配属されています。"))
    row = Membership.objects.create(
        staff=staff, section=section, post=post, is_primary=is_primary, valid_from=start
    )
    _record_membership(actor, row, "membership.started", start)
    return row


@transaction.atomic
def transfer(
    *, actor: Actor, staff: Staff, section: Section, post: Post | None = None, on: date
) -> Membership:
    """人事異動: from `on` the 本務 is elsewhere; the day before is the last in the old section.

    兼務 stay as they are; end them with `end_membership`.

    Raises:
        ValidationError: when a later transfer is planned, or the post is of another section.
    """
    require_admin(actor)
    _check_post(section, post)
    row = replace_from(
        Membership,
        on,
        of={"staff": staff, "is_primary": True},
        values={"section": section, "post": post},
    )
    _record_membership(actor, row, "membership.started", on)
    return row


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, last_day: date) -> None:
    """The last day in a section."""
    require_admin(actor)
    end_rows(Membership, last_day, pk=membership.pk)
    _record_membership(actor, membership, "membership.ended", last_day)


def _record_membership(actor: Actor, row: Membership, action: str, on: date) -> None:
    forget_principals()
    detail = {
        "section": row.section.code,
        "post": row.post.title if row.post is not None else "",
        "primary": row.is_primary,
        "on": on,
    }
    record(person_or_none(actor), action, row.staff, detail=detail)


def _check_post(section: Section, post: Post | None) -> None:
    if post is not None and post.section_id not in (None, section.pk):
        raise ValidationError(_("この職位は別の所属のものです。"))


@transaction.atomic
def disable_staff(*, actor: Actor, staff: Staff, reason: str) -> None:
    """Nobody signs in as this person from now on; every session and socket ends at once."""
    require_admin(actor)
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    forget_principals()
    ended = end_sessions(staff)
    record(
        person_or_none(actor),
        "staff.disabled",
        staff,
        detail={"reason": reason, "sessions": ended},
    )
    send(STAFF_DISABLED, StaffDisabled(staff_id=staff.pk))


@transaction.atomic
def enable_staff(*, actor: Actor, staff: Staff, reason: str) -> None:
    """Let a disabled person sign in again; not one whose service has ended."""
    require_admin(actor)
    if staff.valid_until is not None and staff.valid_until < business_date():
        raise ValidationError(_("在職の期間が終わっています。"))
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    forget_principals()
    record(person_or_none(actor), "staff.enabled", staff, detail={"reason": reason})


@transaction.atomic
def end_staff(*, actor: Actor, staff: Staff, last_day: date, reason: str = "") -> None:
    """退職: the last day in service; memberships and roles end with it.

    From the day after, the person has no principals, and the next request of a session left open
    is refused. A last day in the past disables at once.
    """
    require_admin(actor)
    staff.valid_until = last_day
    staff.save(update_fields=["valid_until"])
    end_rows(Membership, last_day, staff=staff)
    end_rows(StaffRole, last_day, staff=staff)
    end_rows(StaffName, last_day, staff=staff)
    record(
        person_or_none(actor),
        "staff.changed",
        staff,
        detail={"last_day": last_day, "reason": reason},
    )
    forget_principals()
    if last_day < business_date():
        disable_staff(actor=actor, staff=staff, reason=reason)


@transaction.atomic
def grant_role(
    *, actor: Actor, staff: Staff, role: str, valid_from: date | None = None
) -> StaffRole:
    """Give a duty of the system.

    Raises:
        ValidationError: when it is held already, or the role does not exist.
    """
    require_admin(actor)
    start = valid_from or business_date()
    if role not in StaffRole.Role.values:
        raise ValidationError(_("役割 %s はありません。") % role)
    if StaffRole.objects.filter(holds_on(start), staff=staff, role=role).exists():
        raise ValidationError(_("この役割はもうあります。"))
    row = StaffRole.objects.create(staff=staff, role=role, valid_from=start)
    record(person_or_none(actor), "role.granted", staff, detail={"role": role, "from": start})
    return row


@transaction.atomic
def end_role(*, actor: Actor, staff: Staff, role: str, last_day: date | None = None) -> None:
    """The last day of a duty (yesterday when None: it ends now).

    Raises:
        ValidationError: when the last administrator would be gone.
    """
    require_admin(actor)
    end = last_day or business_date() - DAY
    end_rows(StaffRole, end, staff=staff, role=role)
    left = StaffRole.objects.filter(
        holds_on(end + DAY), role=StaffRole.Role.ADMIN, staff__is_active=True
    )
    if role == StaffRole.Role.ADMIN and not left.exists():
        raise ValidationError(_("管理者がいなくなるため、外せません。何も変えていません。"))
    record(person_or_none(actor), "role.ended", staff, detail={"role": role, "last_day": end})


@transaction.atomic
def reset_password(*, actor: Actor, staff: Staff, password: str) -> None:
    """Give a new password to somebody who forgot theirs; every session of theirs ends.

    Raises:
        ValidationError: when the password is too weak.
    """
    require_admin(actor)
    validate_password(password, staff)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    ended = end_sessions(staff)
    record(person_or_none(actor), "password.reset", staff, detail={"sessions": ended})
