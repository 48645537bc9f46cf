"""The shop, the app that talks to it, and the API's versions. Shopify: Shop, AppInstallation, ApiVersion."""

from collections.abc import Callable
from typing import Any

from reconciler.sandbox.inventory.locations import MAX_LOCATIONS
from reconciler.sandbox.resolvers.metafields import metafield_fields
from reconciler.sandbox.shops.beginnings import APP_TITLE
from reconciler.sandbox.shops.context import Args, Context, Fields, Resolver
from reconciler.sandbox.shops.scopes import scope_list, with_implied
from reconciler.sandbox.shops.settings import EVERY_SCOPE, Settings
from reconciler.sandbox.wire.ids import gid
from reconciler.sandbox.wire.versions import SUPPORTED, display_name

_PLANS = {"standard": "Basic", "advanced": "Advanced", "plus": "Shopify Plus", "enterprise": "Shopify Plus"}
_MAX_OPTIONS, _MAX_VARIANTS = 3, 2_048
_APP_HANDLE = "reconciler"
# An app without billing: nobody has been asked to pay for it.
_NO_PAGE = {
    "edges": [],
    "nodes": [],
    "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
}


class Installation:
    """The app's installation on the shop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.id = settings.installation_id


class App:
    """The app that the shop's tokens belong to."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.id = settings.app_id
        self.requested = settings.scopes if settings.requested_scopes is None else settings.requested_scopes


def _plan(shop: Settings, _context: Context, _args: Args) -> dict[str, Any]:
    return {
        "displayName": _PLANS[shop.plan],
        "publicDisplayName": _PLANS[shop.plan],
        "partnerDevelopment": False,
        "shopifyPlus": shop.plan in {"plus", "enterprise"},
    }


def _limits(_shop: Settings, _context: Context, _args: Args) -> dict[str, Any]:
    return {
        "locationLimit": MAX_LOCATIONS,
        "maxProductOptions": _MAX_OPTIONS,
        "maxProductVariants": _MAX_VARIANTS,
        "redirectLimitReached": False,
    }


def _app(_root: Any, context: Context, args: Args) -> App | None:
    app = App(context.settings)
    return app if args.get("id") in {None, gid("App", app.id)} else None


def _installation(_root: Any, context: Context, args: Args) -> Installation | None:
    installation = Installation(context.settings)
    return installation if args.get("id") in {None, gid("AppInstallation", installation.id)} else None


def _app_by(attribute: Callable[[App], str], name: str) -> Resolver:
    """Return a resolver that finds the app by what an argument of this name holds."""

    def resolve(_root: Any, context: Context, args: Args) -> App | None:
        app = App(context.settings)
        return app if attribute(app) == args[name] else None

    return resolve


def _versions(_root: Any, _context: Context, _args: Args) -> list[dict[str, Any]]:
    listed = [{"handle": one, "displayName": display_name(one), "supported": True} for one in SUPPORTED]
    return [*listed, {"handle": "unstable", "displayName": "unstable", "supported": False}]


KINDS = {Settings: "Shop", Installation: "AppInstallation", App: "App"}

_SHOP_DEFAULTS: dict[str, Any] = {
    "ianaTimezone": "Etc/UTC",
    "taxShipping": False,
    "taxesIncluded": False,
    "timezoneAbbreviation": "UTC",
    "timezoneOffset": "+0000",
    "timezoneOffsetMinutes": 0,
    "unitSystem": "METRIC_SYSTEM",
    "weightUnit": "KILOGRAMS",
}


def _constant(value: Any) -> Any:
    return lambda _source, _context, _args: value


FIELDS: Fields = {
    "QueryRoot": {
        "shop": lambda _root, context, _args: context.settings,
        "app": _app,
        "appByHandle": _app_by(lambda _app: _APP_HANDLE, "handle"),
        "appByKey": _app_by(lambda app: app.settings.client_id, "apiKey"),
        "appInstallation": _installation,
        "currentAppInstallation": lambda _root, context, _args: Installation(context.settings),
        "publicApiVersions": _versions,
    },
    "Shop": {
        **{name: _constant(value) for name, value in _SHOP_DEFAULTS.items()},
        **metafield_fields("SHOP", lambda shop: int(shop.shop_id)),
        "id": lambda shop, _context, _args: gid("Shop", shop.shop_id),
        "name": lambda shop, _context, _args: shop.display_name,
        "email": lambda shop, _context, _args: f"owner@{shop.name}.example",
        "myshopifyDomain": lambda shop, _context, _args: shop.domain,
        "url": lambda shop, _context, _args: f"https://{shop.domain}",
        "currencyCode": lambda shop, _context, _args: shop.currency,
        "createdAt": lambda shop, _context, _args: shop.created_at,
        "updatedAt": lambda shop, _context, _args: shop.created_at,
        "plan": _plan,
        "resourceLimits": _limits,
    },
    "AppInstallation": {
        **metafield_fields("API_PERMISSION", lambda installation: int(installation.id)),
        "id": lambda one, _context, _args: gid("AppInstallation", one.id),
        "app": lambda one, _context, _args: App(one.settings),
        "accessScopes": lambda one, _context, _args: scope_list(with_implied(one.settings.scopes)),
        "activeSubscriptions": _constant([]),
        "allSubscriptions": _constant(_NO_PAGE),
        "oneTimePurchases": _constant(_NO_PAGE),
        "launchUrl": lambda one, _context, _args: f"https://{one.settings.domain}/admin/apps/{_APP_HANDLE}",
        "uninstallUrl": _constant(None),
    },
    "App": {
        "id": lambda app, _context, _args: gid("App", app.id),
        "apiKey": lambda app, _context, _args: app.settings.client_id,
        "title": _constant(APP_TITLE),
        "handle": _constant(_APP_HANDLE),
        "description": _constant(None),
        "developerName": _constant(APP_TITLE),
        "previouslyInstalled": _constant(value=False),
        "embedded": _constant(value=False),
        "shopifyDeveloped": _constant(value=False),
        "installation": lambda app, _context, _args: Installation(app.settings),
        "availableAccessScopes": lambda _app, _context, _args: scope_list(EVERY_SCOPE),
        "requestedAccessScopes": lambda app, _context, _args: scope_list(with_implied(app.requested)),
        "optionalAccessScopes": _constant([]),
    },
    "ProductCreatePayload": {"shop": lambda _payload, context, _args: context.settings},
    "ProductDeletePayload": {"shop": lambda _payload, context, _args: context.settings},
    "ProductDuplicatePayload": {"shop": lambda _payload, context, _args: context.settings},
}

NODES = {
    "Shop": lambda context, number: context.settings if number == context.settings.shop_id else None,
    "App": lambda context, number: App(context.settings) if number == context.settings.app_id else None,
    "AppInstallation": lambda context, number: (
        Installation(context.settings) if number == context.settings.installation_id else None
    ),
}
