"""The matrix of permissions holds, has a row for every address, and none too many."""

import pytest
from django.urls import reverse

from groupware.organization.models import Staff
from tests.permissions.matrix import MATRIX, Row
from tests.permissions.routes import routes
from tests.permissions.world import EVERYBODY, NOBODY, Side, World, body_of, make_world, undone

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SOME = ("clerk", "outsider", NOBODY)  # for methods that an address does not take
REFUSED = {302, 401, 403, 404, 405, 412}


@pytest.fixture
def world(city: dict[str, Staff]) -> World:
    """Both sides."""
    return make_world(city)


def address(name: str, row: Row, world: World, side: Side) -> str:
    """The address of a row about one side."""
    if row.url is not None:
        return row.url(world, side)
    return reverse(name, kwargs=row.kwargs(world, side))


def test_every_address_has_a_row() -> None:
    missing = {route.name for route in routes()} - MATRIX.keys()
    assert not missing, f"add rows to tests/permissions/matrix.py: {sorted(missing)}"


def test_every_row_has_an_address() -> None:
    gone = MATRIX.keys() - {route.name for route in routes()}
    assert not gone, f"rows without an address: {sorted(gone)}"


def test_a_row_names_everybody() -> None:
    for name, row in MATRIX.items():
        for method, codes in row.methods.items():
            assert set(codes) == set(EVERYBODY), f"{name} {method}"


def test_the_matrix_holds(world: World) -> None:
    """Every cell at once, so that one run shows everything that is wrong."""
    wrong: list[str] = []
    for name, row in MATRIX.items():
        url = address(name, row, world, world.ours)
        for method in METHODS:
            for persona in EVERYBODY if method in row.methods else SOME:
                with undone():
                    response = world.client(persona).generic(method, url)
                    body_of(response)
                wanted = row.methods.get(method)
                allowed = wanted[persona] if wanted is not None else REFUSED
                loose = wanted is None and method in row.loose
                if response.status_code not in allowed and not loose:
                    wrong.append(
                        f"{name} {method} {persona}: {response.status_code}, not {sorted(allowed)}"
                    )
    assert not wrong, "\n".join(wrong)


def test_a_missing_row_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard itself can fail."""
    monkeypatch.delitem(MATRIX, "access:who")
    with pytest.raises(AssertionError, match="access:who"):
        test_every_address_has_a_row()
