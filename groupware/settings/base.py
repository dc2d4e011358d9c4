"""What holds in every installation. The other modules of this package add where it runs."""

from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from groupware.settings.env import Environment

ENV = Environment()
BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = ENV.directory("GROUPWARE_DATA_DIR", BASE_DIR / "var")
ASSETS_DIR = BASE_DIR / "static_build"

# -- the city: one installation, one city (docs/architecture.md) -----------------------------------
CITY_NAME = ENV.text("GROUPWARE_CITY_NAME", "尾乃市")
CITY_CODE = ENV.text("GROUPWARE_CITY_CODE", "999997")  # 全国地方公共団体コード
HELP_DESK = ENV.text("GROUPWARE_HELP_DESK", "DX推進課（内線 2500）")

INSTALLED_APPS = [
    "groupware.operations",
    "groupware.portal",
    "knowledge.documents",
    "knowledge.pages",
    "search",
    "groupware.notifications",
    "groupware.ingestion",
    "groupware.files",
    "groupware.organization",
    "groupware.access",
    "groupware.audit",
    "groupware.jobs",
    "groupware.realtime",
    "groupware.web",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "groupware.web.reference.ReferenceMiddleware",
    "groupware.web.memory.MemoryMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "groupware.web.language.PersonLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "groupware.organization.sessions.SessionLimitsMiddleware",
    "groupware.access.middleware.PrincipalsMiddleware",
]

ROOT_URLCONF = "groupware.urls"
ASGI_APPLICATION = "groupware.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "groupware.web.context.frame",
            ],
        },
    },
]

# -- people and sign-in ----------------------------------------------------------------------------
AUTH_USER_MODEL = "organization.Staff"
AUTHENTICATION_BACKENDS = [
    "groupware.organization.backends.StaffBackend",  # LDAP or OIDC stand beside it
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "staff_number", "name", "yomi", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: "no user" is never "allowed"
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "groupware.organization.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "groupware.organization.forms.SignInForm"}
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = False  # the cookie ends with the browser, the session by our limits
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Per address generously (a city hall may stand behind one), per person tightly.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "100/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.integer("GROUPWARE_PROXIES", 0, high=9)
MFA_ADAPTER = "groupware.organization.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step of 30 s: clocks of telephones
USERSESSIONS_TRACK_ACTIVITY = False  # a write in every request; organization.sessions notes it
# Acts of groupware/audit/catalogue.py before which a person confirms again who they are.
REAUTHENTICATE_BEFORE = ENV.items("GROUPWARE_REAUTHENTICATE_BEFORE", ("break_glass.opened",))
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_IDLE_SECONDS = ENV.integer("GROUPWARE_SESSION_IDLE_MINUTES", 60, low=1) * 60
SESSION_IDLE_SHARED_SECONDS = ENV.integer("GROUPWARE_SESSION_SHARED_MINUTES", 15, low=1) * 60
SESSION_ABSOLUTE_SECONDS = ENV.integer("GROUPWARE_SESSION_HOURS", 12, low=1) * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS

# -- database: the embedded and production settings fill this in -----------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {}

# Rate limits of sign-in must hold across processes, hence a cache in the database.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "groupware_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # a flood must not push out somebody's lockout
    },
}

# -- background work -------------------------------------------------------------------------------
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "ocr"],
    },
}

# -- language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# -- static files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
STATICFILES_DIRS = [ASSETS_DIR]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# -- browser rules ---------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # No 'strict-dynamic': a script inside a swapped fragment must not be trusted.
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "report-uri": "/csp-report/",
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "groupware.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

# -- know-how: Wagtail's tree and revisions; it calls nobody and knows no rights (docs/pages.md) ---
WAGTAIL_SITE_NAME = "文机"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False

# -- papers ----------------------------------------------------------------------------------------
UPLOAD_MAX_BYTES = ENV.integer("GROUPWARE_UPLOAD_MAX_MB", 2048, low=1) * 1024 * 1024
UPLOAD_QUOTA_BYTES = ENV.integer("GROUPWARE_UPLOAD_QUOTA_MB", 20480, low=1) * 1024 * 1024
DISK_RESERVE_BYTES = ENV.integer("GROUPWARE_DISK_RESERVE_MB", 256) * 1024 * 1024
FILES_ACCEL_PREFIX = ENV.text("GROUPWARE_FILES_ACCEL_PREFIX", "")  # X-Accel-Redirect; empty: off
PAGES_MAX = ENV.integer("GROUPWARE_PAGES_MAX", 3000, low=1)
CLAMD_ADDRESS = ENV.text("GROUPWARE_CLAMD", "")  # unix:/path or host:port; empty: not configured
WORKER_LEASE_SECONDS = ENV.integer("GROUPWARE_WORKER_LEASE_SECONDS", 30, low=2)
DOORBELL_URL = ENV.text("GROUPWARE_DOORBELL", "")  # redis://… ; empty: Unix socket or NOTIFY

# -- processes (docs/operations.md) ----------------------------------------------------------------
LISTEN_HOST = ENV.text("GROUPWARE_LISTEN_HOST", "127.0.0.1")
LISTEN_PORT = ENV.integer("GROUPWARE_LISTEN_PORT", 8000, low=0, high=65535)
WEB_THREADS = ENV.integer("GROUPWARE_WEB_THREADS", 12, low=1, high=200)  # of each process
WEB_PROCESSES = ENV.integer("GROUPWARE_WEB_PROCESSES", 1, low=1, high=64)
OCR_WORKERS = ENV.integer("GROUPWARE_OCR_WORKERS", 1, low=1, high=64)
TRUSTED_PROXIES = ENV.items("GROUPWARE_TRUSTED_PROXIES")  # addresses whose X-Forwarded-* counts

# -- the audit record: where its head is written, outside of the database (docs/audit.md) ----------
AUDIT_HEADS_FILE = ENV.text("GROUPWARE_AUDIT_HEADS_FILE", "") or None

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{reference}] {message}", "style": "{"},
    },
    "filters": {"reference": {"()": "groupware.web.reference.ReferenceFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["reference"],  # the number that an error page shows
        },
    },
    # One line per task would drown everything else; failures are logged by groupware.jobs.
    "loggers": {"django_tasks": {"level": "WARNING"}, "django_tasks_db": {"level": "WARNING"}},
    "root": {
        "handlers": ["console"],
        "level": ENV.choice(
            "GROUPWARE_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        ),
    },
}
