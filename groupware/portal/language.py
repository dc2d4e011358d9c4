"""Where a person's language is kept: with the person, so that it follows to another machine."""

from django.contrib.auth.base_user import AbstractBaseUser

from groupware.organization.models import Staff


def keep_language(person: AbstractBaseUser, language: str) -> None:
    """Remember the language with the person."""
    Staff.objects.filter(pk=person.pk).update(language=language)
