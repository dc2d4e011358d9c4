"""The settings of the tests for a process beside the test: its database, a short lease."""

import os

from groupware.settings.test import *  # noqa: F403 - settings modules are layered this way in Django
from groupware.settings.test import DATABASES, INSTALLED_APPS

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
WORKER_LEASE_SECONDS = int(os.environ.get("TEST_LEASE_SECONDS", "2"))
DOORBELL_URL = os.environ.get("TEST_DOORBELL", "")
INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.calendar"]
