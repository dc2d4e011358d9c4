"""「誰が見られるか・なぜ」 of every container; granting and revoking; the emergency."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from groupware.access import actions, explaining, policies, providers, selectors
from groupware.access.forms import BreakGlassForm, GrantForm, RevokeForm
from groupware.access.models import Scope
from groupware.access.reauthentication import reauthenticate_before
from groupware.access.tokens import MANAGE, PERSON, VIEW
from groupware.audit.actions import enqueue_read

FOUND = 12  # names in a type-ahead


def _scope(request: HttpRequest, uuid: UUID, verb: str = VIEW) -> Scope:
    """The scope, if the viewer may do `verb` with it.

    Raises:
        NotVisible, Denied: as `policies.require`.
    """
    scope = selectors.find_scope(uuid)
    if scope is None:
        raise policies.NotVisible(_("見つかりません。"))
    policies.require(_person(request), verb, scope)
    return scope


def _person(request: HttpRequest) -> AbstractBaseUser | None:
    return request.user if isinstance(request.user, AbstractBaseUser) else None


def _page(request: HttpRequest, scope: Scope, form: Form | None = None) -> HttpResponse:
    reasons = explaining.who_can_see(scope)
    query = request.GET.get("q", "")
    context: dict[str, Any] = {
        "scope": scope,
        "container": explaining.container_of(request.user, scope),
        "reasons": reasons,
        "people_count": explaining.how_many(reasons),
        "may_manage": policies.can(_person(request), MANAGE, scope),
        "form": form or GrantForm(),
        "q": query,
        "parties": _found(query),
    }
    refused = form is not None and bool(form.errors)
    return render(request, "access/who.html", context, status=422 if refused else 200)


def _found(text: str, *, people_only: bool = False) -> list[providers.Party]:
    if not text.strip():
        return []
    parties = providers.directory().find(text, FOUND * (4 if people_only else 1))
    wanted = [party for party in parties if not people_only or party.kind == "person"]
    return wanted[:FOUND]


def _back(request: HttpRequest, scope: Scope) -> HttpResponse:
    url = reverse("access:who", args=[scope.uuid])
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return redirect(url)


@login_required
@require_GET
def who(request: HttpRequest, scope: UUID) -> HttpResponse:
    """Everybody who sees the container, and why."""
    row = _scope(request, scope)
    enqueue_read(request.user, "scope.viewed", row, request=request)  # type: ignore[arg-type]  # organization.Staff
    return _page(request, row)


@login_required
@require_GET
def person(request: HttpRequest, scope: UUID) -> HttpResponse:
    """A fragment: whether the people whose よみ begins so see the container, and why."""
    row = _scope(request, scope)
    answers = [
        (party, explaining.why_person(row, int(party.token.removeprefix(PERSON))))
        for party in _found(request.GET.get("name", ""), people_only=True)[:5]
    ]
    asked = request.GET.get("name", "").strip()
    return render(request, "access/person.html", {"answers": answers, "asked": asked})


@login_required
@require_GET
def find(request: HttpRequest, scope: UUID) -> HttpResponse:
    """A fragment: people, sections, posts and groups to choose from, by よみ or name."""
    _scope(request, scope, MANAGE)
    query = request.GET.get("q", "")
    return render(request, "access/found.html", {"parties": _found(query), "q": query})


@login_required
@require_POST
def grant(request: HttpRequest, scope: UUID) -> HttpResponse:
    """Grant by hand."""
    row = _scope(request, scope, MANAGE)
    form = GrantForm(request.POST)
    if form.is_valid():
        grantee = providers.directory().grantee(form.cleaned_data["to"])
        if grantee is None:
            form.add_error("to", _("選ばれた相手が見つかりません。もう一度選んでください。"))
        else:
            try:
                actions.grant(
                    actor=_person(request),
                    scope=row,
                    grantee=grantee,
                    verb=form.cleaned_data["verb"],
                    reason=form.cleaned_data["reason"],
                )
            except ValidationError as error:
                form.add_error("to", error)
    if form.errors:
        return _page(request, row, form)
    messages.success(request, _("権限を与えました。"))
    return _back(request, row)


@login_required
@require_POST
def revoke(request: HttpRequest, scope: UUID) -> HttpResponse:
    """Take back what was granted by hand."""
    row = _scope(request, scope, MANAGE)
    form = RevokeForm(request.POST)
    grantee = providers.directory().grantee(form.data.get("to", "")) if form.is_valid() else None
    if grantee is None:
        messages.error(request, _("外す相手が見つかりません。何も変えていません。"))
        return _back(request, row)
    try:
        done = actions.revoke(
            actor=_person(request),
            scope=row,
            grantee=grantee,
            verb=form.cleaned_data["verb"],
            reason=form.cleaned_data["reason"],
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _back(request, row)
    if done:
        messages.success(request, _("権限を外しました。"))
    else:
        messages.info(request, _("もう外されていました。"))
    return _back(request, row)


@login_required
@require_POST
def superiors(request: HttpRequest, scope: UUID) -> HttpResponse:
    """Say whether the heads above a section get what the section gets."""
    row = _scope(request, scope, MANAGE)
    wanted = request.POST.get("with_superiors") == "1"
    actions.set_superiors(actor=_person(request), scope=row, with_superiors=wanted)
    messages.success(
        request,
        _("上司にも見えるようにしました。") if wanted else _("上司には見えないようにしました。"),
    )
    return _back(request, row)


@login_required
@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """緊急閲覧: for those whom the organization lets, with a reason, for 60 minutes."""
    viewer = _person(request)
    if viewer is None or not providers.may_break_glass(viewer):
        raise policies.NotVisible(_("見つかりません。"))
    return _break_glass(request, viewer)


@reauthenticate_before("break_glass.opened")
def _break_glass(request: HttpRequest, viewer: AbstractBaseUser) -> HttpResponse:
    form = BreakGlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.scope is not None:
        actions.break_glass(actor=viewer, scope=form.scope, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("60分のあいだ見られます。権限を決める人に、理由と一緒に伝えました。")
        )
        container = explaining.container_of(viewer, form.scope)
        return redirect(container.url or reverse("access:who", args=[form.scope.uuid]))
    context = {"form": form, "minutes": actions.BREAK_GLASS_MINUTES}
    return render(request, "access/break_glass.html", context, status=422 if form.errors else 200)
