"""What happens when the site starts: follow changes of rights, count words at night."""

from groupware import events
from groupware.events.catalogue import SCOPE_CHANGED
from search import tasks

events.subscribe(SCOPE_CHANGED, tasks.scope_changed)
tasks.register_cron()
