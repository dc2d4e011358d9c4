"""The Content-Security-Policy, its reports, and the headers of every page."""

import json
import logging
from collections.abc import Callable

import pytest
from csp.middleware import CSPMiddleware
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from groupware.web import reports
from groupware.web.csp import viewer_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


def directives(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


def test_scripts_run_under_a_nonce_and_nothing_is_inline() -> None:
    response = Client().get("/style-guide/")
    policy = directives(response["Content-Security-Policy"])
    nonces = [source for source in policy["script-src"] if source.startswith("'nonce-")]
    assert len(nonces) == 1
    nonce = nonces[0][7:-1]
    assert response.content.decode().count(f'nonce="{nonce}"') == 2  # import map and entry point
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"] and policy["object-src"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"] and policy["form-action"] == ["'self'"]
    assert policy["report-uri"] == ["/csp-report/"]
    text = response["Content-Security-Policy"]
    assert "unsafe" not in text and "http" not in text and "*" not in text


def test_each_page_has_another_nonce() -> None:
    first, second = (Client().get("/style-guide/")["Content-Security-Policy"] for _ in range(2))
    assert first != second


def policy_under(view: Callable[[HttpRequest], HttpResponse]) -> dict[str, list[str]]:
    response = CSPMiddleware(view)(RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    return directives(response["Content-Security-Policy"])


def test_only_the_viewer_may_compile_wasm() -> None:
    def plain(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    scripts = policy_under(viewer_policy(plain))["script-src"]  # type: ignore[arg-type]  # csp's own width
    assert "'wasm-unsafe-eval'" in scripts and "'unsafe-eval'" not in scripts
    assert not any("wasm" in source for source in policy_under(plain)["script-src"])


REPORT = {
    "csp-report": {
        "document-uri": "http://testserver/",
        "effective-directive": "script-src-elem",
        "blocked-uri": "inline\nforged line",
    }
}


def send(body: object, **headers: str) -> int:
    return (
        Client(headers=headers)
        .post("/csp-report/", json.dumps(body), content_type="application/csp-report")
        .status_code
    )


def test_a_report_is_logged_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "groupware.csp"):
        assert send(REPORT) == 204
    assert "script-src-elem" in caplog.text and "\nforged" not in caplog.text
    assert reports.count() == 1
    newer = [
        {"type": "csp-violation", "body": {"effectiveDirective": "img-src", "blockedURL": "x"}}
    ]
    assert send(newer) == 204
    assert reports.count() == 2


@pytest.mark.parametrize("body", [{}, [1, 2][:0] or "text", {"csp-report": 1}])
def test_what_is_no_report_is_refused(body: object) -> None:
    assert send(body) == 400
    assert reports.count() == 0


def test_a_flood_of_reports_is_dropped() -> None:
    codes = [send(REPORT) for _ in range(reports.PER_MINUTE + 5)]
    assert codes.count(204) == reports.PER_MINUTE and codes.count(429) == 5
    assert reports.count() == reports.PER_MINUTE


def test_a_long_report_is_not_read() -> None:
    assert send({"csp-report": {"blocked-uri": "x" * reports.MAX_BYTES}}) == 413
    assert Client().get("/csp-report/").status_code == 405


def test_other_headers() -> None:
    response = Client().get("/style-guide/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
