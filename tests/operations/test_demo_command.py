"""`manage.py demo …` as whole processes: refusals in one sentence, a quiet second load."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from groupware.operations.demo.city import PASSWORD
from groupware.operations.demo.library import FOLDERS, PAPERS
from groupware.operations.refusals import DATABASE, SETTINGS
from tests.operations.serving import Serving, manage
from tests.services.ports import wait_until

pytestmark = pytest.mark.process


def rows(folder: Path, statement: str) -> int:
    with closing(sqlite3.connect(folder / "fuzukue.sqlite3")) as database:
        return int(database.execute(statement).fetchone()[0])


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "fuzukue.sqlite3")) as database, database:
        database.execute(statement)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo city, nothing of it read yet."""
    made = tmp_path_factory.mktemp("demo")
    done = manage(made, "demo", "load", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert f"{len(FOLDERS)} 個のフォルダー" in done.stdout
    assert PASSWORD in done.stdout
    return made


def test_a_second_load_changes_and_says_nothing(folder: Path) -> None:
    again = manage(folder, "demo", "load", "--no-wait")
    assert again.returncode == 0
    assert again.stdout.strip().splitlines()[0].split() == ["ログイン名", "氏名", "だれか"]
    assert rows(folder, "SELECT count(*) FROM documents_document") == len(PAPERS)
    assert rows(folder, "SELECT count(*) FROM organization_staff") == 60


def test_a_reset_starts_over_and_keeps_the_keys(folder: Path) -> None:
    key = (folder / "keys" / "secret_key").read_text(encoding="ascii")
    change(folder, "UPDATE organization_staff SET extension='9999' WHERE username='clerk'")
    done = manage(folder, "demo", "reset", "--no-wait")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("デモのデータを消しました。")
    assert rows(folder, "SELECT count(*) FROM organization_staff WHERE extension='9999'") == 0
    assert rows(folder, "SELECT count(*) FROM documents_document") == len(PAPERS)
    assert (folder / "keys" / "secret_key").read_text(encoding="ascii") == key


def test_a_reset_waits_for_the_server_to_stop(folder: Path) -> None:
    serving = Serving(folder, "--only", "worker")
    try:
        wait_until(
            lambda: rows(folder, "SELECT count(*) FROM jobs_worker") > 0,
            "a worker signs on",
            60,
        )
        refused = manage(folder, "demo", "reset", "--no-wait")
    finally:
        serving.stop()
        serving.end()
    assert refused.returncode == DATABASE
    assert refused.stderr.startswith("このデータで動いている文机があります。")
    assert rows(folder, "SELECT count(*) FROM documents_document") == len(PAPERS)


def test_other_data_is_neither_joined_nor_removed(tmp_path: Path) -> None:
    assert manage(tmp_path, "demo", "load", "--no-wait").returncode == 0
    change(
        tmp_path,
        "UPDATE organization_staff SET username='yamada', staff_number='00001'"
        " WHERE username='clerk'",
    )
    for act in (("load", "--no-wait"), ("reset", "--no-wait")):
        refused = manage(tmp_path, "demo", *act)
        assert refused.returncode == SETTINGS
        assert refused.stderr.startswith("このデータベースにはデモ以外のデータが入っている")
        assert len(refused.stderr.strip().splitlines()) == 1
        assert rows(tmp_path, "SELECT count(*) FROM organization_staff") == 60
