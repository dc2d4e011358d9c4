"""One server or many: PostgreSQL, a proxy with TLS in front, secrets from files.

Everything that is missing or wrong is said in one list and nothing starts (docs/operations.md
has the variables in one table). There is no fallback to a weaker setting.
"""

import ipaddress

from groupware.settings import base
from groupware.settings.base import *  # noqa: F403 - settings modules are layered this way in Django
from groupware.settings.base import ENV
from groupware.settings.sqlite.options import EMBEDDED_OPTIONS

DEBUG = False
REFUSE_WITHOUT_GUARD = True  # no parser of foreign files without a wall (operations.checks)

SECRET_KEY = ENV.secret("GROUPWARE_SECRET_KEY", minimum=50)
SECRET_KEY_FALLBACKS = ENV.secrets("GROUPWARE_OLD_SECRET_KEYS")

# -- addresses ---------------------------------------------------------------------------------
ALLOWED_HOSTS = ENV.items("GROUPWARE_HOSTS")
if not ALLOWED_HOSTS:
    ENV.problems.append("GROUPWARE_HOSTS に、職員が開くホスト名を設定してください。")
if "*" in ALLOWED_HOSTS:
    ENV.problems.append("GROUPWARE_HOSTS に * は使えません。ホスト名を並べてください。")

# The proxy ends TLS. Only what it says in X-Forwarded-* counts, and only from these addresses.
TRUSTED_PROXIES = ENV.items("GROUPWARE_TRUSTED_PROXIES", ("127.0.0.1", "::1"))
for address in TRUSTED_PROXIES:
    try:
        ipaddress.ip_network(address, strict=False)
    except ValueError:
        ENV.problems.append(
            f"GROUPWARE_TRUSTED_PROXIES の {address!r} は IP アドレスではありません。"
        )

TLS = ENV.boolean("GROUPWARE_TLS", True)  # false only where no TLS is possible at all
if TLS:
    CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS if host != "*"]
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from the machine itself
    SECURE_HSTS_SECONDS = ENV.integer("GROUPWARE_HSTS_SECONDS", 0, high=63072000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = False
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
else:
    SECURE_SSL_REDIRECT = False
# uvicorn takes the scheme from the trusted proxy; Django sees it as the request's own.
SECURE_PROXY_SSL_HEADER = None

# -- database ----------------------------------------------------------------------------------
if ENV.choice("GROUPWARE_DATABASE", "postgresql", ("postgresql", "sqlite")) == "sqlite":
    DATABASES = {
        "default": {
            "ENGINE": "groupware.settings.sqlite",
            "NAME": base.DATA_DIR / "fuzukue.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": EMBEDDED_OPTIONS,
        },
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": ENV.text("GROUPWARE_DATABASE_NAME", "fuzukue"),
            "USER": ENV.text("GROUPWARE_DATABASE_USER", "fuzukue"),
            "PASSWORD": ENV.optional_secret("GROUPWARE_DATABASE_PASSWORD"),
            # A folder: the Unix socket, where PostgreSQL knows the system user (no password).
            "HOST": ENV.text("GROUPWARE_DATABASE_HOST", "/run/postgresql"),
            "PORT": str(ENV.integer("GROUPWARE_DATABASE_PORT", 5432, low=1, high=65535)),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "sslmode": ENV.choice(
                    "GROUPWARE_DATABASE_SSLMODE",
                    "prefer",
                    ("disable", "prefer", "require", "verify-ca", "verify-full"),
                ),
                "application_name": "fuzukue",
                "connect_timeout": 10,
            },
        },
    }
    host, password = DATABASES["default"]["HOST"], DATABASES["default"]["PASSWORD"]
    if not str(host).startswith("/") and not password:
        ENV.problems.append(
            "GROUPWARE_DATABASE_PASSWORD か GROUPWARE_DATABASE_PASSWORD_FILE を設定してください"
            "（別のサーバーの PostgreSQL にはパスワードが要ります）。"
        )

if base.CITY_CODE == "999997":
    ENV.problems.append("GROUPWARE_CITY_CODE に全国地方公共団体コード（6 桁）を設定してください。")
elif not (base.CITY_CODE.isascii() and base.CITY_CODE.isdigit() and len(base.CITY_CODE) == 6):
    ENV.problems.append(f"GROUPWARE_CITY_CODE は 6 桁の数字です（いまは {base.CITY_CODE!r}）。")

ENV.refuse_if_wrong()
