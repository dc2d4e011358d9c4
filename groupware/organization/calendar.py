"""Business dates: what day it is for the city hall (Asia/Tokyo), never the server's own."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone


def business_date(at: date | datetime | None = None) -> date:
    """The business date of an instant; a date is its own; today when None."""
    if at is None:
        at = timezone.now()
    if isinstance(at, datetime):
        return timezone.localtime(at, timezone.get_default_timezone()).date()
    return at


def holds_on(on: date, prefix: str = "") -> Q:
    """Dated rows that hold on `on` (both ends included)."""
    return Q(**{f"{prefix}valid_from__lte": on}) & (
        Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": on})
    )
