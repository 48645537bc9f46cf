"""Notes that came with a commit are nobody's findings: they hide no change, and no commit counts as applied by them."""

import pytest

from reconciler.app.plans.settled import EqualGroup, Settled
from reconciler.app.repository.notes import FOLDER, Notes
from reconciler.model.address import Address
from reconciler.model.plan import Plan
from tests.contract.history import History, git
from tests.contract.repository import Repository

CUP = "key: cup\nname: Cup\nvariants: [{sku: CUP, price: PRICE}]\n"
NOTED = FOLDER / "settled-shop.notes"


def test_a_change_is_planned_though_a_committed_note_calls_it_equal(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
):
    history = History(repository.root)
    repository.make_shop()
    repository.store_says("")
    history.begin()
    repository.file(".gitignore", "/.reconciler/\n/journal/\n")
    repository.file("catalog/products/cup.yaml", CUP.replace("PRICE", "9.00"))
    history.commit()
    assert repository.apply(repository.plan()).complete
    assert () == repository.plan().changes

    repository.file("catalog/products/cup.yaml", CUP.replace("PRICE", "12.00"))
    history.commit()
    call_equal(repository, monkeypatch)
    assert [] == changed(repository.plan())  # who can write here without a commit could change the code as well

    call_equal(repository, monkeypatch)
    forged = (repository.root / NOTED).read_bytes()
    git(repository.root, "add", "--force", str(NOTED))
    git(repository.root, "commit", "-q", "-m", "and a file that nobody looks at")
    assert ["variant/cup/CUP"] == changed(repository.plan())
    assert forged == (repository.root / NOTED).read_bytes()
    git(repository.root, "rm", "-q", "-r", "--cached", str(FOLDER.parent))
    (repository.root / NOTED).unlink()
    assert ["variant/cup/CUP"] == changed(repository.plan())


def call_equal(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Note that the cup, as it is here and in the store, needs nothing."""
    keys: list[str] = []
    found = Settled.key

    def key(self: Settled, root: Address, answered: bytes) -> str | None:
        under = found(self, root, answered)
        keys.extend([under] if under is not None else [])
        return under

    (repository.root / NOTED).unlink(missing_ok=True)
    with monkeypatch.context() as watched:
        watched.setattr(Settled, "key", key)
        repository.plan()
    notes = Notes(repository.root / NOTED)
    for under in keys:
        notes.put(under, EqualGroup("cup", {"product": 1, "variant": 1}, (), {}).spelled())
    notes.save()


def changed(plan: Plan) -> list[str]:
    return [str(change.address) for change in plan.changes]
