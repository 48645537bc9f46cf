"""What the phases of one plan cost, each on its own, in one process: processor time that is ours alone.

    python -m benchmarks.phases FOLDER     # a generated repository whose store is served

Each phase begins with what the one before it made, so their sum is a plan from nothing known.
"""

import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import orjson

from reconciler import __version__
from reconciler.app.plans.live import live_store, scopes_to_plan
from reconciler.app.plans.plan_store import plan_store
from reconciler.app.repository.base import Commits
from reconciler.app.repository.store_view import COLLECTION
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.cli.embedded import EmbeddedStores
from reconciler.kinds import KINDS
from reconciler.loading.source import WorkTree
from reconciler.loading.yaml import parse
from reconciler.model.plan import Inputs, Scope, Target
from reconciler.model.state import FoundGroup
from reconciler.planning.planner import Circumstances
from reconciler.shopify.auth import StaticToken
from reconciler.shopify.client import connect
from reconciler.shopify.preflight import preflight
from reconciler.shopify.reader import Page, Reader
from reconciler.shopify.secret import Secret


class Replay:
    """A reader that gives again what another one read."""

    def __init__(self, reader: Reader) -> None:
        self.teller = reader.teller
        self._groups = {kind.name: list(reader.groups(kind.name)) for kind in KINDS.roots()}
        self._pages = {COLLECTION: tuple(reader.pages(COLLECTION))}

    def groups(self, root_kind: str) -> Iterator[FoundGroup]:
        yield from self._groups[root_kind]

    def met(self, root_kind: str, knows: object) -> Iterator[FoundGroup]:
        del knows  # nothing is known: it is a plan from nothing
        yield from self._groups[root_kind]

    def pages(self, root_kind: str) -> Iterator[Page]:
        yield from self._pages[root_kind]

    def grown(self, root_kind: str, pages: Iterable[Page]) -> Iterator[FoundGroup]:
        del pages
        yield from self._groups[root_kind]

    def by_id(self, root_kind: str, ids: Sequence[str]) -> Iterator[FoundGroup | None]:
        by_id = {group.root.id: group for group in self._groups[root_kind]}
        yield from (by_id.get(each) for each in ids)


class Clock:
    """Processor seconds by phase."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began = _cpu_s()
        yield
        self.spent[name] = _cpu_s() - began


def phases(root: Path) -> dict[str, float]:
    """Return processor seconds by phase."""
    clock = Clock()
    tree = WorkTree(root)
    with clock.phase("parse"):
        for file in tree.files("catalog", (".yaml",)):
            parse(file, tree.read(file))
    with clock.phase("load"):
        workspace = open_workspace(root, ["bench"])
    with clock.phase("map"):
        view = checked_views(workspace)["bench"]
    embedded = EmbeddedStores(root / ".reconciler" / "sandbox")
    url, token = embedded.shop("bench", "EUR")
    with connect(view.store, base_url=url, token=StaticToken(Secret(token), "the embedded store's")) as client:
        facts = preflight(client, view.store, scopes_to_plan(view))
        live = live_store(view, client, Commits(workspace), facts)
        with clock.phase("read"):
            read = Replay(live.reader)
    circumstances = Circumstances(
        engine=__version__,
        target=Target("bench", facts.shop_id, view.store.document.api_version, "EUR"),
        inputs=Inputs("", None, False),
        scope=Scope(),
        limits=view.store.document.limits,
    )
    with clock.phase("compare"):
        plan = plan_store(view, replace(live, reader=cast("Reader", read)), circumstances)
    if plan.changes:
        sys.exit(f"the store is not as the catalog says: {plan.summary}")
    spent = clock.spent
    spent["validate"] = spent.pop("load") - spent["parse"]
    return {name: spent[name] for name in ("parse", "validate", "map", "read", "compare")}


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run the command line."""
    answer: Any = phases(Path(sys.argv[1]))
    sys.stdout.buffer.write(orjson.dumps(answer) + b"\n")


if __name__ == "__main__":
    main()
