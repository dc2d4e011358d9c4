"""A seccomp filter, written as BPF by hand: no network, no way to other processes.

Source: seccomp(2), linux/filter.h, linux/seccomp.h; system call numbers from the kernel's
syscall_64.tbl and asm-generic/unistd.h. Only machines in NUMBERS are served; elsewhere
`install` returns False and the caller needs another guard.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
RET_KILL = 0x80000000
RET_ALLOW = 0x7FFF0000
RET_ERRNO = 0x00050000
AF_UNIX = 1

LOAD, JUMP_EQUAL, JUMP_GREATER_EQUAL, RETURN = 0x20, 0x15, 0x35, 0x06
OFFSET_NUMBER, OFFSET_ARCH, OFFSET_FIRST_ARGUMENT = 0, 4, 16
X32_BIT = 0x40000000

ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# name: (x86_64, aarch64); None where the machine has no such call
NUMBERS: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "accept4": (288, 242),
    "bind": (49, 200),
    "listen": (50, 201),
    "execve": (59, 221),
    "execveat": (322, 281),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
}
UNIX_SOCKET_CALLS = frozenset({"socket", "connect", "accept", "accept4", "bind", "listen"})
EXEC_CALLS = frozenset({"execve", "execveat"})


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def _op(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, when_true, when_false, value)


def build(machine: str, *, allow_exec: bool, allow_unix_sockets: bool) -> bytes:
    """Return the BPF program for `machine`; refused calls fail with EPERM, a foreign ABI kills."""
    column = 0 if machine == "x86_64" else 1
    refuse = _op(RETURN, RET_ERRNO | errno.EPERM)
    program = [
        _op(LOAD, OFFSET_ARCH),
        _op(JUMP_EQUAL, ARCHITECTURE[machine], 1, 0),
        _op(RETURN, RET_KILL),
        _op(LOAD, OFFSET_NUMBER),
    ]
    if machine == "x86_64":
        program += [_op(JUMP_GREATER_EQUAL, X32_BIT, 0, 1), refuse]
    for name, numbers in NUMBERS.items():
        number = numbers[column]
        if number is None or (name in EXEC_CALLS and allow_exec):
            continue
        if name in UNIX_SOCKET_CALLS and allow_unix_sockets:
            if name == "socket":  # only the family can be judged, and only where it is chosen
                program += [
                    _op(JUMP_EQUAL, number, 0, 4),
                    _op(LOAD, OFFSET_FIRST_ARGUMENT),
                    _op(JUMP_EQUAL, AF_UNIX, 0, 1),
                    _op(RETURN, RET_ALLOW),
                    refuse,
                ]
            continue
        program += [_op(JUMP_EQUAL, number, 0, 1), refuse]
    program.append(_op(RETURN, RET_ALLOW))
    return b"".join(program)


def install(*, allow_exec: bool, allow_unix_sockets: bool) -> bool:
    """Put the filter on the calling process for good. Returns whether the kernel took it."""
    machine = platform.machine()
    if machine not in ARCHITECTURE:
        return False
    code = build(machine, allow_exec=allow_exec, allow_unix_sockets=allow_unix_sockets)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    taken: int = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)
    return taken == 0
