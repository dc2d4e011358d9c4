"""How urgent a task is; django-tasks takes −100 to 100, the larger goes first."""

from typing import Final

PERSON: Final = 50  # somebody is waiting for it: a person's own upload
NORMAL: Final = 0
BULK: Final = -50  # imports, rebuilding: never in anybody's way
