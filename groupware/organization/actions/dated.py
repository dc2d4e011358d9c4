"""Dated rows: a change from a day on ends what held before and starts what holds then."""

from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from groupware.organization.calendar import holds_on
from groupware.organization.models import Dated

D = TypeVar("D", bound=Dated)
DAY = timedelta(days=1)


def replace_from(model: type[D], on: date, *, of: dict[str, Any], values: dict[str, Any]) -> D:
    """Let `values` hold for the rows `of` from `on`; the row before ends the day before.

    Raises:
        ValidationError: when a later change is already planned.
    """
    rows = model._default_manager.filter(**of)
    if rows.filter(valid_from__gt=on).exists():
        raise ValidationError(
            _(
                "この日より後に、もう変更の予定があります。何も変えていません。先に予定を取り消してください。"
            )
        )
    current = rows.filter(holds_on(on)).first()
    if current is not None and current.valid_from == on:
        for name, value in values.items():
            setattr(current, name, value)
        current.save()
        return current
    until = None
    if current is not None:
        until, current.valid_until = current.valid_until, on - DAY
        current.save()
    return model._default_manager.create(**of, **values, valid_from=on, valid_until=until)


def end_rows(model: type[D], last_day: date, **of: Any) -> int:
    """Let every row `of` that would hold after `last_day` end then; how many did.

    Rows that would only start later are taken back: they never held.
    """
    rows = model._default_manager.filter(**of)
    count = 0
    for row in rows.exclude(valid_until__lte=last_day):
        if row.valid_from > last_day:
            row.delete()
        else:
            row.valid_until = last_day
            row.save()
        count += 1
    return count
