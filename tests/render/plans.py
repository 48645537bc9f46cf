"""Builders of plans: what a test does not name is ordinary."""

from collections.abc import Sequence
from typing import Any

from reconciler.model.address import Address
from reconciler.model.change import Adopt, Cause, Change, Create, FieldChange, Move, Remove, Update
from reconciler.model.effect import (
    AddressMoved,
    CollectionName,
    Effect,
    MembersMoved,
    OffSale,
    OptionValueGone,
    Unforeseen,
    WithoutPictures,
)
from reconciler.model.json import Json
from reconciler.model.origin import Origin, Place
from reconciler.model.plan import Forecast, Inputs, Plan, Scope, Summary, Target, Violation
from reconciler.model.plan_text import sealed

FILE = "catalog/products/linen-shirt.yaml"


def an_address(text: str) -> Address:
    return Address.parse(text)


def a_field(
    path: str = "price",
    before: Json = "49.00",
    after: Json = "47.00",
    *,
    cause: Cause | None = None,
    line: int | None = 12,
    file: str = FILE,
    trail: Sequence[str] = (),
) -> FieldChange:
    origin = Origin(Place(file, line), tuple(trail)) if line else None
    return FieldChange(path, before, after, cause, origin)


def an_update(address: str, *fields: FieldChange) -> Update:
    return Update(an_address(address), "gid://shopify/Thing/1", fields or (a_field(),))


def an_adoption(address: str, *fields: FieldChange) -> Adopt:
    return Adopt(an_address(address), "gid://shopify/Thing/2", fields)


def a_move(address: str, was: str, *fields: FieldChange) -> Move:
    return Move(an_address(address), "gid://shopify/Thing/4", an_address(was), fields)


def a_creation(address: str, **values: Json) -> Create:
    fields = tuple(a_field(path, None, value, cause="new") for path, value in values.items())
    return Create(an_address(address), fields)


def a_removal(address: str, how: str = "delete", **values: Json) -> Remove:
    fields = [FieldChange(path, value, None) for path, value in values.items()]
    if how != "delete":
        fields = [FieldChange("status", "ACTIVE", "ARCHIVED")]
    return Remove(an_address(address), "gid://shopify/Thing/3", tuple(fields), how)


def a_plan(*changes: Change, currency: str = "EUR", **parts: Any) -> Plan:
    calls = len({change.address.root_key for change in changes}) * 2
    usual: dict[str, Any] = {
        "engine": "0.1.0",
        "target": Target("eu", "gid://shopify/Shop/68817371", "2026-10", currency),
        "inputs": Inputs("5" * 64, commit="8d1f0c2ab94e5f60718293a4b5c6d7e8f9012345"),
        "scope": Scope(),
        "complete": True,
        "applyable": bool(changes),
        "errored": False,
        "summary": Summary.of(changes),
        "forecast": Forecast(calls, calls * 20, round(calls * 0.35)),
        "changes": changes,
    }
    return sealed(Plan(**{**usual, **parts}))


def a_shirt_in_sizes(key: str, *sizes: str, price: str = "49.00") -> tuple[Create, ...]:
    """A product to be made, with a variant of each size."""
    product = a_creation(
        f"product/{key}", title="Linen shirt", handle=key, status="ACTIVE", options=[["Size", list(sizes)]]
    )
    variants = (
        a_creation(f"variant/{key}/{size}", option_values=[["Size", size]], sku=size, price=price) for size in sizes
    )
    return (product, *variants)


def three_changes() -> Plan:
    return a_plan(
        an_update(
            "product/linen-shirt",
            a_field("title", "Linen shirt", "Linen shirt, washed", cause="git", line=3),
            a_field("tags", ["linen", "summer"], ["linen", "new"], cause="git", line=7),
        ),
        an_update("variant/linen-shirt/LS-M", a_field(cause="store")),
        an_update(
            "variant/linen-shirt/LS-S",
            a_field(cause="git"),
            a_field("barcode", "123", "456", line=13, trail=("barcode of the variant", "default.yaml:9")),
        ),
    )


def three_thousand_changes() -> Plan:
    """A price list: 750 products of four variants, most a little cheaper; two leave, and one is a slip of the pen."""
    changes: list[Change] = []
    for number in range(748):
        for place, size in enumerate("SMLX"):
            before = 40 + number % 50 + place
            after = f"{before * 96 // 100}.90" if number != 411 else "4.10"
            cause: Cause = "store" if number == 520 and size == "M" else "git"
            change = a_field(before=f"{before}.00", after=after, cause=cause, line=number, file="catalog/prices.yaml")
            changes.append(an_update(f"variant/shirt-{number:03}/S{number:03}-{size}", change))
    changes += [a_removal(f"product/shirt-{number}", "archive") for number in (748, 749)]
    return a_plan(*changes)


def side_effects() -> Plan:
    """A plan with one effect of every sort, and a title that is none of ours."""
    hat, mug, shirt = (an_address(f"product/{key}") for key in ("wool-hat", "mug", "linen-shirt"))
    ours = CollectionName("Summer", an_address("collection/summer"), "gid://shopify/Collection/1")
    theirs = CollectionName("Sale | @all <b>50 %</b>", None, "gid://shopify/Collection/2")
    many = tuple(an_address(f"product/shirt-{number:02}") for number in range(14))
    effects: tuple[Effect, ...] = (
        AddressMoved(shirt, "/products/linen", "/products/linen-shirt"),
        AddressMoved(mug, "/products/mug"),
        AddressMoved(hat, "/products/hat", shows=an_address("product/straw-hat")),
        OffSale(hat, "publications", "ACTIVE", limit="publications-lost"),
        OffSale(mug, "status", "ARCHIVED"),
        OffSale(shirt, "status", "UNLISTED"),
        OptionValueGone(shirt, "Size", "XL"),
        OptionValueGone(shirt, "Size", "XXL"),
        WithoutPictures(mug, is_new=True),
        WithoutPictures(hat, is_new=False),
        MembersMoved(ours, many, (mug,), 3, 1, ("conditions",)),
        MembersMoved(theirs, (), (shirt, hat), because=("compare_at_price", "tag")),
        Unforeseen(theirs, ("some products are in it by hand, and which is not read",), (mug,)),
        Unforeseen(None, ("the app lacks the access scope read_products",), (shirt, mug), 0),
    )
    lost = "1 would be sold nowhere any more: product/wool-hat: 1 publication → none"
    broken = Violation("publications-lost", lost, (hat,), "--accept publications-lost")
    return a_plan(*three_changes().changes, effects=effects, violations=(broken,))
