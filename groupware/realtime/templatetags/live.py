"""`{% load live %}{% live_position %}`: as of which place in the stream a page was made.

Stands in `{% block head %}` of a page that shows a state which events change; put it so that
the page's own queries come after it is rendered or in the same transaction.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from groupware.realtime.selectors import position_of

register = template.Library()


@register.simple_tag(takes_context=True)
def live_position(context: template.Context) -> SafeString | str:
    """A <meta> with epoch and sequence number of the signed-in person; empty without one."""
    request: Any = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    at = position_of(user.pk)
    return format_html('<meta name="live-position" content="{} {}">', at.epoch, at.seq)
