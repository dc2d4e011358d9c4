"""`serve` as whole processes: start, restart of what dies, orderly end, and every refusal."""

import os
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.operations.serving import Serving, alive, manage
from tests.services.ports import free_port, wait_until

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that the tests of this file use one after the other."""
    manage(tmp_path_factory.mktemp("unused"), "prepare")
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    """`serve`, answering."""
    running = Serving(folder)
    try:
        running.wait_for("/healthz", seconds=180)
        yield running
    finally:
        running.end()


def test_it_answers_and_gets_ready(serving: Serving) -> None:
    serving.wait_for("/readyz")
    assert f"文机を http://127.0.0.1:{serving.port} で開きました。" in serving.said()
    assert serving.get("/") in (200, 302)
    assert serving.stop() == 0
    assert "止まりました。" in serving.said()
    assert "Traceback" not in serving.said()


def test_what_dies_is_started_again_and_the_port_stays(serving: Serving) -> None:
    serving.wait_for("/readyz")
    web = next(pid for pid, line in serving.children().items() if "web_process" in line)
    worker = next(pid for pid, line in serving.children().items() if "--queue ocr" in line)
    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    # The supervisor holds the socket: this request waits in its queue instead of being refused.
    assert serving.get("/healthz") == 200
    wait_until(
        lambda: any("--queue ocr" in line for line in serving.children().values()), "worker", 30
    )
    assert web not in serving.children()
    assert "始め直します" in serving.said()


def test_no_process_outlives_a_killed_supervisor(serving: Serving) -> None:
    serving.wait_for("/readyz")
    children = serving.children()
    assert len(children) == 3
    serving.process.kill()
    serving.process.wait(10)
    wait_until(lambda: not any(alive(pid) for pid in children), "children", 40)


def test_a_second_start_is_quick_and_keeps_the_data(folder: Path) -> None:
    """The bare limit of the paper is 10 s on an idle machine of two cores."""
    before = (folder / "version").read_text(encoding="utf-8")
    running = Serving(folder)
    try:
        seconds = running.wait_for("/healthz")
        assert "用意しています" not in running.said()
    finally:
        running.end()
    assert (folder / "version").read_text(encoding="utf-8") == before
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    assert seconds < 10 * max(1.0, load)


def test_a_port_in_use_is_a_sentence(folder: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        done = manage(folder, "serve", "--port", str(port))
    assert done.returncode == 3
    assert f"ポート {port} はほかのプログラムが使っています" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = manage(tmp_path / "file", "serve", "--port", str(free_port()))
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "fuzukue.sqlite3").write_text("これはデータベースではありません。" * 100)
    done = manage(tmp_path, "serve", "--port", str(free_port()))
    assert done.returncode == 7
    assert "壊れているか" in done.stderr
    assert "Traceback" not in done.stderr


def test_newer_data_is_refused_and_not_touched(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "fuzukue.sqlite3")) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '9999_later', ?)",
            ["2030-01-01 00:00:00"],
        )
        database.commit()
    version = folder / "version"
    kept = version.read_text(encoding="utf-8")
    version.write_text(kept.replace('"version": "', '"version": "9.'), encoding="utf-8")
    version.write_text(
        version.read_text(encoding="utf-8").replace('"migrations": "', '"migrations": "0'),
        encoding="utf-8",
    )
    try:
        done = manage(folder, "serve", "--port", str(free_port()))
    finally:
        with closing(sqlite3.connect(folder / "fuzukue.sqlite3")) as database:
            database.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
            database.commit()
        version.write_text(kept, encoding="utf-8")
    assert done.returncode == 5
    assert "新しい版（9." in done.stderr
    assert "データには触れていません" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_weaker_sqlite_settings_are_refused(folder: Path) -> None:
    done = manage(
        folder,
        "serve",
        "--port",
        str(free_port()),
        DJANGO_SETTINGS_MODULE="tests.operations.weak_settings",
    )
    assert done.returncode == 2
    for number in ("E001", "E002", "E003", "E005"):
        assert f"operations.{number}" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_worker_needs_no_port(folder: Path) -> None:
    running = Serving(folder, "--only", "worker")
    try:
        wait_until(lambda: len(running.children()) == 2, "workers", 60)
        time.sleep(1)
        assert running.get("/healthz") == 0
        assert running.stop() == 0
    finally:
        running.end()


def test_sockets_alone_answer_only_their_health(folder: Path) -> None:
    running = Serving(folder, "--only", "sockets")
    try:
        running.wait_for("/healthz")
        assert running.get("/account/login/") == 404
        assert len(running.children()) == 1
    finally:
        running.end()
