"""kill -9 of the worker at random points of an ingest: every paper is read in the end, each page
exactly once, and what is half read is said to be so. `FAULT_SEED=` repeats a run."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import count
from tests.e2e.site import Site
from tests.faults.test_web_killed import rows
from tests.operations.serving import ROOT

pytestmark = pytest.mark.process
LEASE = 4
ROUNDS = count(3, 50)
SAMPLES = ROOT / "tests" / "samples" / "papers"
PAPERS = ("born.pdf", "born-vertical.pdf", "plain.txt", "word.docx")
IN_WORK = "SELECT count(*) FROM ingestion_reading WHERE state NOT IN ('done', 'held', 'failed')"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose workers are missed after four seconds."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GROUPWARE_WORKER_LEASE_SECONDS", str(LEASE))
    site = Site(tmp_path_factory.mktemp("worker") / "data")
    site.seed()
    site.start()
    yield site
    site.stop()
    patch.undo()


def kill_workers(site: Site) -> None:
    """End the worker processes without a word; their parsers and OCR children go with them."""
    assert site.serving is not None
    for pid, line in site.serving.children().items():
        if "worker" in line and "web_process" not in line:
            os.kill(pid, signal.SIGKILL)


def unique_copy(name: str, number: int, folder: Path) -> Path:
    """The sample under a name of this round."""
    path = folder / f"{number}-{name}"
    path.write_bytes((SAMPLES / name).read_bytes())
    return path


def test_every_paper_is_read_once_whatever_dies(site: Site, tmp_path: Path) -> None:
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().getrandbits(32))
    print(f"FAULT_SEED={seed}, {ROUNDS} rounds, lease {LEASE} s")
    rng = random.Random(seed)
    slowest = 0.0
    for number in range(ROUNDS):
        name = rng.choice(PAPERS)
        path = unique_copy(name, number, tmp_path)
        site.command("ingest", str(path), "--as", "clerk", "--json")
        killer = threading.Timer(rng.uniform(0.0, 4.0), kill_workers, [site])
        killer.start()
        killer.join()
        killed = time.monotonic()
        while rows(site, IN_WORK) != [(0,)]:
            assert time.monotonic() - killed < 2 * LEASE + 60, "not read again"
            time.sleep(0.1)
        slowest = max(slowest, time.monotonic() - killed)
    print(f"slowest after a kill: {slowest:.1f} s")
    assert rows(site, "SELECT state, count(*) FROM ingestion_reading GROUP BY 1") == [
        ("done", ROUNDS)
    ]
    doubled = rows(
        site,
        "SELECT reading_id, number, count(*) FROM ingestion_page GROUP BY 1, 2 HAVING count(*) > 1",
    )
    assert not doubled
    incomplete = rows(
        site,
        "SELECT r.id FROM ingestion_reading r LEFT JOIN ingestion_page p ON p.reading_id = r.id"
        " AND p.state = 'done' GROUP BY r.id, r.page_count HAVING count(p.id) <> r.page_count",
    )
    assert not incomplete
    pages = rows(site, "SELECT count(*) FROM ingestion_page")[0][0]
    indexed = rows(site, 'SELECT count(*), count(DISTINCT "group" || unit) FROM search_row')[0]
    assert indexed == (pages, pages)
    failures = rows(site, "SELECT count(*) FROM jobs_failure")
    assert failures == [(0,)]
