"""What a worker unpacks is the repository that was sent: the same files, the same history, the same doubts."""

import subprocess
from pathlib import Path

import pytest

from reconciler.app.sessions.session import Session
from reconciler.loading.git import changed_files
from reconciler.model.errors import ReconcilerError

pytest.importorskip("fsspec", reason="the extra `cluster` is not installed; requirements-dev.lock has it")
from reconciler.cluster.artefacts import Artefacts
from reconciler.cluster.shipping import Shipment, shipped, unpacked

PRODUCT = "key: {key}\nname: {key}\nvariants: [{{sku: {key}, price: {{EUR: 1.00}}}}]\n"


class NobodysShops:
    def shop(self, name, currency, places=None):
        raise AssertionError(name)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *words], cwd=folder, check=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalog below the top of a repository, with a file of every kind that git tells apart."""
    top = tmp_path / "top"
    root = top / "shop"
    for folder in ("catalog/products", "catalog/images", "stores", "mappings", "secrets"):
        (root / folder).mkdir(parents=True)
    (top / ".gitignore").write_text("ignored*\nsecrets/\n")
    (root / "stores/eu.yaml").write_text(
        "url: https://eu.myshopify.com\nchannel: web\ncurrency: EUR\ncredentials: {token: {file: secrets/token}}\n"
    )
    (root / "secrets/token").write_text("shpat_secret")
    (root / "catalog/products/a.yaml").write_text(PRODUCT.format(key="a"))
    (root / "catalog/images/a.png").write_bytes(b"\x89PNG")
    (root / "catalog/products/link.yaml").symlink_to("../../held/b.yaml")
    (root / "held").mkdir()
    (root / "held/b.yaml").write_text(PRODUCT.format(key="b"))
    git(top, "init", "-q")
    git(top, "remote", "add", "origin", "https://x:remote-token@example.com/x.git")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "first")
    git(top, "tag", "first")
    return root


def sent(root: Path, tmp_path: Path) -> tuple[Session, Session, Shipment]:
    """Return the session of the repository, that of what a worker makes of it, and what was sent."""
    here = Session(root, [], NobodysShops())
    artefacts = Artefacts(str(tmp_path / "artefacts"))
    shipment = shipped(here.checkout, here.stores, artefacts)
    folder = tmp_path / "worker"
    folder.mkdir()
    return here, Session(unpacked(shipment, artefacts, folder, tmp_path / "histories"), [], NobodysShops()), shipment


def facts(session: Session) -> tuple[object, ...]:
    checkout = session.checkout
    return checkout.commit, checkout.dirty, checkout.inputs(), session._unheld, checkout.files()


def test_a_clean_repository_is_the_same_and_no_secret_goes_along(root: Path, tmp_path: Path):
    here, there, shipment = sent(root, tmp_path)
    assert facts(here) == facts(there)
    assert not here.checkout.dirty
    everything = b"".join(file.read_bytes() for file in (tmp_path / "artefacts").rglob("*") if file.is_file())
    assert b"remote-token" not in everything
    assert b"shpat_secret" not in everything
    git(root, "commit", "-q", "--allow-empty", "-m", "words")
    again = shipped(Session(root, [], NobodysShops()).checkout, here.stores, Artefacts(str(tmp_path / "artefacts")))
    assert again.history != shipment.history


def test_what_git_holds_against_the_files_is_held_against_them_there(root: Path, tmp_path: Path):
    (root / "catalog/products/a.yaml").write_text(PRODUCT.format(key="a") + "tags: [changed]\n")
    (root / "catalog/products/new.yaml").write_text(PRODUCT.format(key="new"))
    (root / "catalog/products/ignored.yaml").write_text(PRODUCT.format(key="ignored"))
    git(root, "mv", "held/b.yaml", "held/c.yaml")
    (root / "catalog/products/link.yaml").unlink()
    (root / "catalog/products/link.yaml").symlink_to("../../held/c.yaml")
    here, there, _ = sent(root, tmp_path)
    assert facts(here) == facts(there)
    doubtful = {"catalog/products/ignored.yaml", "catalog/products/link.yaml"}
    assert (True, doubtful) == (there.checkout.dirty, {*there._unheld})
    at = there.checkout.root
    assert changed_files(root, "first") & here.checkout.files() == changed_files(at, "first") & there.checkout.files()


def test_a_folder_without_git_is_sent_too(root: Path, tmp_path: Path):
    (root.parent / ".git").rename(tmp_path / "elsewhere")
    here, there, shipment = sent(root, tmp_path)
    assert (facts(here), None) == (facts(there), shipment.history)


def test_a_secret_that_git_would_take_is_sent_nowhere(root: Path, tmp_path: Path):
    (root / "stores/token").write_text("shpat_secret")
    text = (root / "stores/eu.yaml").read_text()
    (root / "stores/eu.yaml").write_text(text.replace("secrets/token", "stores/token"))
    with pytest.raises(ReconcilerError, match=r"stores/token: a secret is in it and git does not ignore it"):
        sent(root, tmp_path)
    assert not (tmp_path / "artefacts").exists()
