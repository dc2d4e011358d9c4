"""For `make test`: a temporary data folder; SQLite, or PostgreSQL by `TEST_DATABASE_URL`."""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from groupware.settings.base import *  # noqa: F403 - settings modules are layered this way in Django

DATA_DIR = Path(os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="fuzukue-test-"))
STATIC_ROOT = DATA_DIR / "static"
SECRET_KEY = "only-for-tests-" + "0" * 40
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if url := os.environ.get("TEST_DATABASE_URL"):
    parts = urlsplit(url)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": parts.username or "",
            "PASSWORD": parts.password or "",
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
        },
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "groupware.settings.sqlite",
            "NAME": DATA_DIR / "test.sqlite3",
            "CONN_MAX_AGE": None,
            "TEST": {"NAME": DATA_DIR / "test-run.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Nothing here survives a power cut; the fault tests run the embedded settings.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY"
                ),
            },
        },
    }

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WORKER_LEASE_SECONDS = 4
SILENCED_SYSTEM_CHECKS = ["operations.E005"]  # synchronous=OFF, see above
AUDIT_READS_QUEUED = False  # written at once, inside the test's own transaction
AUDIT_MAY_BE_EMPTIED = True  # tests that commit empty the tables afterwards
