"""緊急閲覧: those who decide a container's rights hear at once that somebody opened it, and why."""

from typing import Final

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from groupware.access.explaining import container_of
from groupware.access.models import Scope
from groupware.events import catalogue, subscribe
from groupware.notifications import kinds, targets
from groupware.notifications.actions import notify
from groupware.notifications.kinds import Detail, Kind
from groupware.organization.models import Staff

OPENED: Final = "glass-broken"
SCOPE: Final = "scope"


def on_glass_broken(event: catalogue.GlassBroken) -> None:
    """Tell everybody whom the event names."""
    scope = Scope.objects.get(uuid=event.scope_uuid)
    opener = Staff.objects.get(pk=event.staff_id)
    for staff in Staff.objects.filter(pk__in=event.told):
        notify(
            staff=staff,
            key=f"{OPENED}:{event.scope_uuid}:{event.staff_id}:{event.ends.isoformat()}",
            kind=OPENED,
            target_kind=SCOPE,
            target_uuid=event.scope_uuid,
            detail={
                "who": opener.name,
                "name": container_of(staff, scope).label,
                "reason": event.reason,
                "ends": event.ends.isoformat(),
            },
        )


def _title(detail: Detail) -> str:
    return _("%(who)s が「%(name)s」を緊急閲覧しています") % {
        "who": detail["who"],
        "name": detail["name"],
    }


def _line(detail: Detail) -> str:
    ends = parse_datetime(detail["ends"])
    until = f"{localtime(ends):%H:%M}" if ends is not None else ""
    return _("%(until)s まで。理由: %(reason)s") % {"until": until, "reason": detail["reason"]}


kinds.register(Kind(OPENED, "siren", _title, _line, "warn"))
targets.register_model(SCOPE, Scope, "access:who")
subscribe(catalogue.GLASS_BROKEN, on_glass_broken)
