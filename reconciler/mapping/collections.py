"""Collections: what a category brings with it besides itself: its members, their order, its image."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.mapping.member import Member
from reconciler.mapping.pictures import image_key, source_fields
from reconciler.model.address import Address
from reconciler.model.category import CategoryEntry
from reconciler.model.origin import Whereabouts


def membership_members(
    entry: CategoryEntry, root: Address, products: Iterable[tuple[str, Whereabouts]]
) -> Iterator[Member]:
    """Yield the products of a category without conditions, and their order where the category gives one.

    ``products``: those that reach the store, each with what puts it there.
    """
    there = dict(products)
    for key, where in there.items():
        yield Member(Address("membership", f"{root.key}/{key}"), {"member": True}, where)
    if entry.category.products is not None and there:
        order = tuple(key for key in entry.category.products if key in there)
        yield Member(
            Address("product_order", root.key),
            {"products": order},
            Whereabouts(entry.file, ("products",), entry.locate),
        )


def collection_image_member(entry: CategoryEntry, root: Address, files: Mapping[str, str]) -> Iterator[Member]:
    """Yield the image of a category; an explicit null takes it away."""
    if "image" not in entry.category.model_fields_set:
        return
    address, image = Address("collection_image", root.key), entry.category.image
    where = Whereabouts(entry.file, ("image",), entry.locate)
    if image is None:
        yield Member(address, None, where)
    else:
        values = {"image": image_key(image, files), "alt": image.alt, **source_fields(image, files)}
        given = {name: value for name, value in values.items() if name != "alt" or "alt" in image.model_fields_set}
        yield Member(address, given, where)
