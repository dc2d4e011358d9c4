"""Copies the browser's files out of the pinned npm packages into ASSETS_DIR.

Nothing from npm is committed; the folder is git-ignored, found by staticfiles, and carried by a
release wheel. A stamp with the digest of package-lock.json and of this list makes a second run
do nothing.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STAMP = ".stamp"
LEFT_OUT_SUFFIXES = (".map", ".d.ts", ".d.mts", ".br", ".gz")
LEFT_OUT_NAMES = ("quickjs-eval.js", "quickjs-eval.wasm")  # scripts inside a PDF never run here


@dataclass(frozen=True)
class Copy:
    """A file or folder of a package (`source` below node_modules) and where it goes."""

    source: str
    target: str


COPIES = (
    Copy("@digital-go-jp/design-tokens/dist/tokens.css", "vendor/tokens/tokens.css"),
    Copy("@digital-go-jp/design-tokens/LICENSE", "vendor/tokens/LICENSE"),
    Copy("htmx.org/dist/htmx.esm.min.js", "vendor/htmx/htmx.esm.min.js"),
    Copy("@hotwired/stimulus/dist/stimulus.js", "vendor/stimulus/stimulus.js"),
    Copy("partysocket/dist/ws.js", "vendor/partysocket/ws.js"),
    Copy("tus-js-client/dist/tus.min.js", "vendor/tus/tus.min.js"),
    Copy("pdfjs-dist/build/pdf.min.mjs", "vendor/pdfjs/build/pdf.min.mjs"),
    Copy("pdfjs-dist/build/pdf.worker.min.mjs", "vendor/pdfjs/build/pdf.worker.min.mjs"),
    Copy("pdfjs-dist/web", "vendor/pdfjs/web"),
    Copy("pdfjs-dist/cmaps", "vendor/pdfjs/cmaps"),
    Copy("pdfjs-dist/standard_fonts", "vendor/pdfjs/standard_fonts"),
    Copy("pdfjs-dist/wasm", "vendor/pdfjs/wasm"),
    Copy("pdfjs-dist/iccs", "vendor/pdfjs/iccs"),
    Copy("pdfjs-dist/LICENSE", "vendor/pdfjs/LICENSE"),
    Copy("lucide-static/icons", "icons"),
    Copy("lucide-static/LICENSE", "icons/LICENSE"),
)


class AssetsMissingError(RuntimeError):
    """A package is not there; `npm ci` has to run first."""


def digest(package_lock: Path) -> str:
    """What the copied files depend on: the pinned versions and the list above."""
    plan = repr((COPIES, LEFT_OUT_SUFFIXES, LEFT_OUT_NAMES)).encode()
    return hashlib.sha256(package_lock.read_bytes() + plan).hexdigest()


def files_of(source: Path) -> Iterator[tuple[Path, Path]]:
    """Each file to copy with its path inside `source` (`.` for a single file)."""
    if source.is_file():
        yield source, Path()
        return
    for path in sorted(source.rglob("*")):
        if (
            path.is_file()
            and not path.name.endswith(LEFT_OUT_SUFFIXES)
            and path.name not in LEFT_OUT_NAMES
        ):
            yield path, path.relative_to(source)


def drop_source_map_line(path: Path) -> None:
    """Remove the trailing sourceMappingURL comment, whose file is not shipped."""
    if path.suffix not in {".js", ".mjs", ".css"}:
        return
    text = path.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines(keepends=True) if "sourceMappingURL=" not in line]
    changed = "".join(kept)
    if changed != text and kept:
        path.write_text(changed, encoding="utf-8")


def collect(node_modules: Path, package_lock: Path, target: Path, *, force: bool = False) -> int:
    """Fill `target`; returns the number of files copied, 0 when it was already right.

    The new tree is built beside the old one and put in its place, so a broken run leaves what was
    there.

    Raises:
        AssetsMissingError: when a package of the list is not installed.
    """
    wanted = digest(package_lock)
    stamp = target / STAMP
    if not force and stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return 0
    missing = [copy.source for copy in COPIES if not (node_modules / copy.source).exists()]
    if missing:
        raise AssetsMissingError(", ".join(missing))
    fresh = target.with_name(target.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    copied = 0
    for copy in COPIES:
        for path, inside in files_of(node_modules / copy.source):
            goal = fresh / copy.target / inside
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, goal)
            if copy.target.startswith("vendor/"):
                drop_source_map_line(goal)
            copied += 1
    (fresh / STAMP).write_text(wanted, encoding="ascii")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return copied
