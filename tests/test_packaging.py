"""What git tracks in the package is what a wheel installs."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import reconciler

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel of this checkout, built by the installed backend: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-index"]
    subprocess.run([*build, "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (built,) = folder.glob("*.whl")
    return built


def tracked() -> list[str]:
    """Files of the package that git tracks and that still exist."""
    # safe.directory: CI may check out as one user and test as another.
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", "--", "reconciler"]
    names = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name and (ROOT / name).exists()]


def test_every_tracked_file_of_the_package_is_in_the_wheel(wheel):
    names = tracked()
    assert "reconciler/py.typed" in names
    with zipfile.ZipFile(wheel) as archive:
        assert set() == set(names) - set(archive.namelist())


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {"reconciler", f"reconciler-{reconciler.__version__}.dist-info"} == tops


def test_the_wheel_installs_the_program(wheel):
    with zipfile.ZipFile(wheel) as archive:
        entry_points = archive.read(f"reconciler-{reconciler.__version__}.dist-info/entry_points.txt").decode()
    assert "reconciler = reconciler.cli.main:run" in entry_points


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_place_but_the_index(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert [] == [line for line in text.splitlines() if "://" in line or "index" in line or line.startswith(("-", "/"))]


def test_the_dev_lock_contains_the_runtime_lock():
    runtime, dev = (
        {line.split(" ")[0] for line in (ROOT / lock).read_text(encoding="utf-8").splitlines() if "==" in line}
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert set() == runtime - dev
