"""The address of a file: the original, as an attachment."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from groupware.files.selectors import get_file
from groupware.files.serving import serve


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The original bytes of a file, under its own name."""
    file = get_file(request.user, uuid)
    return serve(request, file, disposition="attachment", act="file.downloaded")
