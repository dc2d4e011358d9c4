"""Files that a guard holds back, for whoever may release them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from groupware.ingestion import actions
from groupware.operations import selectors
from groupware.operations.forms import ReleaseForm
from groupware.operations.policies import RELEASE, holders_only, viewer_of


@holders_only(RELEASE)
@never_cache
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """What is held, the longest first: whose, since when, and for which reason."""
    files = selectors.list_held(viewer_of(request))
    return render(request, "operations/held.html", {"files": files})


@holders_only(RELEASE)
@never_cache
@require_http_methods(["GET", "POST"])
def release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for the reason, then let the file through."""
    viewer = viewer_of(request)
    file = selectors.get_held(viewer, uuid)
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.release(viewer, file, form.cleaned_data["reason"])
        except actions.NotPossible as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("「%s」の保留を外しました。") % file.name)
            return HttpResponseRedirect(reverse("operations:held"))
    status = 422 if form.is_bound else 200
    return render(request, "operations/release.html", {"file": file, "form": form}, status=status)
