"""What can be published. Shopify: Publishable, publishablePublish, publishableUnpublish, productPublish, ….

The messages for a target named twice, for none, and for a future date where none can be are inferred.
"""

import hashlib
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from reconciler.sandbox.publications.listing import KINDS as PUBLISHABLE
from reconciler.sandbox.publications.listing import Kind, Placement, placements, publications, put_on, take_off
from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.paging import Order, Page, list_page
from reconciler.sandbox.shops.beginnings import ONLINE_STORE
from reconciler.sandbox.shops.context import Args, Context, Fields, Resolver
from reconciler.sandbox.storage.publications import Publication, every_publication
from reconciler.sandbox.wire.clock import moment
from reconciler.sandbox.wire.errors import Refused, UserError, invalid_id, user_error
from reconciler.sandbox.wire.ids import number_of, parse_gid

_BY_ID: Order[Any] = Order("id", lambda row: row.id)
_Change = Callable[[Context, Kind, Any, Publication, str | None], None]


def publishable_fields(kind: Kind) -> dict[str, Resolver]:
    """Return the resolvers of the Publishable interface for a kind of row."""

    def seen(row: Any, context: Context) -> list[Placement]:
        return [one for one in placements(context, kind, row) if one.is_published]

    def chosen(row: Any, context: Context, args: Args) -> list[Placement]:
        return seen(row, context) if args.get("onlyPublished", True) else placements(context, kind, row)

    def on_catalogs(row: Any, context: Context, args: Args) -> Page[Placement]:
        wanted = args.get("catalogType") or "APP"
        rows = [one for one in chosen(row, context, args) if one.publication.catalog_kind == wanted]
        return list_page(rows, _BY_ID, args)

    def missing(row: Any, context: Context) -> list[Publication]:
        there = {one.id for one in seen(row, context)}
        return [one for one in publications(context, row) if one.id not in there]

    def is_on(row: Any, context: Context, args: Args) -> bool:
        number = number_of(args.get("publicationId"), "Publication") or number_of(args.get("channelId"), "Channel")
        return any(one.id == number for one in seen(row, context))

    def is_on_own(row: Any, context: Context, _args: Args) -> bool:
        return any(one.publication.is_own for one in seen(row, context))

    return {
        "availablePublicationsCount": lambda row, context, _args: count(len(seen(row, context)), None),
        "publicationCount": lambda row, context, args: len(chosen(row, context, args)),
        "resourcePublicationsCount": lambda row, context, args: count(len(chosen(row, context, args)), None),
        "resourcePublications": lambda row, context, args: list_page(chosen(row, context, args), _BY_ID, args),
        "resourcePublicationsV2": on_catalogs,
        "unpublishedPublications": lambda row, context, args: list_page(missing(row, context), _BY_ID, args),
        "unpublishedChannels": lambda row, context, args: list_page(
            [Channel(one) for one in missing(row, context) if one.handle], _BY_ID, args
        ),
        "publishedOnPublication": is_on,
        "publishedOnChannel": is_on,
        "publishedOnCurrentPublication": is_on_own,
        "publishedOnCurrentChannel": is_on_own,
    }


class Channel:
    """A publication seen as the sales channel that it belongs to; both have the same number."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self.id = publication.id


class ProductPublication:
    """A product's placement on a sales channel, in the shape of before publications."""

    def __init__(self, placement: Placement) -> None:
        self.placement = placement
        self.id = placement.id


def own_publication(context: Context) -> Publication | None:
    """Return the publication of the app's own channel, if it has one."""
    return next((one for one in every_publication(context.database) if one.is_own), None)


def _changed(change: _Change) -> Resolver:
    def resolve(_root: Any, context: Context, args: Args) -> dict[str, Any]:
        kind, row = _addressed(context, args["id"])
        targets = _targets(context, args["input"], ("input",), {"publishable": row})
        for publication, date in targets:
            change(context, kind, row, publication, date)
        return {"publishable": _again(context, args["id"]), "userErrors": []}

    return resolve


def _changed_here(change: _Change) -> Resolver:
    def resolve(_root: Any, context: Context, args: Args) -> dict[str, Any]:
        kind, row = _addressed(context, args["id"])
        publication = own_publication(context)
        if publication is None:
            raise Refused(user_error(["id"], "Channel does not exist"), payload={"publishable": row})
        change(context, kind, row, publication, None)
        return {"publishable": _again(context, args["id"]), "userErrors": []}

    return resolve


def _product_changed(change: _Change) -> Resolver:
    def resolve(_root: Any, context: Context, args: Args) -> dict[str, Any]:
        given, kind = args["input"], PUBLISHABLE["Product"]
        row = kind.find(context, number_of(given["id"], "Product"))
        if row is None:
            raise Refused(user_error(["id"], "Product does not exist"))
        for publication, date in _targets(context, given["productPublications"], ("productPublications",), {}):
            change(context, kind, row, publication, date)
        return {"product": kind.find(context, row.id), "userErrors": []}

    return resolve


def _addressed(context: Context, text: str) -> tuple[Kind, Any]:
    parsed = parse_gid(text)
    kind = PUBLISHABLE.get(parsed.kind) if parsed else None
    if parsed is None or kind is None:
        raise invalid_id(text)
    row = kind.find(context, parsed.number)
    if row is None:
        raise Refused(user_error(["id"], "Resource does not exist"))
    return kind, row


def _again(context: Context, text: str) -> Any:
    """Return the resource as it is now, with nothing read before the change."""
    return _addressed(context, text)[1]


