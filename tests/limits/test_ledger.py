"""What a plan comes to, beyond what the laws of limits say of it."""

from reconciler.kinds.product import Product
from reconciler.kinds.publication import Publication
from reconciler.limits.ledger import LedgerBook
from reconciler.model.address import Address
from reconciler.model.facts import GroupFacts
from reconciler.model.resource import Resource

CUP = Address("product", "cup")
WEB, TILL = (Address("publication", f"cup/{name}") for name in ("Online Store", "Point of Sale"))


def appeared(before: dict[Address, Resource], after: dict[Address, Resource], *unread: str) -> tuple[Address, ...]:
    book = LedgerBook()
    book.enter(GroupFacts(CUP, (), before, after, unread=frozenset(unread)))
    return book.ledger().appear


def vanished(before: dict[Address, Resource], after: dict[Address, Resource]) -> tuple[Address, ...]:
    book = LedgerBook()
    book.enter(GroupFacts(CUP, (), before, after))
    return book.ledger().vanish


def test_a_product_vanishes_by_its_status_and_with_its_last_publication() -> None:
    seen = Product(title="Cup", status="ACTIVE")
    at_web, at_both = {WEB: Publication()}, {WEB: Publication(), TILL: Publication()}
    assert () == vanished({CUP: seen, **at_both}, {CUP: seen, **at_web})
    assert (CUP,) == vanished({CUP: seen, **at_both}, {CUP: seen})
    assert (CUP,) == vanished({CUP: seen, **at_web}, {CUP: Product(title="Cup", status="ARCHIVED"), **at_web})
    assert () == vanished({CUP: Product(title="Cup", status="DRAFT"), **at_web}, {CUP: seen})


def test_a_product_appears_by_its_status_and_with_its_first_publication() -> None:
    seen, draft = Product(title="Cup", status="ACTIVE"), Product(title="Cup", status="DRAFT")
    at_web, at_both = {WEB: Publication()}, {WEB: Publication(), TILL: Publication()}
    assert (CUP,) == appeared({CUP: draft, **at_web}, {CUP: seen, **at_web})
    assert (CUP,) == appeared({CUP: seen}, {CUP: seen, **at_web})
    assert (CUP,) == appeared({CUP: draft}, {CUP: seen, **at_web})
    assert () == appeared({CUP: seen, **at_web}, {CUP: seen, **at_both})
    assert () == appeared({CUP: draft}, {CUP: draft, **at_web})
    assert () == appeared({CUP: seen}, {CUP: seen, **at_web}, "publication"), "nobody knows where it is already"
