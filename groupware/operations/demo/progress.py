"""「あと n ページ」 on the console while the demo's scans are read in the background."""

import threading
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import F, Sum

from groupware.ingestion.models import Reading
from groupware.operations.demo.load import ENDED

EVERY_SECONDS = 15.0


def pages_left() -> tuple[int, int]:
    """Pages known to be unread, and files whose pages are not counted yet."""
    waiting = Reading.objects.exclude(state__in=ENDED)
    known = waiting.filter(page_count__gt=0)
    left = known.aggregate(left=Sum(F("page_count") - F("pages_done")))["left"] or 0
    return left, waiting.filter(page_count=0).count()


def sentence() -> str:
    """One line for the console; empty when everything is read."""
    pages, uncounted = pages_left()
    if not pages:
        return f"スキャン文書 {uncounted} 件の読み取りを待っています。" if uncounted else ""
    more = f"（ほかに {uncounted} 件）" if uncounted else ""
    return f"スキャン文書を読み取っています。あと {pages} ページ{more}"


class Reporter:
    """A thread that says how much is left, whenever it has changed, until nothing is."""

    def __init__(self, say: Callable[[str], object], every: float = EVERY_SECONDS) -> None:
        self._say = say
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-progress", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End without another word."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _run(self) -> None:
        said = ""
        while not self._stopping.wait(self._every):
            try:
                close_old_connections()
                now = sentence()
            except DatabaseError:
                continue  # only a notice: the next look will tell
            finally:
                connection.close()
            if not now:
                if said:
                    self._say("スキャン文書を読み終えました。")
                return
            if now != said:
                self._say(now)
                said = now
