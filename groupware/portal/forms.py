"""The form of an announcement."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groupware.web.fields import WarekiDateField


class AnnouncementForm(forms.Form):
    """What an administrator writes."""

    title = forms.CharField(label=_("見出し"), max_length=100)
    text = forms.CharField(label=_("本文"), max_length=300, required=False)
    shown_from = WarekiDateField(label=_("掲載の開始日"))
    shown_until = WarekiDateField(label=_("掲載の終了日"))
    before_sign_in = forms.BooleanField(
        label=_("サインインの画面にも出す"),
        help_text=_("サインインしていない人も読めます。外に出してよいことだけを書いてください。"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """The end must not lie before the beginning, nor in the past."""
        data = super().clean() or {}
        start, end = data.get("shown_from"), data.get("shown_until")
        if start and end and end < start:
            self.add_error("shown_until", _("開始日より後の日にしてください。"))
        elif end and end < timezone.localdate():
            self.add_error("shown_until", _("きょうから後の日にしてください。"))
        return data
