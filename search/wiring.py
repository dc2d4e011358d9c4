"""What happens when the site starts: rights are followed, words counted, the way is shown."""

from django.utils.translation import gettext_lazy as _

from groupware import events
from groupware.events.catalogue import SCOPE_CHANGED
from groupware.web.registries import Entry, Shortcut, navigation, shortcuts
from search import tasks

events.subscribe(SCOPE_CHANGED, tasks.scope_changed)
tasks.register_cron()
navigation.add(
    Entry(name="search", label=_("検索"), icon="search", url_name="search:search", order=20)
)
_HITS = _("検索の結果")
for position, (name, keys, label) in enumerate(
    (
        ("search-next", ("J", "↓"), _("次の当たり")),
        ("search-previous", ("K", "↑"), _("前の当たり")),
        ("search-open", ("Enter",), _("開く")),
    )
):
    shortcuts.add(Shortcut(name=name, keys=keys, label=label, where=_HITS, order=200 + position))
