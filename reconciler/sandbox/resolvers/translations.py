"""Translations. Shopify: TranslatableResource, translationsRegister, translationsRemove, HasPublishedTranslations."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from reconciler.sandbox.search.paging import Order, Page, list_page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields, Resolver
from reconciler.sandbox.storage.catalog import OPTION_VALUES, OPTIONS
from reconciler.sandbox.storage.locales import TRANSLATIONS, Translation, every_locale, translations_of
from reconciler.sandbox.storage.markets import MARKETS, Market
from reconciler.sandbox.storage.mates import Mates, child, together
from reconciler.sandbox.storage.metafields import METAFIELDS
from reconciler.sandbox.translations.registering import Target, registered
from reconciler.sandbox.translations.sources import KINDS as TRANSLATABLE
from reconciler.sandbox.translations.sources import Content, Kind
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of, parse_gid

_MAX_KEYS = 100
_NAMES = {kind.resource_type: name for name, kind in TRANSLATABLE.items()}
_BY_ID: Order[Any] = Order("id", lambda row: row.id)


class Resource:
    """Something that can be translated, with the resources that were read together with it."""

    def __init__(self, context: Context, name: str, row: Any) -> None:
        self.name = name
        self.row = row
        self._database = context.database
        self.id: int = row.id
        self.mates: Mates | None = None

    @property
    def contents(self) -> list[Content]:
        """The texts that are there now."""
        return list(TRANSLATABLE[self.name].contents(self._database, self.row))


class Shown:
    """A translation together with the text it should be of."""

    def __init__(self, translation: Translation, contents: list[Content]) -> None:
        self.translation = translation
        current = next((one.digest for one in contents if one.key == translation.key), None)
        self.is_outdated = translation.digest != current


def published_translations(name: str, row_of: Callable[[Any], Any]) -> Resolver:
    """Return the resolver of ``translations`` on a type: those in languages that buyers can choose."""

    def resolve(source: Any, context: Context, args: Args) -> list[Shown]:
        published = {one.locale for one in every_locale(context.database) if one.published}
        if args["locale"] not in published:
            return []
        resource = Resource(context, name, row_of(source))
        resource.mates = getattr(source, "mates", None)
        return _translations(resource, context, args)

    return resolve


def _find(context: Context, text: str) -> Resource | None:
    parsed = parse_gid(text)
    kind = TRANSLATABLE.get(parsed.kind) if parsed else None
    row = kind.table.find(context.database, parsed.number) if parsed and kind else None
    if parsed is None or row is None:
        return None
    resource = Resource(context, parsed.kind, row)
    return resource if resource.contents else None


def _resources(_root: Any, context: Context, args: Args) -> Page[Resource]:
    name = _NAMES.get(args["resourceType"])
    if name is None:
        return list_page([], _BY_ID, args)
    kind = TRANSLATABLE[name]
    page = row_page(context.database, kind.table, (kind.condition, []), _BY_ID, args)
    resources = [Resource(context, name, row) for row in page.nodes]
    together(resources)
    return Page(resources, lambda one: page.cursor_of(one.row), page.has_next, page.has_previous)


def _by_ids(_root: Any, context: Context, args: Args) -> Page[Resource]:
    found = (_find(context, text) for text in dict.fromkeys(args["resourceIds"]))
    return list_page([one for one in found if one], _BY_ID, args)


def _nested(resource: Resource, context: Context, args: Args) -> Page[Resource]:
    """Return what is part of the resource: options of a product, values of an option, and metafields."""
    wanted = args.get("resourceType")
    found: list[Resource] = []
    for name, rows in _parts(resource, context):
        if wanted in {None, TRANSLATABLE[name].resource_type}:
            found += [one for one in (Resource(context, name, row) for row in rows) if one.contents]
    return list_page(found, _BY_ID, args)


def _parts(resource: Resource, context: Context) -> list[tuple[str, list[Any]]]:
    if resource.name == "ProductOption":
        clause = "WHERE option_id = ? ORDER BY position"
        return [("ProductOptionValue", OPTION_VALUES.select(context.database, clause, (resource.id,)))]
    parts: list[tuple[str, list[Any]]] = []
    if resource.name == "Product":
        clause = "WHERE product_id = ? ORDER BY position"
        parts.append(("ProductOption", OPTIONS.select(context.database, clause, (resource.id,))))
    if resource.name not in {"Metafield", "Metaobject"}:
        owner = (TRANSLATABLE[resource.name].resource_type, resource.id)
        clause = "WHERE owner_type = ? AND owner_id = ? ORDER BY id"
        parts.append(("Metafield", METAFIELDS.select(context.database, clause, owner)))
    return parts


def _translations(resource: Resource, context: Context, args: Args) -> list[Shown]:
    def load(ids: list[int]) -> dict[int, list[Translation]]:
        return translations_of(context.database, resource.name, ids)

    market = number_of(args.get("marketId"), "Market") or 0
    rows = child(resource, ("translations", resource.name), load) or []
    chosen = [row for row in rows if (row.locale, row.market_id) == (args["locale"], market)]
    shown = [Shown(row, resource.contents) for row in chosen]
    outdated = args.get("outdated")
    return shown if outdated is None else [one for one in shown if one.is_outdated == outdated]


def _register(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    resource = _required(context, args["resourceId"])
    if len(args["translations"]) > _MAX_KEYS:
        message = f"Too many keys for resource - maximum {_MAX_KEYS} per mutation"
        raise Refused(user_error(["resourceId"], message, "TOO_MANY_KEYS_FOR_RESOURCE"))
    contents = resource.contents
    kind: Kind = TRANSLATABLE[resource.name]
    target = Target(resource.name, kind, resource.id, {one.key: one for one in contents})
    outcomes = [registered(context, target, row, index) for index, row in enumerate(args["translations"])]
    return {
        "translations": [Shown(one, contents) for one in outcomes if isinstance(one, Translation)],
        "userErrors": [one for one in outcomes if not isinstance(one, Translation)],
    }


def _remove(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    resource = _required(context, args["resourceId"])
    markets = {number_of(text, "Market") for text in args.get("marketIds") or []} if args.get("marketIds") else {0}
    rows = translations_of(context.database, resource.name, [resource.id])[resource.id]
    going = [
        row
        for row in rows
        if row.key in args["translationKeys"] and row.locale in args["locales"] and row.market_id in markets
    ]
    TRANSLATIONS.delete(context.database, [row.id for row in going])
    # Nothing removed is no list at all. (recorded on 2026-04)
    return {"translations": [Shown(row, resource.contents) for row in going] or None, "userErrors": []}


def _required(context: Context, text: str) -> Resource:
    resource = _find(context, text)
    if resource is None:
        raise Refused(user_error(["resourceId"], f"Resource {text} does not exist", "RESOURCE_NOT_FOUND"))
    return resource


def _content(resource: Resource, context: Context, _args: Args) -> list[dict[str, Any]]:
    primary = next(one.locale for one in every_locale(context.database) if one.is_primary)
    return [
        {"key": one.key, "value": one.value, "digest": one.digest, "locale": primary, "type": one.type}
        for one in resource.contents
    ]


def _market(shown: Shown, context: Context, _args: Args) -> Market | None:
    return MARKETS.find(context.database, shown.translation.market_id or None)


SCOPES = {
    "read_translations": ("translatableResource", "translatableResources", "translatableResourcesByIds"),
    "write_translations": ("translationsRegister", "translationsRemove"),
}

FIELDS: Fields = {
    "QueryRoot": {
        "translatableResource": lambda _root, context, args: _find(context, args["resourceId"]),
        "translatableResources": _resources,
        "translatableResourcesByIds": _by_ids,
    },
    "Mutation": {"translationsRegister": _register, "translationsRemove": _remove},
    "TranslatableResource": {
        "resourceId": lambda resource, _context, _args: gid(resource.name, resource.id),
        "translatableContent": _content,
        "translations": _translations,
        "nestedTranslatableResources": _nested,
    },
    "Translation": {
        "key": attrgetter("translation.key"),
        "locale": attrgetter("translation.locale"),
        "market": _market,
        "outdated": attrgetter("is_outdated"),
        "updatedAt": attrgetter("translation.updated_at"),
        "value": attrgetter("translation.value"),
    },
    "Collection": {"translations": published_translations("Collection", lambda row: row)},
    "Product": {"translations": published_translations("Product", lambda row: row)},
    "ProductOption": {"translations": published_translations("ProductOption", lambda view: view.option)},
    "ProductOptionValue": {"translations": published_translations("ProductOptionValue", lambda view: view)},
    "Metafield": {"translations": published_translations("Metafield", lambda row: row)},
}
