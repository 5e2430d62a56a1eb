"""Becomes another program that ends when its parent ends. Run as a script, standard library only.

Usage: launch.py SIGNAL UID GID PROGRAM [ARG …]

The kernel sends SIGNAL when the parent dies, however it dies. A change of user loses that wish,
and the other user may not be able to read this Python: so the script starts as its parent's user,
changes it, asks for the signal last and becomes the program.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    signal, uid, gid = (int(argument) for argument in sys.argv[1:4])
    parent = os.getppid()
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit("the parent ended before this program began")
    os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
