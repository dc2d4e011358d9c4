"""Publishing: numbers, transactions, limits, rings, trimming."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from groupware.events import send
from groupware.events.catalogue import SESSION_ENDED, STAFF_DISABLED, SessionEnded, StaffDisabled
from groupware.organization.models import Staff
from groupware.realtime import actions, doorbell, person, selectors
from groupware.realtime.models import PersonEvent
from groupware.realtime.rooms import Entry

pytestmark = pytest.mark.postgres


def test_numbers_grow_by_one_per_person(db: None, clerk: Staff, head: Staff) -> None:
    """Each person has a stream of their own."""
    assert [actions.publish(clerk.pk, "badge", {"count": n}) for n in range(3)] == [1, 2, 3]
    assert actions.publish(head.pk, "badge", {}) == 1
    found = person.fetch({clerk.pk: 1, head.pk: 0}, 10)
    assert found[clerk.pk] == [
        Entry(2, "badge", {"count": 1}),
        Entry(3, "badge", {"count": 2}),
    ]
    assert [entry.seq for entry in found[head.pk]] == [1]
    assert person.heads([clerk.pk, head.pk, 10**9]) == {clerk.pk: 3, head.pk: 1}
    assert selectors.position_of(clerk.pk).seq == 3
    assert selectors.position_of(clerk.pk).epoch != selectors.position_of(head.pk).epoch


def test_an_event_needs_its_change(transactional_db: None, clerk: Staff) -> None:
    """Outside a transaction nothing is published; what rolls back was never said."""
    with pytest.raises(transaction.TransactionManagementError):
        actions.publish(clerk.pk, "badge", {})
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.publish(clerk.pk, "badge", {})
        raise RuntimeError
    assert not PersonEvent.objects.exists()
    with transaction.atomic():
        assert actions.publish(clerk.pk, "badge", {}) == 1


def test_a_hint_is_small(db: None, clerk: Staff) -> None:
    """No documents in the log; the hub's own kind is its own."""
    with pytest.raises(ValueError, match="hint"):
        actions.publish(clerk.pk, "badge", {"text": "文" * 3000})
    with pytest.raises(ValueError, match="own kind"):
        actions.publish(clerk.pk, "leave", {})


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_draw_different_numbers(clerk: Staff) -> None:
    """Eight writers, no gap, no doublet, and no number is seen before a smaller one."""
    seen: list[list[int]] = []
    done = threading.Event()

    def write() -> None:
        for _ in range(10):
            with transaction.atomic():
                actions.publish(clerk.pk, "badge", {})
        connection.close()

    def look() -> None:
        while not done.is_set():
            rows = PersonEvent.objects.filter(stream_id=clerk.pk).order_by("seq")
            seen.append(list(rows.values_list("seq", flat=True)))
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(8)]
    reader = threading.Thread(target=look)
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert [entry.seq for entry in person.fetch({clerk.pk: 0}, 500)[clerk.pk]] == list(range(1, 81))
    assert all(some == list(range(1, len(some) + 1)) for some in seen)


@pytest.mark.django_db(transaction=True)
def test_a_ring_comes_after_the_commit_and_once(clerk: Staff) -> None:
    """A hundred events of one transaction are one ring; a rolled back savepoint rings nothing."""
    heard: list[str] = []
    topic = f"person:{clerk.pk}"
    listener = doorbell.Listener(lambda said: heard.append(said) if said == topic else None)
    try:
        with transaction.atomic():
            for _ in range(100):
                actions.publish(clerk.pk, "badge", {})
            assert heard == []
        local = 1 if connection.vendor == "sqlite" else 2  # NOTIFY comes back to its sender too
        assert 1 <= heard.count(topic) <= local
        heard.clear()
        with transaction.atomic():
            try:
                with transaction.atomic():
                    actions.publish(clerk.pk, "badge", {})
                    raise RuntimeError
            except RuntimeError:
                actions.publish(clerk.pk, "badge", {})
        assert topic in heard
    finally:
        listener.close()
        listener.join()


def test_ended_sessions_and_people_are_told_to_the_hub(db: None, clerk: Staff) -> None:
    """By a digest: the log holds no key that would open a session."""
    send(SESSION_ENDED, SessionEnded(staff_id=clerk.pk, session_key="abc"))
    send(STAFF_DISABLED, StaffDisabled(staff_id=clerk.pk))
    first, second = PersonEvent.objects.order_by("seq")
    assert first.payload == {"session": actions.session_digest("abc")}
    assert "abc" not in str(first.payload)
    assert second.payload == {"session": None}


def test_events_are_kept_for_a_day(db: None, clerk: Staff) -> None:
    """Older ones go; the numbers go on."""
    actions.publish(clerk.pk, "badge", {})
    PersonEvent.objects.update(at=timezone.now() - timedelta(hours=25))
    actions.publish(clerk.pk, "badge", {})
    assert actions.trim_events() == 1
    assert actions.publish(clerk.pk, "badge", {}) == 3


def test_a_restore_begins_another_epoch(db: None, clerk: Staff) -> None:
    """Nobody goes on counting in a history that is gone."""
    before = selectors.position_of(clerk.pk).epoch
    assert selectors.position_of(clerk.pk).epoch == before
    actions.renew_epoch()
    assert selectors.position_of(clerk.pk).epoch != before
