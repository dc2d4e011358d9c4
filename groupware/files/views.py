"""The address of a file: the original, as an attachment."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groupware.files.models import File
from groupware.files.serving import serve


@login_required
@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The original bytes of a file, under its own name."""
    file = File.objects.select_related("blob", "scope").filter(uuid=uuid).first()
    if file is None:
        raise Http404(_("見つかりません。"))
    return serve(request, file, disposition="attachment", act="file.downloaded")
