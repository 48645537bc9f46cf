"""The log of a run: whoever takes it over has all of it, and nobody before can add to it."""

import threading
from pathlib import Path

import pytest

from reconciler.app.journal.file import Journal, JournalFailed
from reconciler.model.address import Address
from reconciler.model.errors import WrongUsage
from reconciler.model.outcome import Applied
from reconciler.model.record import Kept, Told

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed; requirements-dev.lock has it")
from reconciler.cluster.artefacts import Artefacts, ArtefactsFailed
from reconciler.cluster.run_log import RunLog, all_brought_home, brought_home, laid_out, sent_out

SHIRT = Address("product", "shirt")


def told(run: str) -> Told:
    return Told(run=run, outcomes=(Applied(SHIRT),))


def at_home(folder: Path) -> list[str]:
    return [entry.record.run for entry in Journal(folder, "eu").entries()]


@pytest.fixture
def artefacts(tmp_path: Path) -> Artefacts:
    return Artefacts(str(tmp_path / "artefacts"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    journal = Journal(tmp_path / "home", "eu")
    journal.append(told("before"))
    journal.close()
    return tmp_path / "home"


class Worker:
    """One attempt at a run."""

    def __init__(self, artefacts: Artefacts, folder: str, place: Path, store: str = "eu") -> None:
        self.place = place
        log = RunLog(artefacts, folder)
        self.earlier = laid_out(artefacts, log, place, store)
        self.journal = Journal(place, store, beside=lambda record, line: log.add(record, line, place))


def test_the_second_worker_has_what_the_first_wrote_and_the_first_can_write_no_more(
    artefacts: Artefacts, home: Path, tmp_path: Path
):
    folder = sent_out(artefacts, home, "eu")
    first = Worker(artefacts, folder, tmp_path / "first")
    first.journal.append(told("one"))
    second = Worker(artefacts, folder, tmp_path / "second")
    assert ((0, 1), ["before", "one"]) == ((first.earlier, second.earlier), at_home(second.place))
    taken_over = "another worker has taken this run over, and nothing more was sent from here; wait until it is done"
    with pytest.raises(JournalFailed, match=taken_over):
        first.journal.append(told("too late"))
    second.journal.append(told("two"))
    assert ["before", "one"] == at_home(first.place)

    brought_home(artefacts, home, "eu")
    assert ["before", "one", "two"] == at_home(home)
    with pytest.raises(JournalFailed):
        second.journal.append(told("after it came home"))
    brought_home(artefacts, home, "eu")
    assert ["before", "one", "two"] == at_home(home)


def test_what_a_run_left_when_nobody_waited_comes_home_before_the_next_one(
    artefacts: Artefacts, home: Path, tmp_path: Path
):
    worker = Worker(artefacts, sent_out(artefacts, home, "eu"), tmp_path / "worker")
    kept = worker.place / "journal/kept/ab.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a picture")
    worker.journal.append(Kept(run="one", address=SHIRT, file="journal/kept/ab.jpg", sha256="ab"))
    later = Worker(artefacts, sent_out(artefacts, home, "eu"), tmp_path / "later")
    assert (0, ["before", "one"]) == (later.earlier, at_home(later.place))
    assert ["before", "one"] == at_home(home)
    assert b"a picture" == (home / "journal/kept/ab.jpg").read_bytes()


def test_a_journal_that_is_not_the_one_that_the_run_began_with_takes_nothing(
    artefacts: Artefacts, home: Path, tmp_path: Path
):
    worker = Worker(artefacts, sent_out(artefacts, home, "eu"), tmp_path / "worker")
    worker.journal.append(told("one"))
    (home / "journal/eu.jsonl").unlink()
    (home / "journal/eu.head").unlink()
    with pytest.raises(JournalFailed, match=r"does not follow journal/eu\.jsonl.*bring back the journal"):
        sent_out(artefacts, home, "eu")


def test_a_file_is_created_by_one_of_those_who_try(artefacts: Artefacts):
    made: list[bool] = []
    trying = [threading.Thread(target=lambda: made.append(artefacts.create("a/b", b"x" * 10_000))) for _ in range(8)]
    for each in trying:
        each.start()
    for each in trying:
        each.join()
    assert (1, 10_000, ["b"]) == (sum(made), len(artefacts.get("a/b")), artefacts.names("a"))


def test_storage_that_might_create_a_file_twice_keeps_no_journal():
    artefacts = Artefacts("memory://somewhere")
    artefacts.refuse_for_journals()
    artefacts._protocols = {"webdav"}
    with pytest.raises(WrongUsage, match="creates a file only once; expected one of"):
        artefacts.refuse_for_journals()
    with pytest.raises(WrongUsage, match="expected a folder or a URL that fsspec opens"):
        Artefacts("nothing-of-that-name://somewhere")
    with pytest.raises(WrongUsage, match="the URL holds a password"):
        Artefacts("ftp://somebody:secret@example.com/x")


def test_content_that_is_not_what_its_name_says_is_refused(artefacts: Artefacts):
    name = artefacts.kept(b"a plan", ".json")
    assert b"a plan" == artefacts.content(name)
    artefacts.put(name, b"another plan")
    with pytest.raises(ArtefactsFailed, match="does not hold what its name says"):
        artefacts.content(name)


def test_a_journal_that_cannot_come_home_keeps_no_other_away(artefacts: Artefacts, home: Path, tmp_path: Path):
    for store in ("eu", "us"):
        worker = Worker(artefacts, sent_out(artefacts, home, store), tmp_path / store, store)
        worker.journal.append(told(f"there-{store}"))
    Journal(home, "eu").append(told("meanwhile"))
    failures = all_brought_home(artefacts, home, ("eu", "us"))
    assert ["eu"] == list(failures)
    assert isinstance(failures["eu"], JournalFailed)
    assert ["there-us"] == [entry.record.run for entry in Journal(home, "us").entries()]


def test_a_log_with_a_hole_says_what_to_do(artefacts: Artefacts, home: Path, tmp_path: Path):
    folder = sent_out(artefacts, home, "eu")
    worker = Worker(artefacts, folder, tmp_path / "worker")
    worker.journal.append(told("one"))
    worker.journal.append(told("two"))
    (tmp_path / "artefacts" / folder / f"{1:012d}").unlink()
    cure = "bring it back from a copy; if it is lost, move that folder to a safe place, then apply again"
    with pytest.raises(JournalFailed, match=f"{folder}: entry 1 is missing, so that nobody knows .*; {cure}"):
        brought_home(artefacts, home, "eu")
