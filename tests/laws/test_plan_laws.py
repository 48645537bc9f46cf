"""What holds for every plan, whatever the kinds: searched for counterexamples in worlds of toys."""

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update
from reconciler.model.outcome import Stale
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.cause import Base
from reconciler.planning.group import Past, plan_group
from reconciler.planning.planner import changes_of
from reconciler.planning.precondition import checked
from reconciler.planning.project import projected
from reconciler.planning.scope import Policy
from tests.laws.toys import CHILDREN, POLICIES, SCOPED_POLICIES, SOLD, TOYS, UNREAD, Rail, desires, lives


def planned(desired: Desired, live: Live, policy: Policy) -> tuple[Change, ...]:
    return changes_of(desired, live, kinds=TOYS, policy=policy)


def bases(desired: Desired) -> Past:
    """What git decided before, as a past."""
    return Past(lambda: Base(desired.resources))


def without_causes(changes: tuple[Change, ...]) -> list[Change]:
    return [replace(each, fields=tuple(replace(field, cause=None) for field in each.fields)) for each in changes]


def shuffled(things: Mapping[Address, Resource], seed: int) -> dict[Address, Resource]:
    pairs = list(things.items())
    random.Random(seed).shuffle(pairs)
    return dict(pairs)


def in_scope(policy: Policy, address: Address) -> bool:
    return policy.patterns.shows(address, TOYS)


def field_name(path: str) -> str:
    return path.partition(".")[0]


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_plan_of_the_projected_live_is_empty_or_what_an_adoption_put_off(desired, live, policy):
    changes = planned(desired, live, policy)
    adopted = {change.address for change in changes if isinstance(change, Adopt)}
    after = projected(live, changes, TOYS)
    put_off = planned(desired, after, policy)
    assert all(isinstance(change, Remove) and TOYS.root_of(change.address) in adopted for change in put_off)
    assert () == planned(desired, projected(after, put_off, TOYS), policy)


@given(desires(), lives(unread=UNREAD), SCOPED_POLICIES, st.integers())
def test_the_order_of_what_is_put_in_does_not_matter(desired, live, policy, seed):
    other = replace(live, resources=shuffled(live.resources, seed))
    assert planned(desired, live, policy) == planned(Desired(shuffled(desired.resources, seed + 1)), other, policy)


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_change_is_never_stale_against_what_it_was_planned_from(desired, live, policy):
    changes = planned(desired, live, policy)
    assert changes == checked(changes, live, TOYS).go


@given(desires(), lives(), POLICIES)
def test_what_was_applied_is_already_so_or_gone(desired, live, policy):
    changes = planned(desired, live, policy)
    verdict = checked(changes, projected(live, changes, TOYS), TOYS)
    assert () == verdict.go
    assert [] == [outcome for outcome in verdict.settled if isinstance(outcome, Stale)]


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_plan_removes_only_what_is_owned(desired, live, policy):
    for change in planned(desired, live, policy):
        if isinstance(change, Remove):
            root = TOYS.root_of(change.address)
            adopted = root in desired.resources and in_scope(policy, root)
            assert change.address in live.owned or (change.address != root and adopted)
            assert change.address not in desired.resources
            assert TOYS[change.address.kind].removable


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_plan_touches_nothing_of_a_root_that_is_neither_ours_nor_adopted(desired, live, policy):
    changes = planned(desired, live, policy)
    adopted = {change.address for change in changes if isinstance(change, Adopt | Create)}
    for change in changes:
        root = TOYS.root_of(change.address)
        assert root in live.owned or root in adopted


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_key_moves_before_anything_below_changes_and_only_once(desired, live, policy):
    changes = planned(desired, live, policy)
    moves = {change.address: change for change in changes if isinstance(change, Move)}
    assert {root: change.was for root, change in moves.items()}.items() <= live.moved.items()
    for change in changes:
        root = TOYS.root_of(change.address)
        if root in live.moved and root in desired.resources and root != change.address:
            assert root in moves
    assert not projected(live, changes, TOYS).moved.keys() & moves.keys()


@given(desires(), lives(), SCOPED_POLICIES, st.sets(st.sampled_from(CHILDREN), max_size=3))
def test_what_is_left_alone_is_changed_only_by_the_end_of_its_root(desired, live, policy, twins):
    live = replace(live, twins=dict.fromkeys(sorted(twins), "there are two of it"))
    for change in planned(desired, live, policy):
        left_alone = change.address in twins or TOYS.parent_of(change.address) in twins
        assert not left_alone or TOYS.root_of(change.address) not in desired.resources


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_plan_never_names_an_undeclared_field(desired, live, policy):
    for change in planned(desired, live, policy):
        named = {field_name(field.path) for field in change.fields}
        if isinstance(change, Remove):
            retiring = TOYS[change.address.kind].retire.get(change.how, live.resources[change.address].managed())
            assert named <= set(retiring)
        else:
            assert named <= set(desired.resources[change.address].managed())


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_plan_is_minimal(desired, live, policy):
    changes = planned(desired, live, policy)
    for dropped in changes:
        root = TOYS.root_of(dropped.address)
        if any(change.address == root and isinstance(change, Remove) for change in changes if change is not dropped):
            continue  # it goes with its root, whether the plan names it or not
        rest = [change for change in changes if change is not dropped]
        assert planned(desired, projected(live, rest, TOYS), policy)


