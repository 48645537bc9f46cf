"""Products. Shopify: Product; ``productSet`` to create and to change options, ``productUpdate``, ``productDelete``.

``productSet`` makes a list that it is given the whole list, so it is used only where the whole is meant: to create,
and, with the ids of all variants, when options change. (shopify.dev, 2026-10)
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, assert_never, cast

from pydantic import AfterValidator, BeforeValidator, field_validator

from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update, after, releases
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, CarriedRow, Codec, Mutation, Read, Settling
from reconciler.shopify.identity import MARK_SELECTION, UNMARK, custom_id, mark_in, mark_metafields, unmarking
from reconciler.shopify.texts import (
    Html,
    NullText,
    StrippedText,
    blank_is_none,
    is_rewritten,
    kept_handle,
    not_cleared,
    seo_input,
)

_TAXONOMY = "gid://shopify/TaxonomyCategory/"
_DEFAULT_OPTION = (("Title", ("Default Title",)),)  # how Shopify spells "no options"

OptionList = tuple[tuple[str, tuple[str, ...]], ...]


def _tags(tags: tuple[str, ...] | None) -> tuple[str, ...]:
    # Shopify splits tags at commas, trims them, keeps the first spelling of each, and sorts them ignoring case.
    # (observed, 2026-04)
    first: dict[str, str] = {}
    for tag in tags or ():
        for part in tag.split(","):
            if part.strip():
                first.setdefault(part.strip().casefold(), part.strip())
    return tuple(sorted(first.values(), key=lambda tag: (tag.casefold(), tag)))


def _options(value: object) -> object:
    if value is None:
        return ()
    pairs: Any = value.items() if isinstance(value, Mapping) else value
    options = tuple((name.strip(), tuple(value.strip() for value in values)) for name, values in pairs)
    return () if options == _DEFAULT_OPTION else options


class Product(Resource):
    """The fields of a product, as Shopify returns them after a write."""

    title: StrippedText = None
    """Its name."""
    handle: str | None = None
    """The last part of its web address."""
    description_html: Html = None
    """Its description, in HTML."""
    vendor: StrippedText = None
    """Who makes or sells it."""
    product_type: NullText = None
    """What kind of thing it is, in the merchant's words."""
    tags: Annotated[tuple[str, ...] | None, AfterValidator(_tags)] = None
    """Words that it is found and grouped by."""
    status: Literal["ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED"] | None = None
    """ACTIVE, DRAFT, ARCHIVED or UNLISTED."""
    seo_title: NullText = None
    """The line of a search result that is clicked on."""
    seo_description: NullText = None
    """The text of a search result."""
    category: Annotated[str | None, AfterValidator(blank_is_none)] = None
    """A code of Shopify's product taxonomy."""
    template_suffix: NullText = None
    """Which template of the theme shows it."""
    options: Annotated[OptionList | None, BeforeValidator(_options)] = None
    """Option name → values, in the order that a shopper sees."""

    @field_validator("title", "handle", "vendor", "status")
    @classmethod
    def _not_cleared(cls, value: str | None) -> str:
        return not_cleared(value)

    @field_validator("handle")
    @classmethod
    def _kept_as_it_is(cls, handle: str) -> str:
        return kept_handle(handle)


def _accommodate(root: Resource, children: Sequence[Resource]) -> Resource:
    """Return the product with the option values that its variants will have: those that git names come first.

    A value whose variant cannot be made now is left out: a store has no value without a variant. Where they have other
    options altogether, the options are left alone: neither side could be written.
    """
    fields = root.managed()
    if not fields.get("options"):
        return root
    values = {name: dict.fromkeys(given) for name, given in fields["options"]}
    variants = [child.managed() for child in children if "option_values" in child.model_fields_set]
    used = {pair for variant in variants for pair in variant["option_values"] or ()}
    for variant in variants:
        chosen = dict(variant["option_values"] or ())
        if chosen.keys() != values.keys():
            return Product(**{name: value for name, value in fields.items() if name != "options"})
        for name, value in chosen.items():
            values[name].setdefault(value)
    options = tuple((name, tuple(each for each in given if (name, each) in used)) for name, given in values.items())
    return Product(**{**fields, "options": options}) if variants and options != fields["options"] else root


def _named_in(held: Resource, named: Sequence[Resource]) -> Resource:
    """Return the product without the values of options that git does not name: only variants of others use them."""
    ours = {(name, each) for root in named for name, values in root.managed().get("options") or () for each in values}
    fields = held.managed()
    options = tuple(
        (name, tuple(each for each in values if (name, each) in ours)) for name, values in fields.get("options") or ()
    )
    return Product(**{**fields, "options": options}) if options else held


