"""The embedded settings as somebody might weaken them; `serve` must refuse every one."""

from groupware.settings.embedded import *  # noqa: F403 - settings are layered this way in Django
from groupware.settings.embedded import DATA_DIR

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "fuzukue.sqlite3",
        "OPTIONS": {
            "transaction_mode": "DEFERRED",
            "timeout": 5,
            "init_command": "PRAGMA synchronous=NORMAL",
        },
    },
}
