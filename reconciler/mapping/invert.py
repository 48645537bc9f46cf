"""Inverting: from what a store holds back to the files that git's value was made of, as edits to be tried.

Every proposal is a guess at which rule and which line made a value; whoever applies one renders the result. What the
store's own file overrides is edited there.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, assert_never

from reconciler.mapping.compile import Mapper
from reconciler.mapping.guess import Guess, guesses
from reconciler.mapping.pictures import image_key
from reconciler.mapping.rule import FieldRule
from reconciler.mapping.spot import Spot
from reconciler.mapping.subject import Subject
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, Entry, ListedEntry, options_of, variant_key
from reconciler.model.category import CategoryEntry
from reconciler.model.drift import Drifted, DriftedField
from reconciler.model.edit import New, SetCount, SetValue
from reconciler.model.metafields import METAFIELDS_ON, TypedValue
from reconciler.model.money import exact
from reconciler.model.origin import FieldPath

Source = Entry | CategoryEntry | ListedEntry
_OVERRIDES: Final = "overrides"
_OWNERS: Final = {kind: owner for owner, kind in METAFIELDS_ON.items()}


class Inverter:
    """The way back from one store to the catalog as its files are now."""

    def __init__(self, mapper: Mapper, catalog: Catalog) -> None:
        self._mapper = mapper
        self._catalog = catalog

    def proposals(self, source: Source, drifted: Drifted) -> Iterator[Guess]:
        """Yield edits that may give one thing, with the fields that are named, as the store holds it."""
        match drifted.how:
            case "edited":
                for field in drifted.fields:
                    yield from self._field(source, drifted.address, field)
            case "removed":
                yield from self._without(source, drifted.address)
            case "added":
                yield from self._with(source, drifted)
            case _:
                assert_never(drifted.how)

    def override(self, drifted: Drifted, value: Callable[[DriftedField], object]) -> Guess:
        """Return the edit of the store's file that says the same as an override, whatever the rules make."""
        store = self._mapper.store
        return tuple(
            SetValue(store.file, (_OVERRIDES, str(drifted.address), field.path), value(field))
            for field in drifted.fields
        )

    def _field(self, source: Source, address: Address, field: DriftedField) -> Iterator[Guess]:
        if address.kind in _OWNERS and isinstance(source, Entry | CategoryEntry):
            yield from self._metafield(source, address, field.path, field.store)
            return
        match address.kind, source:
            case _, ListedEntry():
                yield from _listed(source, field)
            case "stock", Entry():
                yield from self._stock(source, address, field.store)
            case "image_order", Entry():
                yield from self._image_order(source, field.store)
            case "variant_image", Entry():
                yield from self._variant_image(source, address, field.store)
            case "product_order", CategoryEntry():
                yield from _product_order(source, field.store)
            case "collection_image", CategoryEntry() if field.path == "alt":
                yield (_spot(source).set(("image", "alt"), field.store),)
            case _, Entry() | CategoryEntry():
                rule, subject = self._mapper.rule(address.kind, field.path), self._mapper.subject(source, address)
                if rule is not None and subject is not None:
                    yield from self._by_rule(source, rule, subject, field.store)

    def _by_rule(
        self, source: Entry | CategoryEntry, rule: FieldRule, subject: Subject, value: object
    ) -> Iterator[Guess]:
        """Yield guesses at each field of the catalog that a rule reads, in the order in which it reads them."""
        spot, store_currency = _spot(source), self._mapper.store.currency
        for root, *names in rule.reads:
            if root in {"store", "publication"} or not names or not all(isinstance(name, str) for name in names):
                continue
            path: FieldPath = (*(subject.path if root == subject.own else ()), *names)
            if path[0] == "images":  # which may be written as its file or address alone
                yield from _spelled_out(spot, path, value)
                continue
            for made in rule.undo(value, store_currency):
                yield from guesses(spot, path, made, rule.currency or store_currency)

    def _metafield(self, source: Entry | CategoryEntry, address: Address, part: str, value: object) -> Iterator[Guess]:
        owner = Address(_OWNERS[address.kind], address.key.rpartition("/")[0])
        name, subject = address.key.rpartition("/")[2], self._mapper.subject(source, owner)
        if subject is None:
            return
        spot, path = _spot(source), (*subject.path, "metafields", name)
        if spot.says(path):
            typed = isinstance(spot.value(path), TypedValue) and value is not None
            if part == "type" and not typed:
                return
            yield from guesses(spot, (*path, part) if typed else path, value, self._mapper.store.currency)
        elif part == "value" and (rule := self._mapper.metafield_rule(owner.kind, name)) is not None:
            yield from self._by_rule(source, rule, subject, value)

    def _stock(self, source: Entry, address: Address, quantity: object) -> Iterator[Guess]:
        position, location = self._variant_of(source, address), address.key.rpartition("/")[2]
        if position is None:
            return
        variant, spot = source.product.variants[position], _spot(source)
        path: FieldPath = ("variants", position, "stock", location)
        if spot.says(path):
            if quantity is not None:
                yield (spot.set((*path, "quantity"), quantity),)
            yield (spot.set(path, quantity),)
        for row in self._catalog.stock.get(variant.sku or "", ()):
            is_it = row.location == location and row.stock is not None and row.stock.quantity is not None
            if is_it and isinstance(quantity, int):
                yield (SetCount(row.place.file, row.place.line, row.sku, location, quantity),)

    def _variant_of(self, source: Entry, address: Address) -> int | None:
        """Return the position of the variant that a child's address begins with."""
        names, inner = tuple(options_of(source.product)), address.key.partition("/")[2]
        for position, variant in enumerate(source.product.variants):
            key = variant_key(variant, names)
            if inner == key or inner.rpartition("/")[0] == key:
                return position
        return None

    def _images(self, source: Entry) -> list[str]:
        return [image_key(image, self._catalog.files) for image in source.product.images or ()]

    def _image_order(self, source: Entry, value: object) -> Iterator[Guess]:
        keys, wanted = self._images(source), value if isinstance(value, list) else []
        places = [keys.index(key) for key in wanted if key in keys]
        if len(places) == len(keys):
            yield (_spot(source).members(("images",), places),)

    def _variant_image(self, source: Entry, address: Address, value: object) -> Iterator[Guess]:
        position, keys = self._variant_of(source, address), self._images(source)
        if position is not None and value in keys:
            image = (source.product.images or ())[keys.index(str(value))]
            yield (_spot(source).set(("variants", position, "image"), image.source),)

    def _without(self, source: Source, address: Address) -> Iterator[Guess]:
        """Yield edits that take out of the files what is gone from the store."""
        match address.kind, source:
            case "variant", Entry(product=product):
                position = self._variant_of(source, address)
                if position is not None and len(product.variants) > 1:
                    yield (_spot(source).members(("variants",), _others(len(product.variants), position)),)
            case "image", Entry():
                keys, key = self._images(source), address.key.rpartition("/")[2]
                if key in keys:
                    yield (_spot(source).members(("images",), _others(len(keys), keys.index(key))),)
            case "variant_image", Entry():
                position = self._variant_of(source, address)
                yield from [(_spot(source).set(("variants", position, "image"), None),)] if position is not None else []
            case "stock", Entry():
                yield from self._stock(source, address, None)
            case "membership", CategoryEntry():
                yield from self._apart(source, address.key.partition("/")[2])
            case "collection_image", CategoryEntry():
                yield (_spot(source).set(("image",), None),)
            case kind, Entry() | CategoryEntry() if kind in _OWNERS:
                yield from self._metafield(source, address, "value", None)

    def _apart(self, source: CategoryEntry, product: str) -> Iterator[Guess]:
        """Yield the edit that takes a product out of a category: in either file, or in both."""
        found: list[Any] = []
        listed, sold = source.category.products or (), self._catalog.entries.get(product)
        if product in listed:
            found.append(_spot(source).members(("products",), _others(len(listed), listed.index(product))))
        joined = (sold.product.categories if sold is not None else None) or ()
        if sold is not None and source.category.key in joined:
            others = _others(len(joined), joined.index(source.category.key))
            found.append(_spot(sold).members(("categories",), others))
        if found:
            yield tuple(found)

    def _with(self, source: Source, drifted: Drifted) -> Iterator[Guess]:
        """Yield edits that put into the files what the store has besides."""
        match drifted.address.kind, source:
            case "membership", CategoryEntry(category=category):
                product = drifted.address.key.partition("/")[2]
                sold = self._catalog.entries.get(product)
                if sold is not None and category.products is not None:
                    every = range(len(category.products))
                    yield (_spot(source).members(("products",), [*every, New(product)]),)
                elif sold is not None:
                    joined = sold.product.categories
                    edit = _spot(sold).set(("categories",), [category.key])
                    more = _spot(sold).members(("categories",), [*range(len(joined or ())), New(category.key)])
                    yield (more if joined else edit,)
            case "variant", Entry():
                yield self._new_variant(source, drifted)
            case _:
                return

    def _new_variant(self, source: Entry, drifted: Drifted) -> Guess:
        """Return the edit that lists a variant which somebody added, saying of it what its neighbours say."""
        spot, product = _spot(source), source.product
        held = {field.path: field.store for field in drifted.fields}
        chosen: dict[str, str] = dict(held.get("option_values") or ())  # type: ignore[arg-type]
        beside = product.variants[-1]
        said: dict[str, object] = {"sku": held.get("sku"), "options": chosen, "price": held.get("price")}
        for name in beside.model_fields_set - said.keys():
            if name == "sell_when_out_of_stock":
                said[name] = held.get("inventory_policy") == "CONTINUE"
            elif held.get(name) is not None:
                said[name] = held[name]
        currency = self._mapper.store.currency
        for name in {"price", "compare_at_price", "cost"} & said.keys():
            amount = exact(said[name])
            said[name] = amount if "" in (getattr(beside, name) or {}) else {currency: amount}
        order = [name for name in type(beside).model_fields if said.get(name) not in (None, {}, "")]
        document = {name: said[name] for name in order}
        edits: list[Any] = [
            spot.members(("options", name), [*range(len(values)), New(chosen[name])])
            for name, values in (product.options or {}).items()
            if name in chosen and chosen[name] not in values
        ]
        return (*edits, spot.members(("variants",), [*range(len(product.variants)), New(document)]))


def _spot(source: Source) -> Spot:
    document = source.resource if isinstance(source, ListedEntry) else source.document
    return Spot(source.file, source.above, document)


def _others(count: int, without: int) -> Sequence[int]:
    return [position for position in range(count) if position != without]


def _listed(source: ListedEntry, field: DriftedField) -> Iterator[Guess]:
    name, dot, member = field.path.partition(".")
    yield (_spot(source).set((name, member) if dot else (name,), field.store),)


def _product_order(source: CategoryEntry, value: object) -> Iterator[Guess]:
    listed, wanted = source.category.products or (), value if isinstance(value, list) else []
    places = [listed.index(key) for key in wanted if key in listed]
    rest = [position for position in range(len(listed)) if position not in places]  # of other stores
    yield (_spot(source).members(("products",), [*places, *rest]),)


def _spelled_out(spot: Spot, path: FieldPath, value: object) -> Iterator[Guess]:
    """Yield the edit of one field of an image; the image that is written as text becomes a mapping."""
    yield (spot.set(path, value),)
    image: Any = spot.value(path[:-1])
    source = {"file": image.file} if image.file is not None else {"url": image.url}
    yield (spot.set(path[:-1], {**source, str(path[-1]): value}),)
