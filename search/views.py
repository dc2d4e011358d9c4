"""The search page and the preview beside it."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from groupware.audit.actions import enqueue_read
from groupware.organization.models import Staff
from groupware.organization.selectors import has_role
from search.address import Address
from search.facets import ERAS, kind_label
from search.previewing import Preview
from search.previewing import preview as preview_of
from search.results import FacetValue, Hit, Results
from search.selectors import search as search_for
from search.selectors import suggestions

PER_PAGE = 20
GOOD, FAIR = 95.0, 85.0  # mean confidence of OCR: nothing to say, 中, 低
SHOWN = 8  # 部 of a facet


@login_required
@require_GET
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """What was found for ?q= under the filters of the address; without words, how to search."""
    person = cast(Staff, request.user)
    address = Address.read(request.GET)
    asked = bool(address.query) or address.filters.narrows()
    results = _results(person, address) if asked else None
    if results is not None and has_role(person, "auditor"):
        detail = {"words": address.query, "found": results.total}
        enqueue_read(person, "search.performed", detail=detail, request=request)
    context: dict[str, Any] = {
        "address": address,
        "query_text": address.query,
        "results": results,
        "chips": _chips(address, results),
        "facets": _facets(address, results),
        "literal_url": address.url(literal=True, page=1),
        "wide_url": address.url(literal=False, page=1),
        "plain_url": address.plain(),
        "relevant_url": address.url(filters=replace(address.filters, order=""), page=1),
        "newest_url": address.url(filters=replace(address.filters, order="new"), page=1),
    }
    if results is not None:
        context |= _lists(person, address, results)
    response = render(request, "search/search.html", context)
    if request.headers.get("HX-Request"):
        response["HX-Push-Url"] = address.url()
    return response


@login_required
@require_GET
@never_cache
def preview(request: HttpRequest, kind: str, group: UUID) -> HttpResponse:
    """One page of a hit with its boxes. Who may not see it gets what does not exist gives: 404."""
    person = cast(Staff, request.user)
    address = Address.read(request.GET)
    shown = preview_of(person, kind, group, address.page, address.query)
    context = {
        "preview": shown,
        "previous_url": _turned(shown, address, shown.previous),
        "next_url": _turned(shown, address, shown.next),
    }
    return render(request, "search/preview.html", context)


def _turned(shown: Preview, address: Address, unit: int | None) -> str:
    """The address of the preview at another page."""
    if unit is None:
        return ""
    parameters = urlencode([("q", address.query), ("page", str(unit))])
    return f"{reverse('search:preview', args=[shown.kind, shown.group])}?{parameters}"


def _results(person: Staff, address: Address) -> Results:
    return search_for(
        person,
        address.query,
        filters=address.filters,
        page=address.page,
        per_page=PER_PAGE,
        literal=address.literal,
    )


def _lists(person: Staff, address: Address, results: Results) -> dict[str, Any]:
    """Rows with what the template says of them, numbered pages, and what to do without a hit."""
    numbers = Paginator(range(results.total), PER_PAGE).get_page(address.page)
    lists: dict[str, Any] = {
        "rows": [(hit, accuracy(hit)) for hit in results.hits],
        "numbers": numbers,
    }
    if not results.total:
        lists["suggestions"] = [
            (text, count, Address(query=text, filters=address.filters, period=address.period).url())
            for text, count in suggestions(person, address.query, address.filters)
        ]
    return lists


def accuracy(hit: Hit) -> tuple[str, str] | None:
    """How well OCR read the page that is shown (word, tone); nothing to say of good ones."""
    confidence = hit.pages[0].confidence
    if not hit.pages[0].is_scan or confidence is None or confidence >= GOOD:
        return None
    return (_("読み取り精度 中"), "warn") if confidence >= FAIR else (_("読み取り精度 低"), "warn")


def _facets(address: Address, results: Results | None) -> list[dict[str, Any]]:
    """The facets with their choices, each with the address that turns it on or off."""
    if results is None:
        return []
    columns = []
    for name, field, label in (
        ("kind", "kinds", _("種類")),
        ("department", "departments", _("所属")),
        ("era", "eras", _("年度")),
    ):
        values = results.facets[name][:SHOWN] if name == "department" else results.facets[name]
        if values:
            choices = [_choice(address, field, value) for value in values]
            columns.append({"name": name, "label": label, "values": choices})
    return columns


def _choice(address: Address, field: str, value: FacetValue) -> dict[str, Any]:
    chosen: tuple[str, ...] = getattr(address.filters, field)
    more: Any = {field: (*chosen, value.value)}
    return {
        "value": value.value,
        "label": value.label,
        "count": value.count,
        "on": value.on,
        "url": address.without(field, value.value)
        if value.on
        else address.url(filters=replace(address.filters, **more), page=1),
    }


def _chips(address: Address, results: Results | None) -> list[dict[str, str]]:
    """Every choice as a chip that takes it back."""
    chosen = address.filters
    sections = {value.value: value.label for value in results.facets["section"]} if results else {}
    chips = [(_("種類"), kind_label(one), address.without("kinds", one)) for one in chosen.kinds]
    chips += [(_("所属"), one, address.without("departments", one)) for one in chosen.departments]
    chips += [
        (_("所属"), sections.get(str(one), str(one)), address.without("sections", one))
        for one in chosen.sections
    ]
    chips += [
        (_("年度"), str(ERAS[one][1]), address.without("eras", one))
        for one in chosen.eras
        if one in ERAS
    ]
    chips += [(_("年度"), str(one), address.without("years", one)) for one in chosen.years]
    if address.period and not address.bad_period:
        chips.append((_("期間"), address.period, address.without("period")))
    if chosen.author:
        chips.append((_("作成者"), chosen.author, address.without("author")))
    return [{"label": label, "value": value, "url": url} for label, value, url in chips]
