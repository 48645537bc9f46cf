"""Access scopes: the handles that Shopify knows, and what each is said to allow. The sentences are recorded (2025-01).

Only those of a catalog guard anything here; an app may be granted the others, as apps are that do more than ours.
"""

from collections.abc import Iterable

_READ, _WRITE = "read_", "write_"
# Areas of which "write" is said to be "Modify".
_MODIFIED = {
    "assigned_fulfillment_orders": "assigned fulfillment",
    "content": "store content like articles, blogs, comments, pages, and redirects",
    "customers": "customer details and customer groups",
    "discounts": "discounts",
    "draft_orders": "draft orders",
    "fulfillments": "fulfillment services",
    "gift_cards": "gift cards",
    "inventory": "inventory",
    "inventory_shipments": "inventory shipments",
    "inventory_transfers": "inventory transfers",
    "locales": "shop locales",
    "locations": "locations",
    "marketing_events": "marketing events and related marketing engagement data",
    "orders": "orders, transactions, and fulfillments",
    "privacy_settings": "privacy settings of the shop",
    "products": "products, variants, and collections",
    "publications": "publications",
    "shipping": "shipping rates, countries, and provinces",
    "themes": "theme templates and theme assets",
    "third_party_fulfillment_orders": "fulfillment assigned to fulfillment services",
}
_WRITTEN = {
    "cart_transforms": "cart transforms.",
    "cash_tracking": "cash balance tracking for retail cash registers",
    "customer_data_erasure": "access for customer data erasure",
    "customer_merge": "access for customer merge",
    "delivery_customizations": "access for delivery customizations",
    "files": "files",
    "fulfillment_constraint_rules": "access for fulfillment constraint rules",
    "legal_policies": "legal policies",
    "markets": "access for Shopify Markets API",
    "metaobject_definitions": "metaobject definitions",
    "metaobjects": "metaobjects",
    "online_store_navigation": "data from Online Store Navigation GraphQL API",
    "payment_customizations": "access for payment customizations",
    "payment_terms": "payment terms",
    "returns": "access for returns",
    "translations": "dynamic content translations",
    "validations": "cart and checkout validations.",
}
_IN_OWN_WORDS = {
    "read_gift_card_transactions": "Read gift card transactions",
    "read_merchant_managed_fulfillment_orders": "Read fulfillment for merchant-managed locations",
    "read_order_edits": "Read order edits",
    "read_product_listings": "Read product information",
    "read_purchase_options": "App can read their own purchase options",
    "read_shopify_payments_disputes": "Read Shopify Payments disputes",
    "read_shopify_payments_payouts": "Read Shopify Payments balance and payouts",
    "read_store_credit_account_transactions": "Read store credit account transactions.",
    "read_store_credit_accounts": "Read store credit account balance and currency.",
    "write_gift_card_transactions": "Credit and debit gift cards",
    "write_merchant_managed_fulfillment_orders": "Action fulfillment for merchant-managed locations",
    "write_order_edits": "Modify orders",
    "write_purchase_options": "App can manage their own purchase options",
    "write_store_credit_account_transactions": "Credit and debit store credit accounts.",
}
_SAID = {
    **_IN_OWN_WORDS,
    **{_READ + area: f"Read {what}" for area, what in (_MODIFIED | _WRITTEN).items()},
    **{_WRITE + area: f"Modify {what}" for area, what in _MODIFIED.items()},
    **{_WRITE + area: f"Write {what}" for area, what in _WRITTEN.items()},
}
KNOWN_SCOPES = tuple(sorted(_SAID))


def scope_list(handles: Iterable[str]) -> list[dict[str, str]]:
    """Return scopes as AccessScope values."""
    return [{"handle": handle, "description": _SAID[handle]} for handle in handles]


def with_implied(granted: Iterable[str]) -> list[str]:
    """Return granted scopes as an installation lists them: behind them is the reading that comes with writing."""
    held = list(granted)
    implied = {_READ + one.removeprefix(_WRITE) for one in held if one.startswith(_WRITE)}
    return [*held, *sorted(implied - set(held))]