def _targets(
    context: Context, rows: list[dict[str, Any]], at: tuple[str, ...], payload: dict[str, Any]
) -> list[tuple[Publication, str | None]]:
    known = {one.id: one for one in every_publication(context.database)}
    found: list[tuple[Publication, str | None]] = []
    errors: list[UserError] = []
    for index, row in enumerate(rows):
        here: tuple[str | int, ...] = (*at, index)
        publication = known.get(_number(row) or 0)
        if publication is None:
            message = "Publication does not exist or is not publishable"
            errors.append(user_error([*here, "publicationId"], message))
            continue
        if any(one.id == publication.id for one, _ in found):
            message = "The same publication was specified more than once"
            errors.append(user_error([*here, "publicationId"], message))
            continue
        errors += _date_problems(context, row, publication, here)
        date = row.get("publishDate")
        found.append((publication, moment(date) if date is not None else None))
    if errors:
        raise Refused(*errors, payload=payload)
    return found


def _number(row: dict[str, Any]) -> int | None:
    return number_of(row.get("publicationId"), "Publication") or number_of(row.get("channelId"), "Channel")


def _date_problems(
    context: Context, row: dict[str, Any], publication: Publication, at: tuple[str | int, ...]
) -> list[UserError]:
    given = row.get("publishDate")
    if given is None:
        return []
    date = moment(given)
    if date is None or date < "1970":
        return [user_error([*at, "publishDate"], "Publish date must be a date after the year 1969")]
    if date > context.now and not publication.supports_future:
        return [user_error([*at, "publishDate"], "Publication does not support future publishing")]
    return []


def _off(context: Context, kind: Kind, row: Any, publication: Publication, _date: str | None) -> None:
    take_off(context, kind, row, publication)


def _on_online_store(product: Any, context: Context) -> Placement | None:
    found = placements(context, PUBLISHABLE["Product"], product)
    return next((one for one in found if one.publication.title == ONLINE_STORE and one.is_published), None)


def _published_at(product: Any, context: Context, _args: Args) -> str | None:
    placement = _on_online_store(product, context)
    return placement.publish_date if placement else None


def _store_url(product: Any, context: Context, _args: Args) -> str | None:
    is_there = _on_online_store(product, context) is not None
    return f"https://{context.settings.domain}/products/{product.handle}" if is_there else None


def _preview_url(product: Any, context: Context, _args: Args) -> str:
    key = hashlib.sha256(f"{context.settings.shop_id} {product.id}".encode()).hexdigest()[:32]
    return f"https://{context.settings.domain}/products_preview?preview_key={key}"


def _on_own(product: Any, context: Context, _args: Args) -> Placement | None:
    found = placements(context, PUBLISHABLE["Product"], product)
    return next((one for one in found if one.publication.is_own), None)


def _old_list(product: Any, context: Context, args: Args) -> Page[ProductPublication]:
    rows = [
        ProductPublication(one)
        for one in placements(context, PUBLISHABLE["Product"], product)
        if one.publication.handle and (one.is_published or not args.get("onlyPublished", True))
    ]
    return list_page(rows, _BY_ID, args)


def _count_all(_shop: Any, context: Context, _args: Args) -> int:
    found = context.database.row("SELECT count(*) FROM publications")
    return int(found[0]) if found else 0


def _own_channel(context: Context) -> Channel | None:
    publication = own_publication(context)
    return Channel(publication) if publication else None


def _the_shop(_payload: Any, context: Context, _args: Args) -> Any:
    return context.settings


SCOPES = {
    "write_publications": (
        "productPublish",
        "productUnpublish",
        "publishablePublish",
        "publishablePublishToCurrentChannel",
        "publishableUnpublish",
        "publishableUnpublishToCurrentChannel",
    ),
}

_PLACEMENT: dict[str, Any] = {
    "isPublished": attrgetter("is_published"),
    "publication": attrgetter("publication"),
    "publishDate": attrgetter("publish_date"),
    "publishable": attrgetter("publishable"),
}

FIELDS: Fields = {
    "Mutation": {
        "productPublish": _product_changed(put_on),
        "productUnpublish": _product_changed(_off),
        "publishablePublish": _changed(put_on),
        "publishablePublishToCurrentChannel": _changed_here(put_on),
        "publishableUnpublish": _changed(_off),
        "publishableUnpublishToCurrentChannel": _changed_here(_off),
    },
    "Product": {
        **publishable_fields(PUBLISHABLE["Product"]),
        "onlineStorePreviewUrl": _preview_url,
        "onlineStoreUrl": _store_url,
        "productPublications": _old_list,
        "publications": _old_list,
        "publishedAt": _published_at,
        "resourcePublicationOnCurrentPublication": _on_own,
    },
    "ProductVariant": publishable_fields(PUBLISHABLE["ProductVariant"]),
    "Collection": publishable_fields(PUBLISHABLE["Collection"]),
    "ResourcePublication": {**_PLACEMENT, "channel": lambda one, _context, _args: Channel(one.publication)},
    "ResourcePublicationV2": _PLACEMENT,
    "ProductPublication": {
        "channel": lambda one, _context, _args: Channel(one.placement.publication),
        "isPublished": attrgetter("placement.is_published"),
        "product": attrgetter("placement.publishable"),
        "publishDate": attrgetter("placement.publish_date"),
    },
    "Shop": {"publicationCount": _count_all},
    "AppInstallation": {
        "channel": lambda _one, context, _args: _own_channel(context),
        "publication": lambda _one, context, _args: own_publication(context),
    },
    "ProductPublishPayload": {"shop": _the_shop},
    "ProductUnpublishPayload": {"shop": _the_shop},
    "PublishablePublishPayload": {"shop": _the_shop},
    "PublishablePublishToCurrentChannelPayload": {"shop": _the_shop},
    "PublishableUnpublishPayload": {"shop": _the_shop},
    "PublishableUnpublishToCurrentChannelPayload": {"shop": _the_shop},
}
