"""A list of neighbours is as git asks only once all of them are there: no order is told as made without its members."""

from reconciler.model.outcome import Applied
from reconciler.shopify.client import Answer, WriteClient
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import AccessDenied
from tests.contract.repository import Repository
from tests.contract.test_promises import BOWL, CUP


class WithoutNewProducts:
    """Sends every mutation but those that make a product."""

    def __init__(self, client: WriteClient) -> None:
        self._client = client

    def mutate(self, mutation: Mutation) -> Answer:
        if mutation.root == "productSet":
            raise AccessDenied("shop", "no", "ask for it")
        return self._client.mutate(mutation)


def test_an_order_is_not_applied_where_a_member_could_not_be_made(repository: Repository) -> None:
    mug = {**CUP, "key": "mug", "variants": [{"sku": "MUG", "price": "9.00"}]}
    repository.has([CUP, mug])
    repository.has_categories([{"key": "picks", "name": "Picks", "products": ["cup", "mug"]}])
    assert repository.apply(repository.plan()).complete
    repository.has([CUP, mug, BOWL])
    repository.has_categories([{"key": "picks", "name": "Picks", "products": ["bowl", "mug", "cup"]}])
    late = repository.outcomes(repository.plan(), WithoutNewProducts)
    applied = {each.address for each in late if isinstance(each, Applied)}
    assert set() == applied & {change.address for change in repository.plan().changes}
    assert repository.apply(repository.plan()).complete
