"""Error pages: Japanese sentences, a number, the same words for absent and forbidden."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from groupware.web import errors, reference
from groupware.web.reference import ReferenceFilter, new_reference

pytestmark = pytest.mark.django_db
NUMBER = re.compile(r"[ACDEFGHJKLMNPQRTUVWXY34679]{3}-\d{4}-\d{4}")


def breaks(request: HttpRequest) -> HttpResponse:
    raise {
        "404": Http404,
        "403": PermissionDenied,
        "400": SuspiciousOperation,
        "500": ZeroDivisionError,
    }[request.GET["with"]]("secret detail")


def limited(request: HttpRequest) -> HttpResponse:
    return errors.too_many(request)


urlpatterns = [
    path("breaks/", breaks),
    path("limited/", limited),
    path("", include("groupware.urls")),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error


def fetch(url: str, **headers: str) -> Any:
    with override_settings(ROOT_URLCONF=__name__):
        return Client(raise_request_exception=False, headers=headers).get(url)


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/breaks/?with=400", 400, "受け取れない内容でした"),
        ("/breaks/?with=403", 403, "この操作は受け付けられませんでした"),
        ("/breaks/?with=404", 404, "このページは見つかりません"),
        ("/limited/", 429, "少し待ってからお試しください"),
        ("/breaks/?with=500", 500, "画面を出せませんでした"),
    ],
)
def test_a_page_says_what_happened_and_has_a_number(url: str, status: int, words: str) -> None:
    response = fetch(url)
    body = response.content.decode()
    assert response.status_code == status
    assert words in body and "secret detail" not in body and "Traceback" not in body
    number = response[reference.HEADER]
    assert NUMBER.fullmatch(number) and number in body
    assert "DX推進課" in body


def test_absent_and_hidden_look_the_same() -> None:
    hidden, absent = (fetch(url) for url in ("/breaks/?with=404", "/no/such/page/"))
    assert hidden.status_code == absent.status_code == 404

    def text(response: Any) -> str:
        body = re.sub(r'nonce="[^"]+"', "", response.content.decode())
        return NUMBER.sub("", re.sub(r'value="[^"]{30,}"|token": "[^"]+"', "", body))

    assert text(hidden) == text(absent)


def test_a_fragment_gets_a_line_that_htmx_shows() -> None:
    response = fetch("/breaks/?with=500", **{"HX-Request": "true"})
    assert response.status_code == 500
    body = response.content.decode()
    assert "画面を出せませんでした" in body and "<html" not in body
    assert NUMBER.fullmatch(response[reference.HEADER])


def test_an_error_page_never_fails_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "画面を出せませんでした" in response.content.decode()


def test_a_form_without_its_token_is_told_so() -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert response.status_code == 403
    assert "この操作は受け付けられませんでした" in response.content.decode()


def test_numbers_differ_and_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    assert len({new_reference() for _ in range(50)}) > 40
    caplog.handler.addFilter(ReferenceFilter())
    response = fetch("/breaks/?with=500")
    logged = {getattr(record, "reference", "") for record in caplog.records}
    assert response[reference.HEADER] in logged
    assert reference.HEADER not in Client().get("/style-guide/")
