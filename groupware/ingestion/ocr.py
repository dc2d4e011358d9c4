"""The resident OCR child of this worker: started late, renewed early, ended when it takes too much.

At most 1.5 GB resident, 120 s a page, 200 pages a life (docs/architecture.md, Processes). It is
fed only with pixels that a parser child decoded.
"""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path
from typing import Any

from groupware.ingestion.sandbox.limits import RECOGNISER
from groupware.ingestion.sandbox.parent import Child

PAGES_PER_LIFE = 200
OPERATIONS = "groupware.ingestion.engines.operations"


class Recogniser:
    """Keeps one child; `read` may be called from any thread, one page at a time."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._lock = threading.Lock()
        self._pages = 0
        self._owner = 0

    def read(self, raster: dict[str, Any], folder: Path, *, only: str = "") -> dict[str, Any]:
        """Read the page that a parser child left in `folder` (its scratch); the file is taken away.

        Returns the fields of engines.choice.Reading and "numbers". Raises SandboxError.
        """
        with self._lock:
            child = self._ready()
            self._pages += 1
            source = folder / str(raster["raw"])
            source.replace(child.scratch / source.name)
            try:
                return child.call("read", only=only, **raster)
            except BaseException:  # also a worker told to stop: the answer under way is nobody's
                self._end()
                raise

    def _ready(self) -> Child:
        stale = self._pages >= PAGES_PER_LIFE or self._owner != os.getpid()
        if self._child is None or stale or not self._child.alive():
            if self._owner == os.getpid():
                self._end()
            self._child = Child(None, operations=OPERATIONS, limits=RECOGNISER)
            self._pages, self._owner = 0, os.getpid()
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def close(self) -> None:
        """End the child; the next page starts a fresh one."""
        with self._lock:
            if self._owner == os.getpid():
                self._end()


recogniser = Recogniser()
atexit.register(recogniser.close)
