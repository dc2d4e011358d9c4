"""Colours have roles; one file maps them, no other names a value or a primitive token."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from groupware.web.management.commands.check_translations import own_roots

ROLES = Path("groupware/web/static/web/css/roles.css")
VALUE = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
PRIMITIVE = re.compile(r"--color-(primitive|neutral|semantic)|--elevation-")
SET_BY_PDFJS = {"--total-scale-factor", "--scale-factor"}
# the picture in the browser's tab stands outside every style sheet
FREE = {"favicon.svg"}


def stylesheets() -> list[Path]:
    return [
        path
        for root in own_roots()
        for path in sorted((root / "static").rglob("*"))
        if path.suffix in {".css", ".js", ".svg"} and path.name not in FREE
    ]


def test_only_the_roles_file_names_tokens() -> None:
    root = Path(settings.BASE_DIR)
    faults = []
    for path in stylesheets():
        if path == root / ROLES:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if (
                (path.suffix == ".css" and (VALUE.search(line) or PRIMITIVE.search(line)))
                or PRIMITIVE.search(line)
                or re.search(r"[\"'`]#[0-9a-fA-F]{6}\b", line)
            ):
                faults.append(f"{path.relative_to(root)}:{number}: {line.strip()[:80]}")
    assert faults == []


def test_the_roles_file_names_no_value_itself() -> None:
    text = (Path(settings.BASE_DIR) / ROLES).read_text(encoding="utf-8")
    assert VALUE.findall(text) == []


def test_every_variable_that_is_used_exists() -> None:
    root = Path(settings.BASE_DIR)
    tokens = (Path(settings.ASSETS_DIR) / "vendor/tokens/tokens.css").read_text(encoding="utf-8")
    sheets = {
        path: path.read_text(encoding="utf-8") for path in stylesheets() if path.suffix == ".css"
    }
    known = set(re.findall(r"(--[\w-]+)\s*:", tokens + "".join(sheets.values())))
    missing = {
        f"{path.relative_to(root)}: {name}"
        for path, text in sheets.items()
        for name in re.findall(r"var\((--[\w-]+)", text)
        if name not in known | SET_BY_PDFJS
    }
    assert missing == set()


def colours() -> dict[str, str]:
    tokens = (Path(settings.ASSETS_DIR) / "vendor/tokens/tokens.css").read_text(encoding="utf-8")
    values = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{6});", tokens))
    roles = (Path(settings.BASE_DIR) / ROLES).read_text(encoding="utf-8")
    return {
        role: values[token]
        for role, token in re.findall(r"--([\w-]+):\s*var\((--[\w-]+)\);", roles)
        if token in values
    }


def luminance(value: str) -> float:
    parts = [int(value[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "desk"), ("sub", "paper"), ("sub", "desk"), ("faint", "paper"),
    ("faint", "desk"), ("faint", "tint"), ("link", "paper"), ("link", "desk"), ("link", "tint"),
    ("key", "paper"), ("key", "tint2"), ("on", "key"), ("on", "key-deep"), ("on", "ng"),
    ("nav-on", "nav"), ("nav-sub", "nav"), ("on", "nav-count"), ("on", "rail-count"),
    ("wait", "wait-t"), ("ok", "ok-t"), ("warn", "warn-t"), ("ng", "ng-t"), ("ng", "paper"),
    ("ng", "desk"), ("ink", "mark"), ("warn", "paper"), ("ok", "paper"), ("sub", "hair"),
    ("on", "solid"), ("face1-ink", "face1"), ("face2-ink", "face2"), ("face3-ink", "face3"),
    ("face4-ink", "face4"), ("face5-ink", "face5"),
]  # fmt: skip
SHAPE_PAIRS = [
    ("field", "paper"),
    ("field", "desk"),
    ("ok-i", "ok-t"),
    ("hit-now", "paper"),
    ("seal", "nav"),
]


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(text: str, ground: str) -> None:
    known = colours()
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_borders_and_icons_can_be_seen(shape: str, ground: str) -> None:
    known = colours()
    assert contrast(known[shape], known[ground]) >= 3
