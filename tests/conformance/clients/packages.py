"""Clients that others wrote, installed from their registries into a folder of the test run, without their scripts.

Where no registry answers, the test is skipped with the reason.
"""

import functools
import subprocess
import sys
from pathlib import Path

import pytest

_PATIENCE_S = 240
OLDEST_NODE = 20  # what the clients run on


@functools.cache
def node_modules(folder: Path, *packages: str) -> Path:
    """Return a folder in which a script finds these npm packages."""
    version = _said(["node", "--version"]).removeprefix("v")
    if int(version.partition(".")[0] or 0) < OLDEST_NODE:
        pytest.skip(f"node is {version}; the clients need {OLDEST_NODE} or newer")
    flags = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    _said(["npm", "install", *flags, "--prefix", str(folder), *packages])
    return folder


@functools.cache
def python_path(folder: Path, *packages: str) -> Path:
    """Return a folder that holds these PyPI packages, for PYTHONPATH."""
    flags = ["--quiet", "--disable-pip-version-check", "--no-warn-conflicts", "--target", str(folder)]
    _said([sys.executable, "-m", "pip", "install", *flags, *packages])
    return folder


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_PATIENCE_S)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"{' '.join(command[:3])} failed: {error.stderr.strip()[-300:]}")
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"{' '.join(command[:3])} failed: {type(error).__name__}")
    return done.stdout
