"""Takes from a process what it does not need to read a stranger's file: memory, time, writing, the network.

A file can be made so that reading it takes hours or all memory, or so that a mistake in a parser becomes
the sender's own program. So it is read by a process of its own that first gives all of this up, for good.
This needs the standard library alone, so that such a process starts quickly.
"""

import ctypes
import os
import platform
import resource
import struct
from dataclasses import dataclass

_LIBC = ctypes.CDLL(None, use_errno=True)

# prctl(2), seccomp(2), <linux/filter.h>, <linux/audit.h>
_SET_DEATH_SIGNAL, _SET_SECCOMP, _SET_NO_NEW_PRIVILEGES, _FILTER = 1, 22, 38, 2
_LOAD, _EQUAL, _AT_LEAST, _HAS_ANY, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050001
_AT_NUMBER, _AT_ARCHITECTURE, _AT_THIRD_ARGUMENT = 0, 4, 32
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OTHER_ABI = 0x40000000
"""Where the numbers of x32 begin, a second set of calls on x86-64."""

# By machine: its architecture, the number of openat, and what is refused: sockets, other programs and
# processes, and whatever changes a file or a folder. Numbers from <asm/unistd.h> of the architecture.
_REFUSED = {
    "x86_64": (
        0xC000003E,
        257,
        (
            *(41, 42, 43, 44, 46, 49, 50, 53),  # socket to socketpair
            *(2, 56, 57, 58, 59, 62, 101, 200, 234),  # open, clone, fork, execve, kill, ptrace
            *(76, 77, 82, 83, 84, 85, 86, 87, 88, 90, 91, 92, 93, 94),  # truncate to lchown
            *(258, 259, 260, 263, 264, 265, 266, 268, 288, 307),  # the same beside a folder
            *(
                310,
                311,
                316,
                322,
                425,
                434,
                435,
                437,
            ),  # memory of others, execveat, clone3, openat2
        ),
    ),
    "aarch64": (
        0xC00000B7,
        56,
        (
            *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
            *(117, 129, 130, 131, 220, 221),
            *(33, 34, 35, 36, 37, 38, 45, 46, 52, 53, 54, 55),
            *(270, 271, 276, 281, 425, 434, 435, 437),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process may use.

    Attributes:
        memory: bytes of address space.
        seconds: of the processor's time.
    """

    memory: int
    seconds: int


def confine(limits: Limits) -> None:
    """Give up all but memory and time within limits, and reading. It cannot be taken back.

    Writing to what is open already, such as a pipe, stays. Where the machine knows no filter of calls, or
    another architecture, the network and other programs stay too; the limits hold everywhere.

    Raises:
        ValueError, OSError: a limit could not be set; whoever calls has to end.
    """
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    refuse_calls()


def refuse_calls() -> bool:
    """Have the kernel refuse what a reader of a file never asks for; whether it does.

    Classic BPF over the number of each call (seccomp in mode 2, Linux 3.5). What is refused fails with EPERM.
    """
    known = _REFUSED.get(platform.machine())
    if known is None:
        return False
    program = _program(*known)
    length = len(program) // 8
    held = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HxxxxxxP", length, ctypes.addressof(held))
    if _LIBC.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(_LIBC.prctl(_SET_SECCOMP, _FILTER, described, 0, 0) == 0)


def _program(architecture: int, opening: int, refused: tuple[int, ...]) -> bytes:
    def step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
        return struct.pack("<HBBI", code, if_so, if_not, value)

    # The refusal stands last; how many steps away it is has to be counted.
    after = 4
    steps = [
        step(_LOAD, _AT_ARCHITECTURE),
        step(_EQUAL, architecture, 1),
        step(_RETURN, _KILL),
        step(_LOAD, _AT_NUMBER),
        step(_AT_LEAST, _OTHER_ABI, len(refused) + after),
        *(
            step(_EQUAL, each, len(refused) - 1 - place + after)
            for place, each in enumerate(refused)
        ),
        step(_EQUAL, opening, 0, 2),
        step(_LOAD, _AT_THIRD_ARGUMENT),
        step(_HAS_ANY, _TO_WRITE, 1),
        step(_RETURN, _ALLOW),
        step(_RETURN, _NOT_PERMITTED),
    ]
    return b"".join(steps)


def end_with_parent(signal_number: int, parent: int) -> bool:
    """Have this process get a signal when its parent ends; whether the parent is there still."""
    _LIBC.prctl(_SET_DEATH_SIGNAL, signal_number, 0, 0, 0)
    return os.getppid() == parent
