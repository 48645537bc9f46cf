"""Metafield namespaces: the app's own, written ``$app``, and which ones are not for an app to use."""

import re

RESERVED = frozenset({"protected", "shopify_standard", "shopify-l10n-fields"})
_OF_AN_APP = re.compile(r"app--(?P<app>\d+)(?:--.+)?")


def canonical(namespace: str | None, app_id: int) -> str:
    """Return the namespace as it is stored; none at all means the app's own."""
    own = f"app--{app_id}"
    if namespace is None or namespace == "$app":
        return own
    return f"{own}--{namespace[5:]}" if namespace.startswith("$app:") else namespace


def is_foreign(namespace: str, app_id: int) -> bool:
    """Say whether a canonical namespace belongs to another app."""
    match = _OF_AN_APP.fullmatch(namespace)
    return match is not None and int(match["app"]) != app_id


def is_own(namespace: str, app_id: int) -> bool:
    """Say whether a canonical namespace is reserved for this app."""
    match = _OF_AN_APP.fullmatch(namespace)
    return match is not None and int(match["app"]) == app_id
