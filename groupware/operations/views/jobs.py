"""The background work, for administrators: what waits, what stopped and why, trying again."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from groupware.audit.actions import record
from groupware.jobs import actions, selectors
from groupware.operations.policies import ADMIN, holders_only, viewer_of


@holders_only(ADMIN)
@never_cache
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Queues, workers, failures by cause, recurring work. No argument of a task is shown."""
    context = {
        "queues": selectors.list_queues(),
        "workers": selectors.list_workers(),
        "living": selectors.count_living_workers(),
        "failures": selectors.list_failures_by_cause(),
        "recurring": selectors.list_recurring(),
    }
    return render(request, "operations/jobs.html", context)


@holders_only(ADMIN)
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Put everything that stopped for one cause back into the queue."""
    cause = request.POST.get("cause", "")
    with transaction.atomic():
        number = actions.retry_failed(cause=cause)
        if number:
            record(
                viewer_of(request),
                "job.retried",
                target_name=cause,
                detail={"number": number},
                request=request,
            )
    if number:
        messages.success(
            request,
            ngettext("%d 件をもう一度始めます。", "%d 件をもう一度始めます。", number) % number,
        )
    else:
        messages.info(request, _("やり直すものは、もうありません。"))
    return HttpResponseRedirect(reverse("operations:jobs"))
