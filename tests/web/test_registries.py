"""Registries: order, names taken once, rights asked."""

from types import SimpleNamespace
from typing import Any

import pytest

from groupware.web import registries
from groupware.web.icons import icon
from groupware.web.registries import Entry, Registry


def entry(name: str, order: int = 1, **rest: Any) -> Entry:
    return Entry(name, name, "house", "portal:home", order, **rest)


def test_entries_come_in_their_order() -> None:
    registry: Registry[Entry] = Registry("test")
    for name, order in (("b", 2), ("c", 1), ("a", 2)):
        registry.add(entry(name, order))
    assert [found.name for found in registry] == ["c", "a", "b"]


def test_a_name_is_taken_once() -> None:
    registry: Registry[Entry] = Registry("test")
    registry.add(entry("a"))
    registry.add(entry("a"))  # the same again, as after a reload
    with pytest.raises(ValueError, match="already taken"):
        registry.add(entry("a", 2))


def test_nobody_gets_what_they_may_not_have() -> None:
    registry: Registry[Entry] = Registry("test")
    registry.add(entry("open"))
    registry.add(entry("closed", can=lambda viewer: viewer.name == "admin"))
    clerk: Any = SimpleNamespace(name="clerk", is_authenticated=True)
    admin: Any = SimpleNamespace(name="admin", is_authenticated=True)
    nobody: Any = SimpleNamespace(name="", is_authenticated=False)
    assert [found.name for found in registry.for_viewer(clerk)] == ["open"]
    assert [found.name for found in registry.for_viewer(admin)] == ["closed", "open"]
    assert registry.for_viewer(nobody) == []


def test_rights_may_depend_on_the_thing() -> None:
    target = registries.Target(
        "matter",
        "案件に付ける",
        "stamp",
        1,
        can=lambda viewer, ref: ref == "doc:1",
        url=lambda ref: f"/{ref}",
    )
    registry: Registry[registries.Target] = Registry("targets")
    registry.add(target)
    viewer: Any = SimpleNamespace(is_authenticated=True)
    assert registry.for_viewer(viewer, "doc:1") == [target]
    assert registry.for_viewer(viewer, "doc:2") == []


def test_every_entry_has_an_icon_that_exists() -> None:
    for registry in (registries.navigation, registries.bar, registries.person_menu):
        for found in registry:
            assert icon(found.icon)
