"""Production settings: everything wrong in one list, secrets from files, nothing weak."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from groupware.settings.env import Environment

ROOT = Path(__file__).resolve().parents[2]
SHOWN = (
    "DEBUG",
    "ALLOWED_HOSTS",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "DATABASES",
    "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "CSRF_TRUSTED_ORIGINS",
    "TRUSTED_PROXIES",
    "REFUSE_WITHOUT_GUARD",
)


def run(code: str, folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run `code` (or manage.py, when it is a command) with the production settings."""
    command = [sys.executable, *(["manage.py", code] if code == "check" else ["-c", code])]
    return subprocess.run(
        command,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "groupware.settings.production",
            "GROUPWARE_DATA_DIR": str(folder),
            **given,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def settings_of(folder: Path, **given: str) -> dict[str, object]:
    """The settings that `given` leads to."""
    code = (
        "import json; from django.conf import settings; "
        f"shown = {{name: getattr(settings, name, None) for name in {SHOWN!r}}}; "
        "print(json.dumps(shown, default=str))"
    )
    done = run(code, folder, **given)
    assert done.returncode == 0, done.stderr
    shown: dict[str, object] = json.loads(done.stdout)
    return shown


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """The least that production needs."""
    key = tmp_path / "secret_key"
    key.write_text("k" * 64 + "\n", encoding="ascii")
    return {
        "GROUPWARE_SECRET_KEY_FILE": str(key),
        "GROUPWARE_HOSTS": "bunki.city.local,10.0.0.5",
        "GROUPWARE_CITY_CODE": "131016",
    }


def test_everything_wrong_is_said_at_once_without_a_traceback(tmp_path: Path) -> None:
    done = run(
        "check",
        tmp_path,
        GROUPWARE_SECRET_KEY="short",
        GROUPWARE_HOSTS="*",
        GROUPWARE_TLS="perhaps",
        GROUPWARE_WEB_THREADS="many",
        GROUPWARE_TRUSTED_PROXIES="proxy.example",
        GROUPWARE_DATABASE_HOST="db.city.local",
        GROUPWARE_DATABASE_PORT="70000",
        GROUPWARE_DATABASE_SSLMODE="maybe",
    )
    assert done.returncode == 2
    for name in (
        "GROUPWARE_SECRET_KEY",
        "GROUPWARE_HOSTS",
        "GROUPWARE_TLS",
        "GROUPWARE_WEB_THREADS",
        "GROUPWARE_TRUSTED_PROXIES",
        "GROUPWARE_DATABASE_PASSWORD",
        "GROUPWARE_DATABASE_PORT",
        "GROUPWARE_DATABASE_SSLMODE",
        "GROUPWARE_CITY_CODE",
    ):
        assert name in done.stderr
    assert "（9 件）" in done.stderr
    assert "Traceback" not in done.stderr
    assert "short" not in done.stderr, "a secret must not be printed"


def test_the_least_leads_to_strict_settings(tmp_path: Path, good: dict[str, str]) -> None:
    shown = settings_of(tmp_path, **good)
    assert shown["DEBUG"] is False
    assert shown["SECRET_KEY"] == "k" * 64
    assert shown["SESSION_COOKIE_SECURE"] is True
    assert shown["CSRF_COOKIE_SECURE"] is True
    assert str(shown["SESSION_COOKIE_NAME"]).startswith("__Host-")
    assert shown["SECURE_SSL_REDIRECT"] is True
    assert shown["SECURE_HSTS_SECONDS"] == 0, "HSTS is a choice"
    assert shown["CSRF_TRUSTED_ORIGINS"] == ["https://bunki.city.local", "https://10.0.0.5"]
    assert shown["TRUSTED_PROXIES"] == ["127.0.0.1", "::1"]
    assert shown["REFUSE_WITHOUT_GUARD"] is True
    databases = shown["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert databases["default"]["HOST"] == "/run/postgresql"
    assert not (tmp_path / "keys").exists(), "production makes no key of its own"


def test_sqlite_is_strict_in_production_too(tmp_path: Path, good: dict[str, str]) -> None:
    databases = settings_of(tmp_path, **good, GROUPWARE_DATABASE="sqlite")["DATABASES"]
    assert isinstance(databases, dict)
    assert databases["default"]["ENGINE"] == "groupware.settings.sqlite"
    assert databases["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in databases["default"]["OPTIONS"]["init_command"]


def test_a_key_is_replaced_while_the_old_one_still_opens(
    tmp_path: Path, good: dict[str, str]
) -> None:
    old = tmp_path / "old"
    old.write_text("a" * 60 + "\n" + "b" * 60 + "\n", encoding="ascii")
    shown = settings_of(tmp_path, **good, GROUPWARE_OLD_SECRET_KEYS_FILE=str(old))
    assert shown["SECRET_KEY_FALLBACKS"] == ["a" * 60, "b" * 60]


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    reader = Environment({"PASSWORD_FILE": str(tmp_path / "missing")})
    assert reader.secret("PASSWORD") == ""
    assert str(tmp_path / "missing") in reader.problems[0]


@pytest.mark.parametrize("value", ["1", "true", "Yes", "on"])
def test_words_for_yes(value: str) -> None:
    assert Environment({"X": value}).boolean("X", False) is True


def test_bounds_are_kept_and_said() -> None:
    reader = Environment({"A": "0", "B": "x", "C": "7"})
    assert reader.integer("A", 3, low=1, high=9) == 3
    assert reader.integer("B", 3, low=1, high=9) == 3
    assert reader.integer("C", 3, low=1, high=9) == 7
    assert len(reader.problems) == 2
    with pytest.raises(ImproperlyConfigured, match="2 件"):
        reader.refuse_if_wrong()


def test_the_key_of_an_embedded_site_is_made_once_and_kept(tmp_path: Path) -> None:
    """Ten processes that start together agree on one key."""
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "groupware.settings.embedded",
        "GROUPWARE_DATA_DIR": str(tmp_path),
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(10)
    ]
    keys = {process.communicate(timeout=120)[0].strip() for process in running}
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret_key"]
