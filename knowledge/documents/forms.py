"""The settings of the upload screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groupware.organization.models import Staff
from groupware.web.wareki import fiscal_year_text
from knowledge.documents.models import Document, Folder
from knowledge.documents.selectors import list_places
from knowledge.documents.years import fiscal_year

YEARS_BACK = 80  # 昭和の文書 are scanned, too


class UploadForm(forms.Form):
    """入れる先, 種類, 年度: applied to every file that is not finished."""

    folder = forms.ChoiceField(label=_("入れる先"), required=False)
    kind = forms.ChoiceField(label=_("種類"), required=False)
    fiscal_year = forms.TypedChoiceField(
        label=_("年度"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, viewer: Staff, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = list_places(viewer)
        self._places = {str(place.folder.uuid): place.folder for place in places}
        labels = {
            str(place.folder.uuid): place.label
            for place in places
            if place.folder.kind != Folder.Kind.INBOX
        }
        self.fields["folder"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _("受信トレイ（自分の所属）")),
            *labels.items(),
        ]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("ファイルごとに決める")),
            *Document.Kind.choices,
        ]
        now = fiscal_year()
        self.fields["fiscal_year"].choices = [  # type: ignore[attr-defined]
            (year, fiscal_year_text(year)) for year in range(now + 1, now - YEARS_BACK, -1)
        ]
        self.fields["fiscal_year"].initial = now

    @property
    def place(self) -> Folder | None:
        """The chosen folder; None for the inbox."""
        return self._places.get(self.cleaned_data.get("folder", ""))
