"""Languages and web presences. Shopify: shopLocales, shopLocaleEnable, …Update, …Disable, MarketWebPresence, Domain.

Their user errors have no code. Recorded are those about the primary language, a language that is unknown or there
already, and a web presence without domain and suffix; the others are inferred.
"""

import re
from operator import attrgetter
from typing import Any

from reconciler.sandbox.search.paging import Order, list_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.locales import (
    SHOP_LOCALES,
    WEB_PRESENCES,
    ShopLocale,
    WebPresence,
    every_locale,
)
from reconciler.sandbox.translations.locales import LOCALES, MAX_LOCALES
from reconciler.sandbox.wire.errors import Refused, UserError, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_PRIMARY = "The primary locale of your store can't be changed through this endpoint."
_UNKNOWN = "The locale doesn't exist."
_BY_ID: Order[Any] = Order("id", lambda row: row.id)


class Domain:
    """The domain under which the shop is found."""

    def __init__(self, presence: WebPresence) -> None:
        self.presence = presence
        self.id = presence.domain_id


def primary_presence(context: Context) -> WebPresence:
    """Return the web presence on the shop's own domain; every shop has it."""
    return WEB_PRESENCES.select(context.database, "WHERE domain_id IS NOT NULL ORDER BY id")[0]


def _listed(_root: Any, context: Context, args: Args) -> list[ShopLocale]:
    return [row for row in every_locale(context.database) if row.published or not args.get("published")]


