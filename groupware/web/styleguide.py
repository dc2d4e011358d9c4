"""The style guide: every part and every state, live."""

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from groupware.web.fields import MoneyField, WarekiDateField

COLOURS = (
    ("ink", _("文字")),
    ("sub", _("添え字")),
    ("faint", _("薄い字")),
    ("field", _("欄の枠")),
    ("desk", _("机")),
    ("paper", _("紙")),
    ("rule", _("罫")),
    ("hair", _("細い罫")),
    ("nav", _("柱")),
    ("key", _("押すもの")),
    ("link", _("リンク")),
    ("tint", _("選んだ行")),
    ("tint2", _("選んだもの")),
    ("wait", _("待ち")),
    ("wait-t", _("待ちの地")),
    ("mark", _("見つけた語")),
    ("ok", _("済んだ")),
    ("ok-t", _("済みの地")),
    ("warn", _("気をつける")),
    ("warn-t", _("注意の地")),
    ("ng", _("断る・朱")),
    ("ng-t", _("断りの地")),
    ("hit", _("いまの当たり")),
)


@dataclass(frozen=True)
class Box:
    """A rectangle on the sample of paper, in thousandths."""

    x: float
    y: float
    w: float
    h: float


class SampleForm(forms.Form):
    """Fields in their states."""

    title = forms.CharField(label=_("件名"))
    amount = MoneyField(label=_("金額"), required=False)
    until = WarekiDateField(label=_("納期"), required=False)
    level = forms.ChoiceField(
        label=_("決裁区分"), choices=[("b", _("部長専決")), ("c", _("市長決裁"))], required=False
    )
    password = forms.CharField(label=_("パスワード"), widget=forms.PasswordInput, required=False)
    tell = forms.BooleanField(
        label=_("終わったら知らせる"), help_text=_("ベルに数字が出ます"), required=False
    )


@login_not_required
@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every part in every state. Shows nothing of the city, so nobody has to be signed in."""
    form = SampleForm(
        {"title": str(_("窓口用番号発券機の購入")), "amount": "418,00O", "level": "b"}
    )
    form.is_valid()
    tabs = [
        {"label": _("待っているもの"), "url": "#move", "count": 7, "current": True},
        {"label": _("後閲"), "url": "#move", "count": 1, "current": False},
        {"label": _("自分の起案"), "url": "#move", "count": 2, "current": False},
        {"label": _("済"), "url": "#move", "count": None, "current": False},
    ]
    context = {
        "colours": COLOURS,
        "form": form,
        "page": Paginator(range(60), 20).page(2),
        "tabs": tabs,
        "boxes": [Box(60, 230, 110, 420), Box(700, 250, 230, 420)],
    }
    return render(request, "web/style_guide.html", context)


@login_not_required
@require_GET
def states(request: HttpRequest) -> HttpResponse:
    """The cases that every screen has, with the sentences that are their patterns."""
    form = SampleForm({"title": "", "amount": "", "until": "R8.11.31"})
    form.is_valid()
    return render(request, "web/states.html", {"form": form})
