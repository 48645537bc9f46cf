"""Watching a repository: what policy lets through is applied, what it does not waits, and stores stand apart."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.unattended.watching import Watcher
from reconciler.model.round import Round
from reconciler.render.metrics import metrics_text
from tests.contract.repository import Repository

RENAME = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
FIND = "query($h: String!) { productByIdentifier(identifier: {handle: $h}) { id title } }"


def a_cup(name: str = "Cup", **fields: Any) -> dict[str, Any]:
    return {"key": "cup", "name": name, "variants": [{"sku": "CUP", "price": "9.00"}], **fields}


def a_hat(name: str = "Hat") -> dict[str, Any]:
    return {"key": "hat", "name": name, "variants": [{"sku": "HAT", "price": "5.00"}]}


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def nothing_pulled(root: Path) -> None:
    del root


def watching(repository: Repository, clock: Clock | None = None) -> Watcher:
    return Watcher(repository.root, (), 600.0, repository.embedded, clock or Clock(), nothing_pulled)


def states(done: Round) -> dict[str, str]:
    return {each.store: each.state for each in done.stores}


def came_to(done: Round) -> tuple[str, int, int]:
    (store,) = done.stores
    return store.state, store.applied, store.pending


def committed(repository: Repository, message: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    if not (repository.root / ".git").exists():
        git(repository.root, "init", "--quiet")
    repository.file(".gitignore", "journal/\n")
    git(repository.root, "add", "--all")
    git(repository.root, *identity, "commit", "--quiet", "--message", message)
    return git(repository.root, "rev-parse", "HEAD")


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True).stdout.strip()


def title(repository: Repository, handle: str) -> str:
    return str(repository.ask(FIND, {"h": handle})["productByIdentifier"]["title"])


def renamed(repository: Repository, handle: str, name: str) -> None:
    found = repository.ask(FIND, {"h": handle})["productByIdentifier"]
    repository.ask(RENAME, {"p": {"id": found["id"], "title": name}})


def test_what_git_says_is_applied_and_then_there_is_nothing_to_do(repository: Repository) -> None:
    repository.has([a_cup()])
    watcher = watching(repository)
    assert {"shop": "applied"} == states(watcher.round())
    assert {"shop": "unchanged"} == states(watcher.round())
    assert (2, 3) == (watcher.state.rounds, watcher.state.stores["shop"].applied)


def test_what_breaks_a_limit_waits_with_its_name_and_nothing_is_written(repository: Repository) -> None:
    repository.store_says("limits: {}")
    repository.has([a_cup()])
    watcher = watching(repository)
    watcher.round()
    repository.has([a_cup(variants=[{"sku": "CUP", "price": "0.00"}])])
    done = watcher.round()
    assert {"shop": "waiting"} == states(done)
    assert "price-zero" in done.stores[0].detail
    assert (4, 1) == (done.exit_code, done.stores[0].pending)


def a_conflict(repository: Repository, clock: Clock, *products: dict[str, Any]) -> Watcher:
    """Return a watch of a store in which a person renamed the cup, which git renames too, beside these products."""
    repository.has([a_cup(), a_hat()])
    committed(repository, "first")
    watcher = watching(repository, clock)
    watcher.round()
    renamed(repository, "cup", "Theirs")
    repository.has([a_cup("Ours", variants=[{"sku": "CUP", "price": "9.50"}]), *products])
    committed(repository, "second")
    return watcher


def test_a_conflict_waits_and_the_rest_goes_on(repository: Repository) -> None:
    watcher = a_conflict(repository, Clock(), a_hat("New hat"))
    done = watcher.round()
    assert ("Theirs", "New hat") == (title(repository, "cup"), title(repository, "hat"))
    assert (("partial", 1, 2), 6) == (came_to(done), done.exit_code)
    assert "2 changes wait for consent: conflict; look at reconciler plan shop" == done.stores[0].detail
    done = watcher.round()
    assert (("waiting", 0, 2), 4) == (came_to(done), done.exit_code)


def test_a_conflict_alone_waits_and_the_store_does_not_count_as_good(repository: Repository) -> None:
    clock = Clock()
    watcher = a_conflict(repository, clock, a_hat())
    was_good_at = clock.now
    clock.now += 600
    done = watcher.round()
    assert (("waiting", 0, 2), 4) == (came_to(done), done.exit_code)
    assert "it waits for consent: conflict; look at reconciler plan shop" == done.stores[0].detail
    standing = watcher.state.stores["shop"]
    assert ("waiting", 2, was_good_at) == (standing.state, standing.pending, standing.good_at_s)


def test_the_hook_is_told_once_that_a_conflict_waits(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    watcher = a_conflict(repository, Clock(), a_hat())
    monkeypatch.setenv("HOOK", "http://127.0.0.1:1/")
    repository.store_says("notify: {url: {env: HOOK}, on: [failure]}\n")
    committed(repository, "third")
    assert [1, 0] == [len(watcher.round().warnings), len(watcher.round().warnings)]


def a_shallow_clone(repository: Repository, root: Path) -> Repository:
    git(root.parent, "clone", "--quiet", "--depth", "1", f"file://{repository.root}", str(root))
    return Repository(root, repository.shop, repository.embedded)


def test_without_history_nothing_is_written_over_and_the_cure_is_named(repository: Repository, tmp_path: Path) -> None:
    a_conflict(repository, Clock(), a_hat())
    clone = a_shallow_clone(repository, tmp_path / "clone")
    done = watching(clone).round()
    assert (("waiting", 0, 2), 4, "Theirs") == (came_to(done), done.exit_code, title(repository, "cup"))
    assert "which side changed is not known: commit " in done.stores[0].detail
    assert "run: git fetch --unshallow" in done.stores[0].detail
    git(clone.root, "fetch", "--quiet", "--unshallow")
    done = watching(clone).round()
    assert ("waiting", "it waits for consent: conflict; look at reconciler plan shop") == (
        done.stores[0].state,
        done.stores[0].detail,
    )


def test_without_history_what_is_new_is_made_and_nothing_is_removed(repository: Repository, tmp_path: Path) -> None:
    a_bag = {"key": "bag", "name": "Bag", "variants": [{"sku": "BAG", "price": "7.00"}]}
    repository.store_says("on_remove: delete")
    a_conflict(repository, Clock(), a_bag)
    done = watching(a_shallow_clone(repository, tmp_path / "clone")).round()
    assert ("partial", 6) == (done.stores[0].state, done.exit_code)
    assert ["Theirs", "Hat", "Bag"] == [title(repository, each) for each in ("cup", "hat", "bag")]
    assert done.stores[0].detail.startswith("4 changes wait, because they would write over what the store holds")


def test_without_history_what_the_files_say_that_git_wins_goes(repository: Repository, tmp_path: Path) -> None:
    a_conflict(repository, Clock(), a_hat())
    repository.store_says("ownership: {product.title: enforce}")
    committed(repository, "third")
    done = watching(a_shallow_clone(repository, tmp_path / "clone")).round()
    assert (("partial", 1, 1), "Ours") == (came_to(done), title(repository, "cup"))


def test_before_a_commit_was_applied_what_is_there_waits_for_an_apply_by_hand(repository: Repository) -> None:
    repository.has([a_cup()])
    repository.apply(repository.plan())
    renamed(repository, "cup", "Theirs")
    repository.has([a_cup(), a_hat()])
    committed(repository, "first")
    watcher = watching(repository)
    done = watcher.round()
    assert (("partial", 1), "Theirs") == ((done.stores[0].state, done.stores[0].pending), title(repository, "cup"))
    assert "nothing was applied to this store from a commit yet" in done.stores[0].detail
    assert {"shop": "waiting"} == states(watcher.round())
    repository.apply(repository.plan())
    assert {"shop": "unchanged"} == states(watcher.round())
    repository.has([a_cup("Better"), a_hat()])
    committed(repository, "second")
    assert {"shop": "applied"} == states(watcher.round())


def test_what_was_rolled_back_is_not_brought_again_until_another_commit(repository: Repository) -> None:
    repository.has([a_cup()])
    committed(repository, "first")
    watcher = watching(repository)
    watcher.round()
    repository.has([a_cup("Bad")])
    committed(repository, "second")
    run = repository.apply(repository.plan()).run
    assert run is not None
    assert repository.apply(repository.rollback(run)).complete
    assert {"shop": "waiting"} == states(watcher.round())
    assert "Cup" == title(repository, "cup")
    repository.has([a_cup("Better")])
    committed(repository, "third")
    assert {"shop": "applied"} == states(watcher.round())
    assert "Better" == title(repository, "cup")


def test_a_store_that_fails_stops_no_other_and_rests_longer_each_time(repository: Repository) -> None:
    repository.has([a_cup()])
    repository.file(
        "stores/dead.yaml",
        "url: http://127.0.0.1:1\nchannel: web\ncurrency: EUR\ncredentials: {token: {file: token.txt}}\n",
    )
    repository.file("token.txt", "a-token\n")
    clock = Clock()
    watcher = watching(repository, clock)
    assert {"dead": "failed", "shop": "applied"} == states(watcher.round())
    assert {"dead": "failed", "shop": "unchanged"} == states(watcher.round())
    assert {"dead": "resting", "shop": "unchanged"} == states(watcher.round())
    clock.now += 2400
    assert {"dead": "failed", "shop": "unchanged"} == states(watcher.round())
    assert 3 == watcher.state.stores["dead"].failures


def test_a_file_that_is_not_right_stops_its_own_store_alone(repository: Repository) -> None:
    repository.has([a_cup()])
    repository.file("stores/broken.yaml", "url: sandbox:broken\nchanel: web\n")
    done = watching(repository).round()
    assert {"broken": "failed", "shop": "applied"} == states(done)


def test_files_are_pulled_and_what_cannot_be_is_told(repository: Repository, tmp_path: Path) -> None:
    repository.has([a_cup()])
    committed(repository, "first")
    origin = tmp_path / "origin"
    git(tmp_path, "clone", "--quiet", "--bare", str(repository.root), str(origin))
    git(repository.root, "remote", "add", "origin", str(origin))
    git(repository.root, "fetch", "--quiet", "origin")
    branch = git(repository.root, "branch", "--show-current")
    git(repository.root, "branch", "--quiet", f"--set-upstream-to=origin/{branch}")
    watcher = Watcher(repository.root, (), 600.0, repository.embedded)
    watcher.round()
    another = Repository(tmp_path / "another", repository.shop, repository.embedded)
    git(tmp_path, "clone", "--quiet", str(origin), str(another.root))
    another.has([a_cup("Pulled")])
    commit = committed(another, "second")
    git(another.root, "push", "--quiet", "origin", f"HEAD:{branch}")
    done = watcher.round()
    assert (commit, None, "Pulled") == (done.commit, done.pull_problem, title(repository, "cup"))
    git(repository.root, "remote", "set-url", "origin", str(tmp_path / "nowhere"))
    done = watcher.round()
    assert {"shop": "unchanged"} == states(done)
    assert done.pull_problem is not None
    assert done.pull_problem.startswith("git pull --ff-only: ")


def test_the_hook_is_told_once_that_a_store_waits(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", "http://127.0.0.1:1/secret-path")
    repository.store_says("notify: {url: {env: HOOK}}\n")
    repository.has([a_cup()])
    watcher = watching(repository)
    warned = watcher.round().warnings
    assert ["the hook of store shop was not told"] == [each.partition(":")[0] for each in warned]
    assert "secret-path" not in warned[0]
    repository.has([a_cup(variants=[{"sku": "CUP", "price": "0.00"}])])
    assert [1, 0] == [len(watcher.round().warnings), len(watcher.round().warnings)]


def test_metrics_are_text_that_prometheus_reads(repository: Repository) -> None:
    repository.has([a_cup()])
    watcher = watching(repository)
    watcher.round()
    text = metrics_text(watcher.state)
    assert "# TYPE reconciler_rounds_total counter\nreconciler_rounds_total 1\n" in text
    assert 'reconciler_store_state{store="shop",state="applied"} 1\n' in text
    assert 'reconciler_store_state{store="shop",state="failed"} 0\n' in text
    assert 'reconciler_store_good_timestamp_seconds{store="shop"} 1000000\n' in text
