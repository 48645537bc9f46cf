"""What a plan says that applying it will ask of a store, against what the store counts."""

from collections.abc import Sequence
from typing import Any

from reconciler.app.journal.file import Journal
from reconciler.app.journal.known_run import written_by
from reconciler.app.plans.as_made import LookAtMade
from reconciler.app.plans.live import looking
from reconciler.app.repository.workspace import open_workspace
from reconciler.app.writing.keeping import Keeper
from reconciler.app.writing.way import Look, Touched
from reconciler.model.plan import Plan
from reconciler.shopify.client import WriteClient
from reconciler.shopify.lane import Counters
from reconciler.shopify.preflight import read_facts
from reconciler.shopify.shop_notes import COSTS_OF_AN_APPLY
from tests.contract.pictures import a_png
from tests.contract.repository import Repository

STORE = "locations: {berlin: Berlin}\npublications: [Online Store]\non_remove: delete\n"


def products(count: int, price: str, *, name: str = "P") -> list[dict[str, Any]]:
    return [
        {
            "key": f"p{number}",
            "name": f"{name} {number}",
            "options": {"Size": ["S", "M", "L"]},
            "variants": [
                {
                    "sku": f"P{number}-{size}",
                    "options": {"Size": size},
                    "price": price,
                    "tracked": True,
                    "stock": {"berlin": 5},
                }
                for size in "SML"
            ],
        }
        for number in range(count)
    ]


class Counting:
    """Applies a plan as an apply does, without lease and journal, and counts what that asks of the store."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._client: WriteClient | None = None
        self._keeper: Keeper | None = None
        self._look: Look | None = None
        self._before = Counters()

    def asked(self, plan: Plan) -> tuple[int, int]:
        """Return the calls and the points of making the changes of a plan."""
        looks = {"look": self._looked, **({"touched": self._touched(plan)} if plan.undoes is not None else {})}
        outcomes = self._repository.outcomes(plan, self._sender, keep=self._keep, **looks)
        assert {"applied"} == {outcome.result for outcome in outcomes}, outcomes
        assert self._client is not None
        now = self._client.counters
        return now.requests - self._before.requests, now.cost_points - self._before.cost_points

    def _sender(self, client: WriteClient) -> WriteClient:
        store = open_workspace(self._repository.root).stores[0]
        self._look = looking(client, store, read_facts(client, store))
        self._client, self._before = client, client.counters
        self._keeper = Keeper(client, store, self._repository.root, "run", lambda record: None)
        return client

    def _keep(self, *group: Any) -> Any:
        assert self._keeper is not None
        return self._keeper.keep(*group)

    def _touched(self, plan: Plan) -> Touched:
        wrote = written_by(Journal(self._repository.root, "shop"), str(plan.undoes))

        def touched(*group: Any) -> Any:
            assert self._keeper is not None
            return LookAtMade(plan.changes, wrote, self._keeper).touched(*group)

        return touched

    def _looked(self, ids: Sequence[str]) -> Any:
        assert self._look is not None
        return self._look(ids)


def test_forecasts_are_within_a_fifth_of_what_a_store_counts(repository: Repository) -> None:
    repository.make_shop(locations=["Berlin"])
    repository.store_says(STORE)
    found: dict[str, list[float]] = {}

    def measured(case: str, plan: Plan) -> None:
        calls, points = Counting(repository).asked(plan)
        said = plan.forecast.calls - len(COSTS_OF_AN_APPLY), plan.forecast.cost_points - sum(COSTS_OF_AN_APPLY)
        found[case] = [round(said[0] / calls, 2), round(said[1] / points, 2)]

    def ran(*asked: dict[str, Any]) -> str:
        repository.has(asked)
        plan = repository.plan()
        report = repository.apply(plan, *{each.rule for each in plan.violations})
        assert report.run is not None
        return report.run

    three = products(3, "9.00")
    measured("made, taken back", repository.rollback(ran(*three)))
    measured("made", repository.plan())
    run = ran(*products(3, "10.00", name="Q"))
    measured("changed, taken back", repository.rollback(run))
    measured("changed", repository.plan())
    run = ran(*products(1, "10.00", name="Q"))
    measured("deleted, taken back", repository.rollback(run))
    measured("deleted", repository.plan())
    (shirt,) = products(1, "10.00", name="Q")
    run = ran({**shirt, "options": {"Size": ["S", "M"]}, "variants": shirt["variants"][:2]})
    measured("a variant deleted, taken back", repository.rollback(run))
    measured("a variant deleted", repository.plan())
    measured("a variant made, taken back", repository.rollback(ran(shirt)))
    repository.file("catalog/images/front.png", a_png(1))
    measured("an image made, taken back", repository.rollback(ran({**shirt, "images": [{"file": "images/front.png"}]})))
    assert 1 == found["an image made, taken back"][0], "all that is asked before it goes is counted"
    assert {} == {case: ratios for case, ratios in found.items() if not all(0.8 <= ratio <= 1.2 for ratio in ratios)}
