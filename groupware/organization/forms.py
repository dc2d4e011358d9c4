"""The sign-in form: number or name, password, and whether the terminal is shared."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from groupware.organization.sessions import SHARED


class SignInForm(LoginForm):
    """allauth's form, with the shorter limit of a shared terminal."""

    shared_terminal = forms.BooleanField(label=_("この端末はほかの人も使います"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("職員番号かログイン名")
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].label = _("パスワード")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Remember the choice before a second factor is asked for."""
        request.session[SHARED] = bool(self.cleaned_data.get("shared_terminal"))
        response: HttpResponse = super().login(request, redirect_url)
        return response
