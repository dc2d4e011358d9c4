"""Foreign ids in every address and every payload: nothing is shown, nothing is changed.

Generated from the URL configuration and the matrix: somebody of another 部, somebody with a role,
somebody disabled and nobody put every id of 市民課's side wherever an id goes.
"""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse

from groupware.organization.models import Staff
from tests.permissions.matrix import MATRIX
from tests.permissions.routes import Route, routes
from tests.permissions.world import NOBODY, Side, World, body_of, make_world, undone, uuid_of

STRANGERS = ("outsider", "admin", NOBODY)  # everybody else at the right id: the matrix
# The 文書主任 sees what is held, and nothing else of a foreign folder.
NUMBERS = (1,)
WORDS = ("new", "x")
MAY_SEE_TITLES = {("auditor", "operations:audit"), ("auditor", "operations:audit-export")}
TOKEN = re.compile(r"[usxpgh]\d+\Z")


@pytest.fixture
def world(city: dict[str, Staff]) -> World:
    """Both sides."""
    return make_world(city)


def addresses(route: Route, side: Side) -> Iterator[str]:
    """Every address of a route that names something of `side`."""
    if not route.parameters:
        return
    values: dict[str, list[Any]] = {
        "uuid": sorted(side.ids()),
        "int": list(NUMBERS),
        "text": [*WORDS, *sorted(side.ids())[:1]],
    }
    names = [name for name, _kind in route.parameters]
    choices: list[list[Any]] = [values[kind] for _name, kind in route.parameters]
    for chosen in product(*choices):
        try:
            yield reverse(route.name, kwargs=dict(zip(names, chosen, strict=True)))
        except NoReverseMatch:
            continue


def shown(body: bytes, side: Side) -> bool:
    """Whether anything of the side can be read in an answer."""
    text = body.decode("utf-8", "replace")
    return side.marker in text or json.dumps(side.marker)[1:-1] in text


def test_foreign_ids_in_addresses(world: World) -> None:
    """Every route × every id of the other side × every stranger × GET and POST."""
    before = world.ours.fingerprint()
    wrong: list[str] = []
    tried = 0
    for route in routes():
        names_something = {kind for _name, kind in route.parameters} & {"uuid", "int"}
        for url in {*addresses(route, world.ours), *_own(route, world)}:
            for persona, method in product(STRANGERS, ("GET", "POST")):
                with undone():
                    response = world.client(persona).generic(method, url)
                    body = body_of(response)
                    changed = method == "POST" and world.ours.fingerprint() != before
                tried += 1
                if changed or response.status_code >= 500 or shown(body, world.ours):
                    wrong.append(f"{persona} {method} {url}: {response.status_code}")
                elif (
                    names_something and method == "GET" and response.status_code in (200, 204, 206)
                ):
                    wrong.append(f"{persona} {method} {url}: {response.status_code}, seen")
    assert tried > 1000
    assert not wrong, "\n".join(wrong)


def _own(route: Route, world: World) -> list[str]:
    if route.name == "wagtail_serve":
        return [str(world.ours.article.url)]
    return []


def with_foreign(values: dict[str, Any], world: World) -> Iterator[dict[str, Any]]:
    """The payload with each value that is an id replaced by each id of the other side."""
    ours = world.ours
    tokens = [f"u{ours.owner.pk}", f"s{ours.section.pk}", f"x{ours.scope.pk}"]
    for name, value in values.items():
        text = str(value)
        if uuid_of(text) is not None:
            foreign: list[str] = sorted(ours.ids())
        elif TOKEN.match(text):
            foreign = tokens
        else:
            continue
        for each in foreign:
            yield {**values, name: each}


def test_foreign_ids_in_payloads(world: World) -> None:
    """At their own addresses, with their own rights, strangers send ids that are not theirs."""
    before = world.ours.fingerprint()
    wrong: list[str] = []
    tried = 0
    for name, row in MATRIX.items():
        if row.url is not None:
            continue
        url = reverse(name, kwargs=row.kwargs(world, world.theirs))
        for values in with_foreign(row.data(world, world.theirs), world):
            for as_json in (False, True):
                with undone():
                    client = world.client("outsider")
                    if as_json:
                        sent = json.dumps(values)
                        response = client.post(url, sent, content_type="application/json")
                    else:
                        response = client.post(url, values)
                    body = body_of(response)
                    changed = world.ours.fingerprint() != before
                tried += 1
                if changed or response.status_code >= 500 or shown(body, world.ours):
                    wrong.append(f"POST {url} {values}: {response.status_code}")
        for values in with_foreign(row.query(world, world.theirs), world):
            with undone():
                response = world.client("outsider").get(url, values)
                body = body_of(response)
            tried += 1
            if response.status_code >= 500 or shown(body, world.ours):
                wrong.append(f"GET {url} {values}: {response.status_code}")
    assert tried > 20
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("persona", STRANGERS)
def test_lists_and_searches_name_nothing_foreign(world: World, persona: str) -> None:
    """Every address without parameters, asked for the other side's words."""
    wrong: list[str] = []
    for route in routes():
        if route.parameters or (persona, route.name) in MAY_SEE_TITLES:
            continue
        url = reverse(route.name)
        for query in ({}, {"q": world.ours.marker}, {"folder": str(world.ours.folder.uuid)}):
            with undone():
                body = body_of(world.client(persona).get(url, query))
            text = body.decode("utf-8", "replace").replace(f"「{world.ours.marker}」", "")
            if query.get("q"):  # a search page repeats the question itself
                text = text.replace(world.ours.marker + '"', "")
            if f"{world.ours.marker}の" in text or f"{world.ours.marker}検" in text:
                wrong.append(f"{url} {query}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("value", ["true", 1, [True], "on", "管理者"])
def test_a_flag_in_the_payload_gives_no_right(world: World, value: object) -> None:
    """Privilege flags of any type in any form change nobody's rights (Paperless GHSA-59xh)."""
    names = ("is_superuser", "is_staff", "is_active", "role", "admin")
    flags = dict.fromkeys(names, value)
    for name, row in MATRIX.items():
        if "POST" not in row.methods or row.url is not None or name == "account_logout":
            continue
        url = reverse(name, kwargs=row.kwargs(world, world.theirs))
        with undone():
            data = {**row.data(world, world.theirs), **flags}
            world.client("outsider").post(url, data)
            outsider = Staff.objects.get(pk=world.city["outsider"].pk)
            assert not outsider.is_superuser, url
            assert not outsider.roles.exists(), url
