"""What this app does when something happens elsewhere; imported once the models are there."""

from groupware import events
from groupware.events import catalogue
from groupware.realtime import actions, person, rooms


def leave_session(event: catalogue.SessionEnded) -> None:
    """A session ended: its sockets close."""
    actions.close_sockets(event.staff_id, session_key=event.session_key)


def leave_all(event: catalogue.StaffDisabled) -> None:
    """A person may no longer sign in: every socket closes."""
    actions.close_sockets(event.staff_id)


rooms.register(person.KIND)
events.subscribe(catalogue.SESSION_ENDED, leave_session)
events.subscribe(catalogue.STAFF_DISABLED, leave_all)
