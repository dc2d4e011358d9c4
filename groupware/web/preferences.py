"""Where a person's choices of the frame are kept; `organization` says how."""

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser

LanguageKeeper = Callable[[AbstractBaseUser, str], None]
_keepers: list[LanguageKeeper] = []


def register_language_keeper(keeper: LanguageKeeper) -> None:
    """Say how a person's language is kept (once, from `AppConfig.ready()`)."""
    _keepers[:] = [keeper]


def keep_language(person: AbstractBaseUser, language: str) -> None:
    """Remember the language for the next sign-in, on any machine."""
    for keeper in _keepers:
        keeper(person, language)
