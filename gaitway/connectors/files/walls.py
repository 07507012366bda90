"""What the operating system holds a child to. Each wall is for good: the process can't take it down again."""

from __future__ import annotations

import ctypes
import math
import os
import platform
import sys
from collections.abc import Iterable

from ..base import Limits

try:
    import resource
except ImportError:  # Windows: there the parent's deadline and DuckDB's memory limit hold
    resource = None  # type: ignore[assignment]  # a system without limits

# The system calls have these numbers on every processor but Alpha.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_NO_NEW_PRIVILEGES = 38
_VERSION = 1  # asked instead of a set of rules
_BENEATH = 1  # a rule about a path
_READ_FILE = 1 << 2
# By the version of Landlock that brought them: every way to touch a file that a rule can govern.
_TOUCHES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_CONNECTS = {4: 0b11}  # TCP: bind, connect
_REACHES = {6: 0b11}  # abstract sockets and signals
ENOUGH = 3  # Linux 6.2: before it, a file could still be cut short


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def bound(limits: Limits, *, seconds: float, room_mb: int, threads: int = 1) -> None:
    """No byte written to a file, no endless memory or work. `seconds`: of each thread, with a minute for the start;
    `room_mb`: address space before any data."""
    if resource is None:
        return
    for name, most in (
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_AS", (limits.memory_mb + room_mb) * 2**20),
        ("RLIMIT_CPU", math.ceil(60 + threads * seconds)),
        ("RLIMIT_NOFILE", 64),
    ):
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (lowest, lowest))


def landlock() -> int:
    """The version of Landlock that this kernel offers; 0 where there is none."""
    if sys.platform != "linux" or platform.machine() == "alpha":
        return 0
    return max(0, _syscall(_CREATE, None, 0, _VERSION))


def shut_in(readable: Iterable[int]) -> bool:
    """From here on this process opens nothing but the files behind these descriptors, and those to read only: whether
    the kernel promises it. Where it doesn't, as where another thread is running already, nothing has changed.

    Python can import nothing any more, and what is open stays open.
    """
    version = landlock()
    if version < ENOUGH or not _single():  # Landlock holds a thread and those that it starts
        return False
    rules = _Ruleset(*(_upto(version, bits) for bits in (_TOUCHES, _CONNECTS, _REACHES)))
    ruleset = _syscall(_CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    if ruleset < 0:
        return False
    try:
        for descriptor in readable:
            if _syscall(_ADD, ruleset, _BENEATH, ctypes.byref(_Beneath(_READ_FILE, descriptor)), 0) != 0:
                return False
        if ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            return False
        return _syscall(_RESTRICT, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _single() -> bool:
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return False  # without /proc nobody knows


def _upto(version: int, bits: dict[int, int]) -> int:
    return sum(bit for since, bit in bits.items() if since <= version)


def _syscall(*arguments: object) -> int:
    call = ctypes.CDLL(None, use_errno=True).syscall
    call.restype = ctypes.c_long
    return int(call(*(ctypes.c_long(each) if isinstance(each, int) else each for each in arguments)))