def _enable(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    known = _known(context, args["locale"])
    if known is not None:
        raise Refused(user_error(["locale"], "Locale has already been taken"))
    rows = every_locale(context.database)
    if len(rows) >= MAX_LOCALES:
        raise Refused(user_error(["locale"], f"The shop can have {MAX_LOCALES} locales at most."))
    row = ShopLocale(context.database.new_id(), args["locale"], is_primary=False, published=False)
    SHOP_LOCALES.insert(context.database, [row])
    if args.get("marketWebPresenceIds"):
        _offer(context, row.locale, args["marketWebPresenceIds"], ["marketWebPresenceIds"])
    return {"shopLocale": row, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    row, given = _known(context, args["locale"]), args["shopLocale"]
    if row is None:
        # One that is not enabled answers as if it were, unpublished, and stays away. (recorded on 2026-04)
        return {"shopLocale": ShopLocale(0, args["locale"], is_primary=False, published=False), "userErrors": []}
    if given.get("published") is not None:
        row.published = given["published"]
        SHOP_LOCALES.update(context.database, [row])
    if given.get("marketWebPresenceIds") is not None:
        _offer(context, row.locale, given["marketWebPresenceIds"], ["shopLocale", "marketWebPresenceIds"])
    return {"shopLocale": row, "userErrors": []}


def _disable(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    row = _known(context, args["locale"])
    if row is None:
        raise Refused(user_error(["locale"], _UNKNOWN))
    context.database.run("DELETE FROM translations WHERE locale = ?", (row.locale,))
    _offer(context, row.locale, [], [])
    SHOP_LOCALES.delete(context.database, [row.id])
    return {"locale": row.locale, "userErrors": []}


def _known(context: Context, locale: str) -> ShopLocale | None:
    """Return the shop's language, None if it could have it and has not. Raises Refused for any other."""
    row = next((one for one in every_locale(context.database) if one.locale == locale), None)
    if row is not None and row.is_primary:
        raise Refused(user_error(["locale"], _PRIMARY))
    if locale not in LOCALES:
        raise Refused(user_error(["locale"], _UNKNOWN))
    return row


def _offer(context: Context, locale: str, texts: list[str], at: list[str]) -> None:
    """Make these web presences the ones that offer the language besides their own."""
    rows = WEB_PRESENCES.select(context.database, "ORDER BY id")
    wanted = [number_of(text, "MarketWebPresence") for text in texts]
    known = {row.id for row in rows}
    missing = [index for index, number in enumerate(wanted) if number not in known]
    if missing:
        raise Refused(*(user_error([*at, index], "The market web presence wasn't found.") for index in missing))
    for row in rows:
        others = [one for one in row.alternate_locales if one != locale]
        row.alternate_locales = [*others, locale] if row.id in wanted else others
    WEB_PRESENCES.update(context.database, rows)


def _presences_of(row: ShopLocale, context: Context, _args: Args) -> list[WebPresence]:
    rows = WEB_PRESENCES.select(context.database, "ORDER BY id")
    return [one for one in rows if row.locale in {one.default_locale, *one.alternate_locales}]


def _create_presence(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    given = args["input"]
    errors = _presence_problems(context, given)
    if errors:
        raise Refused(*errors)
    row = WebPresence(
        id=context.database.new_id(),
        domain_id=None,
        suffix=given["subfolderSuffix"],
        default_locale=given["defaultLocale"],
        alternate_locales=list(given.get("alternateLocales") or []),
    )
    WEB_PRESENCES.insert(context.database, [row])
    return {"webPresence": row, "userErrors": []}


def _presence_problems(context: Context, given: dict[str, Any]) -> list[UserError]:
    suffix = given.get("subfolderSuffix")
    if suffix is None:
        message = "One of `subfolderSuffix` or `domainId` is required."
        return [user_error(["input"], message, "REQUIRES_DOMAIN_OR_SUBFOLDER")]
    errors, at = [], ["input", "subfolderSuffix"]
    if len(suffix) < 2:  # noqa: PLR2004 as the message says
        message = "Subfolder suffix must be at least 2 letters"
        errors.append(user_error(at, message, "SUBFOLDER_SUFFIX_MUST_BE_AT_LEAST_2_LETTERS"))
    elif not re.fullmatch(r"[A-Za-z]+", suffix):
        message = "Subfolder suffix must contain only letters"
        errors.append(user_error(at, message, "SUBFOLDER_SUFFIX_MUST_CONTAIN_ONLY_LETTERS"))
    elif WEB_PRESENCES.select(context.database, "WHERE fold(suffix) = fold(?)", (suffix,)):
        errors.append(user_error(at, "Subfolder suffix has already been taken", "TAKEN"))
    locales = [given["defaultLocale"], *(given.get("alternateLocales") or [])]
    if len(set(locales)) < len(locales):
        errors.append(user_error(["input", "alternateLocales"], "Duplicates found in languages", "DUPLICATE_LANGUAGES"))
    known = {one.locale for one in every_locale(context.database)}
    if not set(locales) <= known:
        errors.append(user_error(["input"], "The language isn't enabled on the store", "DISABLED_LANGUAGE"))
    return errors


def _delete_presence(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    row = WEB_PRESENCES.find(context.database, number_of(args["id"], "MarketWebPresence"))
    if row is None:
        raise Refused(user_error(["id"], "The market web presence wasn't found.", "WEB_PRESENCE_NOT_FOUND"))
    if row.domain_id is not None:
        message = "The shop must have a web presence that uses the primary domain."
        raise Refused(user_error(["id"], message, "SHOP_MUST_HAVE_PRIMARY_DOMAIN_WEB_PRESENCE"))
    WEB_PRESENCES.delete(context.database, [row.id])
    return {"deletedId": gid("MarketWebPresence", row.id), "userErrors": []}


def _locale_of(context: Context, locale: str) -> ShopLocale:
    row = next((one for one in every_locale(context.database) if one.locale == locale), None)
    return row or ShopLocale(0, locale, is_primary=False, published=False)


def _root_urls(row: WebPresence, context: Context, _args: Args) -> list[dict[str, str]]:
    """Return an address for each language: a folder, which on the domain itself its own language does without."""
    root = f"https://{context.settings.domain}/"
    urls = []
    for locale in (row.default_locale, *row.alternate_locales):
        language = locale.partition("-")[0]
        if row.suffix:
            urls.append({"locale": locale, "url": f"{root}{language}-{row.suffix}/"})
        else:
            urls.append({"locale": locale, "url": root if locale == row.default_locale else f"{root}{language}/"})
    return urls


def _domain(row: WebPresence, _context: Context, _args: Args) -> Domain | None:
    return Domain(row) if row.domain_id is not None else None


def _find_domain(context: Context, number: int | None) -> Domain | None:
    presence = primary_presence(context)
    return Domain(presence) if presence.domain_id == number else None


KINDS = {Domain: "Domain", WebPresence: "MarketWebPresence"}
NODES = {
    "Domain": _find_domain,
    "MarketWebPresence": lambda context, number: WEB_PRESENCES.find(context.database, number),
}

SCOPES = {
    "read_locales": ("availableLocales", "shopLocales"),
    "read_markets": ("webPresences",),
    "write_locales": ("shopLocaleDisable", "shopLocaleEnable", "shopLocaleUpdate"),
    "write_markets": ("webPresenceCreate", "webPresenceDelete"),
}

FIELDS: Fields = {
    "QueryRoot": {
        "availableLocales": lambda _root, _context, _args: [
            {"isoCode": code, "name": name} for code, name in LOCALES.items()
        ],
        "domain": lambda _root, context, args: _find_domain(context, number_of(args["id"], "Domain")),
        "shopLocales": _listed,
        "webPresences": lambda _root, context, args: list_page(
            WEB_PRESENCES.select(context.database, ""), _BY_ID, args
        ),
    },
    "Mutation": {
        "shopLocaleDisable": _disable,
        "shopLocaleEnable": _enable,
        "shopLocaleUpdate": _update,
        "webPresenceCreate": _create_presence,
        "webPresenceDelete": _delete_presence,
    },
    "Shop": {"primaryDomain": lambda _shop, context, _args: Domain(primary_presence(context))},
    "ShopLocale": {
        "locale": attrgetter("locale"),
        "name": lambda row, _context, _args: LOCALES[row.locale],
        "primary": attrgetter("is_primary"),
        "published": attrgetter("published"),
        "marketWebPresences": _presences_of,
    },
    "MarketWebPresence": {
        "id": lambda row, _context, _args: gid("MarketWebPresence", row.id),
        "subfolderSuffix": attrgetter("suffix"),
        "domain": _domain,
        "defaultLocale": lambda row, context, _args: _locale_of(context, row.default_locale),
        "alternateLocales": lambda row, context, _args: [_locale_of(context, one) for one in row.alternate_locales],
        # No market has web presences of its own here. (see resolvers/markets.py)
        "markets": lambda _row, _context, args: list_page([], _BY_ID, args),
        "rootUrls": _root_urls,
    },
    "Domain": {
        "id": lambda domain, _context, _args: gid("Domain", domain.id),
        "host": lambda _domain, context, _args: context.settings.domain,
        "url": lambda _domain, context, _args: f"https://{context.settings.domain}",
        "sslEnabled": lambda _domain, _context, _args: True,
        "marketWebPresence": attrgetter("presence"),
    },
}
