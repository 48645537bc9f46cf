"""One product of a dump: its node becomes the document that a file of the catalog would hold."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from reconciler.loading.exported import (
    Reading,
    is_hidden,
    is_stand_in,
    is_without_options,
    tag_list,
    taxonomy_code,
    variant_names,
)
from reconciler.loading.json_file import Item
from reconciler.loading.json_leftovers import leftovers
from reconciler.loading.json_metafields import SEO_METAFIELDS, metafields_of
from reconciler.loading.json_nodes import Member, first_of, in_order, members, strays, text_of
from reconciler.loading.validation import spelled
from reconciler.loading.weights import plain_weight
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import FieldPath, Place

_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("title",),
    "description": ("body_html", "descriptionHtml", "bodyHtml"),
    "brand": ("vendor",),
    "type": ("product_type", "productType"),
}
_SWITCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "taxable": ("taxable",),
    "requires_shipping": ("requires_shipping", "inventoryItem.requiresShipping"),
}
_AMOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "price": ("price",),
    "compare_at_price": ("compare_at_price", "compareAtPrice"),
    "cost": ("cost", "inventoryItem.unitCost"),
}
_POLICIES: Final = {"deny": False, "continue": True}
_ADDRESS: Final = ("src", "url", "originalSrc", "image.url", "image.src")
_OF_THEMES: Final = "price_min"  # only products as themes get them have it, with prices in cents


@dataclass(frozen=True, slots=True)
class DumpSheet:
    """What the products of a dump have in common, and the count of what is not carried over."""

    reading: Reading
    shared: frozenset[str]
    lost: Counter[str]


class JsonDocument:
    """Builds the document of one product, and finds the place that each of its values came from."""

    def __init__(self, item: Item, sheet: DumpSheet, problems: list[Diagnostic]) -> None:
        self._item = item
        self._node = item.value
        self._sheet = sheet
        self._problems = problems
        self._ways: dict[FieldPath, FieldPath] = {}  # way in the document → way in the dump
        self._variants = in_order(list(members(self._node, "variants")))
        self._shown = {variant.path: shown for variant in self._variants if (shown := self._image_of(variant))}
        self._options = self._named_options()

    def product(self, key: str, handle: str) -> dict[str, object]:
        """Return the document."""
        if _OF_THEMES in self._node:
            hint = "export products.json, or ask the Admin API"
            self._add((_OF_THEMES,), "this is a product as themes get it, with prices in cents", hint)
        for name in ("variants", "images", "media", "options", "metafields"):
            for path in strays(self._node, name):
                self._add(path, f"this is no member of {name}; expected a mapping", "export it again")
        document: dict[str, object] = {"key": key, "name": None}
        if handle != key:
            document["handle"] = handle
        for field, ways in _TEXTS.items():
            self._put(document, (), field, *first_of(self._node, *ways))
        path, tags = first_of(self._node, "tags")
        tags = tags.split(",") if isinstance(tags, str) else tags
        is_list = isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)
        self._put(document, (), "tags", path, (tag_list(tags) or None) if is_list else tags)
        self._sheet.lost.update(leftovers(self._node, self._variants))
        return document | self._where() | self._content() | self._choices()

    def value(self, path: FieldPath) -> Place:
        """Return the place of a value of the document in the dump, or of its nearest ancestor."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._ways:
                return self._item.place((*self._ways[path[:length]], *path[length:]))
        return self._item.place()

    def key(self, path: FieldPath) -> Place:
        """Return the place of the value that a key leads to."""
        return self.value(path)

    def written(self, path: FieldPath) -> str | None:
        """Return None: JSON says of each value whether it is text."""
        del path
        return None

    def _where(self) -> dict[str, object]:
        """Return what says where, when and how the product is seen."""
        fields: dict[str, object] = {}
        path, status = first_of(self._node, "status")
        status = status.lower() if isinstance(status, str) else status
        name = next((name for name in ("published_at", "publishedAt") if name in self._node), None)
        published = self._node[name] if name else True
        if is_hidden(status if isinstance(status, str) else "", published=bool(published)):
            fields["published"] = False
        elif name and _is_later(published, first_of(self._node, "updated_at", "updatedAt")[1]):
            self._put(fields, (), "publish_at", (name,), published)
        seo: dict[str, object] = {}
        hidden = {
            text_of(each.node, "key"): each
            for each in members(self._node, "metafields")
            if each.node.get("namespace") == "global"
        }
        for field, key in SEO_METAFIELDS.items():
            given = first_of(self._node, f"seo.{field}")
            if given[1] is None and key in hidden:
                given = (*hidden[key].path, "value"), hidden[key].node.get("value")
            self._put(seo, ("seo",), field, *given)
        if seo:
            fields["seo"] = seo
        self._put(fields, (), "status", path, status)
        path, category = first_of(self._node, "category.id", "category.admin_graphql_api_id")
        self._put(fields, (), "taxonomy", path, taxonomy_code(category) if isinstance(category, str) else None)
        return fields

    def _content(self) -> dict[str, object]:
        """Return the images and the metafields of the product."""
        fields: dict[str, object] = {}
        images: list[object] = []
        for address, member in self._images().items():
            at = ("images", len(images))
            self._ways[at] = member.path
            self._ways[(*at, "url")] = _below(member, *_ADDRESS)[0]
            image: dict[str, object] = {"url": address}
            self._put(image, at, "alt", *_below(member, "alt", "altText", "image.altText"))
            images.append(image)
        if images:
            fields["images"] = images
        return fields | self._metafields(self._node, (), ())

    def _images(self) -> dict[str, Member]:
        """Return address → image, in their order; one that only a variant names comes last."""
        found: dict[str, Member] = {}
        for member in in_order([*members(self._node, "images"), *members(self._node, "media")]):
            if member.node.get("mediaContentType", "IMAGE") == "IMAGE":
                found.setdefault(_address(member.node), member)
        for shown in self._shown.values():
            found.setdefault(_address(shown.node), shown)
        return found

    def _image_of(self, variant: Member) -> Member | None:
        """Return the image that shows a variant."""
        images = list(members(self._node, "images"))
        for name in ("featured_image", "image"):
            if isinstance(variant.node.get(name), Mapping):
                return Member((*variant.path, name), variant.node[name])
        if media := list(members(variant.node, "media")):
            return Member((*variant.path, *media[0].path), media[0].node)
        image_id, own_id = variant.node.get("image_id"), variant.node.get("id")
        for image in images:
            if image_id is not None and image.node.get("id") == image_id:
                return image
            shows = image.node.get("variant_ids")
            if image_id is None and own_id is not None and isinstance(shows, list) and own_id in shows:
                return image
        if image_id is not None:
            summary = f"image_id {image_id} is none of the product's images"
            self._add((*variant.path, "image_id"), summary, "export it again")
        return None

    def _named_options(self) -> tuple[str, ...]:
        names = [text_of(option.node, "name") for option in in_order(list(members(self._node, "options")))]
        values = [value for variant in self._variants for value in self._chosen(variant, names).values()]
        if is_without_options(names, values):
            return ()
        if len(set(names)) < len(names):
            self._add(("options",), f"two options have one name: {', '.join(names)}", "give each a name of its own")
        return tuple(names)

    def _chosen(self, variant: Member, names: Iterable[str]) -> dict[str, str]:
        """Return name → value of the options of a variant."""
        selected = {
            text_of(each.node, "name"): text_of(each.node, "value") for each in members(variant.node, "selectedOptions")
        }
        values = {
            name: selected.get(name, text_of(variant.node, f"option{number}")) for number, name in enumerate(names, 1)
        }
        return {name: value for name, value in values.items() if value}

    def _choices(self) -> dict[str, object]:
        """Return the variants, and the options with their values in the order of the dump."""
        variants: dict[str, object] = {"variants": [self._variant(*each) for each in enumerate(self._variants)]}
        self._ways["variants",] = ("variants",)
        if not self._options:
            return variants
        used: dict[str, dict[str, None]] = {name: {} for name in self._options}
        for variant in self._variants:
            for name, value in self._chosen(variant, self._options).items():
                used[name][value] = None
        self._ways["options",] = ("options",)
        return {"options": {name: self._ordered(name, values) for name, values in used.items()}, **variants}

    def _ordered(self, name: str, used: Mapping[str, None]) -> list[str]:
        """Return the values that variants have: as the option lists them, and then those that it does not list."""
        for option in members(self._node, "options"):
            if text_of(option.node, "name") == name:
                listed = [text_of(each.node, "name") for each in members(option.node, "optionValues")]
                own = option.node.get("values")
                listed += [value for value in (own if isinstance(own, list) else ()) if isinstance(value, str)]
                return list(dict.fromkeys([value for value in listed if value in used] + list(used)))
        return list(used)

    def _variant(self, position: int, member: Member) -> dict[str, object]:
        at: FieldPath = ("variants", position)
        self._ways[at] = member.path
        values = self._chosen(member, self._options)
        if not self._options and (odd := [value for value in self._numbered(member) if not is_stand_in(value)]):
            self._add(
                member.path, f'the variant has the value "{odd[0]}" of an option without a name', "export it again"
            )
        sku = member.node.get("sku")
        variant = variant_names(sku.strip(), values, self._sheet.shared) if isinstance(sku, str) else {}
        if sku is not None and not isinstance(sku, str):
            self._put(variant, at, "sku", (*member.path, "sku"), sku)
        if values:
            variant["options"] = values
        for field, ways in _AMOUNTS.items():
            path, amount = _below(member, *ways)
            self._put(variant, at, field, path, None if amount is None else self._amount(path, amount))
        if "price" not in variant:
            self._add(member.path, "the variant has no price; expected an amount", "export it again")
            variant["price"] = "0"
        path, barcode = _below(member, "barcode")
        self._put(variant, at, "barcode", path, barcode.strip() or None if isinstance(barcode, str) else barcode)
        for field, ways in _SWITCHES.items():
            self._put(variant, at, field, *_below(member, *ways))
        return variant | self._weight(member, at) | self._inventory(member, at) | self._belongings(member, at)

    def _numbered(self, member: Member) -> Iterator[str]:
        return (value for number in (1, 2, 3) if (value := text_of(member.node, f"option{number}")))

    def _amount(self, path: FieldPath, given: object) -> object:
        """Return an amount, which some APIs give with its currency."""
        if not isinstance(given, Mapping):
            return self._sheet.reading.amounts(given)
        asked, own = self._sheet.reading.currency, given.get("currencyCode")
        if asked and own and asked != own:
            self._add(path, f"the amount is in {own}, and {asked} was asked for", "import it with its own currency")
        return {asked or own or "": given.get("amount")}

    def _weight(self, member: Member, at: FieldPath) -> dict[str, object]:
        path, amount = _below(member, "weight", "inventoryItem.measurement.weight.value", "grams")
        _, unit = first_of(member.node, "weight_unit", "inventoryItem.measurement.weight.unit")
        unit = "g" if path[-1:] == ("grams",) else unit or "g"
        fields: dict[str, object] = {}
        if isinstance(amount, int | Decimal | str) and not isinstance(amount, bool):
            self._put(fields, at, "weight", path, plain_weight(amount, str(unit)))
        elif amount is not None:
            self._add(path, f"the weight {spelled(amount)} is not a number", "correct it")
        return fields

    def _inventory(self, member: Member, at: FieldPath) -> dict[str, object]:
        node = member.node
        fields: dict[str, object] = {}
        _, tracked = first_of(node, "inventoryItem.tracked")
        if "inventory_management" in node:
            tracked = bool(node["inventory_management"])
        counted = node.get("inventory_management", "shopify") == "shopify"
        if tracked is not None:
            fields["tracked"] = tracked
        path, quantity = _below(member, "inventory_quantity", "inventoryQuantity")
        if tracked and counted and isinstance(quantity, int) and not isinstance(quantity, bool):
            self._put(fields, at, "stock", path, {self._sheet.reading.location: quantity})
        elif tracked and counted and quantity is not None:
            self._add(path, f"{path[-1]} is {spelled(quantity)}; expected a whole number", "correct it")
        elif quantity is not None and quantity != 0:
            self._sheet.lost[f"variants.{path[-1]}"] += 1
        path, policy = _below(member, "inventory_policy", "inventoryPolicy")
        word = policy.lower() if isinstance(policy, str) else ""
        if word in _POLICIES:
            self._put(fields, at, "sell_when_out_of_stock", path, _POLICIES[word])
        elif policy is not None:
            self._add(path, f"{path[-1]} is {spelled(policy)}; expected deny or continue", "correct it")
        return fields

    def _belongings(self, member: Member, at: FieldPath) -> dict[str, object]:
        """Return the image of a variant and its metafields."""
        fields: dict[str, object] = {}
        if (shown := self._shown.get(member.path)) is not None:
            self._put(fields, at, "image", shown.path, _address(shown.node))
        return fields | self._metafields(member.node, member.path, at)

    def _metafields(self, node: Mapping[str, Any], above: FieldPath, at: FieldPath) -> dict[str, object]:
        found = metafields_of(node, self._sheet.lost)
        for name, (path, _) in found.items():
            self._ways[(*at, "metafields", name)] = (*above, *path)
        return {"metafields": {name: value for name, (_, value) in found.items()}} if found else {}

    def _put(self, into: dict[str, object], at: FieldPath, field: str, path: FieldPath, value: object) -> None:
        """Set a field, unless nothing is said, and remember where it came from."""
        if path:
            self._ways[(*at, field)] = path
        if value is not None:
            into[field] = value

    def _add(self, path: FieldPath, summary: str, hint: str) -> None:
        self._problems.append(Diagnostic(summary, self._item.place(path), hint))


def _below(member: Member, *ways: str) -> tuple[FieldPath, Any]:
    path, value = first_of(member.node, *ways)
    return ((*member.path, *path) if path else member.path), value


def _address(image: Mapping[str, Any]) -> str:
    """Return the address of an image; a storefront leaves out the scheme."""
    _, address = first_of(image, *_ADDRESS)
    text = str(address or "").strip()
    return f"https:{text}" if text.startswith("//") else text


def _is_later(published: object, updated: object) -> bool:
    """Return whether a product was to appear only after the dump: it had changed before it appeared."""
    try:
        return datetime.fromisoformat(str(published)) > datetime.fromisoformat(str(updated))
    except (ValueError, TypeError):
        return False
