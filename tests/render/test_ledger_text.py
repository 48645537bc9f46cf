"""What a plan comes to in money, in whole sentences."""

from decimal import Decimal

import pytest

from reconciler.model.address import Address
from reconciler.model.ledger import Ledger
from reconciler.render.ledger_text import ledger_lines
from reconciler.render.style import Style, written


def said(ledger: Ledger) -> str:
    return written(ledger_lines(ledger, "EUR"), Style())


@pytest.mark.parametrize(
    ("count", "appear", "vanish", "come", "go"),
    [
        (1, "1 product appears: p0", "1 product vanishes: p0", "1 piece of stock comes", "1 piece of stock goes"),
        (2, "2 products appear: p0, p1", "2 products vanish: p0, p1", "2 pieces of stock come", "2 pieces of stock go"),
    ],
)
def test_one_and_many_have_verbs_of_their_own(count: int, appear: str, vanish: str, come: str, go: str) -> None:
    some = tuple(Address("product", f"p{number}") for number in range(count))
    worth = Decimal("5.00")
    text = said(
        Ledger(
            appear=some,
            vanish=some,
            pieces_added=count,
            stock_added=worth,
            pieces_removed=count,
            stock_removed=worth,
        )
    )
    for sentence in (appear, vanish, come, go):
        assert sentence in text
