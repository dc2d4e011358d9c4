"""/healthz and /readyz, for supervisors and proxies; the status page, for administrators."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from groupware.audit.verification import LATE
from groupware.jobs import lease
from groupware.operations import health, versions
from groupware.operations.policies import ADMIN, holders_only


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process answers and reaches its database, else 503. One query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when everything that is required works; else 503. Says which, not why."""
    found = health.look(required_only=True)
    ready = all(finding.state != health.State.BAD for finding in found)
    checks = {finding.name: finding.state != health.State.BAD for finding in found}
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


@holders_only(ADMIN)
@never_cache
@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Every probe in words, with what to do."""
    found = health.look()
    context = {
        "findings": found,
        "troubles": sum(finding.state == health.State.BAD for finding in found),
        "warnings": sum(finding.state == health.State.WARN for finding in found),
        "version": versions.PRODUCT_VERSION,
        "libraries": versions.libraries(),
        "data_dir": settings.DATA_DIR,
        "workers": lease.living_workers(),
        "late_seconds": int(LATE.total_seconds()),
    }
    return render(request, "operations/status.html", context)
