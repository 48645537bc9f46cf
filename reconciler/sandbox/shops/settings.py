"""What a shop is: its identity, currency, plan, app and scopes. Set when it is created, kept in its file."""

import secrets
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import orjson

from reconciler.sandbox.storage.database import Database

_AREAS = (
    "files",
    "inventory",
    "locales",
    "locations",
    "markets",
    "metaobject_definitions",
    "metaobjects",
    "online_store_navigation",
    "products",
    "publications",
    "translations",
)
_SCOPES = ("scopes", "requested_scopes")
LAGS = ("media_processing_ms", "search_lag_ms", "search_lag_requests", "bulk_start_ms", "bulk_finish_ms")
EVERY_SCOPE = tuple(sorted(f"{verb}_{area}" for verb in ("read", "write") for area in _AREAS))
"""Every scope that means something here; a new shop's app is granted all of them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One shop's settings; ``name`` is the subdomain, ``display_name`` what products get as vendor."""

    name: str
    display_name: str
    currency: str
    plan: str
    scopes: tuple[str, ...]
    client_id: str
    client_secret: str
    token_lifetime_s: int
    shop_id: int
    app_id: int
    installation_id: int
    created_at: str
    media_processing_ms: int = 300  # a real shop takes two seconds (recorded on 2026-04)
    search_lag_ms: int = 0  # how long searches do not see a write; reads by id always do
    search_lag_requests: int = 0  # the same, counted in requests
    bulk_start_ms: int = 300  # how long a bulk job waits before it runs
    requested_scopes: tuple[str, ...] | None = None  # what the app asks for; None: what it was granted, ``scopes``
    bulk_finish_ms: int = 300  # how long its result takes once all is counted; a real shop takes a second in all

    @property
    def domain(self) -> str:
        """The shop's permanent domain."""
        return f"{self.name}.myshopify.com"

    def grants(self, scope: str) -> bool:
        """Say whether tokens of this shop hold the scope; writing includes reading."""
        return scope in self.scopes or scope.replace("read_", "write_", 1) in self.scopes


def new_settings(database: Database, name: str, wished: dict[str, Any], now: str) -> Settings:
    """Return settings for a shop that did not exist, defaults filled in. Call inside a transaction."""
    ids = database.new_ids(3)
    return Settings(
        name=name,
        display_name=wished.get("display_name") or name,
        currency=wished.get("currency") or "USD",
        plan=wished.get("plan") or "standard",
        scopes=tuple(wished.get("scopes") or EVERY_SCOPE),
        client_id=wished.get("client_id") or secrets.token_hex(16),
        client_secret=wished.get("client_secret") or "shpss_" + secrets.token_hex(16),
        token_lifetime_s=int(wished.get("token_lifetime_s") or 86_399),
        shop_id=ids[0],
        app_id=ids[1],
        installation_id=ids[2],
        created_at=now,
        requested_scopes=tuple(wished["requested_scopes"]) if wished.get("requested_scopes") else None,
        **{name: wished[name] for name in LAGS if wished.get(name) is not None},
    )


def revised(settings: Settings, wished: dict[str, Any]) -> Settings:
    """Return the settings with what was wished for changed; identity and currency never change."""
    changeable = {"display_name", "plan", *_SCOPES, "client_id", "client_secret", "token_lifetime_s", *LAGS}
    changes = {key: value for key, value in wished.items() if key in changeable and value is not None}
    return replace(settings, **(changes | {name: tuple(changes[name]) for name in _SCOPES if name in changes}))


def load_settings(database: Database) -> Settings | None:
    """Return the shop's settings, or None if the file is new."""
    found = database.row("SELECT content FROM settings")
    if found is None:
        return None
    content = orjson.loads(found[0])
    content |= {name: tuple(content[name]) for name in _SCOPES if content.get(name) is not None}
    return Settings(**{field.name: content[field.name] for field in fields(Settings) if field.name in content})


def save_settings(database: Database, settings: Settings) -> None:
    """Keep the settings. Call inside a transaction."""
    content = orjson.dumps(asdict(settings)).decode()
    database.run("INSERT OR REPLACE INTO settings (one, content) VALUES (1, ?)", (content,))
