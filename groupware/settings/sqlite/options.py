"""The settings of every SQLite connection of this product (docs/adr, write gate)."""

EMBEDDED_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=134217728; "
        "PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY"
    ),
}
