"""Is it alive, is it ready, what would an administrator want to know.

Every probe looks at the real thing, takes milliseconds, and never raises: what fails is the
answer. `required` ones decide about /readyz.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groupware.audit import heads
from groupware.audit.verification import LATE, tail
from groupware.ingestion.sandbox.probe import guard_in_force
from groupware.jobs import selectors as jobs
from groupware.web.formats import filesize
from search.engines.current import engine

OLDEST_WAIT = timedelta(minutes=30)  # of a task, before the status page calls it late
HEAD_LATE = timedelta(hours=3)


class State(StrEnum):
    """How a probe went."""

    OK = "ok"
    WARN = "warn"
    BAD = "ng"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found, in words for administrators."""

    name: str
    label: str
    state: State
    text: str
    remedy: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """A question with the name it has in /readyz."""

    name: str
    label: Promise
    ask: Callable[[], tuple[State, str, str]]
    required: bool = False

    def find(self) -> Finding:
        """Ask; a database that is away is an answer."""
        try:
            state, text, remedy = self.ask()
        except (DatabaseError, OSError, sqlite3.Error) as error:
            state, text, remedy = State.BAD, _("調べられません（%s）。") % type(error).__name__, ""
        return Finding(self.name, str(self.label), state, text, remedy, self.required)


def ask_database() -> tuple[State, str, str]:
    """A round trip in milliseconds."""
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    milliseconds = (time.perf_counter() - started) * 1000
    kind = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    return State.OK, _("%(kind)s、応答 %(ms).1f ミリ秒") % {"kind": kind, "ms": milliseconds}, ""


def ask_disk() -> tuple[State, str, str]:
    """Room in the data folder, and whether it can be written."""
    folder = Path(settings.DATA_DIR)
    usage = shutil.disk_usage(folder)
    text = _("空き %(free)s（全体 %(total)s）") % {
        "free": filesize(usage.free),
        "total": filesize(usage.total),
    }
    if not os.access(folder, os.W_OK):
        return State.BAD, _("書き込めません。"), _("データフォルダーの権限を直してください。")
    reserve: int = settings.DISK_RESERVE_BYTES
    if usage.free < reserve:
        return State.BAD, text, _("新しいファイルを受け取れません。空きを作ってください。")
    if usage.free < max(4 * reserve, usage.total // 20):
        return State.WARN, text, _("残りが少なくなっています。")
    return State.OK, text, ""


def ask_workers() -> tuple[State, str, str]:
    """Worker processes whose heartbeat is inside the lease."""
    number = jobs.count_living_workers()
    if number == 0:
        return (
            State.BAD,
            _("動いていません。"),
            _("読み取りや索引が進みません。serve --only worker を始めてください。"),
        )
    return State.OK, _("%d 本が動いています") % number, ""


def ask_queue() -> tuple[State, str, str]:
    """How much waits, and for how long."""
    queues = jobs.list_queues()
    ready = sum(queue.ready for queue in queues)
    oldest = max((queue.oldest_waiting or timedelta() for queue in queues), default=timedelta())
    minutes = int(oldest.total_seconds() // 60)
    text = _("待ち %(ready)d 件、いちばん長い待ち %(minutes)d 分") % {
        "ready": ready,
        "minutes": minutes,
    }
    if oldest > OLDEST_WAIT:
        return State.WARN, text, _("処理が追いついていません。裏の仕事の画面で確かめてください。")
    return State.OK, text, ""


def ask_index() -> tuple[State, str, str]:
    """The search engine answers."""
    rows = engine().means()[0]
    return State.OK, _("%d ページを探せます") % rows, ""


def ask_guard() -> tuple[State, str, str]:
    """The walls around parsers of foreign files."""
    guard = guard_in_force()
    if not guard.network:
        return (
            State.BAD,
            _("働いていません。"),
            _("読み取りを止めています。カーネルの名前空間か seccomp を使えるようにしてください。"),
        )
    return State.OK, _("働いています（%s）") % guard, ""


def ask_clamd() -> tuple[State, str, str]:
    """Whether a virus scanner is configured; without one nothing is scanned, and this says so."""
    if not settings.CLAMD_ADDRESS:
        return (
            State.WARN,
            _("設定されていません。"),
            _("届いたファイルのウイルス検査をしていません。GROUPWARE_CLAMD を設定できます。"),
        )
    return State.OK, _("使っています（%s）") % settings.CLAMD_ADDRESS, ""


def ask_chain() -> tuple[State, str, str]:
    """The audit chain is kept up and its head leaves the database."""
    waiting = tail()
    now = timezone.now()
    if waiting.since is not None and now - waiting.since > LATE:
        return (
            State.WARN,
            _("つながっていない記録が %d 件あります。") % waiting.count,
            _("serve が動いているか確かめてください。"),
        )
    newest = heads.last(heads.default_path())
    if newest is None:
        return State.OK, _("つながっています（先頭はまだ外に書いていません）"), ""
    position = _("%d 番まで外に書きました") % newest.position
    return State.OK, position, ""


PROBES = (
    Probe("database", gettext_lazy("データベース"), ask_database, required=True),
    Probe("disk", gettext_lazy("ディスク"), ask_disk, required=True),
    Probe("workers", gettext_lazy("裏の仕事"), ask_workers, required=True),
    Probe("index", gettext_lazy("検索の索引"), ask_index, required=True),
    Probe("guard", gettext_lazy("読み取りの囲い"), ask_guard, required=True),
    Probe("queue", gettext_lazy("順番待ち"), ask_queue),
    Probe("clamd", gettext_lazy("ウイルス検査"), ask_clamd),
    Probe("audit", gettext_lazy("監査の記録"), ask_chain),
)


def look(*, required_only: bool = False) -> list[Finding]:
    """Ask all probes, or those that decide about /readyz."""
    return [probe.find() for probe in PROBES if probe.required or not required_only]
