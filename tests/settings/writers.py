"""A process of writers for test_gate: `writers.py DATABASE ENGINE THREADS SECONDS` prints JSON.

Each thread reads a counter and writes it back one higher, in one transaction, and inserts a row
outside of one; as fast as the gate lets it. Printed per thread: turns done, longest wait in
seconds, errors.
"""

import json
import sys
import threading
import time

import django
from django.conf import settings


def configure(database: str, engine: str) -> None:
    """Django with nothing but the embedded database settings."""
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": engine,
                "NAME": database,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
                },
            }
        }
    )
    django.setup()


def write(until: float, result: dict[str, object]) -> None:
    """Until the moment `until`: one transaction and one single write after the other."""
    from django.db import DatabaseError, connection, transaction

    turns, longest, errors = 0, 0.0, []
    while time.time() < until:
        started = time.perf_counter()
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT value FROM counter")
                value = cursor.fetchone()[0]
                cursor.execute("UPDATE counter SET value = %s", [value + 1])
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO note (text) VALUES (%s) RETURNING id", ["x"])
                assert cursor.fetchone() is not None
        except DatabaseError as error:
            errors.append(str(error))
            continue
        turns += 1
        longest = max(longest, time.perf_counter() - started)
    connection.close()
    result.update(turns=turns, longest=longest, errors=errors)


def main() -> None:
    """Run the threads and print what each did."""
    database, engine, threads, seconds = sys.argv[1:5]
    configure(database, engine)
    until = time.time() + float(seconds)
    results: list[dict[str, object]] = [{} for _ in range(int(threads))]
    workers = [threading.Thread(target=write, args=(until, result)) for result in results]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
