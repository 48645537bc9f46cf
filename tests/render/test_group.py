"""How changes are gathered before they are told."""

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.render.group import groups, most_telling, root_by_name, rows
from reconciler.render.style import Style
from reconciler.render.text import plan_text
from tests.render.plans import a_creation, a_field, a_plan, a_removal, an_adoption, an_update


def some(count):
    return [an_update(f"variant/shirt/S-{number}") for number in range(count)]


def test_a_field_that_changes_alike_is_one_row():
    [row] = rows(some(12), {})
    assert 12 == len(row.addresses)


def test_different_reasons_are_never_one_row():
    changes = [an_update("variant/a/1", a_field(cause="git")), an_update("variant/a/2", a_field(cause="store"))]
    assert 2 == len(rows(changes, {}))


def test_different_explanations_are_never_one_row():
    first, second = some(2)
    assert 2 == len(rows([first, second], {(first.address, "price"): ("- a",)}))


def test_true_and_one_are_different_values():
    changes = [
        an_update("variant/a/1", a_field("x", 0, after=True)),
        an_update("variant/a/2", a_field("x", 0, 1)),
    ]
    assert 2 == len(rows(changes, {}))


def test_a_kind_set_may_say_what_a_child_hangs_on():
    membership = an_update("membership/summer/shirt")

    def root_of(address):
        return Address("collection", address.root_key)

    assert "\n~ collection summer\n" in plan_text(a_plan(membership), style=Style(), root_of=root_of)
    assert Address("product", "summer") == root_by_name(membership.address)


def test_what_is_taken_away_taken_over_or_overwritten_is_shown_first():
    quiet = [an_update(f"product/p-{number}", a_field("title", "a", "b")) for number in range(9)]
    loud: list[Change] = [
        an_adoption("product/x"),
        a_removal("product/y"),
        an_update("product/z", a_field(cause="store")),
    ]
    shown = most_telling(groups([*quiet, *loud], root_by_name), 3)
    assert ["x", "y", "z"] == [group.root.key for group in shown]


def test_the_largest_price_move_is_among_the_few():
    changes = [an_update(f"product/p-{number}", a_field()) for number in range(9)]
    slip = an_update("product/slip", a_field(before="49.00", after="4.90"))
    assert ["slip"] == [group.root.key for group in most_telling(groups([*changes, slip, *changes], root_by_name), 1)]


def test_what_is_shown_keeps_the_order_of_the_plan():
    changes = [an_update(f"product/p-{n}", a_field(before="10.00", after=f"{11 + n}.00")) for n in range(4)]
    shown = most_telling(groups(changes, root_by_name), 2)
    assert ["p-2", "p-3"] == [group.root.key for group in shown]


def test_stock_is_told_by_variant_and_location():
    changes: list[Change] = [
        an_update("stock/shirt/S-1/berlin", a_field("available", 5, 3, line=None)),
        a_creation("stock/shirt/S-1/hamburg", available=4),
        a_creation("adjustment/shirt/S-1/berlin: PO 2026%2F118", delta=-2),
        a_removal("stock/shirt/S-2/berlin", available=7),
    ]
    told = [line.rstrip() for line in plan_text(a_plan(*changes), style=Style()).splitlines()]
    shown = [line for line in told if "S-1" in line or "S-2" in line]
    assert [
        "    stock level S-1 at berlin  available  5 → 3  (-2)",
        "  + stock level S-1 at hamburg  4",
        "  + adjustment S-1 at berlin: PO 2026/118  -2",
        "  - stock level S-2 at berlin  7  delete",
    ] == shown
