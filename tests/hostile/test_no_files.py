"""A link, a pipe, a device or a folder where a file should be: told, and neither followed nor waited for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.app.journal.audit import verified
from reconciler.app.journal.file import Journal, JournalBroken, JournalFailed
from reconciler.app.journal.made_after import last_seen
from reconciler.app.repository.notes import FOLDER, notes_of
from reconciler.app.review.planfile import read_plan, write_plan
from reconciler.app.sessions.snapshot_file import opened
from reconciler.loading.secrets import resolve
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.model.origin import Place
from reconciler.model.store import SecretReference
from reconciler.shopify.pointer import Memory
from tests.app.journal.test_file import RECORDS, a_journal
from tests.hostile.limits import survived
from tests.render.plans import a_plan

Put = Callable[[Path], None]
NO_FILE = "it is a link, a folder, a pipe or a device, and no file itself"


def link_to_a_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def pipe(file: Path) -> None:
    os.mkfifo(file)


def folder(file: Path) -> None:
    file.mkdir()


def link_to_a_file(file: Path) -> None:
    file.with_name("elsewhere").write_bytes(b"0\n")
    file.symlink_to("elsewhere")


PUTS = (link_to_a_device, pipe, folder, link_to_a_file)
ENDLESS = PUTS[:3]


def a_place_for(file: Path, put: Put) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    put(file)
    return file


@pytest.mark.parametrize("put", PUTS)
def test_a_head_file(put: Put, tmp_path: Path) -> None:
    a_journal(tmp_path, RECORDS)
    journal = Journal(tmp_path, "eu")
    a_place_for(journal.head_file, put)
    assert survived(lambda: last_seen(journal, Memory())) is None
    assert last_seen(journal, Memory()) is None
    assert "journal/eu.head does not hold what was written there" in str(verified(journal, ()).broken)
    assert isinstance(survived(journal.open), JournalFailed)


@pytest.mark.parametrize("put", PUTS)
def test_a_journal(put: Put, tmp_path: Path) -> None:
    journal = Journal(tmp_path, "eu")
    a_place_for(journal.file, put)
    refused = survived(lambda: verified(journal, ()))
    assert isinstance(refused, JournalBroken)
    assert "journal/eu.jsonl: it cannot be read: " in str(refused)
    assert isinstance(survived(lambda: list(journal.entries())), JournalBroken)
    assert isinstance(survived(journal.open), JournalFailed)


@pytest.mark.parametrize("put", ENDLESS)
def test_a_plan_file(put: Put, tmp_path: Path) -> None:
    file = a_place_for(tmp_path / "plans/eu.json", put)
    assert isinstance(survived(lambda: read_plan(file)), WrongUsage)


def test_a_plan_file_that_somebody_named_by_a_link_is_read(tmp_path: Path) -> None:
    write_plan(a_plan(), tmp_path / "eu.json")
    (tmp_path / "link.json").symlink_to("eu.json")
    assert read_plan(tmp_path / "eu.json") == read_plan(tmp_path / "link.json")


@pytest.mark.parametrize("put", ENDLESS)
def test_a_snapshot(put: Put, tmp_path: Path) -> None:
    file = a_place_for(tmp_path / "eu.snapshot", put)
    assert isinstance(survived(lambda: opened(file)), WrongUsage)


@pytest.mark.parametrize("put", PUTS)
def test_what_the_program_noted_for_itself(put: Put, tmp_path: Path) -> None:
    a_place_for(tmp_path / FOLDER / "eu.notes", put)
    assert survived(lambda: notes_of(tmp_path, "eu")) is None
    assert notes_of(tmp_path, "eu").get("cup") is None


@pytest.mark.parametrize("put", ENDLESS)
def test_a_secret(put: Put, tmp_path: Path) -> None:
    a_place_for(tmp_path / "token", put)
    refused = survived(lambda: resolve(SecretReference(file="token"), tmp_path, Place("stores/eu.yaml")))
    assert isinstance(refused, InvalidInput)
