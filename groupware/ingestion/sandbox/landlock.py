"""Landlock: the child sees its one file, its scratch folder and the programs; nothing else.

Source: landlock(7), linux/landlock.h. Rights newer than the running kernel's ABI are left out;
a kernel without Landlock is no error: the other guards stand, and the report says so.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

SYS_CREATE_RULESET, SYS_ADD_RULE, SYS_RESTRICT_SELF = 444, 445, 446  # the same on every machine
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_SOCK = 1 << 5, 1 << 9
REFER, TRUNCATE = 1 << 13, 1 << 14
MAKE_CHAR, MAKE_BLOCK = 1 << 6, 1 << 11
FIRST_ABI = (1 << 13) - 1

READ_ONLY = EXECUTE | READ_FILE | READ_DIR
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE


class _Ruleset(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def restrict(
    *, readable: Iterable[Path], writable: Iterable[Path], sockets: Iterable[Path] = ()
) -> bool:
    """Confine the calling process to these paths for good. Returns whether the kernel did.

    `sockets`: folders where Unix sockets may be made and names removed; nothing is readable.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(SYS_CREATE_RULESET, None, ctypes.c_size_t(0), CREATE_RULESET_VERSION)
    if abi < 1:
        return False
    handled = FIRST_ABI | (REFER if abi >= 2 else 0) | (TRUNCATE if abi >= 3 else 0)
    ruleset = _Ruleset(handled)
    descriptor = libc.syscall(
        SYS_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), 0
    )
    if descriptor < 0:
        return False
    try:
        for path in readable:
            _allow(libc, descriptor, path, READ_ONLY & handled)
        for path in writable:
            _allow(libc, descriptor, path, handled & ~(MAKE_CHAR | MAKE_BLOCK))
        for path in sockets:
            _allow(libc, descriptor, path, MAKE_SOCK | REMOVE_FILE)
        if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            return False
        done: int = libc.syscall(SYS_RESTRICT_SELF, descriptor, 0)
        return done == 0
    finally:
        os.close(descriptor)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # a path that does not exist needs no right
    try:
        rights = rights if path.is_dir() else rights & FILE_RIGHTS
        rule = _PathBeneath(rights, parent)
        libc.syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(parent)
