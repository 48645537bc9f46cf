"""Shopify's own schema of the Admin API, by version: what our documents and the sandbox are held against.

Looked for in the folder that RECONCILER_OFFICIAL_SCHEMAS names, then in our cache, then in the npm package that
Shopify publishes it in. Without any of them a test is skipped with the reason; in CI it fails.
"""

import gzip
import json
import os
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_client_schema

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
PACKAGE = "@shopify/dev-mcp@1.16.0"
_NPM_TIMEOUT_S = 120


class NotToBeHad(Exception):
    """The schema is neither here nor in the registry."""


def official_schema(version: str) -> GraphQLSchema:
    """Return the schema of an API version. Skips the test when it cannot be had; fails it where CI is set."""
    try:
        return _schema(version)
    except NotToBeHad as reason:
        if os.environ.get("CI"):
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@cache
def _schema(version: str) -> GraphQLSchema:
    with gzip.open(_file(f"admin_{version}.json.gz"), "rt", encoding="utf-8") as stream:
        answer = json.load(stream)
    return build_client_schema(answer.get("data", answer), assume_valid=True)


def _file(name: str) -> Path:
    named = os.environ.get("RECONCILER_OFFICIAL_SCHEMAS")
    if named:
        file = Path(named) / name
        if not file.is_file():
            raise NotToBeHad(f"RECONCILER_OFFICIAL_SCHEMAS names {named}, which does not hold {name}")
        return file
    folder = _cache()
    if not (folder / name).is_file():
        _fetch(folder)
    if not (folder / name).is_file():
        raise NotToBeHad(f"{PACKAGE} does not hold {name}")
    return folder / name


def _cache() -> Path:
    root = os.environ.get("RECONCILER_CACHE") or Path.home() / ".cache" / "reconciler"
    return Path(root) / PACKAGE.replace("/", "-")


@cache
def _fetch(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", PACKAGE, "--silent", "--pack-destination", scratch]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_NPM_TIMEOUT_S)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotToBeHad(
                f"npm could not fetch {PACKAGE} ({type(error).__name__}); "
                "name a folder with the schemas in RECONCILER_OFFICIAL_SCHEMAS"
            ) from error
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for member in archive:
                source = archive.extractfile(member) if member.name.startswith("package/dist/data/admin_") else None
                if source is not None:
                    _write(folder / Path(member.name).name, source.read())


def _write(file: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    Path(temporary).replace(file)
