"""Lucide icons, inlined: no request, no font, the colour of the text beside them."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class UnknownIconError(LookupError):
    """The name is not one of Lucide's, or `manage.py assets` has not run."""


@lru_cache(maxsize=512)
def shapes(name: str) -> SafeString:
    """The drawing inside an icon's <svg>.

    Raises:
        UnknownIconError: when there is none of that name.
    """
    if not _NAME.fullmatch(name):
        raise UnknownIconError(name)
    path = Path(settings.ASSETS_DIR) / "icons" / f"{name}.svg"
    try:
        match = _BODY.search(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        match = None
    if match is None:
        raise UnknownIconError(name)
    drawing = re.sub(r"\s+", " ", match[1]).strip()
    return mark_safe(drawing)  # noqa: S308 - a file of the pinned npm package lucide-static


def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An icon as inline SVG; hidden from readers unless it has a label."""
    return format_html(
        '<svg class="ic{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        f" {css}" if css else "",
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true" focusable="false"'),
        shapes(name),
    )
