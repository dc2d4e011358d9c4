"""One folder, one command: SQLite, everything in `var/`. The default, and what `make demo` runs."""

import os
import secrets
from pathlib import Path

from groupware.settings.base import *  # noqa: F403 - settings modules are layered this way in Django
from groupware.settings.base import DATA_DIR, ENV, LOGGING
from groupware.settings.sqlite.options import EMBEDDED_OPTIONS

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *ENV.items("GROUPWARE_HOSTS")]


def key_of(folder: Path) -> str:
    """The installation's own secret key, made at the first start and kept beside its data."""
    path = folder / "keys" / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_name(f"{path.name}.{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            os.link(own, path)  # whole or not at all: another process may be starting, too
        except FileExistsError:
            pass
        finally:
            own.unlink()
        return path.read_text(encoding="ascii")


SECRET_KEY = key_of(DATA_DIR)

DATABASES = {
    "default": {
        "ENGINE": "groupware.settings.sqlite",
        "NAME": DATA_DIR / "fuzukue.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": EMBEDDED_OPTIONS,
    },
}

# Somebody watches the console of `serve` here: it says what people need to know, no more.
LOGGING = {
    **LOGGING,
    "root": {**LOGGING["root"], "level": ENV.text("GROUPWARE_LOG_LEVEL", "WARNING")},
}
ENV.refuse_if_wrong()