@given(desires(), lives(), SCOPED_POLICIES)
def test_every_field_change_changes_something(desired, live, policy):
    for change in planned(desired, live, policy):
        paths = [field.path for field in change.fields]
        assert len(paths) == len(set(paths))
        if isinstance(change, Update | Adopt | Move):
            assert all(field.before != field.after for field in change.fields)
        if isinstance(change, Update):
            assert change.fields


@given(desires(), lives(unread=UNREAD), SCOPED_POLICIES)
def test_a_plan_leaves_unread_kinds_alone(desired, live, policy):
    for change in planned(desired, live, policy):
        assert change.address.kind not in live.unread
        assert TOYS.root_of(change.address).kind not in live.unread
        if isinstance(change, Remove) and change.how == "delete":
            assert not {child.name for child in TOYS.children(change.address.kind)} & live.unread


@given(desires(), lives(), SCOPED_POLICIES)
def test_nothing_out_of_scope_is_ever_changed(desired, live, policy):
    group = plan_group(desired, live, kinds=TOYS, policy=policy)
    for address in [*(change.address for change in group.changes), *(seen.address for seen in group.observed)]:
        assert in_scope(policy, address)
    for path in [
        *(field.path for change in group.changes for field in change.fields),
        *(seen.path for seen in group.observed),
    ]:
        assert policy.patterns.shows_field(field_name(path))


@given(desires(), lives(), SCOPED_POLICIES)
def test_a_deletion_takes_nothing_along_that_the_plan_does_not_name(desired, live, policy):
    deleted = {
        change.address
        for change in planned(desired, live, policy)
        if isinstance(change, Remove) and change.how == "delete"
    }
    removable = {address for address in live.resources if TOYS[address.kind].removable}
    assert {address for address in removable if TOYS.root_of(address) in deleted} <= deleted


@given(desires(), lives(), POLICIES)
def test_observed_fields_never_appear_in_changes_that_make_or_update(desired, live, policy):
    for change in planned(desired, live, policy):
        if not isinstance(change, Remove):
            owners = [policy.ownership.of(change.address.kind, field_name(field.path)) for field in change.fields]
            assert "observe" not in owners


@given(desires(), lives(), POLICIES)
def test_seed_never_appears_in_updates(desired, live, policy):
    for change in planned(desired, live, policy):
        if isinstance(change, Update | Adopt | Move):
            owners = [policy.ownership.of(change.address.kind, field_name(field.path)) for field in change.fields]
            assert "seed" not in owners


@given(desires(), lives(), POLICIES)
def test_seed_is_written_at_creation(desired, live, policy):
    for change in planned(desired, live, policy):
        if isinstance(change, Create):
            written = {field_name(field.path) for field in change.fields}
            asked = desired.resources[change.address].managed()
            assert {name for name in asked if policy.ownership.of(change.address.kind, name) != "observe"} == written


@given(desires(), lives(), POLICIES)
def test_merge_never_loses_a_live_member(desired, live, policy):
    after = projected(live, planned(desired, live, policy), TOYS).resources
    for address, resource in live.resources.items():
        if address not in desired.resources:
            continue
        for name, value in resource.managed().items():
            if policy.ownership.of(address.kind, name) != "merge":
                continue
            asked = getattr(desired.resources[address], name)
            if isinstance(value, tuple):
                assert set(value) <= set(getattr(after[address], name))
            elif isinstance(value, dict):
                others = {key: member for key, member in value.items() if key not in (asked or {})}
                assert others.items() <= (getattr(after[address], name) or {}).items()


@given(desires(), lives(), POLICIES)
def test_every_difference_of_an_observed_field_is_shown(desired, live, policy):
    seen = {
        (item.address, field_name(item.path)) for item in plan_group(desired, live, kinds=TOYS, policy=policy).observed
    }
    for address, resource in desired.resources.items():
        for name, value in resource.managed().items():
            observed = address in live.resources and policy.ownership.of(address.kind, name) == "observe"
            if not (observed and not isinstance(value, dict)):
                continue
            assert (value != getattr(live.resources[address], name)) == ((address, name) in seen)


@given(desires(), lives(), SCOPED_POLICIES)
def test_parents_come_before_children_and_removals_last_with_children_first(desired, live, policy):
    changes = planned(desired, live, policy)
    places = {change.address: place for place, change in enumerate(changes)}
    assert len(places) == len(changes)
    for change in changes:
        root = TOYS.root_of(change.address)
        if root == change.address or root not in places:
            continue
        assert isinstance(changes[places[root]], Remove) == (places[root] > places[change.address])
    for one, next_one in pairwise(changes):
        if TOYS.root_of(one.address) == TOYS.root_of(next_one.address):
            assert isinstance(one, Remove) <= isinstance(next_one, Remove)
    leaving = [isinstance(change, Remove) and TOYS.root_of(change.address) == change.address for change in changes]
    staying = [place for place, change in enumerate(changes) if not isinstance(change, Remove)]
    if True in leaving and staying:
        assert max(staying) < leaving.index(True)


