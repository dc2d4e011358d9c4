"""Pages of the frame itself: switches of language and text size, keys, reports of browsers."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from groupware.web import preferences, reports
from groupware.web.context import TEXT_SIZE_COOKIE
from groupware.web.errors import error_response

YEAR = 365 * 24 * 3600


def came_from(request: HttpRequest) -> str:
    """The page to go back to after a switch; never another host."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        if url and url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        ):
            return url
    return "/"


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch between Japanese and English: in a cookie, and with the person where there is one."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES) or not check_for_language(language):
        return error_response(request, 400)
    response = HttpResponseRedirect(came_from(request))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    if request.user.is_authenticated:
        preferences.keep_language(request.user, language)
    return response


@login_not_required
@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Make the text larger, or as it was; kept in the browser."""
    response = HttpResponseRedirect(came_from(request))
    if request.POST.get("size") == "large":
        response.set_cookie(
            TEXT_SIZE_COOKIE,
            "large",
            max_age=YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie(TEXT_SIZE_COOKIE, samesite="Lax")
    return response


@login_not_required
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What this program does so that everybody can use it, and whom to tell when it does not."""
    return render(request, "web/accessibility.html")


@login_not_required
@csrf_exempt  # browsers send reports without a token; nothing is changed but a count
@never_cache
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report about the Content-Security-Policy; too many or too long ones are dropped."""
    if not reports.within_rate(request):
        return HttpResponse(status=429)
    if int(request.headers.get("Content-Length") or 0) > reports.MAX_BYTES:
        return HttpResponse(status=413)
    try:
        found = reports.violations_of(request.body)
    except ValueError:
        return HttpResponse(status=400)
    reports.keep(found)
    return HttpResponse(status=204)
