"""Forms of rights: whom to grant what, and the emergency."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groupware.access.models import Scope
from groupware.access.tokens import FORM, VERB_LABELS, VERBS

UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class GrantForm(forms.Form):
    """Whom, what, why."""

    to = forms.RegexField(
        FORM,
        label=_("誰に"),
        error_messages={
            "required": _("誰に与えるかを選んでください。"),
            "invalid": _("誰に与えるかを、候補から選んでください。"),
        },
    )
    verb = forms.ChoiceField(
        label=_("できること"),
        choices=[(verb, VERB_LABELS[verb]) for verb in VERBS],
        widget=forms.RadioSelect,
        initial=VERBS[0],
    )
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("記録に残ります"))


class RevokeForm(forms.Form):
    """From whom, what."""

    to = forms.RegexField(FORM)
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in VERBS])
    reason = forms.CharField(max_length=200, required=False)


class BreakGlassForm(forms.Form):
    """Which container, why."""

    address = forms.CharField(
        label=_("開きたいもののアドレス"),
        max_length=500,
        help_text=_("フォルダーなどの画面のアドレスを、そのまま貼り付けてください"),
    )
    reason = forms.CharField(
        label=_("理由"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=5,
        max_length=1000,
        help_text=_("何が起きたか、なぜいま見る必要があるか。権限を決める人に伝わります"),
    )

    scope: Scope | None = None

    def clean_address(self) -> str:
        """Find the scope of the last UUID in the address."""
        address: str = self.cleaned_data["address"]
        found = UUID_IN_TEXT.findall(address.lower())
        rows: Any = Scope.objects.none()
        if found:
            rows = Scope.objects.filter(owner_uuid=found[-1]) | Scope.objects.filter(uuid=found[-1])
        self.scope = rows.first()
        if self.scope is None:
            raise forms.ValidationError(
                _(
                    "このアドレスの入れものは見つかりません。フォルダーのアドレスを貼り付けてください。"
                )
            )
        return address
