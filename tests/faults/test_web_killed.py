"""kill -9 of the web process at random points of an upload: what was promised is kept, everything
arrives exactly once, nothing half is visible. Seeds are printed; `FAULT_SEED=` repeats a run."""

import base64
import hashlib
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from tests.conftest import count
from tests.e2e.site import Site
from tests.services.person import Person
from tests.services.ports import wait_until

pytestmark = pytest.mark.process
TUS = {"Tus-Resumable": "1.0.0"}
SIZE = 120_000
ROUNDS = count(4, 50)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all rounds."""
    site = Site(tmp_path_factory.mktemp("killed") / "data")
    site.seed()
    site.start()
    yield site
    site.stop()


def paper(number: int, rng: random.Random) -> bytes:
    """A long plain text that nobody else has."""
    lines = []
    size = 0
    while size < SIZE:
        # Kana, not digits: one run of twelve digits in eleven looks like a 個人番号 and is held.
        noise = "".join(rng.choices("あいうえおかきくけこさしすせそ", k=40))
        line = f"第{number}号 {noise} 水道の検針\n".encode()
        lines.append(line)
        size += len(line)
    return b"".join(lines)


def kill_web(site: Site) -> None:
    """End the web process without a word."""
    assert site.serving is not None
    for pid, line in site.serving.children().items():
        if "web_process" in line:
            os.kill(pid, signal.SIGKILL)


def insistent(person: Person, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
    """Send until somebody answers; the status."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            return person.request(method, path, body, {**TUS, **headers}).status
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the web process did not come back")


def send(person: Person, name: str, content: bytes) -> str:
    """Create an upload and send it to the end, resuming after every cut; its address."""
    title = base64.b64encode(name.encode()).decode()
    meta = f"filename {title},purpose {base64.b64encode(b'document').decode()}"
    location = ""
    end = time.monotonic() + 120
    while not location and time.monotonic() < end:
        try:
            answer = person.request(
                "POST",
                "/files/tus/",
                headers={**TUS, "Upload-Length": str(len(content)), "Upload-Metadata": meta},
            )
            location = answer.headers.get("Location") or ""
        except OSError:
            time.sleep(0.2)
    while time.monotonic() < end:
        try:
            head = person.request("HEAD", location, headers=TUS)
            if head.status in (404, 410):
                raise AssertionError(f"the upload is gone: {head.status}")
            offset = int(head.headers.get("Upload-Offset") or 0)
            if offset == len(content):
                return location
            piece = content[offset : offset + 20_000]
            person.request(
                "PATCH",
                location,
                piece,
                {
                    **TUS,
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                },
            )
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the upload did not end")


def rows(site: Site, query: str) -> list[tuple[object, ...]]:
    """Read the site's database as it stands."""
    with closing(sqlite3.connect(site.folder / "fuzukue.sqlite3", timeout=20)) as database:
        return database.execute(query).fetchall()


def test_uploads_survive_a_killed_web_process(site: Site) -> None:
    seed = int(os.environ.get("FAULT_SEED") or random.SystemRandom().getrandbits(32))
    rng = random.Random(seed)
    clerk = Person(site.port, "clerk").sign_in()
    digests = set()
    for number in range(ROUNDS):
        content = paper(number, rng)
        digests.add(hashlib.sha256(content).hexdigest())
        killer = threading.Timer(rng.uniform(0.0, 0.6), kill_web, [site])
        killer.start()
        location = send(clerk, f"検針{number}.txt", content)
        killer.join()
        key = location.rstrip("/").rsplit("/", 1)[-1]
        assert insistent(clerk, "POST", f"/documents/upload/{key}/finish/", b"", {}) == 200
        # The browser asks twice when it did not hear the answer: still one document.
        assert insistent(clerk, "POST", f"/documents/upload/{key}/finish/", b"", {}) == 200

    wait_until(
        lambda: not rows(site, "SELECT 1 FROM ingestion_reading WHERE state NOT IN ('done')"),
        "every text is read",
        60 + 20 * ROUNDS,
    )
    found = rows(
        site,
        "SELECT b.sha256, b.size, count(*) FROM documents_document d"
        " JOIN files_file f ON f.id = d.file_id"
        " JOIN files_blob b ON b.id = f.blob_id GROUP BY 1, 2",
    )
    assert {row[0] for row in found} == digests
    assert all(row[2] == 1 for row in found)
    for digest, size, _ in found:
        path = next((site.folder / "blobs").rglob(str(digest)))
        assert path.stat().st_size == size
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    uploaded = rows(site, "SELECT count(*) FROM audit_entry WHERE action = 'document.uploaded'")
    assert uploaded == [(ROUNDS,)]
    assert not list((site.folder / "uploads").glob("*.part"))
    answer = json.loads(
        site.command("search", "query", "水道の検針", "--as", "colleague", "--json")
    )
    assert answer["total"] == ROUNDS


def test_reads_go_on_and_nothing_half_stays_after_a_cut_plain_form(site: Site) -> None:
    """The form without JavaScript, killed while the body is being read."""
    before = rows(site, "SELECT count(*) FROM files_file")
    clerk = Person(site.port, "clerk").sign_in()
    boundary = "----cut"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="半端.txt"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    ).encode()
    threading.Timer(0.05, kill_web, [site]).start()
    with suppress(OSError):
        clerk.request(
            "POST",
            "/documents/upload/",
            head + os.urandom(30_000_000),
            {"Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
    assert insistent(clerk, "GET", "/documents/upload/", b"", {}) == 200
    assert rows(site, "SELECT count(*) FROM files_file") == before
    leftovers = [path for path in (site.folder / "blobs").rglob("*") if path.suffix == ".part"]
    assert not leftovers
