"""Error pages: what happened, what was kept, what to do, and the number to give on the telephone.

Not found and not allowed look the same. A page that fails while it is being drawn falls back to
a page without any template logic, so that an error page never fails itself.
"""

import logging
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from groupware.web.reference import reference_of
from groupware.web.registries import navigation

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Fault:
    """The words of an error page."""

    icon: str
    title: str
    text: str
    kept: str = ""
    again: bool = False  # offer もう一度 rather than さがす


def fault_of(status: int) -> Fault:
    """The words for a status."""
    if status == 400:
        return Fault(
            "circle-alert",
            _("受け取れない内容でした"),
            _("送られた内容を読み取れませんでした。前の画面に戻って、もう一度お試しください。"),
            _("保存してあるものは、そのままです。"),
            again=True,
        )
    if status == 403:
        return Fault(
            "shield-alert",
            _("この操作は受け付けられませんでした"),
            _(
                "画面を長く開いたままだったか、あなたができる操作ではありません。ページを開き直してからお試しください。"
            ),
            _("変更はしていません。"),
            again=True,
        )
    if status == 404:
        return Fault(
            "file-question-mark",
            _("このページは見つかりません"),
            _("移されたか、消されたか、あなたが見られるページではありません。"),
        )
    if status == 429:
        return Fault(
            "timer",
            _("少し待ってからお試しください"),
            _("短い時間に何度も試されたので、いったん止めました。5 分ほど待つと、また使えます。"),
            _("ほかの画面は、そのまま使えます。"),
            again=True,
        )
    return Fault(
        "circle-alert",
        _("画面を出せませんでした"),
        _("文机の側で問題が起きました。あなたの操作の誤りではありません。"),
        _("保存してあるものは、そのままです。"),
        again=True,
    )


def error_response(request: HttpRequest, status: int) -> HttpResponse:
    """The page for `status`; a short text for a request of htmx, which shows it as a line."""
    fault = fault_of(status)
    reference = reference_of(request)
    if request.headers.get("HX-Request"):
        response = HttpResponse(escape(f"{fault.title}。{fault.text}"), status=status)
        response["X-Reference"] = reference
        return response
    context = {
        "fault": fault,
        "reference": reference,
        "status": status,
        "search_url": _search_url(request),
        "home_url": _home_url(),
        "show_reference": True,
    }
    try:
        body: str = render_to_string("web/error.html", context, request=request)
    except Exception:  # whatever broke the page may break its error page; say the bare minimum
        logger.exception("the error page itself failed (%s)", reference)
        body = _plain(fault, reference)
    return HttpResponse(body, status=status)


def _search_url(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    try:
        known = user is not None and user.is_authenticated and "search" in navigation
        return reverse(navigation.get("search").url_name) if known else ""
    except Exception:  # the database may be what failed; the link is a convenience
        return ""


def _home_url() -> str:
    try:
        return reverse(settings.LOGIN_REDIRECT_URL)
    except NoReverseMatch:
        return "/"


def _plain(fault: Fault, reference: str) -> str:
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>'
        f"{escape(fault.title)}</title></head><body><h1>{escape(fault.title)}</h1>"
        f"<p>{escape(fault.text)}</p><p>{escape(fault.kept)}</p>"
        f"<p>{escape(_('問い合わせ番号'))} {escape(reference)}</p></body></html>"
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return error_response(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return error_response(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the same page as 403."""
    logger.warning("CSRF check failed: %s (%s)", reason, reference_of(request))
    return error_response(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return error_response(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For rate limits (429)."""
    return error_response(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return error_response(request, 500)
