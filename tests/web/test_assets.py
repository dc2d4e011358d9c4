"""`manage.py assets` and the import map."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from groupware.web import assets, importmap
from groupware.web.importmap import import_map, own_modules
from groupware.web.management.commands.check_translations import own_roots


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A node_modules with every file of the list, two to leave out, and a lock file."""
    root = tmp_path / "node_modules"
    for copy in assets.COPIES:
        path = root / copy.source
        if path.suffix or path.name == "LICENSE":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("code();\n//# sourceMappingURL=code.js.map\n", encoding="utf-8")
        else:
            path.mkdir(parents=True, exist_ok=True)
            (path / "one.bin").write_bytes(b"1")
            (path / "one.js.map").write_bytes(b"map")
    (root / "pdfjs-dist/wasm/quickjs-eval.wasm").write_bytes(b"no")
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    return tmp_path


def collect(root: Path, **options: bool) -> int:
    return assets.collect(
        root / "node_modules", root / "package-lock.json", root / "out", **options
    )


def test_files_are_copied_without_maps(packages: Path) -> None:
    assert collect(packages) > 10
    out = packages / "out"
    assert (out / "vendor/pdfjs/cmaps/one.bin").is_file()
    assert not list(out.rglob("*.map")) and not list(out.rglob("quickjs*"))
    assert "sourceMappingURL" not in (out / "vendor/htmx/htmx.esm.min.js").read_text(
        encoding="utf-8"
    )


def test_a_second_run_does_nothing_until_a_version_changes(packages: Path) -> None:
    collect(packages)
    marker = packages / "out/vendor/marker"
    marker.write_text("old", encoding="utf-8")
    assert collect(packages) == 0 and marker.exists()
    (packages / "package-lock.json").write_text('{"new": 1}', encoding="utf-8")
    assert collect(packages) > 10 and not marker.exists()
    assert collect(packages, force=True) > 10


def test_a_missing_package_is_named_and_leaves_the_old_tree(packages: Path) -> None:
    collect(packages)
    (packages / "node_modules/htmx.org/dist/htmx.esm.min.js").unlink()
    (packages / "package-lock.json").write_text('{"new": 1}', encoding="utf-8")
    with pytest.raises(assets.AssetsMissingError, match=r"htmx\.org"):
        collect(packages)
    assert (packages / "out/vendor/htmx/htmx.esm.min.js").is_file()


def test_the_command_finds_everything_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("assets")
    call_command("assets")
    assert "最新です" in capsys.readouterr().out


def test_every_module_of_the_import_map_exists() -> None:
    imports = json.loads(import_map())["imports"]
    assert {"htmx", "@hotwired/stimulus", "partysocket", "web/app", "controllers/menu"} <= set(
        imports
    )
    for name, url in imports.items():
        assert finders.find(url.removeprefix(settings.STATIC_URL)), name


def test_controllers_named_in_templates_exist() -> None:
    known = own_modules()
    for root in own_roots():
        for path in (root / "templates").rglob("*.html"):
            for names in re.findall(
                r'data-controller="([^"{]+)"', path.read_text(encoding="utf-8")
            ):
                for name in names.split():
                    assert f"controllers/{name}" in known, (path, name)


def test_a_module_that_was_not_collected_does_not_stop_the_site(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def known(path: str) -> str:
        if path == "web/toast.js":
            raise ValueError("Missing staticfiles manifest entry")
        return f"/static/{path}"

    monkeypatch.setattr(importmap, "static", known)
    import_map.cache_clear()
    try:
        imports = json.loads(import_map())["imports"]
    finally:
        import_map.cache_clear()
    assert "web/toast" not in imports and "web/app" in imports
    assert "web/toast.js" in caplog.text
