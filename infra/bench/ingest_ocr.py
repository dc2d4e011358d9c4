"""What ingestion adds to the OCR engine that it chose, and how fast born-digital papers are read.

    .venv/bin/python infra/bench/ingest_ocr.py [--scans 6] [--pages 200]

A scan of noisy pages goes through the whole flow (quarantine, guards, page images, deskew, OCR,
boxes, database, events) with the real tasks; then the engine that was chosen reads the same
rasters alone, warm in both cases. Printed are CPU seconds and wall seconds of both and their
ratio; the exit code is 1 when the CPU ratio is above its goal. CPU counts this process and every
child, so that a busy machine does not change the answer.
"""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

GOAL = 1.15  # ingest ÷ engine alone
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Spent:
    """Seconds that something took."""

    cpu: float
    wall: float


def cpu_now() -> float:
    """CPU seconds of this process, its ended children and the resident OCR child."""
    from groupware.ingestion.ocr import recogniser

    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    child = recogniser._child
    if child is not None:
        for name in (f"/proc/{child._process.pid}/stat",):
            fields = Path(name).read_text().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15]) / TICK
    return total


def measure(act: Callable[[], object]) -> Spent:
    """Run something once."""
    cpu, wall = cpu_now(), time.monotonic()
    act()
    return Spent(cpu_now() - cpu, time.monotonic() - wall)


def prepare(folder: Path) -> None:
    """A database and a small city of our own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "groupware.settings.test"
    os.environ["TEST_DATA_DIR"] = str(folder)
    import django

    django.setup()
    import logging

    logging.disable(logging.INFO)
    from django.core.management import call_command

    from tests.factories.city import make_city

    call_command("migrate", verbosity=0)
    make_city()


def ingest(data: bytes, name: str) -> "object":
    """Take a file in as `clerk` and work the queue to its end; returns its reading."""
    from django.db import transaction

    from groupware.access.actions import create_scope
    from groupware.access.tokens import Fact
    from groupware.files.actions import create_file
    from groupware.ingestion import actions
    from groupware.ingestion.models import Reading
    from groupware.jobs.worker import run_pending
    from groupware.organization.selectors import staff_by_login

    clerk = staff_by_login("clerk")
    assert clerk is not None
    with transaction.atomic():
        scope = create_scope(
            kind="bench", owner_uuid=uuid4(), principals=[Fact(f"u{clerk.pk}", "manage")]
        )
        file = create_file(
            actor=clerk,
            source=io.BytesIO(data),
            name=name,
            scope=scope,
            owner_kind="bench",
            owner_uuid=uuid4(),
        )
        actions.begin(file, actor=clerk)
    run_pending(3600)
    reading = Reading.objects.get(file=file)
    assert reading.state == Reading.State.DONE, reading.cause
    return reading


def scans(folder: Path, count: int) -> bytes:
    """A PDF of noisy, skewed pages of full A4 text."""
    from tests.ingestion import papers
    from tests.ingestion.measure import degrade

    pages = [
        degrade(papers.page_image((papers.PROSE * 4)[n : n + 30]), "noisy", seed=n)
        for n in range(count)
    ]
    return papers.image_pdf(folder / "scans.pdf", pages).read_bytes()


def bench_scans(folder: Path, count: int) -> float:
    """Return the CPU ratio of ingest to the engine that it chose."""
    from PIL import Image

    from groupware.ingestion.engines import choice
    from groupware.ingestion.sandbox.parent import Child

    ingest(scans(folder, 1), "warm.pdf")  # loads the models
    data = scans(folder, count)
    result: list[object] = []
    whole = measure(lambda: result.append(ingest(data, "scans.pdf")))
    engines = set(result[0].pages.values_list("engine", flat=True))  # type: ignore[attr-defined]
    assert len(engines) == 1, engines
    engine = choice.engine(engines.pop())
    images = []
    with Child(folder / "scans.pdf") as child:
        child.call("open", kind="pdf", page_limit=1000)
        for number in range(1, count + 1):
            raster = child.call("raster", number=number)
            raw = (child.scratch / raster["raw"]).read_bytes()
            size = raster["width"], raster["height"]
            images.append(Image.frombytes(raster["mode"], size, raw))
    engine.read(images[0])
    alone = measure(lambda: [engine.read(image) for image in images])
    ratio = whole.cpu / alone.cpu
    print(f"scans, {count} pages, engine {engine.name}")
    print(f"  ingest        {whole.cpu / count:6.2f} CPU s/page  {whole.wall / count:6.2f} s/page")
    print(f"  engine alone  {alone.cpu / count:6.2f} CPU s/page  {alone.wall / count:6.2f} s/page")
    print(f"  ratio         {ratio:6.3f} (CPU, goal {GOAL})  {whole.wall / alone.wall:6.3f} (wall)")
    return ratio


def bench_born_digital(folder: Path, pages: int) -> None:
    """Print pages per second of a born-digital paper, from quarantine to the last event."""
    from tests.ingestion import papers

    lines = [(papers.PROSE * 4)[n % 8 : n % 8 + 24] for n in range(pages)]
    data = papers.prose_pdf(folder / "born.pdf", lines).read_bytes()
    spent = measure(lambda: ingest(data, "born.pdf"))
    print(f"born-digital, {pages} pages with page images and thumbnails")
    print(f"  {pages / spent.wall:6.1f} pages/s  {1000 * spent.cpu / pages:6.1f} CPU ms/page")


def main() -> int:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=6)
    parser.add_argument("--pages", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        bench_born_digital(folder, options.pages)
        ratio = bench_scans(folder, options.scans)
        from groupware.ingestion.ocr import recogniser

        recogniser.close()
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
