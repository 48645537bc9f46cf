"""A repository on disk and an embedded store behind HTTP: what a user has, without the command line."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import requests
import yaml

from reconciler.app.plans.live import way_to
from reconciler.app.repository.notes import FOLDER
from reconciler.app.repository.workspace import open_workspace
from reconciler.app.sessions.session import Session
from reconciler.app.sessions.snapshot import Reach, for_stores
from reconciler.app.stores.connect import write_client
from reconciler.app.stores.fleet import FleetResult, Result
from reconciler.app.writing.plan import applied
from reconciler.cli.embedded import EmbeddedStores, query
from reconciler.loading.source import WorkTree
from reconciler.loading.writer import products_text
from reconciler.model.catalog import Product
from reconciler.model.limits import Switchable
from reconciler.model.outcome import ApplyReport, Outcome
from reconciler.model.plan import Plan, Scope
from reconciler.model.plan_text import plan_json
from reconciler.model.store import API_VERSION
from reconciler.shopify.client import WriteClient
from reconciler.shopify.writer import Sender


def told(plan: Plan) -> tuple[str, ...]:
    """Return the notes of a plan, but for the one that no commit was applied yet: most repositories here have none."""
    return tuple(note for note in plan.notes if not note.startswith("which side changed is not known"))


class NoStores:
    """Embedded stores that nobody can reach."""

    def shop(self, name: str, currency: str, places: Mapping[str, Sequence[str]] | None = None) -> tuple[str, str]:
        raise AssertionError(name, currency, places)


@dataclass
class Repository:
    """A user's repository with one store, and the person in that store's admin."""

    root: Path
    shop: str
    embedded: EmbeddedStores
    currency: str = "EUR"

    def make_shop(self, **settings: object) -> None:
        """Make the embedded store before anybody asks it, with settings of the control side."""
        self.embedded._control("PUT", self.shop, {"currency": self.currency, **settings})

    def has(self, products: Sequence[Mapping[str, Any]]) -> None:
        """Make these products the whole catalog."""
        folder = self.root / "catalog" / "products"
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.yaml"):
            file.unlink()
        for fields in products:
            product = Product.model_validate(fields)
            (folder / f"{product.key}.yaml").write_text(products_text([product]), encoding="utf-8")

    def file(self, path: str, content: str | bytes) -> None:
        """Write a file of the repository."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)

    def has_categories(self, categories: Sequence[Mapping[str, Any]]) -> None:
        """Make these categories the whole of ``catalog/collections``."""
        folder = self.root / "catalog" / "collections"
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.glob("*.yaml"):
            file.unlink()
        for fields in categories:
            (folder / f"{fields['key']}.yaml").write_text(yaml.safe_dump(dict(fields)), encoding="utf-8")

    def store_says(self, text: str) -> None:
        """Write the store's file; url, channel and currency are added; limits in money are off where it sets none."""
        limits = "" if "limits:" in text else f"limits: {{off: [{', '.join(get_args(Switchable))}]}}\n"
        self.store_is(f"url: sandbox:{self.shop}\nchannel: web\ncurrency: {self.currency}\n{text.rstrip()}\n{limits}")

    def store_is(self, text: str) -> None:
        """Write the whole of the store's file."""
        folder = self.root / "stores"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "shop.yaml").write_text(text, encoding="utf-8")

    def plan(self, scope: Scope | None = None) -> Plan:
        """Plan the store."""
        return _only(self._session().planned(scope or Scope())).plan

    def plan_both_ways(self) -> Plan:
        """Plan the store with what earlier plans found equal, and without: that never changes a byte of the plan."""
        plan = self.plan()
        shutil.rmtree(self.root / FOLDER, ignore_errors=True)
        again = self.plan()  # its notes are new, for the plan that comes next
        assert plan_json(replace(again, header=None)) == plan_json(replace(plan, header=None))
        return plan

    def keep(self, reach: Reach = Reach.PLAN) -> Path:
        """Make a snapshot of the store."""
        return self._session().kept(self.root / "snapshots" / "shop.jsonl", reach).file

    def plan_against(self, snapshot: Path, scope: Scope | None = None) -> Plan:
        """Plan the store against a snapshot; nothing can be asked."""
        with for_stores([snapshot]) as snapshots:
            return _only(Session(self.root, [], NoStores()).planned(scope or Scope(), snapshots)).plan

    def apply(self, plan: Plan, *accepted: str) -> ApplyReport:
        """Apply a plan and return the report."""
        return _only(self._session().applied([plan], accepted))

    def settle(self) -> ApplyReport:
        """Plan and apply in one session, which reads the files once, as ``apply STORE --yes`` does."""
        session = self._session()
        plan = _only(session.planned(Scope())).plan
        return _only(session.applied([plan], ()))

    def _session(self) -> Session:
        return Session(self.root, [], self.embedded)

    def rollback(self, run: str) -> Plan:
        """Return the plan that takes a run back."""
        return self._session().rolled_back(run).plan

    def outcomes(self, plan: Plan, sender: Callable[[WriteClient], Sender], **between: Any) -> tuple[Outcome, ...]:
        """Apply a plan with something between us and the store, and return what became of each change.

        ``between``: what the way does besides, such as ``keep`` and ``look``.
        """
        store = open_workspace(self.root).stores[0]
        with write_client(store, self.root, self.embedded) as client:
            way = replace(way_to(plan, store, client, WorkTree(self.root), client), sender=sender(client), **between)
            return applied(plan, way, lambda outcomes: None)

    def sell(self, sku: str, quantity: int, location: str | None = None) -> None:
        """Play a customer."""
        sale = {"sku": sku, "quantity": quantity, **({"location": location} if location else {})}
        url = f"{self.embedded._base()}/_sandbox/shops/{self.shop}/actions"
        answer = requests.post(url, json={"sale": sale}, timeout=30)
        assert answer.ok, answer.text

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Any:
        """Play the person in the admin."""
        base_url, token = self.embedded.shop(self.shop, self.currency)
        asked = {"query": document, "variables": dict(variables or {})}
        answer = query(base_url, API_VERSION, token, asked)
        for _ in range(60):
            if "THROTTLED" not in str(answer.get("errors")):
                break
            time.sleep(1)
            answer = query(base_url, API_VERSION, token, asked)
        assert "errors" not in answer, answer
        return answer["data"]


def _only(fleet: FleetResult[Result]) -> Result:
    for failure in fleet.failures:
        raise failure.error
    return fleet.results[0]
