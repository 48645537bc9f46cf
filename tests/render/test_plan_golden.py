"""Plans as people read them: each case is a plan file, and the exact text of its golden file."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.change import TakenAlong
from reconciler.model.plan import Forecast, Inputs, Observed, Plan, Scope, Violation
from reconciler.model.plan_text import parse_plan, plan_json
from reconciler.render.style import Colour, Detail, Style
from reconciler.render.text import plan_text
from tests.render.plans import (
    a_creation,
    a_field,
    a_move,
    a_plan,
    a_removal,
    a_shirt_in_sizes,
    an_address,
    an_adoption,
    an_update,
    side_effects,
    three_changes,
    three_thousand_changes,
)

RTL = "חולצת פשתן"
BODY = "<p>Woven in a small mill.</p>\n" * 330


def with_facts() -> Plan:
    base = three_changes()
    inputs = Inputs("5" * 64, commit="8d1f0c2ab94e5f60", dirty=True, base_commit="77aa01b2c3d4e5f6")
    return replace(base, inputs=inputs, forecast=Forecast(42, 530, 15, bulk_jobs=1))


def many_alike() -> Plan:
    sizes = [f"LS-{number:02}" for number in range(40)]
    prices = (an_update(f"variant/linen-shirt/{size}") for size in sizes)
    weights = (
        an_update(f"variant/wool-hat/H-{number}", a_field("weight", f"{number + 100} g", f"{number + 90} g"))
        for number in range(60)
    )
    return a_plan(*prices, *weights)


def adoption_and_removals() -> Plan:
    removed = [a_removal(f"product/old-{number}", title=f"Old {number}") for number in range(12)]
    adopted = an_adoption("product/mug", a_field("title", "Mug (old)", "Mug", line=2))
    violations = (
        Violation("adopt", "1 in the store without our mark would be taken over", (adopted.address,), "--accept adopt"),
        Violation(
            "product-removed",
            "12 of 80 would go; the limit is 10 %, or 5 at least",
            tuple(change.address for change in removed),
            "--accept product-removed",
        ),
    )
    return a_plan(adopted, an_update("variant/mug/M-1"), *removed, violations=violations)


def moves() -> Plan:
    return a_plan(
        a_move("product/beaker", "product/mug"),
        an_update("stock/beaker/M-1/berlin", a_field("available", 3, 2)),
        a_move("product/dish", "product/bowl", a_field("title", "Bowl", "Dish", line=2)),
        a_move("collection/board", "collection/shelf"),
    )


def removals() -> Plan:
    return a_plan(
        a_removal("product/old-shirt", "archive"),
        a_removal("variant/cap/C-9", option_values=[["Colour", "Red"]], price="12.00"),
        *(a_removal(f"variant/linen-shirt/LS-{size}", price="49.00") for size in ("XXS", "XS", "S", "M", "L", "XL")),
        a_removal("variant/older-shirt/A"),
        a_removal("variant/older-shirt/B"),
        replace(
            a_removal("product/older-shirt", title="Older shirt"),
            takes_along=(
                TakenAlong("metafield", "custom.care", "wash cold"),
                TakenAlong("translation", "de title", "Älteres Hemd\x1b[2J"),
            ),
        ),
        replace(
            a_removal("variant/older-shirt/C"),
            takes_along=tuple(TakenAlong("fixed price", f"in list {each}", "9.0 EUR") for each in range(6)),
        ),
    )


def new_variants() -> Plan:
    return a_plan(
        *(
            a_creation(
                f"variant/linen-shirt/LS-{size}", option_values=[["Size", size], ["Colour", "Sand"]], price=price
            )
            for size, price in (("XL", "52.00"), ("XXL", "54.00"))
        ),
        *(a_creation(f"variant/cap/C-{number}", price=f"{12 + number}.00") for number in range(9)),
    )


def observed() -> Plan:
    watched = (Observed(an_address(f"variant/hat/H-{number}"), "price", "47.00", "49.00") for number in range(8))
    return a_plan(observed=tuple(watched))


def causes() -> Plan:
    return a_plan(
        an_update("variant/hat/H-1", a_field(cause="git"), a_field("cost", "1.2345", "1.2346", cause="both")),
        an_update("variant/hat/H-2", a_field(cause="store")),
        an_update("stock/hat/H-1/berlin", a_field("quantity", 12, 20, cause="sold")),
    )


def sold() -> Plan:
    moved = (
        Observed(an_address(f"stock/hat/H-{number}/berlin"), "available", 10 - number, 10, "sold") for number in (1, 2)
    )
    watched = Observed(an_address("variant/hat/H-1"), "price", "47.00", "49.00")
    return a_plan(observed=(*moved, watched))


def made_and_removed_in_the_store() -> Plan:
    gone = a_creation("product/cap", title="Cap", status="ACTIVE")
    back = replace(gone, fields=tuple(replace(each, cause="store") for each in gone.fields))
    added = a_removal("variant/hat/H-9", option_values=[["Size", "XL"]], price="9.00")
    edited = a_removal("product/old", title="Old")
    return a_plan(
        back,
        replace(added, fields=tuple(replace(each, cause="store") for each in added.fields)),
        replace(edited, fields=tuple(replace(each, cause="both") for each in edited.fields)),
    )


def values() -> Plan:
    return a_plan(
        an_update(
            "product/hat",
            a_field("tags", ["a", "b"], ["b", "a"]),
            a_field("category", None, "aa-1-2"),
            a_field("seo_title", "A hat", None),
            a_field("options", [["Size", ["S"]]], [["Size", ["S", "M"]], ["Colour", ["Red, dark", "Blue"]]]),
            a_field("values.care", {"wash": 30, "iron": False}, {"wash": 40, "iron": None}),
            a_field("title", "Caf\u00e9 hat", "Cafe\u0301 hat"),
            a_field("vendor", "Hats & Co", "Hats\u00a0& Co"),
            a_field("description_html", BODY, BODY.replace("small", "big", 1)),
            a_field("body", None, BODY),
            a_field("taxable", before=True, after=False),
            a_field("price", "0.00", "5.00"),
            a_field("price", "999.99", "999.98"),
        ),
    )


def hostile() -> Plan:
    return a_plan(
        a_creation("product/escape", title="\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b0m", status="ACTIVE"),
        a_creation("product/lines", title="One\nNo changes. Store eu is as git says.\r\n"),
        a_creation("product/bidi", title="abc\u202etxt.exe\u2066x\u2069\u200b"),
        a_creation("product/emoji", title="👩‍👩‍👧 Family 🏳️‍🌈 漢字"),
        a_creation("product/long", title="x" * 500),
        a_creation("product/marks", title="Z" + "\u0301" * 10_000),
        an_update("product/rtl", a_field("title", RTL, f"{RTL} ארוכה")),
        an_update("product/quotes", a_field("title", 'A" → "B', 'it\'s "C"')),
        an_update("product/\x1b[1mkey", a_field("tags\n", ["\x1b[0m"], [RTL])),
        an_update("variant/v/SKU\n- product everything  delete", a_field("description_html", BODY, f"{BODY}\x1b[8m")),
        notes=("a note\nwith lines \x1b[5m",),
        scope=Scope(only=("product/\x1b*",)),
        complete=False,
    )


CASES: dict[str, tuple[Callable[[], Plan], dict[str, Any]]] = {
    "empty": (a_plan, {}),
    "empty-incomplete": (lambda: a_plan(complete=False, errored=True, notes=("variant could not be read",)), {}),
    "three-changes": (three_changes, {}),
    "three-changes-in-full": (three_changes, {"detail": Detail.FULL}),
    "three-changes-narrow": (three_changes, {"style": Style(width=60)}),
    "three-changes-in-colour": (three_changes, {"style": Style(Colour.ON)}),
    "dirty-and-bulk": (with_facts, {"file": "plans/my eu.json"}),
    "create": (lambda: a_plan(*a_shirt_in_sizes("linen-shirt", *[f"S{number}" for number in range(200)])), {}),
    "create-in-full": (lambda: a_plan(*a_shirt_in_sizes("linen-shirt", "S", "M")), {"detail": Detail.FULL}),
    "create-many": (lambda: a_plan(*(a_creation(f"product/p-{n}", title=f"P {n}") for n in range(30))), {"limit": 4}),
    "create-many-of-several-kinds": (
        lambda: a_plan(
            *(a_creation(f"product/p-{n}", title=f"P {n}") for n in range(8)),
            *(a_creation(f"collection/c-{n}", title=f"C {n}") for n in range(3)),
        ),
        {"limit": 4},
    ),
    "side-effects": (side_effects, {}),
    "side-effects-in-full": (side_effects, {"limit": None, "style": Style(width=70)}),
    "new-variants": (new_variants, {}),
    "three-thousand-changes": (three_thousand_changes, {"limit": 6}),
    "many-alike": (many_alike, {}),
    "many-alike-in-full": (many_alike, {"detail": Detail.FULL, "limit": None}),
    "removals": (removals, {}),
    "moves": (moves, {}),
    "adoption-and-violations": (adoption_and_removals, {}),
    "scoped": (
        lambda: replace(
            three_changes(), complete=False, scope=Scope(("product/linen-*",), ("variant.cost",), "origin/main")
        ),
        {},
    ),
    "incomplete": (
        lambda: replace(three_changes(), complete=False, errored=True, notes=("stock could not be read: 403",)),
        {},
    ),
    "observed": (observed, {}),
    "causes": (causes, {}),
    "sold": (sold, {}),
    "made-and-removed-in-the-store": (made_and_removed_in_the_store, {}),
    "values": (values, {}),
    "yen": (lambda: a_plan(an_update("variant/hat/H", a_field(before="4900.00", after="4700.00")), currency="JPY"), {}),
    "dinar": (lambda: a_plan(an_update("variant/hat/H", a_field(before="4.90", after="4.755")), currency="KWD"), {}),
    "hostile": (hostile, {}),
    "explained": (
        three_changes,
        {"explanations": {(Address("product", "linen-shirt"), "title"): ("- a\x1b", *(f"+ {n}" for n in range(20)))}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_plan_reads_as_its_golden_file_says(case, golden):
    build, options = CASES[case]
    plan = parse_plan(plan_json(build()))
    golden(case, plan_text(plan, **{"style": Style(), **options}))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_row_never_loses_its_file_and_line(width: int) -> None:
    long = a_field("tags", "a, " * 60, "b, " * 60)
    text = plan_text(a_plan(an_update("product/linen-shirt", long)), style=Style(width=width))
    assert 1 == text.count("linen-shirt.yaml:12")