KIND = Kind(
    "product",
    Product,
    needed=frozenset({"title", "options"}),
    needed_children=frozenset({"variant"}),
    accommodate=_accommodate,
    accommodated=frozenset({"options"}),
    named_in=_named_in,
    mergeable=frozenset({"tags"}),
    after=("mark",),
    alias="handle",
    retire={"archive": {"status": "ARCHIVED"}, "unpublish": {}, "keep": {}},
    fills={"status": ("ACTIVE",)},
    named_after_shop=frozenset({"vendor"}),
)

_INPUT_NAMES = {
    "title": "title",
    "handle": "handle",
    "description_html": "descriptionHtml",
    "vendor": "vendor",
    "product_type": "productType",
    "tags": "tags",
    "status": "status",
    "template_suffix": "templateSuffix",
}


def _parse(node: JsonObject) -> Found:
    product: Any = node
    options = tuple(
        (option["name"], tuple(value["name"] for value in option["optionValues"] if value["hasVariants"]))
        for option in product["options"]
    )
    category = product["category"]
    # What git may not ask for a store may hold all the same; it is left out, so that any value differs from it.
    usual: dict[str, Any] = {}
    if product["vendor"].strip():
        usual["vendor"] = product["vendor"]
    if product["handle"] and not is_rewritten(product["handle"]):
        usual["handle"] = product["handle"]
    resource = Product(
        **usual,
        title=product["title"],
        description_html=product["descriptionHtml"],
        product_type=product["productType"],
        tags=product["tags"],
        status=product["status"],
        seo_title=product["seo"]["title"],
        seo_description=product["seo"]["description"],
        category=category["id"].removeprefix(_TAXONOMY) if category else None,
        template_suffix=product["templateSuffix"],
        options=options,
    )
    return Found("product", product["id"], resource, mark=mark_in(product))


READ = Read(
    type="Product",
    connection="products",
    selection=(
        "title handle descriptionHtml vendor productType tags status templateSuffix seo { title description } "
        f"category {{ id }} options {{ name optionValues {{ name hasVariants }} }} {MARK_SELECTION}"
    ),
    parse=_parse,
    page_size=100,
    identifier="productByIdentifier",
    mark_of=mark_in,
    counted_by="productsCount",
)


def _fields_input(fields: Mapping[str, Json]) -> dict[str, Json]:
    spelled: dict[str, Json] = {_INPUT_NAMES[name]: value for name, value in fields.items() if name in _INPUT_NAMES}
    for name in ("productType", "descriptionHtml", "vendor"):
        if name in spelled:
            spelled[name] = spelled[name] or ""
    if "category" in fields:
        spelled["category"] = f"{_TAXONOMY}{fields['category']}" if fields["category"] else None
    return spelled | seo_input(fields)


def _changed_input(fields: Mapping[str, Json]) -> dict[str, Json]:
    """Return the input of fields of a product that exists: a new handle leaves a redirect, or its address is lost."""
    redirect: dict[str, Json] = {"redirectNewHandle": True} if "handle" in fields else {}
    return _fields_input(fields) | redirect


def _options_input(options: Json) -> Json:
    pairs: Any = options or _DEFAULT_OPTION
    return [
        {"name": name, "position": position, "values": [{"name": value} for value in values]}
        for position, (name, values) in enumerate(pairs, start=1)
    ]


_SET = """\
mutation SetProduct($identifier: ProductSetIdentifiers!, $input: ProductSetInput!) {
  productSet(identifier: $identifier, input: $input, synchronous: true) {
    product { id }
    userErrors { code field message }
  }
}"""
_SET_WITH_FILES = _SET.replace("product { id }", "product { id media(first: 250) { nodes { id } } }")
_UPDATE = """\
mutation UpdateProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    product { id }
    userErrors { field message }
  }
}"""
_DELETE = """\
mutation DeleteProduct($input: ProductDeleteInput!) {
  productDelete(input: $input, synchronous: true) {
    deletedProductId
    userErrors { field message }
  }
}"""


