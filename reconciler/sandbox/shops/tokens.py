"""Access tokens: one that never expires, made with the shop, and expiring ones from the client-credentials grant."""

import hmac
import secrets
from typing import Any

from reconciler.sandbox.shops.settings import Settings
from reconciler.sandbox.storage.database import Database


def permanent_token(database: Database) -> str:
    """Return the shop's token without expiry, made on first use. Call inside a transaction."""
    found = database.row("SELECT token FROM tokens WHERE expires_at IS NULL")
    return str(found[0]) if found else _issue(database, None)


def is_accepted(database: Database, token: str, now_s: float) -> bool:
    """Say whether the token opens this shop now."""
    found = database.row("SELECT expires_at FROM tokens WHERE token = ?", (token,))
    return found is not None and (found[0] is None or found[0] > now_s)


def grant(database: Database, settings: Settings, request: dict[str, Any], now_s: float) -> dict[str, Any] | None:
    """Return the answer to a client-credentials request, or None when the credentials are not the shop's."""
    known = hmac.compare_digest(str(request.get("client_id")), settings.client_id)
    known &= hmac.compare_digest(str(request.get("client_secret")), settings.client_secret)
    if not known:
        return None
    with database.transaction():
        database.run("DELETE FROM tokens WHERE expires_at < ?", (now_s,))
        token = _issue(database, now_s + settings.token_lifetime_s)
    return {"access_token": token, "scope": ",".join(settings.scopes), "expires_in": settings.token_lifetime_s}


def _issue(database: Database, expires_at_s: float | None) -> str:
    token = "shpat_" + secrets.token_hex(16)
    database.run("INSERT INTO tokens (token, expires_at) VALUES (?, ?)", (token, expires_at_s))
    return token
