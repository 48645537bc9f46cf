"""What a plan's changes show again is never more than what the plan was held to in the first place."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reconciler.kinds.variant import Variant
from reconciler.limits.claims import shown_broken
from reconciler.limits.watch import Watch
from reconciler.model.address import Address
from reconciler.model.change import Create, FieldChange, Update
from reconciler.model.facts import GroupFacts
from reconciler.model.limits import Exceptional, Limits
from reconciler.planning.diff import differences

CUP = Address("variant", "cup/A")
prices = st.none() | st.decimals(min_value=0, max_value=20, places=1, allow_nan=False)
variants = st.builds(Variant, price=prices.filter(lambda each: each is not None), compare_at_price=prices, cost=prices)
LIMITS = Limits(
    exceptions=(Exceptional(tag="clearance", price_move=Decimal(80)), Exceptional(collection="odd", margin=Decimal(9)))
)


@given(before=st.none() | variants, after=variants, collections=st.sampled_from([frozenset[str](), frozenset({"odd"})]))
def test_no_honest_plan_is_said_to_hide_anything(
    before: Variant | None, after: Variant, collections: frozenset[str]
) -> None:
    fields = tuple(FieldChange(*each) for each in differences(after, before))
    change = Create(CUP, fields) if before is None else Update(CUP, "gid://shopify/ProductVariant/1", fields)
    watch = Watch(LIMITS)
    live = {} if before is None else {CUP: before}
    watch.see(GroupFacts(Address("product", "cup"), (change,), live, {CUP: after}, collections))
    said = {(each.rule, address) for each in watch.broken() for address in each.addresses}
    shown = {(each.rule, each.address) for each in shown_broken([change], LIMITS, lambda _: collections)}
    assert shown <= said


def test_what_a_change_says_whole_is_found_again() -> None:
    fields = (FieldChange("price", "10.00", "0.00"), FieldChange("compare_at_price", "12.00", "0.00"))
    found = shown_broken([Update(CUP, "gid://shopify/ProductVariant/1", fields)], Limits(), lambda _: frozenset())
    assert ["price-zero", "price-move"] == [each.rule for each in found]
