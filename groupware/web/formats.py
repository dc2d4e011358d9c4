"""Sizes, money and counts as people read them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def filesize(size: int) -> str:
    """Bytes as 0.2 MB, 46.2 MB, 1.5 GB (thousands, as drives and mailers count)."""
    if size < 1000:
        return f"{size} B"
    for unit, step in (("KB", 10**3), ("MB", 10**6), ("GB", 10**9)):
        value = size / step
        if round(value, 1) < 1000 or unit == "GB":
            break
    if unit == "KB":
        return f"{round(value)} KB" if value < 100 else f"{size / 10**6:.1f} MB"
    return f"{value:.1f} {unit}"


def money(yen: int) -> str:
    """Whole yen as 418,000円."""
    return _("%(yen)s円") % {"yen": f"{yen:,}"}


def count(number: int) -> str:
    """1,234 件."""
    return ngettext("%(n)s 件", "%(n)s 件", number) % {"n": f"{number:,}"}
