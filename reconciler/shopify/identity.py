"""The mark: how an object in a store says that it is ours, and which one.

Shopify: an app-owned metafield of type ``id``, whose values are unique; ``customId`` finds its owner, so creation by
it is safe to repeat. ``$app`` is returned as ``app--<client id>``, so it is never compared. (shopify.dev, 2026-10)
"""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.json import Json
from reconciler.model.metafields import RESERVED
from reconciler.shopify.codec import Mutation

MARK_NAMESPACE = RESERVED
MARK_KEY = "key"

MARK_SELECTION = f'metafield(namespace: "{MARK_NAMESPACE}", key: "{MARK_KEY}") {{ value }}'
"""The field of an owner that holds its mark."""


def mark_in(owner: Mapping[str, Any]) -> str | None:
    """Return the mark of an owner that was asked for it; None for one that is not ours."""
    mark = owner["metafield"]
    return mark["value"] if mark else None


OWN_APP = "query OwnApp { currentAppInstallation { app { id } } }"
"""The app whose token asks: the number of its id is the one in its namespaces."""


def says_some_app(mark: str) -> bool:
    """Return whether a mark holds a namespace that is reserved for an app, ours or another."""
    return _OF_AN_APP.search(mark) is not None


def as_files_say(mark: str, app_number: str) -> str:
    """Return the mark with ``$app`` or ``$app:x`` in place of ``app--ID`` or ``app--ID--x``, if that is our app."""
    match = _OF_AN_APP.search(mark)
    if match is None or match["app"] != app_number:
        return mark
    inner = f":{match['inner']}" if match["inner"] else ""
    return f"{mark[: match.start()]}$app{inner}{mark[match.end() :]}"


_OF_AN_APP = re.compile(r"(?<![^.])app--(?P<app>\d+)(?:--(?P<inner>[^.]+))?(?=\.)")


def custom_id(key: str) -> Json:
    """Return the identifier of the object that carries this catalog key."""
    return {"namespace": MARK_NAMESPACE, "key": MARK_KEY, "value": key}


UNMARK = """\
mutation Release($metafields: [MetafieldIdentifierInput!]!) {
  metafieldsDelete(metafields: $metafields) {
    userErrors { field message }
  }
}"""


def unmarking(address: Address, owner_id: str) -> Mutation:
    """Return the request that takes the mark off an object, and nothing else."""
    mark: Json = {"ownerId": owner_id, "namespace": MARK_NAMESPACE, "key": MARK_KEY}
    return Mutation("metafieldsDelete", UNMARK, {"metafields": [mark]}, (address,), {"metafields.0": address})


def mark_metafields(key: str) -> list[Json]:
    """Return the metafields input that puts the mark on an object."""
    return [{"namespace": MARK_NAMESPACE, "key": MARK_KEY, "type": "id", "value": key}]
