"""Health at the root, pages under /operations/."""

from django.urls import path

from groupware.operations.views import audit, health, held, jobs

app_name = "operations"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("operations/status/", health.status, name="status"),
    path("operations/jobs/", jobs.jobs, name="jobs"),
    path("operations/jobs/retry/", jobs.retry, name="jobs-retry"),
    path("operations/held/", held.held, name="held"),
    path("operations/held/<uuid:uuid>/", held.release, name="release"),
    path("operations/audit/", audit.audit, name="audit"),
    path("operations/audit/export/", audit.export, name="audit-export"),
]
