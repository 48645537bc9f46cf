"""Taking a run back: what the journal says it wrote, met with what the store holds. The cases are data."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove
from reconciler.model.kind import KindSet
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Begun
from reconciler.model.state import Live
from reconciler.planning.ground import Ground
from reconciler.planning.group import GroupPlan
from reconciler.planning.invert import Inversion
from reconciler.planning.later import KEY, WHOLE, Later, Rewritten
from reconciler.planning.project import projected
from reconciler.planning.written import Written
from tests.planning.spelling import Case, cases, change, filled_in, resource, spelled_change

CASES = dict(cases(Path(__file__).parent / "rollback"))
RUN = "run-1"
BEGUN = Begun(
    run=RUN,
    plan="",
    engine="",
    target=Target("shop", "S1", "2026-10", "EUR"),
    commit=None,
    base_commit=None,
    scope=Scope(),
    actor="",
)


def by_address(spelled: Mapping[str, Any] | None) -> dict[Address, Any]:
    return {Address.parse(text): value for text, value in (spelled or {}).items()}


def wrote(case: Case) -> list[Change]:
    found = []
    for spelled in case["wrote"]:
        made = change(spelled)
        before = spelled.get("before", {})
        fields = tuple(replace(each, before=before.get(each.path, each.before)) for each in made.fields)
        found.append(replace(made, fields=fields))
    return found


def written(case: Case) -> Written:
    later = {at: {WHOLE: Rewritten(run)} for at, run in by_address(case.get("later")).items()}
    later |= {at: {WHOLE: Rewritten(run, takes_back=True)} for at, run in by_address(case.get("taken_back")).items()}
    brought = by_address(case.get("brought"))
    later |= {at: {WHOLE: Rewritten(run, True, "made it anew", *how)} for at, (run, *how) in brought.items()}
    later |= {at: {KEY: Rewritten(run)} for at, run in by_address(case.get("later_key")).items()}
    changes = {each.address: each for each in wrote(case)}
    return Written(BEGUN, changes, held=by_address(case.get("held")), later=Later(later))


def ground(case: Case) -> Ground:
    sources, elsewhere, taken = (by_address(case.get(name)) for name in ("sources", "elsewhere", "taken"))
    return Ground("The Shop", sources, elsewhere, taken)


def live(case: Case) -> Live:
    ids: dict[Address, str] = {}
    resources = {}
    for address, fields in by_address(case["holds"]).items():
        ids[address] = fields["id"]
        resources[address] = resource(address.kind, {name: each for name, each in fields.items() if name != "id"})
    unmarked = {Address.parse(text) for text in case.get("unmarked", ())}
    owned = frozenset(address for address in resources if KINDS.root_of(address) not in unmarked)
    return Live(resources, ids, owned)


def of_group(whole: Live, root: Address) -> Live:
    own = {address: each for address, each in whole.resources.items() if KINDS.root_of(address) == root}
    return Live(own, {address: whole.ids[address] for address in own}, whole.owned & own.keys())


def without_orphans(whole: Live) -> Live:
    """A store takes what hangs on something along with it; a projection does not."""
    resources = {
        at: each
        for at, each in whole.resources.items()
        if (parent := KINDS.parent_of(at)) is None or parent in whole.resources
    }
    return replace(whole, resources=resources)


def inverted(case: Case, holds: Live) -> GroupPlan:
    inversion = Inversion(written(case), ground(case), KINDS)
    groups = [inversion.group(root, of_group(holds, root)) for root in inversion.roots()]
    changes = tuple(change for group in groups for change in group.changes)
    return GroupPlan(changes, notes=tuple(note for group in groups for note in group.notes))


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_rollback_is(case):
    back = inverted(case, live(case))
    if "removes" in case:
        assert case["removes"] == sorted(str(each.address) for each in back.changes)
        assert all(isinstance(each, Remove) and each.how == "delete" for each in back.changes)
    else:
        expected = sorted(filled_in(case.get("back", ())), key=str)
        assert expected == sorted((spelled_change(each) for each in back.changes), key=str)
    assert sorted(case.get("notes", ())) == sorted(back.notes)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_once_taken_back_nothing_is_left_to_take_back(case):
    """Nothing, but for quantities: of those only the journal tells that they were taken back."""
    holds = live(case)
    back = inverted(case, holds).changes
    after = inverted(case, without_orphans(projected(holds, back, KINDS))).changes
    assert () == tuple(each for each in after if not KINDS[each.address.kind].sold)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_change_says_what_the_store_holds_now(case):
    holds = live(case)
    for each in inverted(case, holds).changes:
        for field in each.fields:
            known = (
                field.path not in KINDS[each.address.kind].along and KINDS[each.address.kind].seen.__name__ == "as_held"
            )
            if known and each.action != "create":
                assert field.before == holds.resources[each.address].spelled().get(field.path), each


class Climbs(KindSet):
    """Kinds that count how often somebody asks what an address hangs on: what a scan of everything does most."""

    def __init__(self) -> None:
        super().__init__(list(KINDS))
        self.count = 0

    def parent_of(self, address: Address) -> Address | None:
        self.count += 1
        return super().parent_of(address)


def climbs(products: int, variants: int) -> int:
    """Return how often it climbs to take back variants that a run made and a later one wrote."""
    shirts = [Address("product", f"shirt-{number}") for number in range(products)]
    made = [Address("variant", f"{shirt.key}/S{number}") for shirt in shirts for number in range(variants)]
    price = FieldChange("price", None, "1.00")
    resources = {at: resource("variant", {"price": "1.00"}) for at in made}
    resources |= {shirt: resource("product", {"title": "Shirt"}) for shirt in shirts}
    holds = Live(resources, {at: f"gid://{at}" for at in resources}, frozenset(resources))
    later = Later({at: {"price": Rewritten("run-2")} for at in made[::2]})
    wrote = Written(BEGUN, {at: Create(at, (price,)) for at in made}, later=later)
    kinds = Climbs()
    inversion = Inversion(wrote, Ground("The Shop"), kinds)
    back = [inversion.group(root, of_group(holds, root)) for root in inversion.roots()]
    assert products * variants == sum(len(group.changes) + len(group.notes) for group in back)
    return kinds.count


def spellings(variants: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Return how often an adjustment is read from its fields to make a product again with all of them."""
    shirt, counted = Address("product", "shirt"), [0]
    levels = {Address("stock", f"shirt/S{number}/north"): {"available": 5} for number in range(variants)}
    adjusted = {Address("adjustment", f"shirt/S{number}/north: R"): {"delta": 2} for number in range(variants)}
    made: dict[Address, Any] = {
        Address("variant", f"shirt/S{number}"): {"price": "1.00", "option_values": []} for number in range(variants)
    }
    gone = Remove(shirt, "P1", (FieldChange("title", "Shirt", None), FieldChange("options", [], None)), how="delete")
    wrote = Written(BEGUN, {shirt: gone}, held={**made, **levels, **adjusted})
    spelled = KINDS["adjustment"].resource.model_validate

    def counts(fields: Any) -> Any:
        counted[0] += 1
        return spelled(fields)

    monkeypatch.setattr(KINDS["adjustment"].resource, "model_validate", counts)
    back = Inversion(wrote, Ground("The Shop"), KINDS).group(shirt, Live())
    monkeypatch.undo()
    assert 1 + 3 * variants == len(back.changes), back.notes
    return counted[0]


def test_the_work_of_making_again_grows_as_what_was_removed_does(monkeypatch):
    assert spellings(40, monkeypatch) < 2.2 * spellings(20, monkeypatch)


@pytest.mark.parametrize(("less", "more"), [((10, 20), (20, 20)), ((1, 100), (1, 200))], ids=["groups", "one-group"])
def test_the_work_of_taking_back_grows_as_the_run_does(less, more):
    assert climbs(*more) < 2.2 * climbs(*less)


def test_every_kind_has_a_case_for_each_thing_that_a_run_may_do_with_it():
    seen = {(each.address.kind, each.action) for case in CASES.values() for each in wrote(case)}
    may = {(kind.name, action) for kind in KINDS for action in ("create", "update", "remove")}
    may |= {(kind.name, "adopt") for kind in KINDS if kind.alias is not None}
    # A mark is only ever made, and so is an adjustment; orders come and go with their members; members just are.
    never = {("mark", "update"), ("mark", "remove"), ("metafield_definition", "remove")}
    never |= {("adjustment", "update"), ("adjustment", "remove"), ("membership", "update")}
    never |= {("image_order", "create"), ("image_order", "remove"), ("product_order", "remove")}
    assert may - never == seen
