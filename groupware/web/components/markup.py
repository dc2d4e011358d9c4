"""HTML attributes from keyword arguments of a template tag."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

HTMX_STATUS = "hx_status_"


def attribute_name(keyword: str) -> str:
    """`hx_get` → hx-get, `aria_label` → aria-label, `hx_status_422` → hx-status:422."""
    if keyword.startswith(HTMX_STATUS):
        return f"hx-status:{keyword.removeprefix(HTMX_STATUS)}"
    return keyword.rstrip("_").replace("_", "-")


def attributes(given: Mapping[str, Any]) -> SafeString:
    """The given values as attributes with a leading space; None and False leave one out, True
    gives a bare one."""
    parts: list[tuple[str, Any]] = []
    bare: list[tuple[str]] = []
    for keyword, value in given.items():
        if value is None or value is False or value == "":
            continue
        if value is True:
            bare.append((attribute_name(keyword),))
        else:
            parts.append((attribute_name(keyword), value))
    return format_html_join("", ' {}="{}"', parts) + format_html_join("", " {}", bare)


def classes(names: Iterable[str]) -> str:
    """Class names put together, without the empty ones."""
    return " ".join(name for name in names if name)


def element(tag: str, given: Mapping[str, Any], inside: object) -> SafeString:
    """An element with attributes and (escaped or safe) content."""
    return format_html("<{}{}>{}</{}>", tag, attributes(given), inside, tag)
