#!/usr/bin/env python
"""The one command line of 文机: `manage.py help` lists what it can do."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from groupware.operations.refusals import SETTINGS, of_os_error


def refuse(error: Exception) -> None:
    """Settings that cannot be loaded: say why in a sentence, without a traceback."""
    if isinstance(error, OSError):
        refusal = of_os_error(error)
        sys.stderr.write(f"{refusal}\n")
        sys.exit(refusal.code)
    sys.stderr.write(f"{error}\n")
    sys.exit(SETTINGS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupware.settings.embedded")
    try:
        _ = settings.DEBUG  # loads them
    except (ImproperlyConfigured, OSError) as error:
        refuse(error)
    execute_from_command_line(sys.argv)