def _set(change: Change | None, batch: Batch, identifier: JsonObject, extra: Mapping[str, Sequence[Json]]) -> Mutation:
    written = after(change) if change is not None else {}
    options = batch.after.spelled().get("options") if batch.after is not None else written.get("options")
    carried = {**batch.carried, "variants": _in_option_order(batch.carried.get("variants", ()), options)}
    spelled = _fields_input(written) if isinstance(change, Create) else _changed_input(written)
    spelled["productOptions"] = _options_input(options)
    spelled |= {name: [row.spelled() for row in rows] for name, rows in carried.items()}
    for name, values in extra.items():  # after the rows, whose positions errors are traced by
        spelled[name] = [*cast("list[Json]", spelled.get(name, [])), *values]
    own = (change.address,) if change is not None else ()
    everything = [each for rows in carried.values() for row in rows for each in row.everything()]
    files = carried.get("files", ())
    told = {f"product.media.nodes.{place}.id": row.address for place, row in enumerate(files)}
    return Mutation(
        root="productSet",
        document=_SET_WITH_FILES if files else _SET,
        variables={"identifier": dict(identifier), "input": spelled},
        covers=(*own, *(row.address for row in everything), *batch.dropped, *batch.implied),
        rows={
            path: address
            for name, rows in carried.items()
            for position, row in enumerate(rows)
            for path, address in row.paths(f"input.{name}.{position}")
        },
        ids={"product.id": batch.root, **told} if batch.root is not None else {},
        settling=Settling.MEDIA if files else Settling.AT_ONCE,
        repeatable=not files,  # each sending makes the files anew
        uploads=tuple(upload for row in everything for upload in row.uploads),
        # (shopify.dev, productSet input, 2026-10)
        cost_points=10 + math.ceil(0.2 * len(carried["variants"]) + 0.4 * _metafields(carried)),
    )


def _metafields(carried: Mapping[str, tuple[CarriedRow, ...]]) -> int:
    of_variants = (len(row.below.get("metafields", ())) for row in carried["variants"])
    return len(carried.get("metafields", ())) + sum(of_variants)


def _in_option_order(rows: tuple[CarriedRow, ...], options: Json) -> tuple[CarriedRow, ...]:
    """Return the variants as a shopper sees them: by the first option's values, then the second's."""
    pairs: Any = options or _DEFAULT_OPTION
    ranks = {name: {value: rank for rank, value in enumerate(values)} for name, values in pairs}

    def rank(row: CarriedRow) -> tuple[int, ...]:
        values: Any = row.input["optionValues"]
        given = {value["optionName"]: value["name"] for value in values}
        return tuple(places.get(given.get(name), len(places)) for name, places in ranks.items())

    return tuple(sorted(rows, key=rank))


def _update(change: Change, product_id: str, extra: Mapping[str, Json]) -> Mutation:
    return Mutation(
        root="productUpdate",
        document=_UPDATE,
        variables={"product": {"id": product_id, **_changed_input(after(change)), **extra}},
        covers=(change.address,),
    )


def _updated(change: Update | Remove, batch: Batch) -> Mutation:
    """Return the request that changes fields: of the whole product, where its variants travel along."""
    return _set(change, batch, {"id": change.id}, {}) if batch.carried else _update(change, change.id, {})


def _write(batch: Batch) -> Iterable[Mutation]:
    if not batch.changes and batch.root_id is not None:  # only its variants change, and need each other's places
        yield _set(None, batch, {"id": batch.root_id}, {})
    for change in batch.changes:
        match change:
            case Create():
                key = change.address.key
                yield _set(change, batch, {"customId": custom_id(key)}, {"metafields": mark_metafields(key)})
            case Adopt() | Move():
                # The mark goes by productUpdate: productSet would drop the product's other metafields.
                whole = bool(batch.carried)
                taken = replace(change, fields=()) if whole else change
                marking = _update(taken, change.id, {"metafields": mark_metafields(change.address.key)})
                yield replace(marking, only_marks=whole)
                if whole:
                    yield _set(change, batch, {"id": change.id}, {})
            case Update():
                yield _updated(change, batch)
            case Remove(how="delete"):
                yield Mutation(
                    root="productDelete",
                    document=_DELETE,
                    variables={"input": {"id": change.id}},
                    covers=(change.address, *batch.dropped),
                )
            case Remove(how="release"):
                if change.fields:
                    yield _updated(change, batch)
                yield unmarking(change.address, change.id)
            case Remove():
                yield _update(change, change.id, {})
            case _:
                assert_never(change)


def _carries(change: Change) -> bool:
    """Whether the whole product travels: made, deleted, or with other options than before."""
    options = any(field.path == "options" for field in change.fields)
    match change:
        case Create():
            return True
        case Remove():
            return change.how == "delete" or (releases(change) and options)
        case Adopt() | Move() | Update():
            return options
        case _:
            assert_never(change)


CODEC = Codec(
    "product",
    read=READ,
    write=_write,
    makes_whole="productSet",
    carries=_carries,
    scopes=frozenset({"read_products", "write_products"}),
    documents=(_SET, _SET_WITH_FILES, _UPDATE, _DELETE, UNMARK),
)
