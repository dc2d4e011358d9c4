"""How the pages of operations word entries and spans of time."""

from datetime import timedelta

from django import template
from django.utils.translation import gettext as _

from groupware.audit.catalogue import ACTS
from groupware.audit.models import Entry
from groupware.operations.trail import detail_text

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter
def act_label(entry: Entry) -> str:
    """What was done, in words; the stored name for an act that this version does not know."""
    act = ACTS.get(entry.action)
    return str(act.label) if act else entry.action


@register.filter
def detail(entry: Entry) -> str:
    """The detail on one line."""
    return detail_text(entry)


@register.filter
def waited(span: timedelta) -> str:
    """35 秒, 12 分, 3 時間, 2 日."""
    seconds = int(span.total_seconds())
    if seconds < MINUTE:
        return _("%d 秒") % seconds
    if seconds < HOUR:
        return _("%d 分") % (seconds // MINUTE)
    if seconds < DAY:
        return _("%d 時間") % (seconds // HOUR)
    return _("%d 日") % (seconds // DAY)
