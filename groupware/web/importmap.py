"""Names of JavaScript modules for the browser's import map.

Every module under `static/<app>/` of our own apps is named `<app>/<path>`; a controller
`static/<app>/controllers/copy_link_controller.js` is also `controllers/copy-link`, which is how
`data-controller="copy-link"` finds it. Files of npm packages have fixed names.
"""

import json
import logging
from functools import lru_cache
from pathlib import Path

from django.apps import apps
from django.templatetags.static import static

logger = logging.getLogger(__name__)

VENDOR = {
    "htmx": "vendor/htmx/htmx.esm.min.js",
    "@hotwired/stimulus": "vendor/stimulus/stimulus.js",
    "partysocket": "vendor/partysocket/ws.js",
    "tus-js-client": "vendor/tus/tus.min.js",
    "pdfjs": "vendor/pdfjs/build/pdf.min.mjs",
    "pdfjs/viewer": "vendor/pdfjs/web/pdf_viewer.mjs",
}


@lru_cache(maxsize=1)
def own_modules() -> dict[str, str]:
    """Module name → path below STATIC_URL, for the modules of our own apps.

    Raises:
        ValueError: when two controllers have the same name.
    """
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        if app.name.split(".")[0] not in {"groupware", "knowledge", "approvals", "search"}:
            continue
        root = Path(app.path) / "static"
        for path in sorted(root.rglob("*.js")):
            inside = path.relative_to(root).as_posix()
            names = [inside.removesuffix(".js")]
            if path.parent.name == "controllers" and path.stem.endswith("_controller"):
                names.append(
                    "controllers/" + path.stem.removesuffix("_controller").replace("_", "-")
                )
            for name in names:
                if name in found:
                    raise ValueError(f"two modules are called {name}: {found[name]}, {inside}")
                found[name] = inside
    return found


@lru_cache(maxsize=1)
def import_map() -> str:
    """The import map as JSON, safe inside a <script> element."""
    imports = {}
    for name, path in sorted((VENDOR | own_modules()).items()):
        try:
            imports[name] = static(path)
        except ValueError:  # newer than the last `manage.py prepare`; the other pages still work
            logger.error("%s was not collected; run manage.py prepare", path)
    return json.dumps({"imports": imports}, ensure_ascii=True).replace("<", "\\u003c")
