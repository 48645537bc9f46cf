"""A terminal: one shell for one page, in which its commands are typed one after the other."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.docs.forks import client
from tests.docs.pages import ROOT

HOME = "/home/you"
"""What pages call the folder above the repository."""

_LONGEST_S = 120.0
_END = "--- end of what was typed: "


@contextmanager
def program(folder: Path) -> Iterator[Path]:
    """Serve forks of the program, and yield the folder of its command, for PATH."""
    address = folder / "forks.socket"
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    command = bin_folder / "reconciler"
    command.write_text(client(address), encoding="utf-8")
    command.chmod(0o755)
    words = [sys.executable, "-m", "tests.docs.forks", str(address)]
    with subprocess.Popen(
        words, cwd=ROOT, env=_environment(folder, bin_folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as serving:
        assert serving.stdout
        assert b"ready\n" == serving.stdout.readline()
        yield bin_folder
        assert serving.stdin
        serving.stdin.close()


class Terminal:
    """A shell in a folder below a home of its own."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._folder = folder
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=_environment(folder.parent, bin_folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._shell.kill()
        self._shell.communicate()

    def type(self, lines: Sequence[str]) -> tuple[list[str], int]:
        """Return what a command printed, both streams as they came, and its exit code."""
        assert self._shell.stdin
        assert self._shell.stdout
        typed = "\n".join(lines)
        self._shell.stdin.write(f"{{ {typed}\n}} </dev/null\nprintf '\\n{_END}%s\\n' $?\n")
        self._shell.stdin.flush()
        patience = threading.Timer(_LONGEST_S, self._shell.kill)
        patience.start()
        printed: list[str] = []
        for text in self._shell.stdout:
            if text.startswith(_END):
                patience.cancel()
                return self._neutral(printed), int(text.removeprefix(_END))
            printed.append(text.rstrip("\n"))
        raise AssertionError(f"the shell ended, or nothing came for {_LONGEST_S:.0f} s, after: {typed}")

    def _neutral(self, printed: Sequence[str]) -> list[str]:
        """What was printed, with the home folder by the name that pages give it."""
        return [text.replace(str(self._folder.parent), HOME) for text in printed]


def _environment(home: Path, bin_folder: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is seen."""
    return {
        "PATH": os.pathsep.join(
            (str(bin_folder), str(Path(shutil.which("git") or "/usr/bin/git").parent), "/usr/bin", "/bin")
        ),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        "RECONCILER_ACTOR": "you",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "You",
        "GIT_AUTHOR_EMAIL": "you@example.com",
        "GIT_COMMITTER_NAME": "You",
        "GIT_COMMITTER_EMAIL": "you@example.com",
        "GIT_PAGER": "cat",
    }
