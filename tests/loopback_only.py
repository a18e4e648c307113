"""Run a command without any network but loopback: loopback_only.py [--guard] FOLDER COMMAND…

On Linux that is a network namespace of its own, in which nothing but 127.0.0.1 exists. Where there
are none, or they may not be made, or ``--guard`` is given, every Python process of the command
refuses other addresses, by a module that is written into FOLDER.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1

# What every Python process imports at its start if it is on the path.
GUARD = """
import ipaddress, socket

def guarded(connect):
    def checked(self, address):
        if self.family != getattr(socket, "AF_UNIX", None):
            if not ipaddress.ip_address(address[0]).is_loopback:
                raise OSError(101, "Network is unreachable")
        return connect(self, address)
    return checked

for name in ("connect", "connect_ex"):
    setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
"""


def enter_namespace() -> None:
    """Leave the network behind and bring loopback up. Raises ``OSError``."""
    unshare = ctypes.CDLL(None, use_errno=True).unshare
    if unshare(CLONE_NEWNET) != 0 and unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "no namespace")
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", request)[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def has_namespaces() -> bool:
    """Whether a process can leave the network behind; tried in a process of its own."""
    if sys.platform != "linux":
        return False
    child = os.fork()
    if child == 0:
        try:
            enter_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def guard(folder: str) -> None:
    """Let every Python process that starts from here refuse what is not loopback."""
    (Path(folder) / "sitecustomize.py").write_text(GUARD)
    path = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(path)


def main(words: list[str]) -> None:
    """Never returns: this process becomes the command."""
    wanted = words[0] == "--guard"
    folder, *command = words[wanted:]
    if wanted or not has_namespaces():
        guard(folder)
    else:
        enter_namespace()
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
