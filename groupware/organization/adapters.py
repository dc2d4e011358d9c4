"""What allauth asks us: nobody signs up, limits per person and address, words in Japanese."""

import base64
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groupware.audit.actions import record
from groupware.organization.selectors import staff_by_login

LOCAL = "127.0.0.1"  # a request over a Unix socket has no address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are the staff register's."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "職員番号（ログイン名）かパスワードが違います。"
            "何度かためしても入れないときは、管理者に聞いてください。"
        ),
        "too_many_login_attempts": _(
            "何度も間違えたので、しばらくサインインできません。5分待ってから、もう一度ためしてください。"
        ),
        "incorrect_password": _("パスワードが違います。"),
        "enter_current_password": _("いまのパスワードを入れてください。"),
        "rate_limited": _("短い間に何度も送られました。少し待ってから、もう一度ためしてください。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: people come from the staff register."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; a lockout is recorded."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._record("session.limited", request, credentials)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure. What was typed is kept only if it names a person: it may have been
        a password in the wrong field."""
        self._record("session.failed", request, credentials)

    def _record(self, action: str, request: HttpRequest, credentials: dict[str, Any]) -> None:
        person = staff_by_login(str(credentials.get("username") or ""))
        with transaction.atomic():
            record(None, action, person, detail={"known": person is not None}, request=request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count per person, whichever of their names is typed and to whichever host."""
        typed = str(credentials.get("username") or "")
        person = staff_by_login(typed)
        return f"staff:{person.pk}" if person is not None else f"typed:{typed.strip().lower()}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's address behind as many proxies as the settings name."""
        if not request.META.get("REMOTE_ADDR"):
            return LOCAL
        address: str = super().get_client_ip(request)
        return address

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing about accounts goes out by mail."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing about accounts goes out by mail; it stands in the record."""


class MFAAdapter(DefaultMFAAdapter):
    """A second factor by app, its secrets encrypted with the installation's own key."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("数字が違います。アプリに出ている 6 けたを入れてください。"),
    }

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What the app shows: the log-in name."""
        return user.get_username()

    def get_totp_issuer(self) -> str:
        """Whose code it is."""
        return f"文机 {settings.CITY_NAME}"

    def encrypt(self, text: str) -> str:
        """A secret as it stands in the database."""
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing about accounts goes out by mail; it stands in the record."""


def _cipher() -> Fernet:
    """Key derived from the secret key (RFC 5869), for second factors alone."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"fuzukue mfa secrets v1")
    return Fernet(base64.urlsafe_b64encode(derive.derive(settings.SECRET_KEY.encode())))
