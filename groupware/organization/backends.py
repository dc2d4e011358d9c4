"""Who signs in with a password: by 職員番号 or ログイン名, while in service.

Another way (LDAP, OIDC) is another backend in `AUTHENTICATION_BACKENDS`; whatever it is, principals
come from `organization` and sessions obey the same limits.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from groupware.organization.models import Staff
from groupware.organization.selectors import is_in_service, staff_by_login


class StaffBackend(AuthenticationBackend):
    """One answer for a wrong number, a wrong password and somebody disabled, in the same time."""

    def _authenticate_by_username(self, username: str, password: str) -> AbstractBaseUser | None:
        found: AbstractBaseUser | None = self._check_password(staff_by_login(username), password)
        return found

    def _check_password(
        self, user: AbstractBaseUser | None, password: str
    ) -> AbstractBaseUser | None:
        """Without allauth's stash, which would lead a disabled person to a page that says so."""
        if user is None:
            return None
        self._did_check_password = True
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked at sign-in and with every request: a session dies with the service."""
        return isinstance(user, Staff) and is_in_service(user)
