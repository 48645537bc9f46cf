"""Process: who runs this, on which machine, and whether another process of it is surely gone.

A process is named by machine, id and start: an id alone is given again. A machine is a boot of a kernel and a space of
process ids in it; containers of one host have the same boot, and ids of their own. Where the kernel does not tell these
(no ``/proc``), nobody is ever surely gone, and a lease has to run out.
"""

import getpass
import hashlib
import os
import socket
from pathlib import Path
from typing import Final

from reconciler.shopify.terms import Holder

_PROC: Final = Path("/proc")
_ACTORS: Final = ("RECONCILER_ACTOR", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR")
_STATE, _START = 0, 19  # among the fields of /proc/PID/stat after the program's name; proc(5): 3 and 22
_DEAD: Final = ("Z", "X")


def actor() -> str:
    """Return who runs this, for people: what a CI system says, or user and host."""
    named = next((os.environ[name] for name in _ACTORS if os.environ.get(name)), None)
    return _clean(named or f"{_user()}@{socket.gethostname()}")


def this_process() -> Holder:
    """Return this process as the holder of a lease."""
    _, start = _look(os.getpid())
    return Holder(actor(), _clean(socket.gethostname()), _machine(), os.getpid(), start)


def is_gone(holder: Holder) -> bool:
    """Whether the holder is a process of this machine that surely does not run any more."""
    if not holder.machine or holder.machine != _machine() or not holder.start:
        return False
    state, start = _look(holder.pid)
    return state in _DEAD or start != holder.start


def _machine() -> str:
    """Return what tells this machine, as processes see it, from any other; "" where that is not known."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{socket.gethostname()} {boot} {space}".encode()).hexdigest()[:32]


def _look(pid: int) -> tuple[str, str]:
    """Return state and start of a process; "" for both where there is none."""
    try:
        after_name = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    except OSError:
        return "", ""
    fields = after_name.split()
    return fields[_STATE], fields[_START]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:200]
