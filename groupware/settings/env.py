"""Typed readers of environment variables, with every complaint collected before any is shown.

A secret `NAME` may be given as `NAME_FILE`, a path to a file that holds it (systemd
credentials, container secrets).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class Environment:
    """Reads variables and remembers what is wrong, so that a start-up lists it all at once."""

    def __init__(self, source: dict[str, str] | None = None) -> None:
        self._source = dict(os.environ) if source is None else source
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """The value of `name`; without a default it is required."""
        value = self._source.get(name)
        if value is None or value == "":
            if default is None:
                self.problems.append(f"{name} を設定してください。")
                return ""
            return default
        return value

    def secret(self, name: str, *, minimum: int = 1) -> str:
        """A secret from `NAME_FILE` (preferred) or `NAME`, at least `minimum` characters long."""
        path = self._source.get(f"{name}_FILE")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE を読めません: {path}（{error.strerror}）")
                return ""
        else:
            value = self._source.get(name, "")
        if not value:
            self.problems.append(f"{name} か {name}_FILE を設定してください。")
        elif len(value) < minimum:
            self.problems.append(f"{name} は {minimum} 文字以上にしてください。")
        return value

    def optional_secret(self, name: str) -> str:
        """As `secret`, but empty when neither variable is set."""
        given = self._source.get(f"{name}_FILE") or self._source.get(name)
        return self.secret(name) if given else ""

    def secrets(self, name: str) -> list[str]:
        """Secrets, one a line, as `optional_secret`; for keys that are being replaced."""
        return [line.strip() for line in self.optional_secret(name).splitlines() if line.strip()]

    def boolean(self, name: str, default: bool) -> bool:
        """1/0, true/false, yes/no, on/off."""
        value = self._source.get(name, "").strip().lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        self.problems.append(f"{name} は true か false にしてください（いまは {value!r}）。")
        return default

    def integer(self, name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
        """A whole number between `low` and `high`."""
        return self._number(name, default, int, low, high)

    def _number(self, name: str, default: T, convert: Callable[[str], T], low: T, high: T) -> T:
        raw = self._source.get(name, "").strip()
        if not raw:
            return default
        try:
            value = convert(raw)
        except ValueError:
            self.problems.append(f"{name} は数にしてください（いまは {raw!r}）。")
            return default
        if not cast(int, low) <= cast(int, value) <= cast(int, high):
            self.problems.append(
                f"{name} は {low} から {high} の間にしてください（いまは {value}）。"
            )
            return default
        return value

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of `allowed`."""
        value = self._source.get(name, default) or default
        if value not in allowed:
            self.problems.append(
                f"{name} は {'、'.join(allowed)} のどれかにしてください（いまは {value!r}）。"
            )
            return default
        return value

    def items(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Values separated by commas."""
        raw = self._source.get(name, "")
        return [part.strip() for part in raw.split(",") if part.strip()] or list(default)

    def directory(self, name: str, default: Path) -> Path:
        """A folder, made absolute; it need not exist yet."""
        return Path(self._source.get(name) or default).expanduser().absolute()

    def refuse_if_wrong(self) -> None:
        """Stop the start-up with every problem listed.

        Raises:
            ImproperlyConfigured: when anything above was wrong.
        """
        if self.problems:
            lines = "\n".join(f"  - {problem}" for problem in self.problems)
            raise ImproperlyConfigured(f"設定を直してください（{len(self.problems)} 件）:\n{lines}")
