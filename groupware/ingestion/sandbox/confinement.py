"""The walls around a child, put up by the child itself before it touches the file.

Order matters: namespaces first (they need a single thread), then limits, then Landlock, last the
system call filter, which forbids putting up or taking down walls.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from groupware.ingestion.sandbox import landlock, limits, seccomp

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000

SYSTEM_PATHS = (
    "/usr", "/lib", "/lib64", "/bin", "/sbin", "/opt", "/etc/fonts", "/etc/ld.so.cache",
    "/etc/libreoffice", "/etc/papersize", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
    "/etc/localtime", "/etc/locale.alias", "/etc/java", "/etc/alternatives",
    "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice",
    "/proc", "/sys/devices/system/cpu", "/sys/fs/cgroup",
    "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip
WRITABLE_DEVICES = ("/dev/null", "/dev/shm")  # noqa: S108 - shared memory of threads


def put_up(
    allowed: limits.Limits,
    *,
    readable: Iterable[Path],
    writable: Iterable[Path],
    walls: frozenset[str],
) -> list[str]:
    """Confine the calling process for good; return the walls that stand.

    `walls` names those to try ("namespace", "landlock", "seccomp"): start-up tests each alone.
    """
    standing: list[str] = []
    if "namespace" in walls and enter_namespaces():
        standing.append("namespace")
    limits.apply(allowed)
    if "landlock" in walls:
        programs = [Path(sys.prefix), Path(sys.base_prefix), *map(Path, SYSTEM_PATHS)]
        devices = [Path(device) for device in WRITABLE_DEVICES]
        sockets = [Path(allowed.socket_folder)] if allowed.socket_folder else []
        if landlock.restrict(
            readable=[*programs, *readable], writable=[*devices, *writable], sockets=sockets
        ):
            standing.append("landlock")
    if "seccomp" in walls and seccomp.install(
        allow_exec=allowed.allow_exec, allow_unix_sockets=allowed.allow_unix_sockets
    ):
        standing.append("seccomp")
    return standing


def enter_namespaces() -> bool:
    """Move the calling process into a network of its own, which has no way out.

    As an ordinary user this needs user namespaces; root may do without. Returns success.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0:
        try:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        except OSError:
            pass  # without a map the process is nobody, which serves as well
        return True
    alone: int = libc.unshare(CLONE_NEWNET | CLONE_NEWIPC)
    return alone == 0
