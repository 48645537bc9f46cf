"""Who would have which handle: a table of who has what, and who asks for what."""

import pytest

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Move, Remove, Update
from reconciler.planning.alias import Holder, without_contested
from reconciler.planning.group import GroupPlan


def product(key: str) -> Address:
    return Address("product", key)


def plans(held: dict[str, str], asked: dict[str, str | None]) -> dict[Address, GroupPlan]:
    """Return a plan for each product: of what is held a new handle, or None to delete it; of what is not, a new one."""
    found: dict[Address, GroupPlan] = {}
    for key, handle in asked.items():
        root, now = product(key), held.get(key)
        fields = (FieldChange("handle", now, handle), FieldChange("title", now and "Old", "New"))
        change: Change
        if handle is None:
            change = Remove(root, key, fields)
        else:
            change = Update(root, key, fields) if now else Create(root, fields)
        found[root] = GroupPlan((change,))
    return found


def holders(held: dict[str, str]) -> dict[tuple[str, str], Holder]:
    return {("product", handle): Holder(str(product(key)), product(key)) for key, handle in held.items()}


CASES = [
    # key → handle in the store; key → handle in git, None: deleted; those that do not get theirs
    ({"a": "1"}, {"a": "2"}, []),
    ({"a": "1", "b": "2"}, {"a": "2", "b": "3"}, []),
    ({"a": "1", "b": "2"}, {"a": "2", "b": "1"}, ["a", "b"]),
    ({"a": "1", "b": "2", "c": "3"}, {"a": "2", "b": "3", "c": "1"}, ["a", "b", "c"]),
    ({"a": "1", "b": "2"}, {"a": "2", "b": "1", "c": "1"}, ["a", "b", "c"]),
    ({"a": "1", "b": "2"}, {"a": "2"}, ["a"]),
    ({"a": "1", "b": "2"}, {"a": "2", "b": None}, []),
    ({"a": "1", "b": "2"}, {"c": "1", "a": "2"}, ["a", "c"]),
    ({"a": "1", "b": "2"}, {"c": "1", "a": "2", "b": "4"}, []),
    ({"a": "1"}, {"b": "1"}, ["b"]),
]


@pytest.mark.parametrize(("held", "asked", "refused"), CASES)
def test_a_handle_is_had_by_one_thing_at_a_time(
    held: dict[str, str], asked: dict[str, str | None], refused: list[str]
) -> None:
    kept = without_contested(plans(held, asked), holders(held), KINDS)
    without = [
        root.key
        for root, group in kept.items()
        if not any(field.path == "handle" for change in group.changes for field in change.fields)
    ]
    assert refused == sorted(without) == sorted(root.key for root, group in kept.items() if group.notes)
    for root, group in kept.items():
        if root.key in held:
            assert [["title"]] == [[f.path for f in c.fields if f.path != "handle"] for c in group.changes]
        elif root.key in refused:
            assert () == group.changes


def test_a_key_moves_all_the_same_and_an_update_of_nothing_else_goes() -> None:
    field = (FieldChange("handle", "1", "2"),)
    moves = {product("b"): GroupPlan((Move(product("b"), "P1", product("a"), field),))}
    theirs = {("product", "2"): Holder("gid://shopify/Product/9")}
    (group,) = without_contested(moves, theirs, KINDS).values()
    assert [Move(product("b"), "P1", product("a"))] == list(group.changes)
    updates = {product("b"): GroupPlan((Update(product("b"), "P1", field),))}
    (group,) = without_contested(updates, theirs, KINDS).values()
    assert () == group.changes
