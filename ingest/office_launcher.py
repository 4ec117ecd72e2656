"""Becomes LibreOffice after giving up what it must not have: ``python -I office_launcher.py MEMORY_MB SECONDS
COMMAND...``. Limits hold for a process and its children once they are set, so they are set here and not in the parent.
It is run as a file and imports nothing of ours.
"""

from __future__ import annotations

import ctypes
import os
import sys

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000  # of Linux's unshare(2)
_FILE_MB = 500  # largest file it may write


def main() -> None:
    memory_mb, seconds, *command = sys.argv[1:]
    if sys.platform == "linux":
        import resource

        bytes_ = int(memory_mb) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (bytes_, bytes_))
        resource.setrlimit(resource.RLIMIT_CPU, (2 * int(seconds), 2 * int(seconds)))  # it has threads
        resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_MB * 1024 * 1024,) * 2)
        # A network of its own with nothing in it. Where the kernel does not allow that, the profile forbids links.
        libc = ctypes.CDLL(None)
        if libc.unshare(_NEW_NETWORK) != 0:
            libc.unshare(_NEW_USERS | _NEW_NETWORK)
    os.execv(command[0], command)  # noqa: S606 (no shell: the list is ours)


if __name__ == "__main__":
    main()
