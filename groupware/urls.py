"""Every address of the site; nobody imports this module."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("groupware.portal.urls")),
    path("", include("groupware.web.urls")),
    path("", include("groupware.operations.urls")),
    path("account/", include("groupware.organization.urls")),
    path("access/", include("groupware.access.urls")),
    path("files/", include("groupware.files.urls")),
    path("notifications/", include("groupware.notifications.urls")),
    path("documents/", include("knowledge.documents.urls")),
    path("search/", include("search.urls")),
    # Of Wagtail's addresses only the pages themselves, which ask our rights (docs/pages.md).
    re_path(serve_pattern.replace("^", "^know/", 1), serve, name="wagtail_serve"),
]

handler400 = "groupware.web.errors.bad_request"
handler403 = "groupware.web.errors.forbidden"
handler404 = "groupware.web.errors.not_found"
handler500 = "groupware.web.errors.server_error"