@given(desires(), lives(), SCOPED_POLICIES)
def test_the_changes_of_a_group_stand_together(desired, live, policy):
    roots = [TOYS.root_of(change.address) for change in planned(desired, live, policy)]
    runs = [root for place, root in enumerate(roots) if place == 0 or roots[place - 1] != root]
    assert len(runs) == len(set(runs))


@given(desires(), lives(), SCOPED_POLICIES)
def test_dependencies_point_backwards_to_what_is_made(desired, live, policy):
    made: set[Address] = set()
    for change in planned(desired, live, policy):
        assert set(change.depends_on) <= made
        if isinstance(change, Create | Adopt | Move):
            made.add(change.address)


@given(desires(), lives(), SCOPED_POLICIES)
def test_what_hangs_on_a_made_root_or_comes_after_a_made_kind_waits_for_it(desired, live, policy):
    changes = planned(desired, live, policy)
    made = {change.address for change in changes if isinstance(change, Create | Adopt | Move)}
    for change in changes:
        root = TOYS.root_of(change.address)
        if root != change.address and root in made:
            assert (root,) == change.depends_on
        elif isinstance(change, Create | Adopt | Move):
            after = TOYS[change.address.kind].after
            assert {address for address in made if address.kind in after} == set(change.depends_on)
        else:
            assert () == change.depends_on


@given(desires(), lives(), POLICIES)
def test_whatever_git_may_decide_is_as_git_asks_afterwards(desired, live, policy):
    after = projected(live, planned(desired, live, policy), TOYS).resources
    for address, resource in desired.resources.items():
        for name, value in resource.managed().items():
            if policy.ownership.of(address.kind, name) != "enforce":
                continue
            now = getattr(after[address], name)
            if isinstance(value, dict):
                assert {key: member for key, member in value.items() if member is not None}.items() <= (
                    now or {}
                ).items()
            else:
                assert value == now


@given(desires(), lives(), POLICIES)
def test_amounts_are_compared_as_numbers_and_never_as_text(desired, live, policy):
    for change in planned(desired, live, policy):
        for field in change.fields:
            if field.path == "price" and isinstance(change, Update):
                assert Decimal(str(field.before or "NaN")) != Decimal(str(field.after or "NaN"))


def test_two_spellings_of_an_amount_are_one_amount():
    address = Address("rail", "r")
    live = Live({address: Rail(length=Decimal("1.000"))}, {address: "1"}, frozenset({address}))
    assert () == planned(Desired({address: Rail(length=Decimal(1))}), live, Policy())


@given(desires(), lives(unread=UNREAD), SCOPED_POLICIES, desires())
def test_why_never_changes_what_is_written(desired, live, policy, before):
    blind = plan_group(desired, live, kinds=TOYS, policy=policy)
    seeing = plan_group(desired, live, kinds=TOYS, policy=policy, past=bases(before))
    assert without_causes(blind.changes) == without_causes(seeing.changes)
    assert blind.observed == seeing.observed


@given(desires(), lives(), SCOPED_POLICIES, desires())
def test_what_customers_moved_is_written_or_told_and_never_both(desired, live, policy, before):
    blind = plan_group(desired, live, kinds=SOLD, policy=policy)
    seeing = plan_group(desired, live, kinds=SOLD, policy=policy, past=bases(before))
    sold = {(each.address, each.path) for each in seeing.observed if each.cause == "sold"}
    written = {(each.address, field.path) for each in seeing.changes for field in each.fields}
    assert {(each.address, field.path) for each in blind.changes for field in each.fields} == written | sold
    assert not written & sold
    assert all(desired.resources[at].managed()[path] == before.resources[at].managed()[path] for at, path in sold)


@given(desires(), lives(), POLICIES)
def test_where_git_did_not_change_nothing_is_gits_but_what_it_has_never_decided(desired, live, policy):
    for change in plan_group(desired, live, kinds=TOYS, policy=policy, past=bases(desired)).changes:
        if not isinstance(change, Remove):
            assert {each.cause for each in change.fields} <= {"store"}


@given(desires(), lives(), POLICIES, desires())
def test_where_the_store_did_not_change_nothing_is_the_stores(desired, live, policy, before):
    held = projected(live, changes_of(before, live, kinds=TOYS, policy=Policy(on_remove="delete")), TOYS)
    settled = {at: each for at, each in before.resources.items() if at in held.resources}
    past = Past(lambda: Base(settled))
    for change in plan_group(
        desired, held, kinds=TOYS, policy=replace(policy, ownership=OwnershipPolicy()), past=past
    ).changes:
        if not isinstance(change, Remove):
            assert {each.cause for each in change.fields} <= {"git", "new"}
