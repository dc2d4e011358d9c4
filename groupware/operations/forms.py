"""Forms of the administrators' and the auditor's pages."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groupware.audit.catalogue import ACTS, CATEGORY_LABELS
from groupware.operations.trail import TrailFilter
from groupware.web.fields import WarekiDateField

DEFAULT_DAYS = 30


def _actions() -> list[tuple[str, Any]]:
    """Categories as groups; a group's first choice is the whole of it."""
    groups: list[tuple[str, Any]] = [("", _("すべて"))]
    for category, label in CATEGORY_LABELS.items():
        acts = [(act.name, act.label) for act in ACTS.values() if act.category == category]
        groups.append((label, [(f"*{category}", _("この種類のすべて")), *acts]))  # type: ignore[arg-type]  # Django takes lazy labels
    return groups


class TrailForm(forms.Form):
    """The filter of the audit record; it stands in the address, so a search can be passed on."""

    since = WarekiDateField(label=_("いつから"), required=False, help_text="")
    until = WarekiDateField(label=_("いつまで"), required=False, help_text="")
    person = forms.CharField(label=_("した人・所属"), max_length=100, required=False)
    action = forms.ChoiceField(label=_("したこと"), choices=_actions, required=False)
    target = forms.CharField(label=_("対象"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """The end must not lie before the beginning."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("「いつから」より後の日にしてください。"))
        return data

    def asked(self) -> TrailFilter:
        """The filter, once the form is valid."""
        data = self.cleaned_data
        action: str = data["action"]
        whole = action.startswith("*")
        return TrailFilter(
            since=data["since"],
            until=data["until"],
            person=data["person"].strip(),
            action="" if whole else action,
            category=action[1:] if whole else "",
            target=data["target"].strip(),
        )


def default_since() -> date:
    """A month back: what the first look at the record shows."""
    return timezone.localdate() - timedelta(days=DEFAULT_DAYS)


class ReleaseForm(forms.Form):
    """Why a held file may go through; the reason stays in the audit record."""

    reason = forms.CharField(
        label=_("外す理由"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("監査の記録に残ります。"),
    )
