"""Compilation: one product or category and the rules of a store become the group that git asks for.

A ``Mapper`` compiles every rule once; then each product is views, values and the validation of its resources. Origins
are found only for the fields that somebody asks about, because few values change. All problems of a group are raised
together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.mapping.check import check_rules, misplaced, never_retired
from reconciler.mapping.collections import collection_image_member, membership_members
from reconciler.mapping.group import GroupMaker
from reconciler.mapping.member import Member
from reconciler.mapping.metafields import MetafieldMaker, Owner, defined_types, metafield_members
from reconciler.mapping.overrides import Overrides
from reconciler.mapping.pictures import image_key, picture_members
from reconciler.mapping.rule import FieldRule, field_rule
from reconciler.mapping.stock import Counted, stock_members
from reconciler.mapping.subject import ROOTS, Subject, category_subjects, document_at, subjects
from reconciler.mapping.views import store_view
from reconciler.model.address import Address
from reconciler.model.catalog import Catalog, Entry, ListedEntry, Product
from reconciler.model.category import CategoryEntry
from reconciler.model.document import Document
from reconciler.model.errors import InvalidInput
from reconciler.model.kind import KindSet
from reconciler.model.metafields import METAFIELDS_ON
from reconciler.model.origin import FieldPath, Origin, Place, Whereabouts
from reconciler.model.ownership import OwnershipPolicy
from reconciler.model.rules import MappingRules, Rule
from reconciler.model.state import Desired
from reconciler.model.store import Store


class Mapper:
    """The rules of one store, compiled. Raises InvalidInput with everything that is wrong with them."""

    def __init__(self, rules: MappingRules, store: Store, kinds: KindSet, catalog: Catalog | None = None) -> None:
        problems = [*check_rules(rules, kinds), *misplaced(rules, store), *never_retired(rules, store, kinds)]
        if problems:
            raise InvalidInput(problems)
        self.store = store
        said = {name: owner.ownership for name, owner in rules.ownership.items()}
        self.ownership = OwnershipPolicy(said).overridden(store.document.ownership)
        """Who decides each field in this store, where the file of a product or category does not say."""
        self.overrides = Overrides(store, kinds)
        self._catalog = catalog or Catalog({}, {})
        self._store_names = store_view(store)
        self._types = {kind.name: kind.resource for kind in kinds}
        self._rules = {kind: _table(kind, rules.rules.get(kind, {})) for kind in ROOTS if kind in kinds}
        self._makers = {owner: _makers(owner, rules) for owner, kind in METAFIELDS_ON.items() if kind in kinds}
        self._defined = defined_types(self._catalog.listed)

    def group(self, entry: Entry) -> Desired:
        """Return the product with what hangs on it as the store is to have it. Raises InvalidInput."""
        product = entry.product
        maker, keys = self._maker(entry, product), self._image_keys(product)
        for subject in self._subjects(product, keys):
            maker.make(subject)
        maker.add(picture_members(entry, product, keys, maker.problems))
        maker.add(self._stock(entry, product, maker))
        maker.add(self._metafields(maker, product))
        root = Address("product", product.key)
        claims = {(root, "image")} if product.images is not None else set[tuple[Address, str]]()
        asked = maker.desired(claims | self._published_where(root, "publication"))
        return self.overrides.applied(root, replace(asked, ownership=product.ownership))

    def collection(self, entry: CategoryEntry, products: Iterable[tuple[str, Whereabouts]]) -> Desired:
        """Return the collection with its members as the store is to have it. Raises InvalidInput.

        ``products``: the keys of the products that are in the category and reach the store, with what puts each there.
        """
        maker = self._maker(entry, entry.category)
        for subject in self.category_subjects(entry):
            maker.make(subject)
        root = Address("collection", entry.category.key)
        maker.add(membership_members(entry, root, products))
        maker.add(collection_image_member(entry, root, self._catalog.files))
        maker.add(self._metafields(maker, entry.category))
        claims = {(root, "membership")} if entry.category.conditions is None else set[tuple[Address, str]]()
        asked = maker.desired(claims | self._published_where(root, "collection_publication"))
        return self.overrides.applied(root, replace(asked, ownership=entry.category.ownership))

    def listed(self, entry: ListedEntry) -> Desired:
        """Return what a file lists as the store is to have it. Raises InvalidInput."""
        root = entry.address
        if not entry.resource.is_wanted:
            return self.overrides.applied(root, Desired({}, absent=frozenset({root})))
        asked = Desired({root: entry.resource}, lambda _, name: Origin(entry.locate((name,))))
        return self.overrides.applied(root, asked)

    def subjects(self, entry: Entry) -> Iterator[Subject]:
        """Yield what the product makes in the store by rules: itself, then its variants in order, and so on."""
        product = entry.product
        yield from self._subjects(product, self._image_keys(product))

    def category_subjects(self, entry: CategoryEntry) -> Iterator[Subject]:
        """Yield what the category makes in the store by rules."""
        for subject in category_subjects(entry, self.store, self._store_names):
            if subject.address.kind in self._rules:
                yield subject

    def subject(self, entry: Entry | CategoryEntry, address: Address) -> Subject | None:
        """Return what a product or category makes by rules at an address; None when it makes nothing there."""
        made = self.subjects(entry) if isinstance(entry, Entry) else self.category_subjects(entry)
        return next((subject for subject in made if subject.address == address), None)

    def rule(self, kind: str, field: str) -> FieldRule | None:
        """Return the rule of a field; None when the field is not managed."""
        return self._rules.get(kind, {}).get(field)

    def metafield_rule(self, owner: str, name: str) -> FieldRule | None:
        """Return the rule of a metafield of products, variants or collections; None when no rule makes it."""
        maker = self._makers.get(owner, {}).get(name)
        return maker.rule if maker is not None else None

    def canonical(self, kind: str, field: str, value: object) -> object:
        """Return the value as the kind spells it. Raises pydantic.ValidationError."""
        return self._types[kind].model_validate({field: value}).managed()[field]

    def _maker(self, entry: Entry | CategoryEntry, document: Document) -> GroupMaker:
        return GroupMaker(entry, document, self._types, self._rules, self.store.currency)

    def _published_where(self, root: Address, kind: str) -> set[tuple[Address, str]]:
        return {(root, kind)} if self.store.document.publications else set()

    def _image_keys(self, product: Product) -> list[str]:
        return [image_key(image, self._catalog.files) for image in product.images or ()]

    def _subjects(self, product: Product, image_keys: Sequence[str]) -> Iterator[Subject]:
        for subject in subjects(product, self.store, self._store_names, self._catalog.files, image_keys):
            if subject.address.kind in self._rules:
                yield subject

    def _stock(self, entry: Entry, product: Product, maker: GroupMaker) -> Iterator[Member]:
        owners = self.ownership.overridden(product.ownership)
        for subject in maker.subjects.values():
            if subject.address.kind == "variant":
                position = int(subject.path[1])
                variant = product.variants[position]
                rows = self._catalog.stock.get(variant.sku or "", ())
                if rows or variant.stock:
                    is_tracked = maker.field(subject.address, "tracked") is not False
                    counted = Counted(entry, variant, position, subject.address, rows, is_tracked)
                    yield from stock_members(counted, self.store, owners, maker.problems)

    def _metafields(self, maker: GroupMaker, document: Document) -> Iterator[Member]:
        for subject in maker.subjects.values():
            makers = self._makers.get(subject.address.kind)
            if makers is not None:
                own = document_at(subject.path, document)
                if makers or getattr(own, "metafields", None):
                    owner = Owner(subject.address, own, maker.entry, subject.path)
                    yield from metafield_members(owner, self._made(subject, maker), self._defined, maker.problems)

    def _made(self, subject: Subject, maker: GroupMaker) -> Iterator[tuple[str, MetafieldMaker, object, Whereabouts]]:
        """Yield the metafields that rules make for a subject: name, rule, value, and where the value came from."""
        entry = maker.entry

        for name, each in self._makers[subject.address.kind].items():

            def place(_: FieldPath, rule: FieldRule = each.rule) -> Place:
                return maker.origin_of(rule, subject).place or rule.place

            yield name, each, maker.value(each.rule, subject), Whereabouts(entry.file, subject.path, place)


def _table(kind: str, rules: Mapping[str, Rule]) -> dict[str, FieldRule]:
    ready = {field: field_rule(rule, kind, field, ROOTS[kind]) for field, rule in rules.items()}
    return {field: rule for field, rule in ready.items() if rule is not None}


def _makers(owner: str, rules: MappingRules) -> dict[str, MetafieldMaker]:
    made: dict[str, MetafieldMaker] = {}
    for name, each in rules.metafields.get(owner, {}).items():
        rule = field_rule(each.rule, METAFIELDS_ON[owner], name, ROOTS[owner])
        if rule is not None:
            made[name] = MetafieldMaker(rule, each.type)
    return made
