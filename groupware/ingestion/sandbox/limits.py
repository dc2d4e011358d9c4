"""What a child may use, and how the kernel is told."""

from __future__ import annotations

import resource
from dataclasses import asdict, dataclass
from typing import Any

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of one child. Sizes in bytes, times in seconds.

    `address_space` 0 means no RLIMIT_AS: the recogniser maps far more than it uses, its resident
    size is watched from outside instead (`resident`).
    """

    address_space: int = 1024 * MIB
    resident: int = 1024 * MIB
    cpu_per_call: int = 20
    cpu_total: int = 3600
    wall_per_call: float = 22.0
    file_size: int = 256 * MIB
    open_files: int = 128
    allow_exec: bool = False
    allow_unix_sockets: bool = False
    socket_folder: str = ""  # where Unix sockets may be made, beside the scratch folder

    def to_json(self) -> dict[str, Any]:
        """Return the limits as the child receives them."""
        return asdict(self)


PARSER = Limits()
"""A parser of a foreign file: 1 GB, 20 s of CPU a call, ended after 22 s."""

CONVERTER = Limits(
    address_space=0,
    resident=1536 * MIB,
    cpu_per_call=100,
    wall_per_call=120.0,
    open_files=1024,
    allow_exec=True,
    allow_unix_sockets=True,
    socket_folder="/tmp",  # noqa: S108 - LibreOffice has it hard-wired (sal/osl/unx/pipe.cxx)
)
"""LibreOffice: it starts programs and talks to itself through a Unix socket."""

RECOGNISER = Limits(
    address_space=0,
    resident=1536 * MIB,
    cpu_per_call=240,
    cpu_total=24 * 3600,
    wall_per_call=120.0,
    open_files=512,
    allow_exec=True,
)
"""OCR: ended at 1.5 GB resident or 120 s a page (docs/architecture.md); it starts Tesseract."""


def apply(limits: Limits) -> None:
    """Set the kernel limits of the calling process; a later call cannot widen the hard ones."""
    if limits.address_space:
        _lower(resource.RLIMIT_AS, limits.address_space, limits.address_space)
    _lower(resource.RLIMIT_CPU, limits.cpu_per_call, limits.cpu_total)
    _lower(resource.RLIMIT_FSIZE, limits.file_size, limits.file_size)
    _lower(resource.RLIMIT_NOFILE, limits.open_files, limits.open_files)
    _lower(resource.RLIMIT_CORE, 0, 0)


def renew_cpu(limits: Limits) -> None:
    """Give the next call its own `cpu_per_call`, counted from what is used by now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + limits.cpu_per_call + 1
    _lower(resource.RLIMIT_CPU, soft, limits.cpu_total)


def _lower(kind: int, soft: int, hard: int) -> None:
    current = resource.getrlimit(kind)[1]
    if current != resource.RLIM_INFINITY:
        hard = min(hard, current)
    resource.setrlimit(kind, (min(soft, hard), hard))
