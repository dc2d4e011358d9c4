"""Who may see the pages of operations: the duty that a person holds, by date.

To everybody else these pages do not exist (404). A duty opens these pages and nothing more: an
administrator reads no document, an auditor changes nothing.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from groupware.access.policies import NotVisible
from groupware.organization.models import Staff, StaffRole
from groupware.organization.selectors import has_role
from groupware.web.registries import Viewer

ADMIN = StaffRole.Role.ADMIN
AUDITOR = StaffRole.Role.AUDITOR
RELEASE = StaffRole.Role.RELEASE

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require_role(viewer: Any, role: str) -> None:
    """Go on only for holders of `role` ("admin", "auditor", "release").

    Raises:
        NotVisible: for everybody else.
    """
    if not has_role(viewer, role):
        raise NotVisible(_("見つかりません。"))


def holders_only(role: str) -> Callable[[View[P]], View[P]]:
    """A view that exists only for holders of `role`; who is not signed in is asked to."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require_role(request.user, role)
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return decorate


def holds(role: str) -> Callable[[Viewer], bool]:
    """For entries of the person's menu: whether the viewer holds `role`. One query a page."""

    def can(viewer: Viewer) -> bool:
        return has_role(viewer, role)

    return can


def viewer_of(request: HttpRequest) -> Staff:
    """The signed-in person."""
    return cast(Staff, request.user)
