"""`manage.py prepare`: everything that is built from the tree, and only what is out of date."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Browser assets, compiled translations, collected static files."""

    help = "画面の部品・翻訳・静的ファイルを用意します（変わったものだけ）。"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the three builds in order."""
        settings.ASSETS_DIR.mkdir(exist_ok=True)
        call_command("assets", verbosity=0)
        self._compile_translations()
        self._collect_static()

    def _compile_translations(self) -> None:
        for source in sorted(settings.BASE_DIR.glob("*/**/locale/*/LC_MESSAGES/django.po")):
            if {".venv", "node_modules"} & set(source.parts):
                continue
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            done = subprocess.run(
                ["msgfmt", "--check-format", "-o", str(target), str(source)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise CommandError(f"翻訳 {source} をまとめられません: {done.stderr}")

    def _collect_static(self) -> None:
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in finder.list([]):
                stat = Path(storage.path(path)).stat()
                digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        mark = settings.STATIC_ROOT / ".collected"
        if mark.exists() and mark.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        mark.write_text(digest.hexdigest())
