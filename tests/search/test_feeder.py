"""PostgreSQL: the index follows the outbox within a second, and is never ahead of the rights."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from groupware.organization.models import Staff
from search import actions, feeder, indexing, maintenance
from search.engines.current import engine, index_file
from search.models import Outbox
from search.selectors import search
from tests.search.conftest import KIND, Library, found

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def only_postgres(is_postgres: bool) -> Iterator[None]:
    """On SQLite there is no outbox: rows are written in the transaction of the change."""
    if not is_postgres:
        pytest.skip("SQLite writes the index in the transaction of the change")
    yield
    feeder.stop()


def _fed(within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not Outbox.objects.exists():
            return True
        time.sleep(0.02)
    return False


def test_a_committed_change_is_fed_by_itself(library: Library, clerk: Staff) -> None:
    group = library.add("断水")
    assert _fed(within=5)  # 1 s on a quiet machine; the thread is rung at commit
    assert len(list(engine().known())) == 1
    assert found(clerk, "断水") == {group}


def test_a_search_sees_what_was_just_committed(
    library: Library, clerk: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "ring", lambda: None)
    group = library.add("断水")
    assert Outbox.objects.exists()
    assert found(clerk, "断水") == {group}
    assert not Outbox.objects.exists()


def test_what_waits_is_left_out(
    library: Library, clerk: Staff, outsider: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More waits than a search feeds: the moved rows must not be found under their old rights."""
    group = library.add("断水", scope=library.scope(f"u{clerk.pk}"))
    assert found(clerk, "断水") == {group}
    monkeypatch.setattr(feeder, "ring", lambda: None)
    monkeypatch.setattr(feeder, "BEFORE_A_SEARCH", 0)
    scope = library.scope(f"u{outsider.pk}")
    with transaction.atomic():
        actions.move(KIND, group, scope=scope)
    assert found(clerk, "断水") == found(outsider, "断水") == set()
    while feeder.feed():
        pass
    assert found(clerk, "断水") == set()
    assert search(outsider, "断水").facets["kind"][0].count == 1


def test_a_missing_file_is_built_anew(library: Library, clerk: Staff) -> None:
    group = library.add("断水")
    assert found(clerk, "断水") == {group}
    for path in index_file().parent.glob("index.sqlite3*"):
        path.unlink()
    assert found(clerk, "断水") == {group}


def test_a_crash_before_the_line_is_deleted_repeats_the_work(
    library: Library, clerk: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeder, "ring", lambda: None)
    feeder.ensure()
    group = library.add("断水")
    refresh = indexing.refresh

    def crash(*arguments: Any) -> None:
        refresh(*arguments)
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "refresh", crash)
        with pytest.raises(OSError, match="killed"):
            feeder.feed()
    assert Outbox.objects.exists()
    assert feeder.feed() == 1
    assert found(clerk, "断水") == {group}


def test_late_commits_are_not_missed(library: Library, clerk: Staff) -> None:
    """A transaction that began first and commits last: its line has the smaller number."""
    begun, go = threading.Event(), threading.Event()
    added: list[UUID] = []

    def slow() -> None:
        try:
            with transaction.atomic():
                added.append(library.add("断水"))
                begun.set()
                assert go.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(20)
    quick = library.add("断水")
    assert found(clerk, "断水") == {quick}
    go.set()
    thread.join()
    assert found(clerk, "断水") == {quick, *added}


def test_rebuild_and_drift(library: Library, clerk: Staff) -> None:
    group = library.add("断水", "給水")
    assert found(clerk, "断水") == {group}
    engine().remove([next(iter(engine().known()))[0]])
    assert not maintenance.drift().clean
    maintenance.rebuild()
    assert maintenance.drift().clean
    assert found(clerk, "断水") == {group}
