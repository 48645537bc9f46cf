"""The mark: how an object in a store says that it is ours, and which one.

Shopify: an app-owned metafield of type ``id``, whose values are unique; ``customId`` finds its owner, so creation by
it is safe to repeat. ``$app`` is returned as ``app--<client id>``, so it is never compared. (shopify.dev, 2026-10)
"""

from reconciler.model.json import Json

MARK_NAMESPACE = "$app:reconciler"
MARK_KEY = "key"

MARK_SELECTION = f'metafield(namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}") {{ value }}'
"""The field of an owner that holds its mark."""


def custom_id(key: str) -> Json:
    """Return the identifier of the object that carries this catalog key."""
    return {"namespace": MARK_NAMESPACE, "key": MARK_KEY, "value": key}


def mark_metafields(key: str) -> list[Json]:
    """Return the metafields input that puts the mark on an object."""
    return [{"namespace": MARK_NAMESPACE, "key": MARK_KEY, "type": "id", "value": key}]
