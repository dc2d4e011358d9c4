"""One folder, one command: SQLite, everything in `var/`. The default, and what `make demo` runs."""

import secrets
from pathlib import Path

from groupware.settings.base import *  # noqa: F403 - settings modules are layered this way in Django
from groupware.settings.base import DATA_DIR, ENV

DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *ENV.items("GROUPWARE_HOSTS")]


def key_of(folder: Path) -> str:
    """The installation's own secret key, made at the first start and kept beside its data."""
    path = folder / "keys" / "secret_key"
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = secrets.token_urlsafe(48)
        try:
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(fresh)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        return fresh


SECRET_KEY = key_of(DATA_DIR)

DATABASES = {
    "default": {
        "ENGINE": "groupware.settings.sqlite",
        "NAME": DATA_DIR / "fuzukue.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728; "
                "PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY"
            ),
        },
    },
}
ENV.refuse_if_wrong()
